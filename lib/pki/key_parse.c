/* SPDX-License-Identifier: MIT
 *
 * Private keys from files: which form it is, and a clear sentence when it is none
 * that we can use.
 */
#include "pki/key_internal.h"

#include "base/compiler.h"
#include "pki/der.h"
#include "pki/pem.h"
#include "pki/random.h"

#include <mbedtls/error.h>
#include <mbedtls/pem.h>
#include <mbedtls/pkcs5.h>

enum form {
    FORM_NONE,        /* not a private key */
    FORM_PLAIN,       /* PEM or what may be DER */
    FORM_ENCRYPTED,   /* PKCS#8 EncryptedPrivateKeyInfo, or an RFC 1421 header */
    FORM_CERTIFICATE, /* no key, but a certificate */
    FORM_PUBLIC,      /* a public key only */
    FORM_REQUEST,
    FORM_FOREIGN, /* a private key of an unsupported kind: OpenSSH, DSA */
};

static const struct {
    const char *label;
    enum form form;
} labels[] = {
    { "PRIVATE KEY", FORM_PLAIN },
    { "RSA PRIVATE KEY", FORM_PLAIN },
    { "EC PRIVATE KEY", FORM_PLAIN },
    { "ENCRYPTED PRIVATE KEY", FORM_ENCRYPTED },
    { "DSA PRIVATE KEY", FORM_FOREIGN },
    { "OPENSSH PRIVATE KEY", FORM_FOREIGN },
    { "CERTIFICATE", FORM_CERTIFICATE },
    { "TRUSTED CERTIFICATE", FORM_CERTIFICATE },
    { "X509 CERTIFICATE", FORM_CERTIFICATE },
    { "PUBLIC KEY", FORM_PUBLIC },
    { "RSA PUBLIC KEY", FORM_PUBLIC },
    { "CERTIFICATE REQUEST", FORM_REQUEST },
    { "NEW CERTIFICATE REQUEST", FORM_REQUEST },
};

static enum form find_label(struct slice label)
{
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        if (slice_equals_string(label, labels[i].label)) {
            return labels[i].form;
        }
    }
    return FORM_NONE;
}

/* The first private key of a PEM file, or what the file holds instead of one. */
static enum form find_pem(struct slice bytes, struct pem_block *ret_block)
{
    struct slice cursor = bytes;
    struct pem_block block;
    enum form instead = FORM_NONE;
    enum pem_result found;
    while ((found = pem_next(&cursor, &block)) != PEM_END) {
        if (found == PEM_OPEN) {
            continue;
        }
        enum form form = find_label(block.label);
        if (form == FORM_PLAIN || form == FORM_ENCRYPTED) {
            *ret_block = block;
            /* old style: "Proc-Type: 4,ENCRYPTED" (RFC 1421) stands before the base64
             */
            bool has_headers = slice_find(block.body, ':') < block.body.len;
            return has_headers ? FORM_ENCRYPTED : form;
        }
        instead = instead == FORM_NONE ? form : instead;
    }
    return instead;
}

/* EncryptedPrivateKeyInfo (RFC 5958): SEQUENCE { SEQUENCE { OID ...}, OCTET STRING };
 * a plain key begins with a version INTEGER. */
static enum form find_der(struct slice bytes)
{
    struct slice content;
    struct slice first;
    uint8_t tag;
    if (!der_read(&bytes, DER_SEQUENCE, &content) ||
        !der_read_any(&content, &tag, &first, NULL)) {
        return FORM_NONE;
    }
    if (tag == DER_INTEGER) {
        return FORM_PLAIN;
    }
    if (tag != DER_SEQUENCE) {
        return FORM_NONE;
    }
    if (der_next_is(first, DER_OID)) {
        return der_next_is(content, DER_OCTET_STRING) ? FORM_ENCRYPTED : FORM_PUBLIC;
    }
    return FORM_CERTIFICATE;
}

static enum form find_form(struct slice bytes, struct slice *ret_key)
{
    struct pem_block block;
    enum form form = find_pem(bytes, &block);
    if (form == FORM_PLAIN || form == FORM_ENCRYPTED) {
        *ret_key = block.whole;
    } else if (form == FORM_NONE) {
        *ret_key = bytes;
        form = find_der(bytes);
    }
    return form;
}

bool key_is_encrypted(struct slice bytes)
{
    struct slice key;
    return find_form(bytes, &key) == FORM_ENCRYPTED;
}

/* Both kinds of parameters end in { salt, iterations }: for PBES2 those of the key
 * derivation, for PBES1 and PKCS#12 the parameters themselves (RFC 8018 A, RFC 7292
 * C). */
static uint64_t find_iterations(struct slice der)
{
    struct slice content;
    struct slice algorithm;
    struct slice field;
    uint32_t iterations;
    if (!der_read(&der, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_SEQUENCE, &algorithm) ||
        !der_read(&algorithm, DER_OID, &field) ||
        !der_read(&algorithm, DER_SEQUENCE, &content)) {
        return 0;
    }
    if (der_next_is(content, DER_SEQUENCE) &&
        (!der_read(&content, DER_SEQUENCE, &algorithm) ||
         !der_read(&algorithm, DER_OID, &field) ||
         !der_read(&algorithm, DER_SEQUENCE, &content))) {
        return 0;
    }
    if (!der_read(&content, DER_OCTET_STRING, &field) ||
        !der_next_is(content, DER_INTEGER)) {
        return 0;
    }
    return der_read_small(&content, DER_INTEGER, &iterations) ? iterations : UINT64_MAX;
}

uint64_t key_password_work(struct slice bytes)
{
    struct pem_block block;
    struct buf der = BUF_EMPTY;
    uint64_t work = 0;
    enum form form = find_pem(bytes, &block);
    if (form == FORM_ENCRYPTED && pem_decode(&block, &der)) {
        work = find_iterations(buf_slice(&der));
    } else if (form == FORM_NONE && find_der(bytes) == FORM_ENCRYPTED) {
        work = find_iterations(bytes);
    }
    buf_finish(&der);
    return work;
}

static int refuse_form(enum form form, const char *label, struct err *err)
{
    static const char *const what[] = {
        [FORM_NONE] = "holds no private key in PEM or DER form",
        [FORM_CERTIFICATE] =
            "holds a certificate but no private key: name the file of its key",
        [FORM_PUBLIC] =
            "holds a public key, not a private one: name the file of the private key",
        [FORM_REQUEST] =
            "holds a certificate request, not a private key: name the file of its key",
        [FORM_FOREIGN] =
            "holds a private key of a kind that is not supported: make an RSA or EC "
            "key, or convert it with `openssl pkey` or `ssh-keygen -p -m PKCS8`",
    };
    return err_set(err, ERR_CONFIG, 0, "%s %s", label, what[form]);
}

static int refuse_code(int rc, const char *label, bool encrypted, struct err *err)
{
    switch (rc) {
    case MBEDTLS_ERR_PK_PASSWORD_REQUIRED:
        return err_set(
            err, ERR_CONFIG, 0,
            "%s is protected by a password: give it with --pass, or remove it with "
            "`openssl pkey -in %s -out NEW`",
            label, label);
    case MBEDTLS_ERR_PK_PASSWORD_MISMATCH:
        return err_set(err, ERR_CONFIG, 0,
                       "the password for %s is wrong: give the right one with --pass",
                       label);
    case MBEDTLS_ERR_PK_UNKNOWN_PK_ALG:
        return err_set(
            err, ERR_CONFIG, 0,
            "%s holds a private key of a kind that is not supported (neither plain RSA "
            "nor "
            "ECDSA): make a new key, `openssl ecparam -name prime256v1 -genkey`",
            label);
    case MBEDTLS_ERR_PK_UNKNOWN_NAMED_CURVE:
        return err_set(
            err, ERR_CONFIG, 0,
            "%s holds a private key on a curve that is not supported: make a new key, "
            "`openssl ecparam -name prime256v1 -genkey`",
            label);
    case MBEDTLS_ERR_PK_ALLOC_FAILED:
        return err_memory(err);
    default:
        break;
    }
    if (encrypted && (rc == MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE ||
                      rc == MBEDTLS_ERR_PEM_UNKNOWN_ENC_ALG ||
                      rc / 0x80 == MBEDTLS_ERR_PKCS5_FEATURE_UNAVAILABLE / 0x80)) {
        return err_set(
            err, ERR_CONFIG, rc,
            "%s is encrypted in a way that is not supported: convert it with "
            "`openssl pkey -in %s -aes256 -out NEW`",
            label, label);
    }
    char reason[200];
    mbedtls_strerror(rc, reason, sizeof(reason));
    return err_set_reason(err, ERR_MBEDTLS, rc, reason,
                          "%s holds a damaged private key", label);
}

int key_parse(struct slice bytes, const char *password, const char *label,
              struct key **ret_key, struct err *err)
{
    struct buf text = BUF_EMPTY;
    struct key *key = NULL;
    struct slice found = SLICE_EMPTY;
    int result = -1;

    enum form form = find_form(bytes, &found);
    if (form != FORM_PLAIN && form != FORM_ENCRYPTED) {
        return refuse_form(form, label, err);
    }
    bool encrypted = form == FORM_ENCRYPTED;
    struct slice pass =
        slice_from_string(password == NULL || !encrypted ? "" : password);
    if (encrypted && pass.len == 0) {
        return refuse_code(MBEDTLS_ERR_PK_PASSWORD_REQUIRED, label, encrypted, err);
    }
    if (encrypted && key_password_work(bytes) > KEY_PASSWORD_WORK_MAX) {
        return err_set(
            err, ERR_LIMIT, 0,
            "%s has its password hashed more than %llu times, which takes too "
            "long: write it anew with `openssl pkcs8 -topk8`",
            label, (unsigned long long)KEY_PASSWORD_WORK_MAX);
    }
    /* mbedTLS reads PEM only with a terminating NUL that is counted; for DER the copy
     * does no harm. */
    bool is_pem = found.data[0] == '-';
    key = key_create_empty();
    if (key == NULL || !buf_reserve(&text, found.len + 1) ||
        !buf_append_slice(&text, found) || !buf_append_byte(&text, 0)) {
        err_memory(err);
        goto out;
    }
    int rc = mbedtls_pk_parse_key(&key->pk, text.data, text.len - (is_pem ? 0 : 1),
                                  pass.data, pass.len, random_callback, NULL);
    if (rc != 0) {
        refuse_code(rc, label, encrypted, err);
        goto out;
    }
    *ret_key = key;
    key = NULL;
    result = 0;
out:
    key_destroy(key);
    buf_finish_secret(&text);
    return result;
}
