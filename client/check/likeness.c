/* SPDX-License-Identifier: MIT */
#include "check/likeness.h"

#include "attempt/outcome.h"
#include "base/text.h"
#include "check/expectation_table.h"
#include "check/recorded_server.h"

#include <string.h>

static void compare_row(const struct report *report, const struct report_row *row,
                        const struct expectation_table *table,
                        struct report_likeness *likeness)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        const struct report_cell *cell = &row->cells[v];
        const char *words =
            expectation_table_find(table, row->recipe->name, (enum report_version)v);
        if (report->versions[v] && cell->tried && words != NULL) {
            likeness->of++;
            likeness->same += outcome_matches(words, &cell->result) ? 1 : 0;
        }
    }
}

/* The Server field begins so. */
static bool is_field(const char *server, const char *field)
{
    return field != NULL && text_has_prefix_ignoring_case(server, field);
}

static unsigned find_fit(const struct recorded_server *recorded, const char *server,
                         const char *protocol)
{
    unsigned fit = strcmp(recorded->protocol, protocol) == 0 ? 1 : 0;
    if (is_field(server, recorded->field)) {
        return fit + 4;
    }
    return fit + (recorded->field == NULL && server[0] == 0 ? 2 : 0);
}

/* a / a.of against b / b.of, in whole numbers; then the Server field. */
static bool is_closer(const struct report_likeness *a, const struct report_likeness *b)
{
    size_t left = a->same * b->of;
    size_t right = b->same * a->of;
    return left > right || (left == right && a->fit > b->fit);
}

static bool is_as_close(const struct report_likeness *a,
                        const struct report_likeness *b)
{
    return !is_closer(a, b) && !is_closer(b, a);
}

static void add(struct report_likeness likenesses[static REPORT_LIKENESSES_MAX],
                size_t *n, const struct report_likeness *next)
{
    if (*n > 0 && is_closer(next, &likenesses[0])) {
        *n = 0;
    }
    if (*n < REPORT_LIKENESSES_MAX && (*n == 0 || is_as_close(next, &likenesses[0]))) {
        likenesses[(*n)++] = *next;
    }
}

static void add_if_close(
    struct report_likeness likenesses[static REPORT_LIKENESSES_MAX], size_t *n,
    const struct report_likeness *next)
{
    if (next->of > 0 && next->same * 100 >= next->of * LIKENESS_PERCENT_MIN) {
        add(likenesses, n, next);
    }
}

/* By the verdicts of certs/cases.tsv. */
static struct report_likeness compare_iis(const struct report *report,
                                          const char *server)
{
    struct report_likeness likeness = { "iis", "IIS", 0, 0,
                                        is_field(server, "microsoft-") ? 4 : 0 };
    for (size_t r = 0; r < report->n_rows; r++) {
        struct comparison_want want = comparison_want_verdict(
            recipe_expect(report->rows[r].recipe, report->flags));
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_cell *cell = &report->rows[r].cells[v];
            if (report->versions[v] && cell->tried) {
                likeness.of++;
                likeness.same +=
                    comparison_judge(&want, &cell->result).outcome == COMPARISON_MET
                        ? 1
                        : 0;
            }
        }
    }
    return likeness;
}

int likeness_find(const struct report *report, const char *server, const char *protocol,
                  struct report_likeness likenesses[static REPORT_LIKENESSES_MAX],
                  size_t *ret_n, struct err *err)
{
    size_t n = 0;
    struct report_likeness iis = compare_iis(report, server);
    for (size_t i = 0; i < recorded_server_count(); i++) {
        struct recorded_server recorded = recorded_server_get(i);
        struct report_likeness likeness = { recorded.name, recorded.title, 0, 0,
                                            find_fit(&recorded, server, protocol) };
        struct expectation_table table;
        if (expectation_table_parse(recorded.table, recorded.name, &table, err) != 0) {
            return -1;
        }
        for (size_t r = 0; r < report->n_rows; r++) {
            compare_row(report, &report->rows[r], &table, &likeness);
        }
        expectation_table_finish(&table);
        add_if_close(likenesses, &n, &likeness);
    }
    add_if_close(likenesses, &n, &iis);
    *ret_n = n;
    return 0;
}
