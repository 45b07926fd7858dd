/* SPDX-License-Identifier: MIT
 *
 * One certificate from one recipe, with every fault that the recipe asks for.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "forge/recipe.h"
#include "pki/key.h"

#include <stdint.h>

#define FORGE_SERIAL_LEN   16
#define FORGE_IDENTITY_LEN 12 /* of it: the same whenever it is issued */
#define FORGE_KEY_ID_LEN   20

/* Everything is borrowed. */
struct forge_order {
    const struct recipe *recipe;
    struct slice spki; /* of the certificate: a whole SubjectPublicKeyInfo */
    /* Who signs. For a self-signed certificate issuer_name is empty and the other
     * fields are its own. */
    struct slice issuer_name; /* whole Name TLV */
    struct slice issuer_spki;
    struct slice issuer_key_id; /* as its certificate has it; empty = by its key */
    const struct key *issuer_key;
    int64_t now;
    /* Of the issuer: URLs of the service that its certificates name; NULL = they name
     * none. */
    const struct recipe *issuer;
    /* DNS names and IP addresses, in addition to the recipe's alternative names. */
    const char *const *hosts;
    size_t n_hosts;
};

/* Appends the certificate's DER. */
int forge_certificate(const struct forge_order *order, struct buf *out, struct err *err)
    MUST_CHECK;

/* Opens Extension { oid, critical, OCTET STRING {; forge_extension_end closes it. */
struct forge_extension {
    size_t outer;
    size_t value;
};
struct forge_extension forge_extension_begin(struct buf *out, struct slice oid,
                                             bool critical);
void forge_extension_end(struct buf *out, struct forge_extension open);

/* forge_url.c: cRLDistributionPoints and authorityInfoAccess, if there is something to
 * name there. */
void forge_url_write(struct buf *out, const struct forge_order *order);
/* A certificate that `issuer` (NULL = itself) issues by this recipe names a CRL. */
bool forge_url_has_crl(const struct recipe *recipe, const struct recipe *issuer);

/* The serial number of what the holder of `issuer_spki` issues by the recipe: the first
 * bytes of SHA-256(name, SPKI) without the top bit, and, for cases, the day of issue in
 * the last four. So a case that is issued again is still the same one for revocation,
 * but another certificate for browsers: NSS refuses a second certificate with the same
 * issuer and serial number. The recipe may ask for an unusual one: content bytes of the
 * INTEGER. */
bool forge_serial(const struct recipe *recipe, struct slice issuer_spki,
                  int64_t issued_at, struct buf *out);
/* RFC 5280 4.2.1.2 (1): SHA-1 of the subjectPublicKey's bits. */
bool forge_key_id(struct slice spki, uint8_t id[static FORGE_KEY_ID_LEN]);
/* Appends the AlgorithmIdentifier, `tbs` signed with it: SEQUENCE { tbs, alg, sig }.
 * For certificates and CRLs. */
int forge_sign(const struct key *key, enum key_hash hash, struct slice tbs,
               bool flip_a_bit, struct buf *out, struct err *err) MUST_CHECK;
