/* SPDX-License-Identifier: MIT */
#include "logs/event_bus.h"

#include "base/mem.h"
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room in a kept text beside members and facts: the sequence, braces, NULs. */
#define KEPT_EXTRA ((size_t)64)

struct kept {
    uint64_t sequence;
    char *text;       /* owned: the event, its NUL, and the facts, each with its NUL */
    size_t len;       /* of the event */
    size_t facts_len; /* of the facts */
};

struct event_bus {
    struct kept *ring; /* owned */
    size_t size;
    size_t oldest; /* index in the ring */
    size_t n;
    size_t bytes;
    size_t bytes_max;
    uint64_t last;
    struct event_bus_watcher *watchers;
    struct event_bus_watcher *next_told; /* while they are being told */
};

/* ---- life */

struct event_bus *event_bus_create(size_t count_max, size_t bytes_max)
{
    struct event_bus *bus = mem_alloc(1, sizeof *bus);
    struct kept *ring = mem_alloc(count_max, sizeof *ring);
    if (bus == NULL || ring == NULL) {
        free(bus);
        free(ring);
        return NULL;
    }
    bus->ring = ring;
    bus->size = count_max;
    bus->bytes_max = bytes_max;
    return bus;
}

static void forget_oldest(struct event_bus *bus)
{
    struct kept *kept = &bus->ring[bus->oldest];
    bus->bytes -= kept->len + kept->facts_len;
    free(kept->text);
    *kept = (struct kept){ .text = NULL };
    bus->oldest = (bus->oldest + 1) % bus->size;
    bus->n--;
}

void event_bus_destroy(struct event_bus *bus)
{
    if (bus == NULL) {
        return;
    }
    assert(bus->watchers == NULL);
    while (bus->n > 0) {
        forget_oldest(bus);
    }
    free(bus->ring);
    free(bus);
}

/* ---- adding */

static const char first_member[] = "{\"sequence\":";

/* Of a text that is too long: what it is. */
static void append_stub(struct buf *out, const struct event_text *event)
{
    static const enum event_fact facts[] = { EVENT_FACT_TIME, EVENT_FACT_TYPE,
                                             EVENT_FACT_OUTCOME, EVENT_FACT_STATUS,
                                             EVENT_FACT_VERDICT };
    struct event_text stub = { .members = BUF_EMPTY };
    for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
        const char *value = event_text_get_fact(event, facts[i]);
        if (value[0] != 0) {
            event_text_fact(&stub, facts[i], slice_from_string(value));
        }
    }
    event_text_flag(&stub, "cut", true);
    buf_append_byte(out, ',');
    buf_append_slice(out, buf_slice(&stub.members));
    out->failed = out->failed || !event_text_ok(&stub);
    event_text_finish(&stub);
}

static void append_json(struct buf *out, const struct event_text *event,
                        uint64_t sequence)
{
    buf_printf(out, "%s%llu", first_member, (unsigned long long)sequence);
    if (out->len + event->members.len + sizeof ",}" > EVENT_BUS_TEXT_MAX) {
        append_stub(out, event);
    } else if (event->members.len > 0) {
        buf_append_byte(out, ',');
        buf_append_slice(out, buf_slice(&event->members));
    }
    buf_append_byte(out, '}');
}

/* False: out of memory. */
static bool write_kept(const struct event_text *event, uint64_t sequence,
                       struct kept *ret_kept)
{
    struct buf text = BUF_EMPTY;
    if (!event_text_ok(event)) {
        return false;
    }
    buf_reserve(&text, event->members.len + event->facts.len + KEPT_EXTRA);
    append_json(&text, event, sequence);
    size_t len = text.len;
    buf_append_byte(&text, 0);
    for (int i = 0; i < EVENT_FACT_COUNT; i++) {
        const char *fact = event_text_get_fact(event, (enum event_fact)i);
        buf_append(&text, fact, strlen(fact) + 1);
    }
    if (!buf_ok(&text)) {
        buf_finish(&text);
        return false;
    }
    char *exact = mem_resize(text.data, text.len, 1);
    *ret_kept = (struct kept){ .sequence = sequence,
                               .text = exact != NULL ? exact : (char *)text.data,
                               .len = len,
                               .facts_len = text.len - len - 1 };
    return true;
}

static void tell(struct event_bus *bus)
{
    struct event_bus_watcher *watcher = bus->watchers;
    while (watcher != NULL) {
        bus->next_told = watcher->next;
        watcher->on_event(watcher->user);
        watcher = bus->next_told;
    }
    bus->next_told = NULL;
}

void event_bus_add(struct event_bus *bus, const struct event_text *event)
{
    uint64_t sequence = ++bus->last;
    struct kept kept;

    if (!write_kept(event, sequence, &kept)) {
        return;
    }
    size_t bytes = kept.len + kept.facts_len;
    while (bus->n > 0 && (bus->n == bus->size || bus->bytes + bytes > bus->bytes_max)) {
        forget_oldest(bus);
    }
    bus->ring[(bus->oldest + bus->n) % bus->size] = kept;
    bus->n++;
    bus->bytes += bytes;
    tell(bus);
}

uint64_t event_bus_last(const struct event_bus *bus)
{
    return bus->last;
}

uint64_t event_bus_first(const struct event_bus *bus)
{
    return bus->n == 0 ? 0 : bus->ring[bus->oldest].sequence;
}

size_t event_bus_bytes(const struct event_bus *bus)
{
    return bus->bytes;
}

/* ---- filtering */

/* Length of the first attribute of an RFC 4514 name: to an unescaped ',' or '+'. */
static size_t attribute_len(const char *name)
{
    size_t len = 0;
    while (name[len] != 0 && name[len] != ',' && name[len] != '+') {
        len += name[len] == '\\' && name[len + 1] != 0 ? 2 : 1;
    }
    return len;
}

static bool equals_part(const char *part, size_t len, const char *wanted)
{
    char copy[EVENT_FILTER_MAX];
    if (len >= sizeof copy) {
        return false;
    }
    memcpy(copy, part, len);
    copy[len] = 0;
    return text_equal_ignoring_case(copy, wanted);
}

bool event_filter_subject_has(const char *subject, const char *wanted)
{
    if (text_equal_ignoring_case(subject, wanted)) {
        return true;
    }
    while (*subject != 0) {
        size_t len = attribute_len(subject);
        if (equals_part(subject, len, wanted)) {
            return true;
        }
        subject += len;
        subject += *subject != 0 ? 1 : 0;
    }
    return false;
}

static bool is_either(const char *const *facts, enum event_fact one,
                      enum event_fact other, const char *wanted)
{
    return wanted[0] == 0 || text_equal_ignoring_case(facts[one], wanted) ||
           text_equal_ignoring_case(facts[other], wanted);
}

static bool takes_facts(const struct event_filter *filter, const char *const *facts)
{
    return is_either(facts, EVENT_FACT_TYPE, EVENT_FACT_OUTCOME, filter->type) &&
           is_either(facts, EVENT_FACT_STATUS, EVENT_FACT_VERDICT, filter->verdict) &&
           (filter->subject[0] == 0 ||
            event_filter_subject_has(facts[EVENT_FACT_SUBJECT], filter->subject) ||
            text_equal_ignoring_case(facts[EVENT_FACT_ISSUED_TO], filter->subject));
}

bool event_filter_takes(const struct event_filter *filter,
                        const struct event_text *event)
{
    const char *facts[EVENT_FACT_COUNT];
    for (int i = 0; i < EVENT_FACT_COUNT; i++) {
        facts[i] = event_text_get_fact(event, (enum event_fact)i);
    }
    return takes_facts(filter, facts);
}

static bool takes_kept(const struct event_filter *filter, const struct kept *kept)
{
    const char *facts[EVENT_FACT_COUNT];
    const char *at = kept->text + kept->len + 1;
    if (filter == NULL) {
        return true;
    }
    for (int i = 0; i < EVENT_FACT_COUNT; i++) {
        facts[i] = at;
        at += strlen(at) + 1;
    }
    return takes_facts(filter, facts);
}

static const struct kept *kept_at(const struct event_bus *bus, size_t index)
{
    return &bus->ring[(bus->oldest + index) % bus->size];
}

/* Of the first event with a higher number: they grow, with gaps where memory failed. */
static size_t index_behind(const struct event_bus *bus, uint64_t since)
{
    size_t low = 0;
    size_t high = bus->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (kept_at(bus, middle)->sequence <= since) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool event_bus_next(const struct event_bus *bus, const struct event_filter *filter,
                    uint64_t *since, uint64_t *ret_lost,
                    struct event_bus_entry *ret_entry)
{
    *ret_lost = 0;
    for (size_t i = index_behind(bus, *since); i < bus->n; i++) {
        const struct kept *kept = kept_at(bus, i);
        *ret_lost += kept->sequence - *since - 1;
        *since = kept->sequence;
        if (takes_kept(filter, kept)) {
            ret_entry->sequence = kept->sequence;
            ret_entry->json = (struct slice){ (const uint8_t *)kept->text, kept->len };
            return true;
        }
    }
    return false;
}

/* ---- watching */

void event_bus_watch(struct event_bus *bus, struct event_bus_watcher *watcher)
{
    assert(!watcher->is_watching);
    watcher->previous = NULL;
    watcher->next = bus->watchers;
    if (bus->watchers != NULL) {
        bus->watchers->previous = watcher;
    }
    bus->watchers = watcher;
    watcher->is_watching = true;
}

void event_bus_leave(struct event_bus *bus, struct event_bus_watcher *watcher)
{
    if (!watcher->is_watching) {
        return;
    }
    if (bus->next_told == watcher) {
        bus->next_told = watcher->next;
    }
    *(watcher->previous != NULL ? &watcher->previous->next : &bus->watchers) =
        watcher->next;
    if (watcher->next != NULL) {
        watcher->next->previous = watcher->previous;
    }
    watcher->is_watching = false;
}
