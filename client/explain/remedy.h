/* SPDX-License-Identifier: MIT
 *
 * The command lines that fix a fault: OpenSSL's, PowerShell's, certutil's and our
 * own. Pure text from one table.
 */
#pragma once

#include "base/buf.h"
#include "chain/chain.h"
#include "chain/server_check.h"

#include <stddef.h>

#define REMEDY_LINES_MAX ((size_t)5)

struct remedy_line {
    const char *tool; /* "openssl" */
    const char *line; /* with %f, %t and %s as remedy_append has them */
};

/* The lines for a fault; none for some. */
size_t remedy_find(enum finding_kind kind, struct remedy_line lines[REMEDY_LINES_MAX]);
size_t remedy_find_server(enum server_check_kind kind,
                          struct remedy_line lines[REMEDY_LINES_MAX]);

/* Appends the line with its gaps filled: %f the file, quoted for a shell; %t the
 * thumbprint; %s the serial number. */
bool remedy_append(struct buf *out, const struct remedy_line *line, const char *file,
                   const struct certificate *cert);
