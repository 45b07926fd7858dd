/* SPDX-License-Identifier: MIT
 *
 * What connection.c (states, input), connection_answer.c (the judged site) and
 * connection_role.c (sites with roles) share; for nobody else.
 */
#pragma once

#include "connection/connection.h"

/* connection.c */
/* The only writer of the state; arms the one deadline. */
void connection_enter(struct connection *conn, enum conn_state state);
/* Ends the connection with a reset. */
void connection_reset(struct connection *conn);

/* Parses as long as there is input and nothing to wait for. */
void connection_work(struct connection *conn);
void connection_send_continue(struct connection *conn);

/* connection_late.c: the certificate is asked for when the request is known. */
/* The head of a request with a body. True: the rest of it waits. */
bool connection_late_at_head(struct connection *conn);
/* A part of its body came: answers one that is too large. */
void connection_late_at_body(struct connection *conn);
/* The request is complete. True: it waits for its client. */
bool connection_late_at_end(struct connection *conn);
/* In LATE. A stream's on_asked. */
void connection_late_done(void *user);
void connection_late_timeout(struct connection *conn);

/* connection_list.c */
/* Into the list; with its material, if it has any. */
void connection_list_add(struct connection_host *host, struct connection *conn);
/* It is about to be freed. */
void connection_list_remove(struct connection_host *host, struct connection *conn);

/* connection_answer.c */
/* The site as `request` sees it, by its URL, is kept in the connection. */
struct exchange_input connection_input(struct connection *conn,
                                       const struct chain_context *context,
                                       const struct request *request);
/* RESPOND, with these bytes. */
void connection_send(struct connection *conn, struct slice answer, bool keep_alive);
/* The parser has a whole request: answers it, now or after JUDGE. */
void connection_answer(struct connection *conn);
/* http.sys's own answers: no request, too late, or plain HTTP on a TLS port. `reason`
 * is one sentence of ours. */
void connection_answer_unread(struct connection *conn, enum response_status status,
                              const char *reason);
/* The same for what the parser refuses, and for a request that does not end in time. */
void connection_answer_bad(struct connection *conn);
void connection_answer_timeout(struct connection *conn);
/* A whole request of the judged site: begins to judge it. */
void connection_begin_judging(struct connection *conn);
/* Answers, or enters JUDGE; called again when something that was lacking has come.
 * `user` is the connection. */
void connection_judge(void *user);
/* In JUDGE: no longer. */
void connection_judge_as_it_stands(struct connection *conn);

/* connection_list.c */
/* Keeps the answers that nobody reads within CONNECTION_ANSWERS_MAX. */
void connection_bound_answers(struct connection_host *host);

/* connection_compute.c */
/* From now on the judgement may compute what SIGNATURE_BATCH_ALLOWANCE pays for. */
void connection_compute_begin(struct connection *conn);
/* Has a thread compute what the judgement left to it. True: connection_judge(), or the
 * gate, is asked again when that is done. False: there is nothing, or no room for it.
 */
bool connection_compute(struct connection *conn);
/* The results are not needed any more. Idempotent. */
void connection_compute_end(struct connection *conn);

/* connection_gate.c */
/* A tls_gate_fn. */
int connection_gate(void *user);

/* connection_role.c */
void connection_answer_role(struct connection *conn);
/* The body is larger than is read. False: the site has no role that would say so. */
bool connection_refuse_body(struct connection *conn);
/* The end of DELAY. */
void connection_send_delayed(struct connection *conn);
/* In STREAM: asks for more. */
void connection_tick(struct connection *conn);
void connection_pump(struct connection *conn, bool is_tick);
