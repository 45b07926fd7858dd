/* SPDX-License-Identifier: MIT
 *
 * What certificate.c and certificate_extensions.c share; and the Extension, which
 * CRLs and OCSP are made of, too. For nobody else.
 */
#pragma once

#include "pki/certificate.h"

/* Decodes `extension` into the fields of `cert` that it belongs to; true also for an
 * unknown extension. False if it does not decode. */
bool certificate_read_extension(struct certificate *cert,
                                const struct extension *extension);

/* Takes one Extension (RFC 5280 4.1) off a list of them. */
bool certificate_take_extension(struct slice *list, struct extension *ret_extension);
