/* SPDX-License-Identifier: MIT
 *
 * A log with a file for each day of UTC, DIR/NAMEyymmdd.log: what IIS's and http.sys'
 * logs (w3c_log, httperr_log) have in common. Every line is written at once, so that a
 * failure can be seen immediately.
 *
 * Writing never fails for its caller: a full disk or a folder that cannot be made is
 * reported once, tried again later, and what was lost in between is counted.
 */
#pragma once

#include "base/buf.h"
#include "base/file.h"

#include <stdbool.h>
#include <stdint.h>

/* How long to wait before a log that could not be written is tried again. */
#define DAY_LOG_RETRY_S  5
#define DAY_LOG_NAME_LEN 24 /* "httperr261122.log" */
/* A field of a peer is cut there, so that the line stays readable. */
#define DAY_LOG_FIELD_MAX ((size_t)4096)

/* What differs. */
struct day_log_form {
    const char *prefix; /* of the file's name */
    /* The lines that a file begins with. `iis` is "10.0". */
    bool (*format_head)(struct buf *out, const char *iis, int64_t time);
};

/* Pure, for the lines of both: "2026-11-22 12:00:00", and a field with its blank, which
 * cannot end it or look like another. */
bool day_log_append_time(struct buf *out, int64_t time);
bool day_log_append_field(struct buf *out, const char *value);
/* Pure: "u_ex261122.log" of a time. */
const char *day_log_file_name(const struct day_log_form *form, int64_t time,
                              char name[static DAY_LOG_NAME_LEN]);

/* Reports a failure (each once) and its end. `text` is one sentence. */
typedef void (*day_log_on_report_fn)(void *user, bool is_trouble, const char *text);

struct day_log {
    const struct day_log_form *form; /* NULL = there is no log */
    char dir[FILE_PATH_MAX];
    const char *iis; /* borrowed */
    day_log_on_report_fn on_report;
    void *user;
    int fd;                      /* -1 = none open */
    char name[DAY_LOG_NAME_LEN]; /* of the open file */
    bool torn;                   /* the last write broke off within a line */
    bool in_trouble;
    int64_t retry_at;
    uint64_t n_lost; /* since the trouble began */
    uint64_t n_lost_ever;
};

void day_log_init(struct day_log *log, const struct day_log_form *form, const char *dir,
                  const char *iis, day_log_on_report_fn on_report, void *user);
void day_log_finish(struct day_log *log); /* accepts a zeroed one */
/* Opens the day's file now; without it, the first line does. */
int day_log_open(struct day_log *log, int64_t now, struct err *err) MUST_CHECK;
/* `line` has its CRLF; a failed one is a line that is lost. */
void day_log_write(struct day_log *log, int64_t now, const struct buf *line);
