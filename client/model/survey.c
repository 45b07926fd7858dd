/* SPDX-License-Identifier: MIT */
#include "model/survey.h"

#include "pki/name.h"
#include "tls/tls_info.h"

const char *survey_question_name(enum survey_question question)
{
    static const char *const names[SURVEY_QUESTION_COUNT] = {
        [SURVEY_RESUMED] = "resumed",
        [SURVEY_WITHOUT] = "made-without",
        [SURVEY_BAD] = "made-with-expired",
        [SURVEY_REVOKED] = "revoked-since",
        [SURVEY_ELSEWHERE] = "other-host-name",
        [SURVEY_FROM_ELSEWHERE] = "from-other-host",
        [SURVEY_OTHER_HOST_FIELD] = "host-is-not-sni",
        [SURVEY_OTHER_SNI] = "sni-is-not-host",
        [SURVEY_LONG_BODY] = "long-body",
    };
    return names[question];
}

void survey_finish(struct survey *survey)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        buf_finish(&survey->versions[v].ca_names);
    }
}

void survey_walk_names(const struct survey_version *version, survey_on_name_fn on_name,
                       void *user)
{
    struct slice rest = buf_slice(&version->ca_names);
    struct slice name;
    while (tls_info_next_ca_name(&rest, &name)) {
        struct buf text = BUF_EMPTY;
        if (name_format(&text, name) && buf_ok(&text)) {
            on_name(user, buf_slice(&text));
        }
        buf_finish(&text);
    }
}
