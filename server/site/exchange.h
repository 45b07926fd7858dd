/* SPDX-License-Identifier: MIT
 *
 * One exchange, pure: a request, what TLS knows of the peer, the stores and the
 * configuration come in (exchange_input.h); the bytes of the answer and what the logs
 * say of it come out (exchange_result.h). Nothing is fetched, written or asked of the
 * clock.
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
#include "http/response.h"
#include "site/exchange_input.h"
#include "site/exchange_result.h"

#include <stdbool.h>

/* Appends the answer to `out`. -1 only when out of memory: then `out` is as before. */
int exchange_answer(const struct exchange_input *input, struct buf *out,
                    struct exchange_result *ret_exchange, struct err *err) MUST_CHECK;

/* Answers what could not be read as a request, or did not arrive in time, as http.sys
 * does, before any site; the connection closes. Of `input` it reads request (what is
 * known of it, for the method; NULL = nothing) and context->now (for the Date field).
 * All other fields may be NULL, `site` included. `reason` is one ASCII sentence of
 * certgate's own. */
int exchange_answer_unread(const struct exchange_input *input,
                           enum response_status status, const char *reason,
                           struct buf *out, struct exchange_result *ret_exchange,
                           struct err *err) MUST_CHECK;

/* Sends a 421 (site_host.h). */
#define EXCHANGE_MISDIRECTED_REASON \
    "The request's Host is not the server name of the TLS handshake."

/* The answer depends on the certificate, so evidence about it should be fetched first.
 * False where nothing can be fetched. */
bool exchange_needs_evidence(const struct exchange_input *input);
/* Whether a certificate is asked for first (access.h). The body may not have arrived
 * yet. */
enum access_late exchange_late(const struct exchange_input *input);
/* The answer explains why no certificate may have been sent. */
bool exchange_wants_offers(const struct exchange_input *input);
