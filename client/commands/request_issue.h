/* SPDX-License-Identifier: MIT
 *
 * A certificate request as what it would become: the certificate that it asks for,
 * issued by a CA that is made for it and whose key is forgotten at once.
 */
#pragma once

#include "base/err.h"
#include "bundle/bundle.h"
#include "explain/trust.h"
#include "pki/request.h"

/* `ret_bundle` holds the certificate, good from `now` for a year, and says in its
 * remarks what it is; the CA is trusted from now on. */
int request_issue(const struct request *request, int64_t now, struct trust *trust,
                  struct bundle *ret_bundle, struct err *err) MUST_CHECK;
