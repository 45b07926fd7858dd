/* SPDX-License-Identifier: MIT
 *
 * What `certgate store` tells about stores that were read. Pure; safe on a terminal.
 */
#pragma once

#include "base/buf.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Each folder that holds something, one line for each certificate or CRL. */
bool store_show_list(struct buf *out, const struct store *store, int64_t now);
/* Traps first, then notes. *ret_traps: how many are traps. */
bool store_show_check(struct buf *out, const struct store *store, size_t *ret_traps);

/* "Root", "LocalMachine\Root", "LocalMachine/Root", "CurrentUser\My", in any case. */
bool store_show_find_folder(const char *word, enum store_folder *ret_folder);
/* "My, Root, ..."; for error messages. */
bool store_show_append_folders(struct buf *out);

/* A file name for a certificate or CRL: the name in it, made harmless, and the first
 * bytes of its fingerprint: "certgate-tests-root-3f2a91c0". */
#define STORE_SHOW_NAME_MAX 64
bool store_show_append_file_name(struct buf *out, struct slice name,
                                 const uint8_t sha256[32]);
