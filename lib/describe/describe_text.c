/* SPDX-License-Identifier: MIT
 *
 * Certificates for a terminal. Part of describe/describe.
 */
#include "base/text.h"
#include "describe/describe.h"

/* The widest label and one blank. */
#define LABEL_WIDTH 25

struct text {
    struct buf *out;
    unsigned indent;
    const char *last_label; /* a repeated label stands once */
};

static void append_indent(struct buf *out, unsigned indent)
{
    for (unsigned i = 0; i < indent; i++) {
        buf_append_byte(out, ' ');
    }
}

static void on_row(void *user, enum describe_field field, const char *label,
                   struct slice value)
{
    struct text *text = user;
    (void)field;
    append_indent(text->out, text->indent);
    buf_printf(text->out, "%-*s", LABEL_WIDTH, label == text->last_label ? "" : label);
    text_escape_terminal(text->out, value);
    buf_append_byte(text->out, '\n');
    text->last_label = label;
}

bool describe_append_text(struct buf *out, const struct certificate *cert,
                          unsigned indent)
{
    struct text text = { out, indent, NULL };
    if (!describe_walk(cert, on_row, &text)) {
        out->failed = true;
    }
    return buf_ok(out);
}
