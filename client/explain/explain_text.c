/* SPDX-License-Identifier: MIT
 *
 * An explanation for people: the answer first, then in the order of the Windows
 * viewer's tabs what the certificate is, the path with what is wrong and how to fix
 * it, and the details.
 */
#include "base/text.h"
#include "base/timestamp.h"
#include "chain/assume.h"
#include "chain/chain_show.h"
#include "common/wrap.h"
#include "describe/describe.h"
#include "explain/explain_clients.h"
#include "explain/explain_show.h"
#include "explain/remedy.h"

#include <stdio.h>
#include <string.h>

#define INDENT    EXPLAIN_INDENT
#define TREE_STEP 3u
/* Of labels, as describe/describe has it. */
#define LABEL_WIDTH 25

/* ---- the certificate */

struct rows {
    struct buf *out;
    bool wants_details;
    const char *last_label; /* a repeated label stands once */
};

/* The tab "General" has what people ask for; "Details" has the rest. */
static bool is_detail(enum describe_field field)
{
    static const enum describe_field general[] = {
        DESCRIBE_MALFORMED,          DESCRIBE_ISSUED_TO, DESCRIBE_ISSUED_BY,
        DESCRIBE_VALID_FROM,         DESCRIBE_VALID_TO,  DESCRIBE_PURPOSE,
        DESCRIBE_APPLICATION_POLICY,
    };
    for (size_t i = 0; i < ARRAY_LEN(general); i++) {
        if (general[i] == field) {
            return false;
        }
    }
    return true;
}

static void on_row(void *user, enum describe_field field, const char *label,
                   struct slice value)
{
    struct rows *rows = user;
    if (is_detail(field) != rows->wants_details) {
        return;
    }
    buf_printf(rows->out, "%*s%-*s", (int)INDENT, "", LABEL_WIDTH,
               label == rows->last_label ? "" : label);
    text_escape_terminal(rows->out, value);
    buf_append_byte(rows->out, '\n');
    rows->last_label = label;
}

static void append_rows(struct buf *out, const struct certificate *cert, bool details)
{
    struct rows rows = { out, details, NULL };
    out->failed |= !describe_walk(cert, on_row, &rows);
}

static void append_remarks(struct buf *out, const char *remarks)
{
    while (remarks != NULL && remarks[0] != 0) {
        size_t len = strcspn(remarks, "\n");
        buf_printf(out, "%*snote: the file ", (int)INDENT, "");
        text_escape_terminal(out, (struct slice){ (const uint8_t *)remarks, len });
        buf_append_byte(out, '\n');
        remarks += len + (remarks[len] == '\n' ? 1 : 0);
    }
}

static void append_certificate(struct buf *out, const struct explain_question *question)
{
    buf_printf(out, "\nCertificate (%s", question->format);
    if (question->n_presented > 1) {
        buf_printf(out, ", and %zu more with it", question->n_presented - 1);
    }
    buf_append_string(out, question->has_key ? ", with private key)\n" : ")\n");
    if (question->friendly_name[0] != 0) {
        buf_printf(out, "%*s%-*s", (int)INDENT, "", LABEL_WIDTH, "Friendly name");
        explain_append_escaped(out, question->friendly_name);
        buf_append_byte(out, '\n');
    }
    append_remarks(out, question->remarks);
    append_rows(out, question->presented[0], false);
}

/* ---- a server's path: in a browser's words, not in IIS's */

static void append_fault(struct buf *out, unsigned indent,
                         const struct server_check_info *info, const char *detail)
{
    buf_printf(out, "%*s%s%s: %s", (int)indent, "",
               info->chrome == NULL ? "- note" : "! ",
               info->chrome == NULL ? "" : info->chrome, info->fault);
    buf_printf(out, detail[0] == 0 ? "%s" : " (%s)", detail);
    buf_printf(out, "\n%*s%s [%s]\n", (int)indent + 2, "", info->remedy, info->rule);
}

static void append_faults_of(struct buf *out, const struct server_check *check,
                             size_t element, unsigned indent)
{
    for (size_t i = 0; i < check->chain.n_findings; i++) {
        const struct finding *finding = &check->chain.findings[i];
        const struct finding_info *info = finding_get(finding->kind);
        bool is_note = finding->verdict == VERDICT_OK;
        struct server_check_info fault = {
            .name = info->name,
            .chrome = is_note ? NULL : server_check_error(finding->verdict),
            .rule = info->rule,
            .fault = info->fault,
            .remedy = info->remedy,
        };
        if (finding->element == element) {
            append_fault(out, indent, &fault, finding->detail);
        }
    }
    for (size_t i = 0; i < check->n_findings; i++) {
        if (check->findings[i].element == element) {
            append_fault(out, indent, server_check_get(check->findings[i].kind), "");
        }
    }
}

static void append_server_path(struct buf *out, const struct server_check *check)
{
    for (size_t depth = 0; depth < check->chain.n_elements; depth++) {
        size_t element = check->chain.n_elements - 1 - depth;
        const struct chain_element *e = &check->chain.elements[element];
        unsigned indent = (unsigned)depth * TREE_STEP;
        if (depth > 0) {
            buf_printf(out, "%*s+- ", (int)(indent - TREE_STEP), "");
        }
        explain_append_name(out, e->cert);
        buf_printf(out, " [%s]\n",
                   e->source == CHAIN_PRESENTED ? "sent by the server"
                                                : chain_source_name(e->source));
        append_faults_of(out, check, element, indent + INDENT);
    }
}

/* ---- the paths that were not taken */

/* The fault that weighs most, as IIS would report it of this path alone. */
static const struct verdict_info *find_worst(const struct chain *chain,
                                             enum precedence precedence)
{
    enum verdict worst = VERDICT_OK;
    for (size_t i = 0; i < chain->n_findings; i++) {
        worst = verdict_prefer(worst, chain->findings[i].verdict, precedence);
    }
    return verdict_get(worst);
}

static void append_other_paths(struct buf *out, const struct explain_question *question,
                               const struct chain_paths *paths)
{
    if (paths->n == 1) {
        buf_append_string(out, "\nThere is no other path.\n");
    }
    for (size_t i = 1; i < paths->n; i++) {
        const struct verdict_info *worst =
            find_worst(&paths->chains[i], question->policy->precedence);
        buf_printf(out, "\nPath %zu of %zu, not taken: ", i + 1, paths->n);
        if (worst->status == 200) {
            buf_append_string(out, "as good, but longer or of a later certificate\n");
        } else {
            buf_printf(out, "%u.%u %s\n", worst->status, worst->substatus,
                       worst->symbol);
        }
        out->failed |= !chain_show_text(out, &paths->chains[i]);
    }
}

/* ---- commands */

static void append_lines(struct buf *out, const struct explain_question *question,
                         const struct certificate *cert, const char *fault,
                         const struct remedy_line *lines, size_t n_lines)
{
    if (n_lines == 0) {
        return;
    }
    buf_printf(out, "%*s%s\n", (int)INDENT, "", fault);
    for (size_t i = 0; i < n_lines; i++) {
        struct buf line = BUF_EMPTY;
        out->failed |= !remedy_append(&line, &lines[i], question->source, cert);
        buf_printf(out, "%*s%-12s", (int)INDENT + 2, "", lines[i].tool);
        /* The backslashes are Windows' and stay; a file's name is escaped. */
        struct slice rest = buf_slice(&line);
        while (rest.len > 0) {
            size_t n = slice_find(rest, '\\');
            text_escape_terminal(out, slice_part(rest, 0, n));
            if (n < rest.len) {
                buf_append_byte(out, '\\');
                n++;
            }
            rest = slice_part(rest, n, rest.len);
        }
        buf_append_byte(out, '\n');
        buf_finish(&line);
    }
}

static bool was_shown(const struct chain *chain, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (chain->findings[i].kind == chain->findings[index].kind &&
            chain->findings[i].verdict != VERDICT_OK) {
            return true;
        }
    }
    return false;
}

static void append_commands(struct buf *out, const struct explain_question *question,
                            const struct chain *chain,
                            const struct explain_answer *answer)
{
    struct remedy_line lines[REMEDY_LINES_MAX];
    struct buf commands = BUF_EMPTY;
    for (size_t i = 0; i < chain->n_findings; i++) {
        const struct finding *finding = &chain->findings[i];
        if (finding->verdict != VERDICT_OK && !was_shown(chain, i)) {
            append_lines(&commands, question, chain->elements[finding->element].cert,
                         finding_get(finding->kind)->fault, lines,
                         remedy_find(finding->kind, lines));
        }
    }
    for (size_t i = 0; i < answer->server.n_findings; i++) {
        const struct server_check_finding *finding = &answer->server.findings[i];
        append_lines(&commands, question, chain->elements[finding->element].cert,
                     server_check_get(finding->kind)->fault, lines,
                     remedy_find_server(finding->kind, lines));
    }
    if (commands.len > 0 || commands.failed) {
        buf_append_string(out, "\nCommands that may help (put in your names)\n");
        buf_append_slice(out, buf_slice(&commands));
        out->failed |= commands.failed;
    }
    buf_finish(&commands);
}

/* ---- what it depends on */

static void append_circumstances(struct buf *out,
                                 const struct explain_question *question)
{
    char time[TIMESTAMP_TEXT_LEN];
    buf_printf(out, "\nJudged for %s", timestamp_format(question->now, time));
    if (question->role == EXPLAIN_CLIENT) {
        buf_printf(out, ", sslFlags %s", ssl_flags_name(question->flags));
    }
    buf_append_string(out,
                      question->store_dir == NULL ? ", without a store" : "\nStore ");
    explain_append_escaped(out, question->store_dir == NULL ? "" : question->store_dir);
    buf_append_byte(out, '\n');
    for (size_t i = 0; question->store != NULL && i < question->store->n_notes; i++) {
        if (question->store->notes[i].is_damage) {
            buf_printf(out, "Damaged: %s\n", question->store->notes[i].text);
        }
    }
    for (size_t i = 0; i < ASSUME_COUNT && question->role == EXPLAIN_CLIENT; i++) {
        struct assumption assumption = assume_get(question->policy, i);
        if (!assumption.is_default) {
            buf_printf(out, "Assumed %s=%s: %s\n", assumption.name, assumption.value,
                       assumption.question);
        }
    }
}

static void append_fetched(struct buf *out, const char *lines)
{
    if (lines == NULL) {
        return;
    }
    buf_append_string(out, "\nFetched\n");
    if (lines[0] == 0) {
        buf_printf(out, "%*snothing: no address was to be asked\n", (int)INDENT, "");
    }
    while (lines[0] != 0) {
        size_t len = strcspn(lines, "\n");
        buf_printf(out, "%*s%.*s\n", (int)INDENT, "", (int)len, lines);
        lines += len + (lines[len] == '\n' ? 1 : 0);
    }
}

bool explain_append_text(struct buf *out, const struct explain_question *question,
                         const struct explain_answer *answer)
{
    bool is_client = question->role == EXPLAIN_CLIENT;
    const struct chain *chain =
        is_client ? &answer->judgement.chain : &answer->server.chain;
    struct buf text = BUF_EMPTY;
    explain_append_head(out, question, answer); /* its first line is for grep */
    append_certificate(&text, question);
    explain_append_importers(&text, question);
    buf_append_string(&text, "\nCertification path\n");
    if (is_client) {
        text.failed |= !chain_show_text(&text, chain);
        append_other_paths(&text, question, &answer->paths);
        append_fetched(&text, question->fetched);
        explain_append_clients(&text, answer);
    } else {
        append_server_path(&text, &answer->server);
    }
    wrap_append(out, buf_slice(&text));
    append_commands(out, question, chain, answer); /* to be copied: never broken */
    out->failed |= text.failed;
    buf_clear(&text);
    buf_append_string(&text, "\nDetails\n");
    append_rows(&text, question->presented[0], true);
    append_circumstances(&text, question);
    wrap_append(out, buf_slice(&text));
    out->failed |= text.failed;
    buf_finish(&text);
    return buf_ok(out);
}
