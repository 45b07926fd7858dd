/* SPDX-License-Identifier: MIT */
#include "page_certificates.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "pki/describe.h"

/* Indentation of the tree stops growing there. */
#define LEVEL_MAX 8

/* ---- one certificate */

struct row_walk {
    json_t *rows;
    json_t *purposes;
};

static void on_row(void *user, enum describe_field field, const char *label,
                   struct slice value)
{
    struct row_walk *walk = user;
    struct values row;
    if (field == DESCRIBE_PURPOSE) {
        json_array_append_new(walk->purposes, values_string(value));
    }
    values_init(&row);
    values_text(&row, "label", label);
    values_slice(&row, "value", value);
    json_array_append_new(walk->rows, values_take(&row));
}

static void put_text(struct values *v, const char *key,
                     bool (*append)(struct buf *out, const struct certificate *cert),
                     const struct certificate *cert)
{
    struct buf text = BUF_EMPTY;
    v->failed = !append(&text, cert) || v->failed;
    values_slice(v, key, buf_slice(&text));
    buf_finish(&text);
}

static void put_thumbprint(struct values *v, const char *key, struct slice hash)
{
    struct buf text = BUF_EMPTY;
    text_append_hex(&text, hash, 0);
    values_slice(v, key, buf_slice(&text));
    buf_finish(&text);
}

static void put_certificate(struct values *v, const struct certificate *cert)
{
    struct row_walk walk = { json_array(), json_array() };

    put_text(v, "issued_to", describe_append_issued_to, cert);
    put_text(v, "issued_by", describe_append_issued_by, cert);
    put_text(v, "key", describe_append_key, cert);
    put_thumbprint(v, "sha1", (struct slice){ cert->sha1, sizeof cert->sha1 });
    put_thumbprint(v, "sha256", (struct slice){ cert->sha256, sizeof cert->sha256 });
    v->failed = !describe_walk(cert, on_row, &walk) || v->failed;
    values_put(v, "rows", walk.rows);
    values_put(v, "purposes", walk.purposes);
    if (cert->malformed != NULL) {
        values_text(v, "malformed", cert->malformed);
        return;
    }
    char from[TIMESTAMP_TEXT_LEN];
    char to[TIMESTAMP_TEXT_LEN];
    values_text(v, "valid_from", timestamp_format(cert->not_before, from));
    values_text(v, "valid_to", timestamp_format(cert->not_after, to));
}

/* ---- faults */

static json_t *fault_values(const struct judgement *judgement, size_t index)
{
    const struct chain *chain = &judgement->chain;
    const struct finding *finding = &chain->findings[index];
    const struct finding_info *info = finding_get(finding->kind);
    struct values v;

    values_init(&v);
    values_text(&v, "name", info->name);
    values_text(&v, "fault", info->fault);
    values_text(&v, "rule", info->rule);
    values_text(&v, "mend", info->mend);
    values_text(&v, "detail", finding->detail);
    values_flag(&v, "decides", index == judgement->deciding);
    values_flag(&v, "is_note", finding->verdict == VERDICT_OK);
    if (finding->verdict != VERDICT_OK) {
        const struct verdict_info *verdict = verdict_get(finding->verdict);
        values_text(&v, "code", verdict_code(finding->verdict));
        values_text(&v, "symbol", verdict->symbol);
        values_printf(&v, "hresult", "0x%08lX", (unsigned long)verdict->hresult);
    }
    if (finding->element < chain->n_elements) {
        put_text(&v, "whose", describe_append_issued_to,
                 chain->elements[finding->element].cert);
    }
    return values_take(&v);
}

/* The faults of one certificate of the path, or (element = n_elements) of none. */
static json_t *faults_of(const struct judgement *judgement, size_t element)
{
    const struct chain *chain = &judgement->chain;
    json_t *list = json_array();
    for (size_t i = 0; i < chain->n_findings; i++) {
        size_t at = chain->findings[i].element;
        if ((at < chain->n_elements ? at : chain->n_elements) == element) {
            json_array_append_new(list, fault_values(judgement, i));
        }
    }
    return list;
}

static bool has_fault(const struct chain *chain, size_t element)
{
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].element == element &&
            chain->findings[i].verdict != VERDICT_OK) {
            return true;
        }
    }
    return false;
}

/* Root first, as Windows draws a path. */
static json_t *path_values(const struct exchange_input *input,
                           const struct judgement *judgement)
{
    const struct chain *chain = &judgement->chain;
    json_t *list = json_array();
    for (size_t i = chain->n_elements; i-- > 0;) {
        const struct chain_element *element = &chain->elements[i];
        size_t level = chain->n_elements - 1 - i;
        struct values v;
        values_init(&v);
        values_number(&v, "level", (int64_t)(level < LEVEL_MAX ? level : LEVEL_MAX));
        values_text(&v, "source", chain_source_name(element->source));
        if (exchange_may_detail(input)) {
            values_text(&v, "file", element->path);
        }
        values_flag(&v, "is_leaf", i == 0);
        values_flag(&v, "is_root", element->is_root);
        values_flag(&v, "is_bad", has_fault(chain, i));
        put_certificate(&v, element->cert);
        values_put(&v, "faults", faults_of(judgement, i));
        json_array_append_new(list, values_take(&v));
    }
    return list;
}

static json_t *all_faults(const struct judgement *judgement, bool notes)
{
    json_t *list = json_array();
    for (size_t i = 0; i < judgement->chain.n_findings; i++) {
        if ((judgement->chain.findings[i].verdict == VERDICT_OK) == notes) {
            json_array_append_new(list, fault_values(judgement, i));
        }
    }
    return list;
}

void page_certificates_add(struct values *v, const struct exchange_input *input,
                           const struct judgement *judgement)
{
    const struct chain *chain = &judgement->chain;
    size_t n_presented = exchange_n_presented(input->tls);
    struct values leaf;

    values_init(&leaf);
    put_certificate(&leaf, input->tls->chain[0]);
    values_put(v, "certificate", values_take(&leaf));
    values_put(v, "path", path_values(input, judgement));
    values_put(v, "path_faults", faults_of(judgement, chain->n_elements));
    values_put(v, "faults", all_faults(judgement, false));
    values_put(v, "notes", all_faults(judgement, true));
    if (judgement->deciding < chain->n_findings) {
        values_put(v, "decided", fault_values(judgement, judgement->deciding));
    }
    values_number(v, "n_sent", (int64_t)n_presented);
    values_number(v, "n_paths", (int64_t)chain->n_paths);
    values_printf(v, "trust_status", "0x%08lX",
                  (unsigned long)chain_trust_status(chain));
}
