/* SPDX-License-Identifier: MIT
 *
 * An event of certgated (server/connection/event_json.h) as one line, or a few, for
 * people. All text is a peer's and is escaped for a terminal.
 */
#pragma once

#include "base/buf.h"

#include <jansson.h>

/* "#12 15:04:05.123 403.16 WRONG_USAGE  GET /x by CN=alice: EKU_NOT_CLIENT_AUTH: ..."
 * and for a handshake that failed why, and what a browser's user sees. */
void event_text_append(struct buf *out, const json_t *event);
