/* SPDX-License-Identifier: MIT
 *
 * Certificate revocation lists (RFC 5280 section 5), written: version 2 with
 * authority key identifier, CRL number and a reason for each entry.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/crl.h"
#include "pki/key.h"

#include <stddef.h>
#include <stdint.h>

#define FORGE_REVOCATION_SERIAL_MAX ((size_t)64)

struct forge_revocation {
    uint8_t serial[FORGE_REVOCATION_SERIAL_MAX]; /* INTEGER content bytes */
    size_t serial_len;
    int64_t revoked_at;
    unsigned reason; /* enum crl_reason */
};

/* Everything is borrowed. */
struct forge_crl_order {
    struct slice issuer_name; /* whole Name TLV */
    struct slice issuer_spki;
    const struct key *issuer_key;
    int64_t this_update; /* serves as the CRL number, too */
    int64_t next_update;
    const struct forge_revocation *revocations;
    size_t n_revocations;
};

/* Appends the CRL's DER. */
int forge_crl_write(const struct forge_crl_order *order, struct buf *out,
                    struct err *err) MUST_CHECK;

/* Calls `on_revocation` for each entry of a list; entries that do not decode are
 * passed over. A non-zero result ends the walk and is returned. */
typedef int (*forge_on_revocation_fn)(void *user,
                                      const struct forge_revocation *revocation);
int forge_crl_walk(const struct crl *crl, forge_on_revocation_fn on_revocation,
                   void *user);
