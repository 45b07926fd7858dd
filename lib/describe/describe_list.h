/* SPDX-License-Identifier: MIT
 *
 * What rows and JSON share: the lists inside a certificate as plain values. Part
 * of describe/describe.
 */
#pragma once

#include "pki/certificate.h"

/* One bit of KeyUsage. */
struct describe_key_usage {
    unsigned bit;        /* enum key_usage */
    const char *name;    /* RFC 5280 4.2.1.3 */
    const char *display; /* Windows */
};
#define DESCRIBE_KEY_USAGE_COUNT 9
extern const struct describe_key_usage describe_key_usages[DESCRIBE_KEY_USAGE_COUNT];

/* RFC 4514; "(malformed name)" for an invalid Name. Not cut. */
bool describe_append_name(struct buf *out, struct slice name);
/* Why we do not ask an address, " (ldap: ...)"; "" for one that we ask. */
const char *describe_address_note(struct slice url);
/* The values of extensions of Active Directory Certificate Services; false, with
 * nothing appended, for what does not decode. */
bool describe_append_template_name(struct buf *out, struct slice value);
bool describe_append_template(struct buf *out, struct slice value);
bool describe_append_sid(struct buf *out, struct slice value);
/* The dotted OID of the key's algorithm, from the SubjectPublicKeyInfo. */
struct slice describe_key_oid(const struct certificate *cert);
