/* SPDX-License-Identifier: MIT */
#include "control/events_source.h"

#include "base/clock.h"
#include "base/compiler.h"
#include "base/text.h"
#include "http/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT_TEXT_MAX 8
#define HEAD_MAX      ((size_t)16 * 1024)
#define LINE_MAX_LEN  ((size_t)256 * 1024)
#define READ_SIZE     ((size_t)16 * 1024)
#define SEND_S        5
#define US_PER_S      ((int64_t)1000000)
#define US_PER_MS     1000

static int fail(const struct events_source *source, const char *why, struct err *err)
{
    char text[URL_TEXT_MAX];
    return err_set(err, ERR_CONFIG, 0,
                   "%s: %s; is certgated running, with a site that is control? "
                   "(--control, CERTGATE_CONTROL)",
                   url_format(source->url, text), why);
}

/* ---- asking */

static int connect_to(struct events_source *source, struct err *err)
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    struct addrinfo *list = NULL;
    char port[PORT_TEXT_MAX];
    int code = ECONNREFUSED;

    snprintf(port, sizeof port, "%u", (unsigned)source->url->port);
    int rc = getaddrinfo(source->url->host, port, &hints, &list);
    if (rc != 0) {
        return fail(source, gai_strerror(rc), err);
    }
    for (const struct addrinfo *at = list; at != NULL && source->fd < 0;
         at = at->ai_next) {
        int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) == 0) {
            source->fd = fd;
        } else {
            code = errno;
            if (fd >= 0) {
                (void)close(fd);
            }
        }
    }
    freeaddrinfo(list);
    return source->fd >= 0 ? 0 : fail(source, strerror(code), err);
}

static void append_text(struct buf *out, const char *name, const char *value)
{
    if (value != NULL) {
        buf_printf(out, "&%s=", name);
        escape_url(out, slice_from_string(value));
    }
}

static void append_number(struct buf *out, const char *name, uint64_t value)
{
    buf_printf(out, "&%s=%llu", name, (unsigned long long)value);
}

static void append_request(struct buf *out, const struct url *url,
                           const struct events_query *query)
{
    char authority[URL_TEXT_MAX];
    url_format_authority(url, authority);
    buf_printf(out, "GET /events?follow=%d", query->follow ? 1 : 0);
    append_text(out, "type", query->type);
    append_text(out, "verdict", query->verdict);
    append_text(out, "subject", query->subject);
    if (query->has_since) {
        append_number(out, "since", query->since);
    }
    if (query->limit > 0) {
        append_number(out, "limit", query->limit);
    }
    buf_printf(out, " HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", authority);
}

static int send_request(struct events_source *source, const struct events_query *query,
                        struct err *err)
{
    struct buf request = BUF_EMPTY;
    size_t sent = 0;
    int result = 0;
    append_request(&request, source->url, query);
    if (!buf_ok(&request)) {
        result = err_memory(err);
    }
    while (result == 0 && sent < request.len) {
        ssize_t n =
            send(source->fd, request.data + sent, request.len - sent, MSG_NOSIGNAL);
        if (n > 0) {
            sent += (size_t)n;
        } else if (errno != EINTR) {
            result = fail(source, strerror(errno), err);
        }
    }
    buf_finish(&request);
    return result;
}

int events_source_open(struct events_source *source, const struct url *url,
                       const struct events_query *query, struct err *err)
{
    *source = (struct events_source){ .fd = -1,
                                      .in = BUF_LIMITED(HEAD_MAX + LINE_MAX_LEN),
                                      .url = url };
    if (connect_to(source, err) != 0 || send_request(source, query, err) != 0) {
        events_source_close(source);
        return -1;
    }
    return 0;
}

void events_source_close(struct events_source *source)
{
    if (source->fd >= 0) {
        (void)close(source->fd);
    }
    source->fd = -1;
    buf_finish(&source->in);
}

/* ---- reading */

/* False: not in time. */
static bool wait_for_bytes(const struct events_source *source, int64_t end_us)
{
    for (;;) {
        struct pollfd poll_fd = { .fd = source->fd, .events = POLLIN };
        int64_t left_us = end_us - clock_monotonic_us();
        if (end_us != 0 && left_us <= 0) {
            return false; /* even if more has come since: it may never stop */
        }
        int left_ms = end_us == 0 ? -1 : (int)(left_us / US_PER_MS) + 1;
        int n = poll(&poll_fd, 1, left_ms);
        if (n >= 0 || errno != EINTR) {
            return n != 0;
        }
    }
}

static int receive(struct events_source *source, struct err *err)
{
    uint8_t bytes[READ_SIZE];
    ssize_t n = recv(source->fd, bytes, sizeof bytes, 0);
    if (n < 0 && errno == EINTR) {
        return 0;
    }
    if (n < 0) {
        return fail(source, strerror(errno), err);
    }
    source->has_ended = n == 0;
    return buf_append(&source->in, bytes, (size_t)n) ? 0 : err_memory(err);
}

static const char *find_end_of_head(struct events_source *source)
{
    return strstr(buf_string(&source->in), "\r\n\r\n");
}

/* The status line and the fields: all but 200 is a refusal, with a sentence as body. */
static int take_head(struct events_source *source, struct err *err)
{
    static const char good[] = "HTTP/1.1 200 ";
    const char *end = find_end_of_head(source);
    if (end == NULL) {
        return source->in.len > HEAD_MAX || source->has_ended
                   ? fail(source, "what answers there is no certgated", err)
                   : 0;
    }
    const char *head = (const char *)source->in.data;
    if (strncmp(head, good, sizeof good - 1) != 0) {
        struct buf why = BUF_LIMITED(ERR_TEXT_MAX);
        text_escape_terminal(
            &why, slice_part(buf_slice(&source->in), 0, strcspn(head, "\r\n")));
        fail(source, buf_string(&why), err);
        buf_finish(&why);
        return -1;
    }
    buf_consume(&source->in, (size_t)(end + 4 - head));
    source->has_head = true;
    return 0;
}

/* True: there is a line, or the end. */
static bool take_line(struct events_source *source, enum events_line *ret_what,
                      struct slice *ret_line)
{
    buf_consume(&source->in, source->line_len);
    source->line_len = 0;
    while (source->in.len > 0 && source->in.data[0] == '\n') {
        buf_consume(&source->in, 1);
    }
    size_t len = slice_find(buf_slice(&source->in), '\n');
    if (len < source->in.len) {
        *ret_line = slice_part(buf_slice(&source->in), 0, len);
        source->line_len = len + 1;
        *ret_what = EVENTS_LINE_EVENT;
        return true;
    }
    *ret_what = EVENTS_LINE_END; /* a cut-off line is none */
    return source->has_ended;
}

int events_source_next(struct events_source *source, int64_t end_us,
                       enum events_line *ret_what, struct slice *ret_line,
                       struct err *err)
{
    int64_t head_us = clock_monotonic_us() + SEND_S * US_PER_S;
    head_us = end_us != 0 && end_us < head_us ? end_us : head_us;
    for (;;) {
        if (!source->has_head && take_head(source, err) != 0) {
            return -1;
        }
        if (source->has_head && take_line(source, ret_what, ret_line)) {
            return 0;
        }
        if (!wait_for_bytes(source, source->has_head ? end_us : head_us)) {
            *ret_what = EVENTS_LINE_TIMEOUT;
            return source->has_head ? 0 : fail(source, "no answer", err);
        }
        if (receive(source, err) != 0) {
            return -1;
        }
    }
}
