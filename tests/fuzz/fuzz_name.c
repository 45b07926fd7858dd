/* SPDX-License-Identifier: MIT
 *
 * Two names of any bytes: compared both ways, and shown. Input: a part, and the rest.
 */
#include "fuzz.h"

#include "pki/name.h"

static void on_attribute(void *user, size_t rdn, struct slice type, uint8_t tag,
                         struct slice value)
{
    struct buf *text = user;
    (void)rdn;
    (void)type;
    buf_clear(text);
    (void)name_decode_string(text, tag, value);
    assert(text_is_utf8(buf_slice(text)));
}

static void show(struct slice name)
{
    struct buf text = BUF_EMPTY;
    bool well_formed = name_walk(name, on_attribute, &text);
    assert(well_formed || !name_is_empty(name));
    buf_clear(&text);
    assert(name_format(&text, name));
    assert(text_is_utf8(buf_slice(&text)));
    assert((text.len == 0) == name_is_empty(name));
    buf_clear(&text);
    assert(name_format_simple(&text, name));
    assert(text_is_utf8(buf_slice(&text)));
    buf_clear(&text);
    assert(name_format_general(&text, name));
    assert(text_is_utf8(buf_slice(&text)));
    buf_finish(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice b = { data, len };
    struct slice a = fuzz_take_part(&b);
    assert(name_equal(a, a) && name_equal(b, b));
    assert(name_equal(a, b) == name_equal(b, a));
    show(a);
    show(b);
    return 0;
}
