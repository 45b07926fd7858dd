/* SPDX-License-Identifier: MIT
 *
 * What kind of server it is, below the table. What a person must not miss is marked by
 * a sign as well as by colour.
 */
#include "attempt/outcome.h"
#include "base/text.h"
#include "common/wrap.h"
#include "model/survey_remark.h"
#include "report/report_writers.h"

#include <stdio.h>
#include <string.h>

#define LABEL_WIDTH 22
#define NAMES_SHOWN 6
#define GROUPS_MAX  ((size_t)24)
#define KEY_MAX     (2 * OUTCOME_WORD_MAX + 8)
#define CAS_SHOWN   ((size_t)8)

#define VALUE_COLUMN ((size_t)LABEL_WIDTH + 2)

/* The text is written plain, in one line for each thing; append_lines makes it fit. */
struct paper {
    struct buf *out;
};

static void begin(const struct paper *paper, const char *label, bool is_loud)
{
    buf_printf(paper->out, "%c %-*s", is_loud ? '!' : ' ', LABEL_WIDTH, label);
}

static void line(const struct paper *paper, const char *label, bool is_loud,
                 const char *text)
{
    begin(paper, label, is_loud);
    buf_printf(paper->out, "%s\n", text);
}

/* ---- who is let in */

static size_t count_fault(const struct report *report, enum report_fault fault)
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_rows; i++) {
        n += report_find_fault(report, &report->rows[i]) == fault ? 1 : 0;
    }
    return n;
}

static void append_fault(const struct paper *paper, const struct report *report,
                         enum report_fault fault, const char *label)
{
    size_t n = count_fault(report, fault);
    begin(paper, label, n > 0);
    buf_append_string(paper->out, n == 0 ? "none" : "");
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct report_row *row = &report->rows[i];
        if (report_find_fault(report, row) == fault) {
            buf_printf(paper->out, "%s%s", row->recipe->name, --n > 0 ? ", " : "");
        }
    }
    buf_append_byte(paper->out, '\n');
}

/* ---- what it tells apart: rows with the same answers */

struct group {
    char key[KEY_MAX];
    size_t n;
    const char *names[NAMES_SHOWN];
};

/* "alert:unknown_ca" on TLS 1.2 and the same after the handshake on 1.3 is one thing.
 */
static void format_key(const struct report *report, const struct report_row *row,
                       char key[static KEY_MAX])
{
    char words[REPORT_VERSION_COUNT][OUTCOME_WORD_MAX] = { "", "" };
    const char *last;
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (report->versions[v] && row->cells[v].tried) {
            outcome_format(&row->cells[v].result, words[v]);
        }
    }
    last = words[REPORT_TLS_1_3];
    last += strncmp(last, "late-", 5) == 0 ? 5 : 0;
    if (words[0][0] == 0 || words[1][0] == 0 || strcmp(words[0], last) == 0) {
        snprintf(key, KEY_MAX, "%s", words[0][0] != 0 ? words[0] : words[1]);
    } else {
        snprintf(key, KEY_MAX, "%s, %s", words[0], words[1]);
    }
}

static bool is_refused(const struct report_row *row)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (row->cells[v].tried && outcome_is_refused(&row->cells[v].result)) {
            return true;
        }
    }
    return false;
}

static size_t make_groups(const struct report *report, struct group groups[GROUPS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < report->n_rows; i++) {
        char key[KEY_MAX];
        size_t at = 0;
        if (!is_refused(&report->rows[i])) {
            continue;
        }
        format_key(report, &report->rows[i], key);
        while (at < n && strcmp(groups[at].key, key) != 0) {
            at++;
        }
        if (at == GROUPS_MAX) {
            continue;
        }
        if (at == n) {
            memset(&groups[n], 0, sizeof(groups[n]));
            memcpy(groups[n++].key, key, sizeof(key));
        }
        if (groups[at].n < NAMES_SHOWN) {
            groups[at].names[groups[at].n] = report->rows[i].recipe->name;
        }
        groups[at].n++;
    }
    return n;
}

static void append_groups(const struct paper *paper, const struct report *report)
{
    struct group groups[GROUPS_MAX];
    size_t n = make_groups(report, groups);
    for (size_t i = 0; i < n; i++) {
        begin(paper, i == 0 ? "tells apart" : "", false);
        buf_printf(paper->out, "%s (%zu):", groups[i].key, groups[i].n);
        for (size_t k = 0; k < groups[i].n && k < NAMES_SHOWN; k++) {
            buf_printf(paper->out, "%s %s", k == 0 ? "" : ",", groups[i].names[k]);
        }
        buf_append_string(paper->out, groups[i].n > NAMES_SHOWN ? ", ...\n" : "\n");
    }
    if (n == 0) {
        line(paper, "tells apart", false, "nothing: it refuses nobody");
    }
}

/* ---- whether it asks, and for whom */

static bool asks(const struct report *report, size_t version)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct report_cell *cell = &report->rows[i].cells[version];
        if (cell->tried && cell->result.certificate_requested) {
            return true;
        }
    }
    return false;
}

static bool asks_late(const struct report *report, size_t version)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct report_cell *cell = &report->rows[i].cells[version];
        if (cell->tried && cell->result.requested_late) {
            return true;
        }
    }
    return false;
}

static bool is_meant_to_ask(const struct report *report)
{
    return report->flags != SSL_FLAGS_IGNORE;
}

/* The handshake came as far as the server's certificate. */
static bool speaks(const struct report *report, size_t version)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct report_cell *cell = &report->rows[i].cells[version];
        if (cell->tried && cell->result.server.known) {
            return true;
        }
    }
    return false;
}

static void append_name(void *user, struct slice text)
{
    struct buf *out = user;
    buf_append_string(out, out->len == 0 ? "" : "; ");
    text_escape_terminal(out, text);
}

struct name_count {
    size_t n;
};

static void count_name(void *user, struct slice text)
{
    struct name_count *count = user;
    (void)text;
    count->n++;
}

static void append_asking(const struct paper *paper, const struct report *report,
                          size_t version)
{
    struct name_count count = { 0 };
    struct buf names = BUF_EMPTY;
    const struct survey_version *survey = &report->survey->versions[version];
    char label[32];
    snprintf(label, sizeof(label), "asks on TLS %s",
             report_version_name((enum report_version)version));
    begin(paper, label,
          speaks(report, version) && !asks(report, version) && is_meant_to_ask(report));
    survey_walk_names(survey, count_name, &count);
    survey_walk_names(survey, append_name, &names);
    if (!speaks(report, version)) {
        buf_append_string(paper->out, "no: it does not speak that\n");
    } else if (!asks(report, version)) {
        buf_append_string(paper->out, "no: it asks nobody for a certificate\n");
    } else if (asks_late(report, version)) {
        buf_append_string(paper->out,
                          "late: behind the request, by renegotiation, which many "
                          "clients refuse; which CAs it names is not seen\n");
    } else if (count.n == 0) {
        buf_append_string(paper->out, "yes, and names no CA: browsers offer every "
                                      "certificate they have\n");
    } else if (count.n <= CAS_SHOWN) {
        buf_printf(paper->out, "yes, for certificates of %s\n", buf_string(&names));
    } else {
        buf_printf(paper->out, "yes, for certificates of %zu CAs\n", count.n);
    }
    buf_finish(&names);
}

/* ---- sessions and names */

/* Questions with the label of the one before have none. */
static const char *const labels[SURVEY_QUESTION_COUNT] = {
    [SURVEY_RESUMED] = "sessions",
    [SURVEY_WITHOUT] = "",
    [SURVEY_BAD] = "",
    [SURVEY_REVOKED] = "",
    [SURVEY_ELSEWHERE] = "",
    [SURVEY_FROM_ELSEWHERE] = "",
    [SURVEY_OTHER_HOST_FIELD] = "names of hosts",
    [SURVEY_OTHER_SNI] = "",
    [SURVEY_LONG_BODY] = "long bodies",
};

static void append_other_site(const struct paper *paper, const struct survey *survey)
{
    begin(paper, "another site", false);
    text_escape_terminal(paper->out, slice_from_string(survey->other_host));
    buf_append_string(paper->out, survey->has_other_host
                                      ? "\n"
                                      : ", which nobody has: --other-host names a site "
                                        "of this server\n");
}

/* What both versions have in common is said once, without their names. */
static void append_remark(const struct paper *paper, const struct report *report,
                          enum survey_question question)
{
    const char *label = labels[question];
    struct survey_remark found[REPORT_VERSION_COUNT];
    bool is_said[REPORT_VERSION_COUNT];
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        const struct survey_version *version = &report->survey->versions[v];
        found[v] = survey_remark_find(question, &version->answers[question]);
        is_said[v] = version->tried && speaks(report, v) && found[v].text[0] != 0;
    }
    bool is_common =
        is_said[0] && is_said[1] && strcmp(found[0].text, found[1].text) == 0;
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (!is_said[v] || (is_common && v > 0)) {
            continue;
        }
        begin(paper, label,
              found[v].weight == SURVEY_REMARK_FAULT ||
                  (found[v].weight == SURVEY_REMARK_LOUD && is_meant_to_ask(report)));
        if (!is_common) {
            buf_printf(paper->out,
                       "TLS %s: ", report_version_name((enum report_version)v));
        }
        buf_printf(paper->out, "%s\n", found[v].text);
        label = "";
    }
}

/* ---- whom it resembles */

static void append_likeness(const struct paper *paper, const struct report *report)
{
    const struct report_likeness *first = &report->likenesses[0];
    begin(paper, "answers like", false);
    for (size_t i = 0; i < report->n_likenesses; i++) {
        buf_printf(paper->out, "%s%s", i == 0 ? "" : " or ",
                   report->likenesses[i].title);
    }
    if (report->n_likenesses == 0) {
        buf_append_string(paper->out, "none of the servers that were recorded\n");
    } else {
        buf_printf(paper->out, " (%zu of %zu answers are the same)\n", first->same,
                   first->of);
    }
}

static bool is_good_refused(const struct report *report)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct report_row *row = &report->rows[i];
        if (strcmp(row->recipe->name, "good") == 0) {
            return report_find_fault(report, row) == REPORT_FAULT_TURNS_AWAY;
        }
    }
    return false;
}

static void write_plain(struct buf *out, const struct report *report)
{
    struct paper paper = { out };
    buf_append_string(out, "\nThe server");
    if (report->survey->server[0] != 0) {
        buf_append_string(out, ", which calls itself ");
        text_escape_terminal(out, slice_from_string(report->survey->server));
    }
    buf_append_byte(out, '\n');
    if (is_good_refused(report)) {
        line(&paper, "turns everybody away", true,
             "also who has a good certificate: does it trust what certgate ca export "
             "writes, and has it fresh revocation lists?");
    }
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (report->versions[v]) {
            append_asking(&paper, report, v);
        }
    }
    append_fault(&paper, report, REPORT_FAULT_LETS_IN, "lets in wrongly");
    append_fault(&paper, report, REPORT_FAULT_TURNS_AWAY, "turns away wrongly");
    append_groups(&paper, report);
    for (int q = 0; q < SURVEY_QUESTION_COUNT && !is_good_refused(report); q++) {
        if (q == SURVEY_ELSEWHERE) {
            append_other_site(&paper, report->survey);
        }
        append_remark(&paper, report, (enum survey_question)q);
    }
    append_likeness(&paper, report);
}

/* Lines with a value are broken, loud ones are coloured up to it. Nothing that a peer
 * sends ends a line, so the first byte is ours. */
static void append_lines(struct buf *out, struct slice text, bool colour, size_t width)
{
    while (text.len > 0) {
        size_t len = slice_find(text, '\n');
        struct slice rest = slice_part(text, 0, len);
        bool has_value =
            len > VALUE_COLUMN && (rest.data[0] == '!' || rest.data[0] == ' ');
        bool is_coloured = colour && has_value && rest.data[0] == '!';
        if (has_value) {
            buf_append_string(out, is_coloured ? "\x1b[31m" : "");
            buf_append_slice(out, slice_part(rest, 0, VALUE_COLUMN));
            buf_append_string(out, is_coloured ? "\x1b[0m" : "");
            rest = slice_part(rest, VALUE_COLUMN, rest.len);
        }
        if (has_value && width > VALUE_COLUMN) {
            wrap_append_value(out, rest, VALUE_COLUMN, width);
        } else {
            buf_append_slice(out, rest);
        }
        buf_append_byte(out, '\n');
        text = slice_part(text, len + 1, text.len);
    }
}

void report_server(struct buf *out, const struct report *report, bool colour,
                   size_t width)
{
    struct buf text = BUF_EMPTY;
    if (report->survey == NULL) {
        return;
    }
    write_plain(&text, report);
    append_lines(out, buf_slice(&text), colour, width);
    out->failed = out->failed || !buf_ok(&text);
    buf_finish(&text);
}
