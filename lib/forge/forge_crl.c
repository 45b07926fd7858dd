/* SPDX-License-Identifier: MIT */
#include "forge/forge_crl.h"

#include "forge/forge_certificate.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <string.h>

#define VERSION_2 1

/* reasonCode; "unspecified" is expressed by omitting it (RFC 5280 5.3.1). */
static void write_reason(struct buf *out, unsigned reason)
{
    uint8_t byte = (uint8_t)reason;
    size_t extensions = der_begin(out, DER_SEQUENCE);
    size_t extension = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_CRL_REASON)->der);
    size_t value = der_begin(out, DER_OCTET_STRING);
    der_write(out, DER_ENUMERATED, (struct slice){ &byte, 1 });
    der_end(out, value);
    der_end(out, extension);
    der_end(out, extensions);
}

static void write_entries(struct buf *out, const struct forge_crl_order *order)
{
    if (order->n_revocations == 0) {
        return; /* an empty list must be absent (RFC 5280 5.1.2.6) */
    }
    size_t list = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < order->n_revocations; i++) {
        const struct forge_revocation *revocation = &order->revocations[i];
        size_t entry = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_INTEGER,
                  (struct slice){ revocation->serial, revocation->serial_len });
        der_write_time(out, revocation->revoked_at);
        if (revocation->reason != CRL_REASON_UNSPECIFIED) {
            write_reason(out, revocation->reason);
        }
        der_end(out, entry);
    }
    der_end(out, list);
}

static void write_extensions(struct buf *out, const struct forge_crl_order *order)
{
    uint8_t id[FORGE_KEY_ID_LEN];
    size_t explicit = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    size_t extensions = der_begin(out, DER_SEQUENCE);
    if (forge_key_id(order->issuer_spki, id)) {
        size_t extension = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_OID, oid_get(OID_AUTHORITY_KEY_IDENTIFIER)->der);
        size_t value = der_begin(out, DER_OCTET_STRING);
        size_t key_id = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_CONTEXT | 0, (struct slice){ id, sizeof(id) });
        der_end(out, key_id);
        der_end(out, value);
        der_end(out, extension);
    }
    size_t extension = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(OID_CRL_NUMBER)->der);
    size_t value = der_begin(out, DER_OCTET_STRING);
    uint8_t number[8];
    for (size_t i = 0; i < sizeof(number); i++) {
        number[i] =
            (uint8_t)((uint64_t)order->this_update >> (8 * (sizeof(number) - 1 - i)));
    }
    der_write_unsigned(out, (struct slice){ number, sizeof(number) });
    der_end(out, value);
    der_end(out, extension);
    der_end(out, extensions);
    der_end(out, explicit);
}

int forge_crl_write(const struct forge_crl_order *order, struct buf *out,
                    struct err *err)
{
    struct buf tbs = BUF_EMPTY;
    size_t mark = der_begin(&tbs, DER_SEQUENCE);
    der_write_small(&tbs, VERSION_2);
    (void)key_append_signature_algorithm(order->issuer_key, KEY_HASH_SHA256, &tbs);
    buf_append_slice(&tbs, order->issuer_name);
    der_write_time(&tbs, order->this_update);
    der_write_time(&tbs, order->next_update);
    write_entries(&tbs, order);
    write_extensions(&tbs, order);
    der_end(&tbs, mark);
    int result = buf_ok(&tbs) ? forge_sign(order->issuer_key, KEY_HASH_SHA256,
                                           buf_slice(&tbs), false, out, err)
                              : err_memory(err);
    buf_finish(&tbs);
    return result;
}

int forge_crl_walk(const struct crl *crl, forge_on_revocation_fn on_revocation,
                   void *user)
{
    struct slice rest = crl->entries;
    struct slice entry;
    while (der_read(&rest, DER_SEQUENCE, &entry)) {
        struct forge_revocation revocation = { .serial_len = 0 };
        struct crl_entry found;
        struct slice serial;
        if (!der_read(&entry, DER_INTEGER, &serial) ||
            serial.len > sizeof(revocation.serial) || !crl_find(crl, serial, &found)) {
            continue;
        }
        memcpy(revocation.serial, serial.data, serial.len);
        revocation.serial_len = serial.len;
        revocation.revoked_at = found.revoked_at;
        revocation.reason = found.reason;
        int result = on_revocation(user, &revocation);
        if (result != 0) {
            return result;
        }
    }
    return 0;
}
