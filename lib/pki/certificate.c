/* SPDX-License-Identifier: MIT */
#include "pki/certificate_internal.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "pki/der.h"
#include "pki/name.h"
#include "pki/pem_write.h"

#include <mbedtls/sha1.h>
#include <mbedtls/sha256.h>
#include <stdlib.h>
#include <string.h>

/* Context tags of TBSCertificate (RFC 5280 4.1). */
#define TAG_VERSION           (DER_CONTEXT | DER_CONSTRUCTED | 0)
#define TAG_ISSUER_UNIQUE_ID  (DER_CONTEXT | 1)
#define TAG_SUBJECT_UNIQUE_ID (DER_CONTEXT | 2)
#define TAG_EXTENSIONS        (DER_CONTEXT | DER_CONSTRUCTED | 3)

/* One block of memory: the certificate and the bytes it borrows from. */
struct holder {
    struct certificate cert; /* first, so that freeing one frees the other */
    size_t n_more;           /* owners beside the first */
    uint8_t bytes[];
};

/* The number of bits in an INTEGER's content, without its sign byte. */
static size_t count_bits(struct slice integer)
{
    while (integer.len > 0 && integer.data[0] == 0) {
        integer = slice_part(integer, 1, integer.len);
    }
    if (integer.len == 0) {
        return 0;
    }
    size_t bits = integer.len * 8;
    for (uint8_t top = integer.data[0]; top < 0x80; top = (uint8_t)(top << 1)) {
        bits--;
    }
    return bits;
}

static const struct {
    enum oid oid; /* a curve, or a key type whose name implies the size */
    size_t bits;
} fixed_sizes[] = {
    { OID_CURVE_P256, 256 },      { OID_CURVE_P384, 384 },
    { OID_CURVE_P521, 521 },      { OID_CURVE_BP256R1, 256 },
    { OID_CURVE_BP384R1, 384 },   { OID_CURVE_BP512R1, 512 },
    { OID_CURVE_SECP256K1, 256 }, { OID_ED25519, 256 },
    { OID_ED448, 456 },           { OID_X25519, 256 },
};

static size_t find_fixed_size(enum oid oid)
{
    for (size_t i = 0; i < ARRAY_LEN(fixed_sizes); i++) {
        if (fixed_sizes[i].oid == oid) {
            return fixed_sizes[i].bits;
        }
    }
    return 0;
}

/* The kind of the key and its length; key.c decides whether it can be used. */
static void read_key_size(struct certificate *cert, struct slice params,
                          struct slice key)
{
    struct slice content;
    struct slice number;
    struct slice oid_der;

    if (cert->key_oid == OID_RSA_ENCRYPTION || cert->key_oid == OID_RSASSA_PSS) {
        if (der_read(&key, DER_SEQUENCE, &content) &&
            der_read(&content, DER_INTEGER, &number)) {
            cert->key_bits = count_bits(number);
        }
    } else if (cert->key_oid == OID_EC_PUBLIC_KEY) {
        if (der_read(&params, DER_OID, &oid_der)) {
            cert->curve = oid_find(oid_der);
            cert->key_bits = find_fixed_size(cert->curve);
        }
    } else if (cert->key_oid == OID_DSA) {
        if (der_read(&params, DER_SEQUENCE, &content) &&
            der_read(&content, DER_INTEGER, &number)) {
            cert->key_bits = count_bits(number);
        }
    } else {
        cert->key_bits = find_fixed_size(cert->key_oid);
    }
}

/* SubjectPublicKeyInfo ::= SEQUENCE { AlgorithmIdentifier, BIT STRING } */
static bool read_spki(struct certificate *cert, struct slice content)
{
    struct slice algorithm;
    struct slice oid_der;
    struct slice bits;
    if (!der_read(&content, DER_SEQUENCE, &algorithm) ||
        !der_read(&algorithm, DER_OID, &oid_der) ||
        !der_read(&content, DER_BIT_STRING, &bits) || bits.len == 0 ||
        content.len != 0) {
        return false;
    }
    (void)mbedtls_sha256(cert->spki.data, cert->spki.len, cert->spki_sha256, 0);
    cert->key_oid = oid_find(oid_der);
    read_key_size(cert, algorithm, slice_part(bits, 1, bits.len));
    return true;
}

/* [0] EXPLICIT INTEGER DEFAULT v1; which versions are acceptable is decided
 * elsewhere. */
static bool read_version(struct certificate *cert, struct slice *tbs)
{
    struct slice field;
    uint32_t version = 0;
    if (der_next_is(*tbs, TAG_VERSION) &&
        (!der_read(tbs, TAG_VERSION, &field) ||
         !der_read_small(&field, DER_INTEGER, &version) || field.len != 0 ||
         version > 255)) {
        return false;
    }
    cert->version = (int)version + 1;
    return true;
}

static bool read_validity(struct certificate *cert, struct slice validity)
{
    int64_t not_before;
    int64_t not_after;
    bool exact_before;
    bool exact_after;
    if (!der_read_any_time(&validity, &not_before, &exact_before) ||
        !der_read_any_time(&validity, &not_after, &exact_after) || validity.len != 0) {
        return false;
    }
    cert->has_validity = true;
    cert->not_before = not_before;
    cert->not_after = not_after;
    cert->has_odd_times = !exact_before || !exact_after;
    return true;
}

static bool read_unique_ids(struct slice *tbs)
{
    return (!der_next_is(*tbs, TAG_ISSUER_UNIQUE_ID) ||
            der_read(tbs, TAG_ISSUER_UNIQUE_ID, NULL)) &&
           (!der_next_is(*tbs, TAG_SUBJECT_UNIQUE_ID) ||
            der_read(tbs, TAG_SUBJECT_UNIQUE_ID, NULL));
}

static bool is_duplicate(const struct certificate *cert,
                         const struct extension *extension)
{
    for (size_t i = 0; i < cert->n_extensions; i++) {
        if (slice_equal(cert->extensions[i].oid_der, extension->oid_der)) {
            return true;
        }
    }
    return false;
}

/* If an extension occurs twice, the first one counts. */
static const char *read_extensions(struct certificate *cert, struct slice *tbs)
{
    struct slice field;
    struct slice list;
    if (!der_next_is(*tbs, TAG_EXTENSIONS)) {
        return NULL;
    }
    if (!der_read(tbs, TAG_EXTENSIONS, &field) ||
        !der_read(&field, DER_SEQUENCE, &list) || field.len != 0) {
        return "tbsCertificate.extensions";
    }
    while (list.len > 0) {
        if (cert->n_extensions == CERTIFICATE_EXTENSIONS_MAX) {
            return "tbsCertificate.extensions (too many)";
        }
        struct extension *extension = &cert->extensions[cert->n_extensions];
        if (!certificate_take_extension(&list, extension)) {
            return "tbsCertificate.extensions";
        }
        bool duplicate = is_duplicate(cert, extension);
        if (duplicate && cert->duplicate_extension == NULL) {
            cert->duplicate_extension = extension;
        }
        if (!duplicate && !certificate_read_extension(cert, extension) &&
            cert->malformed_extension == NULL) {
            cert->malformed_extension = extension;
        }
        cert->n_extensions++;
    }
    return NULL;
}

/* Takes the next SEQUENCE. If a value of another type stands in its place, that value
 * is skipped, so that the fields after it are still found; false then. */
static bool take_sequence(struct slice *tbs, struct slice *ret_whole,
                          struct slice *ret_content)
{
    struct slice rest = *tbs;
    if (der_read_whole(tbs, DER_SEQUENCE, ret_whole)) {
        return der_read(&rest, DER_SEQUENCE, ret_content);
    }
    (void)der_read_any(tbs, NULL, NULL, NULL);
    return false;
}

static void note(const char **malformed, bool good, const char *field)
{
    *malformed = good || *malformed != NULL ? *malformed : field;
}

/* Returns the first field that cannot be read, or NULL. Later fields are still read, as
 * far as the structure allows. */
static const char *read_tbs(struct certificate *cert, struct slice tbs,
                            struct slice *ret_inner_algorithm)
{
    const char *malformed = NULL;
    struct slice whole;
    struct slice content;
    bool good = read_version(cert, &tbs);
    note(&malformed, good, "tbsCertificate.version");
    good = der_read(&tbs, DER_INTEGER, &cert->serial) && cert->serial.len > 0;
    note(&malformed, good, "tbsCertificate.serialNumber");
    good = take_sequence(&tbs, ret_inner_algorithm, &content);
    note(&malformed, good, "tbsCertificate.signature");
    good = take_sequence(&tbs, &cert->issuer, &content);
    note(&malformed, good, "tbsCertificate.issuer");
    good = take_sequence(&tbs, &whole, &content) && read_validity(cert, content);
    note(&malformed, good, "tbsCertificate.validity");
    good = take_sequence(&tbs, &cert->subject, &content);
    note(&malformed, good, "tbsCertificate.subject");
    good = take_sequence(&tbs, &cert->spki, &content) && read_spki(cert, content);
    note(&malformed, good, "tbsCertificate.subjectPublicKeyInfo");
    note(&malformed, read_unique_ids(&tbs), "tbsCertificate.uniqueID");
    const char *extensions = read_extensions(cert, &tbs);
    note(&malformed, extensions == NULL, extensions);
    note(&malformed, tbs.len == 0, "tbsCertificate (bytes behind its last field)");
    return malformed;
}

/* Splits an AlgorithmIdentifier into its OID and its parameters' whole TLV. */
static bool read_signature_algorithm(struct certificate *cert, struct slice algorithm)
{
    struct slice content;
    if (!der_read(&algorithm, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, &cert->signature_oid)) {
        return false;
    }
    cert->signature_alg = oid_find(cert->signature_oid);
    if (content.len > 0 &&
        (!der_read_any(&content, NULL, NULL, &cert->signature_params) ||
         content.len != 0)) {
        return false;
    }
    return true;
}

static const char *read_certificate(struct certificate *cert)
{
    struct slice cursor = cert->der;
    struct slice content;
    struct slice tbs;
    struct slice tbs_content;
    struct slice inner = SLICE_EMPTY;
    struct slice outer = SLICE_EMPTY;

    if (!der_read(&cursor, DER_SEQUENCE, &content)) {
        return "certificate";
    }
    const char *malformed =
        cursor.len == 0 ? NULL : "certificate (bytes behind its end)";
    if (!der_read_whole(&content, DER_SEQUENCE, &cert->tbs)) {
        return "tbsCertificate";
    }
    tbs = cert->tbs;
    (void)der_read(&tbs, DER_SEQUENCE, &tbs_content);
    const char *field = read_tbs(cert, tbs_content, &inner);
    note(&malformed, field == NULL, field);
    bool good = der_read_whole(&content, DER_SEQUENCE, &outer) &&
                read_signature_algorithm(cert, outer);
    note(&malformed, good, "signatureAlgorithm");
    cert->signature_algs_differ = good && inner.len > 0 && !slice_equal(inner, outer);
    note(&malformed, der_read_signature(&content, &cert->signature), "signatureValue");
    note(&malformed, content.len == 0, "certificate (bytes behind its last field)");
    return malformed;
}

/* Most certificates have ten extensions: what was read in the largest room there may be
 * is kept in as much as it needs. */
static bool keep_extensions(struct certificate *cert)
{
    struct extension *all = cert->extensions;
    struct extension *kept = NULL;
    if (cert->n_extensions > 0) {
        kept = mem_alloc(cert->n_extensions, sizeof *kept);
        if (kept == NULL) {
            cert->extensions = NULL;
            return false;
        }
        memcpy(kept, all, cert->n_extensions * sizeof *kept);
    }
    if (cert->duplicate_extension != NULL) {
        cert->duplicate_extension = kept + (cert->duplicate_extension - all);
    }
    if (cert->malformed_extension != NULL) {
        cert->malformed_extension = kept + (cert->malformed_extension - all);
    }
    cert->extensions = kept;
    return true;
}

struct certificate *certificate_create(struct slice der)
{
    struct extension room[CERTIFICATE_EXTENSIONS_MAX];
    if (der.len > CERTIFICATE_SIZE_MAX) {
        return NULL;
    }
    struct holder *holder = mem_alloc(1, sizeof(*holder) + der.len);
    if (holder == NULL) {
        return NULL;
    }
    if (der.len > 0) {
        memcpy(holder->bytes, der.data, der.len);
    }
    struct certificate *cert = &holder->cert;
    cert->der = (struct slice){ holder->bytes, der.len };
    cert->path_len = CERTIFICATE_PATH_LEN_NONE;
    (void)mbedtls_sha1(holder->bytes, der.len, cert->sha1);
    (void)mbedtls_sha256(holder->bytes, der.len, cert->sha256, 0);
    cert->extensions = room;
    cert->malformed = read_certificate(cert);
    cert->self_issued = name_equal(cert->issuer, cert->subject);
    if (!keep_extensions(cert)) {
        certificate_destroy(cert);
        return NULL;
    }
    return cert;
}

struct certificate *certificate_share(struct certificate *cert)
{
    ((struct holder *)cert)->n_more++;
    return cert;
}

void certificate_destroy(struct certificate *cert)
{
    struct holder *holder = (struct holder *)cert;
    if (holder == NULL) {
        return;
    }
    if (holder->n_more > 0) {
        holder->n_more--;
        return;
    }
    free(cert->extensions);
    free(holder);
}

bool certificate_equal(const struct certificate *a, const struct certificate *b)
{
    return slice_equal(a->der, b->der);
}

bool certificate_is_self_issued(const struct certificate *cert)
{
    return cert->self_issued;
}

const struct extension *certificate_find_extension(const struct certificate *cert,
                                                   enum oid oid)
{
    for (size_t i = 0; oid != OID_UNKNOWN && i < cert->n_extensions; i++) {
        if (cert->extensions[i].oid == oid) {
            return &cert->extensions[i];
        }
    }
    return NULL;
}

bool certificate_append_pem(struct buf *out, const struct certificate *cert)
{
    return pem_write(out, "CERTIFICATE", cert->der);
}
