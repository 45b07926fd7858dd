/* SPDX-License-Identifier: MIT
 *
 * The event bus: what the server saw last, for whoever looks: the control listener's
 * /events, the desk's live page, tests. Each event (server/connection/event_json) is
 * kept as the JSON text that all of them send, with what is filtered by beside it.
 *
 * It is a ring, bounded in count and bytes: the oldest events make room. Every event
 * has a sequence number, one more than the last one's, from 1 on. Who looks keeps the
 * number of what he has seen and asks for the next; if the ring has overtaken him, the
 * numbers tell how many he lost. So a slow reader costs no memory but his cursor.
 *
 * Pure: no loop, no clock, no files.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_t;

#define EVENTS_COUNT_MAX ((size_t)1000)
#define EVENTS_BYTES_MAX ((size_t)4 * 1024 * 1024)
/* An event that would be longer is replaced by one that says so. */
#define EVENTS_TEXT_MAX ((size_t)64 * 1024)
/* One value of a filter. */
#define EVENTS_FILTER_MAX ((size_t)256)

struct events; /* opaque */

/* Borrowed; until the next events_add. */
struct events_entry {
    uint64_t sequence;
    struct slice json; /* one line of UTF-8 without its LF */
};

/* Told of each new event; embedded by the owner, who has to leave before he dies. No
 * watcher may add events, or make others leave, in its callback; leaving himself is
 * legal. */
struct events_watcher {
    void (*on_event)(void *user);
    void *user;
    struct events_watcher *next;
    struct events_watcher *previous;
    bool is_watching;
};

/* NULL when out of memory. */
struct events *events_create(size_t count_max, size_t bytes_max);
void events_destroy(struct events *events); /* nobody may be watching */

/* Consumes `event` (an object; NULL = memory ran out) and puts "sequence" into it. An
 * event that cannot be kept still takes its number, so that it counts as lost. */
void events_add(struct events *events, struct json_t *event);

/* The number of the newest event; 0 = none yet. */
uint64_t events_last(const struct events *events);
/* The number of the oldest one that is still there; 0 = none. */
uint64_t events_first(const struct events *events);
size_t events_bytes(const struct events *events);

/* What to look for; "" = anything. Texts are compared without regard to case. */
struct events_filter {
    char type[EVENTS_FILTER_MAX];    /* "request", "handshake", "failed" */
    char verdict[EVENTS_FILTER_MAX]; /* "403.16" or "WRONG_USAGE"; "200" */
    char subject[EVENTS_FILTER_MAX]; /* "CN=alice", the whole name, or "alice" */
};

/* Pure: whether an event is looked for. */
bool events_filter_takes(const struct events_filter *filter,
                         const struct json_t *event);
/* Whether a name in RFC 4514 text is `wanted` as a whole, or has it as one of its
 * attributes: "CN=alice,O=Acme" has "cn=alice", but "CN=x\,CN=alice" has not. */
bool events_subject_has(const char *subject, const char *wanted);

/* The next event behind `since` that the filter takes; `*ret_lost` is the number of
 * those that were overtaken. False: there is none (yet); `*since` then moves on, too.
 */
bool events_next(const struct events *events, const struct events_filter *filter,
                 uint64_t *since, uint64_t *ret_lost, struct events_entry *ret_entry);

void events_watch(struct events *events, struct events_watcher *watcher);
/* Idempotent; accepts a zeroed one. */
void events_leave(struct events *events, struct events_watcher *watcher);
