/* SPDX-License-Identifier: MIT */
#include "load/tally.h"

#include "tls/tls_alert.h"

#include <stdio.h>
#include <string.h>

/* How much of the request was out when the server ended it is chance. */
static enum attempt_phase find_phase(const struct attempt_result *result)
{
    return result->phase == ATTEMPT_PHASE_SEND ? ATTEMPT_PHASE_RECEIVE : result->phase;
}

static bool is_same(const struct tally_kind *kind, const struct attempt_result *result,
                    enum tally_mark mark)
{
    return kind->mark == mark && kind->end == result->end &&
           kind->phase == find_phase(result) && kind->status == result->status &&
           kind->substatus == result->substatus &&
           kind->inner_status == result->inner_status &&
           kind->alert == result->alert_received;
}

void tally_count(struct tally *tally, const struct attempt_result *result,
                 enum tally_mark mark)
{
    size_t i = 0;
    while (i < tally->n_kinds && !is_same(&tally->kinds[i], result, mark)) {
        i++;
    }
    tally->n_unexpected += mark == TALLY_UNEXPECTED;
    if (i == TALLY_KINDS_MAX) {
        tally->n_others++;
        return;
    }
    struct tally_kind *kind = &tally->kinds[i];
    if (i == tally->n_kinds) {
        tally->n_kinds++;
        *kind = (struct tally_kind){
            .mark = mark,
            .end = result->end,
            .phase = find_phase(result),
            .status = result->status,
            .substatus = result->substatus,
            .inner_status = result->inner_status,
            .alert = result->alert_received,
        };
        (void)snprintf(kind->detail, sizeof(kind->detail), "%s", result->detail);
    }
    kind->count++;
}

void tally_append_name(struct buf *out, const struct tally_kind *kind)
{
    char text[ATTEMPT_SHORT_MAX];
    struct attempt_result result;
    attempt_result_init(&result);
    result.end = kind->end;
    result.status = kind->status;
    result.substatus = kind->substatus;
    result.inner_status = kind->inner_status;
    result.alert_received = kind->alert;
    attempt_result_format_short(&result, text);
    buf_append_string(out, text);
    if (kind->end == ATTEMPT_END_TIMEOUT || kind->end == ATTEMPT_END_RESET ||
        kind->end == ATTEMPT_END_CLOSED) {
        buf_append_string(
            out, kind->phase == ATTEMPT_PHASE_CONNECT     ? " while connecting"
                 : kind->phase == ATTEMPT_PHASE_HANDSHAKE ? " in the handshake"
                                                          : " before an answer");
    }
}
