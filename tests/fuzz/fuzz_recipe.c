/* SPDX-License-Identifier: MIT
 *
 * Any bytes as the two tables of certs/. Input: authorities.tsv, a line of "%%", and
 * cases.tsv.
 */
#include "fuzz.h"

#include "forge/recipe.h"

#include <string.h>

static struct slice take_first_table(struct slice *input)
{
    static const char mark[] = "\n%%\n";
    const size_t mark_len = sizeof(mark) - 1;
    for (size_t at = 0; at + mark_len <= input->len; at++) {
        if (memcmp(input->data + at, mark, mark_len) == 0) {
            struct slice table = slice_part(*input, 0, at + 1);
            *input = slice_part(*input, at + mark_len, input->len);
            return table;
        }
    }
    return SLICE_EMPTY;
}

static void check(const struct recipe_table *table)
{
    assert(table->n_recipes <= RECIPE_RECIPES_MAX);
    for (size_t i = 0; i < table->n_recipes; i++) {
        const struct recipe *recipe = &table->recipes[i];
        assert(recipe_find(table, recipe->name) != NULL);
        assert(recipe->n_purposes <= RECIPE_LIST_MAX &&
               recipe->n_chain <= RECIPE_LIST_MAX);
        (void)recipe_expect(recipe, SSL_FLAGS_REQUIRE);
        (void)recipe_time_at(recipe->not_after, 1781524800);
    }
    (void)recipe_suggest(table, "expried");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice cases = { data, len };
    struct slice authorities = take_first_table(&cases);
    struct recipe_book book = { 0 };
    struct err err = ERR_INIT;
    if (recipe_book_parse(authorities, "authorities", cases, "cases", &book, &err) ==
        0) {
        check(&book.authorities);
        check(&book.cases);
        recipe_book_finish(&book);
    } else {
        assert(err.text[0] != 0);
    }
    return 0;
}
