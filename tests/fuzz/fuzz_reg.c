/* SPDX-License-Identifier: MIT
 *
 * Any bytes read as an exported registry: values have a key, lines only go up, and what
 * is not read is said.
 */
#include "fuzz.h"

#include "like/reg.h"
#include "like/windows_text.h"

struct seen {
    size_t line;
    size_t n;
};

static void on_value(void *user, const struct reg_value *value)
{
    struct seen *seen = user;
    assert(value->line > seen->line && value->key.len > 0);
    assert(value->name.len <= REG_NAME_MAX && value->text.len <= REG_VALUE_MAX);
    assert(value->type == REG_TEXT || value->text.len == 0);
    seen->line = value->line;
    seen->n++;
}

static void on_fault(void *user, size_t line, const char *what)
{
    struct seen *seen = user;
    assert(line > seen->line && what[0] != 0);
    seen->line = line;
    seen->n++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct buf text = BUF_EMPTY;
    struct seen seen = { 1, 0 };
    const struct reg_visitor visitor = { &seen, on_value, on_fault };
    assert(windows_text_decode((struct slice){ data, len }, &text));
    assert(reg_read(buf_slice(&text), &visitor) || seen.n == 0);
    buf_finish(&text);
    return 0;
}
