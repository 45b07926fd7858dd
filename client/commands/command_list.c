/* SPDX-License-Identifier: MIT
 *
 * `certgate list`: every case with what is special about it and what it must get.
 */
#include "attempt/result_json.h"
#include "base/args.h"
#include "check/check_options.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "describe/json_value.h"
#include "model/comparison.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct list_options {
    struct check_options check; /* for its patterns only */
    bool json;
    bool help;
};

SETTER(json, struct list_options, json, true)
SETTER(help, struct list_options, help, true)

static int add_pattern(void *target, const char *operand, struct err *err)
{
    struct check_options *options = &((struct list_options *)target)->check;
    if (options->n_patterns == CHECK_PATTERNS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %d names", CHECK_PATTERNS_MAX);
    }
    options->patterns[options->n_patterns++] = operand;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "json", 0, NULL, NULL, "as JSON", set_json, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate list [NAME|PATTERN...]\n"
    "Lists the cases: the answer of a server that requires a client certificate,\n"
    "that of one that accepts it, and what is special about the case.\n";

static void append_table(struct buf *out, const struct recipe_table *cases,
                         const struct check_options *options)
{
    size_t width = 0;
    for (size_t i = 0; i < cases->n_recipes; i++) {
        size_t len = strlen(cases->recipes[i].name);
        width = len > width ? len : width;
    }
    buf_printf(out, "%-*s  %-17s  %-6s  WHAT IS SPECIAL\n", (int)width, "CASE",
               "REQUIRE", "ACCEPT");
    for (size_t i = 0; i < cases->n_recipes; i++) {
        const struct recipe *recipe = &cases->recipes[i];
        struct buf require = BUF_EMPTY;
        struct comparison_want want =
            comparison_want_verdict(recipe_expect(recipe, SSL_FLAGS_REQUIRE));
        struct comparison_want accept =
            comparison_want_verdict(recipe_expect(recipe, SSL_FLAGS_ACCEPT));
        if (!check_options_select(options, recipe->name)) {
            continue;
        }
        comparison_format(&want, &require);
        buf_printf(out, "%-*s  %-17s  %-6s  %s\n", (int)width, recipe->name,
                   recipe->require.is_alert ? "alert" : buf_string(&require),
                   comparison_format_short(&accept), recipe->title);
        buf_finish(&require);
    }
}

static json_t *case_json(const struct recipe *recipe)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "case", result_json_string(recipe->name), &failed);
    json_value_set(object, "title", result_json_string(recipe->title), &failed);
    json_value_set(object, "reference_row", result_json_string(recipe->row), &failed);
    json_value_set(object, "require",
                   result_json_expected(recipe_expect(recipe, SSL_FLAGS_REQUIRE)),
                   &failed);
    json_value_set(object, "accept",
                   result_json_expected(recipe_expect(recipe, SSL_FLAGS_ACCEPT)),
                   &failed);
    json_value_set(object, "ignore",
                   result_json_expected(recipe_expect(recipe, SSL_FLAGS_IGNORE)),
                   &failed);
    return json_value_finish(object, failed);
}

static void append_json(struct buf *out, const struct recipe_table *cases,
                        const struct check_options *options)
{
    json_t *array = json_array();
    bool failed = false;
    for (size_t i = 0; i < cases->n_recipes; i++) {
        if (check_options_select(options, cases->recipes[i].name)) {
            json_value_add(array, case_json(&cases->recipes[i]), &failed);
        }
    }
    array = json_value_finish(array, failed);
    if (array == NULL || !json_value_dump(array, JSON_INDENT(2), out)) {
        out->failed = true;
    }
    buf_append_byte(out, '\n');
    json_decref(array);
}

static int list(const struct list_options *options, struct err *err)
{
    struct recipe_book book;
    struct buf out = BUF_EMPTY;
    int result = -1;
    if (recipe_book_load(&book, err) != 0) {
        return -1;
    }
    if (check_options_verify(&options->check, &book.cases, err) != 0) {
        goto out;
    }
    if (options->json) {
        append_json(&out, &book.cases, &options->check);
    } else {
        append_table(&out, &book.cases, &options->check);
    }
    result = command_write(NULL, &out, err);
out:
    recipe_book_finish(&book);
    return result;
}

int command_list(int argc, char **argv)
{
    struct list_options options = { .json = false };
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, add_pattern, &err) !=
        0) {
        return command_fail_usage("list", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), NULL);
    }
    return list(&options, &err) == 0 ? COMMAND_OK : command_fail("list", &err);
}
