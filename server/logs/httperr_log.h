/* SPDX-License-Identifier: MIT
 *
 * What never reaches IIS, in the form of http.sys' error log: DIR/httperrYYMMDD.log
 * with the fields of Microsoft's "Format of the HTTP Server API Error Logs" and the
 * name of the queue, which later versions add. The reasons are those of "Types of
 * Errors Logged by the HTTP Server API" (REASON_LIST); what has none there has no line.
 */
#pragma once

#include "logs/day_log.h"

/* One end; "" = unknown. Everything may be hostile. */
struct httperr_record {
    int64_t time;
    const char *client_ip;
    unsigned client_port;
    const char *server_ip;
    unsigned server_port;
    const char *version; /* "HTTP/1.1" */
    const char *method;
    const char *target; /* as sent */
    const char *path;   /* decoded; "" = it was not understood */
    const char *query;
    unsigned status; /* 0 = there was no answer */
    const char *reason;
};

/* For day_log_init. */
extern const struct day_log_form httperr_log_form;

/* Pure: a line with its CRLF. No field can end it or look like another field. */
bool httperr_log_format(struct buf *out, const struct httperr_record *record);
/* Pure: the four lines that a log begins with; `iis` is not named in them. */
bool httperr_log_format_head(struct buf *out, const char *iis, int64_t time);

void httperr_log_write(struct day_log *log, const struct httperr_record *record);
