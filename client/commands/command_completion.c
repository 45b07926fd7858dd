/* SPDX-License-Identifier: MIT
 *
 * `certgate completion`: a script that has a shell complete certgate's commands,
 * options and cases.
 */
#include "base/mem.h"
#include "commands/commands.h"
#include "commands/completion.h"
#include "common/command.h"
#include "common/setter.h"
#include "forge/recipe.h"

#include <stdlib.h>
#include <string.h>

struct completion_options {
    const char *shell;
    bool help;
};

SETTER(help, struct completion_options, help, true)

static int set_shell(void *target, const char *operand, struct err *err)
{
    struct completion_options *options = target;
    if (options->shell != NULL) {
        return err_set(err, ERR_CONFIG, 0, "more than one shell");
    }
    options->shell = operand;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate completion bash|zsh|fish\n"
    "Prints a script that completes commands, options and cases. Packages install it.\n"
    "bash: . <(certgate completion bash)\n"
    "zsh:  certgate completion zsh >DIR/_certgate, where DIR is in $fpath\n"
    "fish: certgate completion fish >~/.config/fish/completions/certgate.fish\n";

static const struct {
    const char *name;
    bool (*append)(struct buf *out, const struct completion_source *source);
} shells[] = {
    { "bash", completion_append_bash },
    { "zsh", completion_append_zsh },
    { "fish", completion_append_fish },
};

static void take_options(void *user, const struct args_option *options,
                         size_t n_options)
{
    struct completion_command *command = user;
    command->options = options;
    command->n_options = n_options;
}

/* Every command's table, by way of its --help. */
static int list_commands(struct completion_command *list)
{
    char option[] = "--help";
    char *arguments[] = { option, option, NULL };
    int result = 0;
    for (size_t i = 0; i < commands_n && result == 0; i++) {
        list[i] = (struct completion_command){ .name = commands_all[i].name,
                                               .summary = commands_all[i].summary };
        command_divert_help(take_options, &list[i]);
        result = commands_all[i].run(2, arguments);
    }
    command_divert_help(NULL, NULL);
    return result;
}

static int complete(const char *shell, struct err *err)
{
    struct completion_command *list = mem_alloc(commands_n, sizeof(*list));
    struct completion_source source = { list, commands_n, "" };
    struct recipe_book book;
    struct buf cases = BUF_EMPTY;
    struct buf out = BUF_EMPTY;
    int result = -1;
    if (list == NULL || list_commands(list) != 0) {
        free(list);
        return err_memory(err);
    }
    if (recipe_book_load(&book, err) != 0) {
        free(list);
        return -1;
    }
    for (size_t i = 0; i < book.cases.n_recipes; i++) {
        buf_printf(&cases, "%s%s", i == 0 ? "" : " ", book.cases.recipes[i].name);
    }
    source.cases = buf_string(&cases);
    err_set(err, ERR_CONFIG, 0, "\"%s\": bash, zsh or fish is meant", shell);
    for (size_t i = 0; i < ARRAY_LEN(shells); i++) {
        if (strcmp(shells[i].name, shell) == 0) {
            out.failed |= !buf_ok(&cases) || !shells[i].append(&out, &source);
            result = command_write(NULL, &out, err);
        }
    }
    recipe_book_finish(&book);
    buf_finish(&cases);
    free(list);
    return result;
}

int command_completion(int argc, char **argv)
{
    struct completion_options options = { .shell = NULL };
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, set_shell, &err) != 0) {
        return command_fail_usage("completion", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), NULL);
    }
    if (options.shell == NULL) {
        err_set(&err, ERR_CONFIG, 0, "for which shell: bash, zsh or fish?");
        return command_fail_usage("completion", &err);
    }
    return complete(options.shell, &err) == 0 ? COMMAND_OK
                                              : command_fail("completion", &err);
}
