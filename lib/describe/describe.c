/* SPDX-License-Identifier: MIT */
#include "describe/describe.h"

#include "base/text.h"
#include "describe/describe_list.h"
#include "pki/der.h"
#include "pki/name.h"

#define ELLIPSIS "\xe2\x80\xa6"

const struct describe_key_usage describe_key_usages[DESCRIBE_KEY_USAGE_COUNT] = {
    { KEY_USAGE_DIGITAL_SIGNATURE, "digitalSignature", "Digital Signature" },
    { KEY_USAGE_NON_REPUDIATION, "nonRepudiation", "Non-Repudiation" },
    { KEY_USAGE_KEY_ENCIPHERMENT, "keyEncipherment", "Key Encipherment" },
    { KEY_USAGE_DATA_ENCIPHERMENT, "dataEncipherment", "Data Encipherment" },
    { KEY_USAGE_KEY_AGREEMENT, "keyAgreement", "Key Agreement" },
    { KEY_USAGE_KEY_CERT_SIGN, "keyCertSign", "Certificate Signing" },
    { KEY_USAGE_CRL_SIGN, "cRLSign", "CRL Signing" },
    { KEY_USAGE_ENCIPHER_ONLY, "encipherOnly", "Encipher Only" },
    { KEY_USAGE_DECIPHER_ONLY, "decipherOnly", "Decipher Only" },
};

static size_t count_ascii(struct slice bytes)
{
    size_t n = 0;
    while (n < bytes.len && bytes.data[n] < 0x80) {
        n++;
    }
    return n;
}

bool describe_append_utf8(struct buf *out, struct slice bytes, size_t max)
{
    size_t start = out->len;
    while (bytes.len > 0) {
        uint32_t c = 0xfffd;
        size_t room = max - (out->len - start);
        size_t ascii = count_ascii(slice_part(bytes, 0, room));
        if (ascii > 0) {
            buf_append(out, bytes.data, ascii);
            bytes = slice_part(bytes, ascii, bytes.len);
            continue;
        }
        size_t n = text_decode_utf8(bytes, &c);
        if (out->len - start + (n == 0 ? 3 : n) > max) {
            return buf_append_string(out, ELLIPSIS);
        }
        if (n == 0) {
            text_append_utf8(out, 0xfffd);
            n = 1;
        } else {
            buf_append(out, bytes.data, n);
        }
        bytes = slice_part(bytes, n, bytes.len);
    }
    return buf_ok(out);
}

/* Appends the content of `full`, cut, and frees it. */
static bool append_cut(struct buf *out, struct buf *full)
{
    if (!buf_ok(full)) {
        out->failed = true;
    }
    describe_append_utf8(out, buf_slice(full), DESCRIBE_VALUE_MAX);
    buf_finish(full);
    return buf_ok(out);
}

bool describe_append_name(struct buf *out, struct slice name)
{
    struct buf text = BUF_EMPTY;
    bool good = name.len > 0 && name_format(&text, name);
    if (text.failed) {
        out->failed = true;
    }
    buf_append_slice(out,
                     good ? buf_slice(&text) : slice_from_string("(malformed name)"));
    buf_finish(&text);
    return buf_ok(out);
}

static bool append_simple(struct buf *out, struct slice name)
{
    struct buf text = BUF_EMPTY;
    if (name.len > 0 && !name_format_simple(&text, name) && buf_ok(&text)) {
        buf_clear(&text);
        buf_append_string(&text, "(malformed name)");
    }
    if (text.len == 0 && buf_ok(&text)) {
        buf_append_string(&text, "(no name)");
    }
    return append_cut(out, &text);
}

bool describe_append_issued_to(struct buf *out, const struct certificate *cert)
{
    return append_simple(out, cert->subject);
}

bool describe_append_issued_by(struct buf *out, const struct certificate *cert)
{
    return append_simple(out, cert->issuer);
}

bool describe_append_serial(struct buf *out, const struct certificate *cert)
{
    struct buf text = BUF_EMPTY;
    text_append_hex(&text, cert->serial, 0);
    return append_cut(out, &text);
}

struct slice describe_key_oid(const struct certificate *cert)
{
    struct slice cursor = cert->spki;
    struct slice spki;
    struct slice algorithm;
    struct slice oid;
    if (der_read(&cursor, DER_SEQUENCE, &spki) &&
        der_read(&spki, DER_SEQUENCE, &algorithm) &&
        der_read(&algorithm, DER_OID, &oid)) {
        return oid;
    }
    return SLICE_EMPTY;
}

bool describe_append_key(struct buf *out, const struct certificate *cert)
{
    if (cert->key_oid == OID_EC_PUBLIC_KEY) {
        buf_append_string(out, "ECDSA ");
        if (cert->curve != OID_UNKNOWN) {
            return buf_append_string(out, oid_get(cert->curve)->display);
        }
        return buf_append_string(out, "on a curve that is not known");
    }
    struct buf text = BUF_EMPTY;
    if (cert->key_oid != OID_UNKNOWN) {
        buf_append_string(&text, oid_get(cert->key_oid)->display);
    } else {
        struct slice oid = describe_key_oid(cert);
        buf_append_string(&text, oid.len > 0 ? "algorithm " : "not to be read");
        if (oid.len > 0) {
            oid_format(&text, oid);
        }
    }
    /* An Ed25519 key has but one size. */
    if (cert->key_bits > 0 && cert->key_oid != OID_ED25519 &&
        cert->key_oid != OID_ED448) {
        buf_printf(&text, " %zu bits", cert->key_bits);
    }
    return append_cut(out, &text);
}

bool describe_append_signature(struct buf *out, const struct certificate *cert)
{
    struct buf text = BUF_EMPTY;
    if (cert->signature_alg != OID_UNKNOWN) {
        buf_append_string(&text, oid_get(cert->signature_alg)->display);
    } else if (cert->signature_oid.len > 0) {
        oid_format(&text, cert->signature_oid);
    } else {
        buf_append_string(&text, "not to be read");
    }
    if (cert->signature_algs_differ) {
        buf_append_string(&text, " (its two signature algorithm fields differ)");
    }
    return append_cut(out, &text);
}

bool describe_append_key_usage(struct buf *out, const struct certificate *cert)
{
    bool first = true;
    if (!cert->has_key_usage) {
        return buf_ok(out);
    }
    for (size_t i = 0; i < DESCRIBE_KEY_USAGE_COUNT; i++) {
        if ((cert->key_usage & describe_key_usages[i].bit) != 0) {
            buf_append_string(out, first ? "" : ", ");
            buf_append_string(out, describe_key_usages[i].display);
            first = false;
        }
    }
    return first ? buf_append_string(out, "none (an empty Key Usage)") : buf_ok(out);
}

static void on_purpose(void *user, struct slice oid_der, enum oid oid)
{
    struct buf *text = user;
    buf_append_string(text, text->len > 0 ? ", " : "");
    buf_append_string(text,
                      oid == OID_UNKNOWN ? "Unknown Key Usage" : oid_get(oid)->display);
    buf_append_string(text, " (");
    oid_format(text, oid_der);
    buf_append_byte(text, ')');
}

bool describe_append_purposes(struct buf *out, const struct certificate *cert)
{
    struct buf text = BUF_EMPTY;
    if (!cert->has_eku) {
        return buf_append_string(out, cert->malformed == NULL ? "All purposes"
                                                              : "not to be read");
    }
    if (!certificate_walk_purposes(cert, on_purpose, &text)) {
        buf_append_string(&text, text.len > 0 ? ", " : "");
        buf_append_string(&text, "a malformed Enhanced Key Usage");
    } else if (text.len == 0) {
        buf_append_string(&text, "none (an empty Enhanced Key Usage)");
    }
    return append_cut(out, &text);
}
