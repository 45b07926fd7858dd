/* SPDX-License-Identifier: MIT
 *
 * Certificates for the handshake tests, written byte by byte: right ones, and such
 * as no TLS library's parser takes. They never expire. Failing here ends the test.
 */
#pragma once

#include "base/buf.h"
#include "pki/certificate.h"
#include "pki/key.h"

enum tls_flaw {
    TLS_FLAW_NONE,
    TLS_FLAW_UNKNOWN_CRITICAL,    /* an unknown critical extension */
    TLS_FLAW_DUPLICATE_EXTENSION, /* subjectAltName twice */
    TLS_FLAW_EMPTY_EKU,
    TLS_FLAW_CRITICAL_NAME_CONSTRAINTS,
    TLS_FLAW_BAD_VALIDITY,  /* no times in it */
    TLS_FLAW_ED25519,       /* a public key that mbedTLS cannot use */
    TLS_FLAW_HUGE_EXPONENT, /* an RSA key that makes checks slow */
    TLS_FLAW_NO_KEY,        /* bytes that hold no public key */
};

struct tls_cert {
    struct key *key;          /* owned */
    struct certificate *cert; /* owned */
};

/* A certificate named `name`, which is its DNS name, too; `issuer` may be NULL for
 * one that signs itself. `padding` more bytes make it long. */
struct tls_cert tls_cert_make(const char *name, const struct tls_cert *issuer,
                              enum key_type type, enum tls_flaw flaw, size_t padding);
void tls_cert_finish(struct tls_cert *cert);
