/* SPDX-License-Identifier: MIT
 *
 * An explanation for programs. Names and meanings below are promised: new members may
 * come, none goes or changes.
 *
 *   source, format, friendly_name, has_key   where it came from
 *   remarks       what is to be known of the file: [text]
 *   fetched       with --fetch: [text], an address, what came, how long; else null
 *   importers     of PKCS #12: [{name, imports "yes", "perhaps" or "no", note}]
 *   as            "client" or "server"
 *   time, store, sslflags, host              what it was judged for; null = none
 *   let_in        IIS would let the client in, or a browser accept the server
 *   verdict       client: {name, status "403.16", hresult, symbol, title,
 *                 sc_status, sc_substatus, sc_win32_status}; server: null
 *   deciding      index in chain.findings of what decided; null
 *   chrome        server: Chrome's error, null if accepted; client: null
 *   certificates  as presented, leaf first (describe/describe)
 *   chain         {path, findings, trust_status, paths_looked_at} (describe/describe)
 *   paths         with --all-paths: all of them, as "chain" and that first; else null
 *   server_findings  [{certificate, name, is_note, chrome, rule, fault, remedy}]
 *   browsers      client: [{name, offers, reasons: [finding's name]}]
 *   clients       client: [{name, tls "TLS 1.2", sends "nothing", "leaf" or "all",
 *                 why (null = it sends all), status "403.7", hresult}]
 *   commands      [{finding, tool, line}]
 *   assumptions   [{name, value, is_default}]
 */
#include "attempt/result_json.h"
#include "base/timestamp.h"
#include "bundle/pkcs12_importers.h"
#include "chain/assume.h"
#include "chain/chain_show.h"
#include "describe/describe.h"
#include "describe/json_value.h"
#include "explain/explain_show.h"
#include "explain/remedy.h"

#include <string.h>

static json_t *text_or_null(const char *text)
{
    return text == NULL ? json_null() : result_json_string(text);
}

static json_t *verdict_json(enum verdict verdict, bool *failed)
{
    const struct verdict_info *info = verdict_get(verdict);
    json_t *o = json_object();
    json_value_set(o, "name", json_string(info->name), failed);
    json_value_set(o, "status", json_string(verdict_code(verdict)), failed);
    json_value_set(o, "hresult", json_value_code(info->hresult), failed);
    json_value_set(o, "symbol", json_string(info->symbol), failed);
    json_value_set(o, "title", json_string(info->title), failed);
    json_value_set(o, "sc_status", json_integer((json_int_t)info->status), failed);
    json_value_set(o, "sc_substatus", json_integer((json_int_t)info->substatus),
                   failed);
    json_value_set(o, "sc_win32_status",
                   json_integer(verdict_win32_status(info->hresult)), failed);
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
            json_value_add(reasons,
                           json_string(finding_get(offer->reasons[k]->kind)->name),
                           failed);
        }
        json_value_set(o, "name",
                       json_string(offer_program_name((enum offer_program)i)), failed);
        json_value_set(o, "offers", json_boolean(offer->is_offered), failed);
        json_value_set(o, "reasons", reasons, failed);
        json_value_add(array, o, failed);
    }
    return array;
}

static json_t *clients_json(const struct sendings *sendings, bool *failed)
{
    json_t *array = json_array();
    for (int i = 0; i < SENDING_CLIENT_COUNT * SENDING_VERSION_COUNT; i++) {
        enum sending_client client = (enum sending_client)(i / SENDING_VERSION_COUNT);
        enum sending_version tls = (enum sending_version)(i % SENDING_VERSION_COUNT);
        const struct sending *sending = &sendings->by[client][tls];
        json_t *o = json_object();
        json_value_set(o, "name", json_string(sending_client_name(client)), failed);
        json_value_set(o, "tls", json_string(sending_version_name(tls)), failed);
        json_value_set(o, "sends", json_string(sending_part_name(sending->part)),
                       failed);
        json_value_set(o, "why", text_or_null(sending->why), failed);
        json_value_set(o, "status", json_string(verdict_code(sending->verdict)),
                       failed);
        json_value_set(o, "hresult",
                       json_value_code(verdict_get(sending->verdict)->hresult), failed);
        json_value_add(array, o, failed);
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
        json_value_set(o, "certificate",
                       json_integer((json_int_t)check->findings[i].element), failed);
        json_value_set(o, "name", json_string(info->name), failed);
        json_value_set(o, "is_note", json_boolean(info->chrome == NULL), failed);
        json_value_set(o, "chrome", text_or_null(info->chrome), failed);
        json_value_set(o, "rule", json_string(info->rule), failed);
        json_value_set(o, "fault", json_string(info->fault), failed);
        json_value_set(o, "remedy", json_string(info->remedy), failed);
        json_value_add(array, o, failed);
    }
    return array;
}

/* What a command fixes: a fault of a certificate. */
struct subject {
    const char *finding;
    const struct certificate *cert;
};

static void add_lines(json_t *array, const char *file, struct subject subject,
                      const struct remedy_line *lines, size_t n_lines, bool *failed)
{
    for (size_t i = 0; i < n_lines; i++) {
        struct buf text = BUF_EMPTY;
        json_t *o = json_object();
        *failed |= !remedy_append(&text, &lines[i], file, subject.cert);
        json_value_set(o, "finding", json_string(subject.finding), failed);
        json_value_set(o, "tool", json_string(lines[i].tool), failed);
        json_value_set(o, "line", result_json_string(buf_string(&text)), failed);
        json_value_add(array, o, failed);
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
            struct subject subject = { finding_get(finding->kind)->name,
                                       chain->elements[finding->element].cert };
            add_lines(array, question->source, subject, lines,
                      remedy_find(finding->kind, lines), failed);
        }
    }
    for (size_t i = 0; i < answer->server.n_findings; i++) {
        const struct server_check_finding *finding = &answer->server.findings[i];
        struct subject subject = { server_check_get(finding->kind)->name,
                                   chain->elements[finding->element].cert };
        add_lines(array, question->source, subject, lines,
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
        json_value_set(o, "name", json_string(assumption.name), failed);
        json_value_set(o, "value", json_string(assumption.value), failed);
        json_value_set(o, "is_default", json_boolean(assumption.is_default), failed);
        json_value_add(array, o, failed);
    }
    return array;
}

static json_t *certificates_json(const struct explain_question *question, bool *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; i < question->n_presented; i++) {
        json_value_add(array, describe_json(question->presented[i]), failed);
    }
    return array;
}

static json_t *paths_json(const struct chain_paths *paths, bool *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; i < paths->n; i++) {
        json_value_add(array, chain_show_json(&paths->chains[i], NULL), failed);
    }
    return array;
}

static json_t *remarks_json(const char *remarks, bool *failed)
{
    json_t *array = json_array();
    while (remarks != NULL && remarks[0] != 0) {
        size_t len = strcspn(remarks, "\n");
        struct slice line = { (const uint8_t *)remarks, len };
        json_value_add(array, json_value_text(line), failed);
        remarks += len + (remarks[len] == '\n' ? 1 : 0);
    }
    return array;
}

static json_t *importers_json(unsigned uses, bool *failed)
{
    static const char *const words[] = {
        [PKCS12_IMPORTS] = "yes",
        [PKCS12_IMPORTS_PERHAPS] = "perhaps",
        [PKCS12_REFUSES] = "no",
    };
    json_t *array = json_array();
    for (size_t i = 0; uses != 0 && i < pkcs12_importer_count(); i++) {
        struct pkcs12_importer importer = pkcs12_importer_get(i, uses);
        json_t *o = json_object();
        json_value_set(o, "name", json_string(importer.name), failed);
        json_value_set(o, "imports", json_string(words[importer.import]), failed);
        json_value_set(o, "note", text_or_null(importer.note), failed);
        json_value_add(array, o, failed);
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

/* What could not be read of the store, in sentences. */
static json_t *damaged_json(const struct store *store, bool *failed)
{
    json_t *array = json_array();
    for (size_t i = 0; store != NULL && i < store->n_notes; i++) {
        if (store->notes[i].is_damage) {
            json_value_add(array, json_string(store->notes[i].text), failed);
        }
    }
    return array;
}

/* What was asked about: the file as it was read. */
static void put_file(json_t *o, const struct explain_question *question, bool *failed)
{
    json_value_set(o, "source", result_json_string(question->source), failed);
    json_value_set(o, "format", json_string(question->format), failed);
    json_value_set(o, "friendly_name",
                   question->friendly_name[0] == 0
                       ? json_null()
                       : result_json_string(question->friendly_name),
                   failed);
    json_value_set(o, "has_key", json_boolean(question->has_key), failed);
    json_value_set(o, "remarks", remarks_json(question->remarks, failed), failed);
    json_value_set(o, "fetched",
                   question->fetched == NULL ? json_null()
                                             : remarks_json(question->fetched, failed),
                   failed);
    json_value_set(o, "importers", importers_json(question->pkcs12_uses, failed),
                   failed);
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
    put_file(o, question, &failed);
    json_value_set(o, "as", json_string(is_client ? "client" : "server"), &failed);
    json_value_set(o, "time", json_string(timestamp_format(question->now, time)),
                   &failed);
    json_value_set(o, "store", text_or_null(question->store_dir), &failed);
    json_value_set(o, "damaged", damaged_json(question->store, &failed), &failed);
    json_value_set(o, "sslflags",
                   is_client ? json_string(ssl_flags_name(question->flags))
                             : json_null(),
                   &failed);
    json_value_set(o, "host", text_or_null(question->host), &failed);
    json_value_set(o, "let_in", json_boolean(answer->is_let_in), &failed);
    json_value_set(o, "verdict",
                   is_client ? verdict_json(answer->judgement.verdict, &failed)
                             : json_null(),
                   &failed);
    json_value_set(o, "deciding", deciding_json(answer, is_client), &failed);
    json_value_set(o, "chrome",
                   is_client ? json_null() : text_or_null(answer->server.chrome),
                   &failed);
    json_value_set(o, "certificates", certificates_json(question, &failed), &failed);
    json_value_set(o, "chain", chain_show_json(chain, NULL), &failed);
    json_value_set(o, "paths",
                   question->all_paths ? paths_json(&answer->paths, &failed)
                                       : json_null(),
                   &failed);
    json_value_set(o, "server_findings", server_findings_json(&answer->server, &failed),
                   &failed);
    json_value_set(o, "browsers",
                   is_client ? browsers_json(answer, &failed) : json_array(), &failed);
    json_value_set(o, "clients",
                   is_client ? clients_json(&answer->sendings, &failed) : json_array(),
                   &failed);
    json_value_set(o, "commands", commands_json(question, chain, answer, &failed),
                   &failed);
    json_value_set(o, "assumptions", assumptions_json(question->policy, &failed),
                   &failed);
    if (failed) {
        json_decref(o);
        return NULL;
    }
    return o;
}
