/* SPDX-License-Identifier: MIT
 *
 * One rule of a many-to-one mapping against one name of a certificate.
 */
#pragma once

#include "base/buf.h"
#include "pki/oid.h"

#include <stdbool.h>
#include <stddef.h>

/* A longer value of a certificate fits nothing. */
#define MAPPING_MATCH_VALUE_MAX ((size_t)16 * 1024)

/* Windows' short name of an attribute of names ("S" is the state), as CertNameToStr
 * writes it; case counts. OID_UNKNOWN if it is not such a name. */
enum oid mapping_match_sub_field(const char *sub_field);
/* The name that was probably meant by an invalid one ("cn": "CN"); NULL = none is near.
 */
const char *mapping_match_suggest(const char *sub_field);

/* The whole of `value` (UTF-8; a NUL is a character like any other) is `criteria`,
 * in which each * stands for any characters or none. */
bool mapping_match_text(struct slice value, const char *criteria, bool case_sensitive);

/* Some attribute of that type in the Name TLV has such a value. All values of the
 * type are appended to `values`, with ", " between them, as far as they were looked at.
 * `values->failed` = out of memory. */
bool mapping_match_name(struct slice name, enum oid type, const char *criteria,
                        bool case_sensitive, struct buf *values);
