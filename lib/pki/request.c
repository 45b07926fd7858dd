/* SPDX-License-Identifier: MIT */
#include "pki/request.h"

#include "base/compiler.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/oid.h"
#include "pki/pem.h"

/* Attributes that hold Extensions: extensionRequest (RFC 2985 5.4.2), and Microsoft's
 * szOID_CERT_EXTENSIONS, the same before it. */
static const uint8_t extension_request[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7,
                                             0x0d, 0x01, 0x09, 0x0e };
static const uint8_t cert_extensions[] = { 0x2b, 0x06, 0x01, 0x04, 0x01,
                                           0x82, 0x37, 0x02, 0x01, 0x0e };

static bool holds_extensions(struct slice oid)
{
    const struct slice own = { extension_request, sizeof(extension_request) };
    const struct slice microsoft = { cert_extensions, sizeof(cert_extensions) };
    return slice_equal(oid, own) || slice_equal(oid, microsoft);
}

/* [0] IMPLICIT SET OF Attribute { type, SET OF value } */
static bool read_attributes(struct slice attributes, struct request *request)
{
    while (attributes.len > 0) {
        struct slice attribute;
        struct slice oid;
        struct slice values;
        if (!der_read(&attributes, DER_SEQUENCE, &attribute) ||
            !der_read(&attribute, DER_OID, &oid) ||
            !der_read(&attribute, DER_SET, &values)) {
            return false;
        }
        if (holds_extensions(oid) &&
            !der_read_whole(&values, DER_SEQUENCE, &request->extensions)) {
            return false;
        }
    }
    return true;
}

static bool verify(struct slice info, struct slice rest, struct slice spki)
{
    struct slice algorithm;
    struct slice oid;
    struct slice params = SLICE_EMPTY;
    struct slice signature;
    if (!der_read(&rest, DER_SEQUENCE, &algorithm) ||
        !der_read(&algorithm, DER_OID, &oid) ||
        !der_read_signature(&rest, &signature)) {
        return false;
    }
    if (algorithm.len > 0 && !der_read_any(&algorithm, NULL, NULL, &params)) {
        return false;
    }
    return key_verify(spki, oid_find(oid), params, info, signature) == SIGNATURE_GOOD;
}

bool request_read(struct slice der, struct request *ret_request)
{
    struct request request = { .subject = SLICE_EMPTY };
    struct slice content;
    struct slice whole;
    struct slice info;
    struct slice attributes = SLICE_EMPTY;
    uint32_t version;
    if (!der_read(&der, DER_SEQUENCE, &content) || der.len != 0 ||
        !der_read_whole(&content, DER_SEQUENCE, &whole)) {
        return false;
    }
    struct slice cursor = whole;
    if (!der_read(&cursor, DER_SEQUENCE, &info) ||
        !der_read_small(&info, DER_INTEGER, &version) || version != 0 ||
        !der_read_whole(&info, DER_SEQUENCE, &request.subject) ||
        !der_read_whole(&info, DER_SEQUENCE, &request.spki) ||
        !der_read(&info, DER_CONTEXT | DER_CONSTRUCTED | 0, &attributes) ||
        !read_attributes(attributes, &request)) {
        return false;
    }
    request.is_proved = verify(whole, content, request.spki);
    *ret_request = request;
    return true;
}

bool request_find(struct slice bytes, struct buf *out)
{
    static const char *const labels[] = { "CERTIFICATE REQUEST",
                                          "NEW CERTIFICATE REQUEST" };
    struct request request;
    struct pem_block block;
    struct slice text = bytes;
    if (request_read(bytes, &request)) {
        return buf_append_slice(out, bytes);
    }
    while (pem_is(bytes) && pem_next(&text, &block) == PEM_BLOCK) {
        for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
            if (pem_has_label(&block, labels[i])) {
                return pem_decode(&block, out) &&
                       request_read(buf_slice(out), &request);
            }
        }
    }
    return false;
}
