/* SPDX-License-Identifier: MIT */
#include "attempt/outcome.h"

#include "base/compiler.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

/* Statuses by which servers turn a client away whose certificate they do not like:
 * RFC 9110 15.5; 421 is Apache's for a request that does not fit the handshake; 49x
 * are nginx's own, 5xx what proxies of the cloud use. */
static const int refusals[] = { 400, 401, 403, 407, 421, 495, 496, 497, 525, 526 };

static bool is_refusal_status(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        if (refusals[i] == status) {
            return true;
        }
    }
    return false;
}

static bool is_dropped(const struct attempt_result *result)
{
    return result->end == ATTEMPT_END_RESET || result->end == ATTEMPT_END_CLOSED;
}

void outcome_format(const struct attempt_result *result,
                    char word[static OUTCOME_WORD_MAX])
{
    bool is_alert =
        result->end == ATTEMPT_END_ALERT || result->end == ATTEMPT_END_LATE_ALERT;
    if (result->end == ATTEMPT_END_ANSWER && result->inner_status > 0) {
        snprintf(word, OUTCOME_WORD_MAX, "%d/%d", result->status, result->inner_status);
    } else if (result->end == ATTEMPT_END_ANSWER && result->substatus >= 0) {
        snprintf(word, OUTCOME_WORD_MAX, "%d.%d", result->status, result->substatus);
    } else if (result->end == ATTEMPT_END_ANSWER) {
        snprintf(word, OUTCOME_WORD_MAX, "%d", result->status);
    } else if (is_alert) {
        snprintf(word, OUTCOME_WORD_MAX, "%s:%s", attempt_end_name(result->end),
                 tls_alert_name(result->alert_received));
    } else {
        snprintf(word, OUTCOME_WORD_MAX, "%s",
                 is_dropped(result) ? "dropped" : attempt_end_name(result->end));
    }
}

bool outcome_is_accepted(const struct attempt_result *result)
{
    bool is_answer = result->end == ATTEMPT_END_ANSWER;
    bool is_odd_answer = result->end == ATTEMPT_END_CUT_OFF ||
                         result->end == ATTEMPT_END_NOT_HTTP ||
                         result->end == ATTEMPT_END_TOO_LARGE;
    return (is_answer || (is_odd_answer && result->handshake_done)) &&
           !is_refusal_status(result->status);
}

bool outcome_is_refused(const struct attempt_result *result)
{
    if (result->end == ATTEMPT_END_ANSWER) {
        return is_refusal_status(result->status);
    }
    return attempt_result_is_refusal(result) &&
           (result->phase > ATTEMPT_PHASE_HANDSHAKE || result->server.known);
}

static bool is_word(const char *at, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(at, word, len) == 0;
}

static bool matches_one(const char *at, size_t len, const struct attempt_result *result)
{
    char word[OUTCOME_WORD_MAX];
    outcome_format(result, word);
    return is_word(at, len, "*") || is_word(at, len, word) ||
           (is_word(at, len, "accepted") && outcome_is_accepted(result)) ||
           (is_word(at, len, "refused") && outcome_is_refused(result));
}

bool outcome_matches(const char *words, const struct attempt_result *result)
{
    while (true) {
        size_t len = strcspn(words, "|");
        if (matches_one(words, len, result)) {
            return true;
        }
        if (words[len] == 0) {
            return false;
        }
        words += len + 1;
    }
}

/* ---- what is a word */

/* "200", "403.16", "400/496" */
static bool is_status(const char *at, size_t len)
{
    size_t digits = strspn(at, "0123456789");
    size_t more;
    if (digits != 3 || len < 3) {
        return false;
    }
    if (len == 3) {
        return true;
    }
    more = strspn(at + 4, "0123456789");
    return (at[3] == '.' || at[3] == '/') && more > 0 && more + 4 == len;
}

static bool is_alert_word(const char *at, size_t len)
{
    static const char *const kinds[] = { "alert:", "late-alert:" };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t prefix = strlen(kinds[i]);
        if (len <= prefix || memcmp(at, kinds[i], prefix) != 0) {
            continue;
        }
        for (int alert = 0; alert <= UINT8_MAX; alert++) {
            if (is_word(at + prefix, len - prefix, tls_alert_name(alert))) {
                return true;
            }
        }
    }
    return false;
}

static bool is_known(const char *at, size_t len)
{
    static const char *const others[] = { "*", "accepted", "refused", "dropped" };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (is_word(at, len, others[i])) {
            return true;
        }
    }
    for (int end = 0; end < ATTEMPT_END_COUNT; end++) {
        if (end != ATTEMPT_END_ANSWER && end != ATTEMPT_END_ALERT &&
            end != ATTEMPT_END_LATE_ALERT &&
            is_word(at, len, attempt_end_name((enum attempt_end)end))) {
            return true;
        }
    }
    return is_status(at, len) || is_alert_word(at, len);
}

bool outcome_is_valid(const char *words)
{
    while (true) {
        size_t len = strcspn(words, "|");
        if (!is_known(words, len)) {
            return false;
        }
        if (words[len] == 0) {
            return true;
        }
        words += len + 1;
    }
}
