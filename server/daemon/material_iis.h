/* SPDX-License-Identifier: MIT
 *
 * The files of --iis, as a part of the material that a reload replaces.
 */
#pragma once

#include "base/err.h"
#include "config/config.h"
#include "connection/connection_host.h"
#include "iis/iis_config.h"

typedef void (*material_iis_on_note_fn)(void *user, bool is_trap, const char *text);

/* Owned by the caller; the notes are in it. The configuration has such files. */
int material_iis_read(const struct config *config, struct iis_config **ret_iis,
                      struct err *err) MUST_CHECK;
/* Which site of theirs each of ours plays; NULL for those that play none. */
void material_iis_lend(const struct config *config, const struct iis_config *iis,
                       struct connection_material *lent);
/* Tells each note, the faults among them. */
void material_iis_tell(const struct iis_config *iis, material_iis_on_note_fn on_note,
                       void *user);
