/* SPDX-License-Identifier: MIT
 *
 * IIS's log in the W3C extended format: DIR/u_exYYMMDD.log with the default fields of
 * IIS 8 and later. Unlike IIS, which waits for up to a minute, every line is written
 * at once.
 */
#pragma once

#include "logs/day_log.h"

/* One request; "" = unknown. Everything may be hostile. */
struct w3c_record {
    int64_t time;
    const char *server_ip;
    const char *method;
    const char *path;
    const char *query;
    unsigned server_port;
    const char *user_name;
    const char *client_ip;
    const char *user_agent;
    const char *referer;
    unsigned status;
    unsigned substatus;
    uint32_t win32_status;
    uint64_t time_taken_ms;
};

/* For day_log_init. */
extern const struct day_log_form w3c_log_form;

/* Pure: a line with its CRLF. No field can end it or look like another field. */
bool w3c_log_format(struct buf *out, const struct w3c_record *record);
/* Pure: the four lines that a log begins with. `iis` is "10.0". */
bool w3c_log_format_head(struct buf *out, const char *iis, int64_t time);

void w3c_log_write(struct day_log *log, const struct w3c_record *record);
