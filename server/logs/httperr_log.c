/* SPDX-License-Identifier: MIT */
#include "logs/httperr_log.h"

#include "http/escape.h"

#include <string.h>

#define VERB_MAX ((size_t)255)

const struct day_log_form httperr_log_form = { "httperr", httperr_log_format_head };

/* Blanks, tabs and control characters are plus signs there, unlike in IIS's log. */
static void append_part(struct buf *out, struct slice text, size_t max)
{
    text = slice_part(text, 0, max);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = text.data[i];
        if (byte <= 0x20 || byte == 0x7f) {
            buf_append_byte(out, '+');
        } else {
            escape_log_field(out, slice_part(text, i, 1));
        }
    }
}

static void append_field(struct buf *out, const char *value, size_t max)
{
    append_part(out, slice_from_string(value[0] == 0 ? "-" : value), max);
    buf_append_byte(out, ' ');
}

static void append_number(struct buf *out, unsigned number)
{
    if (number == 0) {
        buf_append_string(out, "- ");
    } else {
        buf_printf(out, "%u ", number);
    }
}

/* With its query if it was understood; else as it was sent, but where it is itself what
 * cannot be read. */
static void append_url(struct buf *out, const struct httperr_record *record)
{
    size_t path_len = strlen(record->path);
    if (path_len == 0) {
        bool is_unreadable = strcmp(record->reason, "URL") == 0;
        append_field(out, is_unreadable ? "" : record->target, DAY_LOG_FIELD_MAX);
        return;
    }
    append_part(out, slice_from_string(record->path), DAY_LOG_FIELD_MAX);
    if (record->query[0] != 0 && path_len < DAY_LOG_FIELD_MAX) {
        buf_append_byte(out, '?');
        append_part(out, slice_from_string(record->query),
                    DAY_LOG_FIELD_MAX - path_len - 1);
    }
    buf_append_byte(out, ' ');
}

/* The id of the site and the name of the queue are hyphens: no site was reached. */
bool httperr_log_format(struct buf *out, const struct httperr_record *record)
{
    day_log_append_time(out, record->time);
    buf_append_byte(out, ' ');
    append_field(out, record->client_ip, DAY_LOG_FIELD_MAX);
    append_number(out, record->client_port);
    append_field(out, record->server_ip, DAY_LOG_FIELD_MAX);
    append_number(out, record->server_port);
    append_field(out, record->version, DAY_LOG_FIELD_MAX);
    append_field(out, record->method, VERB_MAX);
    append_url(out, record);
    append_number(out, record->status);
    buf_append_string(out, "- ");
    append_field(out, record->reason, DAY_LOG_FIELD_MAX);
    return buf_append_string(out, "-\r\n");
}

bool httperr_log_format_head(struct buf *out, const char *iis, int64_t time)
{
    (void)iis;
    buf_append_string(out, "#Software: Microsoft HTTP API 2.0\r\n"
                           "#Version: 1.0\r\n"
                           "#Date: ");
    day_log_append_time(out, time);
    return buf_append_string(out, "\r\n#Fields: date time c-ip c-port s-ip s-port "
                                  "cs-version cs-method cs-uri sc-status s-siteid "
                                  "s-reason s-queuename\r\n");
}

void httperr_log_write(struct day_log *log, const struct httperr_record *record)
{
    struct buf line = BUF_EMPTY;
    if (log->form != NULL) {
        httperr_log_format(&line, record);
        day_log_write(log, record->time, &line);
        buf_finish(&line);
    }
}
