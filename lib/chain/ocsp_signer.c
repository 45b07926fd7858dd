/* SPDX-License-Identifier: MIT */
#include "chain/ocsp_signer.h"

#include "chain/path.h"
#include "chain/signature_work.h"
#include "pki/name.h"

const char *ocsp_signer_name(enum ocsp_signer signer)
{
    static const char *const names[] = {
        [OCSP_SIGNER_ISSUER] = "signed by the issuer",
        [OCSP_SIGNER_DELEGATE] = "signed by a responder of the issuer",
        [OCSP_SIGNER_MISSING] = "its signer is not the issuer, and sent no certificate",
        [OCSP_SIGNER_NOT_ISSUED] =
            "the responder's certificate was not issued by the same CA",
        [OCSP_SIGNER_NOT_AUTHORIZED] =
            "the responder's certificate is not good for OCSP Signing",
        [OCSP_SIGNER_NOT_IN_TIME] = "the responder's certificate is out of date",
        [OCSP_SIGNER_BAD_SIGNATURE] = "its signature is not the responder's",
        [OCSP_SIGNER_UNSUPPORTED] = "its signature has an unsupported algorithm",
        [OCSP_SIGNER_UNCHECKED] = "not checked: too many signatures in one judgement",
    };
    return names[signer];
}

/* The response says that it comes from the holder of this certificate. */
static bool is_responder(const struct ocsp_response *response,
                         const struct certificate *cert)
{
    uint8_t hash[OCSP_KEY_HASH_LEN];
    if (cert->malformed != NULL) {
        return false;
    }
    if (response->responder_name.len > 0) {
        return name_equal(response->responder_name, cert->subject);
    }
    return ocsp_key_hash(cert->spki, hash) &&
           slice_equal(response->responder_key_hash,
                       (struct slice){ hash, sizeof(hash) });
}

static enum ocsp_signer check_delegate(const struct certificate *delegate,
                                       const struct certificate *issuer, int64_t now,
                                       struct signature_work *work)
{
    if (!name_equal(delegate->issuer, issuer->subject) ||
        signature_work_certificate(work, delegate, issuer) != SIGNATURE_GOOD) {
        return OCSP_SIGNER_NOT_ISSUED;
    }
    if (!certificate_lists_purpose(delegate, OID_OCSP_SIGNING) ||
        (delegate->has_key_usage &&
         (delegate->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0)) {
        return OCSP_SIGNER_NOT_AUTHORIZED;
    }
    if (now < delegate->not_before || now > delegate->not_after) {
        return OCSP_SIGNER_NOT_IN_TIME;
    }
    return OCSP_SIGNER_DELEGATE;
}

static enum ocsp_signer check_signature(const struct ocsp_response *response,
                                        const struct certificate *signer,
                                        struct signature_work *work,
                                        enum ocsp_signer good)
{
    switch (signature_work_ocsp(work, response, signer)) {
    case SIGNATURE_GOOD:
        return good;
    case SIGNATURE_UNSUPPORTED:
        return OCSP_SIGNER_UNSUPPORTED;
    case SIGNATURE_UNCHECKED:
        return OCSP_SIGNER_UNCHECKED;
    case SIGNATURE_BAD:
    default:
        return OCSP_SIGNER_BAD_SIGNATURE;
    }
}

enum ocsp_signer ocsp_signer_find(const struct ocsp_response *response,
                                  const struct certificate *issuer, int64_t now,
                                  struct signature_work *work,
                                  const struct certificate **ret_delegate)
{
    enum ocsp_signer best = OCSP_SIGNER_MISSING;
    *ret_delegate = NULL;
    if (is_responder(response, issuer)) {
        best = check_signature(response, issuer, work, OCSP_SIGNER_ISSUER);
    }
    for (size_t i = 0; best != OCSP_SIGNER_ISSUER && i < response->n_certs; i++) {
        const struct certificate *delegate = response->certs[i];
        if (!is_responder(response, delegate)) {
            continue;
        }
        best = check_delegate(delegate, issuer, now, work);
        if (best == OCSP_SIGNER_DELEGATE) {
            best = check_signature(response, delegate, work, OCSP_SIGNER_DELEGATE);
        }
        if (best == OCSP_SIGNER_DELEGATE) {
            *ret_delegate = delegate;
            break;
        }
    }
    return best;
}
