/* SPDX-License-Identifier: MIT
 *
 * One exchange, pure: a request, what TLS knows of the peer, the stores and the
 * configuration come in; the bytes of the answer and what the logs say of it come
 * out. Nothing is fetched, written or asked of the clock.
 *
 *   /         a page with what the server saw
 *   /whoami   the same as JSON
 *   /healthz  "ok", whatever the certificate
 *
 * The certificate is judged for every request anew, against the stores as they are
 * now: what IIS's CertFlags would be at this moment.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "chain/judge.h"
#include "config/config.h"
#include "http/request.h"
#include "http/response.h"
#include "net/address.h"
#include "site/offers.h"
#include "site/places.h"
#include "site/site_host.h"
#include "tls/tls_session.h"

#include <stdbool.h>
#include <stdint.h>

/* IIS's uploadReadAheadSize: a body that is larger cannot be put aside while a
 * certificate is asked for late (iis.md section 6). */
#define EXCHANGE_READ_AHEAD_MAX ((size_t)49152)

/* Findings that are told; the one that decided is among them. */
#define EXCHANGE_FINDINGS_MAX  ((size_t)16)
#define EXCHANGE_ISSUED_TO_MAX ((size_t)160)
#define EXCHANGE_USER_MAX      ((size_t)256)
#define EXCHANGE_FAULT_MAX     (FINDING_DETAIL_MAX + (size_t)128)

struct mapping;

/* Everything is borrowed. */
struct exchange_input {
    const struct config *config;
    const struct config_listen *site;    /* as this client sees it */
    const struct site_host *host;        /* what its name in the handshake stands for */
    const struct chain_context *context; /* store, policy, cache, now */
    /* Of the certificate that came, if it was built in this context already, to see
     * what has to be fetched; else NULL. */
    const struct chain *chain;
    const struct address *local;
    const struct address *peer;
    const struct tls_info *tls; /* NULL = plain HTTP */
    const struct request *request;
    const struct mapping *mapping; /* NULL = no certificate mappings */
    const struct places *places;   /* where else to go; NULL = not known */
    const struct offers *offers;   /* of the test certificates; NULL = not known */
};

/* What was decided; for the logs. */
struct exchange {
    enum verdict verdict;
    unsigned status;
    unsigned substatus;
    uint32_t hresult;
    bool keep_alive;
    /* No answer at all: the connection is to be reset, as Windows Server 2022 does
     * when TLS 1.3 needs a certificate after the handshake. */
    bool reset;
    bool reached_site; /* else http.sys's own answer: not in the site's log */
    bool quiet;        /* not worth a line on the terminal */
    char issued_to[EXCHANGE_ISSUED_TO_MAX]; /* of the certificate; hostile; "" = none */
    char user[EXCHANGE_USER_MAX];           /* the mapped account; "" = none */
    char fault[EXCHANGE_FAULT_MAX];         /* what decided, one line; "" = nothing */
    struct finding findings[EXCHANGE_FINDINGS_MAX];
    size_t n_findings;
    size_t deciding; /* index in `findings`; n_findings = none */
};

/* Appends the answer to `out`. -1 only when out of memory: then `out` is as before. */
int exchange_answer(const struct exchange_input *input, struct buf *out,
                    struct exchange *ret_exchange, struct err *err) MUST_CHECK;

/* What could not be read as a request, or did not come in time: answered as http.sys
 * does, and the connection closes. `request` has what is known, `reason` is one
 * ASCII sentence of ours. */
int exchange_answer_unread(const struct exchange_input *input,
                           enum response_status status, const char *reason,
                           struct buf *out, struct exchange *ret_exchange,
                           struct err *err) MUST_CHECK;

/* Of a 421 (site_host.h). */
#define EXCHANGE_MISDIRECTED_REASON \
    "The request's Host is not the server name of the TLS handshake."

/* Whether IIS would call this peer local (DetailedLocalOnly). */
bool exchange_is_local(const struct address *peer);
/* The peer may see details: by --errormode and where it is. */
bool exchange_may_detail(const struct exchange_input *input);

/* The request's answer hangs on a certificate, so what is known of it should be as much
 * as can be had. False where there is nothing to fetch with. */
bool exchange_needs_evidence(const struct exchange_input *input);
/* The answer says why no certificate may have come. */
bool exchange_wants_offers(const struct exchange_input *input);
/* The certificates that count: none without a proof of possession. */
size_t exchange_n_presented(const struct tls_info *tls);
