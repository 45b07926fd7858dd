/* SPDX-License-Identifier: MIT
 *
 * An event while it is written: the members of a JSON object as text, and beside them
 * the values that filters compare (event_bus.h). It is written directly as the text
 * that is kept, because every request writes one and few are read. Pure.
 *
 * Texts may be a peer's: what is no UTF-8 becomes U+FFFD, and all that is not visible
 * ASCII is written as \uHHHH. A text of more than EVENT_TEXT_VALUE_MAX bytes is cut.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define EVENT_TEXT_VALUE_MAX ((size_t)2048)

/* What filters compare, and what is kept of an event that is too long. */
enum event_fact {
    EVENT_FACT_TIME,
    EVENT_FACT_TYPE,
    EVENT_FACT_OUTCOME,
    EVENT_FACT_STATUS,
    EVENT_FACT_VERDICT,
    EVENT_FACT_SUBJECT,
    EVENT_FACT_ISSUED_TO,
    EVENT_FACT_COUNT
};

/* Zeroed = empty. Out of memory, `members` has failed. */
struct event_text {
    struct buf members;                /* without the braces around them */
    struct buf facts;                  /* each with its NUL */
    size_t fact_end[EVENT_FACT_COUNT]; /* in `facts`, behind its NUL; 0 = none */
    size_t fact_len[EVENT_FACT_COUNT]; /* without its NUL */
};

void event_text_finish(struct event_text *event);
/* Out of memory at no point. */
bool event_text_ok(const struct event_text *event);

/* A member; in a list the key is NULL. A value that is NULL is left out. */
void event_text_slice(struct event_text *event, const char *key, struct slice value);
void event_text_put(struct event_text *event, const char *key, const char *value);
void event_text_printf(struct event_text *event, const char *key, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void event_text_number(struct event_text *event, const char *key, int64_t value);
void event_text_flag(struct event_text *event, const char *key, bool value);
/* '{' or '[', and what closes it. */
void event_text_open(struct event_text *event, const char *key, char bracket);
void event_text_close(struct event_text *event, char bracket);

/* Such a member, on the top level, that is a fact as well. */
void event_text_fact(struct event_text *event, enum event_fact fact,
                     struct slice value);
/* "" = the event has no such value. */
const char *event_text_get_fact(const struct event_text *event, enum event_fact fact);
/* Appends another's members and facts. */
void event_text_join(struct event_text *event, const struct event_text *other);
