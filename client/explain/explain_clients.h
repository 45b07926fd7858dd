/* SPDX-License-Identifier: MIT
 *
 * Of an explanation as text: what each kind of client would send of the file, and who
 * imports it. Part of explain/explain_show.
 */
#pragma once

#include "base/buf.h"
#include "chain/explain.h"

void explain_append_clients(struct buf *out, const struct explain_answer *answer);
/* Nothing for what is no PKCS #12 file. */
void explain_append_importers(struct buf *out, const struct explain_question *question);
