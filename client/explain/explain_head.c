/* SPDX-License-Identifier: MIT
 *
 * The answer of an explanation for people: let in or not, why and what to do about it,
 * then the codes.
 */
#include "base/text.h"
#include "common/wrap.h"
#include "describe/describe.h"
#include "explain/explain_show.h"

#include <string.h>

#define INDENT EXPLAIN_INDENT

void explain_append_escaped(struct buf *out, const char *text)
{
    text_escape_terminal(out, slice_from_string(text));
}

void explain_append_name(struct buf *out, const struct certificate *cert)
{
    struct buf name = BUF_EMPTY;
    out->failed |= !describe_append_issued_to(&name, cert);
    text_escape_terminal(out, buf_slice(&name));
    buf_finish(&name);
}

/* A chain that is let in as a whole is not let in with every client. */
static void append_left_out(struct buf *out, const struct sendings *sendings)
{
    const struct sending *schannel = &sendings->by[SENDING_SCHANNEL][SENDING_TLS_1_3];
    if (schannel->part == SENDING_LEAF && schannel->verdict != VERDICT_OK) {
        buf_printf(out,
                   "%*sSo if all of it is sent. %s clients send none of its issuers: "
                   "%s 0x%08X.\n",
                   (int)INDENT, "", sending_client_name(SENDING_SCHANNEL),
                   verdict_code(schannel->verdict),
                   (unsigned)verdict_get(schannel->verdict)->hresult);
    }
}

/* What decided, as a sentence about the certificate that has the fault, and its remedy.
 */
static void append_reason(struct buf *out, const struct judgement *judgement)
{
    const struct chain *chain = &judgement->chain;
    struct buf text = BUF_EMPTY;
    if (judgement->deciding >= chain->n_findings) {
        return;
    }
    const struct finding *finding = &chain->findings[judgement->deciding];
    const struct finding_info *info = finding_get(finding->kind);
    struct finding_phrase phrase = finding_phrase(info->fault);
    buf_printf(&text, "%*s", (int)INDENT, "");
    if (finding->element < chain->n_elements) {
        explain_append_name(&text, chain->elements[finding->element].cert);
    }
    if (finding_is_about_time(finding->kind)) {
        buf_printf(&text, " %s.", finding->detail);
    } else {
        buf_printf(&text, "%s%s", phrase.link, phrase.rest);
        buf_printf(&text, finding->detail[0] == 0 ? "%s" : " (%s)", finding->detail);
    }
    buf_printf(&text, "\n%*s%s\n", (int)INDENT, "", info->remedy);
    wrap_append(out, buf_slice(&text));
    out->failed |= text.failed;
    buf_finish(&text);
}

static void append_client_answer(struct buf *out, const struct explain_answer *answer)
{
    const struct verdict_info *verdict = verdict_get(answer->judgement.verdict);
    if (answer->is_let_in) {
        buf_append_string(out, "IIS would let it in.\n");
        append_left_out(out, &answer->sendings);
        return;
    }
    if (answer->judgement.verdict == VERDICT_OK) {
        buf_append_string(out, "Whether IIS would let it in is not known: what is "
                               "lost of the store may say no.\n");
        return;
    }
    buf_append_string(out, "IIS would refuse it.\n");
    append_reason(out, &answer->judgement);
    buf_printf(out, "%*sHTTP Error %s - %s\n", (int)INDENT, "",
               verdict_code(answer->judgement.verdict), verdict->title);
    buf_printf(out, "%*sError Code 0x%08X (%s)\n", (int)INDENT, "",
               (unsigned)verdict->hresult, verdict->symbol);
    buf_printf(out, "%*sIn the log: sc-status %u sc-substatus %u sc-win32-status %u\n",
               (int)INDENT, "", verdict->status, verdict->substatus,
               (unsigned)verdict_win32_status(verdict->hresult));
}

static void append_server_answer(struct buf *out,
                                 const struct explain_question *question,
                                 const struct explain_answer *answer)
{
    buf_append_string(out, "A browser would ");
    buf_append_string(out,
                      answer->is_let_in ? "accept it as the server's" : "refuse it");
    if (question->host != NULL) {
        buf_append_string(out, answer->is_let_in ? " of " : " for ");
        explain_append_escaped(out, question->host);
    }
    if (answer->is_let_in) {
        buf_append_string(out, ".\n");
    } else {
        buf_printf(out, ": %s\n", answer->server.chrome);
    }
}

void explain_append_head(struct buf *out, const struct explain_question *question,
                         const struct explain_answer *answer)
{
    bool is_request = strcmp(question->format, EXPLAIN_REQUEST) == 0;
    explain_append_escaped(out, question->source);
    buf_append_string(out, is_request ? ", if a CA issues it: " : ": ");
    if (question->role == EXPLAIN_CLIENT) {
        append_client_answer(out, answer);
    } else {
        append_server_answer(out, question, answer);
    }
}
