/* SPDX-License-Identifier: MIT
 *
 * The chain engine: all paths from a presented certificate to a root that the
 * stores offer, every fault of each, and the best of them, as Windows builds
 * them (CertGetCertificateChain). It reports findings and decides nothing.
 *
 * Work on hostile input is bounded: CHAIN_PATHS_MAX complete paths,
 * CHAIN_DEPTH_MAX certificates in one, CHAIN_SIGNATURES_MAX signature checks in
 * one search, and SIGNATURE_WORK_COST_MAX for what they and those of CRLs and OCSP
 * answers cost by their kinds of key; what was cut off is itself a finding
 * (SEARCH_LIMIT).
 */
#pragma once

#include "base/err.h"
#include "chain/evidence.h"
#include "chain/finding.h"
#include "chain/verdict.h"
#include "pki/certificate.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHAIN_DEPTH_MAX      ((size_t)48)
#define CHAIN_PRESENTED_MAX  ((size_t)128)
#define CHAIN_PATHS_MAX      ((size_t)64)
#define CHAIN_SIGNATURES_MAX ((size_t)128)
#define CHAIN_FINDINGS_MAX   ((size_t)96)
/* What one judgement may ask for at a time, and how many issuers of one path may come
 * from their addresses. */
#define CHAIN_NEEDS_MAX   ((size_t)8)
#define CHAIN_FETCHED_MAX ((size_t)4)

/* Schannel's ClientAuthTrustMode; chain/issuers says what each means. */
enum trust_mode {
    TRUST_MODE_MACHINE,
    TRUST_MODE_EXCLUSIVE_ROOT,
    TRUST_MODE_EXCLUSIVE_CA,
};

/* Which extensions say what a certificate is good for. */
enum app_policies {
    APP_POLICIES_OVERRIDE, /* application policies, where it has them, in place of EKU
                            */
    APP_POLICIES_UNION,    /* a purpose that either of them lists */
    APP_POLICIES_IGNORE,   /* EKU alone, as every system but Windows */
};

/* The settings of http.sys and our own assumptions; names as in iis.md 3a. Initialize
 * with policy_default(), then apply the user's options. */
struct policy {
    bool usagecheck;                 /* netsh usagecheck, default enable */
    bool verifyclientcertrevocation; /* netsh, default enable */
    int64_t revocationfreshnesstime; /* seconds, 0 = until the CRL's next update */
    bool verifyrevocationwithcachedclientcertonly; /* netsh, default disable */
    /* CertDllCreateCertificateChainEngine's MinRsaPubKeyBitLength: RSA keys with fewer
     * bits are weak. Default 1024; 0 = none is. */
    uint32_t minrsapubkeybitlength;
    bool allow_md5;                  /* MD2 and MD5 are no weak hashes; default false */
    bool disableauthorityinfoaccess; /* no issuers from caIssuers; default false */
    int64_t urlretrievaltimeout;     /* ms for each URL; 0 = the system's default */
    bool has_sslctlstorename; /* netsh: a store of trusted issuers; default none */
    enum store_folder sslctlstorename;
    enum trust_mode clientauthtrustmode; /* the registry's, default 0 */
    enum precedence precedence;
    /* Assumptions: what Microsoft does not document (the U rows). true = refuse.
     */
    bool refuse_any_eku;               /* row 17, default false */
    bool refuse_no_digital_signature;  /* row 20, default false */
    bool refuse_ca_as_client;          /* row 22, default false */
    bool refuse_no_revocation_pointer; /* row 14, default false */
    bool refuse_sha1;                  /* row 30, default false */
    enum app_policies app_policies;    /* iis.md 11.1, default override */
    bool refuse_crl_without_number;    /* RFC 5280 5.2.3, default false */
    bool accept_crl_of_other_key;      /* RFC 5280 6.3.3 (f), default false */
    bool mapping_many_to_one_first;    /* mapping/mapping, default false */
    bool mapping_after_anonymous; /* Anonymous comes before a mapping, default false */
    bool mapping_no_match_is_401_1; /* row 36, default false */
    /* Quirks of Windows versions. */
    bool non_self_signed_root_breaks_all; /* row 5 (IIS 8+), default true */
    bool large_root_store_breaks_all;     /* row 32 (2012 only), default false */
};
struct policy policy_default(void);

struct signature_batch; /* chain/signature_batch.h */
struct signature_cache; /* chain/signature_cache.h */
struct signature_work;  /* chain/signature_work.h */

/* All that a judgement depends on; everything is borrowed. */
struct chain_context {
    const struct store *store;
    const struct policy *policy;
    struct signature_cache *cache; /* may be NULL */
    struct signature_batch *batch; /* puts costly checks off; NULL: all are computed */
    struct signature_work *work;   /* the engine's own; callers leave it NULL */
    const struct path *path;       /* likewise: the one whose revocation is checked */
    int64_t now;
    /* What was fetched. NULL: nothing is, and the CRLs of the store are all there is.
     */
    const struct evidence *evidence;
    /* True: older revocation data for this certificate is no longer valid because its
     * revocation changes at run time (server/roles/revocation_service.h). The store's
     * CRLs are skipped; only live responders are asked. NULL: no certificate is such.
     */
    bool (*is_switched)(const void *user, const struct certificate *cert,
                        const struct certificate *issuer);
    const void *switched_user;
};

enum chain_source {
    CHAIN_PRESENTED,
    CHAIN_STORE_CA,
    CHAIN_STORE_ROOT,
    CHAIN_STORE_PEOPLE,
    CHAIN_STORE_ISSUERS, /* that of the trusted issuers, where it alone is trusted */
    CHAIN_FETCHED
};
/* "sent by the client", "LocalMachine\CA", ... */
const char *chain_source_name(enum chain_source source);

struct chain_element {
    const struct certificate *cert; /* borrowed */
    enum chain_source source;
    /* Borrowed: the file in the store, or the URL; NULL if presented. */
    const char *path;
    /* The last one, and where trust begins: in LocalMachine\Root, or as
     * ClientAuthTrustMode has it. */
    bool is_root;
};

struct chain {
    struct chain_element elements[CHAIN_DEPTH_MAX]; /* [0] = the leaf */
    size_t n_elements;
    struct finding findings[CHAIN_FINDINGS_MAX];
    size_t n_findings;
    size_t n_paths; /* how many paths were looked at */
};

/* Builds the paths of presented[0] and gives the best: trusted before
 * untrusted, complete before partial, fewer faults, then shorter. Never fails
 * for what the peer sent; -1 when out of memory. */
int chain_build(struct certificate *const *presented, size_t n_presented,
                const struct chain_context *context, struct chain *ret_chain,
                struct err *err) MUST_CHECK;

/* All paths that the search sees, each with its own findings: chain_build's choice
 * first, the others behind it as it would have chosen among them. */
struct chain_paths {
    struct chain *chains; /* owned */
    size_t n;             /* at most CHAIN_PATHS_MAX; 0 = nothing was presented */
};

/* Also reports the paths that were not chosen. Costs more than
 * chain_build, which ends at the first path without fault, and within the same
 * bounds. -1 when out of memory. */
int chain_build_all(struct certificate *const *presented, size_t n_presented,
                    const struct chain_context *context, struct chain_paths *ret_paths,
                    struct err *err) MUST_CHECK;
void chain_paths_finish(struct chain_paths *paths); /* accepts a zeroed one */

/* CERT_TRUST_STATUS.dwErrorStatus: the bits of all findings that are no notes.
 */
uint32_t chain_trust_status(const struct chain *chain);

/* What would have to be fetched to know more: revocation of the certificates of a
 * trusted path, or the missing issuer of a partial one. The caller fetches, puts it
 * into the evidence, and builds again; at most CHAIN_NEEDS_ROUNDS times, then the chain
 * is judged as it stands. Returns how many of `needs` were filled; 0 without evidence.
 *
 *   for (round = 0; round < CHAIN_NEEDS_ROUNDS; round++) {
 *       chain_build(...); n = chain_needs(...); if (n == 0) break;
 *       fetch them, each with evidence_put(), while other requests go on;
 *   }
 */
#define CHAIN_NEEDS_ROUNDS 12
size_t chain_needs(const struct chain *chain, const struct chain_context *context,
                   struct evidence_need *needs, size_t max);
