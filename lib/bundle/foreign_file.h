/* SPDX-License-Identifier: MIT
 *
 * Files that are mistaken for certificates: what each is, and what to do. Part of
 * bundle/bundle.
 */
#pragma once

#include "base/buf.h"

/* A clause that follows the file's name, "is a Java keystore ...". NULL: the file is of
 * no known kind. */
const char *foreign_file_name_bytes(struct slice bytes);
/* The same for a PEM block by its label, "CERTIFICATE REQUEST". */
const char *foreign_file_name_label(struct slice label);
