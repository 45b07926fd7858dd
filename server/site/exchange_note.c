/* SPDX-License-Identifier: MIT */
#include "site/exchange_note.h"

#include "describe/describe.h"
#include "site/site_iis.h"

#include <stdio.h>
#include <string.h>

static void note_certificate(struct exchange_result *result,
                             const struct exchange_input *input)
{
    struct buf name = BUF_LIMITED(sizeof result->issued_to - 1);
    if (input->tls != NULL && exchange_n_presented(input->tls) > 0) {
        struct buf whole = BUF_EMPTY;
        describe_append_issued_to(&whole, input->tls->chain[0]);
        buf_append_slice(
            &name, slice_part(buf_slice(&whole), 0, sizeof result->issued_to - 1));
        memcpy(result->issued_to, buf_string(&name), name.len + 1);
        buf_finish(&whole);
    }
    buf_finish(&name);
}

/* The first findings, and always the one that decided. */
static void note_findings(struct exchange_result *result, const struct access *access)
{
    const struct judgement *judgement = &access->judgement;
    size_t n = access->judged ? judgement->chain.n_findings : 0;

    result->n_findings = n < EXCHANGE_FINDINGS_MAX ? n : EXCHANGE_FINDINGS_MAX;
    result->deciding = result->n_findings;
    memcpy(result->findings, judgement->chain.findings,
           result->n_findings * sizeof result->findings[0]);
    if (n > 0 && judgement->deciding < n) {
        result->deciding = judgement->deciding < result->n_findings
                               ? judgement->deciding
                               : result->n_findings - 1;
        result->findings[result->deciding] =
            judgement->chain.findings[judgement->deciding];
    }
}

static void note_logon(struct exchange_result *result, const struct access *access)
{
    struct buf reason = BUF_EMPTY;
    snprintf(result->user, sizeof result->user, "%s", access->logon.user);
    if (access->verdict != VERDICT_OK) {
        logon_append_reason(&reason, &access->logon);
        snprintf(result->fault, sizeof result->fault, "%s", buf_string(&reason));
    }
    buf_finish(&reason);
}

static void note_config(struct exchange_result *result, const struct iis_fault *fault)
{
    snprintf(result->fault, sizeof result->fault, "%s, line %lu: %s", fault->at.file,
             fault->at.line, fault->text);
}

static void note_fault(struct exchange_result *result, const struct access *access)
{
    if (access->is_foreign) {
        if (access->foreign.has_finding) {
            snprintf(result->fault, sizeof result->fault, "%s",
                     finding_get(access->foreign.kind)->name);
        }
    } else if (access->reached_logon) {
        note_logon(result, access);
    } else {
        access_format_fault(access, result->fault);
    }
}

void exchange_note(struct exchange_result *exchange, const struct exchange_input *input,
                   const struct access *access)
{
    note_certificate(exchange, input);
    if (input->iis != NULL && site_iis_verdict(input->iis) == access->verdict &&
        access->verdict != VERDICT_OK) {
        note_config(exchange, &input->iis->fault);
    } else {
        note_fault(exchange, access);
    }
    note_findings(exchange, access);
}
