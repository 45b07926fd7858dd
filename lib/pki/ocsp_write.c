/* SPDX-License-Identifier: MIT */
#include "pki/ocsp_write.h"

#include "pki/crl.h"
#include "pki/der.h"
#include "pki/ocsp_internal.h"

static void write_status(struct buf *out, const struct ocsp_answer *answer)
{
    uint8_t reason = (uint8_t)answer->reason;
    switch (answer->status) {
    case OCSP_GOOD:
        der_write(out, OCSP_TAG_IMPLICIT(0), SLICE_EMPTY);
        return;
    case OCSP_REVOKED: {
        size_t revoked = der_begin(out, OCSP_TAG_EXPLICIT(1));
        der_write_generalized_time(out, answer->revoked_at);
        if (answer->reason != CRL_REASON_UNSPECIFIED) {
            size_t field = der_begin(out, OCSP_TAG_EXPLICIT(0));
            der_write(out, DER_ENUMERATED, (struct slice){ &reason, 1 });
            der_end(out, field);
        }
        der_end(out, revoked);
        return;
    }
    case OCSP_UNKNOWN:
    default:
        der_write(out, OCSP_TAG_IMPLICIT(2), SLICE_EMPTY);
        return;
    }
}

static void write_answer(struct buf *out, const struct ocsp_answer *answer)
{
    size_t single = der_begin(out, DER_SEQUENCE);
    buf_append_slice(out, answer->id);
    write_status(out, answer);
    der_write_generalized_time(out, answer->this_update);
    if (answer->has_next_update) {
        size_t field = der_begin(out, OCSP_TAG_EXPLICIT(0));
        der_write_generalized_time(out, answer->next_update);
        der_end(out, field);
    }
    der_end(out, single);
}

static void write_data(struct buf *out, const struct ocsp_order *order)
{
    uint8_t hash[OCSP_KEY_HASH_LEN];
    size_t data = der_begin(out, DER_SEQUENCE);
    if (order->responder_name.len > 0) {
        der_write(out, OCSP_TAG_EXPLICIT(1), order->responder_name);
    } else if (ocsp_key_hash(order->responder_spki, hash)) {
        size_t field = der_begin(out, OCSP_TAG_EXPLICIT(2));
        der_write(out, DER_OCTET_STRING, (struct slice){ hash, sizeof(hash) });
        der_end(out, field);
    }
    der_write_generalized_time(out, order->produced_at);
    size_t list = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < order->n_answers; i++) {
        write_answer(out, &order->answers[i]);
    }
    der_end(out, list);
    if (order->nonce.len > 0) {
        size_t field = der_begin(out, OCSP_TAG_EXPLICIT(1));
        ocsp_extensions_write_nonce(out, order->nonce);
        der_end(out, field);
    }
    der_end(out, data);
}

static void write_certs(struct buf *out, const struct ocsp_order *order)
{
    if (order->n_certs == 0) {
        return;
    }
    size_t field = der_begin(out, OCSP_TAG_EXPLICIT(0));
    size_t list = der_begin(out, DER_SEQUENCE);
    for (size_t i = 0; i < order->n_certs; i++) {
        buf_append_slice(out, order->certs[i]);
    }
    der_end(out, list);
    der_end(out, field);
}

int ocsp_response_write(const struct ocsp_order *order, struct buf *out,
                        struct err *err)
{
    struct buf data = BUF_EMPTY;
    struct buf signature = BUF_EMPTY;
    write_data(&data, order);
    int result = buf_ok(&data) ? key_sign(order->key, order->hash, buf_slice(&data),
                                          &signature, err)
                               : err_memory(err);
    if (result == 0) {
        size_t response = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_ENUMERATED, (struct slice){ (const uint8_t *)"", 1 });
        size_t field = der_begin(out, OCSP_TAG_EXPLICIT(0));
        size_t bytes = der_begin(out, DER_SEQUENCE);
        der_write(out, DER_OID, OCSP_OID(OCSP_OID_BASIC));
        size_t wrapped = der_begin(out, DER_OCTET_STRING);
        size_t basic = der_begin(out, DER_SEQUENCE);
        buf_append_slice(out, buf_slice(&data));
        (void)key_append_signature_algorithm(order->key, order->hash, out);
        der_write_bits(out, buf_slice(&signature));
        write_certs(out, order);
        der_end(out, basic);
        der_end(out, wrapped);
        der_end(out, bytes);
        der_end(out, field);
        der_end(out, response);
        result = buf_ok(out) ? 0 : err_memory(err);
    }
    buf_finish(&data);
    buf_finish(&signature);
    return result;
}

bool ocsp_response_write_error(enum ocsp_response_status status, struct buf *out)
{
    uint8_t byte = (uint8_t)status;
    size_t response = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_ENUMERATED, (struct slice){ &byte, 1 });
    der_end(out, response);
    return buf_ok(out);
}
