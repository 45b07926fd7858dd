/* SPDX-License-Identifier: MIT
 *
 * One name against one name constraint (RFC 5280 4.2.1.10): DNS names, mailboxes, URIs
 * and IP addresses. Part of chain/path_names.
 *
 * A host is compared as what it names: the dot at the end of an absolute name
 * (RFC 1034 3.1) and, in a URI, percent-encoding (RFC 3986 6.2.2.2) change nothing.
 * Text that is not a host name cannot be compared: it is neither permitted nor exempt
 * from exclusion.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

enum match { MATCH_NO, MATCH_YES, MATCH_UNSUPPORTED };

/* `excluding`: for an excluded subtree, which a wildcard name must not reach into. */
enum match path_match_dns(struct slice name, struct slice constraint, bool excluding);
/* An address; and a UPN, which Windows compares as one. */
enum match path_match_email(struct slice name, struct slice constraint);
/* MATCH_UNSUPPORTED for a URI whose host is missing or an IP address: RFC 5280 wants
 * those refused. */
enum match path_match_uri(struct slice uri, struct slice constraint);
/* 4 or 16 bytes against as many with as long a mask behind. */
enum match path_match_ip(struct slice address, struct slice constraint);
