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

/* What could not be read as a request, or did not come in time: answered as http.sys
 * does, before any site, and the connection closes. Of `input` it reads
 *
 *   request         what is known of it: the method; NULL = nothing
 *   context->now    for the Date field
 *
 * and nothing else: everything else may be NULL, `site`, too. `reason` is one ASCII
 * sentence of ours. -1 only when out of memory. */
int exchange_answer_unread(const struct exchange_input *input,
                           enum response_status status, const char *reason,
                           struct buf *out, struct exchange_result *ret_exchange,
                           struct err *err) MUST_CHECK;

/* Of a 421 (site_host.h). */
#define EXCHANGE_MISDIRECTED_REASON \
    "The request's Host is not the server name of the TLS handshake."

/* The request's answer hangs on a certificate, so what is known of it should be as much
 * as can be had. False where there is nothing to fetch with. */
bool exchange_needs_evidence(const struct exchange_input *input);
/* Whether a certificate is asked for first (access.h). The body may not be there yet.
 */
enum access_late exchange_late(const struct exchange_input *input);
/* The answer says why no certificate may have come. */
bool exchange_wants_offers(const struct exchange_input *input);
