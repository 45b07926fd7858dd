/* SPDX-License-Identifier: MIT */
#include "logs/day_log.h"

#include "base/timestamp.h"
#include "http/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REPORT_MAX ((size_t)1400)
#define LOG_MODE   0640

/* ---- format */

bool day_log_append_field(struct buf *out, const char *value)
{
    struct slice text = slice_part(slice_from_string(value), 0, DAY_LOG_FIELD_MAX);
    return escape_log_field(out, text) && buf_append_byte(out, ' ');
}

bool day_log_append_time(struct buf *out, int64_t time)
{
    struct civil_time t = timestamp_to_civil(time);
    return buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day,
                      t.hour, t.minute, t.second);
}

const char *day_log_file_name(const struct day_log_form *form, int64_t time,
                              char name[static DAY_LOG_NAME_LEN])
{
    struct civil_time t = timestamp_to_civil(time);
    snprintf(name, DAY_LOG_NAME_LEN, "%s%02u%02u%02u.log", form->prefix,
             (unsigned)t.year % 100u, (unsigned)t.month % 100u, (unsigned)t.day % 100u);
    return name;
}

/* ---- write */

void day_log_init(struct day_log *log, const struct day_log_form *form, const char *dir,
                  const char *iis, day_log_on_report_fn on_report, void *user)
{
    memset(log, 0, sizeof *log);
    log->form = form;
    snprintf(log->dir, sizeof log->dir, "%s", dir);
    log->iis = iis;
    log->on_report = on_report;
    log->user = user;
    log->fd = -1;
}

static void close_file(struct day_log *log)
{
    if (log->fd >= 0) {
        close(log->fd);
        log->fd = -1;
    }
}

void day_log_finish(struct day_log *log)
{
    if (log->form != NULL) {
        close_file(log);
    }
}

static void fail(struct day_log *log, int64_t now, const char *text)
{
    char report[REPORT_MAX];
    close_file(log);
    log->retry_at = now + DAY_LOG_RETRY_S;
    log->n_lost++;
    log->n_lost_ever++;
    if (!log->in_trouble) {
        log->in_trouble = true;
        snprintf(report, sizeof report,
                 "%s; answers go on, lines are lost until it works", text);
        log->on_report(log->user, true, report);
    }
}

static void recover(struct day_log *log)
{
    char report[REPORT_MAX];
    if (log->in_trouble) {
        log->in_trouble = false;
        snprintf(report, sizeof report,
                 "the log is written again; %llu lines were lost",
                 (unsigned long long)log->n_lost);
        log->n_lost = 0;
        log->on_report(log->user, false, report);
    }
}

/* Opens today's file. On success `head` holds what has to stand before the record. */
static int open_file(struct day_log *log, int64_t now, struct buf *head,
                     struct err *err)
{
    char path[FILE_PATH_MAX];
    char name[DAY_LOG_NAME_LEN];

    day_log_file_name(log->form, now, name);
    if (log->fd >= 0 && strcmp(name, log->name) == 0) {
        return 0;
    }
    close_file(log);
    if (!file_join(path, log->dir, name)) {
        return err_set(err, ERR_LIMIT, 0, "the path of the log is too long");
    }
    if (file_make_folders(log->dir, err) != 0) {
        return -1;
    }
    /* O_NONBLOCK: a fifo of that name must not stop the server. */
    int fd =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
             LOG_MODE);
    if (fd < 0) {
        return err_set(err, ERR_SYSTEM, errno, "cannot open the log %s", path);
    }
    log->fd = fd;
    memcpy(log->name, name, sizeof name);
    log->form->format_head(head, log->iis, now);
    return 0;
}

static int write_all(struct day_log *log, struct slice text, struct err *err)
{
    size_t done = 0;
    while (done < text.len) {
        ssize_t n = write(log->fd, text.data + done, text.len - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            log->torn = log->torn || done > 0;
            return err_set(err, ERR_SYSTEM, n < 0 ? errno : EIO,
                           "cannot write the log %s/%s", log->dir, log->name);
        }
        done += (size_t)n;
    }
    return 0;
}

int day_log_open(struct day_log *log, int64_t now, struct err *err)
{
    struct buf head = BUF_EMPTY;
    int result = open_file(log, now, &head, err);
    if (result == 0) {
        result =
            buf_ok(&head) ? write_all(log, buf_slice(&head), err) : err_memory(err);
    }
    buf_finish(&head);
    return result;
}

void day_log_write(struct day_log *log, int64_t now, const struct buf *line)
{
    struct buf text = BUF_EMPTY;
    struct err err = ERR_INIT;

    if (log->in_trouble && now < log->retry_at) {
        log->n_lost++;
        log->n_lost_ever++;
        return;
    }
    if (log->torn) {
        buf_append_string(&text, "\r\n");
    }
    if (open_file(log, now, &text, &err) == 0 &&
        ((buf_ok(line) && buf_append_slice(&text, buf_slice(line))) ||
         err_memory(&err) == 0) &&
        write_all(log, buf_slice(&text), &err) == 0) {
        log->torn = false;
        recover(log);
    } else {
        fail(log, now, err.text);
    }
    buf_finish(&text);
}
