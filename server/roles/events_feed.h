/* SPDX-License-Identifier: MIT
 *
 * The event bus over HTTP: what a reader has asked for, and the stream that he gets.
 *
 *   ?since=N   events behind that number; without it all that are still there
 *   ?follow=1  and those that come
 *   ?limit=N   at most so many; without `since` and `follow` the newest ones
 *   ?type= ?verdict= ?subject=    struct event_filter
 *
 * JSON lines: an event a line. Where some were overtaken there stands
 * {"type":"lost","lost":N}; to one who follows and was too slow, that is the last line.
 * Empty lines are signs of life.
 * Server-sent events (HTML, "9.2.6 Interpreting an event stream"): the event is the
 * data, its number the id, so that a browser that comes back goes on where it was;
 * "lost" is an event of that name.
 *
 * At most EVENTS_FEED_CHUNK is in memory for a reader, however slow he is.
 */
#pragma once

#include "roles/role.h"

/* What is handed over at a time; the event that crosses it still is. */
#define EVENTS_FEED_CHUNK ((size_t)32 * 1024)

enum events_feed_format {
    EVENTS_FEED_LINES,
    EVENTS_FEED_SSE,
    EVENTS_FEED_HTML, /* SSE whose data are rows of the live page */
};

/* Fills the answer with the stream that the request asks for; with 400 and a sentence
 * if it asks for what there is not. -1: out of memory. */
int events_feed_answer(const struct role_input *input, enum events_feed_format format,
                       struct role_answer *answer, struct err *err) MUST_CHECK;
