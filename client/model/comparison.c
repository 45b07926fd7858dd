/* SPDX-License-Identifier: MIT */
#include "model/comparison.h"

#include "attempt/outcome.h"
#include "base/text.h"
#include "chain/verdict.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

/* Ends that say nothing about what the server thinks of the certificate: among them
 * a handshake that failed before the server's own certificate came, as with a TLS
 * version that it does not speak. */
bool comparison_is_untold(const struct attempt_result *result)
{
    return result->end != ATTEMPT_END_ANSWER && !outcome_is_refused(result);
}

/* X-Certgate-Verdict: "403.16 UNTRUSTED_ROOT 0x800B0109". */
static bool is_header_of(const char *header, enum verdict expected)
{
    const struct verdict_info *info = verdict_get(expected);
    char want[sizeof(((struct attempt_result *)NULL)->verdict)];
    (void)snprintf(want, sizeof(want), "%s %s 0x%08lX", verdict_code(expected),
                   info->name, (unsigned long)info->hresult);
    return strcmp(header, want) == 0;
}

/* The values that the page shows, if any, are those of another answer. */
static bool contradicts(enum verdict verdict, const struct attempt_result *result)
{
    const struct verdict_info *expected = verdict_get(verdict);
    bool shows_code = result->substatus != ATTEMPT_SUBSTATUS_HIDDEN;
    return (result->verdict[0] != 0 && !is_header_of(result->verdict, verdict)) ||
           (shows_code && (unsigned)result->substatus != expected->substatus) ||
           (shows_code && result->has_hresult && result->hresult != expected->hresult);
}

static struct comparison_judgement judge_answer(enum verdict verdict,
                                                const struct attempt_result *result)
{
    const struct verdict_info *expected = verdict_get(verdict);
    struct comparison_judgement judgement = { COMPARISON_DIFFERS, false };
    if ((unsigned)result->status != expected->status) {
        return judgement;
    }
    if (expected->status == 200 || !contradicts(verdict, result)) {
        judgement.outcome = COMPARISON_MET;
        judgement.substatus_hidden = expected->status != 200 &&
                                     result->substatus == ATTEMPT_SUBSTATUS_HIDDEN &&
                                     result->verdict[0] == 0;
    }
    return judgement;
}

struct comparison_want comparison_want_verdict(struct recipe_outcome verdict)
{
    return (struct comparison_want){ NULL, verdict };
}

static enum comparison_outcome judge_words(const char *words,
                                           const struct attempt_result *result)
{
    /* First, since words can also say that the server does not speak a version. */
    if (outcome_matches(words, result)) {
        return COMPARISON_MET;
    }
    return comparison_is_untold(result) && !outcome_is_accepted(result)
               ? COMPARISON_UNTOLD
               : COMPARISON_DIFFERS;
}

struct comparison_judgement comparison_judge(const struct comparison_want *want,
                                             const struct attempt_result *result)
{
    if (want->words != NULL) {
        return (struct comparison_judgement){ judge_words(want->words, result), false };
    }
    if (comparison_is_untold(result)) {
        return (struct comparison_judgement){ COMPARISON_UNTOLD, false };
    }
    if (want->verdict.is_alert) {
        /* A server that closes without an alert, or whose alert we cannot decrypt (a
         * TLS 1.3 server that is still sending under its handshake key), has refused,
         * too. */
        return (struct comparison_judgement){ result->end == ATTEMPT_END_ANSWER
                                                  ? COMPARISON_DIFFERS
                                                  : COMPARISON_MET,
                                              false };
    }
    if (result->end != ATTEMPT_END_ANSWER) {
        return (struct comparison_judgement){ COMPARISON_DIFFERS, false };
    }
    return judge_answer(want->verdict.verdict, result);
}

const char *comparison_outcome_name(enum comparison_outcome outcome)
{
    static const char *const names[COMPARISON_OUTCOME_COUNT] = {
        [COMPARISON_MET] = "as-expected",
        [COMPARISON_DIFFERS] = "differs",
        [COMPARISON_UNTOLD] = "untold",
    };
    return names[outcome];
}

const char *comparison_format_short(const struct comparison_want *want)
{
    if (want->words != NULL) {
        return want->words;
    }
    return want->verdict.is_alert ? "alert" : verdict_code(want->verdict.verdict);
}

void comparison_format(const struct comparison_want *want, struct buf *out)
{
    if (want->words != NULL) {
        for (const char *at = want->words; *at != 0; at++) {
            buf_append_string(out, *at == '|' ? " or " : "");
            buf_append(out, at, *at == '|' ? 0 : 1);
        }
        return;
    }
    if (want->verdict.is_alert) {
        buf_append_string(out, "failed handshake");
        return;
    }
    const struct verdict_info *info = verdict_get(want->verdict.verdict);
    buf_append_string(out, verdict_code(want->verdict.verdict));
    if (info->hresult != 0) {
        buf_printf(out, " 0x%08X", (unsigned)info->hresult);
    }
}

/* What helps to see why an answer is not IIS's; NULL = nothing to add. */
static const char *find_verdict_hint(struct recipe_outcome expected,
                                     const struct attempt_result *result)
{
    if (result->end == ATTEMPT_END_ANSWER && result->status == 200 &&
        !expected.is_alert && expected.verdict == VERDICT_CERT_REQUIRED) {
        return "it accepts certificates, but requires none: --sslflags accept?";
    }
    if (attempt_result_is_refusal(result) && comparison_is_untold(result)) {
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

static const char *find_hint(const struct comparison_want *want,
                             const struct attempt_result *result)
{
    bool is_let_in =
        want->words != NULL
            ? strcmp(want->words, "accepted") == 0 || strcmp(want->words, "200") == 0
            : !want->verdict.is_alert &&
                  verdict_get(want->verdict.verdict)->status == 200;
    if (result->end == ATTEMPT_END_ANSWER && result->is_tls && !is_let_in &&
        !result->certificate_requested) {
        return "the server did not ask for a certificate";
    }
    if (want->words == NULL) {
        return find_verdict_hint(want->verdict, result);
    }
    if (comparison_is_untold(result) && attempt_result_is_refusal(result)) {
        return "before any certificate: does the server speak this TLS version?";
    }
    return NULL;
}

void comparison_format_difference(const struct comparison_want *want,
                                  const struct attempt_result *result, struct buf *out)
{
    const char *hint = find_hint(want, result);
    buf_append_string(out, "expected ");
    comparison_format(want, out);
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
