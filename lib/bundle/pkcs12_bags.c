/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs12_bags.h"

#include "base/mem.h"
#include "bundle/pkcs12_oid.h"
#include "pki/der.h"
#include "pki/name.h"

#define TAG_0 (DER_CONTEXT | DER_CONSTRUCTED | 0)
/* SafeContents within SafeContents. */
#define NESTING_MAX      4u
#define LOCAL_KEY_ID_MAX ((size_t)256)

struct reader {
    struct pkcs12_crypt *crypt;
    struct pkcs12 *pkcs12;
};

void pkcs12_bags_finish_item(struct pkcs12_item *item)
{
    buf_finish_secret(&item->der);
    buf_finish(&item->friendly_name);
    buf_finish(&item->local_key_id);
}

/* Attribute ::= SEQUENCE { attrId, attrValues SET }; the first value counts. */
static bool read_attribute(struct slice *attributes, struct pkcs12_item *item)
{
    struct slice content;
    struct slice oid;
    struct slice values;
    struct slice value;
    uint8_t tag;
    if (!der_read(attributes, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, &oid) || !der_read(&content, DER_SET, &values)) {
        return false;
    }
    enum pkcs12_oid_role role = pkcs12_oid_find(oid)->role;
    if (!der_read_any(&values, &tag, &value, NULL)) {
        return values.len == 0;
    }
    if (role == PKCS12_OID_FRIENDLY_NAME && tag == DER_BMP_STRING &&
        item->friendly_name.len == 0) {
        name_decode_string(&item->friendly_name, tag, value);
    } else if (role == PKCS12_OID_LOCAL_KEY_ID && tag == DER_OCTET_STRING &&
               value.len <= LOCAL_KEY_ID_MAX && item->local_key_id.len == 0) {
        buf_append_slice(&item->local_key_id, value);
    }
    return true;
}

static enum pkcs12_result keep_item(struct reader *reader, struct pkcs12_item *item,
                                    struct slice attributes)
{
    struct pkcs12 *pkcs12 = reader->pkcs12;
    while (attributes.len > 0) {
        if (!read_attribute(&attributes, item)) {
            return PKCS12_DAMAGED;
        }
    }
    if (!buf_ok(&item->der) || !buf_ok(&item->friendly_name) ||
        !buf_ok(&item->local_key_id)) {
        return PKCS12_MEMORY;
    }
    if (pkcs12->n_items == PKCS12_ITEMS_MAX) {
        return PKCS12_LIMIT;
    }
    struct pkcs12_item *items =
        mem_resize(pkcs12->items, pkcs12->n_items + 1, sizeof(*items));
    if (items == NULL) {
        return PKCS12_MEMORY;
    }
    pkcs12->items = items;
    items[pkcs12->n_items++] = *item;
    *item = (struct pkcs12_item){ .kind = item->kind };
    return PKCS12_OK;
}

/* CertBag and CRLBag ::= SEQUENCE { id, value [0] EXPLICIT OCTET STRING }. Other
 * kinds than X.509 (SDSI) leave *ret_found false. */
static enum pkcs12_result read_wrapped(struct slice value, enum pkcs12_oid_role role,
                                       struct buf *out, bool *ret_found)
{
    struct slice content;
    struct slice oid;
    struct slice explicit_content;
    struct slice octets;
    if (!der_read(&value, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, &oid)) {
        return PKCS12_DAMAGED;
    }
    if (pkcs12_oid_find(oid)->role != role) {
        return PKCS12_OK;
    }
    if (!der_read(&content, TAG_0, &explicit_content) ||
        !der_read(&explicit_content, DER_OCTET_STRING, &octets)) {
        return PKCS12_DAMAGED;
    }
    *ret_found = true;
    return buf_append_slice(out, octets) ? PKCS12_OK : PKCS12_MEMORY;
}

/* PrivateKeyInfo ::= SEQUENCE { version INTEGER, ... }. One of 256 wrong passwords
 * leaves padding that looks right, and without a MAC nothing else tells. */
static bool looks_like_key(struct slice plaintext)
{
    struct slice fields;
    uint32_t version;
    return der_read(&plaintext, DER_SEQUENCE, &fields) && plaintext.len == 0 &&
           der_read_small(&fields, DER_INTEGER, &version);
}

/* EncryptedPrivateKeyInfo ::= SEQUENCE { encryptionAlgorithm, encryptedData } */
static enum pkcs12_result read_shrouded_key(struct reader *reader, struct slice value,
                                            struct buf *out)
{
    struct slice content;
    struct slice algorithm;
    struct slice ciphertext;
    if (!der_read(&value, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_SEQUENCE, &algorithm) ||
        !der_read(&content, DER_OCTET_STRING, &ciphertext)) {
        return PKCS12_DAMAGED;
    }
    enum pkcs12_result result =
        pkcs12_crypt_decrypt(reader->crypt, algorithm, ciphertext, out);
    return result == PKCS12_OK && !looks_like_key(buf_slice(out))
               ? PKCS12_WRONG_PASSWORD
               : result;
}

static enum pkcs12_result read_key(struct slice value, struct buf *out)
{
    struct slice whole;
    if (!der_read_whole(&value, DER_SEQUENCE, &whole)) {
        return PKCS12_DAMAGED;
    }
    return buf_append_slice(out, whole) ? PKCS12_OK : PKCS12_MEMORY;
}

static enum pkcs12_result read_safe_contents(struct reader *reader, struct slice bytes,
                                             unsigned depth);

/* SafeBag ::= SEQUENCE { bagId, bagValue [0] EXPLICIT, bagAttributes SET OPTIONAL } */
static enum pkcs12_result read_bag(struct reader *reader, struct slice bag,
                                   unsigned depth)
{
    struct slice oid;
    struct slice value;
    struct slice attributes = SLICE_EMPTY;
    struct pkcs12_item item = { .kind = PKCS12_KEY };
    bool found = true;
    enum pkcs12_result result = PKCS12_OK;
    if (!der_read(&bag, DER_OID, &oid) || !der_read(&bag, TAG_0, &value) ||
        (bag.len > 0 && !der_read(&bag, DER_SET, &attributes))) {
        return PKCS12_DAMAGED;
    }
    switch ((int)pkcs12_oid_find(oid)->role) {
    case PKCS12_OID_KEY_BAG:
        result = read_key(value, &item.der);
        break;
    case PKCS12_OID_SHROUDED_KEY_BAG:
        result = read_shrouded_key(reader, value, &item.der);
        break;
    case PKCS12_OID_CERT_BAG:
        item.kind = PKCS12_CERTIFICATE;
        found = false;
        result = read_wrapped(value, PKCS12_OID_X509_CERTIFICATE, &item.der, &found);
        break;
    case PKCS12_OID_CRL_BAG:
        item.kind = PKCS12_CRL;
        found = false;
        result = read_wrapped(value, PKCS12_OID_X509_CRL, &item.der, &found);
        break;
    case PKCS12_OID_SAFE_CONTENTS_BAG:
        found = false;
        result = read_safe_contents(reader, value, depth + 1);
        break;
    default: /* secrets and what others invented */
        found = false;
        break;
    }
    if (result == PKCS12_OK && found) {
        result = keep_item(reader, &item, attributes);
    }
    pkcs12_bags_finish_item(&item);
    return result;
}

static enum pkcs12_result read_safe_contents(struct reader *reader, struct slice bytes,
                                             unsigned depth)
{
    struct slice bags;
    struct slice bag;
    enum pkcs12_result result = PKCS12_OK;
    if (depth >= NESTING_MAX || !der_read(&bytes, DER_SEQUENCE, &bags)) {
        return PKCS12_DAMAGED;
    }
    while (bags.len > 0 && result == PKCS12_OK) {
        result = der_read(&bags, DER_SEQUENCE, &bag) ? read_bag(reader, bag, depth)
                                                     : PKCS12_DAMAGED;
    }
    return result;
}

enum pkcs12_result pkcs12_bags_read(struct pkcs12_crypt *crypt, struct slice bytes,
                                    struct pkcs12 *pkcs12)
{
    struct reader reader = { crypt, pkcs12 };
    return read_safe_contents(&reader, bytes, 0);
}
