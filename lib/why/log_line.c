/* SPDX-License-Identifier: MIT */
#include "why/log_line.h"

#include "base/text.h"

#include <string.h>

#define FIELDS_MAX ((size_t)64)
#define NUMBER_MAX ((size_t)11)

static const char *const names[LOG_FIELD_COUNT] = {
    [LOG_FIELD_DATE] = "date",
    [LOG_FIELD_TIME] = "time",
    [LOG_FIELD_CLIENT] = "c-ip",
    [LOG_FIELD_STATUS] = "sc-status",
    [LOG_FIELD_SUBSTATUS] = "sc-substatus",
    [LOG_FIELD_WIN32_STATUS] = "sc-win32-status",
    [LOG_FIELD_REASON] = "s-reason",
};

static const char directive[] = "#Fields:";
/* IIS 8 and later; IIS 7 has no cs(Referer). */
static const char default_fields[] =
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken";
/* HTTPERR has no head in older versions; then with a queue's name, then with a
 * stream's. */
static const char *const httperr_fields[] = {
    "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid "
    "s-reason",
    "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid "
    "s-reason s-queuename",
    "date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status "
    "s-siteid s-reason s-queuename",
};
static const char older_fields[] =
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
    "cs(User-Agent) sc-status sc-substatus sc-win32-status time-taken";

/* The next word of a line; empty at its end. */
static struct slice next_word(struct slice *line)
{
    size_t start = 0;
    size_t end;
    while (start < line->len &&
           (line->data[start] == ' ' || line->data[start] == '\t')) {
        start++;
    }
    for (end = start;
         end < line->len && line->data[end] != ' ' && line->data[end] != '\t';) {
        end++;
    }
    struct slice word = slice_part(*line, start, end - start);
    *line = slice_part(*line, end, line->len);
    return word;
}

static void read_names(struct log_fields *fields, struct slice text)
{
    fields->n_fields = 0;
    for (size_t i = 0; i < LOG_FIELD_COUNT; i++) {
        fields->place[i] = LOG_NO_FIELD;
    }
    for (struct slice word; (word = next_word(&text)).len > 0;) {
        for (size_t i = 0; i < LOG_FIELD_COUNT; i++) {
            if (slice_equals_string(word, names[i])) {
                fields->place[i] = fields->n_fields;
            }
        }
        fields->n_fields++;
    }
}

void log_fields_default(struct log_fields *fields)
{
    read_names(fields, slice_from_string(default_fields));
}

static bool read_number(struct slice word, uint64_t max, uint64_t *ret_number)
{
    char text[NUMBER_MAX + 1];
    if (word.len == 0 || word.len > NUMBER_MAX) {
        return false;
    }
    memcpy(text, word.data, word.len);
    text[word.len] = 0;
    return text_read_number(text, max, ret_number);
}

/* A field that is not written counts as 0, and so does "-" of HTTPERR. */
static bool read_field(const struct log_fields *fields, enum log_field field,
                       const struct slice *words, uint64_t max, uint64_t *ret_number)
{
    *ret_number = 0;
    if (fields->place[field] == LOG_NO_FIELD) {
        return true;
    }
    struct slice word = words[fields->place[field]];
    bool is_empty = fields->place[LOG_FIELD_REASON] != LOG_NO_FIELD &&
                    slice_equals_string(word, "-");
    return is_empty || read_number(word, max, ret_number);
}

static struct slice field_text(const struct log_fields *fields, enum log_field field,
                               const struct slice *words)
{
    return fields->place[field] == LOG_NO_FIELD ? SLICE_EMPTY
                                                : words[fields->place[field]];
}

static bool read_request(const struct log_fields *fields, struct slice text,
                         struct log_line *ret_line)
{
    struct slice words[FIELDS_MAX];
    size_t n = 0;
    uint64_t status, substatus, win32_status;
    for (struct slice word; (word = next_word(&text)).len > 0;) {
        if (n == FIELDS_MAX) {
            return false;
        }
        words[n++] = word;
    }
    if (n != fields->n_fields || fields->place[LOG_FIELD_STATUS] == LOG_NO_FIELD ||
        !read_field(fields, LOG_FIELD_STATUS, words, 999, &status) ||
        (status < 100 && fields->place[LOG_FIELD_REASON] == LOG_NO_FIELD) ||
        !read_field(fields, LOG_FIELD_SUBSTATUS, words, 999, &substatus) ||
        !read_field(fields, LOG_FIELD_WIN32_STATUS, words, UINT32_MAX, &win32_status)) {
        return false;
    }
    *ret_line = (struct log_line){
        .date = field_text(fields, LOG_FIELD_DATE, words),
        .time = field_text(fields, LOG_FIELD_TIME, words),
        .client = field_text(fields, LOG_FIELD_CLIENT, words),
        .reason = field_text(fields, LOG_FIELD_REASON, words),
        .status = (unsigned)status,
        .substatus = (unsigned)substatus,
        .win32_status = (uint32_t)win32_status,
    };
    return true;
}

enum log_line_kind log_line_read(struct log_fields *fields, struct slice text,
                                 struct log_line *ret_line)
{
    const size_t len = sizeof directive - 1;
    if (text.len == 0) {
        return LOG_LINE_DIRECTIVE;
    }
    if (text.data[0] == '#') {
        if (slice_equals_string(slice_part(text, 0, len), directive)) {
            read_names(fields, slice_part(text, len, text.len));
        }
        return LOG_LINE_DIRECTIVE;
    }
    return read_request(fields, text, ret_line) ? LOG_LINE_REQUEST : LOG_LINE_DAMAGED;
}

bool log_line_as_httperr(struct slice text, size_t i, struct log_line *ret_line)
{
    struct log_fields fields;
    if (i >= ARRAY_LEN(httperr_fields)) {
        return false;
    }
    read_names(&fields, slice_from_string(httperr_fields[i]));
    if (!read_request(&fields, text, ret_line)) {
        ret_line->reason = SLICE_EMPTY;
    }
    return true;
}

bool log_line_guess(struct slice text, struct log_line *ret_line)
{
    struct log_fields fields;
    uint64_t numbers[3] = { 0, 0, 0 };
    struct slice rest = text;
    size_t n = 0;

    log_fields_default(&fields);
    if (read_request(&fields, text, ret_line)) {
        return true;
    }
    read_names(&fields, slice_from_string(older_fields));
    if (read_request(&fields, text, ret_line)) {
        return true;
    }
    for (struct slice word; (word = next_word(&rest)).len > 0;) {
        uint64_t number;
        n = read_number(word, UINT32_MAX, &number) ? n + 1 : 0;
        if (n == 0) {
            continue;
        }
        numbers[0] = numbers[1];
        numbers[1] = numbers[2];
        numbers[2] = number;
        if (n >= 3 && numbers[0] >= 400 && numbers[0] < 600 && numbers[1] < 100) {
            *ret_line = (struct log_line){ .status = (unsigned)numbers[0],
                                           .substatus = (unsigned)numbers[1],
                                           .win32_status = (uint32_t)numbers[2] };
            return true;
        }
    }
    return false;
}
