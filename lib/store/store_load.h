/* SPDX-License-Identifier: MIT
 *
 * Reads a store from its folder.
 */
#pragma once

#include "base/err.h"
#include "store/store.h"

#include <stdint.h>

/* Reads everything; `now` is for notes about what has expired. Bad files become
 * notes; -1 only when `dir` itself is no readable folder or memory is out. */
int store_load(struct store *store, const char *dir, int64_t now, struct err *err)
    MUST_CHECK;
