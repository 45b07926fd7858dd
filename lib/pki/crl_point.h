/* SPDX-License-Identifier: MIT
 *
 * Distribution points: where a certificate has its revocation lists (RFC
 * 5280 4.2.1.13), and for which certificates a list is (5.2.5), as Windows compares
 * them (Microsoft "Crypt32 CRL semantics"): a point with `reasons` or `cRLIssuer` is
 * passed over, and URLs are the same whatever their case.
 */
#pragma once

#include "pki/certificate.h"
#include "pki/crl.h"

/* The http: URLs of the points that are not passed over, as in
 * certificate_walk_crl_urls. */
void crl_point_walk_urls(const struct certificate *cert, certificate_on_url_fn on_url,
                         void *user);
/* The certificate names the list's distribution point; true also for a list that names
 * none. */
bool crl_point_fits(const struct certificate *cert, const struct crl *crl);
