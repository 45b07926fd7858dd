/* SPDX-License-Identifier: MIT
 *
 * What Windows' logs would hold of a client's certificate (why/windows_events), for
 * people. Pure.
 */
#pragma once

#include "base/buf.h"
#include "chain/explain.h"
#include "like/like.h"

/* Nothing for a server's certificate. `like` may be NULL. Safe on a terminal. */
bool explain_events_append(struct buf *out, const struct explain_question *question,
                           const struct explain_answer *answer,
                           const struct like *like);
