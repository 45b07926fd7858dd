/* SPDX-License-Identifier: MIT
 *
 * The report as one JSON object: {"schema": "certgate-check-1", "url", "expect",
 * "sslflags", "started", "duration_ms", "summary", "server" (after a survey), "changes"
 * (after a comparison), "results": [one per case and version]}. Several are in
 * {"schema": "certgate-check-several-1", "reports": []}. check.schema.json describes
 * it.
 */
#include "attempt/outcome.h"
#include "attempt/result_json.h"
#include "base/timestamp.h"
#include "describe/json_value.h"
#include "model/survey_remark.h"
#include "report/report_changes.h"
#include "report/report_writers.h"

/* In the same words as "expected": "403.16", "alert"; else how it ended. */
static json_t *got_json(const struct attempt_result *result)
{
    char brief[ATTEMPT_SHORT_MAX];
    if (result->end == ATTEMPT_END_ALERT || result->end == ATTEMPT_END_LATE_ALERT) {
        return json_string("alert");
    }
    attempt_result_format_short(result, brief);
    return result_json_string(brief);
}

static json_t *cell_json(const struct report_row *row, const struct report_cell *cell,
                         const char *version)
{
    json_t *object = json_object();
    bool failed = false;
    struct buf difference = BUF_EMPTY;
    char word[OUTCOME_WORD_MAX];
    json_value_set(object, "case", result_json_string(row->recipe->name), &failed);
    json_value_set(object, "title", result_json_string(row->recipe->title), &failed);
    json_value_set(object, "tls", json_string(version), &failed);
    json_value_set(object, "outcome",
                   json_string(comparison_outcome_name(cell->judgement.outcome)),
                   &failed);
    json_value_set(object, "substatus_hidden",
                   json_boolean(cell->judgement.substatus_hidden), &failed);
    json_value_set(object, "expected",
                   result_json_string(comparison_format_short(&cell->want)), &failed);
    json_value_set(object, "got", got_json(&cell->result), &failed);
    json_value_set(
        object, "expectation",
        cell->want.words != NULL
            ? json_pack("{s:o}", "words", result_json_string(cell->want.words))
            : result_json_expected(cell->want.verdict),
        &failed);
    outcome_format(&cell->result, word);
    json_value_set(object, "word", result_json_string(word), &failed);
    json_value_set(object, "result", result_json(&cell->result), &failed);
    if (cell->judgement.outcome != COMPARISON_MET) {
        comparison_format_difference(&cell->want, &cell->result, &difference);
        json_value_set(object, "difference",
                       result_json_string(buf_string(&difference)), &failed);
    }
    buf_finish(&difference);
    return json_value_finish(object, failed);
}

static json_t *summary_json(const struct report *report)
{
    struct report_counts counts = report_count(report);
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "cases", (json_int_t)report->n_rows,
        "versions", (json_int_t)counts.n_versions, "as_expected",
        (json_int_t)counts.met, "differ", (json_int_t)counts.differ, "untold",
        (json_int_t)counts.untold, "substatus_hidden", (json_int_t)counts.hidden,
        "session_faults", (json_int_t)counts.session_faults);
}

/* ---- the server */

static json_t *faults_json(const struct report *report, enum report_fault fault)
{
    json_t *names = json_array();
    bool failed = false;
    for (size_t i = 0; i < report->n_rows; i++) {
        if (report_find_fault(report, &report->rows[i]) == fault) {
            json_value_add(names, result_json_string(report->rows[i].recipe->name),
                           &failed);
        }
    }
    return json_value_finish(names, failed);
}

struct names {
    json_t *list;
    bool failed;
};

static void append_name(void *user, struct slice text)
{
    struct names *names = user;
    struct buf copy = BUF_EMPTY;
    buf_append_slice(&copy, text);
    json_value_add(names->list, result_json_string(buf_string(&copy)), &names->failed);
    buf_finish(&copy);
}

static json_t *answer_json(enum survey_question question,
                           const struct survey_answer *answer)
{
    struct survey_remark remark = survey_remark_find(question, answer);
    bool failed = false;
    json_t *object = json_pack(
        "{s:b, s:b, s:b, s:o, s:b, s:s}", "session", answer->has_session, "resumed",
        answer->resumed, "accepted", answer->accepted, "word",
        result_json_string(answer->word), "fault", remark.weight == SURVEY_REMARK_FAULT,
        "remark", answer->tried ? remark.text : "");
    if (answer->alone_word[0] != 0) {
        json_value_set(object, "without_session",
                       result_json_string(answer->alone_word), &failed);
    }
    return json_value_finish(object, failed);
}

static json_t *version_json(const struct survey_version *version, const char *tls)
{
    json_t *object = json_object();
    bool failed = false;
    struct names names = { .list = json_array() };
    survey_walk_names(version, append_name, &names);
    json_value_set(object, "tls", json_string(tls), &failed);
    json_value_set(object, "ca_names", json_value_finish(names.list, names.failed),
                   &failed);
    for (int q = 0; q < SURVEY_QUESTION_COUNT; q++) {
        json_value_set(object, survey_question_name((enum survey_question)q),
                       answer_json((enum survey_question)q, &version->answers[q]),
                       &failed);
    }
    return json_value_finish(object, failed);
}

static json_t *server_json(const struct report *report)
{
    const struct survey *survey = report->survey;
    json_t *object = json_object();
    bool failed = false;
    json_t *versions = json_array();
    json_t *likenesses = json_array();
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        if (survey->versions[v].tried) {
            json_value_add(versions,
                           version_json(&survey->versions[v],
                                        report_version_name((enum report_version)v)),
                           &failed);
        }
    }
    for (size_t i = 0; i < report->n_likenesses; i++) {
        const struct report_likeness *likeness = &report->likenesses[i];
        json_value_add(likenesses,
                       json_pack("{s:s, s:I, s:I}", "dialect", likeness->name, "same",
                                 (json_int_t)likeness->same, "of",
                                 (json_int_t)likeness->of),
                       &failed);
    }
    json_value_set(object, "other_host", result_json_string(survey->other_host),
                   &failed);
    json_value_set(object, "field", result_json_string(survey->server), &failed);
    json_value_set(object, "lets_in", faults_json(report, REPORT_FAULT_LETS_IN),
                   &failed);
    json_value_set(object, "turns_away", faults_json(report, REPORT_FAULT_TURNS_AWAY),
                   &failed);
    json_value_set(object, "survey", versions, &failed);
    json_value_set(object, "answers_like", likenesses, &failed);
    return json_value_finish(object, failed);
}

/* ---- what has changed */

static json_t *changes_json(const struct report_changes *changes)
{
    json_t *object = json_object();
    bool failed = false;
    json_t *list = json_array();
    for (size_t i = 0; i < changes->n_changes; i++) {
        const struct report_change *change = &changes->changes[i];
        json_t *row = json_object();
        json_value_set(row, "case", result_json_string(change->name), &failed);
        json_value_set(row, "tls", json_string(report_version_name(change->version)),
                       &failed);
        if (change->was[0] != 0) {
            json_value_set(row, "was", result_json_string(change->was), &failed);
        }
        json_value_set(row, "is", result_json_string(change->is), &failed);
        json_value_add(list, row, &failed);
    }
    json_value_set(object, "since", result_json_string(changes->old_file), &failed);
    json_value_set(object, "compared", json_integer((json_int_t)changes->n_compared),
                   &failed);
    json_value_set(object, "changed", list, &failed);
    return json_value_finish(object, failed);
}

/* ---- all together */

static json_t *report_object(const struct report *report)
{
    char when[TIMESTAMP_TEXT_LEN];
    json_t *root = json_object();
    bool failed = false;
    json_t *results = json_array();
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            const struct report_row *row = &report->rows[i];
            if (row->cells[v].tried) {
                json_value_add(results,
                               cell_json(row, &row->cells[v],
                                         report_version_name((enum report_version)v)),
                               &failed);
            }
        }
    }
    json_value_set(root, "schema", json_string("certgate-check-1"), &failed);
    json_value_set(root, "url", result_json_string(report->url), &failed);
    json_value_set(root, "expect", result_json_string(report->expectation), &failed);
    json_value_set(root, "sslflags", json_string(ssl_flags_name(report->flags)),
                   &failed);
    json_value_set(root, "started",
                   json_string(timestamp_format(report->started_s, when)), &failed);
    json_value_set(root, "duration_ms", json_real((double)report->duration_us / 1000.0),
                   &failed);
    json_value_set(root, "summary", summary_json(report), &failed);
    if (report->survey != NULL) {
        json_value_set(root, "server", server_json(report), &failed);
    }
    json_value_set(root, "results", results, &failed);
    if (report->changes != NULL) {
        json_value_set(root, "changes", changes_json(report->changes), &failed);
    }
    return json_value_finish(root, failed);
}

void report_json(struct buf *out, const struct report *const *reports, size_t n)
{
    json_t *root = n == 1 ? report_object(reports[0]) : json_object();
    bool failed = false;
    if (n > 1) {
        json_t *array = json_array();
        for (size_t r = 0; r < n; r++) {
            json_value_add(array, report_object(reports[r]), &failed);
        }
        json_value_set(root, "schema", json_string("certgate-check-several-1"),
                       &failed);
        json_value_set(root, "reports", array, &failed);
    }
    root = json_value_finish(root, failed);
    if (root == NULL ||
        !json_value_dump(root, JSON_INDENT(2) | JSON_REAL_PRECISION(9), out)) {
        out->failed = true;
    }
    buf_append_byte(out, '\n');
    json_decref(root);
}
