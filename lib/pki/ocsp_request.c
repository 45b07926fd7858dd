/* SPDX-License-Identifier: MIT
 *
 * OCSPRequest (RFC 6960 4.1.1), written and read.
 */
#include "pki/ocsp_internal.h"

#include "pki/der.h"

bool ocsp_request_write(struct buf *out, enum oid hash, struct slice serial,
                        const struct certificate *issuer, struct slice nonce)
{
    size_t request = der_begin(out, DER_SEQUENCE);
    size_t tbs = der_begin(out, DER_SEQUENCE);
    size_t list = der_begin(out, DER_SEQUENCE);
    size_t one = der_begin(out, DER_SEQUENCE);
    bool written = ocsp_cert_id_write(out, hash, serial, issuer);
    der_end(out, one);
    der_end(out, list);
    if (nonce.len > 0) {
        size_t extensions = der_begin(out, OCSP_TAG_EXPLICIT(2));
        ocsp_extensions_write_nonce(out, nonce);
        der_end(out, extensions);
    }
    der_end(out, tbs);
    der_end(out, request);
    return written && buf_ok(out);
}

/* Request ::= SEQUENCE { CertID, singleRequestExtensions [0] OPTIONAL } */
static bool read_one(struct slice *list, struct ocsp_request *request)
{
    struct slice content;
    if (request->n_ids == OCSP_REQUEST_IDS_MAX ||
        !der_read(list, DER_SEQUENCE, &content) ||
        !ocsp_cert_id_read(&content, &request->ids[request->n_ids])) {
        return false;
    }
    request->n_ids++;
    return content.len == 0 ||
           (der_read(&content, OCSP_TAG_EXPLICIT(0), NULL) && content.len == 0);
}

static const char *read_tbs(struct slice tbs, struct ocsp_request *request)
{
    struct slice list;
    struct slice field;
    struct ocsp_extensions extensions;
    (void)der_read(&tbs, OCSP_TAG_EXPLICIT(0), NULL); /* version */
    (void)der_read(&tbs, OCSP_TAG_EXPLICIT(1), NULL); /* requestorName */
    if (!der_read(&tbs, DER_SEQUENCE, &list)) {
        return "tbsRequest.requestList";
    }
    while (list.len > 0) {
        if (!read_one(&list, request)) {
            return "tbsRequest.requestList";
        }
    }
    if (request->n_ids == 0) {
        return "tbsRequest.requestList (it is empty)";
    }
    if (der_read(&tbs, OCSP_TAG_EXPLICIT(2), &field)) {
        if (!ocsp_extensions_read(field, &extensions) ||
            extensions.nonce.len > OCSP_NONCE_MAX) {
            return "tbsRequest.requestExtensions";
        }
        request->has_nonce = extensions.has_nonce;
        request->nonce = extensions.nonce;
    }
    return tbs.len == 0 ? NULL : "tbsRequest (bytes behind its last field)";
}

const char *ocsp_request_read(struct slice der, struct ocsp_request *ret_request)
{
    struct slice content;
    struct slice tbs;
    *ret_request = (struct ocsp_request){ .n_ids = 0 };
    if (!der_read(&der, DER_SEQUENCE, &content)) {
        return "OCSPRequest";
    }
    if (der.len != 0) {
        return "OCSPRequest (bytes behind its end)";
    }
    if (!der_read(&content, DER_SEQUENCE, &tbs)) {
        return "tbsRequest";
    }
    const char *malformed = read_tbs(tbs, ret_request);
    (void)der_read(&content, OCSP_TAG_EXPLICIT(0), NULL); /* optionalSignature */
    return malformed != NULL || content.len == 0
               ? malformed
               : "OCSPRequest (bytes behind its last field)";
}
