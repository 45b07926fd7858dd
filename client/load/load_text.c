/* SPDX-License-Identifier: MIT */
#include "load/load_report.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

#define NAME_WIDTH 28

uint64_t load_report_count_unexpected(const struct load_report *report)
{
    uint64_t n = 0;
    for (size_t i = 0; i < report->order->n_cases; i++) {
        n += report->order->cases[i].tally.n_unexpected;
    }
    return n;
}

static double per_second(uint64_t n, int64_t us)
{
    return us <= 0 ? 0.0 : (double)n * 1e6 / (double)us;
}

static void append_head(struct buf *out, const struct load_report *report)
{
    const struct load_options *options = report->order->options;
    char url[URL_TEXT_MAX];
    url_format(&options->target.url, url);
    text_escape_terminal(out, slice_from_string(url));
    buf_printf(out, "\n%" PRIu64 "/s for %.1f s, %s%s, at most %zu connections\n\n",
               options->rate, (double)options->duration_ms / 1000,
               options->resumes ? "resumed handshakes" : "full handshakes",
               options->keeps_alive ? " and kept connections" : "",
               options->n_connections);
}

/* ---- answers */

/* Of a file without its folder. */
static void append_name(struct buf *out, const char *name)
{
    const char *slash = strrchr(name, '/');
    struct buf text = BUF_EMPTY;
    text_escape_terminal(&text, slice_from_string(slash == NULL ? name : slash + 1));
    buf_printf(out, "  %-*s", NAME_WIDTH, buf_string(&text));
    buf_finish(&text);
}

static void append_kind(struct buf *out, const struct load_case *load,
                        const struct tally_kind *kind)
{
    struct buf name = BUF_EMPTY;
    append_name(out, load->name);
    tally_append_name(&name, kind);
    buf_printf(out, " %10" PRIu64 "  %s", kind->count, buf_string(&name));
    if (kind->mark == TALLY_EXPECTED) {
        buf_append_string(out, ", as expected");
    } else if (kind->mark == TALLY_UNEXPECTED) {
        buf_append_string(out, ", NOT as expected: ");
        load_case_append_expected(out, load);
    }
    buf_append_byte(out, '\n');
    if (kind->end != ATTEMPT_END_ANSWER && kind->detail[0] != 0) {
        buf_printf(out, "  %*s", NAME_WIDTH + 13, "");
        text_escape_terminal(out, slice_from_string(kind->detail));
        buf_append_byte(out, '\n');
    }
    buf_finish(&name);
}

static void append_answers(struct buf *out, const struct load_report *report)
{
    buf_printf(out, "%-*s %10s  answer\n", NAME_WIDTH + 2, "case", "times");
    for (size_t i = 0; i < report->order->n_cases; i++) {
        const struct load_case *load = &report->order->cases[i];
        for (size_t k = 0; k < load->tally.n_kinds; k++) {
            append_kind(out, load, &load->tally.kinds[k]);
        }
        if (load->tally.n_others > 0) {
            append_name(out, load->name);
            buf_printf(out, " %10" PRIu64 "  of yet other kinds\n",
                       load->tally.n_others);
        }
    }
}

/* ---- latencies */

static void append_latency(struct buf *out, const char *name,
                           const struct histogram *histogram)
{
    if (histogram->n == 0) {
        return;
    }
    append_name(out, name);
    for (size_t i = 0; i < HISTOGRAM_MARKS; i++) {
        uint64_t us = histogram_percentile(histogram, histogram_marks[i].per_100000);
        buf_printf(out, " %9.2f", (double)us / 1000);
    }
    buf_append_byte(out, '\n');
}

static void append_latencies(struct buf *out, const struct load_report *report)
{
    const struct load_result *result = report->result;
    buf_printf(out, "\n%-*s", NAME_WIDTH + 2, "ms from the intended start");
    for (size_t i = 0; i < HISTOGRAM_MARKS; i++) {
        buf_printf(out, " %9s", histogram_marks[i].name);
    }
    buf_append_byte(out, '\n');
    append_latency(out, "handshake, full", &result->full);
    append_latency(out, "handshake, resumed", &result->resumed);
    append_latency(out, "verdict", &result->verdict);
    for (size_t i = 0; i < report->order->n_cases && report->order->n_cases > 1; i++) {
        const struct load_case *load = &report->order->cases[i];
        struct buf name = BUF_EMPTY;
        buf_printf(&name, "  of %s", load->name);
        append_latency(out, buf_string(&name), &load->verdict);
        buf_finish(&name);
    }
    append_latency(out, "begun late by", &result->late);
}

/* ---- the end */

static void append_remarks(struct buf *out, const struct load_report *report)
{
    const struct load_result *result = report->result;
    const struct load_options *options = report->order->options;
    if (result->n_unbegun > 0) {
        buf_printf(out,
                   "%" PRIu64 " never began: no connection was free in time. In the "
                   "percentiles they count\nwith what they had waited until then.\n",
                   result->n_unbegun);
    }
    if (result->n_barred > 0) {
        buf_printf(
            out,
            "%" PRIu64 " began late because all %zu connections were in use: the "
            "server was slower than\nthe rate, or --connections is too low for it.\n",
            result->n_barred, options->n_connections);
    }
    if (load_result_is_overtaxed(result)) {
        buf_printf(
            out,
            "The client could not keep the rate: %" PRIu64 " began late though "
            "a connection was free.\nThe latencies are its own as much as the "
            "server's; a lower --rate, or an idle machine,\ngives the server's.\n",
            result->n_slow);
    }
    if (result->was_interrupted) {
        buf_printf(out, "Ended early: %" PRIu64 " were cut off, and count nowhere.\n",
                   result->n_cut);
    }
}

static void append_sum(struct buf *out, const struct load_report *report)
{
    const struct load_result *result = report->result;
    uint64_t n_ended = result->verdict.n - result->n_unbegun;
    uint64_t n_unexpected = load_report_count_unexpected(report);
    buf_printf(out,
               "\n%" PRIu64 " of %" PRIu64 " planned ended in %.1f s: %.1f/s. "
               "The client took %.0f %% of a processor.\n",
               n_ended, result->schedule.n_planned, (double)result->duration_us / 1e6,
               per_second(n_ended, result->duration_us),
               per_second(100, result->duration_us) * (double)result->cpu_us / 1e6);
    if (n_unexpected > 0) {
        buf_printf(out, "%" PRIu64 " not as expected (%s).\n", n_unexpected,
                   report->expectation);
    }
    append_remarks(out, report);
}

bool load_report_append_text(struct buf *out, const struct load_report *report)
{
    append_head(out, report);
    append_answers(out, report);
    append_latencies(out, report);
    append_sum(out, report);
    return buf_ok(out);
}
