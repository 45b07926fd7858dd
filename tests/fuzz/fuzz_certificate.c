/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a certificate: read, walked, shown as rows, text and JSON, written as
 * PEM, and its own signature checked.
 */
#include "fuzz.h"

#include "describe/describe.h"
#include "pki/certificate.h"
#include "pki/key.h"
#include "pki/pem.h"
#include "store/store.h"

#include <jansson.h>
#include <stdlib.h>

static void on_url(void *user, struct slice url)
{
    const struct certificate *cert = user;
    assert(url.data >= cert->der.data);
    assert(url.data + url.len <= cert->der.data + cert->der.len);
}

static void on_purpose(void *user, struct slice oid_der, enum oid oid)
{
    const struct certificate *cert = user;
    assert(oid_find(oid_der) == oid);
    assert(oid == OID_UNKNOWN || certificate_lists_purpose(cert, oid) ||
           cert->malformed_extension != NULL);
}

static void on_row(void *user, enum describe_field field, const char *label,
                   struct slice value)
{
    (void)user;
    assert(label == describe_field_label(field));
    assert(text_is_utf8(value));
}

static void walk(struct certificate *cert)
{
    certificate_walk_crl_urls(cert, on_url, cert);
    certificate_walk_aia_urls(cert, OID_AD_OCSP, on_url, cert);
    certificate_walk_aia_urls(cert, OID_AD_CA_ISSUERS, on_url, cert);
    (void)certificate_walk_purposes(cert, on_purpose, cert);
    (void)certificate_is_self_issued(cert);
    (void)certificate_matches_host(cert, "www.example.org");
    (void)certificate_matches_host(cert, "192.0.2.1");
    assert(cert->n_extensions <= CERTIFICATE_EXTENSIONS_MAX);
    for (size_t i = 0; i < cert->n_extensions; i++) {
        (void)certificate_find_extension(cert, cert->extensions[i].oid);
    }
    if (cert->malformed == NULL) {
        (void)key_verify(cert->spki, cert->signature_alg, cert->signature_params,
                         cert->tbs, cert->signature);
    }
}

static void show(const struct certificate *cert)
{
    struct buf text = BUF_EMPTY;
    assert(describe_walk(cert, on_row, NULL));
    assert(describe_append_text(&text, cert, 2));
    fuzz_check_visible(buf_slice(&text), true);
    buf_finish(&text);

    json_t *json = describe_json(cert);
    char *dump = json_dumps(json, JSON_COMPACT);
    assert(json != NULL && dump != NULL);
    free(dump);
    json_decref(json);
}

/* PEM and back: the same bytes. */
static void rewrite(const struct certificate *cert)
{
    struct buf pem = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    struct pem_block block;
    assert(certificate_append_pem(&pem, cert));
    struct slice cursor = buf_slice(&pem);
    if (cert->der.len > 0) {
        assert(pem_next(&cursor, &block) == PEM_BLOCK && pem_decode(&block, &der));
        assert(slice_equal(buf_slice(&der), cert->der));
    }
    buf_finish(&pem);
    buf_finish(&der);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct certificate *cert = certificate_create((struct slice){ data, len });
    if (cert == NULL) {
        assert(len > CERTIFICATE_SIZE_MAX);
        return 0;
    }
    walk(cert);
    show(cert);
    rewrite(cert);
    certificate_destroy(cert);
    return 0;
}
