/* SPDX-License-Identifier: MIT */
#include "commands/completion.h"

#include "commands/completion_words.h"

#include <string.h>

/* The possible words, separated by blanks; "" where the value is not a fixed word. */
static void append_words(struct buf *out, const struct completion_source *source,
                         struct completion_value value)
{
    buf_append_string(out,
                      value.kind == COMPLETION_CASES ? source->cases : value.words);
    for (size_t i = 0; value.kind == COMPLETION_COMMANDS && i < source->n_commands;
         i++) {
        buf_printf(out, "%s%s", i == 0 ? "" : " ", source->commands[i].name);
    }
}

/* `text` with a backslash before each character of `escaped`. */
static void append_escaped(struct buf *out, const char *text, const char *escaped)
{
    for (; *text != 0; text++) {
        if (strchr(escaped, *text) != NULL) {
            buf_append_byte(out, '\\');
        }
        buf_append_byte(out, (uint8_t)*text);
    }
}

/* In single quotes, which sh and zsh end for a quote of the text. */
static void append_quoted(struct buf *out, const char *text, const char *escaped)
{
    for (size_t len = 0; *text != 0; text += len) {
        char part[2] = { *text, 0 };
        len = 1;
        if (*text == '\'') {
            buf_append_string(out, "'\\''");
        } else {
            append_escaped(out, part, escaped);
        }
    }
}

/* ---- bash */

static void append_bash_names(struct buf *out, const struct args_option *option,
                              const char *before, const char *after)
{
    buf_printf(out, "%s--%s%s", before, option->name, after);
    if (option->letter != 0) {
        buf_printf(out, "%s-%c%s", before, option->letter, after);
    }
}

/* What comes after an option with a value. */
static void append_bash_value(struct buf *out, const struct completion_source *source,
                              const char *command, const struct args_option *option)
{
    struct completion_value value = completion_value(option);
    buf_printf(out, "    '%s --%s'", command, option->name);
    if (option->letter != 0) {
        buf_printf(out, " | '%s -%c'", command, option->letter);
    }
    buf_append_string(out, ")\n        ");
    switch (value.kind) {
    case COMPLETION_FILES:
    case COMPLETION_FOLDERS:
        buf_printf(out, "_certgate_files %s\n        return",
                   value.kind == COMPLETION_FILES ? "-f" : "-d");
        break;
    case COMPLETION_CASES:
        buf_append_string(out, "words=$cases");
        break;
    case COMPLETION_WORDS:
    case COMPLETION_COMMANDS:
        buf_append_string(out, "words='");
        append_words(out, source, value);
        buf_append_byte(out, '\'');
        break;
    case COMPLETION_ANY:
        buf_append_string(out, "return");
        break;
    }
    buf_append_string(out, "\n        ;;\n");
}

static void append_bash_operands(struct buf *out,
                                 const struct completion_source *source,
                                 const struct completion_command *command)
{
    struct completion_value value = completion_operands(command->name);
    buf_printf(out, "    %s)\n        options='", command->name);
    for (size_t i = 0; i < command->n_options; i++) {
        if (command->options[i].name != NULL) {
            append_bash_names(out, &command->options[i], "", " ");
        }
    }
    buf_append_string(out, "'\n        operands='");
    append_words(out, source, value);
    buf_append_string(out, "'\n        ;;\n");
}

bool completion_append_bash(struct buf *out, const struct completion_source *source)
{
    const struct completion_value all = { COMPLETION_COMMANDS, "" };
    buf_append_string(
        out, "# bash completion of certgate, made by: certgate completion bash\n"
             "_certgate_files() {\n"
             "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$current\")\n"
             "    compopt -o filenames 2>/dev/null\n"
             "}\n\n"
             "_certgate() {\n"
             "    local current=${COMP_WORDS[COMP_CWORD]} "
             "previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
             "    local command=${COMP_WORDS[1]} words='' options='' operands=''\n"
             "    local commands='");
    append_words(out, source, all);
    buf_printf(out, " help --help --version'\n    local cases='%s'\n", source->cases);
    buf_append_string(out,
                      "    if ((COMP_CWORD == 1)); then\n"
                      "        mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- "
                      "\"$current\")\n"
                      "        return\n"
                      "    fi\n"
                      "    case \"$command $previous\" in\n");
    for (size_t i = 0; i < source->n_commands; i++) {
        const struct completion_command *command = &source->commands[i];
        for (size_t j = 0; j < command->n_options; j++) {
            if (command->options[j].name != NULL && command->options[j].value != NULL) {
                append_bash_value(out, source, command->name, &command->options[j]);
            }
        }
    }
    buf_append_string(out, "    esac\n    case $command in\n");
    for (size_t i = 0; i < source->n_commands; i++) {
        append_bash_operands(out, source, &source->commands[i]);
    }
    buf_append_string(
        out, "    help)\n        operands=$commands\n        ;;\n    esac\n"
             "    if [ -z \"$words\" ]; then\n"
             "        case $current in\n"
             "        -*) words=$options ;;\n"
             "        *) words=$operands ;;\n"
             "        esac\n"
             "    fi\n"
             "    if [ -z \"$words\" ]; then\n"
             "        _certgate_files -f\n"
             "        return\n"
             "    fi\n"
             "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
             "}\n\n"
             "complete -F _certgate certgate\n");
    return buf_ok(out);
}

/* ---- zsh */

static void append_zsh_action(struct buf *out, const struct completion_source *source,
                              struct completion_value value)
{
    switch (value.kind) {
    case COMPLETION_FILES:
        buf_append_string(out, "_files");
        break;
    case COMPLETION_FOLDERS:
        buf_append_string(out, "_files -/");
        break;
    case COMPLETION_CASES:
        buf_append_string(out, "_certgate_cases");
        break;
    case COMPLETION_WORDS:
    case COMPLETION_COMMANDS:
        buf_append_byte(out, '(');
        append_words(out, source, value);
        buf_append_byte(out, ')');
        break;
    case COMPLETION_ANY:
        buf_append_byte(out, ' ');
        break;
    }
}

static void append_zsh_option(struct buf *out, const struct completion_source *source,
                              const struct args_option *option)
{
    const char *plus = option->value == NULL ? "" : "+";
    const char *equals = option->value == NULL ? "" : "=";
    bool repeats = option->times == ARGS_REPEATABLE;
    if (option->letter != 0 && repeats) {
        buf_printf(out, "            '*'{-%c%s,--%s%s}'[", option->letter, plus,
                   option->name, equals);
    } else if (option->letter != 0) {
        buf_printf(out, "            '(-%c --%s)'{-%c%s,--%s%s}'[", option->letter,
                   option->name, option->letter, plus, option->name, equals);
    } else {
        buf_printf(out, "            '%s--%s%s[", repeats ? "*" : "", option->name,
                   equals);
    }
    append_quoted(out, option->help, "[]\\");
    buf_append_byte(out, ']');
    if (option->value != NULL) {
        buf_append_byte(out, ':');
        append_quoted(out, option->value, ":\\");
        buf_append_byte(out, ':');
        append_zsh_action(out, source, completion_value(option));
    }
    buf_append_string(out, "' \\\n");
}

bool completion_append_zsh(struct buf *out, const struct completion_source *source)
{
    buf_printf(out,
               "#compdef certgate\n"
               "# zsh completion of certgate, made by: certgate completion zsh\n"
               "_certgate_cases() {\n    compadd -- %s\n}\n\n"
               "_certgate() {\n    local -a commands\n    commands=(\n",
               source->cases);
    for (size_t i = 0; i < source->n_commands; i++) {
        buf_printf(out, "        '%s:", source->commands[i].name);
        append_quoted(out, source->commands[i].summary, "\\");
        buf_append_string(out, "'\n");
    }
    buf_append_string(out, "        'help:the help of a command'\n    )\n"
                           "    if ((CURRENT == 2)); then\n"
                           "        _describe command commands\n"
                           "        return\n"
                           "    fi\n"
                           "    local command=$words[2]\n"
                           "    shift words\n"
                           "    ((CURRENT--))\n"
                           "    case $command in\n");
    for (size_t i = 0; i < source->n_commands; i++) {
        const struct completion_command *command = &source->commands[i];
        buf_printf(out, "    %s)\n        _arguments -s \\\n", command->name);
        for (size_t j = 0; j < command->n_options; j++) {
            if (command->options[j].name != NULL) {
                append_zsh_option(out, source, &command->options[j]);
            }
        }
        buf_append_string(out, "            '*:argument:");
        struct completion_value operands = completion_operands(command->name);
        append_zsh_action(out, source, operands);
        buf_append_string(out, "'\n        ;;\n");
    }
    buf_append_string(
        out, "    help)\n        _describe command commands\n        ;;\n    esac\n"
             "}\n\n"
             "if [ \"$funcstack[1]\" = _certgate ]; then\n"
             "    _certgate \"$@\"\n"
             "else\n"
             "    compdef _certgate certgate\n"
             "fi\n");
    return buf_ok(out);
}

/* ---- fish */

static void append_fish_value(struct buf *out, const struct completion_source *source,
                              struct completion_value value)
{
    switch (value.kind) {
    case COMPLETION_FILES:
        buf_append_string(out, " -F");
        break;
    case COMPLETION_FOLDERS:
        buf_append_string(out, " -a '(__fish_complete_directories)'");
        break;
    case COMPLETION_CASES:
        buf_append_string(out, " -a \"$__certgate_cases\"");
        break;
    case COMPLETION_WORDS:
    case COMPLETION_COMMANDS:
        buf_append_string(out, " -a '");
        append_words(out, source, value);
        buf_append_byte(out, '\'');
        break;
    case COMPLETION_ANY:
        break;
    }
}

static void append_fish_option(struct buf *out, const struct completion_source *source,
                               const char *command, const struct args_option *option)
{
    buf_printf(out, "complete -c certgate -n '__certgate_is %s' -l %s", command,
               option->name);
    if (option->letter != 0) {
        buf_printf(out, " -s %c", option->letter);
    }
    if (option->value != NULL) {
        struct completion_value value = completion_value(option);
        buf_append_string(out, value.kind == COMPLETION_FILES ? " -r" : " -x");
        append_fish_value(out, source, value);
    }
    buf_append_string(out, " -d '");
    append_escaped(out, option->help, "'\\");
    buf_append_string(out, "'\n");
}

bool completion_append_fish(struct buf *out, const struct completion_source *source)
{
    const struct completion_value all = { COMPLETION_COMMANDS, "" };
    buf_printf(out,
               "# fish completion of certgate, made by: certgate completion fish\n"
               "set -g __certgate_cases %s\n"
               "function __certgate_is\n"
               "    set -l words (commandline -opc)\n"
               "    test (count $words) -ge 2; and test $words[2] = $argv[1]\n"
               "end\n"
               "function __certgate_is_first\n"
               "    test (count (commandline -opc)) -eq 1\n"
               "end\n"
               "complete -c certgate -f\n",
               source->cases);
    for (size_t i = 0; i < source->n_commands; i++) {
        const struct completion_command *command = &source->commands[i];
        buf_printf(out, "complete -c certgate -n __certgate_is_first -a %s -d '",
                   command->name);
        append_escaped(out, command->summary, "'\\");
        buf_append_string(out, "'\n");
        for (size_t j = 0; j < command->n_options; j++) {
            if (command->options[j].name != NULL) {
                append_fish_option(out, source, command->name, &command->options[j]);
            }
        }
        struct completion_value operands = completion_operands(command->name);
        if (operands.kind != COMPLETION_ANY) {
            buf_printf(out, "complete -c certgate -n '__certgate_is %s'",
                       command->name);
            append_fish_value(out, source, operands);
            buf_append_byte(out, '\n');
        }
    }
    buf_append_string(out, "complete -c certgate -n __certgate_is_first -a help -d "
                           "'the help of a command'\n"
                           "complete -c certgate -n '__certgate_is help'");
    append_fish_value(out, source, all);
    buf_append_byte(out, '\n');
    return buf_ok(out);
}
