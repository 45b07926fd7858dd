/* SPDX-License-Identifier: MIT */
#include "site/page_events.h"

#include "describe/describe.h"
#include "why/windows_events.h"

/* A name stands twice on the page. */
#define NAME_MAX_SHOWN ((size_t)160)

static json_t *create_log(const struct windows_event *events, size_t n,
                          enum windows_log log)
{
    struct values v;
    struct values rows = values_list();
    for (size_t i = 0; i < n; i++) {
        if (events[i].log == log) {
            struct values row;
            values_init(&row);
            values_number(&row, "id", events[i].id);
            values_slice(&row, "text", buf_slice(&events[i].text));
            row.failed |= events[i].text.failed;
            values_add(&rows, values_take(&row));
        }
    }
    values_init(&v);
    values_text(&v, "title", windows_log_title(log));
    values_put(&v, "events", values_take(&rows));
    return values_take(&v);
}

static void put_logs(struct values *v, const struct windows_events_input *known)
{
    struct windows_event events[WINDOWS_EVENTS_MAX];
    struct values logs = values_list();
    struct values all;
    size_t n = windows_events_list(known, events);

    values_add(&logs, create_log(events, n, WINDOWS_LOG_SYSTEM));
    if (known->is_judged) {
        values_add(&logs, create_log(events, n, WINDOWS_LOG_CAPI2));
    }
    windows_events_finish(events, n);
    values_init(&all);
    values_put(&all, "logs", values_take(&logs));
    values_put(v, "windows_logs", values_take(&all));
}

void page_events_add(struct values *v, const struct exchange_input *input,
                     const struct access *access)
{
    const struct judgement *judgement = &access->judgement;
    struct buf name = BUF_EMPTY;
    struct windows_events_input known = {
        .is_judged = access->judged,
        .logging = config_event_logging(input->config),
    };
    if (access->verdict == VERDICT_OK || input->tls == NULL ||
        input->site->flags == SSL_FLAGS_IGNORE) {
        return;
    }
    if (access->judged) {
        v->failed |= !describe_append_issued_to(&name, input->tls->chain[0]);
        known.name = slice_part(buf_slice(&name), 0, NAME_MAX_SHOWN);
        known.trust_status = chain_trust_status(&judgement->chain);
        known.hresult = verdict_get(judgement->verdict)->hresult;
    }
    put_logs(v, &known);
    buf_finish(&name);
}
