/* SPDX-License-Identifier: MIT
 *
 * A chain: the path that was chosen for a certificate, with its findings; and all that
 * the choice depends on. chain_build.h chooses.
 */
#pragma once

#include "chain/evidence.h"
#include "chain/finding.h"
#include "chain/policy.h"
#include "pki/certificate.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHAIN_DEPTH_MAX      ((size_t)48)
#define CHAIN_PRESENTED_MAX  ((size_t)64)
#define CHAIN_PATHS_MAX      ((size_t)64)
#define CHAIN_SIGNATURES_MAX ((size_t)128)
#define CHAIN_FINDINGS_MAX   ((size_t)96)

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

/* All paths that the search sees, each with its own findings: chain_build's choice
 * first, the others behind it as it would have chosen among them. */
struct chain_paths {
    struct chain *chains; /* owned */
    size_t n;             /* at most CHAIN_PATHS_MAX; 0 = nothing was presented */
};

void chain_paths_finish(struct chain_paths *paths); /* accepts a zeroed one */

/* CERT_TRUST_STATUS.dwErrorStatus: the bits of all findings that are no notes.
 */
uint32_t chain_trust_status(const struct chain *chain);
