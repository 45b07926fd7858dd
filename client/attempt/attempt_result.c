/* SPDX-License-Identifier: MIT */
#include "attempt/attempt_result.h"

#include "base/compiler.h"
#include "base/text.h"
#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

#define FIELD_NAME_MAX 64

/* name         for JSON
 * brief        for a table
 * sentence     what happened
 * early, late  curl's exit code when it ends before the handshake is done / after
 * is_refusal   the server's own doing
 * is_timeless  when it happened says nothing more */
/* clang-format off */
static const struct end_info {
    const char *name;
    const char *brief;
    const char *sentence;
    int early;
    int late;
    bool is_refusal;
    bool is_timeless;
} ends[ATTEMPT_END_COUNT] = {
    [ATTEMPT_END_ANSWER]        = { "answer",        "answer",      "an answer",                                  0,  0, false, false },
    [ATTEMPT_END_UNRESOLVED]    = { "unresolved",    "no address",  "the name has no address",                    6,  6, false, true },
    [ATTEMPT_END_UNREACHABLE]   = { "unreachable",   "unreachable", "no connection",                              7,  7, false, true },
    [ATTEMPT_END_TIMEOUT]       = { "timeout",       "timeout",     "no progress in time",                       28, 28, false, false },
    [ATTEMPT_END_ALERT]         = { "alert",         "alert",       "a TLS alert",                               35, 56, true, false },
    [ATTEMPT_END_LATE_ALERT]    = { "late-alert",    "late alert",  "a TLS alert",                               35, 56, true, false },
    [ATTEMPT_END_BAD_RECORD]    = { "bad-record",    "bad record",  "a TLS record that cannot be decrypted",     35, 56, true, false },
    [ATTEMPT_END_NOT_TLS]       = { "not-tls",       "no TLS",      "bytes that are no TLS",                     35, 56, false, true },
    [ATTEMPT_END_UNTRUSTED]     = { "untrusted",     "untrusted",   "a server certificate that is not trusted",  60, 60, false, true },
    [ATTEMPT_END_REFUSED_BY_US] = { "refused-by-us", "TLS error",   "TLS that we refuse",                        35, 56, false, false },
    [ATTEMPT_END_RESET]         = { "reset",         "reset",       "a connection reset",                        35, 56, true, false },
    [ATTEMPT_END_CLOSED]        = { "closed",        "closed",      "a closed connection without an answer",     35, 52, true, false },
    [ATTEMPT_END_CUT_OFF]       = { "cut-off",       "cut off",     "an answer that breaks off",                 18, 18, false, true },
    [ATTEMPT_END_NOT_HTTP]      = { "not-http",      "no HTTP",     "an answer that is no HTTP",                  8,  8, false, true },
    [ATTEMPT_END_TOO_LARGE]     = { "too-large",     "too large",   "an answer that is too large",               63, 63, false, true },
    [ATTEMPT_END_BROKEN]        = { "broken",        "our fault",   "a fault of certgate itself",                27, 27, false, true },
};
/* clang-format on */

static const struct phase_info {
    const char *name;
    const char *when;
    const char *when_plain; /* without TLS */
} phases[ATTEMPT_PHASE_COUNT] = {
    [ATTEMPT_PHASE_RESOLVE] = { "resolve", "while looking up the name", NULL },
    [ATTEMPT_PHASE_CONNECT] = { "connect", "while connecting", NULL },
    [ATTEMPT_PHASE_HANDSHAKE] = { "handshake", "in the handshake", NULL },
    [ATTEMPT_PHASE_SEND] = { "send", "after the handshake", "while sending" },
    [ATTEMPT_PHASE_RECEIVE] = { "receive", "after the handshake",
                                "while waiting for an answer" },
};

void attempt_result_init(struct attempt_result *result)
{
    memset(result, 0, sizeof(*result));
    result->end = ATTEMPT_END_BROKEN;
    result->alert_received = TLS_ALERT_NONE;
    result->alert_sent = TLS_ALERT_NONE;
    result->substatus = ATTEMPT_SUBSTATUS_HIDDEN;
}

void attempt_result_finish(struct attempt_result *result)
{
    buf_finish(&result->head);
    buf_finish(&result->body);
    buf_finish(&result->ca_names);
    buf_finish_secret(&result->ticket);
}

void attempt_result_find_field(const struct attempt_result *result, const char *name,
                               char value[static ATTEMPT_NAME_MAX])
{
    size_t name_len = strlen(name);
    struct slice rest = buf_slice(&result->head);
    value[0] = 0;
    while (rest.len > 0 && value[0] == 0) {
        char line[ATTEMPT_NAME_MAX + FIELD_NAME_MAX];
        size_t len = slice_find(rest, '\n');
        snprintf(line, sizeof(line), "%.*s", (int)len, (const char *)rest.data);
        line[strcspn(line, "\r")] = 0;
        if (text_has_prefix_ignoring_case(line, name) && line[name_len] == ':') {
            const char *text = line + name_len + 1;
            snprintf(value, ATTEMPT_NAME_MAX, "%.*s", ATTEMPT_NAME_MAX - 1,
                     text + strspn(text, " "));
        }
        rest = slice_part(rest, len < rest.len ? len + 1 : len, rest.len);
    }
}

const char *attempt_phase_name(enum attempt_phase phase)
{
    return phases[phase].name;
}

const char *attempt_end_name(enum attempt_end end)
{
    return ends[end].name;
}

int attempt_result_curl_exit(const struct attempt_result *result)
{
    bool early = result->is_tls && result->phase <= ATTEMPT_PHASE_HANDSHAKE;
    return early ? ends[result->end].early : ends[result->end].late;
}

bool attempt_result_is_refusal(const struct attempt_result *result)
{
    return ends[result->end].is_refusal;
}

bool attempt_result_keeps_session(const struct attempt_result *result)
{
    return result->resumed && result->ticket.len == 0 &&
           strcmp(result->tls_version, "TLSv1.2") == 0;
}

int attempt_result_check(const struct attempt_result *result, const char *subject,
                         struct err *err)
{
    static const struct obstacle {
        enum attempt_end end;
        const char *remedy;
    } obstacles[] = {
        { ATTEMPT_END_UNREACHABLE, "is the server running, and the port right?" },
        { ATTEMPT_END_TIMEOUT, "is the server running, and the port right?" },
        { ATTEMPT_END_NOT_TLS, "is this port for https?" },
        { ATTEMPT_END_UNTRUSTED, "--cacert FILE names its CA, -k trusts anybody" },
        { ATTEMPT_END_BROKEN, "that is no fault of the server" },
    };
    for (size_t i = 0; i < ARRAY_LEN(obstacles); i++) {
        if (obstacles[i].end == result->end) {
            struct buf what = BUF_EMPTY;
            attempt_result_format(result, &what);
            err_set(err, ERR_CONFIG, 0, "%s: %s; %s", subject, buf_string(&what),
                    obstacles[i].remedy);
            buf_finish(&what);
            return -1;
        }
    }
    return 0;
}

void attempt_result_format_short(const struct attempt_result *result,
                                 char text[static ATTEMPT_SHORT_MAX])
{
    const char *brief = ends[result->end].brief;
    if (result->end == ATTEMPT_END_ANSWER && result->inner_status > 0) {
        snprintf(text, ATTEMPT_SHORT_MAX, "%d/%d", result->status,
                 result->inner_status);
    } else if (result->end == ATTEMPT_END_ANSWER && result->substatus >= 0) {
        snprintf(text, ATTEMPT_SHORT_MAX, "%d.%d", result->status, result->substatus);
    } else if (result->end == ATTEMPT_END_ANSWER) {
        snprintf(text, ATTEMPT_SHORT_MAX, result->status == 403 ? "%d.?" : "%d",
                 result->status);
    } else if (result->alert_received != TLS_ALERT_NONE) {
        snprintf(text, ATTEMPT_SHORT_MAX, "%s %d", brief, result->alert_received);
    } else {
        snprintf(text, ATTEMPT_SHORT_MAX, "%s", brief);
    }
}

void attempt_result_format(const struct attempt_result *result, struct buf *out)
{
    if (result->end == ATTEMPT_END_ANSWER) {
        char text[ATTEMPT_SHORT_MAX];
        attempt_result_format_short(result, text);
        buf_append_string(out, text);
        if (result->has_hresult) {
            buf_printf(out, " 0x%08X", (unsigned)result->hresult);
        }
        return;
    }
    if (result->alert_received != TLS_ALERT_NONE) {
        buf_printf(out, "alert %d (%s)", result->alert_received,
                   tls_alert_name(result->alert_received));
    } else {
        buf_append_string(out, ends[result->end].sentence);
    }
    if (!ends[result->end].is_timeless) {
        const struct phase_info *phase = &phases[result->phase];
        bool is_plain = !result->is_tls && phase->when_plain != NULL;
        buf_printf(out, " %s", is_plain ? phase->when_plain : phase->when);
    }
    if (result->alert_received == TLS_ALERT_NONE && result->detail[0] != 0) {
        buf_append_string(out, ": ");
        text_escape_terminal(out, slice_from_string(result->detail));
    }
}
