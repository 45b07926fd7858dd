/* SPDX-License-Identifier: MIT
 *
 * Files that are taken for certificates and are none: what each is, and what to do.
 * Part of bundle/bundle.
 */
#pragma once

#include "base/buf.h"

/* A clause that goes behind the file's name, "is a Java keystore ...". NULL: it is
 * nothing that is known. */
const char *foreign_file_name_bytes(struct slice bytes);
/* The same for a PEM block by its label, "CERTIFICATE REQUEST". */
const char *foreign_file_name_label(struct slice label);
