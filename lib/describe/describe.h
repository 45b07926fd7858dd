/* SPDX-License-Identifier: MIT
 *
 * A certificate as a person reads it, in Windows' words: as rows (for pages), as text
 * (for terminals) and as JSON.
 *
 * All of it was written by a stranger. Rows and the `append` helpers give plain,
 * valid UTF-8 that may hold any code point: a page still escapes it for HTML. Text
 * is escaped for a terminal already. JSON is valid UTF-8 with everything in it; a
 * NUL is \u0000. Rows and text are bounded, JSON by the certificate's own size.
 */
#pragma once

#include "base/buf.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of one value in rows and text; what is cut off ends in an ellipsis. */
#define DESCRIBE_VALUE_MAX ((size_t)400)
/* Values of one field in rows and text (names, extensions, ...); then "and N more". */
#define DESCRIBE_VALUES_MAX ((size_t)32)

enum describe_field {
    DESCRIBE_MALFORMED, /* only when it is: which part of the structure broke */
    DESCRIBE_ISSUED_TO,
    DESCRIBE_ISSUED_BY,
    DESCRIBE_VALID_FROM, /* RFC 3339 */
    DESCRIBE_VALID_TO,
    DESCRIBE_PURPOSE, /* one row each; "All purposes" without an Enhanced Key Usage */
    DESCRIBE_APPLICATION_POLICY, /* the same for Microsoft's extension, if it is there
                                  */
    DESCRIBE_SUBJECT,            /* RFC 4514 */
    DESCRIBE_ISSUER,
    DESCRIBE_SERIAL,
    DESCRIBE_ALT_NAME, /* one row each: "DNS:example.org" */
    DESCRIBE_KEY,
    DESCRIBE_SIGNATURE,
    DESCRIBE_KEY_USAGE,
    DESCRIBE_BASIC_CONSTRAINTS,
    DESCRIBE_SUBJECT_KEY_ID,
    DESCRIBE_AUTHORITY_KEY_ID,
    /* One row each, as the next two; behind such as are not asked stands why. */
    DESCRIBE_CRL_URL,
    DESCRIBE_OCSP_URL,
    DESCRIBE_CA_ISSUERS_URL,
    DESCRIBE_TEMPLATE, /* of Active Directory Certificate Services: its name, its OID */
    DESCRIBE_SID, /* the account's, as domain controllers want it since KB5014754 */
    DESCRIBE_EXTENSION, /* one row each: name, dotted OID, critical, size */
    DESCRIBE_VERSION,
    DESCRIBE_SHA1, /* thumbprint, as Windows and netsh want it */
    DESCRIBE_SHA256,
    DESCRIBE_FIELD_COUNT
};
/* "Issued to", "Thumbprint (SHA-1)", ... */
const char *describe_field_label(enum describe_field field);

/* Calls on_row for every field that the certificate has, in the order of the enum;
 * `value` lives until on_row returns. False when memory ran out. */
typedef void (*describe_on_row_fn)(void *user, enum describe_field field,
                                   const char *label, struct slice value);
bool describe_walk(const struct certificate *cert, describe_on_row_fn on_row,
                   void *user);

/* Plain UTF-8, appended; cut at DESCRIBE_VALUE_MAX. Results: buf_ok(out). */
/* "alice"; "(no name)" for an empty subject. */
bool describe_append_issued_to(struct buf *out, const struct certificate *cert);
bool describe_append_issued_by(struct buf *out, const struct certificate *cert);
bool describe_append_serial(struct buf *out, const struct certificate *cert);
/* "ECDSA P-256", "RSA 2048 bits", "Ed25519" */
bool describe_append_key(struct buf *out, const struct certificate *cert);
/* "sha256ECDSA" as Windows names it; "RSASSA-PSS"; dotted if unknown. */
bool describe_append_signature(struct buf *out, const struct certificate *cert);
/* "Client Authentication (1.3.6.1.5.5.7.3.2), Secure Email (...)"; "All purposes"
 * without an Enhanced Key Usage; "none (an empty Enhanced Key Usage)". */
bool describe_append_purposes(struct buf *out, const struct certificate *cert);
/* "Digital Signature, Key Encipherment"; "" without the extension. */
bool describe_append_key_usage(struct buf *out, const struct certificate *cert);
/* Any bytes as valid UTF-8: invalid bytes become U+FFFD; cut at `max` bytes, and then
 * an ellipsis. */
bool describe_append_utf8(struct buf *out, struct slice bytes, size_t max);

/* The whole certificate, one field a line, each line indented; for terminals. */
bool describe_append_text(struct buf *out, const struct certificate *cert,
                          unsigned indent);

/* jansson's json_t; a new reference, NULL when out of memory. */
struct json_t;
struct json_t *describe_json(const struct certificate *cert);
