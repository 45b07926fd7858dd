/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs12.h"

#include "bundle/pkcs12_bags.h"
#include "bundle/pkcs12_crypt.h"
#include "bundle/pkcs12_kdf.h"
#include "bundle/pkcs12_oid.h"
#include "pki/ber.h"
#include "pki/der.h"

#include <stdlib.h>
#include <string.h>

#define TAG_0       (DER_CONTEXT | DER_CONSTRUCTED | 0)
#define PFX_VERSION 3

struct reader {
    struct pkcs12 *pkcs12;
    struct pkcs12_crypt crypt;
};

/* ---- the safes */

/* Content that may be BER again, though what is around it is not. */
static enum pkcs12_result read_safe(struct reader *reader, struct slice bytes)
{
    struct buf der = BUF_EMPTY;
    enum pkcs12_result result = PKCS12_DAMAGED;
    if (ber_to_der(bytes, &der)) {
        result = pkcs12_bags_read(&reader->crypt, buf_slice(&der), reader->pkcs12);
    } else if (der.failed) {
        result = PKCS12_MEMORY;
    }
    buf_finish_secret(&der);
    return result;
}

/* [0] IMPLICIT OCTET STRING, whole or in pieces (BER). */
static bool read_ciphertext(struct slice *cursor, struct buf *out)
{
    struct slice content;
    struct slice piece;
    if (der_read(cursor, DER_CONTEXT | 0, &content)) {
        return buf_append_slice(out, content);
    }
    if (!der_read(cursor, TAG_0, &content)) {
        return false;
    }
    while (content.len > 0) {
        if (!der_read(&content, DER_OCTET_STRING, &piece)) {
            return false;
        }
        buf_append_slice(out, piece);
    }
    return buf_ok(out);
}

/* EncryptedData ::= SEQUENCE { version, EncryptedContentInfo ::= SEQUENCE {
 *   contentType, contentEncryptionAlgorithm, [0] } } */
static enum pkcs12_result read_encrypted(struct reader *reader, struct slice content)
{
    struct slice fields;
    struct slice info;
    struct slice oid;
    struct slice algorithm;
    uint32_t version;
    struct buf ciphertext = BUF_EMPTY;
    struct buf plaintext = BUF_EMPTY;
    enum pkcs12_result result = PKCS12_DAMAGED;
    if (!der_read(&content, DER_SEQUENCE, &fields) ||
        !der_read_small(&fields, DER_INTEGER, &version) ||
        !der_read(&fields, DER_SEQUENCE, &info) || !der_read(&info, DER_OID, &oid) ||
        !der_read(&info, DER_SEQUENCE, &algorithm) ||
        !read_ciphertext(&info, &ciphertext)) {
        result = ciphertext.failed ? PKCS12_MEMORY : PKCS12_DAMAGED;
        goto out;
    }
    result = pkcs12_crypt_decrypt(&reader->crypt, algorithm, buf_slice(&ciphertext),
                                  &plaintext);
    if (result == PKCS12_OK) {
        result = read_safe(reader, buf_slice(&plaintext));
        /* Without a MAC, a wrong password is only noticed here, as invalid data. */
        if (result == PKCS12_DAMAGED && !reader->pkcs12->has_mac) {
            result = PKCS12_WRONG_PASSWORD;
        }
    }
out:
    buf_finish(&ciphertext);
    buf_finish_secret(&plaintext);
    return result;
}

/* ContentInfo ::= SEQUENCE { contentType, content [0] EXPLICIT } */
static enum pkcs12_result read_content_info(struct reader *reader, struct slice info)
{
    struct slice oid;
    struct slice content;
    struct slice octets;
    if (!der_read(&info, DER_OID, &oid) || !der_read(&info, TAG_0, &content)) {
        return PKCS12_DAMAGED;
    }
    const struct pkcs12_oid_info *type = pkcs12_oid_find(oid);
    if (type->role == PKCS12_OID_DATA) {
        return der_read(&content, DER_OCTET_STRING, &octets) ? read_safe(reader, octets)
                                                             : PKCS12_DAMAGED;
    }
    if (type->role == PKCS12_OID_ENCRYPTED_DATA) {
        return read_encrypted(reader, content);
    }
    strncpy(reader->crypt.unsupported,
            type->name == NULL ? "a content of an unknown kind" : type->name,
            sizeof(reader->crypt.unsupported) - 1);
    return PKCS12_UNSUPPORTED;
}

static enum pkcs12_result read_authenticated_safe(struct reader *reader,
                                                  struct slice bytes)
{
    struct buf der = BUF_EMPTY;
    struct slice infos;
    struct slice info;
    enum pkcs12_result result = PKCS12_DAMAGED;
    if (!ber_to_der(bytes, &der)) {
        result = der.failed ? PKCS12_MEMORY : PKCS12_DAMAGED;
        goto out;
    }
    struct slice cursor = buf_slice(&der);
    if (!der_read(&cursor, DER_SEQUENCE, &infos)) {
        goto out;
    }
    result = PKCS12_OK;
    while (infos.len > 0 && result == PKCS12_OK) {
        result = der_read(&infos, DER_SEQUENCE, &info) ? read_content_info(reader, info)
                                                       : PKCS12_DAMAGED;
    }
out:
    buf_finish(&der);
    return result;
}

/* ---- the file */

struct pfx {
    struct slice authenticated_safe;
    struct slice mac_data; /* content; empty = none */
};

/* PFX ::= SEQUENCE { version, authSafe ContentInfo, macData OPTIONAL } */
static enum pkcs12_result read_pfx(struct slice der, struct pkcs12_crypt *crypt,
                                   struct pfx *ret_pfx)
{
    struct slice fields;
    struct slice info;
    struct slice oid;
    struct slice content;
    uint32_t version;
    struct pfx pfx = { SLICE_EMPTY, SLICE_EMPTY };
    if (!der_read(&der, DER_SEQUENCE, &fields) ||
        !der_read_small(&fields, DER_INTEGER, &version) || version != PFX_VERSION ||
        !der_read(&fields, DER_SEQUENCE, &info) || !der_read(&info, DER_OID, &oid) ||
        !der_read(&info, TAG_0, &content)) {
        return PKCS12_DAMAGED;
    }
    const struct pkcs12_oid_info *type = pkcs12_oid_find(oid);
    if (type->role != PKCS12_OID_DATA) {
        strncpy(crypt->unsupported,
                type->name == NULL ? "a content of an unknown kind" : type->name,
                sizeof(crypt->unsupported) - 1);
        return PKCS12_UNSUPPORTED;
    }
    if (!der_read(&content, DER_OCTET_STRING, &pfx.authenticated_safe) ||
        (fields.len > 0 && !der_read(&fields, DER_SEQUENCE, &pfx.mac_data))) {
        return PKCS12_DAMAGED;
    }
    *ret_pfx = pfx;
    return PKCS12_OK;
}

/* One try with one password. */
static enum pkcs12_result try_password(const struct pfx *pfx, const char *password,
                                       struct pkcs12_crypt *crypt,
                                       struct pkcs12 *ret_pkcs12)
{
    struct pkcs12 pkcs12 = { .has_mac = pfx->mac_data.len > 0 };
    struct reader reader = { .pkcs12 = &pkcs12, .crypt = *crypt };
    struct buf utf16 = BUF_EMPTY;
    enum pkcs12_result result = PKCS12_MEMORY;

    /* One growth now: later ones would leave copies of the secret behind. */
    if (buf_reserve(&utf16, password == NULL ? 1 : strlen(password) * 2 + 2) &&
        pkcs12_kdf_append_password(&utf16, password)) {
        reader.crypt.utf8 = slice_from_string(password == NULL ? "" : password);
        reader.crypt.utf16 = buf_slice(&utf16);
        result = PKCS12_OK;
    }
    if (result == PKCS12_OK && pkcs12.has_mac) {
        result = pkcs12_crypt_check_mac(&reader.crypt, pfx->mac_data,
                                        pfx->authenticated_safe);
    }
    if (result == PKCS12_OK) {
        result = read_authenticated_safe(&reader, pfx->authenticated_safe);
        /* The MAC was right, and so is the password; but its key's may be another. */
        if (result == PKCS12_WRONG_PASSWORD && pkcs12.has_mac) {
            result = PKCS12_DAMAGED;
        }
    }
    pkcs12.uses = reader.crypt.uses | (pkcs12.has_mac ? 0 : PKCS12_USES_NO_MAC);
    crypt->work_left = reader.crypt.work_left;
    memcpy(crypt->unsupported, reader.crypt.unsupported, sizeof(crypt->unsupported));
    if (result == PKCS12_OK) {
        *ret_pkcs12 = pkcs12;
    } else {
        pkcs12_finish(&pkcs12);
    }
    buf_finish_secret(&utf16);
    return result;
}

static enum pkcs12_result read_all(struct slice bytes, const char *password,
                                   struct pkcs12_crypt *crypt,
                                   struct pkcs12 *ret_pkcs12)
{
    struct buf der = BUF_EMPTY;
    struct pfx pfx;
    enum pkcs12_result result = PKCS12_DAMAGED;
    if (!ber_to_der(bytes, &der)) {
        result = der.failed ? PKCS12_MEMORY : PKCS12_DAMAGED;
        goto out;
    }
    result = read_pfx(buf_slice(&der), crypt, &pfx);
    if (result != PKCS12_OK) {
        goto out;
    }
    result = try_password(&pfx, password, crypt, ret_pkcs12);
    bool is_empty = password == NULL || password[0] == 0;
    if (is_empty && result == PKCS12_WRONG_PASSWORD) {
        /* The two ways to have no password; writers do not agree on one. */
        result = try_password(&pfx, password == NULL ? "" : NULL, crypt, ret_pkcs12);
    }
    if (password == NULL && result == PKCS12_WRONG_PASSWORD) {
        result = PKCS12_NO_PASSWORD;
    }
out:
    buf_finish(&der);
    return result;
}

bool pkcs12_is(struct slice bytes)
{
    /* SEQUENCE { INTEGER 3, SEQUENCE { OID 1.2.840.113549.1.7... */
    static const uint8_t version[] = { DER_INTEGER, 1, PFX_VERSION, DER_SEQUENCE };
    if (bytes.len < 12 || bytes.data[0] != DER_SEQUENCE) {
        return false;
    }
    size_t header = bytes.data[1] <= 0x80 ? 2 : 2 + (size_t)(bytes.data[1] & 0x7f);
    return header + sizeof(version) <= bytes.len &&
           memcmp(bytes.data + header, version, sizeof(version)) == 0;
}

/* ---- what is told */

static const char *const sentences[] = {
    [PKCS12_NOT] = "is no PKCS#12 file; name a .p12 or .pfx file",
    [PKCS12_DAMAGED] = "is a damaged PKCS#12 file; copy or export it again",
    [PKCS12_NO_PASSWORD] = "is protected by a password: give it with --pass",
    [PKCS12_WRONG_PASSWORD] = "does not open with this password, or was changed: give "
                              "the right one with --pass, or export it again",
    [PKCS12_TOO_COSTLY] =
        "wants its password hashed more than ten million times, which "
        "is refused; export it again with fewer iterations",
    [PKCS12_LIMIT] = "is larger, or holds more, than any PKCS#12 file of use (16 MiB, "
                     "1000 items)",
};

static void explain(enum pkcs12_result result, const struct pkcs12_crypt *crypt,
                    const char *label, struct err *err)
{
    if (result == PKCS12_MEMORY) {
        err_memory(err);
    } else if (result == PKCS12_UNSUPPORTED) {
        err_set(err, ERR_CONFIG, 0,
                "%s is protected by %s, which is not supported: convert it with "
                "`openssl pkcs12 -legacy -in %s -nodes | openssl pkcs12 -export -out "
                "NEW.p12`",
                label, crypt->unsupported, label);
    } else {
        err_set(err, result == PKCS12_LIMIT ? ERR_LIMIT : ERR_CONFIG, 0, "%s %s", label,
                sentences[result]);
    }
}

enum pkcs12_result pkcs12_read(struct slice bytes, const char *password,
                               uint64_t *work_left, const char *label,
                               struct pkcs12 *ret_pkcs12, struct err *err)
{
    struct pkcs12_crypt crypt = { .work_left = work_left != NULL ? *work_left
                                                                 : PKCS12_WORK_MAX };
    enum pkcs12_result result = PKCS12_NOT;
    if (bytes.len > PKCS12_SIZE_MAX) {
        result = PKCS12_LIMIT;
    } else if (pkcs12_is(bytes)) {
        result = read_all(bytes, password, &crypt, ret_pkcs12);
    }
    if (work_left != NULL) {
        *work_left = crypt.work_left;
    }
    if (result != PKCS12_OK) {
        explain(result, &crypt, label, err);
    }
    return result;
}

void pkcs12_finish(struct pkcs12 *pkcs12)
{
    for (size_t i = 0; i < pkcs12->n_items; i++) {
        pkcs12_bags_finish_item(&pkcs12->items[i]);
    }
    free(pkcs12->items);
    *pkcs12 = (struct pkcs12){ .items = NULL };
}
