/* SPDX-License-Identifier: MIT */
#include "forge/recipe.h"

#include "base/mem.h"
#include "base/text.h"
#include "forge/recipe_internal.h"

#include <stdlib.h>
#include <string.h>

static int table_error(const struct recipe_reader *reader, struct err *err,
                       const char *column, const char *field, const char *remedy)
{
    if (reader->label == NULL) {
        return err_set(err, ERR_CONFIG, 0, "%s: \"%.60s\" does not fit; %s", column,
                       field, remedy);
    }
    return err_set(err, ERR_CONFIG, 0,
                   "%s:%zu: column \"%s\": \"%.60s\" does not fit; %s", reader->label,
                   reader->recipe->line, column, field, remedy);
}

/* Splits at runs of tabs, in place. Returns the number of fields; those beyond `max`
 * are only counted. */
static size_t split_fields(char *line, char **fields, size_t max)
{
    size_t n = 0;
    while (*line != 0) {
        if (n < max) {
            fields[n] = line;
        }
        n++;
        line += strcspn(line, "\t");
        while (*line == '\t') {
            *line++ = 0;
        }
    }
    return n;
}

static int parse_row(struct recipe_reader *reader, char *line, struct err *err)
{
    char *fields[RECIPE_COLUMNS_MAX];
    size_t n = split_fields(line, fields, RECIPE_COLUMNS_MAX);
    if (n != reader->n_columns) {
        return err_set(
            err, ERR_CONFIG, 0,
            "%s:%zu: %zu fields where %zu belong; separate them by tabs and write "
            "\"-\" for an empty one",
            reader->label == NULL ? "the order" : reader->label, reader->recipe->line,
            n, reader->n_columns);
    }
    for (size_t i = 0; i < n; i++) {
        const struct recipe_column *column = &reader->columns[i];
        char shown[64];
        size_t len =
            strlen(fields[i]) < sizeof(shown) ? strlen(fields[i]) : sizeof(shown) - 1;
        memcpy(shown, fields[i], len); /* parsing modifies the field */
        shown[len] = 0;
        reader->field = fields[i];
        const char *remedy = column->read(reader);
        if (remedy != NULL) {
            return table_error(reader, err, column->name, shown, remedy);
        }
    }
    return 0;
}

static bool is_blank(const char *line)
{
    return line[0] == '#' || line[strspn(line, " \t\r")] == 0;
}

static size_t count_rows(const char *text)
{
    size_t n = 1;
    for (; *text != 0; text++) {
        n += *text == '\n';
    }
    return n;
}

static int parse_table(struct recipe_reader *reader, struct slice bytes,
                       struct recipe_table *table, struct err *err)
{
    if (slice_find(bytes, 0) != bytes.len) {
        return err_set(err, ERR_CONFIG, 0, "%s has NUL bytes: it is no table",
                       reader->label);
    }
    table->text = mem_copy_string((const char *)bytes.data, bytes.len);
    if (table->text == NULL) {
        return err_memory(err);
    }
    table->recipes = mem_alloc(count_rows(table->text), sizeof(*table->recipes));
    if (table->recipes == NULL) {
        return err_memory(err);
    }
    reader->table = table;
    char *rest = table->text;
    for (size_t line_number = 1; rest != NULL; line_number++) {
        char *line = rest;
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = 0;
        }
        rest = end == NULL ? NULL : end + 1;
        if (is_blank(line)) {
            continue;
        }
        if (table->n_recipes == RECIPE_RECIPES_MAX) {
            return err_set(err, ERR_LIMIT, 0, "%s has over %zu rows", reader->label,
                           RECIPE_RECIPES_MAX);
        }
        reader->recipe = &table->recipes[table->n_recipes];
        reader->recipe->line = line_number;
        if (parse_row(reader, line, err) != 0) {
            return -1;
        }
        table->n_recipes++;
    }
    return 0;
}

int recipe_book_parse(struct slice authorities, const char *authorities_label,
                      struct slice cases, const char *cases_label,
                      struct recipe_book *ret_book, struct err *err)
{
    struct recipe_book book = { { .n_recipes = 0 }, { .n_recipes = 0 } };
    struct recipe_reader reader = { .label = authorities_label,
                                    .authorities = &book.authorities };
    reader.columns = recipe_authority_columns(&reader.n_columns);
    if (parse_table(&reader, authorities, &book.authorities, err) != 0) {
        goto fail;
    }
    reader.label = cases_label;
    reader.columns = recipe_case_columns(&reader.n_columns);
    if (parse_table(&reader, cases, &book.cases, err) != 0) {
        goto fail;
    }
    *ret_book = book;
    return 0;
fail:
    recipe_book_finish(&book);
    return -1;
}

int recipe_parse_case(char *line, const struct recipe_book *book,
                      const struct recipe_table *others, struct recipe *ret_recipe,
                      struct err *err)
{
    struct recipe recipe = { .is_authority = false };
    struct recipe_reader reader = {
        .table = others,
        .authorities = &book->authorities,
        .recipe = &recipe,
    };
    reader.columns = recipe_case_columns(&reader.n_columns);
    if (parse_row(&reader, line, err) != 0) {
        return -1;
    }
    *ret_recipe = recipe;
    return 0;
}

int recipe_book_load(struct recipe_book *ret_book, struct err *err)
{
    return recipe_book_parse(
        (struct slice){ recipe_authorities_tsv, recipe_authorities_tsv_len },
        "certs/authorities.tsv",
        (struct slice){ recipe_cases_tsv, recipe_cases_tsv_len }, "certs/cases.tsv",
        ret_book, err);
}

static void table_finish(struct recipe_table *table)
{
    free(table->recipes);
    free(table->text);
    *table = (struct recipe_table){ .n_recipes = 0 };
}

void recipe_book_finish(struct recipe_book *book)
{
    table_finish(&book->authorities);
    table_finish(&book->cases);
}

const struct recipe *recipe_find(const struct recipe_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_recipes; i++) {
        if (strcmp(table->recipes[i].name, name) == 0) {
            return &table->recipes[i];
        }
    }
    return NULL;
}

const char *recipe_suggest(const struct recipe_table *table, const char *name)
{
    struct text_nearest nearest;
    text_nearest_init(&nearest, slice_from_string(name));
    for (size_t i = 0; i < table->n_recipes; i++) {
        text_nearest_look(&nearest, table->recipes[i].name);
    }
    return nearest.found;
}

struct recipe_outcome recipe_expect(const struct recipe *recipe, enum ssl_flags flags)
{
    switch (flags) {
    case SSL_FLAGS_ACCEPT:
        return recipe->accept;
    case SSL_FLAGS_REQUIRE:
        return recipe->require;
    case SSL_FLAGS_IGNORE:
        break;
    }
    return (struct recipe_outcome){ .is_alert = false, .verdict = VERDICT_OK };
}

int64_t recipe_time_at(struct recipe_time time, int64_t now)
{
    return time.is_relative ? now + time.seconds : time.seconds;
}
