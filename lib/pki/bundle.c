/* SPDX-License-Identifier: MIT */
#include "pki/bundle.h"

#include "base/mem.h"
#include "pki/der.h"
#include "pki/pem.h"
#include "pki/pkcs12.h"
#include "pki/pkcs7.h"

#include <stdlib.h>
#include <string.h>

#define TAG_0 (DER_CONTEXT | DER_CONSTRUCTED | 0)

struct reader {
    struct bundle *bundle;
    const char *password;
    const char *label;
    struct err *err;
};

const char *bundle_format_name(enum bundle_format format)
{
    static const char *const names[] = {
        [BUNDLE_PEM] = "PEM",
        [BUNDLE_DER] = "DER",
        [BUNDLE_PKCS7] = "PKCS #7",
        [BUNDLE_PKCS12] = "PKCS #12",
    };
    return names[format];
}

static enum bundle_result fail_memory(struct err *err)
{
    err_memory(err);
    return BUNDLE_FAILED;
}

static enum bundle_result fail(const struct reader *reader, const char *reason)
{
    err_set(reader->err, ERR_CONFIG, 0, "%s %s", reader->label, reason);
    return BUNDLE_FAILED;
}

/* ---- what is kept */

static enum bundle_result add_certificate(struct reader *reader, struct slice der)
{
    struct bundle *bundle = reader->bundle;
    if (bundle->n_certs == BUNDLE_ITEMS_MAX) {
        return fail(reader, "holds more than 20000 certificates, which is refused");
    }
    if (der.len > CERTIFICATE_SIZE_MAX) {
        return fail(reader, "holds a certificate of over 64 KiB, which is not read");
    }
    struct certificate **certs =
        mem_resize(bundle->certs, bundle->n_certs + 1, sizeof(struct certificate *));
    if (certs == NULL) {
        return fail_memory(reader->err);
    }
    bundle->certs = certs;
    certs[bundle->n_certs] = certificate_create(der);
    return certs[bundle->n_certs++] == NULL ? fail_memory(reader->err) : BUNDLE_OK;
}

static enum bundle_result add_crl(struct reader *reader, struct slice der)
{
    struct bundle *bundle = reader->bundle;
    if (bundle->n_crls == BUNDLE_ITEMS_MAX) {
        return fail(reader, "holds more than 20000 revocation lists, which is refused");
    }
    struct crl **crls =
        mem_resize(bundle->crls, bundle->n_crls + 1, sizeof(struct crl *));
    if (crls == NULL) {
        return fail_memory(reader->err);
    }
    bundle->crls = crls;
    crls[bundle->n_crls] = crl_create(der);
    return crls[bundle->n_crls++] == NULL ? fail_memory(reader->err) : BUNDLE_OK;
}

/* A key that cannot be used, for want of its password or of support, is no fault: it
 * is the certificates that were asked for. */
static enum bundle_result add_key(struct reader *reader, struct slice bytes)
{
    struct err problem = ERR_INIT;
    reader->bundle->has_key = true;
    if (reader->bundle->key == NULL && key_parse(bytes, reader->password, reader->label,
                                                 &reader->bundle->key, &problem) != 0) {
        reader->bundle->key = NULL;
        if (problem.domain == ERR_MEMORY) {
            return fail_memory(reader->err);
        }
    }
    return BUNDLE_OK;
}

/* ---- PKCS#7 */

struct pkcs7_walk {
    struct reader *reader;
    enum bundle_result result;
};

static bool on_pkcs7_item(void *user, enum pkcs7_kind kind, struct slice der)
{
    struct pkcs7_walk *walk = user;
    walk->result = kind == PKCS7_CRL ? add_crl(walk->reader, der)
                                     : add_certificate(walk->reader, der);
    return walk->result == BUNDLE_OK;
}

static enum bundle_result read_pkcs7(struct reader *reader, struct slice der)
{
    struct pkcs7_walk walk = { reader, BUNDLE_OK };
    reader->bundle->format = BUNDLE_PKCS7;
    switch (pkcs7_read(der, on_pkcs7_item, &walk)) {
    case PKCS7_OK:
        return BUNDLE_OK;
    case PKCS7_OTHER:
        return fail(reader, "is a PKCS#7 message of another kind than a signed one, "
                            "which holds no certificates; export a .p7b file");
    case PKCS7_LIMIT:
        return fail(reader, "holds more than 1000 certificates, which is refused");
    case PKCS7_MEMORY:
        return walk.result != BUNDLE_OK ? walk.result : fail_memory(reader->err);
    case PKCS7_NOT:
    case PKCS7_DAMAGED:
    default:
        return fail(reader,
                    "is a damaged PKCS#7 file; copy it again from where it came from");
    }
}

/* ---- PKCS#12 */

/* The certificate that belongs to the key: by localKeyID, else by the key itself. */
static size_t find_own_certificate(const struct pkcs12 *pkcs12,
                                   const struct bundle *bundle)
{
    const struct pkcs12_item *key = NULL;
    size_t n_certs = 0;
    for (size_t i = 0; i < bundle->n_certs && bundle->key != NULL; i++) {
        if (bundle->certs[i]->malformed == NULL &&
            key_matches(bundle->key, bundle->certs[i])) {
            return i;
        }
    }
    for (size_t i = 0; i < pkcs12->n_items && key == NULL; i++) {
        key = pkcs12->items[i].kind == PKCS12_KEY ? &pkcs12->items[i] : NULL;
    }
    for (size_t i = 0; i < pkcs12->n_items && key != NULL; i++) {
        const struct pkcs12_item *item = &pkcs12->items[i];
        if (item->kind == PKCS12_CERTIFICATE && item->local_key_id.len > 0 &&
            slice_equal(buf_slice(&item->local_key_id),
                        buf_slice(&key->local_key_id))) {
            return n_certs;
        }
        n_certs += item->kind == PKCS12_CERTIFICATE ? 1 : 0;
    }
    return 0;
}

/* Puts the key's own certificate first and takes its name over. */
static enum bundle_result put_own_first(struct reader *reader,
                                        const struct pkcs12 *pkcs12)
{
    struct bundle *bundle = reader->bundle;
    size_t own = find_own_certificate(pkcs12, bundle);
    size_t n_certs = 0;
    if (bundle->n_certs == 0) {
        return BUNDLE_OK;
    }
    struct certificate *first = bundle->certs[own];
    for (size_t i = own; i > 0; i--) {
        bundle->certs[i] = bundle->certs[i - 1];
    }
    bundle->certs[0] = first;
    for (size_t i = 0; i < pkcs12->n_items; i++) {
        if (pkcs12->items[i].kind == PKCS12_CERTIFICATE && n_certs++ == own) {
            buf_append_slice(&bundle->friendly_name,
                             buf_slice(&pkcs12->items[i].friendly_name));
        }
    }
    return buf_ok(&bundle->friendly_name) ? BUNDLE_OK : fail_memory(reader->err);
}

static enum bundle_result read_pkcs12(struct reader *reader, struct slice bytes)
{
    struct pkcs12 pkcs12 = { NULL, 0, false };
    enum bundle_result result = BUNDLE_OK;
    reader->bundle->format = BUNDLE_PKCS12;
    switch (pkcs12_read(bytes, reader->password, PKCS12_WORK_MAX, reader->label,
                        &pkcs12, reader->err)) {
    case PKCS12_OK:
        break;
    case PKCS12_NO_PASSWORD:
        return BUNDLE_NO_PASSWORD;
    case PKCS12_WRONG_PASSWORD:
        return BUNDLE_WRONG_PASSWORD;
    case PKCS12_NOT:
    case PKCS12_DAMAGED:
    case PKCS12_TOO_COSTLY:
    case PKCS12_UNSUPPORTED:
    case PKCS12_LIMIT:
    case PKCS12_MEMORY:
    default:
        return BUNDLE_FAILED;
    }
    for (size_t i = 0; i < pkcs12.n_items && result == BUNDLE_OK; i++) {
        struct slice der = buf_slice(&pkcs12.items[i].der);
        switch (pkcs12.items[i].kind) {
        case PKCS12_CERTIFICATE:
            result = add_certificate(reader, der);
            break;
        case PKCS12_CRL:
            result = add_crl(reader, der);
            break;
        case PKCS12_KEY:
        default:
            result = add_key(reader, der);
            break;
        }
    }
    result = result == BUNDLE_OK ? put_own_first(reader, &pkcs12) : result;
    pkcs12_finish(&pkcs12);
    return result;
}

/* ---- PEM and DER */

/* TBSCertList has a time where TBSCertificate has the two of its validity. */
static bool is_crl(struct slice der)
{
    struct slice content;
    struct slice tbs;
    struct slice field;
    if (!der_read(&der, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_SEQUENCE, &tbs)) {
        return false;
    }
    (void)der_read(&tbs, DER_INTEGER, &field);
    bool has_algorithm = der_read(&tbs, DER_SEQUENCE, &field);
    bool has_issuer = der_read(&tbs, DER_SEQUENCE, &field);
    return has_algorithm && has_issuer &&
           (der_next_is(tbs, DER_UTC_TIME) || der_next_is(tbs, DER_GENERALIZED_TIME));
}

/* What begins with an INTEGER, or with an algorithm and a string, is a key. */
static bool is_key(struct slice der)
{
    struct slice content;
    struct slice first;
    if (!der_read(&der, DER_SEQUENCE, &content)) {
        return false;
    }
    if (der_next_is(content, DER_INTEGER)) {
        return true;
    }
    return der_read(&content, DER_SEQUENCE, &first) && der_next_is(first, DER_OID);
}

/* CertificationRequestInfo has no [0] version and its subject after an INTEGER. */
static bool is_request(struct slice der)
{
    struct slice content;
    struct slice info;
    struct slice field;
    return der_read(&der, DER_SEQUENCE, &content) &&
           der_read(&content, DER_SEQUENCE, &info) &&
           der_read(&info, DER_INTEGER, &field) && field.len == 1 &&
           field.data[0] == 0 && der_read(&info, DER_SEQUENCE, &field) &&
           der_read(&info, DER_SEQUENCE, &field) && der_next_is(info, TAG_0);
}

static enum bundle_result read_der(struct reader *reader, struct slice der)
{
    struct slice start = slice_part(der, 0, 3);
    if (der.len == 0) {
        return fail(reader, "is empty");
    }
    if (start.data[0] != DER_SEQUENCE) {
        return slice_equals_string(start, "MII")
                   ? fail(reader, "is base64 text without its -----BEGIN and -----END "
                                  "lines; add them")
                   : fail(reader, "is neither PEM nor DER; name a certificate, a "
                                  ".p7b or a .p12 file");
    }
    if (pkcs12_is(der)) {
        return read_pkcs12(reader, der);
    }
    if (pkcs7_is(der)) {
        return read_pkcs7(reader, der);
    }
    if (is_crl(der)) {
        return add_crl(reader, der);
    }
    if (is_key(der)) {
        return add_key(reader, der);
    }
    if (is_request(der)) {
        return fail(reader, "is a certificate request, no certificate: name the CA's "
                            "answer to it");
    }
    return add_certificate(reader, der);
}

/* PEM labels (RFC 7468 and OpenSSL's); others are passed over. */
enum block { BLOCK_CERTIFICATE, BLOCK_TRUSTED, BLOCK_CRL, BLOCK_KEY, BLOCK_PKCS7 };
static const struct {
    const char *label;
    enum block block;
} labels[] = {
    { "CERTIFICATE", BLOCK_CERTIFICATE },
    { "X509 CERTIFICATE", BLOCK_CERTIFICATE },
    { "TRUSTED CERTIFICATE", BLOCK_TRUSTED },
    { "X509 CRL", BLOCK_CRL },
    { "PRIVATE KEY", BLOCK_KEY },
    { "ENCRYPTED PRIVATE KEY", BLOCK_KEY },
    { "RSA PRIVATE KEY", BLOCK_KEY },
    { "EC PRIVATE KEY", BLOCK_KEY },
    { "PKCS7", BLOCK_PKCS7 },
    { "PKCS #7 SIGNED DATA", BLOCK_PKCS7 },
    { "CMS", BLOCK_PKCS7 },
};

static enum bundle_result read_block(struct reader *reader, enum block block,
                                     const struct pem_block *pem)
{
    struct buf der = BUF_EMPTY;
    enum bundle_result result;
    if (block == BLOCK_KEY) {
        return add_key(reader, pem->whole);
    }
    if (!pem_decode(pem, &der)) {
        result = der.failed ? fail_memory(reader->err)
                            : fail(reader, "holds a PEM block that is no base64 text; "
                                           "copy it again");
    } else if (block == BLOCK_CRL) {
        result = add_crl(reader, buf_slice(&der));
    } else if (block == BLOCK_PKCS7) {
        result = read_pkcs7(reader, buf_slice(&der));
    } else {
        struct slice content = buf_slice(&der);
        struct slice rest = content;
        /* OpenSSL's "trusted" form: its own data behind the certificate. */
        if (block == BLOCK_TRUSTED && !der_read_whole(&rest, DER_SEQUENCE, &content)) {
            content = buf_slice(&der);
        }
        result = add_certificate(reader, content);
    }
    buf_finish(&der);
    return result;
}

static enum bundle_result read_pem(struct reader *reader, struct slice text)
{
    struct pem_block pem;
    enum pem_result found;
    enum bundle_result result = BUNDLE_OK;
    reader->bundle->format = BUNDLE_PEM;
    while (result == BUNDLE_OK && (found = pem_next(&text, &pem)) != PEM_END) {
        size_t i = 0;
        if (found == PEM_OPEN) {
            return fail(reader, "holds a PEM block without its END line; it was cut "
                                "off: copy it again");
        }
        while (i < ARRAY_LEN(labels) && !pem_has_label(&pem, labels[i].label)) {
            i++;
        }
        if (i < ARRAY_LEN(labels)) {
            result = read_block(reader, labels[i].block, &pem);
        }
    }
    return result;
}

/* ---- public */

enum bundle_result bundle_read(struct slice bytes, const char *password,
                               const char *label, struct bundle *ret_bundle,
                               struct err *err)
{
    struct bundle bundle = { .format = BUNDLE_DER };
    struct reader reader = { &bundle, password, label, err };
    /* DER may hold text that looks like PEM, PEM never begins like DER. */
    bool is_der = bytes.len > 0 && bytes.data[0] == DER_SEQUENCE;
    enum bundle_result result =
        !is_der && pem_is(bytes) ? read_pem(&reader, bytes) : read_der(&reader, bytes);
    if (result == BUNDLE_OK && bundle.n_certs == 0 && bundle.n_crls == 0) {
        result = fail(&reader, bundle.has_key ? "holds a private key but no certificate"
                                              : "holds no certificate");
    }
    if (result == BUNDLE_OK) {
        *ret_bundle = bundle;
    } else {
        bundle_finish(&bundle);
    }
    return result;
}

void bundle_finish(struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->n_certs; i++) {
        certificate_destroy(bundle->certs[i]);
    }
    for (size_t i = 0; i < bundle->n_crls; i++) {
        crl_destroy(bundle->crls[i]);
    }
    key_destroy(bundle->key);
    free(bundle->certs);
    free(bundle->crls);
    buf_finish(&bundle->friendly_name);
    *bundle = (struct bundle){ .format = BUNDLE_PEM };
}
