/* SPDX-License-Identifier: MIT */
#include "explain/explain_events.h"

#include "chain/issuers.h"
#include "common/wrap.h"
#include "explain/explain_show.h"
#include "tls/tls_config.h"
#include "why/windows_events.h"

#include <string.h>

/* Of the list that this server sends, if it sends one. */
static size_t count_left_out(const struct explain_question *question,
                             const struct like *like, struct buf *out)
{
    struct issuers_list list = { .notice = BUF_EMPTY };
    struct err err = ERR_INIT;
    const struct like_setting *setting =
        like == NULL ? NULL : like_find(like, NULL, "send-trusted-issuer-list");
    if (setting == NULL || strcmp(setting->value, "enable") != 0 ||
        question->store == NULL) {
        return 0;
    }
    out->failed |= issuers_list_init(&list, question->store, question->policy,
                                     TLS_CA_NAMES_MAX, &err) != 0;
    size_t n = list.n_left_out;
    issuers_list_finish(&list);
    return n;
}

static void append_events(struct buf *out, const struct windows_events_input *input)
{
    struct windows_event events[WINDOWS_EVENTS_MAX];
    size_t n = windows_events_list(input, events);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || events[i].log != events[i - 1].log) {
            buf_printf(out, "\n  %s", windows_log_title(events[i].log));
        }
        buf_printf(out, "\n    %-5u  ", events[i].id);
        buf_append_slice(out, buf_slice(&events[i].text));
        out->failed |= events[i].text.failed;
    }
    windows_events_finish(events, n);
}

/* What could not be sent at all, with CERT_REQUIRED, was not validated. */
static void append_of(struct buf *out, const struct explain_question *question,
                      const struct explain_answer *answer, const struct like *like)
{
    const struct judgement *judgement = &answer->judgement;
    struct buf name = BUF_EMPTY;
    struct windows_events_input input = {
        .is_judged = judgement->chain.n_elements > 0 &&
                     judgement->verdict != VERDICT_CERT_REQUIRED,
        .hresult = answer->is_let_in ? 0 : verdict_get(judgement->verdict)->hresult,
        .trust_status = chain_trust_status(&judgement->chain),
        .logging = like != NULL && like->has_logging ? &like->logging : NULL,
        .n_left_out = count_left_out(question, like, out),
    };
    if (input.is_judged) {
        explain_append_name(&name, question->presented[0]);
        input.name = buf_slice(&name);
    }
    append_events(out, &input);
    out->failed |= name.failed;
    buf_finish(&name);
}

bool explain_events_append(struct buf *out, const struct explain_question *question,
                           const struct explain_answer *answer, const struct like *like)
{
    struct buf text = BUF_EMPTY;
    if (question->role != EXPLAIN_CLIENT) {
        return true;
    }
    buf_append_string(&text, "\n\nWhat Windows writes, in the form of its logs");
    if (question->flags == SSL_FLAGS_IGNORE) {
        buf_append_string(&text, "\n  Nothing about the certificate: with "
                                 "sslFlags=Ignore it is not validated.");
    } else {
        append_of(&text, question, answer, like);
    }
    out->failed |= text.failed || !wrap_append(out, buf_slice(&text));
    buf_finish(&text);
    return buf_ok(out);
}
