/* SPDX-License-Identifier: MIT
 *
 * Any bytes as PKCS#7; what comes out is read as the certificate or CRL that it says
 * it is.
 */
#include "fuzz.h"

#include "bundle/pkcs7.h"
#include "pki/certificate.h"
#include "pki/crl.h"

static void read_crl(struct slice der)
{
    struct crl *crl = crl_create(der);
    assert(crl != NULL);
    crl_destroy(crl);
}

static void read_certificate(struct slice der)
{
    struct certificate *cert = certificate_create(der);
    assert(cert != NULL);
    certificate_destroy(cert);
}

static bool on_item(void *user, enum pkcs7_kind kind, struct slice der)
{
    size_t *n = user;
    if (kind == PKCS7_CRL) {
        read_crl(der);
    } else if (der.len <= CERTIFICATE_SIZE_MAX) {
        read_certificate(der);
    }
    (*n)++;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    size_t n = 0;
    enum pkcs7_result result = pkcs7_read(bytes, on_item, &n);
    assert(result != PKCS7_MEMORY && n <= PKCS7_ITEMS_MAX);
    assert(result == PKCS7_NOT || pkcs7_is(bytes));
    return 0;
}
