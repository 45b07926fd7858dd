/* SPDX-License-Identifier: MIT */
#include "common/wrap.h"

#include "base/text.h"

#define HANGING 2

/* Columns: code points; East Asian widths depend on the terminal. */
static size_t count_columns(struct slice text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        n += (text.data[i] & 0xc0) != 0x80 ? 1 : 0;
    }
    return n;
}

static size_t count_blanks(struct slice text)
{
    size_t n = 0;
    while (n < text.len && text.data[n] == ' ') {
        n++;
    }
    return n;
}

/* Where "value" begins in "  Label    value"; 0 if the line is none of that form. */
static size_t find_value(struct slice line, size_t start)
{
    for (size_t i = start; i + 1 < line.len; i++) {
        if (line.data[i] == ' ' && line.data[i + 1] == ' ') {
            size_t n = count_blanks(slice_part(line, i, line.len));
            return i + n < line.len ? i + n : 0;
        }
    }
    return 0;
}

/* Where what may be broken begins: behind the label, or behind a list's mark. */
static size_t find_text(struct slice line)
{
    static const char *const marks[] = { "! ", "- ", "+- " };
    size_t start = count_blanks(line);
    size_t value = find_value(line, start);
    if (value > 0 && value < WRAP_COLUMNS / 2) {
        return value;
    }
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        struct slice mark = slice_from_string(marks[i]);
        if (slice_equal(slice_part(line, start, mark.len), mark)) {
            return start + mark.len;
        }
    }
    return start;
}

/* How much of `rest` goes on a line with `room` columns: up to a blank, or, if a word
 * is wider than the line, that word. */
static size_t find_break(struct slice rest, size_t room)
{
    size_t columns = 0;
    size_t best = 0;
    for (size_t i = 0; i < rest.len; i++) {
        bool is_blank = rest.data[i] == ' ';
        if (is_blank && columns > 0 && (columns <= room || best == 0)) {
            best = i;
        }
        columns += (rest.data[i] & 0xc0) != 0x80 ? 1 : 0;
        if (columns > room && best > 0) {
            return best;
        }
    }
    return columns > room && best > 0 ? best : rest.len;
}

/* `rest` from column `used` on. */
static void append_words(struct buf *out, struct slice rest, size_t used,
                         size_t hanging, size_t columns)
{
    while (used + count_columns(rest) > columns) {
        size_t n = find_break(rest, columns > used ? columns - used : 1);
        buf_append_slice(out, slice_part(rest, 0, n));
        rest = slice_part(rest, n, rest.len);
        rest = slice_part(rest, count_blanks(rest), rest.len);
        if (rest.len == 0) {
            break;
        }
        buf_append_byte(out, '\n');
        for (size_t i = 0; i < hanging; i++) {
            buf_append_byte(out, ' ');
        }
        used = hanging;
    }
    buf_append_slice(out, rest);
}

static void append_line(struct buf *out, struct slice line)
{
    size_t used = find_text(line);
    buf_append_slice(out, slice_part(line, 0, used));
    append_words(out, slice_part(line, used, line.len), used,
                 used == 0 ? HANGING : used, WRAP_COLUMNS);
}

bool wrap_append_value(struct buf *out, struct slice text, size_t column,
                       size_t columns)
{
    append_words(out, text, column, column, columns);
    return buf_ok(out);
}

bool wrap_append(struct buf *out, struct slice text)
{
    while (text.len > 0) {
        size_t n = slice_find(text, '\n');
        append_line(out, slice_part(text, 0, n));
        if (n < text.len) {
            buf_append_byte(out, '\n');
            n++;
        }
        text = slice_part(text, n, text.len);
    }
    return buf_ok(out);
}
