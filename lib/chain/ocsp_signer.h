/* SPDX-License-Identifier: MIT
 *
 * Who may answer for a CA (RFC 6960 4.2.2.2): the CA itself, or a responder whose
 * certificate that very CA issued for OCSP Signing. A "trusted responder" that is
 * configured locally is not known here, nor to Windows' default.
 */
#pragma once

#include "pki/ocsp.h"

/* Who signed a response, by RFC 6960 4.2.2.2. Only the first two are to be believed. */
enum ocsp_signer {
    OCSP_SIGNER_ISSUER,         /* the CA that issued the certificate */
    OCSP_SIGNER_DELEGATE,       /* a responder that this CA certified for it */
    OCSP_SIGNER_MISSING,        /* its certificate is neither here nor there */
    OCSP_SIGNER_NOT_ISSUED,     /* another CA certified it */
    OCSP_SIGNER_NOT_AUTHORIZED, /* without the purpose OCSP Signing */
    OCSP_SIGNER_NOT_IN_TIME,    /* its certificate is out of date */
    OCSP_SIGNER_BAD_EXTENSION,  /* ... has an extension that is not understood */
    OCSP_SIGNER_WEAK,           /* ... or a key or signature that the policy refuses */
    OCSP_SIGNER_DISTRUSTED,     /* ... lies in LocalMachine\Disallowed */
    OCSP_SIGNER_WEAK_ANSWER,    /* the answer is signed with a hash that it refuses */
    OCSP_SIGNER_BAD_SIGNATURE,
    OCSP_SIGNER_UNSUPPORTED, /* an algorithm that we cannot compute */
    OCSP_SIGNER_UNCHECKED,   /* signature_work_hindrance() says why */
};
/* "its signature is not the responder's", ... for a detail. */
const char *ocsp_signer_name(enum ocsp_signer signer);

struct chain_context;

/* `issuer` is the CA of the certificate asked about; of `context` count the store, the
 * policy, the time and the work of signature checks, which may be NULL. For a delegate,
 * *ret_delegate (borrowed from the response) is its certificate, else NULL. */
enum ocsp_signer ocsp_signer_find(const struct ocsp_response *response,
                                  const struct certificate *issuer,
                                  const struct chain_context *context,
                                  const struct certificate **ret_delegate);
