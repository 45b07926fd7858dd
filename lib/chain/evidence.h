/* SPDX-License-Identifier: MIT
 *
 * Evidence fetched to judge certificates: CRLs, OCSP responses, issuers' certificates,
 * and the reasons why a fetch failed. A bounded cache in memory that can be saved to a
 * file. Being in the cache does not make an entry trusted: signatures, times and names
 * are checked at each use.
 *
 * The chain engine never fetches. It reports what it needs (chain_needs in
 * chain/chain_needs.h); the caller fetches, stores the result here, and judges again.
 *
 * Lifetimes are as CryptoAPI's: a CRL or response until its next update, a failure for
 * a short time, so that a dead server is not asked for each request. All times are
 * arguments. A judgement borrows from the cache: it must not outlive the next
 * evidence_put or evidence_clear.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/ocsp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVIDENCE_URL_MAX     ((size_t)1024) /* with the NUL */
#define EVIDENCE_REQUEST_MAX ((size_t)256)  /* an OCSP request */
#define EVIDENCE_ENTRIES_MAX ((size_t)256)
#define EVIDENCE_BYTES_MAX   ((size_t)32 * 1024 * 1024)
#define EVIDENCE_ISSUERS_MAX ((size_t)8) /* certificates at one caIssuers address */
/* Maximum sizes of an answer. */
#define EVIDENCE_CRL_MAX    ((size_t)8 * 1024 * 1024)
#define EVIDENCE_OCSP_MAX   OCSP_SIZE_MAX
#define EVIDENCE_ISSUER_MAX ((size_t)128 * 1024)
/* Seconds. Nothing is fetched again within EVIDENCE_RETRY, whatever the result. */
#define EVIDENCE_RETRY ((int64_t)30)
#define EVIDENCE_NO_END_KEEP                                                          \
    ((int64_t)3600)                           /* without a next update it is believed \
                                               */
#define EVIDENCE_ISSUER_KEEP ((int64_t)86400) /* a certificate of an issuer */

enum evidence_kind { EVIDENCE_CRL, EVIDENCE_OCSP, EVIDENCE_ISSUER };

/* What to fetch, and the key under which it is kept. */
struct evidence_need {
    enum evidence_kind kind;
    char url[EVIDENCE_URL_MAX]; /* http:, printable ASCII */
    /* For EVIDENCE_OCSP the DER to ask with (no nonce, so always the same). */
    uint8_t request[EVIDENCE_REQUEST_MAX];
    size_t request_len;
};

/* False if the URL is too long or not printable ASCII: it cannot be fetched. */
bool evidence_need_set(struct evidence_need *need, enum evidence_kind kind,
                       struct slice url, struct slice request);
bool evidence_need_equal(const struct evidence_need *a, const struct evidence_need *b);
size_t evidence_size_max(enum evidence_kind kind);
/* How to ask: appends the URL to get. For OCSP as Windows does it (RFC 5019 5): in the
 * URL if that stays within 255 bytes; else *ret_post, with `request` as the body. */
bool evidence_need_target(const struct evidence_need *need, struct buf *url,
                          bool *ret_post);

enum evidence_outcome {
    EVIDENCE_OK,
    EVIDENCE_UNREACHABLE, /* no such host, no connection, or cut off */
    EVIDENCE_TIMEOUT,
    EVIDENCE_HTTP_STATUS, /* another than 200 */
    EVIDENCE_GARBAGE,     /* no HTTP, or not what was asked for */
    EVIDENCE_TOO_LARGE,
    EVIDENCE_FORBIDDEN, /* the address or a redirect is not one that we may ask */
    EVIDENCE_OUTCOME_COUNT
};

struct evidence_entry {
    enum evidence_kind kind;
    char *url;        /* owned */
    uint8_t *request; /* owned; NULL = none */
    size_t request_len;
    enum evidence_outcome outcome;
    int http_status; /* for EVIDENCE_HTTP_STATUS */
    int64_t fetched_at;
    size_t size;
    /* Owned; one of them for EVIDENCE_OK. */
    struct crl *crl;
    struct ocsp_response *ocsp;
    struct certificate *issuers[EVIDENCE_ISSUERS_MAX];
    size_t n_issuers;
    struct buf issuers_body; /* what they came in */
};

/* "no answer in time", "HTTP status 404", ... for a detail. */
#define EVIDENCE_WHY_MAX 64
const char *evidence_why(const struct evidence_entry *entry,
                         char text[static EVIDENCE_WHY_MAX]);

struct evidence;

struct evidence *evidence_create(void); /* NULL: out of memory */
void evidence_destroy(struct evidence *evidence);
/* Forgets everything. */
void evidence_clear(struct evidence *evidence);

/* Forgets what came from URLs that begin so. */
void evidence_forget(struct evidence *evidence, const char *url_prefix);

/* The entry for a need, of any age; NULL = it was never fetched. */
const struct evidence_entry *evidence_find(const struct evidence *evidence,
                                           const struct evidence_need *need);
/* The entry is younger than EVIDENCE_NO_END_KEEP: still valid without a next update. */
bool evidence_is_fresh(const struct evidence_entry *entry, int64_t now);
/* It need not be fetched again at `now`. */
bool evidence_is_current(const struct evidence_entry *entry, int64_t now);

/* Stores the result of a fetch. A `body` that is not what was asked for becomes
 * EVIDENCE_GARBAGE. The oldest entries are dropped to make room. False, and nothing
 * changed, when out of memory. */
bool evidence_put(struct evidence *evidence, const struct evidence_need *need,
                  enum evidence_outcome outcome, int http_status, struct slice body,
                  int64_t now);
/* The same in two parts. The first reads the body, which takes 7 ms for each MiB of a
 * revocation list, and may run in any thread. False when out of memory: then there is
 * nothing to finish. The second consumes the entry, which is for the same need. */
bool evidence_entry_init(struct evidence_entry *entry, const struct evidence_need *need,
                         enum evidence_outcome outcome, int http_status,
                         struct slice body, int64_t now);
void evidence_add(struct evidence *evidence, const struct evidence_need *need,
                  struct evidence_entry *entry);
void evidence_entry_finish(struct evidence_entry *entry);

/* Something that a file should keep was put since the last evidence_write. */
bool evidence_is_dirty(const struct evidence *evidence);
/* What was written last was not kept. */
void evidence_set_dirty(struct evidence *evidence);
/* Grows with each evidence_put and evidence_forget that changes something: what was
 * judged at the same number, in the same second, saw the same evidence. */
uint64_t evidence_changes(const struct evidence *evidence);
size_t evidence_count(const struct evidence *evidence);

/* Only what is EVIDENCE_OK is kept in the file. One that does not exist is an empty
 * cache; one that is no such file is ERR_CONFIG, and what could be read of it is kept.
 */
int evidence_load(struct evidence *evidence, const char *path, struct err *err)
    MUST_CHECK;
/* Appends what a file should have. False when out of memory. */
bool evidence_write(struct evidence *evidence, struct buf *out) MUST_CHECK;
