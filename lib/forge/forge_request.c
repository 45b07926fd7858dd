/* SPDX-License-Identifier: MIT */
#include "forge/forge_request.h"

#include "base/mem.h"
#include "forge/forge_certificate.h"
#include "forge/forge_name.h"
#include "pki/der.h"
#include "pki/key.h"
#include "pki/oid.h"

#define YEAR    ((int64_t)365 * 24 * 60 * 60)
#define CA_NAME "CN=the CA that issues it"
#define TAG_0   (DER_CONTEXT | DER_CONSTRUCTED | 0)
#define TAG_3   (DER_CONTEXT | DER_CONSTRUCTED | 3)

/* What is to be signed; everything is borrowed. */
struct order {
    uint32_t serial;
    struct slice issuer;
    struct slice subject;
    struct slice spki;
    struct slice extensions; /* Extensions; empty = none */
    int64_t from;
    int64_t to;
};

/* Appends the certificate. */
static int issue(const struct order *order, const struct key *key, struct buf *out,
                 struct err *err)
{
    struct buf tbs = BUF_EMPTY;
    size_t whole = der_begin(&tbs, DER_SEQUENCE);
    size_t version = der_begin(&tbs, TAG_0);
    der_write_small(&tbs, 2);
    der_end(&tbs, version);
    der_write_small(&tbs, order->serial);
    (void)key_append_signature_algorithm(key, KEY_HASH_SHA256, &tbs);
    buf_append_slice(&tbs, order->issuer);
    size_t validity = der_begin(&tbs, DER_SEQUENCE);
    der_write_time(&tbs, order->from);
    der_write_time(&tbs, order->to);
    der_end(&tbs, validity);
    buf_append_slice(&tbs, order->subject);
    buf_append_slice(&tbs, order->spki);
    if (order->extensions.len > 0) {
        size_t extensions = der_begin(&tbs, TAG_3);
        buf_append_slice(&tbs, order->extensions);
        der_end(&tbs, extensions);
    }
    der_end(&tbs, whole);
    int result = buf_ok(&tbs) ? forge_sign(key, KEY_HASH_SHA256, buf_slice(&tbs), false,
                                           out, err)
                              : err_memory(err);
    buf_finish(&tbs);
    return result;
}

/* basicConstraints CA:TRUE, the one extension of the CA. */
static void write_ca_extensions(struct buf *out)
{
    size_t list = der_begin(out, DER_SEQUENCE);
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_BASIC_CONSTRAINTS)->der, true);
    size_t value = der_begin(out, DER_SEQUENCE);
    der_write_boolean(out, true);
    der_end(out, value);
    forge_extension_end(out, open);
    der_end(out, list);
}

static int keep(const struct request *request, struct slice der,
                struct bundle *ret_bundle, struct err *err)
{
    struct bundle bundle = { .format = BUNDLE_DER };
    bundle.certs = mem_alloc(1, sizeof(struct certificate *));
    if (bundle.certs != NULL) {
        bundle.certs[0] = certificate_create(der);
        bundle.n_certs = bundle.certs[0] == NULL ? 0 : 1;
    }
    buf_append_string(&bundle.remarks,
                      "is a certificate request: what follows is the certificate that "
                      "it asks for, as if a trusted CA had issued it, for a year\n");
    if (!request->is_proved) {
        buf_append_string(&bundle.remarks, "is not signed by its own key: no CA takes "
                                           "it (RFC 2986 4.2)\n");
    }
    if (bundle.n_certs == 0 || !buf_ok(&bundle.remarks)) {
        bundle_finish(&bundle);
        return err_memory(err);
    }
    *ret_bundle = bundle;
    return 0;
}

int forge_request(const struct request *request, int64_t now, struct buf *ca,
                  struct bundle *ret_bundle, struct err *err)
{
    struct key *key = NULL;
    struct buf name = BUF_EMPTY;
    struct buf spki = BUF_EMPTY;
    struct buf extensions = BUF_EMPTY;
    struct buf leaf = BUF_EMPTY;
    int result = -1;
    write_ca_extensions(&extensions);
    if (key_generate(KEY_TYPE_EC_P256, &key, err) != 0 ||
        key_append_spki(key, &spki, err) != 0) {
        goto out;
    }
    if (!forge_name_write(&name, CA_NAME) || !buf_ok(&extensions)) {
        err_memory(err);
        goto out;
    }
    const struct order of_ca = {
        .serial = 1,
        .issuer = buf_slice(&name),
        .subject = buf_slice(&name),
        .spki = buf_slice(&spki),
        .extensions = buf_slice(&extensions),
        .from = now - YEAR,
        .to = now + 2 * YEAR,
    };
    const struct order of_leaf = {
        .serial = 2,
        .issuer = buf_slice(&name),
        .subject = request->subject,
        .spki = request->spki,
        .extensions = request->extensions,
        .from = now,
        .to = now + YEAR,
    };
    if (issue(&of_ca, key, ca, err) == 0 && issue(&of_leaf, key, &leaf, err) == 0) {
        result = keep(request, buf_slice(&leaf), ret_bundle, err);
    }
out:
    key_destroy(key);
    buf_finish(&name);
    buf_finish(&spki);
    buf_finish(&extensions);
    buf_finish(&leaf);
    return result;
}
