/* SPDX-License-Identifier: MIT */
#include "explain/explain_like.h"

#include "base/text.h"
#include "common/wrap.h"
#include "describe/json_value.h"

/* What looks wrong first, what was taken last. */
static const enum like_kind order[] = { LIKE_TRAP, LIKE_LEFT_OUT, LIKE_UNREAD,
                                        LIKE_TAKEN };

static void append_kind(struct buf *out, const struct like *like, enum like_kind kind)
{
    for (size_t i = 0; i < like->n_lines; i++) {
        if (like->lines[i].kind == kind) {
            struct buf line = BUF_EMPTY;
            buf_printf(&line, "  %-15s ", like_kind_name(kind));
            like_append_line(&line, &like->lines[i]);
            out->failed |= !buf_ok(&line) || !wrap_append(out, buf_slice(&line));
            buf_append_byte(out, '\n');
            buf_finish(&line);
        }
    }
}

bool explain_like_append(struct buf *out, const struct like *like)
{
    buf_append_string(out, "The server of ");
    text_escape_terminal(out, slice_from_string(like->dir));
    if (like->n_bindings > 1) {
        buf_printf(out, ", as its binding %s", like->bindings[0].address);
    }
    buf_append_byte(out, '\n');
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        append_kind(out, like, order[i]);
    }
    if (like->n_left_off > 0) {
        buf_printf(out, "  and %zu more\n", like->n_left_off);
    }
    return buf_ok(out);
}

static json_t *line_json(const struct like_line *line)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "kind",
                   json_value_text(slice_from_string(like_kind_name(line->kind))),
                   &failed);
    json_value_set(object, "file", json_value_text(slice_from_string(line->file)),
                   &failed);
    json_value_set(object, "line",
                   line->line > 0 ? json_integer((json_int_t)line->line) : json_null(),
                   &failed);
    json_value_set(object, "text", json_value_text(slice_from_string(line->text)),
                   &failed);
    return json_value_finish(object, failed);
}

json_t *explain_like_json(const struct like *like)
{
    json_t *array = json_array();
    bool failed = false;
    for (size_t i = 0; i < like->n_lines; i++) {
        json_value_add(array, line_json(&like->lines[i]), &failed);
    }
    return json_value_finish(array, failed);
}
