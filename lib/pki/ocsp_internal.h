/* SPDX-License-Identifier: MIT
 *
 * Private to ocsp*.c. OIDs that stand only in OCSP's own messages
 * are not in pki/oid, whose names are for certificates.
 */
#pragma once

#include "pki/ocsp.h"

/* id-pkix-ocsp and what is below it (RFC 6960 4.2.1, 4.4.1, 4.2.2.2.1). */
#define OCSP_OID_BASIC   "\x2b\x06\x01\x05\x05\x07\x30\x01\x01"
#define OCSP_OID_NONCE   "\x2b\x06\x01\x05\x05\x07\x30\x01\x02"
#define OCSP_OID_NOCHECK "\x2b\x06\x01\x05\x05\x07\x30\x01\x05"
#define OCSP_OID(bytes)  ((struct slice){ (const uint8_t *)(bytes), sizeof(bytes) - 1 })

#define OCSP_TAG_EXPLICIT(n) ((uint8_t)(DER_CONTEXT | DER_CONSTRUCTED | (n)))
#define OCSP_TAG_IMPLICIT(n) ((uint8_t)(DER_CONTEXT | (n)))

/* Walks the content of an Extensions field for the nonce and for critical ones that
 * are not known. False if it does not decode. */
struct ocsp_extensions {
    bool has_nonce;
    struct slice nonce;
    bool has_unknown_critical;
};
bool ocsp_extensions_read(struct slice field, struct ocsp_extensions *ret_extensions);
/* Appends the Extensions value (a SEQUENCE) with the nonce alone. */
void ocsp_extensions_write_nonce(struct buf *out, struct slice nonce);
