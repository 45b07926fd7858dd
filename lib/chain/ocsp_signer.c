/* SPDX-License-Identifier: MIT */
#include "chain/ocsp_signer.h"

#include "chain/path/path.h"
#include "chain/signature_policy.h"
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
        [OCSP_SIGNER_BAD_EXTENSION] =
            "the responder's certificate has an extension that is not understood",
        [OCSP_SIGNER_WEAK] =
            "the responder's certificate has a key or signature that is too weak",
        [OCSP_SIGNER_DISTRUSTED] =
            "the responder's certificate lies in LocalMachine\\Disallowed",
        [OCSP_SIGNER_WEAK_ANSWER] = "its signature uses a hash that is too weak",
        [OCSP_SIGNER_BAD_SIGNATURE] = "its signature is not the responder's",
        [OCSP_SIGNER_UNSUPPORTED] = "its signature has an unsupported algorithm",
        [OCSP_SIGNER_UNCHECKED] = "its signature was not checked",
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

static bool is_weak(const struct certificate *cert, const struct policy *policy)
{
    bool rsa = cert->key_oid == OID_RSA_ENCRYPTION || cert->key_oid == OID_RSASSA_PSS;
    return (rsa && cert->key_bits < policy->minrsapubkeybitlength) ||
           signature_policy_defect(cert->signature_alg, cert->signature_params,
                                   policy) != NULL;
}

static bool has_bad_extension(const struct certificate *cert)
{
    size_t start = 0;
    return cert->malformed_extension != NULL || cert->duplicate_extension != NULL ||
           path_find_unknown_critical(cert, &start) != NULL;
}

/* What holds for a certificate of the path holds for the responder's, too. */
static enum ocsp_signer check_delegate(const struct certificate *delegate,
                                       const struct certificate *issuer,
                                       const struct chain_context *context)
{
    if (!name_equal(delegate->issuer, issuer->subject) ||
        delegate->signature_algs_differ ||
        signature_work_certificate(context->work, delegate, issuer) != SIGNATURE_GOOD) {
        return OCSP_SIGNER_NOT_ISSUED;
    }
    if (!certificate_lists_purpose(delegate, OID_OCSP_SIGNING) ||
        (delegate->has_key_usage &&
         (delegate->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0)) {
        return OCSP_SIGNER_NOT_AUTHORIZED;
    }
    if (context->now < delegate->not_before || context->now > delegate->not_after) {
        return OCSP_SIGNER_NOT_IN_TIME;
    }
    if (has_bad_extension(delegate)) {
        return OCSP_SIGNER_BAD_EXTENSION;
    }
    if (is_weak(delegate, context->policy)) {
        return OCSP_SIGNER_WEAK;
    }
    return path_find_distrust(delegate, context->store) != NULL ? OCSP_SIGNER_DISTRUSTED
                                                                : OCSP_SIGNER_DELEGATE;
}

static enum ocsp_signer check_signature(const struct ocsp_response *response,
                                        const struct certificate *signer,
                                        const struct chain_context *context,
                                        enum ocsp_signer good)
{
    if (signature_policy_defect(response->signature_alg, response->signature_params,
                                context->policy) != NULL) {
        return OCSP_SIGNER_WEAK_ANSWER;
    }
    switch (signature_work_ocsp(context->work, response, signer)) {
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
                                  const struct certificate *issuer,
                                  const struct chain_context *context,
                                  const struct certificate **ret_delegate)
{
    enum ocsp_signer best = OCSP_SIGNER_MISSING;
    *ret_delegate = NULL;
    if (is_responder(response, issuer)) {
        best = check_signature(response, issuer, context, OCSP_SIGNER_ISSUER);
    }
    for (size_t i = 0; best != OCSP_SIGNER_ISSUER && i < response->n_certs; i++) {
        const struct certificate *delegate = response->certs[i];
        if (!is_responder(response, delegate)) {
            continue;
        }
        best = check_delegate(delegate, issuer, context);
        if (best == OCSP_SIGNER_DELEGATE) {
            best = check_signature(response, delegate, context, OCSP_SIGNER_DELEGATE);
        }
        if (best == OCSP_SIGNER_DELEGATE) {
            *ret_delegate = delegate;
            break;
        }
    }
    return best;
}
