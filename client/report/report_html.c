/* SPDX-License-Identifier: MIT
 *
 * One page that needs nothing else, no script either: the matrix of cases and versions
 * as a coloured picture; each cell leads to its transcript, which opens over the page
 * (:target) and is closed by a link. All that came from a peer is escaped, and the page
 * may load nothing.
 */
#include "base/timestamp.h"
#include "http/escape.h"
#include "report/report_changes.h"
#include "report/report_writers.h"
#include "tls/tls_alert.h"

#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--met:#1a7f37;--differs:#cf222e;--untold:#9a6700;"
    "--paper:#fff;--ink:#1f2328;--line:#d0d7de;--soft:#f6f8fa}"
    "@media(prefers-color-scheme:dark){:root{--met:#2ea043;--differs:#f85149;"
    "--untold:#d29922;--paper:#0d1117;--ink:#e6edf3;--line:#30363d;--soft:#161b22}}"
    "*{box-sizing:border-box}"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;"
    "padding:0 1rem;background:var(--paper);color:var(--ink)}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{padding:.2rem .5rem;text-align:left;border-bottom:1px solid var(--line);"
    "vertical-align:top}"
    "thead th{position:sticky;top:0;background:var(--paper);white-space:nowrap}"
    "td.cell{padding:1px}"
    "td.cell a{display:block;padding:.2rem .5rem;border-radius:3px;color:#fff;"
    "text-decoration:none;white-space:nowrap}"
    "td.cell a:hover,td.cell a:focus{outline:2px solid var(--ink)}"
    ".met{background:var(--met)}.differs{background:var(--differs)}"
    ".untold{background:var(--untold)}"
    ".loud{color:var(--differs)}"
    "@media(prefers-color-scheme:dark){td.cell a{color:#0d1117}}"
    "code,pre{font:13px/1.45 ui-monospace,monospace}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);"
    "padding:.6rem;margin:.3rem 0 0}"
    "section{display:none}"
    "section:target{display:block;position:fixed;inset:auto 0 0 0;max-height:70vh;"
    "overflow:auto;padding:1rem 2rem 2rem;background:var(--paper);"
    "border-top:3px solid var(--line);box-shadow:0 -4px 24px #0006}"
    "section h2{margin:.2rem 0}section h2 code{font-size:1em}section "
    ".close{float:right}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.5rem "
    "0}"
    "dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}"
    ".legend span{padding:.1rem .5rem;border-radius:3px;color:#fff;margin-right:.5rem}"
    "@media print{section{display:block;page-break-inside:avoid}}";

static const struct look {
    const char *class_name;
    const char *mark;
    const char *words;
} looks[COMPARISON_OUTCOME_COUNT] = {
    [COMPARISON_MET] = { "met", "\xe2\x9c\x93", "as expected" },
    [COMPARISON_DIFFERS] = { "differs", "\xe2\x9c\x97", "differs" },
    [COMPARISON_UNTOLD] = { "untold", "?", "cannot be told" },
};

static void append_id(struct buf *out, size_t report, size_t row, size_t version)
{
    buf_printf(out, "r%zu-%zu-%zu", report, row, version);
}

/* ---- the matrix */

static void append_cell(struct buf *out, const struct report_cell *cell, size_t report,
                        size_t row, size_t version)
{
    const struct look *look = &looks[cell->judgement.outcome];
    char brief[ATTEMPT_SHORT_MAX];
    if (!cell->tried) {
        buf_append_string(out, "<td class=\"cell\">-</td>");
        return;
    }
    attempt_result_format_short(&cell->result, brief);
    buf_printf(out, "<td class=\"cell\"><a class=\"%s\" href=\"#", look->class_name);
    append_id(out, report, row, version);
    buf_printf(out, "\" title=\"%s\">%s ", look->words, look->mark);
    escape_html_string(out, brief);
    buf_append_string(out, "</a></td>");
}

static void append_head(struct buf *out, const struct report *const *reports, size_t n)
{
    buf_append_string(out, "<thead><tr><th>case</th>");
    for (size_t r = 0; r < n; r++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            if (!reports[r]->versions[v]) {
                continue;
            }
            buf_append_string(out, "<th>");
            if (n > 1) {
                buf_printf(out, "%c, ", (char)('A' + r));
            }
            buf_printf(out, "TLS %s</th>", report_version_name((enum report_version)v));
        }
    }
    buf_append_string(out, "<th>what is special</th></tr></thead>\n");
}

static void append_row(struct buf *out, const struct report *const *reports, size_t n,
                       size_t row)
{
    const struct recipe *recipe = reports[0]->rows[row].recipe;
    buf_printf(out, "<tr><th scope=\"row\"><code>%s</code></th>", recipe->name);
    for (size_t r = 0; r < n; r++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            if (reports[r]->versions[v]) {
                append_cell(out, &reports[r]->rows[row].cells[v], r, row, v);
            }
        }
    }
    buf_append_string(out, "<td>");
    escape_html_string(out, recipe->title);
    buf_append_string(out, "</td></tr>\n");
}

static void append_matrix(struct buf *out, const struct report *const *reports,
                          size_t n)
{
    buf_append_string(out, "<table>");
    append_head(out, reports, n);
    buf_append_string(out, "<tbody>\n");
    for (size_t i = 0; i < reports[0]->n_rows; i++) {
        append_row(out, reports, n, i);
    }
    buf_append_string(out, "</tbody></table>\n");
}

/* ---- the transcripts */

/* A block of text whose lines end with LF or CRLF; those that begin with `loud` are not
 * to be missed. */
static void append_lines(struct buf *out, struct slice text, uint8_t loud)
{
    buf_append_string(out, "<pre>");
    while (text.len > 0) {
        bool is_loud = loud != 0 && text.data[0] == loud;
        buf_append_string(out, is_loud ? "<strong class=\"loud\">" : "");
        escape_html(out, slice_take_line(&text));
        buf_append_string(out, is_loud ? "</strong>\n" : "\n");
    }
    buf_append_string(out, "</pre>\n");
}

static void append_fact(struct buf *out, const char *label, const char *text)
{
    if (text[0] != 0) {
        buf_printf(out, "<dt>%s</dt><dd>", label);
        escape_html_string(out, text);
        buf_append_string(out, "</dd>");
    }
}

static void append_ms(struct buf *out, const char *label, int64_t us)
{
    if (us > 0) {
        buf_printf(out, "<dt>%s</dt><dd>%lld.%03d ms</dd>", label,
                   (long long)(us / 1000), (int)(us % 1000));
    }
}

static const char *tell_sent(const struct attempt_result *result)
{
    if (result->certificate_sent) {
        return result->requested_late ? "yes: asked for behind the request, and sent"
                                      : "yes: asked for, and sent";
    }
    return result->certificate_requested ? "no: asked for, and none was sent"
                                         : "no: the server did not ask";
}

static void append_tls(struct buf *out, const struct attempt_result *result)
{
    append_fact(out, "connected to", result->address);
    append_fact(out, "TLS", result->tls_version);
    append_fact(out, "cipher", result->cipher);
    append_fact(out, "key exchange", result->group);
    append_fact(out, "server's proof", result->signature);
    append_fact(out, "ALPN", result->alpn);
    append_fact(out, "server's certificate", result->server.subject);
    append_fact(out, "issued by", result->server.issuer);
    append_fact(out, "a problem with it", result->server.problem);
    append_fact(out, "client's certificate", tell_sent(result));
    if (result->alert_received != TLS_ALERT_NONE) {
        append_fact(out, "what the alert means",
                    tls_alert_meaning(result->alert_received));
    }
    append_fact(out, "detail", result->detail);
    append_fact(out, "the page's heading", result->heading);
    append_ms(out, "connected after", result->times.connected_us);
    append_ms(out, "handshake done after", result->times.ready_us);
    append_ms(out, "first byte after", result->times.first_byte_us);
    append_ms(out, "all done after", result->times.total_us);
}

static void append_transcript(struct buf *out, const struct report *report,
                              const struct report_row *row, size_t version)
{
    const struct report_cell *cell = &row->cells[version];
    struct buf text = BUF_EMPTY;
    buf_printf(out,
               "<a class=\"close\" href=\"#top\">close</a><h2><code>%s</code>, TLS %s: "
               "%s</h2>",
               row->recipe->name, report_version_name((enum report_version)version),
               looks[cell->judgement.outcome].words);
    buf_append_string(out, "<dl>");
    append_fact(out, "server", report->url);
    append_fact(out, "certificate", row->recipe->title);
    comparison_format(&cell->want, &text);
    append_fact(out, "expected", buf_string(&text));
    buf_clear(&text);
    attempt_result_format(&cell->result, &text);
    append_fact(out, "got", buf_string(&text));
    append_tls(out, &cell->result);
    buf_append_string(out, "</dl>");
    if (cell->result.head.len > 0) {
        append_lines(out, buf_slice(&cell->result.head), 0);
    }
    buf_finish(&text);
}

static void append_transcripts(struct buf *out, const struct report *report, size_t r)
{
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            if (!report->rows[i].cells[v].tried) {
                continue;
            }
            buf_append_string(out, "<section id=\"");
            append_id(out, r, i, v);
            buf_append_string(out, "\">");
            append_transcript(out, report, &report->rows[i], v);
            buf_append_string(out, "</section>\n");
        }
    }
}

static void append_server(struct buf *out, const struct report *report)
{
    struct buf text = BUF_EMPTY;
    report_server(&text, report, false, 0);
    if (text.len > 1) {
        /* Behind the empty line. */
        append_lines(out, slice_part(buf_slice(&text), 1, text.len), '!');
    }
    buf_clear(&text);
    report_changes_append(&text, report->changes, "");
    if (text.len > 0) {
        append_lines(out, buf_slice(&text), 0);
    }
    buf_finish(&text);
}

void report_html(struct buf *out, const struct report *const *reports, size_t n)
{
    char when[TIMESTAMP_TEXT_LEN];
    buf_printf(out,
               "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
               "'none'; style-src 'unsafe-inline'\">"
               "<meta name=\"viewport\" content=\"width=device-width\">"
               "<title>certgate check</title><style>%s</style></head>"
               "<body id=\"top\">\n<h1>certgate check</h1>\n",
               style);
    for (size_t r = 0; r < n; r++) {
        buf_append_string(out, "<p><strong>");
        if (n > 1) {
            buf_printf(out, "%c ", (char)('A' + r));
        }
        escape_html_string(out, reports[r]->url);
        buf_printf(out,
                   "</strong>, %s: ", timestamp_format(reports[r]->started_s, when));
        report_append_summary(out, reports[r]);
        buf_append_string(out, ". Expected: ");
        escape_html_string(out, reports[r]->expectation);
        buf_append_string(out, "</p>\n");
        append_server(out, reports[r]);
    }
    buf_append_string(out, "<p class=\"legend\">");
    for (size_t i = 0; i < COMPARISON_OUTCOME_COUNT; i++) {
        buf_printf(out, "<span class=\"%s\">%s %s</span>", looks[i].class_name,
                   looks[i].mark, looks[i].words);
    }
    buf_append_string(out, "A cell opens its transcript.</p>\n");
    append_matrix(out, reports, n);
    for (size_t r = 0; r < n; r++) {
        append_transcripts(out, reports[r], r);
    }
    buf_append_string(out, "</body></html>\n");
}
