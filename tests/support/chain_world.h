/* SPDX-License-Identifier: MIT
 *
 * Certificates for tests of the chain engine, built from a few words and signed by
 * one of a handful of keys. Independent of the forge and of its tables; `now` is
 * CHAIN_WORLD_NOW, so nothing here ever expires.
 */
#pragma once

#include "chain/chain.h"
#include "pki/key.h"

#define CHAIN_WORLD_NOW   ((int64_t)1700000000)
#define CHAIN_WORLD_KEYS  12
#define CHAIN_WORLD_CERTS 300

/* What is not said has a default: a P-256 leaf, valid for a day either way, with
 * clientAuth and digitalSignature. */
struct chain_spec {
    const char *subject; /* common name */
    const char *issuer;
    int key;        /* index of its own key */
    int issuer_key; /* index of the key that signs */
    bool ca;
    bool no_basic_constraints;
    const char *path_len; /* "0", or NULL */
    const char *eku;      /* short names, comma-separated; "" = none; NULL = default */
    int key_usage;        /* bits; 0 = default, -1 = no extension */
    int64_t not_before;   /* relative to now; 0 = default */
    int64_t not_after;    /* relative to now; 0 = default */
    int authority_key_id; /* 1 + index of the key it names; 0 = none */
    bool subject_key_id;  /* names its own key */
    bool sha1;            /* signed with SHA-1 */
    const char *cdp;      /* URL */
    bool cdp_reasons;     /* its point is for keyCompromise alone */
    bool cdp_crl_issuer;  /* its point names its issuer as cRLIssuer */
    const char *cdp_relative; /* instead of `cdp`: below the CRL issuer's name */
    const char *ocsp;         /* URL */
    const char *ca_issuers;   /* URL */
    int serial;               /* 0 = 1 */
    struct slice more;        /* further Extension TLVs */
    struct slice spki; /* a key of another kind than keys[key]; empty = that one */
};

struct chain_world {
    struct key *keys[CHAIN_WORLD_KEYS];
    struct certificate *certs[CHAIN_WORLD_CERTS]; /* owned */
    size_t n_certs;
    struct store store; /* entries are the test's; filled by chain_world_put */
    struct policy policy;
    struct signature_cache *cache;
    struct chain_context context;
};

void chain_world_init(struct chain_world *world);
void chain_world_finish(struct chain_world *world);

/* Makes a certificate; owned by the world. */
struct certificate *chain_world_make(struct chain_world *world,
                                     const struct chain_spec *spec);
/* Puts it into a store. */
void chain_world_put(struct chain_world *world, enum store_folder folder,
                     struct certificate *cert);

struct chain_crl_spec {
    const char *issuer;
    int issuer_key;
    int64_t this_update; /* relative to now; 0 = an hour ago */
    int64_t next_update; /* relative to now; 0 = in an hour; INT64_MIN = none */
    int revoked_serial;  /* 0 = none */
    int reason;
    uint32_t n_others; /* revoked, too: serials from 1,000,000 on */
    uint32_t number;   /* 0 = 7 */
    bool delta;
    uint32_t base; /* of the delta; 0 = 6 */
    bool critical_unknown;
    bool no_number;
    const char *point;          /* issuingDistributionPoint's URL; NULL = none */
    const char *relative_point; /* or below the issuer's name */
    int only;  /* of issuingDistributionPoint, the tag: 1 user certificates, 2 CAs', 3
                  some  reasons, 4 indirect, 5 attribute certificates; 0 = none */
    bool sha1; /* signed with SHA-1 */
};
void chain_world_put_crl(struct chain_world *world, const struct chain_crl_spec *spec);
/* The same, appended as bytes. */
void chain_world_write_crl(const struct chain_world *world,
                           const struct chain_crl_spec *spec, struct buf *out);
