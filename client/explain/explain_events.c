/* SPDX-License-Identifier: MIT */
#include "explain/explain_events.h"

#include "common/wrap.h"
#include "describe/describe.h"
#include "explain/explain_show.h"

#include <inttypes.h>

/* Schannel's EventLogging from which failed validations are written. */
#define LOGGING_OF_VALIDATIONS 3u

static void append_system(struct buf *out, const struct explain_answer *answer,
                          const struct like *like, uint32_t hresult)
{
    buf_append_string(out, "  System log, source Schannel\n"
                           "    36880  The TLS handshake worked: no certificate ends "
                           "it.\n");
    if (hresult == 0 || answer->judgement.chain.n_elements == 0) {
        return;
    }
    buf_printf(out,
               "    36877  The certificate received from the remote client has not "
               "validated correctly: 0x%08" PRIX32 ". Written if EventLogging is %u or "
               "more",
               hresult, LOGGING_OF_VALIDATIONS);
    if (like != NULL && like->has_logging) {
        buf_printf(out, "; this server's is %" PRIu32 ", so it is %swritten",
                   like->logging, like->logging < LOGGING_OF_VALIDATIONS ? "not " : "");
    }
    buf_append_string(out, ".\n");
}

static void append_capi2(struct buf *out, const struct explain_question *question,
                         const struct explain_answer *answer, uint32_t hresult)
{
    buf_append_string(out, "  Microsoft-Windows-CAPI2/Operational, once it is enabled\n"
                           "    11     BuildChain: subjectName ");
    explain_append_name(out, question->presented[0]);
    buf_printf(out,
               ", TrustStatus ErrorStatus 0x%" PRIx32 "\n"
               "    30     VerifyChainPolicy: subjectName ",
               chain_trust_status(&answer->judgement.chain));
    explain_append_name(out, question->presented[0]);
    buf_printf(out, ", Result 0x%08" PRIX32 "\n", hresult);
}

bool explain_events_append(struct buf *out, const struct explain_question *question,
                           const struct explain_answer *answer, const struct like *like)
{
    struct buf text = BUF_EMPTY;
    bool is_judged = answer->judgement.chain.n_elements > 0;
    uint32_t hresult =
        answer->is_let_in ? 0 : verdict_get(answer->judgement.verdict)->hresult;
    if (question->role != EXPLAIN_CLIENT) {
        return true;
    }
    buf_append_string(&text, "\n\nWhat Windows writes, in the form of its logs\n");
    if (question->flags == SSL_FLAGS_IGNORE) {
        buf_append_string(&text, "  Nothing about the certificate: with "
                                 "sslFlags=Ignore it is not validated.\n");
    } else {
        append_system(&text, answer, like, hresult);
        if (is_judged) {
            append_capi2(&text, question, answer, hresult);
        }
    }
    if (text.len > 0 && text.data[text.len - 1] == '\n') {
        text.len--;
    }
    out->failed |= text.failed || !wrap_append(out, buf_slice(&text));
    buf_finish(&text);
    return buf_ok(out);
}
