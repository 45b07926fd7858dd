/* SPDX-License-Identifier: MIT
 *
 * Where the desk explains a refusal: "http://localhost:8440/why/403.16".
 */
#pragma once

#include "base/buf.h"
#include "chain/verdict.h"
#include "pki/certificate.h"
#include "site/places.h"

#include <stdbool.h>

/* Each appends nothing where there is no desk (`places` is NULL or has none). `cert` is
 * named in the report by its fingerprint; NULL = none. */
bool why_link_append(struct buf *out, const struct places *places, const char *id,
                     const struct certificate *cert);
bool why_link_append_verdict(struct buf *out, const struct places *places,
                             enum verdict verdict, const struct certificate *cert);
