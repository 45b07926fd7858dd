/* SPDX-License-Identifier: MIT */
#include "pki/crl.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "pki/certificate_internal.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/name.h"

#include <mbedtls/sha256.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TAG_EXTENSIONS (DER_CONTEXT | DER_CONSTRUCTED | 0)
#define TAG_KEY_ID     (DER_CONTEXT | 0)

struct holder {
    struct crl crl; /* first, so that freeing one frees the other */
    uint8_t bytes[];
};

static const char *const reason_names[] = {
    [CRL_REASON_UNSPECIFIED] = "unspecified",
    [CRL_REASON_KEY_COMPROMISE] = "keyCompromise",
    [CRL_REASON_CA_COMPROMISE] = "cACompromise",
    [CRL_REASON_AFFILIATION_CHANGED] = "affiliationChanged",
    [CRL_REASON_SUPERSEDED] = "superseded",
    [CRL_REASON_CESSATION_OF_OPERATION] = "cessationOfOperation",
    [CRL_REASON_CERTIFICATE_HOLD] = "certificateHold",
    [CRL_REASON_REMOVE_FROM_CRL] = "removeFromCRL",
    [CRL_REASON_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
    [CRL_REASON_AA_COMPROMISE] = "aACompromise",
};

const char *crl_reason_name(unsigned reason)
{
    static char other[32];
    if (reason < ARRAY_LEN(reason_names) && reason_names[reason] != NULL) {
        return reason_names[reason];
    }
    (void)snprintf(other, sizeof(other), "reason %u", reason);
    return other;
}

/* ---- entries */

struct raw_entry {
    struct slice serial;
    int64_t revoked_at;
    struct slice extensions; /* content of the SEQUENCE; empty = none */
};

/* SEQUENCE { INTEGER, Time, Extensions OPTIONAL } */
static bool read_entry(struct slice *entries, struct raw_entry *ret_entry)
{
    struct raw_entry entry = { .extensions = SLICE_EMPTY };
    struct slice content;
    if (!der_read(entries, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_INTEGER, &entry.serial) ||
        !der_read_time(&content, &entry.revoked_at) ||
        (content.len > 0 && !der_read(&content, DER_SEQUENCE, &entry.extensions)) ||
        content.len != 0) {
        return false;
    }
    *ret_entry = entry;
    return true;
}

/* The content of an INTEGER without redundant sign bytes, for comparison: not every CA
 * writes DER. */
static struct slice trim_integer(struct slice integer)
{
    while (integer.len > 1 && ((integer.data[0] == 0x00 && integer.data[1] < 0x80) ||
                               (integer.data[0] == 0xff && integer.data[1] >= 0x80))) {
        integer = slice_part(integer, 1, integer.len);
    }
    return integer;
}

/* Checks every entry once, so that crl_find can rely on them. */
static bool check_entries(struct crl *crl)
{
    struct slice cursor = crl->entries;
    struct raw_entry entry;
    struct extension extension;
    crl_index_init(&crl->index, crl->entries.len);
    while (cursor.len > 0) {
        size_t offset = crl->entries.len - cursor.len;
        if (!read_entry(&cursor, &entry)) {
            return false;
        }
        crl_index_add(&crl->index, trim_integer(entry.serial), offset);
        while (entry.extensions.len > 0) {
            if (!certificate_take_extension(&entry.extensions, &extension)) {
                return false;
            }
            if (extension.oid == OID_CERTIFICATE_ISSUER) {
                crl->is_indirect = true; /* whatever else the list says about itself */
            } else if (extension.critical && extension.oid != OID_CRL_REASON &&
                       extension.oid != OID_INVALIDITY_DATE) {
                crl->has_unknown_critical = true;
            }
        }
    }
    return true;
}

static unsigned find_reason(struct slice extensions)
{
    struct extension extension;
    uint32_t reason = CRL_REASON_UNSPECIFIED;
    while (certificate_take_extension(&extensions, &extension)) {
        if (extension.oid == OID_CRL_REASON) {
            (void)der_read_small(&extension.value, DER_ENUMERATED, &reason);
        }
    }
    return reason;
}

/* One entry; true if it is the serial's. */
static bool is_entry_of(struct slice *cursor, struct slice serial,
                        struct crl_entry *ret_entry, bool *ret_end)
{
    struct raw_entry entry;
    *ret_end = !read_entry(cursor, &entry);
    if (*ret_end || !slice_equal(trim_integer(entry.serial), serial)) {
        return false;
    }
    ret_entry->revoked_at = entry.revoked_at;
    ret_entry->reason = find_reason(entry.extensions);
    return true;
}

bool crl_find(const struct crl *crl, struct slice serial, struct crl_entry *ret_entry)
{
    struct slice cursor = crl->entries;
    bool is_end = false;
    size_t step = 0;
    size_t offset;
    serial = trim_integer(serial);
    if (crl->index.slots == NULL) {
        while (!is_end) {
            if (is_entry_of(&cursor, serial, ret_entry, &is_end)) {
                return true;
            }
        }
        return false;
    }
    while (crl_index_find(&crl->index, serial, &step, &offset)) {
        cursor = slice_part(crl->entries, offset, crl->entries.len);
        if (is_entry_of(&cursor, serial, ret_entry, &is_end)) {
            return true;
        }
    }
    return false;
}

/* ---- complete lists and their deltas */

/* CRL Numbers in the form in which they are compared: unsigned, of any length. */
static int compare_numbers(struct slice a, struct slice b)
{
    a = trim_integer(a);
    b = trim_integer(b);
    if (a.len != b.len) {
        return a.len < b.len ? -1 : 1;
    }
    return a.len == 0 ? 0 : memcmp(a.data, b.data, a.len);
}

bool crl_is_newer(const struct crl *a, const struct crl *b)
{
    int order = a->number.len > 0 && b->number.len > 0
                    ? compare_numbers(a->number, b->number)
                    : 0;
    return order > 0 || (order == 0 && a->this_update > b->this_update);
}

bool crl_has_same_scope(const struct crl *a, const struct crl *b)
{
    return a->only_user_certs == b->only_user_certs &&
           a->only_ca_certs == b->only_ca_certs &&
           a->only_attribute_certs == b->only_attribute_certs &&
           a->only_some_reasons == b->only_some_reasons &&
           slice_equal(a->point, b->point) && name_equal(a->issuer, b->issuer);
}

bool crl_delta_fits(const struct crl *delta, const struct crl *complete)
{
    return delta->malformed == NULL && complete->malformed == NULL && delta->is_delta &&
           !complete->is_delta && complete->number.len > 0 && delta->number.len > 0 &&
           crl_has_same_scope(delta, complete) &&
           compare_numbers(complete->number, delta->base_number) >= 0 &&
           compare_numbers(delta->number, complete->number) > 0;
}

/* ---- extensions of the list */

static bool read_authority_key_id(struct crl *crl, struct slice value)
{
    struct slice content;
    return der_read(&value, DER_SEQUENCE, &content) &&
           (!der_next_is(content, TAG_KEY_ID) ||
            der_read(&content, TAG_KEY_ID, &crl->authority_key_id));
}

/* IssuingDistributionPoint (RFC 5280 5.2.5). */
static bool read_distribution_point(struct crl *crl, struct slice value)
{
    struct slice content;
    struct slice field;
    uint8_t tag;
    if (!der_read(&value, DER_SEQUENCE, &content) || value.len != 0) {
        return false;
    }
    while (content.len > 0) {
        if (!der_read_any(&content, &tag, &field, NULL)) {
            return false;
        }
        bool flag = field.len == 1 && field.data[0] != 0;
        switch (tag) {
        case DER_CONTEXT | DER_CONSTRUCTED | 0: /* distributionPoint */
            crl->point = field;
            break;
        case DER_CONTEXT | 1:
            crl->only_user_certs = flag;
            break;
        case DER_CONTEXT | 2:
            crl->only_ca_certs = flag;
            break;
        case DER_CONTEXT | 3:
            crl->only_some_reasons = true;
            break;
        case DER_CONTEXT | 5:
            crl->only_attribute_certs = flag;
            break;
        case DER_CONTEXT | 4: /* indirectCRL */
            crl->is_indirect = crl->is_indirect || flag;
            break;
        default:
            return false;
        }
    }
    return true;
}

static bool apply_extension(struct crl *crl, const struct extension *extension)
{
    struct slice value = extension->value;
    switch ((int)extension->oid) {
    case OID_AUTHORITY_KEY_IDENTIFIER:
        return read_authority_key_id(crl, value);
    case OID_CRL_NUMBER:
        /* RFC 5280 5.2.3: never critical. A critical one means something else. */
        crl->has_unknown_critical = crl->has_unknown_critical || extension->critical;
        return der_read(&value, DER_INTEGER, &crl->number) && value.len == 0;
    case OID_DELTA_CRL_INDICATOR:
        crl->is_delta = true;
        return der_read(&value, DER_INTEGER, &crl->base_number) && value.len == 0;
    case OID_ISSUING_DISTRIBUTION_POINT:
        return read_distribution_point(crl, value);
    case OID_FRESHEST_CRL:
        crl->freshest = value;
        return true;
    case OID_ISSUER_ALT_NAME:
    case OID_AUTHORITY_INFO_ACCESS:
        return true;
    default:
        crl->has_unknown_critical = crl->has_unknown_critical || extension->critical;
        return true;
    }
}

static bool read_extensions(struct crl *crl, struct slice field)
{
    struct slice list;
    struct extension extension;
    if (!der_read(&field, DER_SEQUENCE, &list) || field.len != 0) {
        return false;
    }
    while (list.len > 0) {
        if (!certificate_take_extension(&list, &extension) ||
            !apply_extension(crl, &extension)) {
            return false;
        }
    }
    return true;
}

/* ---- the list */

static bool next_is_time(struct slice cursor)
{
    return der_next_is(cursor, DER_UTC_TIME) ||
           der_next_is(cursor, DER_GENERALIZED_TIME);
}

/* TBSCertList (RFC 5280 5.1). Returns the field that cannot be read, or NULL. */
static const char *read_tbs(struct crl *crl, struct slice tbs)
{
    struct slice field;
    uint32_t version = 0;
    if (der_next_is(tbs, DER_INTEGER) &&
        (!der_read_small(&tbs, DER_INTEGER, &version) || version > 255)) {
        return "tbsCertList.version";
    }
    crl->version = (int)version + 1;
    if (!der_read(&tbs, DER_SEQUENCE, &field)) {
        return "tbsCertList.signature";
    }
    if (!der_read_whole(&tbs, DER_SEQUENCE, &crl->issuer)) {
        return "tbsCertList.issuer";
    }
    if (!der_read_time(&tbs, &crl->this_update)) {
        return "tbsCertList.thisUpdate";
    }
    if (next_is_time(tbs)) {
        crl->has_next_update = true;
        if (!der_read_time(&tbs, &crl->next_update)) {
            return "tbsCertList.nextUpdate";
        }
    }
    if (der_next_is(tbs, DER_SEQUENCE) &&
        (!der_read(&tbs, DER_SEQUENCE, &crl->entries) || !check_entries(crl))) {
        return "tbsCertList.revokedCertificates";
    }
    if (der_read(&tbs, TAG_EXTENSIONS, &field) && !read_extensions(crl, field)) {
        return "tbsCertList.crlExtensions";
    }
    return tbs.len == 0 ? NULL : "tbsCertList (bytes behind its last field)";
}

static bool read_signature_algorithm(struct crl *crl, struct slice *certificate_list)
{
    struct slice content;
    struct slice oid_der;
    if (!der_read(certificate_list, DER_SEQUENCE, &content) ||
        !der_read(&content, DER_OID, &oid_der)) {
        return false;
    }
    crl->signature_alg = oid_find(oid_der);
    return content.len == 0 ||
           (der_read_any(&content, NULL, NULL, &crl->signature_params) &&
            content.len == 0);
}

/* Enters a SEQUENCE, whatever its length says. */
static bool enter(struct slice *cursor)
{
    size_t length_bytes = cursor->len > 1 && cursor->data[1] > 0x80
                              ? (size_t)(cursor->data[1] & 0x7f)
                              : 0;
    if (cursor->len < 2 + length_bytes || cursor->data[0] != DER_SEQUENCE) {
        return false;
    }
    *cursor = slice_part(*cursor, 2 + length_bytes, cursor->len);
    return true;
}

static void find_issuer_of_damaged(struct crl *crl)
{
    struct slice cursor = crl->der;
    bool is_list = enter(&cursor);       /* CertificateList */
    is_list = is_list && enter(&cursor); /* TBSCertList */
    if (is_list) {
        (void)der_read(&cursor, DER_INTEGER, NULL);
        if (der_read(&cursor, DER_SEQUENCE, NULL)) {
            (void)der_read_whole(&cursor, DER_SEQUENCE, &crl->issuer);
        }
    }
}

static const char *read_crl(struct crl *crl)
{
    struct slice cursor = crl->der;
    struct slice content;
    struct slice tbs_content;
    if (!der_read(&cursor, DER_SEQUENCE, &content)) {
        return "certificateList";
    }
    if (cursor.len != 0) {
        return "certificateList (bytes behind its end)";
    }
    if (!der_read_whole(&content, DER_SEQUENCE, &crl->tbs)) {
        return "tbsCertList";
    }
    struct slice tbs = crl->tbs;
    (void)der_read(&tbs, DER_SEQUENCE, &tbs_content);
    const char *malformed = read_tbs(crl, tbs_content);
    if (malformed != NULL) {
        return malformed;
    }
    if (!read_signature_algorithm(crl, &content)) {
        return "signatureAlgorithm";
    }
    if (!der_read_signature(&content, &crl->signature)) {
        return "signatureValue";
    }
    return content.len == 0 ? NULL : "certificateList (bytes behind its last field)";
}

struct crl *crl_create(struct slice der)
{
    if (der.len > CRL_SIZE_MAX) {
        return NULL;
    }
    struct holder *holder = mem_alloc(1, sizeof(*holder) + der.len);
    if (holder == NULL) {
        return NULL;
    }
    if (der.len > 0) {
        memcpy(holder->bytes, der.data, der.len);
    }
    holder->crl.der = (struct slice){ holder->bytes, der.len };
    (void)mbedtls_sha256(holder->bytes, der.len, holder->crl.sha256, 0);
    struct crl *crl = &holder->crl;
    crl->malformed = read_crl(crl);
    if (crl->malformed != NULL && crl->issuer.len == 0) {
        find_issuer_of_damaged(crl);
    }
    if (crl->malformed == NULL) {
        crl->digest_len = key_hash_message(crl->signature_alg, crl->signature_params,
                                           crl->tbs, crl->digest);
    }
    return crl;
}

void crl_destroy(struct crl *crl)
{
    if (crl != NULL) {
        crl_index_finish(&crl->index);
    }
    free(crl);
}
