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
#include "explain/why_log.h"
#include "explain/why_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of what was not understood, so much is repeated. */
#define SHOWN_MAX ((size_t)60)

struct why_options {
    const char **words; /* owned list of borrowed operands */
    size_t n_words;
    bool log;
    bool json;
    bool help;
};

SETTER(log, struct why_options, log, true)
SETTER(json, struct why_options, json, true)
SETTER(help, struct why_options, help, true)

static int add_word(void *target, const char *operand, struct err *err)
{
    struct why_options *options = target;
    (void)err;
    options->words[options->n_words++] = operand;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "log", 0, NULL, NULL, "the arguments are logs of IIS: sum up their refusals", set_log, ARGS_ONCE },
    { "json", 0, NULL, NULL, "as JSON", set_json, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate why [WHAT...]\n"
    "Says what an error means: its causes, how to look on Windows, how to make it\n"
    "happen here, and what to do. Without WHAT, or with -, reads it from standard\n"
    "input: paste the message or the line of the log.\n"
    "       certgate why --log FILE...\n"
    "Sums up the refusals of IIS's logs by cause, client and time.\n";

/* Negative numbers are no options: -2146762487. */
static bool is_negative_number(const char *word)
{
    uint64_t number;
    return word[0] == '-' && text_read_number(word + 1, UINT32_MAX, &number);
}

static int not_understood(struct slice text)
{
    struct buf out = BUF_EMPTY;
    struct buf escaped = BUF_EMPTY;
    struct slice shown = slice_part(text, 0, SHOWN_MAX);
    text_escape_terminal(&escaped, shown);
    buf_printf(&out, "certgate why: \"%s%s\" is not known.\n", buf_string(&escaped),
               shown.len < text.len ? "..." : "");
    why_show_forms(&out);
    fputs(buf_string(&out), stderr);
    buf_finish(&escaped);
    buf_finish(&out);
    return COMMAND_DIFFERS;
}

/* Without operands, or with "-" alone. */
static bool reads_input(const struct why_options *options)
{
    return options->n_words == 0 ||
           (options->n_words == 1 && strcmp(options->words[0], "-") == 0);
}

static int gather(const struct why_options *options, struct buf *text, struct err *err)
{
    if (reads_input(options)) {
        if (isatty(STDIN_FILENO)) {
            fputs("Paste the message or the line of the log, then Ctrl-D:\n", stderr);
        }
        return file_read_all("-", WHY_TEXT_MAX, text, err);
    }
    for (size_t i = 0; i < options->n_words; i++) {
        buf_append_string(text, i > 0 ? " " : "");
        buf_append_string(text, options->words[i]);
    }
    return buf_ok(text) ? 0 : err_memory(err);
}

/* `ok`: it could be written down. Finishes it. */
static int print(struct buf *out, bool ok, struct err *err)
{
    int result = ok ? command_write(NULL, out, err) : err_memory(err);
    buf_finish(out);
    return result == 0 ? COMMAND_OK : command_fail("why", err);
}

static int answer(const struct why_options *options, struct err *err)
{
    struct why_topic topic;
    struct buf text = BUF_EMPTY;
    struct buf out = BUF_EMPTY;
    int result;
    if (gather(options, &text, err) != 0) {
        result = command_fail("why", err);
    } else if (!why_read(buf_slice(&text), &topic)) {
        result = not_understood(buf_slice(&text));
    } else {
        bool ok =
            options->json ? why_show_json(&out, &topic) : why_show_text(&out, &topic);
        result = print(&out, ok, err);
    }
    buf_finish(&text);
    return result;
}

/* ---- logs */

/* A file that cannot be read is reported; the others count. */
static int sum_up(const struct why_options *options, struct err *err)
{
    struct log_sum *sum = mem_alloc(1, sizeof *sum);
    struct buf out = BUF_EMPTY;
    bool has_failed = false;
    int result;
    if (sum == NULL || log_sum_init(sum, err) != 0) {
        free(sum);
        err_memory(err);
        return command_fail("why", err);
    }
    for (size_t i = 0; i < (options->n_words == 0 ? 1 : options->n_words); i++) {
        const char *name = options->n_words == 0 ? "-" : options->words[i];
        if (why_log_read(name, sum, err) != 0) {
            command_fail("why", err);
            has_failed = true;
        }
    }
    log_sum_sort(sum);
    bool ok =
        options->json ? why_log_show_json(&out, sum) : why_log_show_text(&out, sum);
    result = print(&out, ok, err);
    log_sum_finish(sum);
    free(sum);
    return has_failed ? COMMAND_FAILED : result;
}

/* ---- all of it */

static int print_help(void)
{
    struct buf closing = BUF_EMPTY;
    why_show_forms(&closing);
    buf_append_string(&closing, "\nExit: 0 an answer; 1 not known; 2 wrong usage.\n");
    int result = command_print_help(usage, rows, ARRAY_LEN(rows), buf_string(&closing));
    buf_finish(&closing);
    return result;
}

/* All but the negative numbers, which are words and no options: -2146762487. Both lists
 * have room for all arguments. */
static int parse(int argc, char **argv, char **kept, struct why_options *options,
                 struct err *err)
{
    int n = 0;
    for (int i = 0; i < argc; i++) {
        if (i > 0 && is_negative_number(argv[i])) {
            options->words[options->n_words++] = argv[i];
        } else {
            kept[n++] = argv[i];
        }
    }
    return args_parse(rows, ARRAY_LEN(rows), n, kept, options, add_word, err);
}

int command_why(int argc, char **argv)
{
    struct why_options options = {
        .words = mem_alloc((size_t)argc, sizeof *options.words),
    };
    char **kept = mem_alloc((size_t)argc, sizeof *kept);
    struct err err = ERR_INIT;
    int result;
    if (options.words == NULL || kept == NULL) {
        err_memory(&err);
        result = command_fail("why", &err);
    } else if (parse(argc, argv, kept, &options, &err) != 0) {
        result = command_fail_usage("why", &err);
    } else if (options.help) {
        result = print_help();
    } else {
        result = options.log ? sum_up(&options, &err) : answer(&options, &err);
    }
    free(options.words);
    free(kept);
    return result;
}
