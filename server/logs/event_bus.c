/* SPDX-License-Identifier: MIT */
#include "logs/event_bus.h"

#include "base/mem.h"
#include "base/text.h"

#include <jansson.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What filters look at, kept beside the text so that nothing is read from it again. */
enum fact {
    FACT_TYPE,
    FACT_OUTCOME,
    FACT_STATUS,
    FACT_VERDICT,
    FACT_SUBJECT,
    FACT_ISSUED_TO,
    FACT_COUNT
};
static const char *const fact_keys[FACT_COUNT] = {
    [FACT_TYPE] = "type",       [FACT_OUTCOME] = "outcome",
    [FACT_STATUS] = "status",   [FACT_VERDICT] = "verdict",
    [FACT_SUBJECT] = "subject", [FACT_ISSUED_TO] = "issued_to",
};

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

/* "" = it says nothing of that. */
static const char *fact_of(const struct json_t *event, enum fact fact)
{
    const char *value = json_string_value(json_object_get(event, fact_keys[fact]));
    return value == NULL ? "" : value;
}

static bool append_facts(struct kept *kept, const struct json_t *event)
{
    for (int i = 0; i < FACT_COUNT; i++) {
        kept->facts_len += strlen(fact_of(event, (enum fact)i)) + 1;
    }
    char *text = mem_resize(kept->text, kept->len + 1 + kept->facts_len, 1);
    if (text == NULL) {
        return false;
    }
    kept->text = text;
    char *at = text + kept->len + 1;
    for (int i = 0; i < FACT_COUNT; i++) {
        size_t len = strlen(fact_of(event, (enum fact)i)) + 1;
        memcpy(at, fact_of(event, (enum fact)i), len);
        at += len;
    }
    return true;
}

/* False: out of memory. */
static bool write_kept(struct json_t *event, uint64_t sequence, struct kept *ret_kept)
{
    struct kept kept = { .sequence = sequence };
    if (event != NULL && json_object_set_new(event, "sequence",
                                             json_integer((json_int_t)sequence)) == 0) {
        kept.text = json_dumps(event, JSON_COMPACT | JSON_ENSURE_ASCII);
    }
    kept.len = kept.text == NULL ? 0 : strlen(kept.text);
    if (kept.text == NULL || !append_facts(&kept, event)) {
        free(kept.text);
        return false;
    }
    *ret_kept = kept;
    return true;
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
    struct kept kept;
    bool ok = write_kept(event, sequence, &kept);

    if (ok && kept.len > EVENT_BUS_TEXT_MAX) {
        struct json_t *stub = make_stub(event);
        free(kept.text);
        ok = write_kept(stub, sequence, &kept);
        json_decref(stub);
    }
    json_decref(event);
    if (!ok) {
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

static bool is_either(const char *const *facts, enum fact one, enum fact other,
                      const char *wanted)
{
    return wanted[0] == 0 || text_equal_ignoring_case(facts[one], wanted) ||
           text_equal_ignoring_case(facts[other], wanted);
}

static bool takes_facts(const struct event_filter *filter, const char *const *facts)
{
    return is_either(facts, FACT_TYPE, FACT_OUTCOME, filter->type) &&
           is_either(facts, FACT_STATUS, FACT_VERDICT, filter->verdict) &&
           (filter->subject[0] == 0 ||
            event_filter_subject_has(facts[FACT_SUBJECT], filter->subject) ||
            text_equal_ignoring_case(facts[FACT_ISSUED_TO], filter->subject));
}

bool event_filter_takes(const struct event_filter *filter, const struct json_t *event)
{
    const char *facts[FACT_COUNT];
    for (int i = 0; i < FACT_COUNT; i++) {
        facts[i] = fact_of(event, (enum fact)i);
    }
    return takes_facts(filter, facts);
}

static bool takes_kept(const struct event_filter *filter, const struct kept *kept)
{
    const char *facts[FACT_COUNT];
    const char *at = kept->text + kept->len + 1;
    if (filter == NULL) {
        return true;
    }
    for (int i = 0; i < FACT_COUNT; i++) {
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
