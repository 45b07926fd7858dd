/* SPDX-License-Identifier: MIT
 *
 * The desk's live page: connections as they happen. The server writes the rows, the
 * same ones for the page without JavaScript and for the stream (server-sent events)
 * that the page's script puts on top, so there is one place that escapes.
 *
 *   /live              the page
 *   /live/events       its stream (events_feed.h)
 *   /live/events.sse   the same events as JSON, for the first page's script
 *   /live/events.jsonl, /live/w3c.log   what it shows, to take along
 */
#pragma once

#include "roles/role.h"

/* The events that the page looks at, unless a text is searched for. */
#define LIVE_EVENTS_MAX ((size_t)200)
/* The connections that it shows, and the events of each. */
#define LIVE_CONNECTIONS_MAX ((size_t)20)
#define LIVE_ROWS_MAX        ((size_t)8)
#define LIVE_SEARCH_MAX      ((size_t)100)

int live_answer_page(const struct role_input *input, struct role_answer *answer,
                     struct err *err) MUST_CHECK;
/* Everything below /live/. */
int live_answer_part(const struct role_input *input, struct role_answer *answer,
                     struct err *err) MUST_CHECK;
