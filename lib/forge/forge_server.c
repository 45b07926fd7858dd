/* SPDX-License-Identifier: MIT */
#include "forge/forge_internal.h"

#include "base/timestamp.h"
#include "forge/forge_certificate.h"

#include <stdio.h>
#include <string.h>

#define SERVER_ISSUER     "issuing"
#define HOST_NAME_MAX_LEN ((size_t)253)

/* Room for what a recipe borrows. */
struct server_texts {
    char name[64]; /* feeds the serial number */
    char subject[HOST_NAME_MAX_LEN + 8];
};

static bool is_host_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._*:";
    size_t len = strlen(name);
    return len > 0 && len <= HOST_NAME_MAX_LEN && strspn(name, allowed) == len;
}

static int write_recipe(const char *const *names, size_t n_names, int64_t now,
                        struct server_texts *texts, struct recipe *recipe,
                        struct err *err)
{
    *recipe = (struct recipe){
        .name = texts->name,
        .title = "the server's certificate",
        .issuer = SERVER_ISSUER,
        .subject = texts->subject,
        .has_eku = true,
        .purposes = { "serverAuth" },
        .n_purposes = 1,
        .has_key_usage = true,
        .key_usage = KEY_USAGE_DIGITAL_SIGNATURE,
        .path_len = CERTIFICATE_PATH_LEN_NONE,
        .not_before = { true, -TIMESTAMP_HOUR },
        .not_after = { true, FORGE_SERVER_DAYS * TIMESTAMP_DAY },
        .key_type = KEY_TYPE_EC_P256,
        .hash = KEY_HASH_SHA256,
    };
    if (n_names == 0 || n_names > FORGE_SERVER_NAMES_MAX) {
        return err_set(err, ERR_LIMIT, 0,
                       "a server certificate takes 1 to %zu names, not %zu",
                       FORGE_SERVER_NAMES_MAX, n_names);
    }
    for (size_t i = 0; i < n_names; i++) {
        if (!is_host_name(names[i])) {
            return err_set(err, ERR_CONFIG, 0,
                           "\"%.60s\" is no host name or IP address", names[i]);
        }
    }
    /* A renewed certificate needs a new serial number: browsers refuse two
     * certificates with one. */
    (void)snprintf(texts->name, sizeof(texts->name), "server %lld %.30s",
                   (long long)now, names[0]);
    (void)snprintf(texts->subject, sizeof(texts->subject), "CN=%s", names[0]);
    return 0;
}

int forge_server(struct forge_world *world, const char *const *names, size_t n_names,
                 int64_t now, struct forge_credential *ret_credential, struct err *err)
{
    const struct forge_authority *issuer = forge_authority_find(world, SERVER_ISSUER);
    struct forge_credential credential = { .key = NULL };
    struct buf spki = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    struct server_texts texts;
    struct recipe recipe;
    int result = -1;

    if (write_recipe(names, n_names, now, &texts, &recipe, err) != 0 ||
        key_generate(recipe.key_type, &credential.key, err) != 0 ||
        key_append_spki(credential.key, &spki, err) != 0) {
        goto out;
    }
    struct forge_order order = {
        .recipe = &recipe,
        .spki = buf_slice(&spki),
        .issuer_name = issuer->cert->subject,
        .issuer_spki = buf_slice(&issuer->spki),
        .issuer_key = issuer->key,
        .now = now,
        .hosts = names,
        .n_hosts = n_names,
    };
    if (forge_certificate(&order, &der, err) == 0 &&
        forge_credential_add(&credential, buf_slice(&der), err) == 0 &&
        forge_credential_add(&credential, issuer->cert->der, err) == 0) {
        *ret_credential = credential;
        credential = (struct forge_credential){ .key = NULL };
        result = 0;
    }
out:
    forge_credential_finish(&credential);
    buf_finish(&spki);
    buf_finish(&der);
    return result;
}
