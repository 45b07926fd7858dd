/* SPDX-License-Identifier: MIT
 *
 * The output of `certgate explain`, as text and as JSON, from chain/explain's answer.
 * Pure.
 */
#pragma once

#include "base/buf.h"
#include "chain/explain.h"

#include <jansson.h>
#include <stdbool.h>

/* For people; safe on a terminal. */
bool explain_append_text(struct buf *out, const struct explain_question *question,
                         const struct explain_answer *answer);
/* The text in colour for a terminal: the answers and the codes of faults and notes.
 * False when out of memory. */
bool explain_append_coloured(struct buf *out, struct slice text);
/* What its parts write: a text, and whom a certificate was issued to; both escaped. */
void explain_append_escaped(struct buf *out, const char *text);
void explain_append_name(struct buf *out, const struct certificate *cert);
/* Its beginning: the answer, why, the remedy, then the codes. */
#define EXPLAIN_INDENT 2u
void explain_append_head(struct buf *out, const struct explain_question *question,
                         const struct explain_answer *answer);
/* One element of "results"; a new reference, NULL when out of memory.
 * tests/schema/explain.schema.json describes the document; a member that goes or is
 * renamed needs another number in its "schema" (command_explain.c). */
json_t *explain_json(const struct explain_question *question,
                     const struct explain_answer *answer);
