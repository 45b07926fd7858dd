/* SPDX-License-Identifier: MIT
 *
 * PKCS#7 / CMS SignedData (RFC 5652 5) as a mere envelope of certificates and CRLs:
 * .p7b and .p7c files, which Windows exports as "Cryptographic Message Syntax
 * Standard". DER or BER. Signatures of the message, if there are any, are ignored: the
 * certificates are judged elsewhere.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* Certificates and CRLs in one file. */
#define PKCS7_ITEMS_MAX ((size_t)1000)

enum pkcs7_result {
    PKCS7_OK,
    PKCS7_NOT,     /* nothing of that kind at all */
    PKCS7_OTHER,   /* PKCS#7, but no SignedData: encrypted, for instance */
    PKCS7_DAMAGED, /* SignedData that does not decode */
    PKCS7_LIMIT,   /* over PKCS7_ITEMS_MAX */
    PKCS7_MEMORY,
};

enum pkcs7_kind { PKCS7_CERTIFICATE, PKCS7_CRL };

/* `der` is the whole certificate or CRL and lives until the call returns; false ends
 * the reading as PKCS7_MEMORY. */
typedef bool (*pkcs7_on_item_fn)(void *user, enum pkcs7_kind kind, struct slice der);

/* Calls on_item for each in the order of the file. Attribute certificates and the
 * like are passed over. */
enum pkcs7_result pkcs7_read(struct slice bytes, pkcs7_on_item_fn on_item, void *user);

/* Looks like PKCS#7 by its first bytes. */
bool pkcs7_is(struct slice bytes);
