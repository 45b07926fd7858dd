/* SPDX-License-Identifier: MIT */
#include "logs/w3c_log.h"

const struct day_log_form w3c_log_form = { "u_ex", w3c_log_format_head };

bool w3c_log_format(struct buf *out, const struct w3c_record *record)
{
    day_log_append_time(out, record->time);
    buf_append_byte(out, ' ');
    day_log_append_field(out, record->server_ip);
    day_log_append_field(out, record->method);
    day_log_append_field(out, record->path);
    day_log_append_field(out, record->query);
    buf_printf(out, "%u ", record->server_port);
    day_log_append_field(out, record->user_name);
    day_log_append_field(out, record->client_ip);
    day_log_append_field(out, record->user_agent);
    day_log_append_field(out, record->referer);
    return buf_printf(out, "%u %u %lu %llu\r\n", record->status, record->substatus,
                      (unsigned long)record->win32_status,
                      (unsigned long long)record->time_taken_ms);
}

bool w3c_log_format_head(struct buf *out, const char *iis, int64_t time)
{
    buf_printf(out,
               "#Software: Microsoft Internet Information Services %s\r\n"
               "#Version: 1.0\r\n"
               "#Date: ",
               iis);
    day_log_append_time(out, time);
    return buf_append_string(out, "\r\n#Fields: date time s-ip cs-method cs-uri-stem "
                                  "cs-uri-query s-port cs-username c-ip cs(User-Agent) "
                                  "cs(Referer) sc-status sc-substatus sc-win32-status "
                                  "time-taken\r\n");
}

void w3c_log_write(struct day_log *log, const struct w3c_record *record)
{
    struct buf line = BUF_EMPTY;
    w3c_log_format(&line, record);
    day_log_write(log, record->time, &line);
    buf_finish(&line);
}
