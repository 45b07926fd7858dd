/* SPDX-License-Identifier: MIT */
#include "report_changes.h"

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

static int load(const char *file, json_t **ret_root, struct err *err)
{
    struct buf text = BUF_EMPTY;
    json_error_t error;
    json_t *root;
    if (file_read_all(file, REPORT_CHANGES_FILE_MAX, &text, err) != 0) {
        return -1;
    }
    root = json_loadb((const char *)text.data, text.len, 0, &error);
    buf_finish(&text);
    if (root == NULL || !json_is_array(json_object_get(root, "results"))) {
        json_decref(root);
        return err_set(err, ERR_CONFIG, 0,
                       "--diff %s: that is no report of certgate check --json%s%s",
                       file, root == NULL ? ": " : "", root == NULL ? error.text : "");
    }
    *ret_root = root;
    return 0;
}

int report_changes_find(const char *file, const struct report *report,
                        struct report_changes *ret_changes, struct err *err)
{
    struct report_changes changes = { file, 0, NULL, 0 };
    json_t *root;
    changes.changes =
        mem_alloc(report->n_rows * REPORT_VERSION_COUNT + 1, sizeof(*changes.changes));
    if (changes.changes == NULL) {
        return err_memory(err);
    }
    if (load(file, &root, err) != 0) {
        report_changes_finish(&changes);
        return -1;
    }
    for (size_t i = 0; i < report->n_rows; i++) {
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            compare_cell(&report->rows[i], (enum report_version)v,
                         json_object_get(root, "results"), &changes);
        }
    }
    json_decref(root);
    *ret_changes = changes;
    return 0;
}

void report_changes_finish(struct report_changes *changes)
{
    free(changes->changes);
    changes->changes = NULL;
    changes->n_changes = 0;
}

void report_changes_human(struct buf *out, const struct report_changes *changes)
{
    if (changes->old_file == NULL) {
        return;
    }
    buf_printf(out, "\n%zu of %zu answers are others than in %s\n", changes->n_changes,
               changes->n_compared, changes->old_file);
    for (size_t i = 0; i < changes->n_changes; i++) {
        const struct report_change *change = &changes->changes[i];
        buf_printf(out, "  %s, TLS %s: ", change->name,
                   report_version_name(change->version));
        if (change->was[0] == 0) {
            buf_append_string(out, "not in it");
        }
        text_escape_terminal(out, slice_from_string(change->was));
        buf_printf(out, " -> %s\n", change->is);
    }
}
