/* SPDX-License-Identifier: MIT
 *
 * `certgate store`: looks into the certificate stores, adds to them, and names what
 * is known to go wrong with IIS.
 */
#include "base/args.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "commands/commands.h"
#include "commands/store_convert.h"
#include "commands/store_show.h"
#include "common/command.h"
#include "common/prompt.h"
#include "common/setter.h"
#include "describe/describe.h"
#include "pki/name.h"
#include "store/store.h"
#include "store/store_load.h"

#include <stdio.h>
#include <string.h>

#define OPERANDS_MAX ((size_t)256)

struct store_options {
    const char *dir;
    const char *password;
    const char *kind;
    const char *out;
    const char *operands[OPERANDS_MAX];
    size_t n_operands;
    bool help;
    char place[FILE_PATH_MAX]; /* the default for `dir` */
};

SETTER(dir, struct store_options, dir, value)
SETTER(password, struct store_options, password, value)
SETTER(kind, struct store_options, kind, value)
SETTER(out, struct store_options, out, value)
SETTER(help, struct store_options, help, true)

static int add_operand(void *target, const char *operand, struct err *err)
{
    struct store_options *options = target;
    if (options->n_operands == OPERANDS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu files", OPERANDS_MAX);
    }
    options->operands[options->n_operands++] = operand;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "store", 's', NULL, "DIR", "the certificate stores; default $XDG_DATA_HOME/certgate/store", set_dir, ARGS_ONCE },
    { "pass", 0, NULL, "PASSWORD", "for PKCS #12 files; asked for on a terminal", set_password, ARGS_ONCE },
    { "kind", 0, NULL, "KIND", "convert: legacy (Triple DES, SHA-1) or modern (AES-256, SHA-256); default the other one", set_kind, ARGS_ONCE },
    { "out", 'o', "output", "FILE", "convert: the new file; default FILE-legacy.p12 or FILE-modern.p12", set_out, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate store list\n"
    "       certgate store add FOLDER FILE...\n"
    "       certgate store check\n"
    "       certgate store convert FILE\n"
    "list shows what each folder of the stores holds. add copies the certificates\n"
    "and revocation lists of the files (PEM, DER, PKCS #7, PKCS #12) into a folder:\n"
    "My, Root, CA, Disallowed, TrustedPeople, ClientAuthIssuer, CurrentUser\\My,\n"
    "CurrentUser\\Root; private keys only into My. check names the known traps of\n"
    "IIS. convert writes a PKCS #12 file anew in the other kind, with the same\n"
    "password, and says which systems import it.\n";

static const char closing[] =
    "Exit: 0 well, 1 check found traps, 2 could not be done.\n";

/* ---- list, check */

static int list(struct store_options *options, struct err *err)
{
    struct store store;
    struct buf text = BUF_EMPTY;
    if (store_load(&store, options->dir, clock_now_s(), err) != 0) {
        return -1;
    }
    store_show_list(&text, &store, clock_now_s());
    store_finish(&store);
    return command_write(NULL, &text, err) == 0 ? COMMAND_OK : -1;
}

static int check(struct store_options *options, struct err *err)
{
    struct store store;
    struct buf text = BUF_EMPTY;
    size_t n_traps = 0;
    if (store_load(&store, options->dir, clock_now_s(), err) != 0) {
        return -1;
    }
    store_show_check(&text, &store, &n_traps);
    store_finish(&store);
    if (command_write(NULL, &text, err) != 0) {
        return -1;
    }
    return n_traps > 0 ? COMMAND_DIFFERS : COMMAND_OK;
}

/* ---- add */

struct addition {
    const struct store_options *options;
    enum store_folder folder;
    bool may_hold_keys;
    struct store store; /* as it was before */
    char dir[FILE_PATH_MAX];
    struct buf said; /* one line for each thing */
};

/* DIR/NAME-FINGERPRINT SUFFIX, and without a suffix in `base`. */
static int make_path(struct addition *addition, struct slice name,
                     const uint8_t sha256[32], const char *suffix,
                     char path[static FILE_PATH_MAX], struct err *err)
{
    struct buf file = BUF_EMPTY;
    int result = -1;
    store_show_append_file_name(&file, name, sha256);
    buf_append_string(&file, suffix);
    if (!buf_ok(&file)) {
        err_memory(err);
    } else if (!file_join(path, addition->dir, buf_string(&file))) {
        err_set(err, ERR_LIMIT, 0, "the path of the store is too long");
    } else {
        result = 0;
    }
    buf_finish(&file);
    return result;
}

static void say(struct addition *addition, const char *path, const char *what)
{
    text_escape_terminal(&addition->said, slice_from_string(path));
    buf_printf(&addition->said, ": %s\n", what);
}

static int add_key(struct addition *addition, const struct bundle *bundle,
                   struct slice name, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct buf pem = BUF_EMPTY;
    int result = -1;
    if (make_path(addition, name, bundle->certs[0]->sha256, ".key", path, err) == 0 &&
        key_append_pem(bundle->key, &pem, err) == 0) {
        result = file_write(path, 0600, buf_slice(&pem), err);
    }
    if (result == 0) {
        say(addition, path, "its private key");
    }
    buf_finish_secret(&pem);
    return result;
}

static void say_name(struct addition *addition, const char *path,
                     const struct certificate *cert)
{
    struct buf issued_to = BUF_EMPTY;
    struct buf escaped = BUF_EMPTY;
    describe_append_issued_to(&issued_to, cert);
    text_escape_terminal(&escaped, buf_slice(&issued_to));
    say(addition, path, buf_string(&escaped));
    buf_finish(&issued_to);
    buf_finish(&escaped);
}

/* The certificate, and those CAs of `companions` that are to be sent with it. */
static int add_certificate(struct addition *addition, const struct certificate *cert,
                           const struct bundle *companions, struct slice name,
                           struct err *err)
{
    char path[FILE_PATH_MAX];
    struct buf pem = BUF_EMPTY;
    const struct store_entry *there =
        store_find(&addition->store, addition->folder, cert);
    int result = -1;
    if (there != NULL) {
        say(addition, there->path, "is there already");
        return 0;
    }
    certificate_append_pem(&pem, cert);
    for (size_t i = 0; companions != NULL && i < companions->n_certs; i++) {
        if (companions->certs[i]->is_ca && companions->certs[i] != cert) {
            certificate_append_pem(&pem, companions->certs[i]);
        }
    }
    if (make_path(addition, name, cert->sha256, ".crt", path, err) == 0) {
        result = buf_ok(&pem) ? file_write(path, 0644, buf_slice(&pem), err)
                              : err_memory(err);
    }
    if (result == 0) {
        say_name(addition, path, cert);
    }
    buf_finish(&pem);
    return result;
}

static int add_crl(struct addition *addition, const struct crl *crl, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct buf name = BUF_EMPTY;
    int result = -1;
    if (crl->issuer.len > 0) {
        name_format_simple(&name, crl->issuer);
    }
    if (make_path(addition, buf_slice(&name), crl->sha256, ".crl", path, err) == 0 &&
        file_write(path, 0644, crl->der, err) == 0) {
        say(addition, path, "a revocation list");
        result = 0;
    }
    buf_finish(&name);
    return result;
}

/* All certificates of a file. In My, a chain stays in one file with its leaf: there
 * the CAs are only to be sent, and need no keys. */
static int add_certificates(struct addition *addition, const struct bundle *bundle,
                            const char *file, struct err *err)
{
    bool is_own = bundle->n_certs > 0 && bundle->certs[0]->malformed == NULL &&
                  addition->may_hold_keys && !bundle->certs[0]->is_ca;
    struct buf name = BUF_EMPTY;
    int result = 0;
    for (size_t i = 0; i < bundle->n_certs && result == 0; i++) {
        const struct certificate *cert = bundle->certs[i];
        if (is_own && i > 0 && cert->is_ca) {
            continue;
        }
        buf_clear(&name);
        describe_append_issued_to(&name, cert);
        result =
            cert->malformed != NULL
                ? err_set(err, ERR_CONFIG, 0, "%s holds a malformed certificate (%s)",
                          file, cert->malformed)
                : add_certificate(addition, cert, is_own && i == 0 ? bundle : NULL,
                                  buf_slice(&name), err);
        if (result == 0 && i == 0 && addition->may_hold_keys && bundle->key != NULL &&
            key_matches(bundle->key, cert)) {
            result = add_key(addition, bundle, buf_slice(&name), err);
        }
    }
    buf_finish(&name);
    return result;
}

static int add_bundle(struct addition *addition, const struct bundle *bundle,
                      const char *file, struct err *err)
{
    int result = add_certificates(addition, bundle, file, err);
    for (size_t i = 0; i < bundle->n_crls && result == 0; i++) {
        result = add_crl(addition, bundle->crls[i], err);
    }
    if (result == 0 && bundle->has_key && !addition->may_hold_keys) {
        say(addition, file, "its private key was left out: only My holds keys");
    } else if (result == 0 && bundle->has_key && bundle->key == NULL) {
        say(addition, file,
            "its private key could not be read: give its password with --pass");
    }
    return result;
}

static int add_file(struct addition *addition, const char *file, struct err *err)
{
    struct buf answer = BUF_LIMITED(PROMPT_MAX);
    struct bundle bundle = { .format = BUNDLE_PEM };
    int result = store_convert_read(file, addition->options->password, &answer, &bundle,
                                    err) == 0
                     ? add_bundle(addition, &bundle, file, err)
                     : -1;
    bundle_finish(&bundle);
    buf_finish_secret(&answer);
    return result;
}

static bool has_note(const struct store *store, const char *text)
{
    for (size_t i = 0; i < store->n_notes; i++) {
        if (strcmp(store->notes[i].text, text) == 0) {
            return true;
        }
    }
    return false;
}

/* The traps that the addition has caused, so that a mistake is seen at once. */
static void say_traps(struct addition *addition)
{
    struct store store;
    struct err ignored = ERR_INIT;
    if (store_load(&store, addition->options->dir, clock_now_s(), &ignored) != 0) {
        return;
    }
    for (size_t i = 0; i < store.n_notes; i++) {
        if (store.notes[i].is_trap &&
            !has_note(&addition->store, store.notes[i].text)) {
            fprintf(stderr, "trap: %s\n", store.notes[i].text);
        }
    }
    store_finish(&store);
}

static int add(struct store_options *options, struct err *err)
{
    struct addition addition = { .options = options };
    struct buf names = BUF_EMPTY;
    int result = -1;
    if (options->n_operands < 3) {
        return err_set(err, ERR_CONFIG, 0, "add takes a folder and at least one file");
    }
    const char *last = options->operands[options->n_operands - 1];
    if (!store_show_find_folder(options->operands[1], &addition.folder)) {
        if (store_show_find_folder(last, &addition.folder)) {
            return err_set(err, ERR_CONFIG, 0,
                           "the folder comes first, then the files: certgate store add "
                           "%s %s",
                           last, options->operands[1]);
        }
        store_show_append_folders(&names);
        err_set(err, ERR_CONFIG, 0, "\"%s\" is no folder of the stores: %s",
                options->operands[1], buf_string(&names));
        buf_finish(&names);
        return -1;
    }
    if (!file_join(addition.dir, options->dir, store_folder_path(addition.folder))) {
        return err_set(err, ERR_LIMIT, 0, "the path of the store is too long");
    }
    if (file_make_folders(addition.dir, err) != 0 ||
        store_load(&addition.store, options->dir, clock_now_s(), err) != 0) {
        return -1;
    }
    addition.may_hold_keys =
        addition.folder == STORE_MY || addition.folder == STORE_CURRENT_USER_MY;
    result = 0;
    for (size_t i = 2; i < options->n_operands && result == 0; i++) {
        result = add_file(&addition, options->operands[i], err);
    }
    if (command_print(buf_slice(&addition.said)) && result == 0) {
        say_traps(&addition);
    }
    store_finish(&addition.store);
    buf_finish(&addition.said);
    return result;
}

/* ---- convert */

static int convert(struct store_options *options, struct err *err)
{
    if (options->n_operands != 2) {
        return err_set(err, ERR_CONFIG, 0, "convert takes one file");
    }
    const struct store_conversion conversion = {
        .file = options->operands[1],
        .password = options->password,
        .kind = options->kind,
        .out = options->out,
    };
    return store_convert(&conversion, err) == 0 ? COMMAND_OK : -1;
}

/* ---- */

static const struct action {
    const char *name;
    int (*run)(struct store_options *options, struct err *err);
} actions[] = {
    { "list", list }, { "add", add }, { "check", check }, { "convert", convert }
};

static int run(struct store_options *options, struct err *err)
{
    const char *name = options->n_operands == 0 ? "" : options->operands[0];
    for (size_t i = 0; i < ARRAY_LEN(actions); i++) {
        if (strcmp(actions[i].name, name) != 0) {
            continue;
        }
        if (options->dir == NULL) {
            if (file_find_place(FILE_PLACE_DATA, "store", options->place, err) != 0) {
                return -1;
            }
            options->dir = options->place;
        }
        return actions[i].run(options, err);
    }
    return err_set(err, ERR_CONFIG, 0,
                   name[0] == 0 ? "%slist, add, check or convert is meant"
                                : "\"%s\": list, add, check or convert is meant",
                   name);
}

int command_store(int argc, char **argv)
{
    static struct store_options options;
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, add_operand, &err) !=
        0) {
        return command_fail_usage("store", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
    }
    int result = run(&options, &err);
    return result >= 0 ? result : command_fail("store", &err);
}
