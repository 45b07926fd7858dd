/* SPDX-License-Identifier: MIT */
#include "forge/forge_export.h"

#include "base/mem.h"
#include "pki/pem_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_ROOM 128

const struct forge_format_info *forge_format_get(enum forge_format format)
{
    static const struct forge_format_info formats[FORGE_FORMAT_COUNT] = {
        [FORGE_P12] = { ".p12", "application/x-pkcs12", true },
        [FORGE_P12_MODERN] = { "-modern.p12", "application/x-pkcs12", true },
        [FORGE_PEM] = { ".pem", "application/x-pem-file", true },
        [FORGE_CRT] = { ".crt", "application/x-x509-user-cert", false },
    };
    return &formats[format];
}

static const struct recipe *find(const struct recipe_table *cases,
                                 const char *file_name, const char *suffix)
{
    char name[NAME_ROOM];
    size_t len = strlen(file_name);
    size_t suffix_len = strlen(suffix);
    if (len <= suffix_len || len - suffix_len >= sizeof(name) ||
        strcmp(file_name + len - suffix_len, suffix) != 0) {
        return NULL;
    }
    memcpy(name, file_name, len - suffix_len);
    name[len - suffix_len] = 0;
    const struct recipe *recipe = recipe_find(cases, name);
    return recipe == NULL || recipe->is_none ? NULL : recipe;
}

const struct recipe *forge_format_parse(const struct recipe_table *cases,
                                        const char *file_name,
                                        enum forge_format *ret_format)
{
    for (int format = 0; format < FORGE_FORMAT_COUNT; format++) {
        const struct recipe *recipe =
            find(cases, file_name, forge_format_get((enum forge_format)format)->suffix);
        if (recipe != NULL) {
            *ret_format = (enum forge_format)format;
            return recipe;
        }
    }
    return NULL;
}

int forge_export_p12(const struct forge_credential *credential,
                     const char *friendly_name, enum pkcs12_flavour flavour,
                     struct buf *out, struct err *err)
{
    struct slice *chain = mem_alloc(credential->n_chain, sizeof(*chain));
    if (chain == NULL) {
        return err_memory(err);
    }
    for (size_t i = 0; i < credential->n_chain; i++) {
        chain[i] = buf_slice(&credential->chain[i]);
    }
    const struct pkcs12_contents contents = {
        .key = credential->key,
        .chain = chain,
        .n_chain = credential->n_chain,
        .friendly_name = friendly_name,
        .password = FORGE_PASSWORD,
        .flavour = flavour,
    };
    int result = pkcs12_write(&contents, out, err);
    free(chain);
    return result;
}

static int export_p12(const struct forge_credential *credential,
                      const struct recipe *recipe, enum pkcs12_flavour flavour,
                      struct buf *out, struct err *err)
{
    /* Without a colon: NSS takes what stands before one as the name of a token. */
    char friendly_name[NAME_ROOM];
    (void)snprintf(friendly_name, sizeof(friendly_name), "certgate %s", recipe->name);
    return forge_export_p12(credential, friendly_name, flavour, out, err);
}

static int export_pem(const struct forge_credential *credential, bool with_key,
                      struct buf *out, struct err *err)
{
    size_t n = with_key ? credential->n_chain : 1;
    if (with_key && key_append_pem(credential->key, out, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        (void)pem_write(out, "CERTIFICATE", buf_slice(&credential->chain[i]));
    }
    return buf_ok(out) ? 0 : err_memory(err);
}

int forge_export(struct forge_world *world, const struct recipe *recipe,
                 enum forge_format format, int64_t now, struct buf *out,
                 struct err *err)
{
    struct forge_credential credential;
    int result = -1;
    if (recipe->is_none) {
        return err_set(err, ERR_CONFIG, 0, "%s is the case without a certificate",
                       recipe->name);
    }
    if (forge_case(world, recipe, now, &credential, err) != 0) {
        return -1;
    }
    switch (format) {
    case FORGE_P12:
        result = export_p12(&credential, recipe, PKCS12_LEGACY, out, err);
        break;
    case FORGE_P12_MODERN:
        result = export_p12(&credential, recipe, PKCS12_MODERN, out, err);
        break;
    case FORGE_PEM:
    case FORGE_CRT:
    case FORGE_FORMAT_COUNT:
    default:
        result = export_pem(&credential, format == FORGE_PEM, out, err);
        break;
    }
    forge_credential_finish(&credential);
    return result;
}
