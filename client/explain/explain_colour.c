/* SPDX-License-Identifier: MIT */
#include "base/compiler.h"
#include "explain/explain_show.h"

#include <string.h>

#define PLAIN  "\x1b[0m"
#define RED    "\x1b[31m"
#define GREEN  "\x1b[32m"
#define YELLOW "\x1b[33m"

/* What a line has in it, and the colour of it up to `until`. */
static const struct mark {
    const char *start;
    bool at_margin;    /* in the line of an answer, which is not indented */
    const char *until; /* NULL = the line's end */
    const char *colour;
} marks[] = {
    { "IIS would let it in", true, NULL, GREEN },
    { "IIS would refuse it", true, NULL, RED },
    { "A browser would accept it", true, NULL, GREEN },
    { "A browser would refuse it", true, NULL, RED },
    { "! ", false, ": ", RED },
    { "- note", false, ": ", YELLOW },
};

static bool begins_at(struct slice line, size_t at, const char *word)
{
    size_t len = strlen(word);
    return line.len - at >= len && memcmp(line.data + at, word, len) == 0;
}

/* Where the mark begins in the line; line.len = nowhere. A fault's is its first word.
 */
static size_t find_mark(struct slice line, const struct mark *mark)
{
    size_t at = 0;
    if (!mark->at_margin) {
        while (at < line.len && line.data[at] == ' ') {
            at++;
        }
        return at > 0 && begins_at(line, at, mark->start) ? at : line.len;
    }
    while (at < line.len && !begins_at(line, at, mark->start)) {
        at++;
    }
    return line.len > 0 && line.data[0] != ' ' ? at : line.len;
}

static void append_line(struct buf *out, struct slice line)
{
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        size_t from = find_mark(line, &marks[i]);
        size_t to = from;
        if (from == line.len) {
            continue;
        }
        while (to < line.len &&
               (marks[i].until == NULL || !begins_at(line, to, marks[i].until))) {
            to++;
        }
        buf_append_slice(out, slice_part(line, 0, from));
        buf_append_string(out, marks[i].colour);
        buf_append_slice(out, slice_part(line, from, to - from));
        buf_append_string(out, PLAIN);
        buf_append_slice(out, slice_part(line, to, line.len));
        return;
    }
    buf_append_slice(out, line);
}

bool explain_append_coloured(struct buf *out, struct slice text)
{
    while (text.len > 0) {
        size_t len = slice_find(text, '\n');
        append_line(out, slice_part(text, 0, len));
        if (len < text.len) {
            buf_append_byte(out, '\n');
            len++;
        }
        text = slice_part(text, len, text.len);
    }
    return buf_ok(out);
}
