/* SPDX-License-Identifier: MIT
 *
 * What a person should know about a store that was read: IIS's traps first. Part
 * of pki/store.
 */
#pragma once

#include "pki/store_builder.h"

/* Adds the notes; -1 only when out of memory. */
int store_check(struct store_builder *builder, struct err *err) MUST_CHECK;
