/* SPDX-License-Identifier: MIT */
#include "attempt/result_json.h"
#include "base/timestamp.h"
#include "describe/json_value.h"
#include "load/load_report.h"
#include "tls/tls_alert.h"

#include <string.h>

static json_t *count_json(uint64_t n)
{
    return json_integer((json_int_t)n);
}

static json_t *ms_json(int64_t us)
{
    return json_real((double)us / 1000.0);
}

static json_t *latency_json(const struct histogram *histogram)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "count", count_json(histogram->n), &failed);
    for (size_t i = 0; i < HISTOGRAM_MARKS && histogram->n > 0; i++) {
        uint64_t us = histogram_percentile(histogram, histogram_marks[i].per_100000);
        json_value_set(object, histogram_marks[i].key, ms_json((int64_t)us), &failed);
    }
    return json_value_finish(object, failed);
}

static json_t *name_json(const struct tally_kind *kind)
{
    struct buf name = BUF_EMPTY;
    tally_append_name(&name, kind);
    return json_value_buf(&name);
}

static json_t *kind_json(const struct tally_kind *kind)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "answer", name_json(kind), &failed);
    json_value_set(object, "count", count_json(kind->count), &failed);
    if (kind->mark != TALLY_UNJUDGED) {
        json_value_set(object, "expected", json_boolean(kind->mark == TALLY_EXPECTED),
                       &failed);
    }
    json_value_set(object, "end", json_string(attempt_end_name(kind->end)), &failed);
    json_value_set(object, "phase", json_string(attempt_phase_name(kind->phase)),
                   &failed);
    if (kind->status != 0) {
        json_value_set(object, "status", json_integer(kind->status), &failed);
    }
    if (kind->substatus != ATTEMPT_SUBSTATUS_HIDDEN) {
        json_value_set(object, "substatus", json_integer(kind->substatus), &failed);
    }
    if (kind->alert != TLS_ALERT_NONE) {
        json_value_set(object, "alert", json_string(tls_alert_name(kind->alert)),
                       &failed);
    }
    if (kind->end != ATTEMPT_END_ANSWER && kind->detail[0] != 0) {
        json_value_set(object, "detail", result_json_string(kind->detail), &failed);
    }
    return json_value_finish(object, failed);
}

static json_t *case_json(const struct load_case *load)
{
    json_t *object = json_object();
    json_t *answers = json_array();
    struct buf expected = BUF_EMPTY;
    bool failed = false;
    json_value_set(object, "case", result_json_string(load->name), &failed);
    load_case_append_expected(&expected, load);
    if (load->recipe != NULL) {
        json_value_set(object, "expected", json_value_buf(&expected), &failed);
    }
    buf_finish(&expected);
    for (size_t i = 0; i < load->tally.n_kinds; i++) {
        json_value_add(answers, kind_json(&load->tally.kinds[i]), &failed);
    }
    json_value_set(object, "answers", answers, &failed);
    json_value_set(object, "other_answers", count_json(load->tally.n_others), &failed);
    json_value_set(object, "verdict_ms", latency_json(&load->verdict), &failed);
    return json_value_finish(object, failed);
}

static json_t *order_json(const struct load_report *report)
{
    const struct load_options *options = report->order->options;
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "rate", count_json(options->rate), &failed);
    json_value_set(object, "duration_ms", count_json(options->duration_ms), &failed);
    json_value_set(object, "timeout_ms", count_json(options->target.max_time_ms),
                   &failed);
    json_value_set(object, "connections", count_json(options->n_connections), &failed);
    json_value_set(object, "resume", json_boolean(options->resumes), &failed);
    json_value_set(object, "keep_alive", json_boolean(options->keeps_alive), &failed);
    return json_value_finish(object, failed);
}

static json_t *summary_json(const struct load_report *report)
{
    const struct load_result *result = report->result;
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "planned", count_json(result->schedule.n_planned), &failed);
    json_value_set(object, "ended", count_json(result->verdict.n - result->n_unbegun),
                   &failed);
    json_value_set(object, "never_begun", count_json(result->n_unbegun), &failed);
    json_value_set(object, "cut_off", count_json(result->n_cut), &failed);
    json_value_set(object, "not_as_expected",
                   count_json(load_report_count_unexpected(report)), &failed);
    json_value_set(object, "late_for_want_of_connections", count_json(result->n_barred),
                   &failed);
    json_value_set(object, "late_by_the_client", count_json(result->n_slow), &failed);
    json_value_set(object, "client_kept_the_rate",
                   json_boolean(!load_result_is_overtaxed(result)), &failed);
    json_value_set(object, "interrupted", json_boolean(result->was_interrupted),
                   &failed);
    json_value_set(object, "client_cpu_ms", ms_json(result->cpu_us), &failed);
    return json_value_finish(object, failed);
}

static json_t *latencies_json(const struct load_result *result)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "handshake_full", latency_json(&result->full), &failed);
    json_value_set(object, "handshake_resumed", latency_json(&result->resumed),
                   &failed);
    json_value_set(object, "verdict", latency_json(&result->verdict), &failed);
    json_value_set(object, "begun_late_by", latency_json(&result->late), &failed);
    return json_value_finish(object, failed);
}

static json_t *report_json(const struct load_report *report)
{
    const struct load_order *order = report->order;
    json_t *object = json_object();
    json_t *cases = json_array();
    bool failed = false;
    char url[URL_TEXT_MAX];
    char when[TIMESTAMP_TEXT_LEN];
    json_value_set(object, "schema", json_string("certgate-load-1"), &failed);
    json_value_set(object, "url",
                   result_json_string(url_format(&order->options->target.url, url)),
                   &failed);
    json_value_set(object, "expect", result_json_string(report->expectation), &failed);
    json_value_set(object, "started",
                   json_string(timestamp_format(report->result->started_s, when)),
                   &failed);
    json_value_set(object, "duration_ms", ms_json(report->result->duration_us),
                   &failed);
    json_value_set(object, "order", order_json(report), &failed);
    json_value_set(object, "summary", summary_json(report), &failed);
    json_value_set(object, "latencies_ms", latencies_json(report->result), &failed);
    for (size_t i = 0; i < order->n_cases; i++) {
        json_value_add(cases, case_json(&order->cases[i]), &failed);
    }
    json_value_set(object, "cases", cases, &failed);
    return json_value_finish(object, failed);
}

bool load_report_append_json(struct buf *out, const struct load_report *report)
{
    json_t *json = report_json(report);
    bool made = json != NULL &&
                json_value_dump(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9), out) &&
                buf_append_byte(out, '\n');
    json_decref(json);
    return made;
}
