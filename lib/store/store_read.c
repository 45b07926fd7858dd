/* SPDX-License-Identifier: MIT */
#include "store/store_read.h"

#include "base/file.h"
#include "base/text.h"
#include "bundle/bundle_walk.h"
#include "bundle/pkcs12.h"
#include "store/store_password.h"
#include "store/store_text.h"

#include <string.h>
#include <sys/stat.h>

/* The files that a store looks at, and for those that are not read: what to do. */
static const struct suffix {
    const char *suffix;
    enum bundle_promise promise;
    const char *remedy;
} suffixes[] = {
    { ".cer", BUNDLE_PROMISE_NOTHING, NULL },
    { ".crt", BUNDLE_PROMISE_NOTHING, NULL },
    { ".der", BUNDLE_PROMISE_NOTHING, NULL },
    { ".pem", BUNDLE_PROMISE_NOTHING, NULL },
    { ".key", BUNDLE_PROMISE_KEY, NULL },
    { ".crl", BUNDLE_PROMISE_CRL, NULL },
    { ".pfx", BUNDLE_PROMISE_PKCS12, NULL },
    { ".p12", BUNDLE_PROMISE_PKCS12, NULL },
    { ".p7b", BUNDLE_PROMISE_PKCS7, NULL },
    { ".p7c", BUNDLE_PROMISE_PKCS7, NULL },
    { ".sst", BUNDLE_PROMISE_NOTHING, NULL },
    { ".csr", BUNDLE_PROMISE_NOTHING,
      "a certificate request is no certificate: have a CA answer it and put the answer "
      "here" },
    { ".req", BUNDLE_PROMISE_NOTHING,
      "a certificate request is no certificate: have a CA answer it and put the answer "
      "here" },
};

struct reader {
    struct store_builder *builder;
    const char *path;
    enum bundle_promise promise;
    struct store_password password;
    size_t n_certs;
    size_t n_keys;
};

static bool folder_holds_keys(enum store_folder folder)
{
    return folder == STORE_MY || folder == STORE_CURRENT_USER_MY;
}

/* Revocation lists may lie in any folder of LocalMachine, in any file but those of
 * keys; beside the server's certificates, in one of their own. */
static bool may_hold_what_matters(const struct reader *reader)
{
    enum store_folder folder = reader->builder->folder;
    switch (reader->promise) {
    case BUNDLE_PROMISE_CRL:
        return folder != STORE_CURRENT_USER_MY && folder != STORE_CURRENT_USER_ROOT;
    case BUNDLE_PROMISE_NOTHING:
    case BUNDLE_PROMISE_PKCS7:
        return folder != STORE_MY && folder != STORE_CURRENT_USER_MY &&
               folder != STORE_CURRENT_USER_ROOT;
    case BUNDLE_PROMISE_KEY:
    case BUNDLE_PROMISE_PKCS12:
    default:
        return folder == STORE_DISALLOWED;
    }
}

/* The reason without its final stop, for it goes into the middle of a sentence. */
static int note_unreadable(const struct reader *reader, const char *reason,
                           struct err *err)
{
    if (reader->promise == BUNDLE_PROMISE_KEY &&
        folder_holds_keys(reader->builder->folder)) {
        struct store_text file = store_text_file(reader->path);
        struct err problem = ERR_INIT;
        err_set(&problem, ERR_CONFIG, 0, "%.60s %s", file.text, reason);
        return store_builder_add_key(reader->builder, NULL, problem.text, reader->path,
                                     err);
    }
    return store_builder_damage(reader->builder, may_hold_what_matters(reader), err,
                                "%s %s.", store_text_path(reader->path).text, reason);
}

static int note_key_mode(const struct reader *reader, struct err *err)
{
    struct stat status;
    if (stat(reader->path, &status) != 0 || (status.st_mode & 077) == 0) {
        return 0;
    }
    return store_builder_note(
        reader->builder, false, err,
        "%s: other users of this machine may read this private key "
        "(its mode is %04o). Run chmod 600 on it.",
        store_text_path(reader->path).text, (unsigned)status.st_mode & 07777);
}

/* What key_parse says, without its final stop; it would name an option that a store
 * does not have. */
static void find_key_problem(const struct reader *reader, struct slice bytes,
                             struct key **ret_key, struct err *problem)
{
    struct store_text file = store_text_file(reader->path);
    if (key_is_encrypted(bytes)) {
        err_set(problem, ERR_CONFIG, 0,
                "%.60s is protected by a password: remove it with "
                "`openssl pkey -in FILE -out NEW`, for nobody is asked for it here",
                file.text);
    } else if (key_parse(bytes, NULL, file.text, ret_key, problem) != 0) {
        size_t len = strlen(problem->text);
        if (len > 0 && problem->text[len - 1] == '.') {
            problem->text[len - 1] = 0;
        }
    }
}

static int add_key(struct reader *reader, struct slice bytes, struct err *err)
{
    struct store_builder *builder = reader->builder;
    struct err problem = ERR_INIT;
    struct key *key = NULL;

    reader->n_keys++;
    if (!folder_holds_keys(builder->folder)) {
        return store_builder_note(builder, false, err,
                                  "%s: a private key has no business in %s and is not "
                                  "used. Remove it: whoever "
                                  "reads this store could pass for its owner.",
                                  store_text_path(reader->path).text,
                                  store_folder_name(builder->folder));
    }
    find_key_problem(reader, bytes, &key, &problem);
    if (problem.domain == ERR_MEMORY) {
        return err_memory(err);
    }
    if (store_builder_add_key(builder, key, problem.text, reader->path, err) != 0) {
        return -1;
    }
    return store_password_protects(&reader->password) ? 0 : note_key_mode(reader, err);
}

static int note_label(const struct reader *reader, struct slice bytes, struct err *err)
{
    char label[40];
    size_t n = 0;
    while (n < bytes.len && n < sizeof(label) - 1) {
        uint8_t c = bytes.data[n];
        label[n++] = c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    label[n] = 0;
    return store_builder_damage(
        reader->builder, reader->builder->folder == STORE_DISALLOWED, err,
        "%s: the block \"%s\" is nothing that a store reads; it wants CERTIFICATE, "
        "PRIVATE KEY or X509 CRL.",
        store_text_path(reader->path).text, label);
}

static int on_item(void *user, const struct bundle_item *item, struct err *err)
{
    struct reader *reader = user;
    switch (item->kind) {
    case BUNDLE_ITEM_CERTIFICATE:
        reader->n_certs++;
        return store_builder_add_certificate(
            reader->builder, certificate_create(item->bytes), reader->path, err);
    case BUNDLE_ITEM_CRL:
        return store_builder_add_crl(reader->builder, crl_create(item->bytes),
                                     reader->path, err);
    case BUNDLE_ITEM_KEY:
        return add_key(reader, item->bytes, err);
    case BUNDLE_ITEM_STRANGE:
    default:
        return note_label(reader, item->bytes, err);
    }
}

static int on_fault(void *user, const struct bundle_fault *fault, struct err *err)
{
    const struct reader *reader = user;
    struct err reason = ERR_INIT;
    if (fault->why == BUNDLE_FAILED) {
        return note_unreadable(reader, fault->reason, err);
    }
    store_password_explain(&reader->password, reader->path,
                           fault->why == BUNDLE_WRONG_PASSWORD, &reason);
    return note_unreadable(reader, reason.text, err);
}

/* What is odd about a PKCS#12 file that was read: Windows exports them without their
 * keys if one forgets to tick a box. */
static int note_number_of_keys(const struct reader *reader, struct err *err)
{
    struct store_text file = store_text_file(reader->path);
    struct err problem = ERR_INIT;
    if (!folder_holds_keys(reader->builder->folder) || reader->n_certs == 0) {
        return 0;
    }
    if (reader->n_keys == 0) {
        err_set(&problem, ERR_CONFIG, 0,
                "%.60s holds no private key: export it again, with its key", file.text);
        return store_builder_add_key(reader->builder, NULL, problem.text, reader->path,
                                     err);
    }
    return reader->n_keys == 1
               ? 0
               : store_builder_note(
                     reader->builder, false, err,
                     "%s holds %zu private keys; each is used with the certificate "
                     "that it belongs to. If only one of them is meant, export its "
                     "certificate alone.",
                     store_text_path(reader->path).text, reader->n_keys);
}

static int read_bytes(struct reader *reader, struct slice bytes, struct err *err)
{
    struct store_text label = store_text_path(reader->path);
    struct bundle_visitor visitor = { reader, on_item, on_fault, NULL };
    uint64_t work_max = reader->builder->work_max;
    uint64_t work_left = work_max > 0 ? work_max : PKCS12_WORK_MAX;
    struct bundle_source source = {
        .bytes = bytes,
        .promise = reader->promise,
        .password = store_password_get(&reader->password),
        .work_left = &work_left,
        .label = label.text,
    };
    if (bundle_walk(&source, &visitor, err) != 0) {
        return -1;
    }
    return reader->promise == BUNDLE_PROMISE_PKCS12 ? note_number_of_keys(reader, err)
                                                    : 0;
}

/* The system's reason alone: the notes name the file themselves. */
static int note_open_failure(const struct reader *reader, const struct err *problem,
                             struct err *err)
{
    char reason[128] = "cannot be read: ";
    const char *text = problem->domain == ERR_SYSTEM  ? strerror(problem->code)
                       : problem->domain == ERR_LIMIT ? "it is larger than 32 MiB"
                                                      : "it is not a regular file";
    strncat(reason, text, sizeof(reason) - strlen(reason) - 1);
    return note_unreadable(reader, reason, err);
}

/* By the suffix of its name; NULL for a file that a store does not look at. */
static const struct suffix *find_suffix(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        if (text_has_suffix_ignoring_case(path, suffixes[i].suffix)) {
            return &suffixes[i];
        }
    }
    return NULL;
}

int store_read_bytes(struct store_builder *builder, const char *path,
                     struct slice bytes, struct err *err)
{
    const struct suffix *suffix = find_suffix(path);
    if (suffix == NULL) {
        return 0;
    }
    struct reader reader = {
        .builder = builder,
        .path = path,
        .promise = suffix->promise,
    };
    if (suffix->remedy != NULL) {
        return store_builder_note(builder, false, err, "%s: %s.",
                                  store_text_path(path).text, suffix->remedy);
    }
    return read_bytes(&reader, bytes, err);
}

int store_read_file(struct store_builder *builder, const char *path, struct err *err)
{
    const struct suffix *suffix = find_suffix(path);
    if (suffix == NULL || suffix->remedy != NULL) {
        return store_read_bytes(builder, path, SLICE_EMPTY, err);
    }
    struct reader reader = {
        .builder = builder,
        .path = path,
        .promise = suffix->promise,
    };
    struct buf content = BUF_EMPTY;
    struct err problem = ERR_INIT;
    int result = -1;
    if (suffix->promise == BUNDLE_PROMISE_PKCS12 &&
        store_password_find(&reader.password, path, err) != 0) {
        goto out;
    }
    if (file_read_all(path, STORE_FILE_MAX, &content, &problem) == 0) {
        result = read_bytes(&reader, buf_slice(&content), err);
    } else if (problem.domain == ERR_MEMORY) {
        *err = problem;
    } else {
        result = note_open_failure(&reader, &problem, err);
    }
out:
    store_password_finish(&reader.password);
    buf_finish_secret(&content);
    return result;
}
