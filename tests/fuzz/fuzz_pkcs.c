/* SPDX-License-Identifier: MIT
 *
 * Any bytes as PKCS#12, with a password and without one, and as PKCS#7. The work that
 * a file may ask for is kept small, so that time goes into reading.
 */
#include "fuzz.h"

#include "pki/certificate.h"
#include "pki/pkcs12.h"
#include "pki/pkcs7.h"

#define WORK_MAX ((uint64_t)5000)

static bool on_item(void *user, enum pkcs7_kind kind, struct slice der)
{
    size_t *n = user;
    (void)kind;
    if (der.len <= CERTIFICATE_SIZE_MAX) {
        struct certificate *cert = certificate_create(der);
        assert(cert != NULL);
        certificate_destroy(cert);
    }
    (*n)++;
    return true;
}

static void read_pkcs7(struct slice bytes)
{
    size_t n = 0;
    enum pkcs7_result result = pkcs7_read(bytes, on_item, &n);
    assert(result != PKCS7_MEMORY && n <= PKCS7_ITEMS_MAX);
    assert(result == PKCS7_NOT || pkcs7_is(bytes));
}

static void read_pkcs12(struct slice bytes, const char *password)
{
    struct pkcs12 content = { .n_items = 0 };
    struct err err = ERR_INIT;
    if (pkcs12_read(bytes, password, WORK_MAX, "file", &content, &err) == PKCS12_OK) {
        assert(content.n_items <= PKCS12_ITEMS_MAX);
        for (size_t i = 0; i < content.n_items; i++) {
            assert(text_is_utf8(buf_slice(&content.items[i].friendly_name)));
        }
    } else {
        assert(err.text[0] != 0 && content.n_items == 0);
    }
    pkcs12_finish(&content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    read_pkcs7(bytes);
    read_pkcs12(bytes, NULL);
    read_pkcs12(bytes, "fuzz");
    return 0;
}
