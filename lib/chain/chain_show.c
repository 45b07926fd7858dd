/* SPDX-License-Identifier: MIT */
#include "chain/chain_show.h"

#include "base/text.h"
#include "describe/describe.h"
#include "describe/describe_memo.h"
#include "describe/json_value.h"

#include <jansson.h>
#include <string.h>

/* Columns that a level of the tree is further in, and how many levels are: there must
 * be room for words. */
#define TREE_STEP   3u
#define TREE_LEVELS 10u

static void append_indent(struct buf *out, unsigned indent)
{
    for (unsigned i = 0; i < indent; i++) {
        buf_append_byte(out, ' ');
    }
}

static unsigned level_of(unsigned depth)
{
    return depth < TREE_LEVELS ? depth : TREE_LEVELS;
}

/* One finding in two lines: code, fault, detail; remedy, rule. */
static void append_finding(struct buf *out, const struct finding *finding,
                           unsigned indent)
{
    const struct finding_info *info = finding_get(finding->kind);
    append_indent(out, indent);
    if (finding->verdict == VERDICT_OK) {
        buf_printf(out, "- note: %s", info->fault);
    } else {
        const struct verdict_info *verdict = verdict_get(finding->verdict);
        buf_printf(out, "! %s 0x%08X %s: %s", verdict_code(finding->verdict),
                   (unsigned)verdict->hresult, verdict->symbol, info->fault);
    }
    if (finding->detail[0] != 0) {
        buf_printf(out, " (%s)", finding->detail);
    }
    buf_append_byte(out, '\n');
    append_indent(out, indent + 2);
    buf_printf(out, "%s [%s]\n", info->remedy, info->rule);
}

static void append_element(struct buf *out, const struct chain_element *element,
                           unsigned depth)
{
    struct buf name = BUF_EMPTY;
    if (depth > 0) {
        append_indent(out, (level_of(depth) - 1) * TREE_STEP);
        buf_append_string(out, "+- ");
    }
    if (!describe_append_issued_to(&name, element->cert)) {
        out->failed = true;
    }
    text_escape_terminal(out, buf_slice(&name));
    buf_finish(&name);
    buf_printf(out, " [%s", chain_source_name(element->source));
    if (element->path != NULL) {
        const char *slash = strrchr(element->path, '/');
        buf_append_string(out, ": ");
        text_escape_terminal(
            out, slice_from_string(slash == NULL ? element->path : slash + 1));
    }
    buf_append_string(out, "]\n");
}

bool chain_show_text(struct buf *out, const struct chain *chain)
{
    for (size_t depth = 0; depth < chain->n_elements; depth++) {
        size_t element = chain->n_elements - 1 - depth;
        unsigned indent = level_of((unsigned)depth) * TREE_STEP + 2;
        append_element(out, &chain->elements[element], (unsigned)depth);
        for (size_t i = 0; i < chain->n_findings; i++) {
            if (chain->findings[i].element == element) {
                append_finding(out, &chain->findings[i], indent);
            }
        }
    }
    return buf_ok(out);
}

/* ---- JSON */

json_t *chain_show_finding_json(const struct finding *finding)
{
    const struct finding_info *info = finding_get(finding->kind);
    const struct verdict_info *verdict = verdict_get(finding->verdict);
    bool is_note = finding->verdict == VERDICT_OK;
    json_t *o = json_object();
    bool failed = false;

    json_value_set(o, "certificate", json_integer((json_int_t)finding->element),
                   &failed);
    json_value_set(o, "name", json_string(info->name), &failed);
    json_value_set(o, "is_note", json_boolean(is_note), &failed);
    json_value_set(o, "verdict", is_note ? json_null() : json_string(verdict->name),
                   &failed);
    json_value_set(o, "status",
                   is_note ? json_null() : json_string(verdict_code(finding->verdict)),
                   &failed);
    json_value_set(o, "hresult",
                   is_note ? json_null() : json_value_code(verdict->hresult), &failed);
    json_value_set(o, "symbol", is_note ? json_null() : json_string(verdict->symbol),
                   &failed);
    json_value_set(o, "trust_status", json_value_code(is_note ? 0 : info->trust_status),
                   &failed);
    json_value_set(o, "rule", json_string(info->rule), &failed);
    json_value_set(o, "fault", json_string(info->fault), &failed);
    json_value_set(o, "detail", json_value_text(slice_from_string(finding->detail)),
                   &failed);
    json_value_set(o, "remedy", json_string(info->remedy), &failed);
    return json_value_finish(o, failed);
}

/* One that is the caller's to add to. */
static json_t *json_certificate(const struct certificate *cert,
                                struct describe_memo *memo)
{
    json_t *said = describe_memo_get(memo, DESCRIBE_MEMO_JSON, cert, describe_json);
    json_t *own = memo != NULL ? json_copy(said) : json_incref(said);
    json_decref(said);
    return own;
}

static json_t *json_path(const struct chain *chain, struct describe_memo *memo)
{
    json_t *array = json_array();
    bool failed = false;
    for (size_t i = 0; i < chain->n_elements; i++) {
        const struct chain_element *element = &chain->elements[i];
        json_t *item = json_certificate(element->cert, memo);
        bool item_failed = item == NULL;
        json_value_set(item, "source", json_string(chain_source_name(element->source)),
                       &item_failed);
        json_value_set(item, "file",
                       element->path == NULL
                           ? json_null()
                           : json_value_text(slice_from_string(element->path)),
                       &item_failed);
        json_value_set(item, "is_root", json_boolean(element->is_root), &item_failed);
        json_value_add(array, json_value_finish(item, item_failed), &failed);
    }
    return json_value_finish(array, failed);
}

json_t *chain_show_json(const struct chain *chain, struct describe_memo *memo)
{
    json_t *o = json_object();
    json_t *findings = json_array();
    bool failed = false;

    for (size_t i = 0; i < chain->n_findings; i++) {
        json_value_add(findings, chain_show_finding_json(&chain->findings[i]), &failed);
    }
    json_value_set(o, "path", json_path(chain, memo), &failed);
    json_value_set(o, "findings", findings, &failed);
    json_value_set(o, "trust_status", json_value_code(chain_trust_status(chain)),
                   &failed);
    json_value_set(o, "paths_looked_at", json_integer((json_int_t)chain->n_paths),
                   &failed);
    return json_value_finish(o, failed);
}
