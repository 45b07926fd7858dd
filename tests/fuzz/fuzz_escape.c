/* SPDX-License-Identifier: MIT
 *
 * Any bytes made safe for each place where they are shown: none gets out of it, and
 * what can be read back is the same.
 */
#include "fuzz.h"

#include "http/escape.h"

#include <string.h>

static void check_free_of(const struct buf *text, const char *bytes)
{
    for (size_t i = 0; i < text->len; i++) {
        assert(text->data[i] != 0 && strchr(bytes, text->data[i]) == NULL);
    }
}

static void check_html(struct slice input)
{
    struct buf out = BUF_EMPTY;
    assert(escape_html(&out, input));
    fuzz_check_visible(buf_slice(&out), false);
    check_free_of(&out, "<>\"'");
    buf_finish(&out);
}

static void check_round_trip(struct slice input,
                             bool (*escape)(struct buf *out, struct slice bytes))
{
    struct buf out = BUF_EMPTY;
    struct buf back = BUF_EMPTY;
    assert(escape(&out, input));
    check_free_of(&out, "\r\n\t\x7f");
    bool decoded = escape_decode_url(&back, buf_slice(&out));
    /* %00 is what decoding refuses. */
    assert(decoded == (slice_find(input, 0) == input.len));
    assert(!decoded || slice_equal(buf_slice(&back), input));
    buf_finish(&out);
    buf_finish(&back);
}

static void check_log_field(struct slice input)
{
    struct buf out = BUF_EMPTY;
    assert(escape_log_field(&out, input) && out.len > 0);
    check_free_of(&out, " \r\n\t\v\f\x7f");
    buf_finish(&out);
}

static void check_terminal(struct slice input)
{
    struct buf out = BUF_EMPTY;
    assert(text_escape_terminal(&out, input));
    fuzz_check_visible(buf_slice(&out), false);
    buf_finish(&out);
}

static void check_decode(struct slice input)
{
    struct buf out = BUF_EMPTY;
    buf_append_string(&out, "before");
    bool decoded = escape_decode_url(&out, input);
    assert(decoded ? out.len <= 6 + input.len : out.len == 6);
    buf_finish(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice input = { data, len };
    check_html(input);
    check_round_trip(input, escape_url);
    check_log_field(input);
    check_terminal(input);
    check_decode(input);
    return 0;
}
