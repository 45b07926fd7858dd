/* SPDX-License-Identifier: MIT
 *
 * CertIDs and the extensions of both kinds of messages.
 */
#include "pki/ocsp_internal.h"

#include "pki/certificate_internal.h"
#include "pki/der.h"

#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>

#define HASH_MAX ((size_t)32)

/* The bits of the key, without the algorithm and the unused-bits byte. */
static bool key_bits(struct slice spki, struct slice *ret_bits)
{
    struct slice content;
    struct slice bits;
    if (!der_read(&spki, DER_SEQUENCE, &content) ||
        !der_read_any(&content, NULL, NULL, NULL) ||
        !der_read(&content, DER_BIT_STRING, &bits) || bits.len == 0) {
        return false;
    }
    *ret_bits = slice_part(bits, 1, bits.len);
    return true;
}

/* The length of the hash; 0 for any other algorithm. */
static size_t compute(enum oid hash, struct slice bytes,
                      uint8_t digest[static HASH_MAX])
{
    if (hash == OID_SHA1 && mbedtls_sha1(bytes.data, bytes.len, digest) == 0) {
        return OCSP_KEY_HASH_LEN;
    }
    if (hash == OID_SHA256 && mbedtls_sha256(bytes.data, bytes.len, digest, 0) == 0) {
        return HASH_MAX;
    }
    return 0;
}

bool ocsp_key_hash(struct slice spki, uint8_t hash[static OCSP_KEY_HASH_LEN])
{
    struct slice bits;
    return key_bits(spki, &bits) && mbedtls_sha1(bits.data, bits.len, hash) == 0;
}

static struct slice trim_integer(struct slice integer)
{
    while (integer.len > 1 && ((integer.data[0] == 0x00 && integer.data[1] < 0x80) ||
                               (integer.data[0] == 0xff && integer.data[1] >= 0x80))) {
        integer = slice_part(integer, 1, integer.len);
    }
    return integer;
}

bool ocsp_serial_equal(struct slice a, struct slice b)
{
    return slice_equal(trim_integer(a), trim_integer(b));
}

bool ocsp_cert_id_read(struct slice *cursor, struct ocsp_cert_id *ret_id)
{
    struct ocsp_cert_id id = { .hash = OID_UNKNOWN };
    struct slice rest = *cursor;
    struct slice content;
    struct slice algorithm;
    struct slice oid_der;
    if (!der_read_any(&rest, NULL, NULL, &id.whole) ||
        !der_read(cursor, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_SEQUENCE, &algorithm) ||
        !der_read(&algorithm, DER_OID, &oid_der) ||
        !der_read(&content, DER_OCTET_STRING, &id.name_hash) ||
        !der_read(&content, DER_OCTET_STRING, &id.key_hash) ||
        !der_read(&content, DER_INTEGER, &id.serial) || content.len != 0) {
        return false;
    }
    id.hash = oid_find(oid_der);
    *ret_id = id;
    return true;
}

bool ocsp_cert_id_write(struct buf *out, enum oid hash, struct slice serial,
                        const struct certificate *issuer)
{
    uint8_t name_hash[HASH_MAX];
    uint8_t key_hash[HASH_MAX];
    struct slice bits;
    size_t len = compute(hash, issuer->subject, name_hash);
    if (len == 0 || !key_bits(issuer->spki, &bits) ||
        compute(hash, bits, key_hash) != len) {
        return false;
    }
    size_t mark = der_begin(out, DER_SEQUENCE);
    size_t algorithm = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(hash)->der);
    der_write(out, DER_NULL, SLICE_EMPTY);
    der_end(out, algorithm);
    der_write(out, DER_OCTET_STRING, (struct slice){ name_hash, len });
    der_write(out, DER_OCTET_STRING, (struct slice){ key_hash, len });
    der_write(out, DER_INTEGER, serial);
    der_end(out, mark);
    return buf_ok(out);
}

bool ocsp_cert_id_is_of(const struct ocsp_cert_id *id, const struct certificate *issuer)
{
    uint8_t digest[HASH_MAX];
    struct slice bits;
    size_t len = compute(id->hash, issuer->subject, digest);
    if (len == 0 || !slice_equal(id->name_hash, (struct slice){ digest, len }) ||
        !key_bits(issuer->spki, &bits)) {
        return false;
    }
    len = compute(id->hash, bits, digest);
    return slice_equal(id->key_hash, (struct slice){ digest, len });
}

/* ---- extensions */

static bool read_extension(struct slice *list, struct ocsp_extensions *extensions)
{
    struct extension extension;
    if (!certificate_take_extension(list, &extension)) {
        return false;
    }
    if (slice_equal(extension.oid_der, OCSP_OID(OCSP_OID_NONCE))) {
        /* Before RFC 6960 the nonce had no OCTET STRING of its own. */
        struct slice inner;
        struct slice cursor = extension.value;
        bool wrapped = der_read(&cursor, DER_OCTET_STRING, &inner) && cursor.len == 0;
        extensions->has_nonce = true;
        extensions->nonce = wrapped ? inner : extension.value;
    } else {
        extensions->has_unknown_critical |= extension.critical;
    }
    return true;
}

bool ocsp_extensions_read(struct slice field, struct ocsp_extensions *ret_extensions)
{
    struct slice list;
    *ret_extensions = (struct ocsp_extensions){ .nonce = SLICE_EMPTY };
    if (!der_read(&field, DER_SEQUENCE, &list) || field.len != 0) {
        return false;
    }
    while (list.len > 0) {
        if (!read_extension(&list, ret_extensions)) {
            return false;
        }
    }
    return true;
}

void ocsp_extensions_write_nonce(struct buf *out, struct slice nonce)
{
    size_t list = der_begin(out, DER_SEQUENCE);
    size_t extension = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, OCSP_OID(OCSP_OID_NONCE));
    size_t value = der_begin(out, DER_OCTET_STRING);
    der_write(out, DER_OCTET_STRING, nonce);
    der_end(out, value);
    der_end(out, extension);
    der_end(out, list);
}
