/* SPDX-License-Identifier: MIT
 *
 * Any bytes as an OCSP request and as a response, and what it says of its first
 * certificate. Input: the issuer, a part, and the bytes.
 */
#include "chain/chain.h"
#include "chain/ocsp_signer.h"
#include "fuzz.h"

#include "pki/der.h"
#include "pki/ocsp.h"

#define NOW ((int64_t)1781524800) /* 2026-06-15 */

static void read_request(struct slice bytes)
{
    static struct ocsp_request request;
    const char *fault = ocsp_request_read(bytes, &request);
    assert(fault != NULL ||
           (request.n_ids > 0 && request.n_ids <= OCSP_REQUEST_IDS_MAX));
}

static void ask(const struct ocsp_response *response, const struct certificate *issuer)
{
    struct slice singles = response->singles;
    struct slice content;
    struct ocsp_cert_id id;
    struct ocsp_single single;
    if (der_read(&singles, DER_SEQUENCE, &content) &&
        ocsp_cert_id_read(&content, &id)) {
        if (ocsp_find(response, id.serial, issuer, &single)) {
            assert(ocsp_cert_id_is_of(&single.id, issuer));
            assert(ocsp_serial_equal(single.id.serial, id.serial));
        }
    }
    const struct certificate *delegate = NULL;
    const struct store store = { .dir = NULL };
    const struct policy policy = policy_default();
    const struct chain_context context = { .store = &store,
                                           .policy = &policy,
                                           .now = NOW };
    enum ocsp_signer signer = ocsp_signer_find(response, issuer, &context, &delegate);
    assert(ocsp_signer_name(signer) != NULL);
    assert(delegate == NULL || !ocsp_has_nocheck(delegate) ||
           delegate->n_extensions > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    struct certificate *issuer = certificate_create(fuzz_take_part(&bytes));
    assert(issuer != NULL);
    read_request(bytes);
    struct ocsp_response *response = ocsp_response_create(bytes);
    assert(response != NULL || bytes.len > OCSP_SIZE_MAX);
    if (response != NULL) {
        assert(response->n_certs <= OCSP_CERTS_MAX);
        assert(ocsp_response_status_name(response->status) != NULL);
        if (response->malformed == NULL && issuer->malformed == NULL) {
            ask(response, issuer);
        }
        ocsp_response_destroy(response);
    }
    certificate_destroy(issuer);
    return 0;
}
