/* SPDX-License-Identifier: MIT
 *
 * What certificate.c and certificate_extensions.c share; for nobody else.
 */
#pragma once

#include "pki/certificate.h"

/* Decodes `extension` into the fields of `cert` that it stands for; true for an
 * extension that we do not know. False if it does not decode. */
bool certificate_read_extension(struct certificate *cert,
                                const struct extension *extension);
