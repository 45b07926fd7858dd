/* SPDX-License-Identifier: MIT
 *
 * Mint your own: a certificate by order, with an origin of its own to try it on.
 *
 *   GET /mint    the form
 *   POST /mint   the form filled in, answered with a page; or a JSON object, answered
 *                with one. Members and fields have the same names: name, issuer,
 *                subject, san, eku, ku, not_before, not_after, key, revoked, faults.
 *                Lists are arrays in JSON, and fields that stand more than once.
 *
 * The answer holds a private key, so only this machine gets it, and no page of another
 * site.
 */
#pragma once

#include "roles/role.h"

int desk_mint_answer(const struct role_input *input, struct role_answer *answer,
                     struct err *err);
