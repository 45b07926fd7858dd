/* SPDX-License-Identifier: MIT
 *
 * The bytes of a form: a first line with the Content-Type, then the body. Whatever they
 * are, each field lies within the body or what was decoded from it.
 */
#include "fuzz.h"

#include "http/form.h"

#include <string.h>

static struct form form;

static void check_within(struct slice part, struct slice body)
{
    bool in_body =
        part.data >= body.data && part.data + part.len <= body.data + body.len;
    bool decoded = form.decoded.data != NULL && part.data >= form.decoded.data &&
                   part.data + part.len <= form.decoded.data + form.decoded.len;
    assert(part.len == 0 || in_body || decoded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice input = { data, len };
    char type[256];
    size_t line = slice_find(input, '\n');
    if (line >= sizeof type) {
        return 0;
    }
    memcpy(type, data, line);
    type[line] = 0;
    struct slice body = slice_part(input, line + 1, len);
    if (form_read(type, body, &form) == FORM_OK) {
        assert(form.n_fields <= FORM_FIELDS_MAX);
        for (size_t i = 0; i < form.n_fields; i++) {
            check_within(form.fields[i].name, body);
            check_within(form.fields[i].value, body);
            check_within(form.fields[i].file_name, body);
        }
    }
    form_finish(&form);
    return 0;
}
