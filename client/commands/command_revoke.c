/* SPDX-License-Identifier: MIT
 *
 * `certgate revoke`: switches what the running certgated says of a certificate when
 * somebody asks whether it is revoked, and so what it answers to that certificate.
 */
#include "base/text.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "control/control.h"
#include "describe/json_value.h"

#include <stdio.h>
#include <string.h>

#define NAMES_MAX 64
#define PATH      "/revocations"

struct revoke_options {
    const char *names[NAMES_MAX];
    size_t n_names;
    const char *state;
    const char *control;
    bool reset;
    bool list;
    bool json;
    bool help;
};

SETTER(state, struct revoke_options, state, value)
SETTER(control, struct revoke_options, control, value)
SETTER(reset, struct revoke_options, reset, true)
SETTER(list, struct revoke_options, list, true)
SETTER(json, struct revoke_options, json, true)
SETTER(help, struct revoke_options, help, true)

static int add_name(void *target, const char *operand, struct err *err)
{
    struct revoke_options *options = target;
    if (options->n_names == NAMES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %d names", NAMES_MAX);
    }
    options->names[options->n_names++] = operand;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "as", 0, NULL, "STATE", "revoked (default), hold, unknown, stale, slow, unreachable, garbage or good", set_state, ARGS_ONCE },
    { "reset", 0, NULL, NULL, "restore what the tables say; without a NAME for all that were switched", set_reset, ARGS_ONCE },
    { "list", 'l', NULL, NULL, "print what is switched, and what the tables do not call good", set_list, ARGS_ONCE },
    { "control", 0, NULL, "URL", "the control of certgated; default: CERTGATE_CONTROL, else that of the server that was started last, else http://127.0.0.1:8441", set_control, ARGS_ONCE },
    { "json", 0, NULL, NULL, "print what the server says, as JSON", set_json, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate revoke NAME... [--as STATE]\n"
    "       certgate revoke NAME... --reset\n"
    "       certgate revoke --list\n"
    "Switches what the running certgated answers by CRL and OCSP about a certificate;\n"
    "the next request with that certificate is judged accordingly.\n"
    "NAME is a case (certgate list) or a test CA; ca/NAME where both have the name.\n"
    "The server forgets the switches when it stops.\n";

/* ---- printing */

/* The server's text on one line of the terminal. */
static void append(struct buf *out, const json_t *object, const char *key, int width)
{
    const char *text = json_string_value(json_object_get(object, key));
    size_t before = out->len;
    text_escape_terminal(out, slice_from_string(text == NULL ? "?" : text));
    while (width > 0 && out->len - before < (size_t)width) {
        buf_append_byte(out, ' ');
    }
}

static void append_row(struct buf *out, const json_t *row)
{
    append(out, row, "name", 24);
    append(out, row, "state", 12);
    append(out, row, "means", 0);
    buf_append_string(
        out, json_is_true(json_object_get(row, "switched")) ? "" : " (by the tables)");
    buf_append_byte(out, '\n');
}

static bool is_worth_a_row(const json_t *row)
{
    const char *state = json_string_value(json_object_get(row, "state"));
    return json_is_true(json_object_get(row, "switched")) || state == NULL ||
           strcmp(state, "good") != 0;
}

static void append_list(struct buf *out, const json_t *body)
{
    const json_t *list = json_object_get(body, "revocations");
    size_t n_good = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        if (is_worth_a_row(row)) {
            append_row(out, row);
        } else {
            n_good++;
        }
    }
    buf_printf(out, "%zu others are good\n", n_good);
}

static int print_json(const json_t *body, struct err *err)
{
    struct buf out = BUF_EMPTY;
    if (!json_value_dump(body, JSON_INDENT(2), &out) || !buf_append_byte(&out, '\n')) {
        buf_finish(&out);
        return err_memory(err);
    }
    return command_write(NULL, &out, err);
}

/* ---- doing */

static int list(const struct revoke_options *options, const char *url, struct err *err)
{
    struct buf out = BUF_EMPTY;
    json_t *body;
    if (control_ask(url, PATH, NULL, &body, err) != 0) {
        return -1;
    }
    int result = -1;
    if (options->json) {
        result = print_json(body, err);
    } else {
        append_list(&out, body);
        result = command_write(NULL, &out, err);
    }
    json_decref(body);
    return result;
}

static int change(const struct revoke_options *options, const char *url,
                  const char *name, struct err *err)
{
    const char *state = options->reset ? "reset" : options->state;
    struct buf out = BUF_EMPTY;
    json_t *body;
    json_t *wish = json_pack("{s:s,s:s}", "name", name, "state",
                             state == NULL ? "revoked" : state);
    if (wish == NULL) {
        return err_set(err, ERR_CONFIG, 0, "the name is no UTF-8");
    }
    int result = control_ask(url, PATH, wish, &body, err);
    json_decref(wish);
    if (result != 0) {
        return -1;
    }
    if (options->json) {
        result = print_json(body, err);
    } else {
        append_row(&out, body);
        if (json_object_get(body, "note") != NULL) {
            buf_append_string(&out, "note: ");
            append(&out, body, "note", 0);
            buf_append_byte(&out, '\n');
        }
        result = command_write(NULL, &out, err);
    }
    json_decref(body);
    return result;
}

static int reset_all(const struct revoke_options *options, const char *url,
                     struct err *err)
{
    json_t *body;
    int result = control_ask(url, PATH, NULL, &body, err);
    if (result != 0) {
        return -1;
    }
    const json_t *rows_json = json_object_get(body, "revocations");
    for (size_t i = 0; i < json_array_size(rows_json) && result == 0; i++) {
        const json_t *row = json_array_get(rows_json, i);
        const char *name = json_string_value(json_object_get(row, "name"));
        if (name != NULL && json_is_true(json_object_get(row, "switched"))) {
            result = change(options, url, name, err);
        }
    }
    json_decref(body);
    return result;
}

static int revoke(const struct revoke_options *options, struct err *err)
{
    char url[CONTROL_URL_MAX];
    if (control_find(options->control, url, err) != 0) {
        return -1;
    }
    if (options->list) {
        return list(options, url, err);
    }
    if (options->n_names == 0) {
        return reset_all(options, url, err);
    }
    for (size_t i = 0; i < options->n_names; i++) {
        if (change(options, url, options->names[i], err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int check(const struct revoke_options *options, struct err *err)
{
    bool changes = options->n_names > 0 || options->reset;
    if (options->reset && options->state != NULL) {
        return err_set(err, ERR_CONFIG, 0, "--reset and --as exclude each other");
    }
    if (options->list && (changes || options->state != NULL)) {
        return err_set(err, ERR_CONFIG, 0, "--list stands alone");
    }
    if (!options->list && !changes) {
        return err_set(err, ERR_CONFIG, 0, "name a certificate, or give --list");
    }
    return 0;
}

int command_revoke(int argc, char **argv)
{
    struct revoke_options options = { .n_names = 0 };
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, add_name, &err) != 0) {
        return command_fail_usage("revoke", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), NULL);
    }
    if (check(&options, &err) != 0) {
        return command_fail_usage("revoke", &err);
    }
    return revoke(&options, &err) == 0 ? COMMAND_OK : command_fail("revoke", &err);
}
