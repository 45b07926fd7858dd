/* SPDX-License-Identifier: MIT */
#include "base/args.h"

#include "base/text.h"

#include <string.h>

#define HELP_WIDTH  ((size_t)80)
#define HELP_COLUMN ((size_t)28)

/* What stands between the values of a repeatable option in one text. */
static const char blanks[] = " \t\r\n";

struct parser {
    const struct args_option *options;
    size_t n_options;
    int argc;
    char *const *argv;
    int next; /* index of the next unread argument */
    void *target;
};

static const struct args_option *find_long(const struct parser *p, const char *name,
                                           size_t len)
{
    for (size_t i = 0; i < p->n_options; i++) {
        const struct args_option *o = &p->options[i];
        if (o->name != NULL &&
            ((strlen(o->name) == len && memcmp(o->name, name, len) == 0) ||
             (o->alias != NULL && strlen(o->alias) == len &&
              memcmp(o->alias, name, len) == 0))) {
            return o;
        }
    }
    return NULL;
}

static const struct args_option *find_letter(const struct parser *p, char letter)
{
    for (size_t i = 0; i < p->n_options; i++) {
        if (p->options[i].letter == letter) {
            return &p->options[i];
        }
    }
    return NULL;
}

static int unknown(const struct parser *p, const char *shown, const char *name,
                   size_t len, struct err *err)
{
    struct text_nearest nearest;
    text_nearest_init(&nearest, (struct slice){ (const uint8_t *)name, len });
    for (size_t i = 0; i < p->n_options; i++) {
        if (p->options[i].name != NULL) {
            text_nearest_look(&nearest, p->options[i].name);
        }
    }
    if (nearest.found != NULL) {
        return err_set(err, ERR_CONFIG, 0, "unknown option %s (did you mean --%s?)",
                       shown, nearest.found);
    }
    return err_set(err, ERR_CONFIG, 0, "unknown option %s (--help lists them)", shown);
}

/* Applies `o`, taking its value from `attached` or from the next argument. */
static int apply(struct parser *p, const struct args_option *o, const char *attached,
                 struct err *err)
{
    const char *value = attached;
    if (o->value == NULL && attached != NULL) {
        return err_set(err, ERR_CONFIG, 0, "--%s takes no value", o->name);
    }
    if (o->value != NULL && attached == NULL) {
        if (p->next >= p->argc) {
            return err_set(err, ERR_CONFIG, 0, "--%s needs a value: --%s %s", o->name,
                           o->name, o->value);
        }
        value = p->argv[p->next++];
    }
    if (o->set(p->target, value, err) != 0) {
        return err_wrap(err, "--%s", o->name);
    }
    return 0;
}

static int parse_letters(struct parser *p, const char *argument, struct err *err)
{
    for (const char *letter = argument + 1; *letter != 0; letter++) {
        const struct args_option *o = find_letter(p, *letter);
        if (o == NULL) {
            return unknown(p, argument, argument + 1, strlen(argument + 1), err);
        }
        if (o->value != NULL) {
            return apply(p, o, letter[1] == 0 ? NULL : letter + 1, err);
        }
        if (apply(p, o, NULL, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int parse_option(struct parser *p, const char *argument, struct err *err)
{
    bool two_dashes = argument[1] == '-';
    const char *name = argument + (two_dashes ? 2 : 1);
    size_t len = strcspn(name, "=");
    const struct args_option *o =
        len > 1 || two_dashes ? find_long(p, name, len) : NULL;

    if (o != NULL) {
        return apply(p, o, name[len] == '=' ? name + len + 1 : NULL, err);
    }
    return two_dashes ? unknown(p, argument, name, len, err)
                      : parse_letters(p, argument, err);
}

int args_parse(const struct args_option *options, size_t n_options, int argc,
               char *const *argv, void *target, args_operand_fn operand,
               struct err *err)
{
    struct parser p = { options, n_options, argc, argv, 1, target };
    bool options_ended = false;

    while (p.next < argc) {
        const char *argument = argv[p.next++];
        int result;
        if (!options_ended && strcmp(argument, "--") == 0) {
            options_ended = true;
            continue;
        }
        if (!options_ended && argument[0] == '-' && argument[1] != 0) {
            result = parse_option(&p, argument, err);
        } else if (operand == NULL) {
            result =
                err_set(err, ERR_CONFIG, 0, "unexpected argument \"%s\"", argument);
        } else {
            result = operand(target, argument, err);
        }
        if (result != 0) {
            return -1;
        }
    }
    return 0;
}

/* Cuts the next value off `*at`, which is at its first character. */
static int cut_value(const char **at, char word[static ARGS_WORD_MAX], struct err *err)
{
    size_t len = 0;
    while (**at != 0 && strchr(blanks, **at) == NULL) {
        if (**at == '\\') {
            (*at)++;
            if (**at != '\\' && (**at == 0 || strchr(blanks, **at) == NULL)) {
                return err_set(err, ERR_CONFIG, 0,
                               "a backslash stands before a blank or a backslash that "
                               "belongs to the value, nowhere else");
            }
        }
        if (len == ARGS_WORD_MAX - 1) {
            return err_set(err, ERR_LIMIT, 0, "a value is longer than %zu bytes",
                           ARGS_WORD_MAX - 1);
        }
        word[len++] = *(*at)++;
    }
    word[len] = 0;
    return 0;
}

int args_set_text(const struct args_option *option, void *target, const char *text,
                  struct err *err)
{
    char word[ARGS_WORD_MAX];
    if (option->times == ARGS_ONCE) {
        return option->set(target, text, err);
    }
    text += strspn(text, blanks);
    if (*text == 0) {
        return err_set(err, ERR_CONFIG, 0, "there is no value");
    }
    for (; *text != 0; text += strspn(text, blanks)) {
        if (cut_value(&text, word, err) != 0 || option->set(target, word, err) != 0) {
            return -1;
        }
    }
    return 0;
}

/* Appends `text`, wrapped at words, each line but the first indented. Returns the
 * column. */
static size_t append_wrapped(struct buf *out, const char *text, size_t column)
{
    while (*text != 0) {
        size_t word = strcspn(text, " ");
        if (column > HELP_COLUMN && column + 1 + word > HELP_WIDTH) {
            buf_printf(out, "\n%*s", (int)HELP_COLUMN, "");
            column = HELP_COLUMN;
        } else if (column > HELP_COLUMN) {
            buf_append_byte(out, ' ');
            column++;
        }
        buf_append(out, text, word);
        column += word;
        text += word;
        text += strspn(text, " ");
    }
    return column;
}

bool args_append_help(struct buf *out, const struct args_option *options,
                      size_t n_options)
{
    for (size_t i = 0; i < n_options; i++) {
        const struct args_option *o = &options[i];
        if (o->name == NULL) {
            buf_printf(out, "\n%s:\n", o->help);
            continue;
        }
        size_t start = out->len;
        if (o->letter != 0) {
            buf_printf(out, "  -%c, ", o->letter);
        } else {
            buf_append_string(out, "      ");
        }
        buf_printf(out, "--%s%s%s", o->name, o->value == NULL ? "" : " ",
                   o->value == NULL ? "" : o->value);
        size_t used = out->len - start;
        if (used + 2 > HELP_COLUMN) {
            buf_printf(out, "\n%*s", (int)HELP_COLUMN, "");
        } else {
            buf_printf(out, "%*s", (int)(HELP_COLUMN - used), "");
        }
        used = append_wrapped(out, o->help, HELP_COLUMN);
        append_wrapped(out, o->times == ARGS_REPEATABLE ? "(repeatable)" : "", used);
        buf_append_byte(out, '\n');
    }
    return buf_ok(out);
}
