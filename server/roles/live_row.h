/* SPDX-License-Identifier: MIT
 *
 * An event as the live page shows it: one sentence, the facts below, and for a
 * handshake its timeline in the units of the drawing.
 */
#pragma once

#include "base/buf.h"
#include "logs/event_bus.h"

#include <jansson.h>

#include <stdbool.h>

/* Appends an event as HTML. False: out of memory. */
bool live_row_append(struct buf *out, const struct event_bus_entry *entry);

/* An event as the template live_row wants it; NULL: out of memory. */
json_t *live_row_values(const json_t *event);
