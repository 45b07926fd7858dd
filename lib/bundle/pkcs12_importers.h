/* SPDX-License-Identifier: MIT
 *
 * Who imports a PKCS#12 file, by the algorithms that protect it. The table stands in
 * pkcs12_importers.c, with its sources.
 */
#pragma once

#include "base/buf.h"
#include "bundle/pkcs12_types.h"

#include <stddef.h>

enum pkcs12_import {
    PKCS12_IMPORTS,
    PKCS12_IMPORTS_PERHAPS, /* reports differ, or it takes an option: see the note */
    PKCS12_REFUSES,
};

struct pkcs12_importer {
    const char *name; /* "Windows Server 2012 to 2016" */
    enum pkcs12_import import;
    const char *note; /* what it takes; NULL = nothing to say */
};

size_t pkcs12_importer_count(void);
/* `uses` is of PKCS12_USES_...; none = of a file that is not protected. */
struct pkcs12_importer pkcs12_importer_get(size_t index, unsigned uses);

/* "Triple DES, MAC with SHA-1". Result: buf_ok(out). */
bool pkcs12_append_uses(struct buf *out, unsigned uses);
/* A line each for those that import it, that may, and that do not; two blanks in. */
bool pkcs12_append_importers(struct buf *out, unsigned uses);
