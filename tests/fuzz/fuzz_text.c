/* SPDX-License-Identifier: MIT
 *
 * Any bytes as the small texts that people type: times, durations, numbers, hex, OIDs,
 * URLs, command lines. Input: C strings with a newline between them.
 */
#include "fuzz.h"

#include "base/args.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "common/url.h"
#include "pki/oid.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 16

static void check_times(const char *text)
{
    char formatted[TIMESTAMP_TEXT_LEN];
    int64_t time;
    int64_t again;
    if (timestamp_parse(text, &time)) {
        assert(timestamp_parse(timestamp_format(time, formatted), &again));
        assert(again == time);
        assert(strlen(timestamp_format_http(time, formatted)) == 29);
    }
    (void)timestamp_parse_duration(text, &time);
}

static void check_numbers(const char *text)
{
    uint8_t bytes[32];
    size_t len = 0;
    uint64_t value = 0;
    if (text_read_hex(text, bytes, sizeof(bytes), &len)) {
        assert(len <= sizeof(bytes));
    }
    if (text_read_number(text, 65535, &value)) {
        assert(value <= 65535);
    }
}

static void check_oid(const char *text)
{
    struct buf der = BUF_EMPTY;
    struct buf again = BUF_EMPTY;
    struct buf dotted = BUF_EMPTY;
    (void)oid_format(&dotted, slice_from_string(text)); /* as content bytes */
    fuzz_check_visible(buf_slice(&dotted), false);
    buf_clear(&dotted);
    if (oid_parse(text, &der)) {
        assert(oid_format(&dotted, buf_slice(&der)));
        assert(oid_parse(buf_string(&dotted), &again));
        assert(slice_equal(buf_slice(&der), buf_slice(&again)));
    }
    buf_finish(&der);
    buf_finish(&again);
    buf_finish(&dotted);
}

static void check_url(const char *text)
{
    static struct url url;
    static struct url again;
    static struct url_routes routes;
    char formatted[URL_TEXT_MAX];
    struct err err = ERR_INIT;
    routes.n_rules = 0;
    (void)!url_routes_add_resolve(&routes, text, &err);
    (void)!url_routes_add_connect_to(&routes, text, &err);
    if (url_parse(text, &url, &err) == 0) {
        uint16_t port;
        assert(url_routes_find(&routes, &url, &port) != NULL);
        (void)url_is_local(&url);
        assert(url_parse(url_format(&url, formatted), &again, &err) == 0);
        assert(strcmp(again.host, url.host) == 0 && again.port == url.port);
        assert(strcmp(again.path, url.path) == 0 && again.is_tls == url.is_tls);
        url_format_authority(&url, formatted);
    } else {
        assert(err.text[0] != 0);
    }
}

static int on_value(void *target, const char *value, struct err *err)
{
    size_t *n = target;
    (void)value;
    (void)err;
    (*n)++;
    return 0;
}

static void check_args(int argc, char **argv)
{
    static const struct args_option options[] = {
        ARGS_HEADING("Heading"),
        { "store", 's', NULL, "DIR", "The store.", on_value, ARGS_ONCE },
        { "CAfile", 0, "ca", "FILE", "The CAs.", on_value, ARGS_ONCE },
        { "verbose", 'v', NULL, NULL, "More.", on_value, ARGS_ONCE },
        { "v1", 0, NULL, NULL, "TLS 1.", on_value, ARGS_ONCE },
    };
    struct err err = ERR_INIT;
    size_t n = 0;
    if (args_parse(options, ARRAY_LEN(options), argc, argv, &n, on_value, &err) != 0) {
        assert(err.text[0] != 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice input = { data, len };
    char *words[WORDS_MAX + 2] = { mem_copy_string("program", 7) };
    int n = 1;
    while (input.len > 0 && n <= WORDS_MAX) {
        struct slice line = fuzz_take_until(&input, '\n');
        char *word = mem_copy_string(line.data == NULL ? "" : (const char *)line.data,
                                     slice_find(line, 0));
        assert(word != NULL);
        check_times(word);
        check_numbers(word);
        check_oid(word);
        check_url(word);
        words[n++] = word;
    }
    check_args(n, words);
    for (int i = 0; i < n; i++) {
        free(words[i]);
    }
    return 0;
}
