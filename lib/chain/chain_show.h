/* SPDX-License-Identifier: MIT
 *
 * A path with what is the matter with it, for terminals and as JSON; how one
 * certificate is described is describe/describe's, and what that says of hostile text
 * holds here.
 */
#pragma once

#include "base/buf.h"
#include "chain/chain.h"

#include <stdbool.h>

/* The path as Windows draws it (root on top) with each certificate's findings, escaped
 * for a terminal. Result: buf_ok(out). */
bool chain_show_text(struct buf *out, const struct chain *chain);

/* jansson's json_t; a new reference, NULL when out of memory. */
struct json_t;
struct describe_memo;
struct json_t *chain_show_finding_json(const struct finding *finding);
/* {"path": [certificate + source, file], "findings": [...], "trust_status": "0x.."} */
/* `memo` may be NULL. */
struct json_t *chain_show_json(const struct chain *chain, struct describe_memo *memo);
