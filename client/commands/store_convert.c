/* SPDX-License-Identifier: MIT */
#include "commands/store_convert.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle/pkcs12.h"
#include "bundle/pkcs12_importers.h"
#include "common/command.h"
#include "common/prompt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const kinds[] = {
    [PKCS12_LEGACY] = "legacy",
    [PKCS12_MODERN] = "modern",
};

int store_convert_read(const char *file, const char *password, struct buf *answer,
                       struct bundle *ret_bundle, struct err *err)
{
    struct buf bytes = BUF_EMPTY;
    enum bundle_result read = BUNDLE_FAILED;
    if (file_read_all(file, BUNDLE_SIZE_MAX, &bytes, err) == 0) {
        read = bundle_read(buf_slice(&bytes), password, file, ret_bundle, err);
        if (read == BUNDLE_NO_PASSWORD && prompt_is_possible() &&
            prompt_password(file, answer, err) == 0) {
            read = bundle_read(buf_slice(&bytes), buf_string(answer), file, ret_bundle,
                               err);
        }
    }
    buf_finish_secret(&bytes);
    return read == BUNDLE_OK ? 0 : -1;
}

static int find_kind(const struct store_conversion *conversion,
                     const struct bundle *bundle, enum pkcs12_flavour *ret,
                     struct err *err)
{
    if (bundle->format != BUNDLE_PKCS12) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s is no PKCS#12 file (.p12, .pfx): convert writes these anew",
                       conversion->file);
    }
    if (conversion->kind == NULL) {
        bool is_modern =
            (bundle->pkcs12_uses &
             (PKCS12_USES_PBES2 | PKCS12_USES_MAC_SHA2 | PKCS12_USES_PBMAC1)) != 0;
        *ret = is_modern ? PKCS12_LEGACY : PKCS12_MODERN;
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(kinds[i], conversion->kind) == 0) {
            *ret = (enum pkcs12_flavour)i;
            return 0;
        }
    }
    return err_set(err, ERR_CONFIG, 0, "--kind is legacy or modern, not '%s'",
                   conversion->kind);
}

/* "some.p12" -> "some-legacy.p12" */
static int name_output(const struct store_conversion *conversion,
                       enum pkcs12_flavour kind, char path[static FILE_PATH_MAX],
                       struct err *err)
{
    const char *file = conversion->file;
    const char *slash = strrchr(file, '/');
    const char *dot = strrchr(slash == NULL ? file : slash, '.');
    size_t len = dot == NULL || dot == file ? strlen(file) : (size_t)(dot - file);
    int n =
        conversion->out != NULL
            ? snprintf(path, FILE_PATH_MAX, "%s", conversion->out)
            : snprintf(path, FILE_PATH_MAX, "%.*s-%s.p12", (int)len, file, kinds[kind]);
    if (n < 0 || (size_t)n >= FILE_PATH_MAX) {
        return err_set(err, ERR_LIMIT, 0, "the name of the new file is too long");
    }
    if (conversion->out == NULL && access(path, F_OK) == 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s is there already: name the new file with --out", path);
    }
    return 0;
}

static int write_anew(struct bundle *bundle, enum pkcs12_flavour kind,
                      const char *password, struct buf *out, struct err *err)
{
    struct slice *chain = mem_alloc(bundle->n_certs, sizeof(*chain));
    if (chain == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < bundle->n_certs; i++) {
        chain[i] = bundle->certs[i]->der;
    }
    const struct pkcs12_contents contents = {
        .key = bundle->key,
        .chain = chain,
        .n_chain = bundle->n_certs,
        .friendly_name =
            bundle->friendly_name.len == 0 ? NULL : buf_string(&bundle->friendly_name),
        .local_key_id = buf_slice(&bundle->local_key_id),
        .password = password,
        .flavour = kind,
    };
    int result = pkcs12_write(&contents, out, err);
    free(chain);
    return result;
}

static int say(const char *path, enum pkcs12_flavour kind, struct err *err)
{
    static const unsigned uses[] = {
        [PKCS12_LEGACY] = PKCS12_USES_3DES | PKCS12_USES_MAC_SHA1,
        [PKCS12_MODERN] = PKCS12_USES_PBES2 | PKCS12_USES_MAC_SHA2,
    };
    struct buf text = BUF_EMPTY;
    text_escape_terminal(&text, slice_from_string(path));
    buf_printf(&text, ": %s, ", kinds[kind]);
    pkcs12_append_uses(&text, uses[kind]);
    buf_append_byte(&text, '\n');
    pkcs12_append_importers(&text, uses[kind]);
    return command_write(NULL, &text, err);
}

int store_convert(const struct store_conversion *conversion, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct buf answer = BUF_LIMITED(PROMPT_MAX);
    struct buf pfx = BUF_EMPTY;
    enum pkcs12_flavour kind = PKCS12_LEGACY;
    int result = -1;
    if (store_convert_read(conversion->file, conversion->password, &answer, &bundle,
                           err) != 0 ||
        find_kind(conversion, &bundle, &kind, err) != 0 ||
        name_output(conversion, kind, path, err) != 0) {
        goto out;
    }
    const char *password = answer.len > 0 ? buf_string(&answer) : conversion->password;
    if (bundle.key == NULL || bundle.n_certs == 0) {
        err_set(err, ERR_CONFIG, 0,
                "%s holds no certificate with a private key that certgate can use",
                conversion->file);
    } else if (write_anew(&bundle, kind, password, &pfx, err) == 0 &&
               file_write(path, 0600, buf_slice(&pfx), err) == 0) {
        result = say(path, kind, err);
    }
out:
    bundle_finish(&bundle);
    buf_finish_secret(&answer);
    buf_finish_secret(&pfx);
    return result;
}
