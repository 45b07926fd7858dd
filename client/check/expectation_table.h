/* SPDX-License-Identifier: MIT
 *
 * What a server must answer to each case on each version, as words (outcome.h): from a
 * file that `check --save-expect` wrote or a person, or from the recorded table of a
 * well-known server. One line for each case:
 *
 *   case <TAB> words on TLS 1.2 <TAB> words on TLS 1.3
 *
 * with more tabs for alignment; lines that begin with # are comments. Pure, but for
 * expectation_table_load.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "model/report.h"

#include <stdbool.h>
#include <stddef.h>

#define EXPECTATION_TABLE_FILE_MAX ((size_t)256 * 1024)
#define EXPECTATION_TABLE_ROWS_MAX ((size_t)512)

struct expectation_table_row {
    const char *name;
    const char *words[REPORT_VERSION_COUNT];
};

struct expectation_table {
    char *text;                         /* owned; the rows point into it */
    struct expectation_table_row *rows; /* owned */
    size_t n_rows;
};

/* `label` is the file's name in errors. */
int expectation_table_parse(struct slice text, const char *label,
                            struct expectation_table *ret_expectation, struct err *err)
    MUST_CHECK;
int expectation_table_load(const char *file, struct expectation_table *ret_expectation,
                           struct err *err) MUST_CHECK;
void expectation_table_finish(
    struct expectation_table *expectation); /* accepts a zeroed one */

/* The words for a case; NULL = the table does not have it. Borrowed. */
const char *expectation_table_find(const struct expectation_table *expectation,
                                   const char *name, enum report_version version);

/* Writes the answers as a file for expectation_table_load. */
void expectation_table_write(struct buf *out, const struct report *report);
