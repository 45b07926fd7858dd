/* SPDX-License-Identifier: MIT
 *
 * The event bus: the last events of the server, for the control listener's /events, the
 * desk's live page and tests. Each event (server/connection/event_json) is kept as the
 * JSON text that all of them send, and beside it the values that filters compare
 * (event_text.h).
 *
 * It is a ring, bounded in count and bytes: the oldest events make room. Every event
 * has a sequence number, one more than the last one's, from 1 on. A reader keeps the
 * number of the last event that it has seen and asks for the next; if the ring has
 * overtaken it, the numbers tell how many it lost. So a slow reader costs no memory but
 * its cursor.
 *
 * Pure: no loop, no clock, no files.
 */
#pragma once

#include "logs/event_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_BUS_COUNT_MAX ((size_t)1000)
#define EVENT_BUS_BYTES_MAX ((size_t)4 * 1024 * 1024)
/* An event that would be longer is replaced by one that says so. */
#define EVENT_BUS_TEXT_MAX ((size_t)64 * 1024)
/* One value of a filter. */
#define EVENT_FILTER_MAX ((size_t)256)

struct event_bus; /* opaque */

/* Borrowed; until the next event_bus_add. */
struct event_bus_entry {
    uint64_t sequence;
    struct slice json; /* one line of UTF-8 without its LF */
};

/* Told of each new event; embedded by its owner, which has to leave the bus before it
 * is destroyed. In its callback a watcher may not add events or make others leave; it
 * may leave itself. */
struct event_bus_watcher {
    void (*on_event)(void *user);
    void *user;
    struct event_bus_watcher *next;
    struct event_bus_watcher *previous;
    bool is_watching;
};

/* NULL when out of memory. */
struct event_bus *event_bus_create(size_t count_max, size_t bytes_max);
void event_bus_destroy(struct event_bus *bus); /* nobody may be watching */

/* Keeps it, with its number as the member "sequence" before all others. An event that
 * cannot be kept (memory ran out, here or while it was written) still takes its number,
 * so that it counts as lost. */
void event_bus_add(struct event_bus *bus, const struct event_text *event);

/* The number of the newest event; 0 = none yet. */
uint64_t event_bus_last(const struct event_bus *bus);
/* The number of the oldest one that is still there; 0 = none. */
uint64_t event_bus_first(const struct event_bus *bus);
size_t event_bus_bytes(const struct event_bus *bus);

/* What to look for; "" = anything. Texts are compared regardless of case. */
struct event_filter {
    char type[EVENT_FILTER_MAX];    /* "request", "handshake", "failed" */
    char verdict[EVENT_FILTER_MAX]; /* "403.16" or "WRONG_USAGE"; "200" */
    char subject[EVENT_FILTER_MAX]; /* "CN=alice", the whole name, or "alice" */
};

/* Pure: whether an event is looked for. */
bool event_filter_takes(const struct event_filter *filter,
                        const struct event_text *event);
/* Whether a name in RFC 4514 text is `wanted` as a whole, or has it as one of its
 * attributes: "CN=alice,O=Acme" has "cn=alice", but "CN=x\,CN=alice" has not. */
bool event_filter_subject_has(const char *subject, const char *wanted);

/* The next event behind `since` that the filter takes; `*ret_lost` is the number of
 * those that were overtaken. False: there is none (yet); `*since` then moves on, too.
 */
bool event_bus_next(const struct event_bus *bus, const struct event_filter *filter,
                    uint64_t *since, uint64_t *ret_lost,
                    struct event_bus_entry *ret_entry);

void event_bus_watch(struct event_bus *bus, struct event_bus_watcher *watcher);
/* Idempotent; accepts a zeroed one. */
void event_bus_leave(struct event_bus *bus, struct event_bus_watcher *watcher);
