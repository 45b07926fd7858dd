/* SPDX-License-Identifier: MIT
 *
 * --show config: what the files of --iis say of a path, each setting with the file and
 * the line that decided, or why it is a 500.19. No password is in it.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"

/* Appends the text, or JSON. -1: the files cannot be read, or there is no such site. */
int show_config(struct buf *out, const struct config *config, struct err *err)
    MUST_CHECK;
