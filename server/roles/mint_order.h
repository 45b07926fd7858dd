/* SPDX-License-Identifier: MIT
 *
 * An order for a certificate, from a form or from JSON, as the texts of the columns
 * that the forge takes (pki/forge_mint.h).
 */
#pragma once

#include "forge/forge_mint.h"
#include "http/form.h"

#include <jansson.h>

#include <stdbool.h>

enum mint_field {
    MINT_NAME,
    MINT_ISSUER,
    MINT_SUBJECT,
    MINT_EKU,
    MINT_KU,
    MINT_NOT_BEFORE,
    MINT_NOT_AFTER,
    MINT_KEY,
    MINT_REVOKED,
    MINT_DETAILS,
    MINT_FIELD_COUNT
};

struct mint_order {
    struct buf texts[MINT_FIELD_COUNT]; /* owned */
};

void mint_order_finish(struct mint_order *order); /* accepts a zeroed one */

/* NULL, or what is wrong with the input: static text. Finish the order in any case. A
 * subject without an attribute's type is a common name. */
const char *mint_order_read_form(const struct form *form, struct mint_order *order);
const char *mint_order_read_json(const json_t *object, struct mint_order *order);
/* NULL, or why the server does not make such a key, which would take too long. */
const char *mint_order_refuse_key(struct mint_order *order);

/* The same for the forge; borrows. */
struct forge_mint_order mint_order_view(struct mint_order *order);
