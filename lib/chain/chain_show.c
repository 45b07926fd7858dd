/* SPDX-License-Identifier: MIT */
#include "chain/chain_show.h"

#include "base/text.h"
#include "describe/describe.h"

#include <string.h>

/* Columns that a level of the tree is further in. */
#define TREE_STEP 3u

static void append_indent(struct buf *out, unsigned indent)
{
    for (unsigned i = 0; i < indent; i++) {
        buf_append_byte(out, ' ');
    }
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
        append_indent(out, (depth - 1) * TREE_STEP);
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
        unsigned indent = (unsigned)depth * TREE_STEP + 2;
        append_element(out, &chain->elements[element], (unsigned)depth);
        for (size_t i = 0; i < chain->n_findings; i++) {
            if (chain->findings[i].element == element) {
                append_finding(out, &chain->findings[i], indent);
            }
        }
    }
    return buf_ok(out);
}
