/* SPDX-License-Identifier: MIT */
#include "like/reg.h"

#include "base/text.h"
#include "like/windows_text.h"

struct reader {
    const struct reg_visitor *visitor;
    struct slice rest;
    size_t line;
    struct slice key;
    struct buf name;
    struct buf value;
};

static void fault(const struct reader *reader, const char *what)
{
    reader->visitor->on_fault(reader->visitor->user, reader->line, what);
}

/* What stands in quotes at the beginning of `text`, with \" and \\ as they are meant;
 * takes it off. Text that does not fit is cut. */
static bool take_quoted(struct slice *text, struct buf *out)
{
    buf_clear(out);
    if (text->len == 0 || text->data[0] != '"') {
        return false;
    }
    for (size_t i = 1; i < text->len; i++) {
        uint8_t c = text->data[i];
        if (c == '"') {
            *text = slice_part(*text, i + 1, text->len);
            return true;
        }
        if (c == '\\' && i + 1 < text->len) {
            c = text->data[++i];
        }
        buf_append_byte(out, c);
    }
    return false;
}

static bool read_dword(struct slice text, uint32_t *ret_number)
{
    uint32_t number = 0;
    if (text.len == 0 || text.len > 8) {
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        int digit = text_hex_value((char)text.data[i]);
        if (digit < 0) {
            return false;
        }
        number = number << 4 | (uint32_t)digit;
    }
    *ret_number = number;
    return true;
}

/* Lines of hex go on as long as they end in a backslash. */
static void skip_continued(struct reader *reader, struct slice line)
{
    while (line.len > 0 && line.data[line.len - 1] == '\\' && reader->rest.len > 0) {
        line = windows_text_trim(slice_take_line(&reader->rest));
        reader->line++;
    }
}

static void read_value(struct reader *reader, struct slice text)
{
    struct reg_value value = { .key = reader->key, .line = reader->line };
    if (text.data[0] == '@') {
        buf_clear(&reader->name);
        text = slice_part(text, 1, text.len);
    } else if (!take_quoted(&text, &reader->name)) {
        fault(reader, "the name of a value has no closing quote");
        return;
    }
    if (text.len == 0 || text.data[0] != '=') {
        fault(reader, "there is no '=' behind the name of a value");
        return;
    }
    text = windows_text_trim(slice_part(text, 1, text.len));
    if (text.len == 1 && text.data[0] == '-') {
        value.type = REG_REMOVED;
    } else if (windows_text_begins(text, "dword:")) {
        value.type = REG_DWORD;
        if (!read_dword(slice_part(text, sizeof("dword:") - 1, text.len),
                        &value.number)) {
            fault(reader, "a dword is not one to eight hexadecimal digits");
            return;
        }
    } else if (windows_text_begins(text, "hex:") || windows_text_begins(text, "hex(")) {
        value.type = REG_BYTES;
        skip_continued(reader, text);
    } else if (take_quoted(&text, &reader->value)) {
        value.type = REG_TEXT;
    } else {
        fault(reader, "the value is neither dword:, hex: nor in quotes");
        return;
    }
    value.name = buf_slice(&reader->name);
    value.text = value.type == REG_TEXT ? buf_slice(&reader->value) : SLICE_EMPTY;
    reader->visitor->on_value(reader->visitor->user, &value);
}

static void read_line(struct reader *reader, struct slice line)
{
    if (line.len == 0 || line.data[0] == ';') {
        return;
    }
    if (line.data[0] == '[') {
        bool is_whole = line.data[line.len - 1] == ']';
        reader->key = is_whole ? slice_part(line, 1, line.len - 2) : SLICE_EMPTY;
        if (!is_whole) {
            fault(reader, "the name of a key has no closing bracket");
        }
    } else if (line.data[0] != '"' && line.data[0] != '@') {
        fault(reader, "this is neither a key nor a value");
    } else if (reader->key.len > 0) {
        read_value(reader, line);
    }
}

bool reg_read(struct slice text, const struct reg_visitor *visitor)
{
    static const char *const headers[] = { "Windows Registry Editor Version 5.00",
                                           "REGEDIT4" };
    struct reader reader = {
        .visitor = visitor,
        .rest = text,
        .line = 1,
        .name = BUF_LIMITED(REG_NAME_MAX),
        .value = BUF_LIMITED(REG_VALUE_MAX),
    };
    struct slice header = windows_text_trim(slice_take_line(&reader.rest));
    if (!windows_text_equal(header, headers[0]) &&
        !windows_text_equal(header, headers[1])) {
        return false;
    }
    while (reader.rest.len > 0) {
        reader.line++;
        read_line(&reader, windows_text_trim(slice_take_line(&reader.rest)));
    }
    buf_finish(&reader.name);
    buf_finish(&reader.value);
    return true;
}
