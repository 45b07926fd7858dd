/* SPDX-License-Identifier: MIT */
#include "check/expectation_table.h"

#include "attempt/outcome.h"
#include "base/file.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading */

/* Cuts the next field off a line: ends it with a NUL and skips the tabs behind. */
static char *cut_field(char **at)
{
    char *field = *at;
    size_t len = strcspn(field, "\t");
    *at = field + len;
    while (**at == '\t') {
        *(*at)++ = 0;
    }
    return field;
}

static int read_line(char *line, size_t number, const char *label,
                     struct expectation_table *expectation, struct err *err)
{
    struct expectation_table_row *row = &expectation->rows[expectation->n_rows];
    line[strcspn(line, "\r")] = 0;
    if (line[0] == '#' || line[strspn(line, " \t")] == 0) {
        return 0;
    }
    if (expectation->n_rows == EXPECTATION_TABLE_ROWS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "%s: more than %zu lines", label,
                       EXPECTATION_TABLE_ROWS_MAX);
    }
    row->name = cut_field(&line);
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        row->words[v] = cut_field(&line);
        if (!outcome_is_valid(row->words[v])) {
            return err_set(err, ERR_CONFIG, 0,
                           "%s, line %zu: \"%s\" is no outcome on TLS %s: 200, "
                           "alert:unknown_ca, accepted, refused, ... are meant "
                           "(certgate(1), EXPECTATIONS)",
                           label, number, row->words[v],
                           report_version_name((enum report_version)v));
        }
    }
    if (*line != 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s, line %zu: \"%s\" is one field too many: a case and what it "
                       "must get on TLS 1.2 and 1.3 are meant",
                       label, number, line);
    }
    expectation->n_rows++;
    return 0;
}

int expectation_table_parse(struct slice text, const char *label,
                            struct expectation_table *ret_expectation, struct err *err)
{
    struct expectation_table expectation = { NULL, NULL, 0 };
    size_t number = 0;
    expectation.text = mem_copy_string((const char *)text.data, text.len);
    expectation.rows =
        mem_alloc(EXPECTATION_TABLE_ROWS_MAX + 1, sizeof(*expectation.rows));
    if (expectation.text == NULL || expectation.rows == NULL) {
        expectation_table_finish(&expectation);
        return err_memory(err);
    }
    for (char *line = expectation.text; line != NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end++ = 0;
        }
        if (read_line(line, ++number, label, &expectation, err) != 0) {
            expectation_table_finish(&expectation);
            return -1;
        }
        line = end;
    }
    if (expectation.n_rows == 0) {
        expectation_table_finish(&expectation);
        return err_set(err, ERR_CONFIG, 0, "%s says nothing of any case", label);
    }
    *ret_expectation = expectation;
    return 0;
}

int expectation_table_load(const char *file, struct expectation_table *ret_expectation,
                           struct err *err)
{
    struct buf text = BUF_EMPTY;
    int result = -1;
    if (file_read_all(file, EXPECTATION_TABLE_FILE_MAX, &text, err) == 0) {
        result = expectation_table_parse(buf_slice(&text), file, ret_expectation, err);
    }
    buf_finish(&text);
    return result;
}

void expectation_table_finish(struct expectation_table *expectation)
{
    free(expectation->text);
    free(expectation->rows);
    *expectation = (struct expectation_table){ NULL, NULL, 0 };
}

const char *expectation_table_find(const struct expectation_table *expectation,
                                   const char *name, enum report_version version)
{
    for (size_t i = 0; i < expectation->n_rows; i++) {
        if (strcmp(expectation->rows[i].name, name) == 0) {
            return expectation->rows[i].words[version];
        }
    }
    return NULL;
}

/* ---- writing */

void expectation_table_write(struct buf *out, const struct report *report)
{
    buf_printf(out, "# What %s answered, for certgate check --expect FILE\n",
               report->url);
    buf_append_string(out, "# case\tTLS 1.2\tTLS 1.3\n");
    for (size_t i = 0; i < report->n_rows; i++) {
        const struct report_row *row = &report->rows[i];
        buf_append_string(out, row->recipe->name);
        for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
            char word[OUTCOME_WORD_MAX] = "*";
            if (row->cells[v].tried) {
                outcome_format(&row->cells[v].result, word);
            }
            buf_printf(out, "\t%s", word);
        }
        buf_append_byte(out, '\n');
    }
}
