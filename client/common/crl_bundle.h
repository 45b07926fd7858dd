/* SPDX-License-Identifier: MIT
 *
 * The revocation lists of all test CAs in one file, as nginx's ssl_crl and the like
 * take them.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "forge/forge.h"

#include <stdint.h>

/* Appends them as PEM. `revoked` (may be NULL) is a case that is listed, too, without
 * being revoked anywhere else. */
int crl_bundle_append(const struct forge_world *world, const struct recipe *revoked,
                      int64_t now, struct buf *out, struct err *err) MUST_CHECK;
