/* SPDX-License-Identifier: MIT
 *
 * What a person should know about a store that was read: IIS's traps first. Part
 * of store/store.
 */
#pragma once

#include "store/store_builder.h"

/* Adds the notes; -1 only when out of memory. */
int store_check(struct store_builder *builder, struct err *err) MUST_CHECK;

/* Parts of it (store_check_lists.c). */
int store_check_issuer_list(struct store_builder *builder, struct err *err) MUST_CHECK;
int store_check_crls(struct store_builder *builder, struct err *err) MUST_CHECK;
int store_check_distrust(struct store_builder *builder, struct err *err) MUST_CHECK;
/* A file that the forge has put there: what is expired in it is so on purpose. */
bool store_check_is_own(const char *path);
