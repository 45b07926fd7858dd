/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: what one revocation source states about one certificate,
 * and which source to ask next. path_revocation.c checks the store's CRLs and reports;
 * path_sources.c checks fetched evidence.
 */
#pragma once

#include "chain/evidence.h"
#include "chain/path/path.h"

/* Ordered by precedence: a current answer beats a stale one, revoked beats good, and
 * any answer beats none. */
enum source_state {
    SOURCE_NONE,     /* no source */
    SOURCE_OFFLINE,  /* the place did not answer, or was not asked */
    SOURCE_UNUSABLE, /* what is there says nothing about the certificate */
    SOURCE_STALE,
    SOURCE_UNKNOWN, /* OCSP: the responder does not know it */
    SOURCE_GOOD,
    SOURCE_REVOKED
};

#define SOURCE_WHERE_MAX FINDING_DETAIL_MAX
#define SOURCE_URL_SHOWN 80 /* of a URL, so that there is room for what is wrong */
#define SOURCE_WHY_MAX   80

struct source_answer {
    enum source_state state;
    bool fetched;                 /* not from the store */
    char where[SOURCE_WHERE_MAX]; /* file, or as much of the URL as is shown */
    char why[SOURCE_WHY_MAX];     /* for OFFLINE and UNUSABLE; of STALE, maybe "" */
    int64_t issued_at;            /* for STALE */
    struct crl_entry entry;       /* for REVOKED */
    const struct crl *list;       /* the complete list that answered; NULL: none did */
    const char *delta; /* for REVOKED: file or URL of the delta that says so */
};

/* One CRL, wherever it came from, asked about `cert` of `issuer`. `skew`: how far its
 * clock may be ahead of ours. */
struct source_answer source_ask_crl(const struct crl *crl,
                                    const struct certificate *cert,
                                    const struct certificate *issuer,
                                    const struct chain_context *context, int64_t skew);
/* The store's CRLs. */
struct source_answer source_ask_store(const struct certificate *cert,
                                      const struct certificate *issuer,
                                      const struct chain_context *context);
/* What was fetched from the places that `cert` names, if the context has evidence. */
struct source_answer source_ask_evidence(const struct certificate *cert,
                                         const struct certificate *issuer,
                                         const struct chain_context *context);
/* The next address to ask about `cert`, whose path is trusted; false: there is none, or
 * what is known suffices. */
bool source_next(const struct certificate *cert, const struct certificate *issuer,
                 const struct chain_context *context, struct evidence_need *ret_need);
