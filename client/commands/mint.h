/* SPDX-License-Identifier: MIT
 *
 * `certgate forge --subject ...`: one certificate by order, into files.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "forge/forge_export.h"
#include "forge/forge_mint.h"

#include <stdbool.h>

struct mint_options {
    struct forge_mint_order order; /* borrows from the command line */
    struct buf details;            /* owned: --san, --fault */
};

void mint_options_finish(struct mint_options *options);
/* Whether one of these options was given. */
bool mint_options_is_wanted(const struct mint_options *options);
/* A value of --san or --fault: `prefix` is "san=" or "". */
int mint_options_add(struct mint_options *options, const char *prefix,
                     const char *value, struct err *err) MUST_CHECK;

/* Mints it in `world` and writes DIR/minted/NAME with the suffix of the format; prints
 * the path. */
int mint_write(struct forge_world *world, struct mint_options *options,
               enum forge_format format, int64_t now, struct err *err) MUST_CHECK;
