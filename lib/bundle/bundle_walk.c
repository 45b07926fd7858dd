/* SPDX-License-Identifier: MIT */
#include "bundle/bundle_walk.h"

#include "bundle/foreign_file.h"
#include "bundle/pkcs12.h"
#include "bundle/pkcs7.h"
#include "bundle/serialized_store.h"
#include "bundle/text_form.h"
#include "pki/der.h"
#include "pki/pem.h"

#include <stdio.h>
#include <string.h>

struct walk {
    const struct bundle_source *source;
    const struct bundle_visitor *visitor;
    enum bundle_format format;
    struct err *err;
};

/* ---- what is told */

static int tell_fault(const struct walk *walk, enum bundle_result why,
                      const struct err *sentence)
{
    if (sentence->domain == ERR_MEMORY) {
        return err_memory(walk->err);
    }
    size_t label_len = strlen(walk->source->label) + 1;
    struct bundle_fault fault = { why, walk->format, sentence, sentence->text };
    if (strlen(sentence->text) > label_len) {
        fault.reason += label_len;
    }
    return walk->visitor->on_fault(walk->visitor->user, &fault, walk->err);
}

static int fail(const struct walk *walk, const char *reason)
{
    struct err sentence = ERR_INIT;
    err_set(&sentence, ERR_CONFIG, 0, "%s %s", walk->source->label, reason);
    return tell_fault(walk, BUNDLE_FAILED, &sentence);
}

static int tell_remark(const struct walk *walk, const char *sentence)
{
    return walk->visitor->on_remark == NULL
               ? 0
               : walk->visitor->on_remark(walk->visitor->user, sentence, walk->err);
}

static int tell_item(const struct walk *walk, struct bundle_item item)
{
    item.format = walk->format;
    if (item.kind == BUNDLE_ITEM_CERTIFICATE && item.bytes.len > CERTIFICATE_SIZE_MAX) {
        return fail(walk, "holds a certificate of over 64 KiB, which is not read");
    }
    return walk->visitor->on_item(walk->visitor->user, &item, walk->err);
}

static int tell(const struct walk *walk, enum bundle_item_kind kind, struct slice bytes)
{
    return tell_item(walk, (struct bundle_item){ .kind = kind, .bytes = bytes });
}

/* ---- PKCS#7 */

struct pkcs7_walk {
    const struct walk *walk;
    int result;
};

static bool on_pkcs7_item(void *user, enum pkcs7_kind kind, struct slice der)
{
    struct pkcs7_walk *items = user;
    items->result =
        tell(items->walk, kind == PKCS7_CRL ? BUNDLE_ITEM_CRL : BUNDLE_ITEM_CERTIFICATE,
             der);
    return items->result == 0;
}

static int read_pkcs7(struct walk *walk, struct slice der)
{
    struct pkcs7_walk items = { walk, 0 };
    walk->format = BUNDLE_PKCS7;
    switch (pkcs7_read(der, on_pkcs7_item, &items)) {
    case PKCS7_OK:
        return 0;
    case PKCS7_OTHER:
        return fail(walk, "is a PKCS#7 message of another kind than a signed one, "
                          "which holds no certificates; export a .p7b file");
    case PKCS7_LIMIT:
        return fail(walk, "holds more than 1000 certificates, which is refused");
    case PKCS7_MEMORY:
        return items.result != 0 ? -1 : err_memory(walk->err);
    case PKCS7_NOT:
        return fail(walk, "is no PKCS#7 file, whatever its name says; export it again");
    case PKCS7_DAMAGED:
    default:
        return fail(walk,
                    "is a damaged PKCS#7 file; copy it again from where it came from");
    }
}

/* ---- PKCS#12 */

static int tell_pkcs12(const struct walk *walk, const struct pkcs12 *pkcs12)
{
    static const enum bundle_item_kind kinds[] = {
        [PKCS12_CERTIFICATE] = BUNDLE_ITEM_CERTIFICATE,
        [PKCS12_KEY] = BUNDLE_ITEM_KEY,
        [PKCS12_CRL] = BUNDLE_ITEM_CRL,
    };
    int result = 0;
    for (size_t i = 0; i < pkcs12->n_items && result == 0; i++) {
        const struct pkcs12_item *item = &pkcs12->items[i];
        result = tell_item(walk, (struct bundle_item){
                                     .kind = kinds[item->kind],
                                     .bytes = buf_slice(&item->der),
                                     .friendly_name = buf_slice(&item->friendly_name),
                                     .local_key_id = buf_slice(&item->local_key_id),
                                     .pkcs12_uses = pkcs12->uses,
                                 });
    }
    return result;
}

static int read_pkcs12(struct walk *walk, struct slice bytes)
{
    const struct bundle_source *source = walk->source;
    struct pkcs12 pkcs12 = { .items = NULL };
    struct err sentence = ERR_INIT;
    enum bundle_result why = BUNDLE_FAILED;
    walk->format = BUNDLE_PKCS12;
    switch (pkcs12_read(bytes, source->password, source->work_left, source->label,
                        &pkcs12, &sentence)) {
    case PKCS12_OK:
        why = BUNDLE_OK;
        break;
    case PKCS12_NO_PASSWORD:
        why = BUNDLE_NO_PASSWORD;
        break;
    case PKCS12_WRONG_PASSWORD:
        why = BUNDLE_WRONG_PASSWORD;
        break;
    case PKCS12_NOT:
    case PKCS12_DAMAGED:
    case PKCS12_TOO_COSTLY:
    case PKCS12_UNSUPPORTED:
    case PKCS12_LIMIT:
    case PKCS12_MEMORY:
    default:
        break;
    }
    int result = why == BUNDLE_OK ? tell_pkcs12(walk, &pkcs12)
                                  : tell_fault(walk, why, &sentence);
    pkcs12_finish(&pkcs12);
    return result;
}

/* ---- DER */

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

/* A version and more (PKCS#8, PKCS#1, SEC 1), or an algorithm and a string (encrypted
 * PKCS#8) are a key. */
static bool is_key(struct slice der)
{
    struct slice content;
    struct slice first;
    if (!der_read(&der, DER_SEQUENCE, &content)) {
        return false;
    }
    if (der_read(&content, DER_INTEGER, &first)) {
        return der_next_is(content, DER_SEQUENCE) ||
               der_next_is(content, DER_INTEGER) ||
               der_next_is(content, DER_OCTET_STRING);
    }
    return der_read(&content, DER_SEQUENCE, &first) && der_next_is(first, DER_OID);
}

/* One value, whole. */
static int read_value(struct walk *walk, struct slice der)
{
    walk->format = BUNDLE_DER;
    if (walk->source->promise == BUNDLE_PROMISE_PKCS12 || pkcs12_is(der)) {
        return read_pkcs12(walk, der);
    }
    if (walk->source->promise == BUNDLE_PROMISE_PKCS7 || pkcs7_is(der)) {
        return read_pkcs7(walk, der);
    }
    if (walk->source->promise == BUNDLE_PROMISE_KEY) {
        return tell(walk, BUNDLE_ITEM_KEY, der);
    }
    if (walk->source->promise == BUNDLE_PROMISE_CRL || is_crl(der)) {
        return tell(walk, BUNDLE_ITEM_CRL, der);
    }
    const char *foreign = foreign_file_name_bytes(der);
    if (foreign != NULL) {
        return fail(walk, foreign);
    }
    return tell(walk, is_key(der) ? BUNDLE_ITEM_KEY : BUNDLE_ITEM_CERTIFICATE, der);
}

static int tell_trailing(struct walk *walk, size_t n)
{
    char sentence[100];
    (void)snprintf(sentence, sizeof(sentence),
                   "has %zu byte%s behind its end, which %s passed over", n,
                   n == 1 ? "" : "s", n == 1 ? "is" : "are");
    return tell_remark(walk, sentence);
}

/* Several values in a row, and what follows the last. */
static int read_der(struct walk *walk, struct slice der)
{
    struct slice rest = der;
    struct slice whole;
    int result = 0;
    size_t n = 0;
    while (result == 0 && der_read_whole(&rest, DER_SEQUENCE, &whole)) {
        result = read_value(walk, whole);
        n++;
    }
    if (n == 0) {
        return read_value(walk, der); /* BER, or cut off */
    }
    return result == 0 && rest.len > 0 ? tell_trailing(walk, rest.len) : result;
}

/* ---- Windows' serialized stores */

static bool on_serialized(void *user, enum serialized_kind kind, struct slice der)
{
    struct pkcs7_walk *items = user;
    items->result =
        tell(items->walk,
             kind == SERIALIZED_CRL ? BUNDLE_ITEM_CRL : BUNDLE_ITEM_CERTIFICATE, der);
    return items->result == 0;
}

static int read_serialized(struct walk *walk, struct slice bytes)
{
    struct pkcs7_walk items = { walk, 0 };
    walk->format = BUNDLE_SST;
    if (!serialized_store_read(bytes, on_serialized, &items)) {
        return fail(walk, "is a damaged serialized store (.sst); export it again");
    }
    return items.result;
}

/* ---- PEM */

/* Labels (RFC 7468, OpenSSL's and GnuTLS's). An ignored one says nothing of use. */
enum block {
    BLOCK_CERTIFICATE,
    BLOCK_TRUSTED,
    BLOCK_CRL,
    BLOCK_KEY,
    BLOCK_PKCS7,
    BLOCK_PKCS12,
    BLOCK_IGNORED,
    BLOCK_STRANGE
};
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
    { "DSA PRIVATE KEY", BLOCK_KEY },
    { "OPENSSH PRIVATE KEY", BLOCK_KEY },
    { "PKCS7", BLOCK_PKCS7 },
    { "PKCS #7 SIGNED DATA", BLOCK_PKCS7 },
    { "CMS", BLOCK_PKCS7 },
    { "PKCS12", BLOCK_PKCS12 },
    { "EC PARAMETERS", BLOCK_IGNORED },
    { "DH PARAMETERS", BLOCK_IGNORED },
};

static enum block find_block(const struct pem_block *pem)
{
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        if (pem_has_label(pem, labels[i].label)) {
            return labels[i].block;
        }
    }
    return BLOCK_STRANGE;
}

static int tell_decoded(struct walk *walk, enum block block, struct slice der)
{
    struct slice content = der;
    struct slice rest = der;
    switch (block) {
    case BLOCK_CRL:
        return tell(walk, BUNDLE_ITEM_CRL, der);
    case BLOCK_PKCS7:
        return read_pkcs7(walk, der);
    case BLOCK_PKCS12:
        return read_pkcs12(walk, der);
    case BLOCK_TRUSTED:
        /* OpenSSL's "trusted" form: its own data follow the certificate. */
        if (!der_read_whole(&rest, DER_SEQUENCE, &content)) {
            content = der;
        }
        return tell(walk, BUNDLE_ITEM_CERTIFICATE, content);
    case BLOCK_CERTIFICATE:
    case BLOCK_KEY:
    case BLOCK_IGNORED:
    case BLOCK_STRANGE:
    default:
        return tell(walk, BUNDLE_ITEM_CERTIFICATE, der);
    }
}

static int read_block(struct walk *walk, const struct pem_block *pem)
{
    enum block block = find_block(pem);
    struct buf der = BUF_EMPTY;
    int result;
    walk->format = BUNDLE_PEM;
    if (block == BLOCK_IGNORED) {
        return 0;
    }
    if (block == BLOCK_STRANGE) {
        return tell(walk, BUNDLE_ITEM_STRANGE, pem->label);
    }
    if (block == BLOCK_KEY) {
        return tell(walk, BUNDLE_ITEM_KEY, pem->whole);
    }
    if (pem_decode(pem, &der)) {
        result = tell_decoded(walk, block, buf_slice(&der));
    } else if (der.failed) {
        result = err_memory(walk->err);
    } else {
        result = fail(walk, "holds a PEM block that is no base64 text; copy it again");
    }
    buf_finish(&der);
    return result;
}

static int read_pem(struct walk *walk, struct slice text)
{
    struct pem_block pem;
    enum pem_result found;
    int result = 0;
    while (result == 0 && (found = pem_next(&text, &pem)) != PEM_END) {
        walk->format = BUNDLE_PEM;
        result = found == PEM_OPEN
                     ? fail(walk, "holds a PEM block without its END line; it was cut "
                                  "off: copy it again")
                     : read_block(walk, &pem);
    }
    return result;
}

/* ---- any bytes */

static int read_bytes(struct walk *walk, struct slice bytes)
{
    /* DER may hold text that looks like PEM, PEM never begins like DER. */
    if (bytes.data[0] == DER_SEQUENCE) {
        return read_der(walk, bytes);
    }
    return pem_is(bytes) ? read_pem(walk, bytes) : read_serialized(walk, bytes);
}

/* What is neither PEM nor DER nor a store: a gateway's header field, base64, or a file
 * that is mistaken for a certificate. */
static int read_other(struct walk *walk, struct slice bytes)
{
    struct buf decoded = BUF_EMPTY;
    char sentence[120];
    const char *form;
    int result;
    if (text_form_decode(bytes, &decoded, &form)) {
        (void)snprintf(sentence, sizeof(sentence), "is read from %s", form);
        result = tell_remark(walk, sentence);
        result = result == 0 ? read_bytes(walk, buf_slice(&decoded)) : result;
    } else if (decoded.failed) {
        result = err_memory(walk->err);
    } else {
        const char *name = foreign_file_name_bytes(bytes);
        walk->format = BUNDLE_DER;
        result = fail(walk, name != NULL
                                ? name
                                : "is neither PEM nor DER, so no certificate; copy it "
                                  "again from where it came from");
    }
    buf_finish_secret(&decoded);
    return result;
}

/* PEM whose line ends are escaped holds no line that begins with base64. */
static bool is_escaped(struct slice text)
{
    struct slice cursor = text;
    struct pem_block pem;
    enum pem_result found = pem_next(&cursor, &pem);
    return found == PEM_BLOCK && slice_find(pem.body, '\\') < pem.body.len;
}

int bundle_walk(const struct bundle_source *source,
                const struct bundle_visitor *visitor, struct err *err)
{
    struct walk walk = { source, visitor, BUNDLE_PEM, err };
    struct slice bytes = source->bytes;
    if (bytes.len == 0) {
        return fail(&walk, "is empty; copy it again");
    }
    bool is_plain = bytes.data[0] == DER_SEQUENCE || serialized_store_is(bytes) ||
                    (pem_is(bytes) && !is_escaped(bytes));
    return is_plain ? read_bytes(&walk, bytes) : read_other(&walk, bytes);
}
