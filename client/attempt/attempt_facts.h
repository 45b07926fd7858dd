/* SPDX-License-Identifier: MIT
 *
 * Copies what the TLS engine and the HTTP parser know into an attempt's result,
 * so that it outlives them.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "http/reply.h"
#include "tls/tls_session.h"

#include <stdbool.h>

/* The handshake's facts, the server's certificate, a session to resume. A second call
 * refreshes them. */
void attempt_facts_take_session(struct attempt_result *result,
                                struct tls_session *session, bool has_certificate);
/* The end of an attempt by a failure of the TLS engine; `result` has its facts. */
enum attempt_end attempt_facts_find_end(const struct attempt_result *result,
                                        const struct tls_failure *failure);
/* Status, head, body, and what the page says. False: out of memory. */
bool attempt_facts_take_reply(struct attempt_result *result, const struct reply *reply);
