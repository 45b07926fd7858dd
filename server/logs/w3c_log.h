/* SPDX-License-Identifier: MIT
 *
 * IIS's log in the W3C extended format: DIR/u_exYYMMDD.log, a new file for each day of
 * UTC, the default fields of IIS 8 and later. Unlike IIS, which waits for up to a
 * minute, every line is written at once, so that a failure can be seen immediately.
 *
 * Formatting is pure. Writing never fails for its caller: a full disk or a folder
 * that cannot be made is reported once, tried again later, and what was lost in
 * between is counted.
 */
#pragma once

#include "base/buf.h"
#include "base/file.h"

#include <stdbool.h>
#include <stdint.h>

/* How long to wait before a log that could not be written is tried again. */
#define W3C_LOG_RETRY_S 5
#define W3C_LOG_DAY_LEN 7 /* "261122" and its NUL */

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

/* Pure: a line with its CRLF. No field can end it or look like another field. */
bool w3c_log_format(struct buf *out, const struct w3c_record *record);
/* Pure: the four lines that a log begins with. `iis` is "10.0". */
bool w3c_log_format_head(struct buf *out, const char *iis, int64_t time);
/* Pure: "u_ex261122.log" of a time. */
#define W3C_LOG_NAME_LEN 16
const char *w3c_log_file_name(int64_t time, char name[static W3C_LOG_NAME_LEN]);

/* Reports a failure (each once) and its end. `text` is one sentence. */
typedef void (*w3c_log_on_report_fn)(void *user, bool is_trouble, const char *text);

struct w3c_log {
    char dir[FILE_PATH_MAX];
    const char *iis; /* borrowed */
    w3c_log_on_report_fn on_report;
    void *user;
    int fd;                      /* -1 = none open */
    char name[W3C_LOG_NAME_LEN]; /* of the open file */
    bool torn;                   /* the last write broke off within a line */
    bool in_trouble;
    int64_t retry_at;
    uint64_t n_lost; /* since the trouble began */
    uint64_t n_lost_ever;
};

void w3c_log_init(struct w3c_log *log, const char *dir, const char *iis,
                  w3c_log_on_report_fn on_report, void *user);
void w3c_log_finish(struct w3c_log *log); /* accepts a zeroed one */
void w3c_log_write(struct w3c_log *log, const struct w3c_record *record);
