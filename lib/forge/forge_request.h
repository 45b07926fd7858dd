/* SPDX-License-Identifier: MIT
 *
 * A certificate request as what it would become: the certificate that it asks for,
 * issued by a CA that is made for it and whose key is forgotten at once.
 */
#pragma once

#include "base/err.h"
#include "bundle/bundle.h"
#include "pki/request.h"

/* What the CA's certificate is called where files have their paths. */
#define FORGE_REQUEST_CA "made for this request"

/* `ret_bundle` holds the certificate, good from `now` for a year, and says in its
 * remarks what it is. The CA's DER is appended to `ca`: trust it for this bundle. */
int forge_request(const struct request *request, int64_t now, struct buf *ca,
                  struct bundle *ret_bundle, struct err *err) MUST_CHECK;
