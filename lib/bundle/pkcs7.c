/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs7.h"

#include "pki/ber.h"
#include "pki/der.h"

#include <string.h>

#define TAG_0 (DER_CONTEXT | DER_CONSTRUCTED | 0)
#define TAG_1 (DER_CONTEXT | DER_CONSTRUCTED | 1)

/* 1.2.840.113549.1.7; the last byte, 2, is signedData. */
static const uint8_t pkcs7_arc[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07 };
#define SIGNED_DATA 2

struct walk {
    pkcs7_on_item_fn on_item;
    void *user;
    size_t n_items;
};

/* The certificates or CRLs of a SET: of its members, those that are SEQUENCEs. */
static enum pkcs7_result walk_set(struct walk *walk, enum pkcs7_kind kind,
                                  struct slice set)
{
    uint8_t tag;
    struct slice whole;
    while (set.len > 0) {
        if (!der_read_any(&set, &tag, NULL, &whole)) {
            return PKCS7_DAMAGED;
        }
        if (tag != DER_SEQUENCE) {
            continue;
        }
        if (walk->n_items++ == PKCS7_ITEMS_MAX) {
            return PKCS7_LIMIT;
        }
        if (!walk->on_item(walk->user, kind, whole)) {
            return PKCS7_MEMORY;
        }
    }
    return PKCS7_OK;
}

/* SignedData ::= SEQUENCE { version, digestAlgorithms SET, encapContentInfo,
 *   certificates [0] IMPLICIT OPTIONAL, crls [1] IMPLICIT OPTIONAL, signerInfos SET }
 */
static enum pkcs7_result read_signed_data(struct slice content, struct walk *walk)
{
    struct slice fields;
    struct slice field;
    uint32_t version;
    enum pkcs7_result result = PKCS7_OK;
    if (!der_read(&content, DER_SEQUENCE, &fields) ||
        !der_read_small(&fields, DER_INTEGER, &version) ||
        !der_read(&fields, DER_SET, &field) ||
        !der_read(&fields, DER_SEQUENCE, &field)) {
        return PKCS7_DAMAGED;
    }
    if (der_next_is(fields, TAG_0)) {
        result = der_read(&fields, TAG_0, &field)
                     ? walk_set(walk, PKCS7_CERTIFICATE, field)
                     : PKCS7_DAMAGED;
    }
    if (result == PKCS7_OK && der_next_is(fields, TAG_1)) {
        result = der_read(&fields, TAG_1, &field) ? walk_set(walk, PKCS7_CRL, field)
                                                  : PKCS7_DAMAGED;
    }
    /* Old writers leave the empty signerInfos out. */
    if (result == PKCS7_OK && fields.len > 0 && !der_read(&fields, DER_SET, &field)) {
        result = PKCS7_DAMAGED;
    }
    return result;
}

/* The type's last byte; 0 = no PKCS#7. */
static uint8_t read_type(struct slice *content)
{
    struct slice oid;
    if (!der_read(content, DER_OID, &oid) || oid.len != sizeof(pkcs7_arc) + 1 ||
        memcmp(oid.data, pkcs7_arc, sizeof(pkcs7_arc)) != 0) {
        return 0;
    }
    return oid.data[sizeof(pkcs7_arc)];
}

/* What every kind begins with, also one that was cut off or is BER. */
bool pkcs7_is(struct slice bytes)
{
    struct slice start = slice_part(bytes, 0, 24);
    for (size_t at = 2; at + 2 + sizeof(pkcs7_arc) < start.len && at <= 6; at++) {
        if (start.data[at] == DER_OID && start.data[at + 1] == sizeof(pkcs7_arc) + 1 &&
            memcmp(start.data + at + 2, pkcs7_arc, sizeof(pkcs7_arc)) == 0) {
            return start.data[0] == DER_SEQUENCE;
        }
    }
    return false;
}

enum pkcs7_result pkcs7_read(struct slice bytes, pkcs7_on_item_fn on_item, void *user)
{
    struct buf der = BUF_EMPTY;
    struct walk walk = { on_item, user, 0 };
    struct slice content;
    struct slice explicit_content;
    enum pkcs7_result result = PKCS7_DAMAGED;
    if (!pkcs7_is(bytes)) {
        return PKCS7_NOT;
    }
    if (!ber_to_der(bytes, &der)) {
        result = der.failed ? PKCS7_MEMORY : PKCS7_DAMAGED;
        goto out;
    }
    struct slice cursor = buf_slice(&der);
    if (!der_read(&cursor, DER_SEQUENCE, &content)) {
        goto out;
    }
    if (read_type(&content) != SIGNED_DATA) {
        result = PKCS7_OTHER;
    } else if (der_read(&content, TAG_0, &explicit_content)) {
        result = read_signed_data(explicit_content, &walk);
    }
out:
    buf_finish(&der);
    return result;
}
