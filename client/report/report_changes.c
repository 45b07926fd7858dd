/* SPDX-License-Identifier: MIT */
#include "report/report_changes.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The word that the old report has for a case and version; NULL = none. */
static const char *find_word(const json_t *results, const char *name,
                             const char *version)
{
    size_t i;
    const json_t *row;
    json_array_foreach(results, i, row)
    {
        const char *row_name = json_string_value(json_object_get(row, "case"));
        const char *tls = json_string_value(json_object_get(row, "tls"));
        if (row_name != NULL && tls != NULL && strcmp(row_name, name) == 0 &&
            strcmp(tls, version) == 0) {
            return json_string_value(json_object_get(row, "word"));
        }
    }
    return NULL;
}

static void compare_cell(const struct report_row *row, enum report_version version,
                         const json_t *results, struct report_changes *changes)
{
    const struct report_cell *cell = &row->cells[version];
    const char *was =
        find_word(results, row->recipe->name, report_version_name(version));
    struct report_change *change = &changes->changes[changes->n_changes];
    if (!cell->tried) {
        return;
    }
    outcome_format(&cell->result, change->is);
    changes->n_compared++;
    if (was != NULL && strcmp(was, change->is) == 0) {
        return;
    }
    change->name = row->recipe->name;
    change->version = version;
    snprintf(change->was, sizeof(change->was), "%s", was == NULL ? "" : was);
    changes->n_changes++;
}

/* ---- the old file */

static bool has_results(const json_t *report)
{
    return json_is_array(json_object_get(report, "results"));
}

int report_changes_load(const char *file, struct report_changes_old *ret_old,
                        struct err *err)
{
    struct buf text = BUF_EMPTY;
    json_error_t error;
    json_t *root;
    if (file_read_all(file, REPORT_CHANGES_FILE_MAX, &text, err) != 0) {
        return err_wrap(err, "--diff");
    }
    root = json_loadb((const char *)text.data, text.len, 0, &error);
    buf_finish(&text);
    if (!has_results(root) && !json_is_array(json_object_get(root, "reports"))) {
        json_decref(root);
        return err_set(err, ERR_CONFIG, 0,
                       "--diff %s: that is no report of certgate check --json%s%s",
                       file, root == NULL ? ": " : "", root == NULL ? error.text : "");
    }
    *ret_old = (struct report_changes_old){ file, root };
    return 0;
}

void report_changes_unload(struct report_changes_old *old)
{
    json_decref(old->root);
    old->root = NULL;
}

/* The old report of this URL; NULL = there is none. */
static const json_t *find_old(const struct report_changes_old *old, const char *url,
                              size_t n_urls)
{
    const json_t *reports = json_object_get(old->root, "reports");
    size_t n = reports == NULL ? 1 : json_array_size(reports);
    for (size_t i = 0; i < n; i++) {
        const json_t *report = reports == NULL ? old->root : json_array_get(reports, i);
        const char *its = json_string_value(json_object_get(report, "url"));
        bool is_meant =
            (n == 1 && n_urls == 1) || (its != NULL && strcmp(its, url) == 0);
        if (is_meant && has_results(report)) {
            return report;
        }
    }
    return NULL;
}

int report_changes_verify(const struct report_changes_old *old, const char *url,
                          size_t n_urls, struct err *err)
{
    return find_old(old, url, n_urls) != NULL
               ? 0
               : err_set(err, ERR_CONFIG, 0,
                         "--diff %s: no report of %s is in it; give the URLs that it "
                         "was made of",
                         old->file, url);
}

int report_changes_find(const struct report_changes_old *old,
                        const struct report *report, size_t n_urls,
                        struct report_changes *ret_changes, struct err *err)
{
    struct report_changes changes = { old->file, 0, NULL, 0 };
    const json_t *results =
        json_object_get(find_old(old, report->url, n_urls), "results");
    changes.changes =
        mem_alloc(report->n_rows * REPORT_VERSION_COUNT + 1, sizeof(*changes.changes));
    if (changes.changes == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            compare_cell(&report->rows[i], (enum report_version)v, results, &changes);
        }
    }
    *ret_changes = changes;
    return 0;
}

void report_changes_finish(struct report_changes *changes)
{
    free(changes->changes);
    changes->changes = NULL;
    changes->n_changes = 0;
}

void report_changes_append(struct buf *out, const struct report_changes *changes,
                           const char *prefix)
{
    if (changes == NULL) {
        return;
    }
    buf_printf(out, "%s%zu of %zu answers are others than in ", prefix,
               changes->n_changes, changes->n_compared);
    text_escape_terminal(out, slice_from_string(changes->old_file));
    buf_append_byte(out, '\n');
    for (size_t i = 0; i < changes->n_changes; i++) {
        const struct report_change *change = &changes->changes[i];
        buf_printf(out, "%s  %s, TLS %s: ", prefix, change->name,
                   report_version_name(change->version));
        if (change->was[0] == 0) {
            buf_append_string(out, "not in it");
        }
        text_escape_terminal(out, slice_from_string(change->was));
        buf_printf(out, " -> %s\n", change->is);
    }
}
