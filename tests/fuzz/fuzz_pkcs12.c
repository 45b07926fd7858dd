/* SPDX-License-Identifier: MIT
 *
 * Any bytes as PKCS#12, without a password and with the one of the seeds, and as the
 * safe inside, which few mutations of a whole file reach: its MAC is then wrong. The
 * work that a file may ask for is that of the seeds and no more, so that time goes
 * into reading.
 */
#include "fuzz.h"

#include "bundle/pkcs12.h"
#include "bundle/pkcs12_bags.h"

#define WORK_MAX ((uint64_t)1000)
#define PASSWORD "secret"

static void check_items(const struct pkcs12 *content)
{
    assert(content->n_items <= PKCS12_ITEMS_MAX);
    for (size_t i = 0; i < content->n_items; i++) {
        assert(text_is_utf8(buf_slice(&content->items[i].friendly_name)));
    }
}

static void read_file(struct slice bytes, const char *password)
{
    struct pkcs12 content = { .n_items = 0 };
    struct err err = ERR_INIT;
    uint64_t work_left = WORK_MAX;
    if (pkcs12_read(bytes, password, &work_left, "file", &content, &err) == PKCS12_OK) {
        check_items(&content);
    } else {
        assert(err.text[0] != 0 && content.n_items == 0);
    }
    pkcs12_finish(&content);
}

static void read_safe(struct slice bytes)
{
    static const uint8_t utf16[] = { 0,   's', 0,   'e', 0,   'c', 0,
                                     'r', 0,   'e', 0,   't', 0,   0 };
    struct pkcs12 content = { .n_items = 0 };
    struct pkcs12_crypt crypt = {
        .utf8 = slice_from_string(PASSWORD),
        .utf16 = { utf16, sizeof(utf16) },
        .work_left = WORK_MAX,
    };
    (void)pkcs12_bags_read(&crypt, bytes, &content);
    check_items(&content);
    assert(crypt.work_left <= WORK_MAX);
    pkcs12_finish(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    read_file(bytes, NULL);
    read_file(bytes, PASSWORD);
    read_safe(bytes);
    return 0;
}
