/* SPDX-License-Identifier: MIT
 *
 * An explanation for programs. Names and meanings below are promised: new members may
 * come, none goes or changes.
 *
 *   source, format, friendly_name, has_key   where it came from
 *   as            "client" or "server"
 *   time, store, sslflags, host              what it was judged for; null = none
 *   let_in        IIS would let the client in, or a browser accept the server
 *   verdict       client: {name, status "403.16", hresult, symbol, title,
 *                 sc_status, sc_substatus, sc_win32_status}; server: null
 *   deciding      index in chain.findings of what decided; null
 *   chrome        server: Chrome's error, null if accepted; client: null
 *   certificates  as presented, leaf first (pki/describe)
 *   chain         {path, findings, trust_status, paths_looked_at} (pki/describe)
 *   paths         with --all-paths: all of them, as "chain" and that first; else null
 *   server_findings  [{certificate, name, is_note, chrome, rule, fault, mend}]
 *   browsers      client: [{name, offers, reasons: [finding's name]}]
 *   commands      [{finding, tool, line}]
 *   assumptions   [{name, value, is_default}]
 */
#include "base/timestamp.h"
#include "explain_show.h"
#include "pki/assume.h"
#include "pki/describe.h"
#include "remedy.h"
#include "result_json.h"

#include <stdio.h>

/* jansson frees a value that could not be added, and passes NULL on as failure. */
static void set(json_t *object, const char *key, json_t *value, bool *failed)
{
    *failed |= json_object_set_new(object, key, value) != 0;
}

static void add(json_t *array, json_t *value, bool *failed)
{
    *failed |= json_array_append_new(array, value) != 0;
}

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : result_json_string(text);
}

static json_t *verdict_json(enum verdict verdict, bool *failed)
{
    const struct verdict_info *info = verdict_get(verdict);
    json_t *o = json_object();
    char hresult[16];
    snprintf(hresult, sizeof(hresult), "0x%08X", (unsigned)info->hresult);
    set(o, "name", json_string(info->name), failed);
    set(o, "status", json_string(verdict_code(verdict)), failed);
    set(o, "hresult", json_string(hresult), failed);
    set(o, "symbol", json_string(info->symbol), failed);
    set(o, "title", json_string(info->title), failed);
    set(o, "sc_status", json_integer((json_int_t)info->status), failed);
    set(o, "sc_substatus", json_integer((json_int_t)info->substatus), failed);
    set(o, "sc_win32_status", json_integer(verdict_win32_status(info->hresult)),
        failed);
    return o;
}

static json_t *browsers_json(const struct explain_answer *answer, bool *failed)
{
    json_t *array = json_array();
    for (int i = 0; i < OFFER_PROGRAM_COUNT; i++) {
        const struct offer *offer = &answer->offers[i];
        json_t *o = json_object();
        json_t *reasons = json_array();
        for (size_t k = 0; k < offer->n_reasons; k++) {
            add(reasons, json_string(finding_get(offer->reasons[k]->kind)->name),
                failed);
        }
        set(o, "name", json_string(offer_program_name((enum offer_program)i)), failed);
        set(o, "offers", json_boolean(offer->is_offered), failed);
        set(o, "reasons", reasons, failed);
        add(array, o, failed);
    }
    return array;
}

static json_t *server_findings_json(const struct server_check *check, bool *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; i < check->n_findings; i++) {
        const struct server_check_info *info =
            server_check_get(check->findings[i].kind);
        json_t *o = json_object();
        set(o, "certificate", json_integer((json_int_t)check->findings[i].element),
            failed);
        set(o, "name", json_string(info->name), failed);
        set(o, "is_note", json_boolean(info->chrome == NULL), failed);
        set(o, "chrome", text_or_null(info->chrome), failed);
        set(o, "rule", json_string(info->rule), failed);
        set(o, "fault", json_string(info->fault), failed);
        set(o, "mend", json_string(info->mend), failed);
        add(array, o, failed);
    }
    return array;
}

/* What a command mends: a fault of a certificate. */
struct mended {
    const char *finding;
    const struct certificate *cert;
};

static void add_lines(json_t *array, const char *file, struct mended mended,
                      const struct remedy_line *lines, size_t n_lines, bool *failed)
{
    for (size_t i = 0; i < n_lines; i++) {
        struct buf text = BUF_EMPTY;
        json_t *o = json_object();
        *failed |= !remedy_append(&text, &lines[i], file, mended.cert);
        set(o, "finding", json_string(mended.finding), failed);
        set(o, "tool", json_string(lines[i].tool), failed);
        set(o, "line", result_json_string(buf_string(&text)), failed);
        add(array, o, failed);
        buf_finish(&text);
    }
}

static json_t *commands_json(const struct explain_question *question,
                             const struct chain *chain,
                             const struct explain_answer *answer, bool *failed)
{
    json_t *array = json_array();
    struct remedy_line lines[REMEDY_LINES_MAX];
    for (size_t i = 0; i < chain->n_findings; i++) {
        const struct finding *finding = &chain->findings[i];
        if (finding->verdict != VERDICT_OK) {
            struct mended mended = { finding_get(finding->kind)->name,
                                     chain->elements[finding->element].cert };
            add_lines(array, question->source, mended, lines,
                      remedy_find(finding->kind, lines), failed);
        }
    }
    for (size_t i = 0; i < answer->server.n_findings; i++) {
        const struct server_check_finding *finding = &answer->server.findings[i];
        struct mended mended = { server_check_get(finding->kind)->name,
                                 chain->elements[finding->element].cert };
        add_lines(array, question->source, mended, lines,
                  remedy_find_server(finding->kind, lines), failed);
    }
    return array;
}

static json_t *assumptions_json(const struct policy *policy, bool *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; i < ASSUME_COUNT; i++) {
        struct assumption assumption = assume_get(policy, i);
        json_t *o = json_object();
        set(o, "name", json_string(assumption.name), failed);
        set(o, "value", json_string(assumption.value), failed);
        set(o, "is_default", json_boolean(assumption.is_default), failed);
        add(array, o, failed);
    }
    return array;
}

static json_t *certificates_json(const struct explain_question *question, bool *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; i < question->n_presented; i++) {
        add(array, describe_json(question->presented[i]), failed);
    }
    return array;
}

static json_t *paths_json(const struct chain_paths *paths, bool *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; i < paths->n; i++) {
        add(array, describe_chain_json(&paths->chains[i]), failed);
    }
    return array;
}

static json_t *deciding_json(const struct explain_answer *answer, bool is_client)
{
    const struct judgement *judgement = &answer->judgement;
    return is_client && judgement->deciding < judgement->chain.n_findings
               ? json_integer((json_int_t)judgement->deciding)
               : json_null();
}

json_t *explain_json(const struct explain_question *question,
                     const struct explain_answer *answer)
{
    bool is_client = question->role == EXPLAIN_CLIENT;
    const struct chain *chain =
        is_client ? &answer->judgement.chain : &answer->server.chain;
    char time[TIMESTAMP_TEXT_LEN];
    json_t *o = json_object();
    bool failed = false;
    set(o, "source", result_json_string(question->source), &failed);
    set(o, "format", json_string(question->format), &failed);
    set(o, "friendly_name",
        question->friendly_name[0] == 0 ? json_null()
                                        : result_json_string(question->friendly_name),
        &failed);
    set(o, "has_key", json_boolean(question->has_key), &failed);
    set(o, "as", json_string(is_client ? "client" : "server"), &failed);
    set(o, "time", json_string(timestamp_format(question->now, time)), &failed);
    set(o, "store", text_or_null(question->store_dir), &failed);
    set(o, "sslflags",
        is_client ? json_string(ssl_flags_name(question->flags)) : json_null(),
        &failed);
    set(o, "host", text_or_null(question->host), &failed);
    set(o, "let_in", json_boolean(answer->is_let_in), &failed);
    set(o, "verdict",
        is_client ? verdict_json(answer->judgement.verdict, &failed) : json_null(),
        &failed);
    set(o, "deciding", deciding_json(answer, is_client), &failed);
    set(o, "chrome", is_client ? json_null() : text_or_null(answer->server.chrome),
        &failed);
    set(o, "certificates", certificates_json(question, &failed), &failed);
    set(o, "chain", describe_chain_json(chain), &failed);
    set(o, "paths",
        question->all_paths ? paths_json(&answer->paths, &failed) : json_null(),
        &failed);
    set(o, "server_findings", server_findings_json(&answer->server, &failed), &failed);
    set(o, "browsers", is_client ? browsers_json(answer, &failed) : json_array(),
        &failed);
    set(o, "commands", commands_json(question, chain, answer, &failed), &failed);
    set(o, "assumptions", assumptions_json(question->policy, &failed), &failed);
    if (failed) {
        json_decref(o);
        return NULL;
    }
    return o;
}
