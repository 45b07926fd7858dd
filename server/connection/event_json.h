/* SPDX-License-Identifier: MIT
 *
 * What the event bus carries, as JSON: a handshake that is done or failed, and a
 * request with what was decided. Built from what TLS and the exchange know, and nothing
 * else; pure. Text of peers is unescaped, but valid UTF-8 (event_text.h): whoever shows
 * it has to escape it.
 *
 *   {"sequence": 7, "time": "2026-11-22T15:04:05.123Z", "type": "handshake", ...}
 *
 * certgated(8) lists the members.
 */
#pragma once

#include "logs/event_text.h"
#include "net/stream.h"
#include "site/enforce.h"
#include "site/exchange_result.h"
#include "tls/tls_failure.h"
#include "tls/tls_info.h"

#include <stdint.h>

/* Certificates of a chain, and findings, that an event lists; the rest is counted. */
#define EVENT_JSON_CHAIN_MAX ((size_t)8)

/* Everything is borrowed. */
struct event_json_source {
    int64_t time_ms;
    uint64_t connection; /* counted by the server, from 1 on */
    const struct address *local;
    const struct address *peer;
    const struct config_listen *site; /* as this client sees it */
    const struct tls_info *tls;       /* NULL = plain HTTP */
    /* What event_json_session() and event_json_chain() said of `tls`; NULL = they have
     * to be asked. */
    const struct event_text *said;
    /* The server's certificate is not for the name that this client asks for. */
    bool is_other_name;
};

struct event_json_handshake {
    const struct tls_failure *failure; /* NULL = it is done */
    bool timed_out;
    const char *step;      /* what it had come to: tls_session_get_state() */
    const char *transport; /* how the connection ended, if TLS knows nothing of it */
    const struct stream_step *steps;
    size_t n_steps;
    int64_t duration_us; /* since accept, or the question */
    /* Of one that a late question led to: the URL that wanted it; NULL = the first. */
    const char *late_path;
    /* By enforce= or dialect= we ended it; NULL = we did not. */
    const struct enforcement *enforced;
};

struct event_json_request {
    const struct request *request;
    const struct exchange_result *exchange;
    uint64_t ms;
};

/* Each appends to `event`; out of memory, that has failed. */
void event_json_handshake(struct event_text *v, const struct event_json_source *source,
                          const struct event_json_handshake *handshake);
void event_json_request(struct event_text *v, const struct event_json_source *source,
                        const struct event_json_request *request);
/* What both say of TLS and of the peer's chain: the same for all of a connection's
 * requests. */
void event_json_session(struct event_text *v, const struct tls_info *tls);
/* What the peer presented, and nothing but what depends on these certificates. */
void event_json_chain(struct event_text *v, const struct tls_info *tls);
