/* SPDX-License-Identifier: MIT */
#include "attempt/credential.h"

#include "base/file.h"
#include "base/mem.h"
#include "bundle/bundle.h"
#include "bundle/pkcs12.h"
#include "common/prompt.h"
#include "pki/pem.h"

#include <stdlib.h>
#include <string.h>

void credential_split(char *text, const char **ret_file, const char **password)
{
    char *colon = strrchr(text, ':');
    *ret_file = text;
    if (colon != NULL && file_kind(text) == FILE_MISSING) {
        *colon = 0;
        *password = colon + 1;
    }
}

/* Calls `add` with the DER of each certificate in PEM or DER bytes. */
static int walk_certificates(struct slice bytes, const char *label,
                             int (*add)(void *user, struct slice der, struct err *err),
                             void *user, struct err *err)
{
    struct pem_block block;
    enum pem_result result;
    if (!pem_is(bytes)) {
        return add(user, bytes, err);
    }
    while ((result = pem_next(&bytes, &block)) == PEM_BLOCK) {
        struct buf der = BUF_EMPTY;
        int failed = 0;
        if (!pem_has_label(&block, "CERTIFICATE") &&
            !pem_has_label(&block, "X509 CERTIFICATE") &&
            !pem_has_label(&block, "TRUSTED CERTIFICATE")) {
            continue;
        }
        if (!pem_decode(&block, &der)) {
            failed = err_set(err, ERR_CONFIG, 0,
                             "%s: a certificate block that is no base64", label);
        } else {
            failed = add(user, buf_slice(&der), err);
        }
        buf_finish(&der);
        if (failed != 0) {
            return -1;
        }
    }
    if (result == PEM_OPEN) {
        return err_set(err, ERR_CONFIG, 0, "%s: a PEM block without its END line",
                       label);
    }
    return 0;
}

static int add_to_chain(void *user, struct slice der, struct err *err)
{
    struct forge_credential *credential = user;
    struct buf *chain;
    if (credential->n_chain == CREDENTIAL_CHAIN_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu certificates to send",
                       CREDENTIAL_CHAIN_MAX);
    }
    chain = mem_resize(credential->chain, credential->n_chain + 1, sizeof(*chain));
    if (chain == NULL) {
        return err_memory(err);
    }
    credential->chain = chain;
    chain[credential->n_chain] = (struct buf)BUF_EMPTY;
    return buf_append_slice(&chain[credential->n_chain++], der) ? 0 : err_memory(err);
}

/* PKCS#12 holds both chain and key, and usually has a password, for which a user at a
 * terminal is asked. */
static int load_pkcs12(struct slice bytes, const char *file, const char *password,
                       struct forge_credential *credential, struct err *err)
{
    struct bundle bundle = { .format = BUNDLE_PKCS12 };
    enum bundle_result read = bundle_read(bytes, password, file, &bundle, err);
    int result = -1;
    if (read == BUNDLE_NO_PASSWORD && prompt_is_possible()) {
        struct buf answer = BUF_LIMITED(PROMPT_MAX);
        if (prompt_password(file, &answer, err) == 0) {
            read = bundle_read(bytes, buf_string(&answer), file, &bundle, err);
        }
        buf_finish_secret(&answer);
    }
    if (read == BUNDLE_OK) {
        result = 0;
        for (size_t i = 0; i < bundle.n_certs && result == 0; i++) {
            result = add_to_chain(credential, bundle.certs[i]->der, err);
        }
        credential->key = bundle.key;
        bundle.key = NULL;
    }
    bundle_finish(&bundle);
    return result;
}

/* `bytes` are the file's, and of a key file if there is one. */
static int read_credential(struct slice bytes, const char *file, const char *key_file,
                           const char *password, struct forge_credential *credential,
                           struct err *err)
{
    struct buf key_bytes = BUF_EMPTY;
    int result = -1;
    if (pkcs12_is(bytes)
            ? load_pkcs12(bytes, file, password, credential, err) != 0
            : walk_certificates(bytes, file, add_to_chain, credential, err) != 0) {
        return -1;
    }
    if (credential->n_chain == 0) {
        return err_set(err, ERR_CONFIG, 0, "%s: no certificate in it", file);
    }
    if (key_file == NULL && credential->key != NULL) {
        return 0;
    }
    if (key_file == NULL && pkcs12_is(bytes)) {
        return err_set(
            err, ERR_CONFIG, 0,
            "%s: no private key in it that can be used; --key FILE names one", file);
    }
    key_destroy(credential->key);
    credential->key = NULL;
    if (key_file == NULL ||
        file_read_all(key_file, CREDENTIAL_FILE_MAX, &key_bytes, err) == 0) {
        result = key_parse(key_file == NULL ? bytes : buf_slice(&key_bytes), password,
                           key_file == NULL ? file : key_file, &credential->key, err);
    }
    buf_finish_secret(&key_bytes);
    return result;
}

int credential_load(const char *file, const char *key_file, const char *password,
                    struct forge_credential *ret_credential, struct err *err)
{
    struct forge_credential credential = { NULL, NULL, 0 };
    struct buf bytes = BUF_EMPTY;
    int result = -1;
    if (file_read_all(file, CREDENTIAL_FILE_MAX, &bytes, err) == 0 &&
        read_credential(buf_slice(&bytes), file, key_file, password, &credential,
                        err) == 0) {
        *ret_credential = credential;
        credential = (struct forge_credential){ NULL, NULL, 0 };
        result = 0;
    }
    forge_credential_finish(&credential);
    buf_finish_secret(&bytes);
    return result;
}

int credential_cas_add(struct credential_cas *cas, struct slice der, struct err *err)
{
    struct certificate *cert = certificate_create(der);
    struct certificate **certs =
        mem_resize(cas->certs, cas->n_certs + 1, sizeof(void *));
    if (certs != NULL) {
        cas->certs = certs;
    }
    if (cert == NULL || certs == NULL) {
        certificate_destroy(cert);
        return err_memory(err);
    }
    certs[cas->n_certs++] = cert;
    return 0;
}

static int add_ca(void *user, struct slice der, struct err *err)
{
    return credential_cas_add(user, der, err);
}

int credential_cas_load(const char *file, struct credential_cas *ret_cas,
                        struct err *err)
{
    struct credential_cas cas = { NULL, 0 };
    struct buf bytes = BUF_EMPTY;
    int result = -1;
    if (file_read_all(file, CREDENTIAL_FILE_MAX, &bytes, err) != 0 ||
        walk_certificates(buf_slice(&bytes), file, add_ca, &cas, err) != 0) {
        goto out;
    }
    if (cas.n_certs == 0 || cas.certs[0]->malformed != NULL) {
        err_set(err, ERR_CONFIG, 0, "%s: no certificate that can be read", file);
        goto out;
    }
    *ret_cas = cas;
    cas = (struct credential_cas){ NULL, 0 };
    result = 0;
out:
    credential_cas_finish(&cas);
    buf_finish(&bytes);
    return result;
}

void credential_cas_finish(struct credential_cas *cas)
{
    for (size_t i = 0; i < cas->n_certs; i++) {
        certificate_destroy(cas->certs[i]);
    }
    free(cas->certs);
    cas->certs = NULL;
    cas->n_certs = 0;
}
