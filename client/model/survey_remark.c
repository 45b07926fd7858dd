/* SPDX-License-Identifier: MIT */
#include "model/survey_remark.h"

#include <string.h>

static struct survey_remark none(void)
{
    return (struct survey_remark){ SURVEY_REMARK_NONE, "" };
}

static struct survey_remark plain(const char *text)
{
    return (struct survey_remark){ SURVEY_REMARK_PLAIN, text };
}

static struct survey_remark loud(const char *text)
{
    return (struct survey_remark){ SURVEY_REMARK_LOUD, text };
}

static struct survey_remark fault(const char *text)
{
    return (struct survey_remark){ SURVEY_REMARK_FAULT, text };
}

static struct survey_remark remark_resumed(const struct survey_answer *answer)
{
    if (!answer->has_session) {
        return plain("none is to be had: every connection is a new handshake");
    }
    if (!answer->resumed) {
        return plain("they are given, but not taken back");
    }
    if (answer->accepted) {
        return plain("a resumed session keeps who the client was");
    }
    return answer->was_accepted ? fault("a resumed session LOSES who the client was, "
                                        "and is turned away")
                                : none();
}

static struct survey_remark remark_without(const struct survey_answer *answer)
{
    if (!answer->has_session) {
        return plain("none is to be had without a certificate");
    }
    if (answer->requested_late) {
        return plain("one made without a certificate is asked for one late");
    }
    if (!answer->resumed) {
        return plain("one made without a certificate is not taken back");
    }
    if (answer->was_accepted) {
        return plain("one made without a certificate stays so");
    }
    return answer->accepted ? fault("one made WITHOUT A CERTIFICATE LETS IN")
                            : plain("one made without a certificate stays refused");
}

static struct survey_remark remark_bad(const struct survey_answer *answer)
{
    if (answer->was_accepted) {
        return loud("an expired certificate is let in in any case");
    }
    if (!answer->has_session) {
        return plain("none is to be had with an expired certificate");
    }
    if (!answer->resumed) {
        return plain("one made with an expired certificate is not taken back");
    }
    return answer->accepted
               ? fault("one made with an EXPIRED CERTIFICATE LETS IN")
               : plain("one made with an expired certificate stays refused");
}

static struct survey_remark remark_revoked(const struct survey_answer *answer)
{
    if (!answer->tried || !answer->has_session) {
        return none();
    }
    if (answer->accepted) {
        return answer->resumed
                   ? fault("one whose certificate was REVOKED since LETS IN")
                   : loud("the certificate was revoked and is LET IN: has the command "
                          "done its work?");
    }
    return answer->resumed
               ? plain("one whose certificate was revoked since is turned away")
               : plain("one whose certificate was revoked since is not taken back");
}

static struct survey_remark remark_elsewhere(const struct survey_answer *answer)
{
    if (!answer->has_session) {
        return none();
    }
    if (!answer->resumed) {
        return plain("a session made here is not taken there");
    }
    if (!answer->accepted) {
        return plain("a session made here is known there, and turned away");
    }
    return answer->alone_refused
               ? fault("a session made here LETS IN THERE, where the same certificate "
                       "is turned away (as in CVE-2025-23419)")
               : plain("a session made here is taken there, which lets this "
                       "certificate in without it, too");
}

static struct survey_remark remark_from_elsewhere(const struct survey_answer *answer)
{
    if (!answer->has_session) {
        return plain("no session is to be had there without a certificate");
    }
    if (!answer->resumed) {
        return plain("a session made there without a certificate is not taken here");
    }
    if (!answer->accepted) {
        return plain("a session made there without a certificate is known here, and "
                     "turned away");
    }
    return answer->alone_refused
               ? fault("a session made there WITHOUT A CERTIFICATE LETS IN HERE, where "
                       "nobody is let in without one (as in CVE-2025-23419)")
               : plain("a session made there without a certificate is taken here, "
                       "where none is needed");
}

static struct survey_remark remark_host(const struct survey_answer *answer)
{
    if (answer->accepted && answer->alone_refused) {
        return loud(
            "Host may differ from SNI: who is let in here can ask for the other "
            "site, which turns the same certificate away");
    }
    return plain(answer->accepted ? "Host may differ from SNI"
                                  : "Host must be what SNI was");
}

static struct survey_remark remark_sni(const struct survey_answer *answer)
{
    return plain(answer->accepted ? "another host in SNI gets the site of Host"
                                  : "another host in SNI is turned away");
}

static struct survey_remark remark_long_body(const struct survey_answer *answer)
{
    if (!answer->tried) {
        return none();
    }
    if (strncmp(answer->word, "413", 3) == 0) {
        return loud("a POST of 49153 bytes gets 413 in place of the question, as with "
                    "IIS's default uploadReadAheadSize: a GET first, or Expect: "
                    "100-continue, helps");
    }
    return answer->accepted
               ? plain("a POST of 49153 bytes is asked for a certificate like a GET: "
                       "uploadReadAheadSize is above IIS's default")
               : loud("a POST of 49153 bytes fails where a GET does not, but not by "
                      "413");
}

/* clang-format off */
static const struct {
    bool is_test;
    struct survey_remark (*find)(const struct survey_answer *answer);
} remarks[SURVEY_QUESTION_COUNT] = {
    [SURVEY_RESUMED]          = { true,  remark_resumed },
    [SURVEY_WITHOUT]          = { true,  remark_without },
    [SURVEY_BAD]              = { true,  remark_bad },
    [SURVEY_REVOKED]          = { true,  remark_revoked },
    [SURVEY_ELSEWHERE]        = { true,  remark_elsewhere },
    [SURVEY_FROM_ELSEWHERE]   = { true,  remark_from_elsewhere },
    [SURVEY_OTHER_HOST_FIELD] = { false, remark_host },
    [SURVEY_OTHER_SNI]        = { false, remark_sni },
    [SURVEY_LONG_BODY]        = { false, remark_long_body },
};
/* clang-format on */

struct survey_remark survey_remark_find(enum survey_question question,
                                        const struct survey_answer *answer)
{
    return remarks[question].find(answer);
}

static bool is_tried(const struct survey_version *version, int question)
{
    return version->tried && version->answers[question].tried &&
           remarks[question].is_test;
}

void survey_remark_walk(const struct survey *survey, survey_remark_on_test_fn on_test,
                        void *user)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        const struct survey_version *version = &survey->versions[v];
        for (int q = 0; q < SURVEY_QUESTION_COUNT; q++) {
            if (is_tried(version, q)) {
                on_test(user, (enum survey_question)q, (enum report_version)v,
                        remarks[q].find(&version->answers[q]));
            }
        }
    }
}

struct survey_remark_counts survey_remark_count(const struct survey_version *version)
{
    struct survey_remark_counts counts = { 0, 0 };
    for (int q = 0; q < SURVEY_QUESTION_COUNT; q++) {
        if (is_tried(version, q)) {
            struct survey_remark found = remarks[q].find(&version->answers[q]);
            counts.n_tests++;
            counts.n_faults += found.weight == SURVEY_REMARK_FAULT ? 1 : 0;
        }
    }
    return counts;
}
