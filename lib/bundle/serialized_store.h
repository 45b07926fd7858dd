/* SPDX-License-Identifier: MIT
 *
 * Windows' serialized certificate stores (.sst), as certutil and the certificate export
 * wizard write them: certificates, revocation lists and trust lists, each behind its
 * properties (MS-GPNAP 2.2.1 and CertSaveStore's CERT_STORE_SAVE_AS_STORE). Part of
 * bundle/bundle_walk.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

bool serialized_store_is(struct slice bytes);

enum serialized_kind { SERIALIZED_CERTIFICATE, SERIALIZED_CRL };
/* False ends the reading. */
typedef bool (*serialized_on_item_fn)(void *user, enum serialized_kind kind,
                                      struct slice der);
/* True: read to its end, or as far as on_item wanted. */
bool serialized_store_read(struct slice bytes, serialized_on_item_fn on_item,
                           void *user);
