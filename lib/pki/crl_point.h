/* SPDX-License-Identifier: MIT
 *
 * Distribution points: where a certificate has its revocation lists (RFC
 * 5280 4.2.1.13), and for which certificates a list is (5.2.5), as Windows compares
 * them (Microsoft "Crypt32 CRL semantics"): a point with `reasons` or `cRLIssuer` is
 * passed over, only full names are read, and URLs are the same whatever their case.
 */
#pragma once

#include "pki/certificate.h"
#include "pki/crl.h"

/* The http: URLs of the points that are not passed over, as in
 * certificate_walk_crl_urls. */
void crl_point_walk_urls(const struct certificate *cert, certificate_on_url_fn on_url,
                         void *user);
/* The same of freshestCRL (RFC 5280 4.2.1.15, 5.2.6), where the deltas of a list are:
 * first of the certificate, then of the list itself. */
void crl_point_walk_freshest(const struct certificate *cert, const struct crl *crl,
                             certificate_on_url_fn on_url, void *user);
enum crl_point_fit {
    CRL_POINT_FITS,
    CRL_POINT_OTHER,      /* not one that the certificate names */
    CRL_POINT_UNSUPPORTED /* nameRelativeToCRLIssuer */
};
/* The list's distribution point is one that the certificate names; a list that names
 * none fits. */
enum crl_point_fit crl_point_fits(const struct certificate *cert,
                                  const struct crl *crl);
