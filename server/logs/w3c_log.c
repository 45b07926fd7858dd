/* SPDX-License-Identifier: MIT */
#include "logs/w3c_log.h"

#include "base/timestamp.h"
#include "http/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A field of a peer is cut there, so that the line stays readable. */
#define FIELD_MAX  ((size_t)4096)
#define REPORT_MAX ((size_t)1400)
#define LOG_MODE   0640

/* ---- format */

static bool append_field(struct buf *out, const char *value)
{
    struct slice text = slice_part(slice_from_string(value), 0, FIELD_MAX);
    return escape_log_field(out, text) && buf_append_byte(out, ' ');
}

static bool append_date_time(struct buf *out, int64_t time)
{
    struct civil_time t = timestamp_to_civil(time);
    return buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day,
                      t.hour, t.minute, t.second);
}

bool w3c_log_format(struct buf *out, const struct w3c_record *record)
{
    append_date_time(out, record->time);
    buf_append_byte(out, ' ');
    append_field(out, record->server_ip);
    append_field(out, record->method);
    append_field(out, record->path);
    append_field(out, record->query);
    buf_printf(out, "%u ", record->server_port);
    append_field(out, record->user_name);
    append_field(out, record->client_ip);
    append_field(out, record->user_agent);
    append_field(out, record->referer);
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
    append_date_time(out, time);
    return buf_append_string(out, "\r\n#Fields: date time s-ip cs-method cs-uri-stem "
                                  "cs-uri-query s-port cs-username c-ip cs(User-Agent) "
                                  "cs(Referer) sc-status sc-substatus sc-win32-status "
                                  "time-taken\r\n");
}

const char *w3c_log_file_name(int64_t time, char name[static W3C_LOG_NAME_LEN])
{
    struct civil_time t = timestamp_to_civil(time);
    snprintf(name, W3C_LOG_NAME_LEN, "u_ex%02u%02u%02u.log", (unsigned)t.year % 100u,
             (unsigned)t.month % 100u, (unsigned)t.day % 100u);
    return name;
}

/* ---- write */

void w3c_log_init(struct w3c_log *log, const char *dir, const char *iis,
                  w3c_log_on_report_fn on_report, void *user)
{
    memset(log, 0, sizeof *log);
    snprintf(log->dir, sizeof log->dir, "%s", dir);
    log->iis = iis;
    log->on_report = on_report;
    log->user = user;
    log->fd = -1;
}

static void close_file(struct w3c_log *log)
{
    if (log->fd >= 0) {
        close(log->fd);
        log->fd = -1;
    }
}

void w3c_log_finish(struct w3c_log *log)
{
    if (log->iis != NULL) {
        close_file(log);
    }
}

static void fail(struct w3c_log *log, int64_t now, const char *text)
{
    char report[REPORT_MAX];
    close_file(log);
    log->retry_at = now + W3C_LOG_RETRY_S;
    log->n_lost++;
    log->n_lost_ever++;
    if (!log->in_trouble) {
        log->in_trouble = true;
        snprintf(report, sizeof report,
                 "%s; answers go on, lines are lost until it works", text);
        log->on_report(log->user, true, report);
    }
}

static void recover(struct w3c_log *log)
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
static int open_file(struct w3c_log *log, int64_t now, struct buf *head,
                     struct err *err)
{
    char path[FILE_PATH_MAX];
    char name[W3C_LOG_NAME_LEN];

    w3c_log_file_name(now, name);
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
    w3c_log_format_head(head, log->iis, now);
    return 0;
}

static int write_all(struct w3c_log *log, struct slice text, struct err *err)
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

void w3c_log_write(struct w3c_log *log, const struct w3c_record *record)
{
    struct buf text = BUF_EMPTY;
    struct err err = ERR_INIT;
    int64_t now = record->time;

    if (log->in_trouble && now < log->retry_at) {
        log->n_lost++;
        log->n_lost_ever++;
        return;
    }
    if (log->torn) {
        buf_append_string(&text, "\r\n");
    }
    if (open_file(log, now, &text, &err) == 0 &&
        (w3c_log_format(&text, record) || err_memory(&err) == 0) &&
        write_all(log, buf_slice(&text), &err) == 0) {
        log->torn = false;
        recover(log);
    } else {
        fail(log, now, err.text);
    }
    buf_finish(&text);
}
