/* SPDX-License-Identifier: MIT
 *
 * A judged path as values: each certificate with its faults. Part of
 * server/pages/viewer.
 */
#include "describe/describe.h"
#include "pages/viewer.h"

/* Indentation of the tree stops growing there. */
#define LEVEL_MAX 8

const struct chain *viewer_chain(const struct viewer_subject *subject)
{
    if (subject->check != NULL) {
        return &subject->check->chain;
    }
    return subject->judgement == NULL ? NULL : &subject->judgement->chain;
}

size_t viewer_n_findings(const struct viewer_subject *subject)
{
    const struct chain *chain = viewer_chain(subject);
    return chain->n_findings +
           (subject->check == NULL ? 0 : subject->check->n_findings);
}

/* What only concerns browsers: server_check's own findings. */
static struct viewer_finding server_finding(const struct server_check_finding *found)
{
    const struct server_check_info *info = server_check_get(found->kind);
    return (struct viewer_finding){
        .kind = FINDING_COUNT,
        .element = found->element,
        .is_note = info->chrome == NULL,
        .name = info->name,
        .fault = info->fault,
        .rule = info->rule,
        .remedy = info->remedy,
        .detail = "",
        .chrome = info->chrome,
    };
}

struct viewer_finding viewer_finding(const struct viewer_subject *subject, size_t i)
{
    const struct chain *chain = viewer_chain(subject);
    if (i >= chain->n_findings) {
        return server_finding(&subject->check->findings[i - chain->n_findings]);
    }
    const struct finding *finding = &chain->findings[i];
    const struct finding_info *info = finding_get(finding->kind);
    bool is_note = finding->verdict == VERDICT_OK;
    bool at_one = finding->element < chain->n_elements;
    return (struct viewer_finding){
        .kind = finding->kind,
        .element = at_one ? finding->element : chain->n_elements,
        .is_note = is_note,
        .is_about_time = finding_is_about_time(finding->kind),
        .decides = subject->judgement != NULL && i == subject->judgement->deciding,
        .name = info->name,
        .fault = info->fault,
        .rule = info->rule,
        .remedy = info->remedy,
        .detail = finding->detail,
        .verdict = finding->verdict,
        .chrome = subject->check == NULL || is_note
                      ? NULL
                      : server_check_error(finding->verdict),
    };
}

/* What follows the name: "alice" " " "ended 1 day ago, at ...". */
static void put_phrase(struct values *v, const struct viewer_finding *finding)
{
    struct finding_phrase phrase = finding_phrase(finding->fault);
    if (finding->is_about_time) {
        values_text(v, "link", " ");
        values_printf(v, "rest", "%s.", finding->detail);
        return;
    }
    values_text(v, "link", phrase.link);
    values_text(v, "rest", phrase.rest);
    values_text(v, "rest_detail", finding->detail);
}

json_t *viewer_fault(const struct viewer_subject *subject, size_t i)
{
    const struct chain *chain = viewer_chain(subject);
    struct viewer_finding finding = viewer_finding(subject, i);
    struct values v;

    values_init(&v);
    values_text(&v, "name", finding.name);
    values_text(&v, "fault", finding.fault);
    values_text(&v, "rule", finding.rule);
    values_text(&v, "remedy", finding.remedy);
    values_text(&v, "detail", finding.detail);
    values_flag(&v, "decides", finding.decides);
    values_flag(&v, "is_note", finding.is_note);
    if (finding.chrome != NULL) {
        values_text(&v, "code", finding.chrome);
    } else if (!finding.is_note) {
        const struct verdict_info *verdict = verdict_get(finding.verdict);
        values_text(&v, "code", verdict_code(finding.verdict));
        values_text(&v, "symbol", verdict->symbol);
        values_printf(&v, "hresult", "0x%08lX", (unsigned long)verdict->hresult);
    }
    if (finding.element < chain->n_elements) {
        viewer_put(&v, "whose", describe_append_issued_to,
                   chain->elements[finding.element].cert);
        put_phrase(&v, &finding);
    }
    return values_take(&v);
}

/* Those of one certificate, or (element = n_elements) of none. */
static json_t *faults_of(const struct viewer_subject *subject, size_t element)
{
    struct values list = values_list();
    for (size_t i = 0; i < viewer_n_findings(subject); i++) {
        if (viewer_finding(subject, i).element == element) {
            values_add(&list, viewer_fault(subject, i));
        }
    }
    return values_take(&list);
}

static bool is_bad(const struct viewer_subject *subject, size_t element)
{
    for (size_t i = 0; i < viewer_n_findings(subject); i++) {
        struct viewer_finding finding = viewer_finding(subject, i);
        if (finding.element == element && !finding.is_note) {
            return true;
        }
    }
    return false;
}

/* Which one is chosen at first: that with the fault that decides, or the first with one
 * from the client's certificate on, or the client's certificate. */
static size_t first_choice(const struct viewer_subject *subject)
{
    const struct chain *chain = viewer_chain(subject);
    size_t n = chain->n_elements;
    for (size_t i = 0; i < viewer_n_findings(subject); i++) {
        struct viewer_finding finding = viewer_finding(subject, i);
        if (finding.decides && finding.element < n) {
            return finding.element;
        }
    }
    for (size_t i = 0; i < n; i++) {
        if (is_bad(subject, i)) {
            return i;
        }
    }
    return 0;
}

static json_t *element_values(const struct viewer_subject *subject, size_t i)
{
    const struct chain *chain = viewer_chain(subject);
    const struct chain_element *element = &chain->elements[i];
    size_t level = chain->n_elements - 1 - i;
    struct values v;
    values_init(&v);
    values_number(&v, "number", (int64_t)i);
    values_number(&v, "level", (int64_t)(level < LEVEL_MAX ? level : LEVEL_MAX));
    values_text(&v, "source", chain_source_name(element->source));
    if (subject->shows_files) {
        values_text(&v, "file", element->path);
    }
    values_flag(&v, "is_root", element->is_root);
    values_flag(&v, "is_bad", is_bad(subject, i));
    values_flag(&v, "is_chosen", first_choice(subject) == i);
    values_text(&v, "status", viewer_status(subject, i));
    viewer_put(&v, "issued_to", describe_append_issued_to, element->cert);
    values_put(&v, "faults", faults_of(subject, i));
    return values_take(&v);
}

json_t *viewer_path(const struct viewer_subject *subject)
{
    struct values list = values_list();
    for (size_t i = viewer_chain(subject)->n_elements; i-- > 0;) {
        values_add(&list, element_values(subject, i));
    }
    return values_take(&list);
}

bool viewer_is_partial(const struct viewer_subject *subject)
{
    const struct chain *chain = viewer_chain(subject);
    for (size_t i = 0; i < chain->n_findings; i++) {
        if (chain->findings[i].kind == FINDING_PARTIAL_CHAIN) {
            return chain->n_elements > 0;
        }
    }
    return false;
}

json_t *viewer_missing(const struct viewer_subject *subject)
{
    const struct chain *chain = viewer_chain(subject);
    struct buf name = BUF_EMPTY;
    describe_append_issued_by(&name, chain->elements[chain->n_elements - 1].cert);
    return values_buf(&name);
}

json_t *viewer_path_faults(const struct viewer_subject *subject)
{
    return faults_of(subject, viewer_chain(subject)->n_elements);
}
