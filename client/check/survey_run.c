/* SPDX-License-Identifier: MIT */
#include "check/survey_run.h"

#include "base/file.h"
#include "base/mem.h"
#include "check/hook.h"
#include "check/hook_file.h"
#include "check/surveyor.h"
#include "common/crl_bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* first     the case whose certificate makes the session; NULL = no session is wanted
 * is_there  it is made at the other site
 * then      the case that is shown after that
 * sni       then with the other site's name in SNI
 * host      then with that name in Host
 * alone     and once more as that site's own clients come, in a full handshake
 * n_body    bytes that are posted, to a server that asks late */
/* clang-format off */
static const struct question {
    const char *first;
    bool is_there;
    const char *then;
    bool sni;
    bool host;
    bool alone;
    size_t n_body;
} questions[SURVEY_QUESTION_COUNT] = {
    [SURVEY_RESUMED]          = { "good",    false, "good", false, false, false, 0 },
    [SURVEY_WITHOUT]          = { "none",    false, "good", false, false, false, 0 },
    [SURVEY_BAD]              = { "expired", false, "good", false, false, false, 0 },
    [SURVEY_REVOKED]          = { "good",    false, "good", false, false, false, 0 },
    [SURVEY_ELSEWHERE]        = { "good",    false, "good", true,  true,  true,  0 },
    [SURVEY_FROM_ELSEWHERE]   = { "none",    true,  "none", false, false, true,  0 },
    [SURVEY_OTHER_HOST_FIELD] = { NULL,      false, "good", false, true,  true,  0 },
    [SURVEY_OTHER_SNI]        = { NULL,      false, "good", true,  false, false, 0 },
    [SURVEY_LONG_BODY]        = { NULL,      false, "good", false, false, false, SURVEY_LONG_BODY_BYTES },
};
/* clang-format on */

static const enum tls_version tls_versions[REPORT_VERSION_COUNT] = {
    [REPORT_TLS_1_2] = TLS_VERSION_1_2,
    [REPORT_TLS_1_3] = TLS_VERSION_1_3,
};

static void take_ca_names(struct surveyor *surveyor, struct survey_version *version)
{
    if (version->ca_names.len == 0 && surveyor->result.ca_names.len > 0) {
        buf_append_slice(&version->ca_names, buf_slice(&surveyor->result.ca_names));
    }
}

/* The first word of the status line. */
static void take_protocol(const struct attempt_result *result, char protocol[static 16])
{
    struct slice head = buf_slice(&result->head);
    size_t len = slice_find(head, ' ');
    if (len < head.len && len < 16) {
        memcpy(protocol, head.data, len);
        protocol[len] = 0;
    }
}

static int make_session(struct surveyor *surveyor, const struct question *question,
                        enum tls_version tls, struct survey_answer *answer,
                        struct err *err)
{
    struct surveyor_connection connection = { question->first, question->is_there,
                                              question->is_there, tls, 0 };
    if (question->first == NULL) {
        return 0;
    }
    if (surveyor_connect(surveyor, &connection, err) != 0) {
        return -1;
    }
    answer->was_accepted = outcome_is_accepted(&surveyor->result);
    answer->has_session = surveyor->result.ticket.len > 0;
    if (!buf_append_slice(&surveyor->ticket, buf_slice(&surveyor->result.ticket))) {
        return err_memory(err);
    }
    return 0;
}

static void take_answer(const struct surveyor *surveyor, struct survey_answer *answer)
{
    answer->tried = true;
    answer->resumed = surveyor->result.resumed;
    answer->requested_late = surveyor->result.requested_late;
    answer->accepted = outcome_is_accepted(&surveyor->result);
    answer->refused = outcome_is_refused(&surveyor->result);
    outcome_format(&surveyor->result, answer->word);
}

/* What the same gets without the session, and with the name of the site in both places.
 * That Host is answered under another name tells of two sites only where there are
 * two. */
static int ask_alone(struct surveyor *surveyor, const struct question *question,
                     enum tls_version tls, struct survey_answer *answer,
                     struct err *err)
{
    struct surveyor_connection connection = { question->then, question->host,
                                              question->host, tls, 0 };
    if (question->first == NULL && surveyor->options->other_host == NULL) {
        return 0;
    }
    buf_finish_secret(&surveyor->ticket);
    if (surveyor_connect(surveyor, &connection, err) != 0) {
        return -1;
    }
    answer->alone_accepted = outcome_is_accepted(&surveyor->result);
    answer->alone_refused = outcome_is_refused(&surveyor->result);
    outcome_format(&surveyor->result, answer->alone_word);
    return 0;
}

static int ask(struct surveyor *surveyor, enum survey_question number,
               enum tls_version tls, struct survey *survey,
               struct survey_version *version, struct err *err)
{
    const struct question *question = &questions[number];
    struct survey_answer *answer = &version->answers[number];
    struct surveyor_connection connection = { question->then, question->sni,
                                              question->host, tls, question->n_body };
    int result = -1;
    if (question->n_body > 0 && !version->asks_late) {
        return 0;
    }
    if (make_session(surveyor, question, tls, answer, err) != 0) {
        goto out;
    }
    take_ca_names(surveyor, version);
    version->asks_late = version->asks_late || surveyor->result.requested_late;
    answer->tried = true;
    if (question->first != NULL && !answer->has_session) {
        outcome_format(&surveyor->result, answer->word);
        result = 0;
        goto out;
    }
    if (surveyor_connect(surveyor, &connection, err) != 0) {
        goto out;
    }
    /* Of the first answer, which is to a good certificate: a refusal may come from
     * something that stands before the server proper. */
    if (survey->protocol[0] == 0) {
        attempt_result_find_field(&surveyor->result, "server", survey->server);
        take_protocol(&surveyor->result, survey->protocol);
    }
    take_answer(surveyor, answer);
    result = question->alone ? ask_alone(surveyor, question, tls, answer, err) : 0;
out:
    buf_finish_secret(&surveyor->ticket);
    return result;
}

/* ---- the certificate is revoked between the two connections */

/* Tells the user's command that the case is `state`, and where the lists are that say
 * so. */
static int call_hook(const struct matrix_options *options, const struct recipe *revoked,
                     const char *state, struct err *err)
{
    struct hook_file file = { .path = "" };
    struct buf text = BUF_EMPTY;
    int result = -1;
    if (crl_bundle_append(options->world, revoked, options->now, &text, err) == 0 &&
        hook_file_open(&file, buf_slice(&text), err) == 0) {
        struct hook_variable variables[] = { { "CERTGATE_CRLS", file.path },
                                             { "CERTGATE_STATE", state },
                                             { "CERTGATE_CASE",
                                               questions[SURVEY_REVOKED].first } };
        result = hook_run(options->on_revoke, variables, ARRAY_LEN(variables), err);
    }
    hook_file_close(&file);
    buf_finish(&text);
    return result != 0 ? err_wrap(err, "--on-revoke") : 0;
}

static int make_sessions(struct surveyor *surveyor, struct survey *survey,
                         struct buf tickets[static REPORT_VERSION_COUNT],
                         struct err *err)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        struct survey_answer *answer = &survey->versions[v].answers[SURVEY_REVOKED];
        if (!survey->versions[v].tried) {
            continue;
        }
        if (make_session(surveyor, &questions[SURVEY_REVOKED], tls_versions[v], answer,
                         err) != 0) {
            return -1;
        }
        tickets[v] = surveyor->ticket;
        surveyor->ticket = (struct buf)BUF_EMPTY;
    }
    return 0;
}

static int use_sessions(struct surveyor *surveyor, struct survey *survey,
                        struct buf tickets[static REPORT_VERSION_COUNT],
                        struct err *err)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        struct survey_answer *answer = &survey->versions[v].answers[SURVEY_REVOKED];
        struct surveyor_connection connection = { questions[SURVEY_REVOKED].then, false,
                                                  false, tls_versions[v], 0 };
        if (!survey->versions[v].tried) {
            continue;
        }
        surveyor->ticket = tickets[v];
        tickets[v] = (struct buf)BUF_EMPTY;
        if (surveyor_connect(surveyor, &connection, err) != 0) {
            return -1;
        }
        take_answer(surveyor, answer);
        buf_finish_secret(&surveyor->ticket);
    }
    return 0;
}

static int ask_revoked(struct surveyor *surveyor, struct survey *survey,
                       struct err *err)
{
    const struct matrix_options *options = surveyor->options;
    const struct recipe *good = recipe_find(&forge_book(options->world)->cases,
                                            questions[SURVEY_REVOKED].first);
    struct buf tickets[REPORT_VERSION_COUNT] = { BUF_EMPTY, BUF_EMPTY };
    struct err ignored = ERR_INIT;
    int result = -1;
    if (make_sessions(surveyor, survey, tickets, err) == 0) {
        bool is_revoked = call_hook(options, good, "revoked", err) == 0;
        result = is_revoked ? use_sessions(surveyor, survey, tickets, err) : -1;
        /* In any case, so that the server is left as it was. */
        if (call_hook(options, NULL, "good", result == 0 ? err : &ignored) != 0) {
            result = -1;
        }
    }
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        buf_finish_secret(&tickets[v]);
    }
    buf_finish_secret(&surveyor->ticket);
    return result;
}

int survey_run(const struct matrix_options *options,
               const bool versions[static REPORT_VERSION_COUNT],
               struct survey *ret_survey, struct err *err)
{
    struct surveyor *surveyor = surveyor_create(options);
    struct survey survey = { .done = true,
                             .other_host = surveyor_find_other(options),
                             .has_other_host = options->other_host != NULL };
    int result = 0;
    if (surveyor == NULL) {
        return err_memory(err);
    }
    for (size_t v = 0; v < REPORT_VERSION_COUNT && result == 0; v++) {
        survey.versions[v].tried = versions[v];
        for (int q = 0; versions[v] && q < SURVEY_QUESTION_COUNT && result == 0; q++) {
            if (q != SURVEY_REVOKED) {
                result = ask(surveyor, (enum survey_question)q, tls_versions[v],
                             &survey, &survey.versions[v], err);
            }
        }
    }
    if (result == 0 && options->on_revoke != NULL) {
        result = ask_revoked(surveyor, &survey, err);
    }
    surveyor_destroy(surveyor);
    if (result != 0) {
        survey_finish(&survey);
        return -1;
    }
    *ret_survey = survey;
    return 0;
}
