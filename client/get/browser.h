/* SPDX-License-Identifier: MIT
 *
 * A browser's silence, for `certgate get --offer-as`: a certificate that the program
 * would not even list is not sent. That no CA on the server's list has issued it is
 * seen later, in the handshake (tls_client_options.honour_ca_names).
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "chain/offer.h"
#include "forge/forge.h"

#include <stdint.h>

/* Whether `program` offers this credential; else `why` gets the faults, with "; "
 * between. Such things are judged by the certificates alone, without any store. */
int browser_offers(const struct forge_credential *credential,
                   enum offer_program program, int64_t now, bool *ret_offers,
                   struct buf *why, struct err *err) MUST_CHECK;
