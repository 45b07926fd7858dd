/* SPDX-License-Identifier: MIT
 *
 * Any bytes read as netsh's output, as its text and as its JSON: each binding comes
 * before its values, lines never go back, and values lie within the text or are our own
 * words.
 */
#include "fuzz.h"

#include "like/netsh.h"
#include "like/windows_text.h"

struct seen {
    size_t n_lines;
    size_t line;
    bool has_binding;
};

static void check_line(struct seen *seen, size_t line)
{
    assert(line >= seen->line && line >= 1 && line <= seen->n_lines);
    seen->line = line;
}

static void on_binding(void *user, struct slice address, size_t line)
{
    struct seen *seen = user;
    check_line(seen, line);
    seen->has_binding = true;
    (void)address;
}

static void on_value(void *user, enum netsh_field field, struct slice value,
                     size_t line)
{
    struct seen *seen = user;
    check_line(seen, line);
    assert(seen->has_binding);
    assert(netsh_field_get(field)->kind != NETSH_BITS ||
           !windows_text_equal(value, "(null)"));
}

static void on_unknown(void *user, struct slice label, size_t line)
{
    check_line(user, line);
    assert(netsh_field_find(label) == NETSH_FIELD_COUNT ||
           !((struct seen *)user)->has_binding);
}

static size_t count_lines(struct slice text)
{
    size_t n = 1;
    for (size_t i = 0; i < text.len; i++) {
        n += text.data[i] == '\n' ? 1 : 0;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct buf text = BUF_EMPTY;
    struct err err = ERR_INIT;
    assert(windows_text_decode((struct slice){ data, len }, &text));
    struct seen seen = { .n_lines = count_lines(buf_slice(&text)) };
    const struct netsh_visitor visitor = { &seen, on_binding, on_value, on_unknown };
    netsh_read_text(buf_slice(&text), &visitor);
    seen.line = 0;
    seen.has_binding = false;
    assert(netsh_read_json(buf_slice(&text), &visitor, &err) == 0 || err.text[0] != 0);
    buf_finish(&text);
    return 0;
}
