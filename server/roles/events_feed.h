/* SPDX-License-Identifier: MIT
 *
 * The event bus over HTTP: what a reader has asked for, and its stream.
 *
 *   ?since=N   events behind that number; without it all that are still there
 *   ?follow=1  and those that come
 *   ?limit=N   at most so many; without `since` and `follow` the newest ones
 *   ?type= ?verdict= ?subject=    struct event_filter
 *
 * JSON lines: an event a line. Where events were lost there is a line
 * {"type":"lost","lost":N}, which is the last one for a reader that follows too slowly.
 * Empty lines show that the connection lives. Server-sent events (HTML, "9.2.6
 * Interpreting an event stream"): the event is the data, its number the id, so that a
 * browser that reconnects continues where it was; "lost" is an event of that name.
 *
 * At most EVENTS_FEED_CHUNK is in memory for a reader, however slow it is.
 */
#pragma once

#include "roles/role.h"

/* Bytes of one turn; the event that exceeds it is still complete. */
#define EVENTS_FEED_CHUNK ((size_t)32 * 1024)

enum events_feed_format {
    EVENTS_FEED_LINES,
    EVENTS_FEED_SSE,
    EVENTS_FEED_HTML, /* SSE whose data are rows of the live page */
};

/* Fills the answer with the stream that the request asks for; with 400 and a sentence
 * if a parameter is wrong. -1: out of memory. */
int events_feed_answer(const struct role_input *input, enum events_feed_format format,
                       struct role_answer *answer, struct err *err) MUST_CHECK;
