/* SPDX-License-Identifier: MIT
 *
 * Whether a store that was read may be used, or has lost too much.
 */
#pragma once

#include "base/err.h"
#include "store/store.h"

/* ERR_CONFIG, with the file and the remedy, if something was lost that may be what
 * keeps somebody out; or if a folder of LocalMachine is gone out of which `previous`,
 * the store as it was read before (NULL: none), had certificates or lists. */
int store_damage_check(const struct store *store, const struct store *previous,
                       struct err *err) MUST_CHECK;
