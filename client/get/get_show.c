/* SPDX-License-Identifier: MIT */
#include "get/get_show.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "chain/verdict.h"
#include "describe/describe.h"
#include "pki/certificate.h"
#include "pki/name.h"
#include "tls/tls_alert.h"
#include "tls/tls_info.h"

#include <string.h>

/* Each line of a message's head with a mark before it. */
static void append_marked(struct buf *out, struct slice head, char mark)
{
    while (head.len > 0) {
        struct slice line = slice_take_line(&head);
        buf_printf(out, "%c ", mark);
        text_escape_terminal(out, line);
        buf_append_byte(out, '\n');
        if (line.len == 0) {
            return; /* the empty line: a body follows */
        }
    }
}

static void append_string(struct buf *out, const char *label, const char *text)
{
    if (text[0] != 0) {
        buf_append_string(out, label);
        text_escape_terminal(out, slice_from_string(text));
    }
}

static void append_server(struct buf *out, const struct attempt_server *server)
{
    char when[TIMESTAMP_TEXT_LEN];
    if (!server->known) {
        return;
    }
    append_string(out, "* server certificate: ", server->subject);
    append_string(out, ", issued by ", server->issuer);
    buf_printf(out, "\n*   valid from %s", timestamp_format(server->not_before, when));
    buf_printf(out, " to %s\n*   SHA-256 ", timestamp_format(server->not_after, when));
    text_append_hex(out, (struct slice){ server->sha256, sizeof(server->sha256) }, 0);
    buf_append_byte(out, '\n');
    append_string(out, "*   problem: ", server->problem);
    buf_append_string(out, server->problem[0] == 0 ? "" : "\n");
}

static void append_sent(struct buf *out, const struct forge_credential *credential,
                        const char *name)
{
    struct certificate *leaf = certificate_create(buf_slice(&credential->chain[0]));
    struct buf text = BUF_EMPTY;
    buf_append_string(out, "* sent ");
    text_escape_terminal(out, slice_from_string(name));
    buf_printf(out, ", %zu certificate%s", credential->n_chain,
               credential->n_chain == 1 ? "" : "s");
    if (leaf != NULL && leaf->malformed == NULL) {
        char when[TIMESTAMP_TEXT_LEN];
        describe_append_issued_to(&text, leaf);
        append_string(out, ": ", buf_string(&text));
        buf_clear(&text);
        describe_append_issued_by(&text, leaf);
        append_string(out, ", issued by ", buf_string(&text));
        buf_printf(out, "\n*   valid from %s",
                   timestamp_format(leaf->not_before, when));
        buf_printf(out,
                   " to %s\n*   purposes: ", timestamp_format(leaf->not_after, when));
        buf_clear(&text);
        describe_append_purposes(&text, leaf);
        text_escape_terminal(out, buf_slice(&text));
        buf_append_string(out, "\n*   SHA-1 ");
        text_append_hex(out, (struct slice){ leaf->sha1, sizeof(leaf->sha1) }, 0);
    }
    buf_append_byte(out, '\n');
    certificate_destroy(leaf);
    buf_finish(&text);
}

#define CA_NAMES_SHOWN 20

/* The CAs whose certificates the server says it takes. */
static void append_ca_names(struct buf *out, const struct attempt_result *result)
{
    struct slice rest = buf_slice(&result->ca_names);
    struct slice name;
    size_t n = 0;
    bool is_hidden =
        strcmp(result->tls_version, "TLSv1.3") == 0 && !tls_can_name_cas_in_tls13();

    if (rest.len == 0) {
        buf_append_string(out, is_hidden ? "*   of CAs that this build cannot see\n"
                                         : "*   of any CA: it names none\n");
        return;
    }
    while (tls_info_next_ca_name(&rest, &name)) {
        struct buf text = BUF_EMPTY;
        if (n++ < CA_NAMES_SHOWN) {
            (void)name_format(&text, name);
            append_string(out, "*   of the CA ", buf_string(&text));
            buf_append_byte(out, '\n');
        }
        buf_finish(&text);
    }
    if (n > CA_NAMES_SHOWN) {
        buf_printf(out, "*   and of %zu more\n", n - CA_NAMES_SHOWN);
    }
}

static void append_client(struct buf *out, const struct attempt_result *result,
                          const struct forge_credential *credential, const char *name)
{
    if (result->resumed) {
        buf_append_string(out,
                          "* resumed session: no certificate is asked for or sent\n");
    } else if (!result->certificate_requested) {
        if (result->server.known) {
            buf_append_string(out,
                              "* the server did not ask for a client certificate\n");
        }
    } else {
        buf_printf(out, "* the server asked for a client certificate%s%s\n",
                   result->requested_late ? " late, behind the request (renegotiation)"
                                          : "",
                   result->certificate_sent ? "" : "; none was sent");
        if (!result->requested_late) { /* else the names were encrypted */
            append_ca_names(out, result);
        }
        if (result->certificate_sent) {
            append_sent(out, credential, name);
        }
    }
    if (result->certificate_withheld) {
        append_string(out, "* none of these CAs issued ", name);
        buf_append_string(out, ", so a browser would not offer it\n");
    }
}

void get_show_verbose(struct buf *out, const struct attempt_result *result,
                      const struct forge_credential *credential, const char *name,
                      struct slice request)
{
    append_string(out, "* connected to ", result->address);
    buf_append_string(out, result->address[0] == 0 ? "" : "\n");
    if (result->tls_version[0] != 0) {
        append_string(out, "* ", result->tls_version);
        append_string(out, ", ", result->cipher);
        append_string(out, ", ", result->group);
        append_string(out, ", ", result->signature);
        append_string(out, ", ALPN ", result->alpn);
        buf_append_byte(out, '\n');
    }
    append_server(out, &result->server);
    if (result->is_tls) {
        append_client(out, result, credential, name);
    }
    if (result->times.ready_us > 0) {
        append_marked(out, request, '>');
    }
    append_marked(out, buf_slice(&result->head), '<');
    buf_printf(out,
               "* connected %.1f ms, ready %.1f ms, first byte %.1f ms, all %.1f ms\n",
               (double)result->times.connected_us / 1000.0,
               (double)result->times.ready_us / 1000.0,
               (double)result->times.first_byte_us / 1000.0,
               (double)result->times.total_us / 1000.0);
}

/* IIS's verdict with these numbers; VERDICT_COUNT = there is none. */
static enum verdict find_verdict(const struct attempt_result *result)
{
    for (int i = 0; i < VERDICT_COUNT; i++) {
        const struct verdict_info *info = verdict_get((enum verdict)i);
        if ((int)info->status == result->status &&
            (int)info->substatus == result->substatus && result->has_hresult &&
            info->hresult == result->hresult) {
            return (enum verdict)i;
        }
    }
    return VERDICT_COUNT;
}

void get_show_verdict(struct buf *out, const struct attempt_result *result)
{
    enum verdict verdict = find_verdict(result);
    if (verdict == VERDICT_COUNT) {
        return;
    }
    const struct verdict_info *info = verdict_get(verdict);
    buf_printf(out, "%s %s 0x%08X: %s\n", verdict_code(verdict), info->symbol,
               (unsigned)info->hresult, info->title);
}

/* What a person would try next. */
static const char *find_hint(const struct attempt_result *result)
{
    bool answers_plainly = result->end == ATTEMPT_END_NOT_TLS;
    bool wants_tls = !result->is_tls && (result->end == ATTEMPT_END_NOT_HTTP ||
                                         result->end == ATTEMPT_END_CLOSED ||
                                         result->end == ATTEMPT_END_RESET);
    if (result->end == ATTEMPT_END_UNREACHABLE) {
        return "; is the server running there?";
    }
    return answers_plainly ? "; is http:// meant?"
           : wants_tls     ? "; is https:// meant?"
                           : "";
}

void get_show_failure(struct buf *out, const struct attempt_result *result)
{
    buf_printf(out, "(%d) ", attempt_result_curl_exit(result));
    attempt_result_format(result, out);
    if (result->alert_received != TLS_ALERT_NONE) {
        buf_printf(out, ": %s", tls_alert_meaning(result->alert_received));
    }
    if (result->end == ATTEMPT_END_UNTRUSTED) {
        buf_append_string(out, " (");
        text_escape_terminal(out, slice_from_string(result->server.problem));
        buf_append_string(out, "); --cacert FILE names its CA, -k trusts anybody");
    }
    buf_append_string(out, find_hint(result));
    buf_append_byte(out, '\n');
}
