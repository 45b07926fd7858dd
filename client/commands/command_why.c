/* SPDX-License-Identifier: MIT
 *
 * `certgate why`: what an error, a code or a line of a log means; lib/why knows.
 */
#include "why/why.h"

#include "base/args.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "explain/why_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of what was not understood, so much is repeated. */
#define SHOWN_MAX ((size_t)60)

struct why_options {
    struct buf text; /* owned: the operands with blanks between */
    bool json;
    bool help;
};

SETTER(json, struct why_options, json, true)
SETTER(help, struct why_options, help, true)

static int add_word(void *target, const char *operand, struct err *err)
{
    struct why_options *options = target;
    if (options->text.len > 0) {
        buf_append_byte(&options->text, ' ');
    }
    return buf_append_string(&options->text, operand) ? 0 : err_memory(err);
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "json", 0, NULL, NULL, "as JSON", set_json, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate why [WHAT...]\n"
    "Says what an error means: its causes, how to look on Windows, how to make it\n"
    "happen here, and what to do. Without WHAT, or with -, reads it from standard\n"
    "input: paste the message or the line of the log.\n\n";

/* Negative numbers are no options: -2146762487. */
static bool is_negative_number(const char *word)
{
    uint64_t number;
    return word[0] == '-' && text_read_number(word + 1, UINT32_MAX, &number);
}

static int not_understood(const struct why_options *options)
{
    struct buf out = BUF_EMPTY;
    struct buf text = BUF_EMPTY;
    struct slice shown = slice_part(buf_slice(&options->text), 0, SHOWN_MAX);
    text_escape_terminal(&text, shown);
    buf_printf(&out, "certgate why: \"%s%s\" is not known.\n", buf_string(&text),
               shown.len < options->text.len ? "..." : "");
    why_show_forms(&out);
    fputs(buf_string(&out), stderr);
    buf_finish(&text);
    buf_finish(&out);
    return COMMAND_DIFFERS;
}

static int answer(const struct why_options *options, struct err *err)
{
    struct why_topic topic;
    struct buf out = BUF_EMPTY;
    int result = COMMAND_FAILED;
    if (!why_read(buf_slice(&options->text), &topic)) {
        return not_understood(options);
    }
    bool ok = options->json ? why_show_json(&out, &topic) : why_show_text(&out, &topic);
    if (!ok) {
        err_memory(err);
    } else if (command_write(NULL, &out, err) == 0) {
        result = COMMAND_OK;
    }
    buf_finish(&out);
    return result == COMMAND_OK ? result : command_fail("why", err);
}

/* Without operands, or with "-" alone. */
static int read_input(struct why_options *options, struct err *err)
{
    if (options->text.len > 0 && !slice_equals_string(buf_slice(&options->text), "-")) {
        return 0;
    }
    if (isatty(STDIN_FILENO)) {
        fputs("Paste the message or the line of the log, then Ctrl-D:\n", stderr);
    }
    buf_clear(&options->text);
    return file_read_all("-", WHY_TEXT_MAX, &options->text, err);
}

static int print_help(void)
{
    struct buf closing = BUF_EMPTY;
    why_show_forms(&closing);
    buf_append_string(&closing, "\nExit: 0 an answer; 1 not known; 2 wrong usage.\n");
    int result = command_print_help(usage, rows, ARRAY_LEN(rows), buf_string(&closing));
    buf_finish(&closing);
    return result;
}

/* All but the negative numbers, which are words and no options: -2146762487. */
static int parse(int argc, char **argv, struct why_options *options, struct err *err)
{
    char **kept = mem_alloc((size_t)argc, sizeof *kept);
    int n = 0;
    int result = kept == NULL ? err_memory(err) : 0;
    for (int i = 0; i < argc && result == 0; i++) {
        if (i > 0 && is_negative_number(argv[i])) {
            result = add_word(options, argv[i], err);
        } else {
            kept[n++] = argv[i];
        }
    }
    if (result == 0) {
        result = args_parse(rows, ARRAY_LEN(rows), n, kept, options, add_word, err);
    }
    free(kept);
    return result;
}

int command_why(int argc, char **argv)
{
    struct why_options options = { .text = BUF_EMPTY };
    struct err err = ERR_INIT;
    int result;
    if (parse(argc, argv, &options, &err) != 0) {
        result = command_fail_usage("why", &err);
    } else if (options.help) {
        result = print_help();
    } else if (read_input(&options, &err) != 0) {
        result = command_fail("why", &err);
    } else {
        result = answer(&options, &err);
    }
    buf_finish(&options.text);
    return result;
}
