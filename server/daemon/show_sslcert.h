/* SPDX-License-Identifier: MIT
 *
 * --show sslcert: the sites as `netsh http show sslcert` would list them, label by
 * label, so that the two can be laid side by side.
 */
#pragma once

#include "base/buf.h"
#include "config/config.h"
#include "store/store.h"

#include <stdbool.h>

/* Appends one block per TLS site; `entry` is the server's certificate (NULL: none). */
bool show_sslcert(struct buf *out, const struct config *config,
                  const struct store_entry *entry);
