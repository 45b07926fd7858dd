/* SPDX-License-Identifier: MIT */
#include "explain/explain_fetch.h"

#include "base/text.h"
#include "pki/certificate.h"

#include <inttypes.h>

static const char *const kinds[] = {
    [EVIDENCE_CRL] = "CRL",
    [EVIDENCE_OCSP] = "OCSP",
    [EVIDENCE_ISSUER] = "issuer",
};

/* Retrieval's clock callback has no user pointer. */
static int64_t judged_time;
static int64_t get_judged_time(void)
{
    return judged_time;
}

/* ---- what is told */

static void append_start(struct buf *lines, enum evidence_kind kind, struct slice url)
{
    buf_printf(lines, "%-6s ", kinds[kind]);
    text_escape_terminal(lines, url);
    buf_append_string(lines, ": ");
}

static void on_fetched(void *user, const struct evidence_need *need, uint64_t took_ms)
{
    struct explain_fetch *fetch = user;
    const struct evidence_entry *entry =
        evidence_find(retrieval_evidence(fetch->retrieval), need);
    char why[EVIDENCE_WHY_MAX];
    append_start(&fetch->lines, need->kind, slice_from_string(need->url));
    if (entry == NULL) {
        buf_append_string(&fetch->lines, "there was no memory for it");
    } else if (entry->outcome == EVIDENCE_OK) {
        buf_printf(&fetch->lines, "%zu bytes came", entry->size);
    } else {
        buf_append_string(&fetch->lines, evidence_why(entry, why));
    }
    buf_printf(&fetch->lines, ", after %" PRIu64 " ms\n", took_ms);
}

struct passed_over {
    struct buf *lines;
    enum evidence_kind kind;
};

static void on_address(void *user, struct slice url)
{
    struct passed_over *passed = user;
    if (!certificate_is_http(url)) {
        append_start(passed->lines, passed->kind, url);
        buf_append_string(passed->lines, "not asked, for it is not http:\n");
    }
}

/* The addresses of a path that certgate never asks. */
static void append_passed_over(struct buf *lines, const struct chain *chain)
{
    for (size_t i = 0; i < chain->n_elements && !chain->elements[i].is_root; i++) {
        const struct certificate *cert = chain->elements[i].cert;
        struct passed_over crl = { lines, EVIDENCE_CRL };
        struct passed_over ocsp = { lines, EVIDENCE_OCSP };
        struct passed_over issuer = { lines, EVIDENCE_ISSUER };
        certificate_walk_crl_addresses(cert, on_address, &crl);
        certificate_walk_aia_addresses(cert, OID_AD_OCSP, on_address, &ocsp);
        certificate_walk_aia_addresses(cert, OID_AD_CA_ISSUERS, on_address, &issuer);
    }
}

/* ---- the loop */

static void on_deadline(uv_timer_t *timer)
{
    ((struct explain_fetch *)timer->data)->is_over = true;
}

static void on_done(void *user)
{
    ((struct explain_fetch *)user)->is_woken = true;
}

int explain_fetch_open(struct explain_fetch *fetch, enum fetch_allow allow, int64_t now,
                       struct err *err)
{
    int rc = uv_loop_init(&fetch->loop);
    if (rc != 0) {
        return err_set(err, ERR_SYSTEM, -rc, "cannot make an event loop");
    }
    uv_timer_init(&fetch->loop, &fetch->deadline);
    fetch->deadline.data = fetch;
    fetch->is_open = true;
    judged_time = now;
    fetch->retrieval = retrieval_create(&fetch->loop, allow, get_judged_time);
    if (fetch->retrieval == NULL) {
        return err_memory(err);
    }
    retrieval_watch(fetch->retrieval, on_fetched, fetch);
    return 0;
}

int explain_fetch_run(struct explain_fetch *fetch, struct certificate *const *presented,
                      size_t n_presented, const struct chain_context *context,
                      struct err *err)
{
    struct chain_context asking = *context;
    const struct chain *chain = NULL;
    asking.evidence = retrieval_evidence(fetch->retrieval);
    buf_clear(&fetch->lines);
    fetch->is_over = false;
    uv_update_time(&fetch->loop);
    uv_timer_start(&fetch->deadline, on_deadline, RETRIEVAL_DEADLINE_MS, 0);
    retrieval_wait_init(&fetch->wait, on_done, fetch);
    while (!fetch->is_over && retrieval_wait(fetch->retrieval, &fetch->wait, presented,
                                             n_presented, &asking, &chain)) {
        fetch->is_woken = false;
        while (!fetch->is_woken && !fetch->is_over) {
            uv_run(&fetch->loop, UV_RUN_ONCE);
        }
    }
    uv_timer_stop(&fetch->deadline);
    retrieval_cancel(&fetch->wait);
    if (fetch->is_over) {
        buf_printf(&fetch->lines,
                   "the rest was given up after %d s, for all together\n",
                   RETRIEVAL_DEADLINE_MS / 1000);
    } else if (chain != NULL) {
        append_passed_over(&fetch->lines, chain);
    }
    return buf_ok(&fetch->lines) ? 0 : err_memory(err);
}

void explain_fetch_close(struct explain_fetch *fetch)
{
    if (!fetch->is_open) {
        return;
    }
    if (fetch->retrieval != NULL) {
        retrieval_close(fetch->retrieval, NULL, NULL);
    }
    uv_close((uv_handle_t *)&fetch->deadline, NULL);
    uv_run(&fetch->loop, UV_RUN_DEFAULT);
    uv_loop_close(&fetch->loop);
    buf_finish(&fetch->lines);
    fetch->is_open = false;
}
