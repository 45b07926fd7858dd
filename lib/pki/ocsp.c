/* SPDX-License-Identifier: MIT
 *
 * OCSPResponse (RFC 6960 4.2.1), read.
 */
#include "pki/ocsp_internal.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "pki/crl.h"
#include "pki/der.h"

#include <mbedtls/sha256.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct holder {
    struct ocsp_response response; /* first, so that freeing one frees the other */
    uint8_t bytes[];
};

const char *ocsp_response_status_name(uint32_t status)
{
    static char other[32];
    static const char *const names[] = {
        [OCSP_SUCCESSFUL] = "successful",
        [OCSP_MALFORMED_REQUEST] = "malformedRequest",
        [OCSP_INTERNAL_ERROR] = "internalError",
        [OCSP_TRY_LATER] = "tryLater",
        [OCSP_SIG_REQUIRED] = "sigRequired",
        [OCSP_UNAUTHORIZED] = "unauthorized",
    };
    if (status < ARRAY_LEN(names) && names[status] != NULL) {
        return names[status];
    }
    (void)snprintf(other, sizeof(other), "status %u", (unsigned)status);
    return other;
}

/* ---- one answer */

static bool read_generalized_time(struct slice *cursor, int64_t *ret_time)
{
    return der_next_is(*cursor, DER_GENERALIZED_TIME) &&
           der_read_time(cursor, ret_time);
}

/* RevokedInfo ::= SEQUENCE { revocationTime, revocationReason [0] OPTIONAL } */
static bool read_revoked(struct slice content, struct ocsp_single *single)
{
    struct slice field;
    uint32_t reason = CRL_REASON_UNSPECIFIED;
    if (!read_generalized_time(&content, &single->revoked_at)) {
        return false;
    }
    if (der_read(&content, OCSP_TAG_EXPLICIT(0), &field) &&
        (!der_read_small(&field, DER_ENUMERATED, &reason) || field.len != 0)) {
        return false;
    }
    single->reason = reason;
    return content.len == 0;
}

static bool read_status(struct slice *cursor, struct ocsp_single *single)
{
    struct slice content;
    if (der_read(cursor, OCSP_TAG_IMPLICIT(0), &content)) {
        single->status = OCSP_GOOD;
        return content.len == 0;
    }
    if (der_read(cursor, OCSP_TAG_EXPLICIT(1), &content)) {
        single->status = OCSP_REVOKED;
        return read_revoked(content, single);
    }
    single->status = OCSP_UNKNOWN;
    return der_read(cursor, OCSP_TAG_IMPLICIT(2), &content) && content.len == 0;
}

static bool read_single(struct slice *singles, struct ocsp_single *ret_single)
{
    struct ocsp_single single = { .status = OCSP_UNKNOWN };
    struct ocsp_extensions extensions = { .has_nonce = false };
    struct slice content;
    struct slice field;
    if (!der_read(singles, DER_SEQUENCE, &content) ||
        !ocsp_cert_id_read(&content, &single.id) || !read_status(&content, &single) ||
        !read_generalized_time(&content, &single.this_update)) {
        return false;
    }
    if (der_read(&content, OCSP_TAG_EXPLICIT(0), &field)) {
        single.has_next_update = true;
        if (!read_generalized_time(&field, &single.next_update) || field.len != 0) {
            return false;
        }
    }
    if (der_read(&content, OCSP_TAG_EXPLICIT(1), &field) &&
        !ocsp_extensions_read(field, &extensions)) {
        return false;
    }
    single.has_unknown_critical = extensions.has_unknown_critical;
    *ret_single = single;
    return content.len == 0;
}

bool ocsp_find(const struct ocsp_response *response, struct slice serial,
               const struct certificate *issuer, struct ocsp_single *ret_single)
{
    struct slice rest = response->singles;
    struct ocsp_single single;
    bool found = false;
    while (read_single(&rest, &single)) {
        if (ocsp_serial_equal(single.id.serial, serial) &&
            ocsp_cert_id_is_of(&single.id, issuer) &&
            (!found || single.this_update > ret_single->this_update)) {
            *ret_single = single;
            found = true;
        }
    }
    return found;
}

bool ocsp_next_update(const struct ocsp_response *response, int64_t *ret_time)
{
    struct slice rest = response->singles;
    struct ocsp_single single;
    bool found = false;
    while (read_single(&rest, &single)) {
        if (single.has_next_update && (!found || single.next_update < *ret_time)) {
            *ret_time = single.next_update;
            found = true;
        }
    }
    return found;
}

/* ---- the signed part */

static const char *read_responder(struct ocsp_response *response, struct slice *data)
{
    static const char field_name[] = "tbsResponseData.responderID";
    struct slice field;
    if (der_read(data, OCSP_TAG_EXPLICIT(1), &field)) {
        return der_read_whole(&field, DER_SEQUENCE, &response->responder_name) &&
                       field.len == 0
                   ? NULL
                   : field_name;
    }
    return der_read(data, OCSP_TAG_EXPLICIT(2), &field) &&
                   der_read(&field, DER_OCTET_STRING, &response->responder_key_hash) &&
                   field.len == 0
               ? NULL
               : field_name;
}

static const char *read_data(struct ocsp_response *response, struct slice data)
{
    struct ocsp_extensions extensions = { .has_nonce = false };
    struct ocsp_single single;
    struct slice field;
    (void)der_read(&data, OCSP_TAG_EXPLICIT(0), NULL); /* version */
    const char *malformed = read_responder(response, &data);
    if (malformed != NULL) {
        return malformed;
    }
    if (!read_generalized_time(&data, &response->produced_at)) {
        return "tbsResponseData.producedAt";
    }
    if (!der_read(&data, DER_SEQUENCE, &response->singles)) {
        return "tbsResponseData.responses";
    }
    for (struct slice rest = response->singles; rest.len > 0;) {
        if (!read_single(&rest, &single)) {
            return "tbsResponseData.responses";
        }
    }
    if (der_read(&data, OCSP_TAG_EXPLICIT(1), &field) &&
        !ocsp_extensions_read(field, &extensions)) {
        return "tbsResponseData.responseExtensions";
    }
    response->has_nonce = extensions.has_nonce;
    response->nonce = extensions.nonce;
    response->has_unknown_critical = extensions.has_unknown_critical;
    return data.len == 0 ? NULL : "tbsResponseData (bytes behind its last field)";
}

/* ---- the envelope */

static bool read_algorithm(struct ocsp_response *response, struct slice *basic)
{
    struct slice content;
    struct slice oid_der;
    if (!der_read(basic, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, &oid_der)) {
        return false;
    }
    response->signature_alg = oid_find(oid_der);
    return content.len == 0 ||
           (der_read_any(&content, NULL, NULL, &response->signature_params) &&
            content.len == 0);
}

/* BasicOCSPResponse; the certificates go to *ret_certs as a list of TLVs. */
static const char *read_basic(struct ocsp_response *response, struct slice basic,
                              struct slice *ret_certs)
{
    struct slice content;
    struct slice data;
    struct slice field;
    if (!der_read(&basic, DER_SEQUENCE, &content) || basic.len != 0) {
        return "basicOCSPResponse";
    }
    if (!der_read_whole(&content, DER_SEQUENCE, &response->tbs)) {
        return "tbsResponseData";
    }
    struct slice tbs = response->tbs;
    (void)der_read(&tbs, DER_SEQUENCE, &data);
    const char *malformed = read_data(response, data);
    if (malformed != NULL) {
        return malformed;
    }
    if (!read_algorithm(response, &content)) {
        return "signatureAlgorithm";
    }
    if (!der_read_signature(&content, &response->signature)) {
        return "signature";
    }
    if (der_read(&content, OCSP_TAG_EXPLICIT(0), &field) &&
        (!der_read(&field, DER_SEQUENCE, ret_certs) || field.len != 0)) {
        return "certs";
    }
    return content.len == 0 ? NULL : "basicOCSPResponse (bytes behind its last field)";
}

static const char *read_response(struct ocsp_response *response,
                                 struct slice *ret_certs)
{
    struct slice cursor = response->der;
    struct slice content;
    struct slice field;
    struct slice bytes;
    struct slice type;
    struct slice basic;
    if (!der_read(&cursor, DER_SEQUENCE, &content) || cursor.len != 0) {
        return "OCSPResponse";
    }
    if (!der_read_small(&content, DER_ENUMERATED, &response->status)) {
        return "responseStatus";
    }
    if (response->status != OCSP_SUCCESSFUL) {
        return NULL; /* there is nothing more to read */
    }
    if (!der_read(&content, OCSP_TAG_EXPLICIT(0), &field) || content.len != 0 ||
        !der_read(&field, DER_SEQUENCE, &bytes) || field.len != 0 ||
        !der_read(&bytes, DER_OID, &type)) {
        return "responseBytes";
    }
    if (!slice_equal(type, OCSP_OID(OCSP_OID_BASIC))) {
        return "responseBytes.responseType (another than id-pkix-ocsp-basic)";
    }
    if (!der_read(&bytes, DER_OCTET_STRING, &basic) || bytes.len != 0) {
        return "responseBytes.response";
    }
    return read_basic(response, basic, ret_certs);
}

/* False only when out of memory. */
static bool keep_certs(struct ocsp_response *response, struct slice list)
{
    struct slice der;
    while (response->n_certs < OCSP_CERTS_MAX &&
           der_read_whole(&list, DER_SEQUENCE, &der)) {
        if (der.len > CERTIFICATE_SIZE_MAX) {
            continue;
        }
        struct certificate *cert = certificate_create(der);
        if (cert == NULL) {
            return false;
        }
        response->certs[response->n_certs++] = cert;
    }
    return true;
}

struct ocsp_response *ocsp_response_create(struct slice der)
{
    struct slice certs = SLICE_EMPTY;
    if (der.len > OCSP_SIZE_MAX) {
        return NULL;
    }
    struct holder *holder = mem_alloc(1, sizeof(*holder) + der.len);
    if (holder == NULL) {
        return NULL;
    }
    struct ocsp_response *response = &holder->response;
    if (der.len > 0) {
        memcpy(holder->bytes, der.data, der.len);
    }
    response->der = (struct slice){ holder->bytes, der.len };
    (void)mbedtls_sha256(holder->bytes, der.len, response->sha256, 0);
    response->malformed = read_response(response, &certs);
    if (response->malformed == NULL && !keep_certs(response, certs)) {
        ocsp_response_destroy(response);
        return NULL;
    }
    return response;
}

void ocsp_response_destroy(struct ocsp_response *response)
{
    if (response == NULL) {
        return;
    }
    for (size_t i = 0; i < response->n_certs; i++) {
        certificate_destroy(response->certs[i]);
    }
    free(response);
}

bool ocsp_has_nocheck(const struct certificate *delegate)
{
    for (size_t i = 0; i < delegate->n_extensions; i++) {
        if (slice_equal(delegate->extensions[i].oid_der, OCSP_OID(OCSP_OID_NOCHECK))) {
            return true;
        }
    }
    return false;
}
