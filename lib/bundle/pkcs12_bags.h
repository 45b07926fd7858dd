/* SPDX-License-Identifier: MIT
 *
 * SafeContents (RFC 7292 4.2): the bags of one safe, with their attributes. Part of
 * bundle/pkcs12.
 */
#pragma once

#include "bundle/pkcs12_crypt.h"

/* Adds the items of a DER SafeContents; keys are decrypted with `crypt`. */
enum pkcs12_result pkcs12_bags_read(struct pkcs12_crypt *crypt, struct slice bytes,
                                    struct pkcs12 *pkcs12);
void pkcs12_bags_finish_item(struct pkcs12_item *item);
