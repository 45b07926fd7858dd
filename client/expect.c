/* SPDX-License-Identifier: MIT */
#include "expect.h"

#include "base/text.h"
#include "pki/verdict.h"
#include "tls/tls_alert.h"

#include <string.h>

/* Ends that say nothing about what the server thinks of the certificate: among them
 * a handshake that failed before the server's own certificate came, as with a TLS
 * version that it does not speak. */
static bool is_untold(const struct attempt_result *result)
{
    if (result->end == ATTEMPT_END_ANSWER) {
        return false;
    }
    return !attempt_result_is_refusal(result) ||
           (result->phase <= ATTEMPT_PHASE_HANDSHAKE && !result->server.known);
}

/* What the page shows, as far as it shows anything, is another answer's. */
static bool contradicts(const struct verdict_info *expected,
                        const struct attempt_result *result)
{
    bool shows_code = result->substatus != ATTEMPT_SUBSTATUS_HIDDEN;
    return (result->verdict[0] != 0 && strcmp(result->verdict, expected->name) != 0) ||
           (shows_code && (unsigned)result->substatus != expected->substatus) ||
           (shows_code && result->has_hresult && result->hresult != expected->hresult);
}

static struct expect_judgement judge_answer(const struct verdict_info *expected,
                                            const struct attempt_result *result)
{
    struct expect_judgement judgement = { EXPECT_DIFFERS, false };
    if ((unsigned)result->status != expected->status) {
        return judgement;
    }
    if (expected->status == 200 || !contradicts(expected, result)) {
        judgement.outcome = EXPECT_MET;
        judgement.substatus_hidden = expected->status != 200 &&
                                     result->substatus == ATTEMPT_SUBSTATUS_HIDDEN &&
                                     result->verdict[0] == 0;
    }
    return judgement;
}

struct expect_judgement expect_judge(struct recipe_outcome expected,
                                     const struct attempt_result *result)
{
    if (is_untold(result)) {
        return (struct expect_judgement){ EXPECT_UNTOLD, false };
    }
    if (expected.is_alert) {
        /* A server that slams the door without an alert, or whose alert we cannot
         * decrypt (a TLS 1.3 server that is still sending under its handshake key),
         * has refused, too. */
        return (struct expect_judgement){
            result->end == ATTEMPT_END_ANSWER ? EXPECT_DIFFERS : EXPECT_MET, false
        };
    }
    if (result->end != ATTEMPT_END_ANSWER) {
        return (struct expect_judgement){ EXPECT_DIFFERS, false };
    }
    return judge_answer(verdict_get(expected.verdict), result);
}

const char *expect_outcome_name(enum expect_outcome outcome)
{
    static const char *const names[EXPECT_OUTCOME_COUNT] = {
        [EXPECT_MET] = "as-expected",
        [EXPECT_DIFFERS] = "differs",
        [EXPECT_UNTOLD] = "untold",
    };
    return names[outcome];
}

const char *expect_format_short(struct recipe_outcome expected)
{
    return expected.is_alert ? "alert" : verdict_code(expected.verdict);
}

void expect_format(struct recipe_outcome expected, struct buf *out)
{
    if (expected.is_alert) {
        buf_append_string(out, "failed handshake");
        return;
    }
    const struct verdict_info *info = verdict_get(expected.verdict);
    buf_append_string(out, verdict_code(expected.verdict));
    if (info->hresult != 0) {
        buf_printf(out, " 0x%08X", (unsigned)info->hresult);
    }
}

/* What helps to see why it differs; NULL = nothing to add. */
static const char *find_hint(struct recipe_outcome expected,
                             const struct attempt_result *result)
{
    bool certificate_matters =
        expected.is_alert || verdict_get(expected.verdict)->status != 200;
    if (result->end == ATTEMPT_END_ANSWER && result->is_tls && certificate_matters &&
        !result->certificate_requested) {
        return "the server did not ask for a certificate";
    }
    if (result->end == ATTEMPT_END_ANSWER && result->status == 200 &&
        !expected.is_alert && expected.verdict == VERDICT_CERT_REQUIRED) {
        return "it accepts certificates, but requires none: --sslflags accept?";
    }
    if (attempt_result_is_refusal(result) && is_untold(result)) {
        return "before any certificate: does the server speak this TLS version?";
    }
    if (result->end == ATTEMPT_END_LATE_ALERT) {
        return "that is how TLS 1.3 refuses a certificate";
    }
    if (attempt_result_is_refusal(result) && !expected.is_alert) {
        return "the server ends the connection instead of answering";
    }
    return NULL;
}

void expect_format_difference(struct recipe_outcome expected,
                              const struct attempt_result *result, struct buf *out)
{
    const char *hint = find_hint(expected, result);
    buf_append_string(out, "expected ");
    expect_format(expected, out);
    buf_append_string(out, ", got ");
    attempt_result_format(result, out);
    if (result->end == ATTEMPT_END_ANSWER && result->verdict[0] != 0) {
        buf_append_string(out, ", verdict ");
        text_escape_terminal(out, slice_from_string(result->verdict));
    }
    if (hint != NULL) {
        buf_printf(out, " (%s)", hint);
    }
}
