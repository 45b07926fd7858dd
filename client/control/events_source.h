/* SPDX-License-Identifier: MIT
 *
 * The events of a running certgated (GET /events), line by line. It waits in poll, with
 * a deadline: the two commands that use it have nothing else to do.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "common/url.h"

#include <stdbool.h>
#include <stdint.h>

/* What is asked for; NULL = anything. */
struct events_query {
    const char *type;
    const char *verdict;
    const char *subject;
    uint64_t since;
    bool has_since;
    uint64_t limit; /* 0 = none */
    bool follow;
};

enum events_line { EVENTS_LINE_EVENT, EVENTS_LINE_END, EVENTS_LINE_TIMEOUT };

struct events_source {
    int fd; /* owned */
    struct buf in;
    size_t line_len; /* of the line that was handed out, with its LF */
    bool has_head;
    bool has_ended;
    const struct url *url; /* borrowed; for messages */
};

/* Connects and sends the request. -1: nothing listens there, or it is no control. */
int events_source_open(struct events_source *source, const struct url *url,
                       const struct events_query *query, struct err *err) MUST_CHECK;
void events_source_close(struct events_source *source);
/* The next line, without its LF, until the next call; `end_us` is of
 * clock_monotonic_us, 0 = for ever. Empty lines are passed over. -1: it is no HTTP, or
 * was refused. */
int events_source_next(struct events_source *source, int64_t end_us,
                       enum events_line *ret_what, struct slice *ret_line,
                       struct err *err) MUST_CHECK;
