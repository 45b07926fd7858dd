/* SPDX-License-Identifier: MIT
 *
 * Why no certificate came: what the server knows of it, for the template
 * no_certificate, and how to make a browser ask again.
 */
#pragma once

#include "pages/values.h"
#include "site/access.h"
#include "site/exchange_input.h"

void page_absence_add(struct values *v, const struct exchange_input *input);
/* The case whose host name the request is for, and how `access` differs from what it
 * gets, for the template origin. */
void page_absence_add_origin(struct values *v, const struct exchange_input *input,
                             const struct access *access);
