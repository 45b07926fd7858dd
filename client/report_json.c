/* SPDX-License-Identifier: MIT
 *
 * The report as one JSON object: {"schema": "certgate-check-1", "url", "expect",
 * "sslflags", "started", "duration_ms", "summary", "results": [one per case and
 * version]}. check.schema.json describes it.
 */
#include "base/timestamp.h"
#include "outcome.h"
#include "report.h"
#include "result_json.h"

/* In the same words as "expected": "403.16", "alert"; else how it ended. */
static json_t *got_json(const struct attempt_result *result)
{
    char brief[ATTEMPT_SHORT_MAX];
    if (result->end == ATTEMPT_END_ALERT || result->end == ATTEMPT_END_LATE_ALERT) {
        return json_string("alert");
    }
    attempt_result_format_short(result, brief);
    return json_string(brief);
}

static json_t *cell_json(const struct report_row *row, const struct report_cell *cell,
                         const char *version)
{
    json_t *object = json_object();
    struct buf difference = BUF_EMPTY;
    char word[OUTCOME_WORD_MAX];
    json_object_set_new(object, "case", result_json_string(row->recipe->name));
    json_object_set_new(object, "title", result_json_string(row->recipe->title));
    json_object_set_new(object, "tls", json_string(version));
    json_object_set_new(object, "outcome",
                        json_string(expect_outcome_name(cell->judgement.outcome)));
    json_object_set_new(object, "substatus_hidden",
                        json_boolean(cell->judgement.substatus_hidden));
    json_object_set_new(object, "expected",
                        json_string(expect_format_short(&cell->want)));
    json_object_set_new(object, "got", got_json(&cell->result));
    json_object_set_new(object, "expectation",
                        cell->want.words != NULL
                            ? json_pack("{s:s}", "words", cell->want.words)
                            : result_json_expected(cell->want.verdict));
    outcome_format(&cell->result, word);
    json_object_set_new(object, "word", json_string(word));
    json_object_set_new(object, "result", result_json(&cell->result));
    if (cell->judgement.outcome != EXPECT_MET) {
        expect_format_difference(&cell->want, &cell->result, &difference);
        json_object_set_new(object, "difference",
                            result_json_string(buf_string(&difference)));
    }
    buf_finish(&difference);
    return object;
}

static json_t *summary_json(const struct report *report)
{
    struct report_counts counts = report_count(report);
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I}", "cases", (json_int_t)report->n_rows,
        "versions", (json_int_t)counts.n_versions, "as_expected",
        (json_int_t)counts.met, "differ", (json_int_t)counts.differ, "untold",
        (json_int_t)counts.untold, "substatus_hidden", (json_int_t)counts.hidden);
}

static int append_dump(const char *text, size_t len, void *user)
{
    return buf_append(user, text, len) ? 0 : -1;
}

void report_json(struct buf *out, const struct report *report)
{
    char when[TIMESTAMP_TEXT_LEN];
    json_t *root = json_object();
    json_t *results = json_array();
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_row *row = &report->rows[i];
            if (row->cells[v].tried) {
                json_array_append_new(
                    results, cell_json(row, &row->cells[v],
                                       report_version_name((enum report_version)v)));
            }
        }
    }
    json_object_set_new(root, "schema", json_string("certgate-check-1"));
    json_object_set_new(root, "url", result_json_string(report->url));
    json_object_set_new(root, "expect", result_json_string(report->expectation));
    json_object_set_new(root, "sslflags", json_string(ssl_flags_name(report->flags)));
    json_object_set_new(root, "started",
                        json_string(timestamp_format(report->started_s, when)));
    json_object_set_new(root, "duration_ms",
                        json_real((double)report->duration_us / 1000.0));
    json_object_set_new(root, "summary", summary_json(report));
    json_object_set_new(root, "results", results);
    if (root == NULL ||
        json_dump_callback(root, append_dump, out,
                           JSON_INDENT(2) | JSON_REAL_PRECISION(9)) != 0) {
        out->failed = true;
    }
    buf_append_byte(out, '\n');
    json_decref(root);
}
