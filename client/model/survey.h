/* SPDX-License-Identifier: MIT
 *
 * What one certificate at a time does not show of a server: whether a resumed session
 * keeps the client's identity, here and at another site of the server, whether Host and
 * SNI may differ, which CAs it names, and, if it asks late, whether it takes a long
 * body. check/survey_run asks; this is what came.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "attempt/outcome.h"
#include "base/buf.h"
#include "model/report_version.h"

#include <stdbool.h>

enum survey_question {
    SURVEY_RESUMED,   /* a good certificate's session again */
    SURVEY_WITHOUT,   /* a session made without one, and now a good one at hand */
    SURVEY_BAD,       /* a session made with an expired one */
    SURVEY_REVOKED,   /* a good one's session, and then the certificate is revoked */
    SURVEY_ELSEWHERE, /* a good one's session, at the other site */
    SURVEY_FROM_ELSEWHERE,   /* the other site's, made without one */
    SURVEY_OTHER_HOST_FIELD, /* Host is not what SNI was */
    SURVEY_OTHER_SNI,        /* and the other way round */
    SURVEY_LONG_BODY, /* a body that a server that asks late may not hold meanwhile */
    SURVEY_QUESTION_COUNT
};

struct survey_answer {
    bool tried;
    bool was_accepted; /* the connection that made the session */
    bool has_session;  /* and one came: a ticket, or in TLS 1.2 a session ID */
    bool resumed;
    bool requested_late; /* a certificate was asked for behind the request */
    bool accepted;
    bool refused;
    char word[OUTCOME_WORD_MAX]; /* what came at last */
    /* The same in a full handshake with that site: of the questions about another. */
    bool alone_accepted;
    bool alone_refused;
    char alone_word[OUTCOME_WORD_MAX]; /* "" = it was not asked */
};

/* One byte over IIS's default uploadReadAheadSize. */
#define SURVEY_LONG_BODY_BYTES ((size_t)49153)

struct survey_version {
    bool tried;
    bool asks_late; /* it did, of one of the questions */
    struct survey_answer answers[SURVEY_QUESTION_COUNT];
    struct buf ca_names; /* owned; as tls_info.h has them */
};

struct survey {
    bool done;
    const char *
        other_host; /* borrowed: the other site; surveyor.h has one if none was named */
    bool has_other_host;           /* it was named */
    char server[ATTEMPT_NAME_MAX]; /* its Server field; "" = none. The peer's text */
    char protocol[16];             /* of its answers: "HTTP/1.1"; "" = no answer came */
    struct survey_version versions[REPORT_VERSION_COUNT];
};

/* "resumed", ...; for JSON. */
const char *survey_question_name(enum survey_question question);

void survey_finish(struct survey *survey); /* accepts a zeroed one */

/* Calls for each name of a CA that was sent: its text as RFC 4514 has it. */
typedef void (*survey_on_name_fn)(void *user, struct slice text);
void survey_walk_names(const struct survey_version *version, survey_on_name_fn on_name,
                       void *user);
