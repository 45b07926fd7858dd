/* SPDX-License-Identifier: MIT
 *
 * Between recipe.c (rows, books), recipe_columns.c (what each column means) and
 * recipe_details.c (the words of the column "details").
 */
#pragma once

#include "forge/recipe.h"

#define RECIPE_COLUMNS_MAX ((size_t)24)

/* The tables as compiled in by scripts/embed. */
extern const unsigned char recipe_authorities_tsv[];
extern const size_t recipe_authorities_tsv_len;
extern const unsigned char recipe_cases_tsv[];
extern const size_t recipe_cases_tsv_len;

struct recipe_reader {
    const char *label; /* the table's file name, for errors */
    const struct recipe_column *columns;
    size_t n_columns;
    /* What precedes the row: names must be new, issuers known. */
    const struct recipe_table *table;
    const struct recipe_table *authorities;
    struct recipe *recipe; /* being filled */
    char *field;           /* being read; the reader may modify it */
};

struct recipe_column {
    const char *name;
    /* Reads reader->field. Returns NULL, or how to fix it. */
    const char *(*read)(struct recipe_reader *reader);
};

const struct recipe_column *recipe_authority_columns(size_t *ret_n);
const struct recipe_column *recipe_case_columns(size_t *ret_n);

/* The remedy for a list over RECIPE_LIST_MAX. */
extern const char recipe_too_many[];
/* Takes the next part before `separator`, in place; NULL at the end. */
char *recipe_next_part(char **rest, char separator);
const char *recipe_read_details(struct recipe_reader *reader);
