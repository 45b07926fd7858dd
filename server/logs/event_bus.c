/* SPDX-License-Identifier: MIT */
#include "logs/event_bus.h"

#include "base/mem.h"
#include "base/text.h"

#include <jansson.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct kept {
    uint64_t sequence;
    char *text; /* owned */
    size_t len;
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
    bus->bytes -= kept->len;
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

static char *write_text(struct json_t *event, uint64_t sequence, size_t *ret_len)
{
    char *text = NULL;
    if (event != NULL && json_object_set_new(event, "sequence",
                                             json_integer((json_int_t)sequence)) == 0) {
        text = json_dumps(event, JSON_COMPACT | JSON_ENSURE_ASCII);
    }
    *ret_len = text == NULL ? 0 : strlen(text);
    return text;
}

static struct json_t *make_stub(const struct json_t *event)
{
    struct json_t *stub = json_object();
    static const char *const keys[] = { "time", "type", "outcome", "status",
                                        "verdict" };
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        json_object_set(stub, keys[i], json_object_get(event, keys[i]));
    }
    json_object_set_new(stub, "cut", json_true());
    return stub;
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

void event_bus_add(struct event_bus *bus, struct json_t *event)
{
    uint64_t sequence = ++bus->last;
    size_t len;
    char *text = write_text(event, sequence, &len);

    if (len > EVENT_BUS_TEXT_MAX) {
        struct json_t *stub = make_stub(event);
        free(text);
        text = write_text(stub, sequence, &len);
        json_decref(stub);
    }
    json_decref(event);
    if (text == NULL) {
        return;
    }
    while (bus->n > 0 && (bus->n == bus->size || bus->bytes + len > bus->bytes_max)) {
        forget_oldest(bus);
    }
    bus->ring[(bus->oldest + bus->n) % bus->size] =
        (struct kept){ .sequence = sequence, .text = text, .len = len };
    bus->n++;
    bus->bytes += len;
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

static bool is_text(const struct json_t *event, const char *key, const char *wanted)
{
    const char *value = json_string_value(json_object_get(event, key));
    return value != NULL && text_equal_ignoring_case(value, wanted);
}

bool event_filter_takes(const struct event_filter *filter, const struct json_t *event)
{
    const char *subject = json_string_value(json_object_get(event, "subject"));
    if (filter->type[0] != 0 && !is_text(event, "type", filter->type) &&
        !is_text(event, "outcome", filter->type)) {
        return false;
    }
    if (filter->verdict[0] != 0 && !is_text(event, "status", filter->verdict) &&
        !is_text(event, "verdict", filter->verdict)) {
        return false;
    }
    return filter->subject[0] == 0 ||
           (subject != NULL && event_filter_subject_has(subject, filter->subject)) ||
           is_text(event, "issued_to", filter->subject);
}

static bool is_empty(const struct event_filter *filter)
{
    return filter == NULL ||
           (filter->type[0] == 0 && filter->verdict[0] == 0 && filter->subject[0] == 0);
}

static bool takes_kept(const struct event_filter *filter, const struct kept *kept)
{
    if (is_empty(filter)) {
        return true;
    }
    struct json_t *event = json_loadb(kept->text, kept->len, JSON_ALLOW_NUL, NULL);
    bool taken = event != NULL && event_filter_takes(filter, event);
    json_decref(event);
    return taken;
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
