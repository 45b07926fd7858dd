/* SPDX-License-Identifier: MIT
 *
 * Writing PKCS#12: two safes, as OpenSSL and Windows lay them out. The first, which
 * is encrypted, holds the certificates, the second the key, which is encrypted for
 * itself; a MAC over both.
 */
#include "base/text.h"
#include "bundle/pkcs12.h"
#include "bundle/pkcs12_crypt.h"
#include "bundle/pkcs12_kdf.h"
#include "bundle/pkcs12_oid.h"
#include "pki/der.h"

#include <mbedtls/sha1.h>
#include <string.h>

#define TAG_0 (DER_CONTEXT | DER_CONSTRUCTED | 0)

static void write_oid(struct buf *out, enum pkcs12_oid_role role)
{
    der_write(out, DER_OID, pkcs12_oid_get(role, MBEDTLS_MD_NONE, MBEDTLS_CIPHER_NONE));
}

static size_t begin_attribute(struct buf *out, enum pkcs12_oid_role role, size_t *set)
{
    size_t attribute = der_begin(out, DER_SEQUENCE);
    write_oid(out, role);
    *set = der_begin(out, DER_SET);
    return attribute;
}

/* bagAttributes SET OF: friendlyName, whose OID sorts first, and localKeyID. */
static void write_attributes(struct buf *out, const char *friendly_name,
                             struct slice local_key_id)
{
    size_t set;
    if (friendly_name == NULL && local_key_id.len == 0) {
        return;
    }
    size_t attributes = der_begin(out, DER_SET);
    if (friendly_name != NULL) {
        size_t attribute = begin_attribute(out, PKCS12_OID_FRIENDLY_NAME, &set);
        size_t name = der_begin(out, DER_BMP_STRING);
        pkcs12_kdf_append_password(out, friendly_name);
        out->len -= buf_ok(out) ? 2 : 0; /* a BMPString has no zero behind it */
        der_end(out, name);
        der_end(out, set);
        der_end(out, attribute);
    }
    if (local_key_id.len > 0) {
        size_t attribute = begin_attribute(out, PKCS12_OID_LOCAL_KEY_ID, &set);
        der_write(out, DER_OCTET_STRING, local_key_id);
        der_end(out, set);
        der_end(out, attribute);
    }
    der_end(out, attributes);
}

static void write_certificates(struct buf *out, const struct pkcs12_contents *contents,
                               struct slice local_key_id)
{
    size_t safe = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < contents->n_chain; i++) {
        size_t bag = der_begin(out, DER_SEQUENCE);
        write_oid(out, PKCS12_OID_CERT_BAG);
        size_t value = der_begin(out, TAG_0);
        size_t cert_bag = der_begin(out, DER_SEQUENCE);
        write_oid(out, PKCS12_OID_X509_CERTIFICATE);
        size_t explicit_value = der_begin(out, TAG_0);
        der_write(out, DER_OCTET_STRING, contents->chain[i]);
        der_end(out, explicit_value);
        der_end(out, cert_bag);
        der_end(out, value);
        if (i == 0) {
            write_attributes(out, contents->friendly_name, local_key_id);
        }
        der_end(out, bag);
    }
    der_end(out, safe);
}

static int write_key_bag(struct buf *out, const struct pkcs12_contents *contents,
                         const struct pkcs12_crypt *crypt, struct slice local_key_id,
                         struct err *err)
{
    struct buf plaintext = BUF_EMPTY;
    struct buf algorithm = BUF_EMPTY;
    struct buf ciphertext = BUF_EMPTY;
    int result = -1;
    if (key_append_pkcs8(contents->key, &plaintext, err) == 0 &&
        pkcs12_crypt_encrypt(crypt, contents->flavour, buf_slice(&plaintext),
                             &algorithm, &ciphertext, err) == 0) {
        size_t safe = der_begin(out, DER_SEQUENCE);
        size_t bag = der_begin(out, DER_SEQUENCE);
        write_oid(out, PKCS12_OID_SHROUDED_KEY_BAG);
        size_t value = der_begin(out, TAG_0);
        size_t info = der_begin(out, DER_SEQUENCE);
        buf_append_slice(out, buf_slice(&algorithm));
        der_write(out, DER_OCTET_STRING, buf_slice(&ciphertext));
        der_end(out, info);
        der_end(out, value);
        write_attributes(out, contents->friendly_name, local_key_id);
        der_end(out, bag);
        der_end(out, safe);
        result = 0;
    }
    buf_finish_secret(&plaintext);
    buf_finish(&algorithm);
    buf_finish(&ciphertext);
    return result;
}

/* ContentInfo of type data. */
static void write_data(struct buf *out, struct slice bytes)
{
    size_t info = der_begin(out, DER_SEQUENCE);
    write_oid(out, PKCS12_OID_DATA);
    size_t value = der_begin(out, TAG_0);
    der_write(out, DER_OCTET_STRING, bytes);
    der_end(out, value);
    der_end(out, info);
}

/* ContentInfo of type encryptedData. */
static int write_encrypted(struct buf *out, const struct pkcs12_crypt *crypt,
                           enum pkcs12_flavour flavour, struct slice plaintext,
                           struct err *err)
{
    struct buf algorithm = BUF_EMPTY;
    struct buf ciphertext = BUF_EMPTY;
    int result =
        pkcs12_crypt_encrypt(crypt, flavour, plaintext, &algorithm, &ciphertext, err);
    if (result == 0) {
        size_t info = der_begin(out, DER_SEQUENCE);
        write_oid(out, PKCS12_OID_ENCRYPTED_DATA);
        size_t value = der_begin(out, TAG_0);
        size_t encrypted = der_begin(out, DER_SEQUENCE);
        der_write_small(out, 0);
        size_t content = der_begin(out, DER_SEQUENCE);
        write_oid(out, PKCS12_OID_DATA);
        buf_append_slice(out, buf_slice(&algorithm));
        der_write(out, DER_CONTEXT | 0, buf_slice(&ciphertext));
        der_end(out, content);
        der_end(out, encrypted);
        der_end(out, value);
        der_end(out, info);
    }
    buf_finish(&algorithm);
    buf_finish(&ciphertext);
    return result;
}

static int write_authenticated_safe(struct buf *out,
                                    const struct pkcs12_contents *contents,
                                    const struct pkcs12_crypt *crypt, struct err *err)
{
    uint8_t sha1[20];
    struct slice local_key_id = contents->local_key_id;
    struct buf certificates = BUF_EMPTY;
    struct buf key_safe = BUF_EMPTY;
    int result = -1;
    if (local_key_id.len == 0 && contents->n_chain > 0 &&
        mbedtls_sha1(contents->chain[0].data, contents->chain[0].len, sha1) == 0) {
        local_key_id = (struct slice){ sha1, sizeof(sha1) };
    }
    size_t infos = der_begin(out, DER_SEQUENCE);
    write_certificates(&certificates, contents, local_key_id);
    if (!buf_ok(&certificates)) {
        err_memory(err);
    } else if (write_encrypted(out, crypt, contents->flavour, buf_slice(&certificates),
                               err) == 0 &&
               write_key_bag(&key_safe, contents, crypt, local_key_id, err) == 0) {
        write_data(out, buf_slice(&key_safe));
        der_end(out, infos);
        result = buf_ok(out) && buf_ok(&key_safe) ? 0 : err_memory(err);
    }
    buf_finish(&certificates);
    buf_finish(&key_safe);
    return result;
}

int pkcs12_write(const struct pkcs12_contents *contents, struct buf *out,
                 struct err *err)
{
    struct buf utf16 = BUF_EMPTY;
    struct buf safe = BUF_EMPTY;
    struct buf pfx = BUF_EMPTY;
    struct pkcs12_crypt crypt = { .work_left = PKCS12_WORK_MAX };
    int result = -1;
    if (contents->password == NULL || contents->password[0] == 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "a PKCS#12 file needs a password: importers disagree about "
                       "what an empty one is");
    }
    if (!buf_reserve(&utf16, strlen(contents->password) * 2 + 2) ||
        !pkcs12_kdf_append_password(&utf16, contents->password)) {
        err_memory(err);
        goto out;
    }
    crypt.utf8 = slice_from_string(contents->password);
    crypt.utf16 = buf_slice(&utf16);
    if (write_authenticated_safe(&safe, contents, &crypt, err) != 0) {
        goto out;
    }
    size_t whole = der_begin(&pfx, DER_SEQUENCE);
    der_write_small(&pfx, 3);
    write_data(&pfx, buf_slice(&safe));
    if (pkcs12_crypt_append_mac(&crypt, contents->flavour, buf_slice(&safe), &pfx,
                                err) != 0) {
        goto out;
    }
    der_end(&pfx, whole);
    result =
        buf_ok(&pfx) && buf_append_slice(out, buf_slice(&pfx)) ? 0 : err_memory(err);
out:
    buf_finish_secret(&utf16);
    buf_finish(&safe);
    buf_finish(&pfx);
    return result;
}
