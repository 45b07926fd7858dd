/* SPDX-License-Identifier: MIT */
#include "tls/tls_envelope.h"

#include "base/compiler.h"
#include "pki/der.h"

#define BYTES(array) ((struct slice){ (array), ARRAY_LEN(array) })

/* ecdsa-with-SHA256, without parameters */
static const uint8_t algorithm[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
                                     0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
/* CN=i and CN=s: two names, so that it is not self-issued */
static const uint8_t issuer[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06,
                                  0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 'i' };
static const uint8_t subject[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06,
                                   0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 's' };
#define NOT_BEFORE ((int64_t)0)            /* 1970 */
#define NOT_AFTER  ((int64_t)253402300799) /* 9999-12-31T23:59:59Z */

void tls_envelope_write(struct buf *out, struct slice spki)
{
    static const uint8_t no_signature[] = { 0 };

    size_t certificate = der_begin(out, DER_SEQUENCE);
    size_t tbs = der_begin(out, DER_SEQUENCE); /* without a version: X.509 v1 */
    der_write_small(out, 1);
    buf_append_slice(out, BYTES(algorithm));
    buf_append_slice(out, BYTES(issuer));
    size_t validity = der_begin(out, DER_SEQUENCE);
    der_write_time(out, NOT_BEFORE);
    der_write_time(out, NOT_AFTER);
    der_end(out, validity);
    buf_append_slice(out, BYTES(subject));
    buf_append_slice(out, spki);
    der_end(out, tbs);
    buf_append_slice(out, BYTES(algorithm));
    der_write_bits(out, BYTES(no_signature));
    der_end(out, certificate);
}
