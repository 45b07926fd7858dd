/* SPDX-License-Identifier: MIT
 *
 * Why no certificate came: what the server knows of it, for the template
 * no_certificate, and how to make a browser ask again.
 */
#pragma once

#include "exchange.h"
#include "values.h"

void page_absence_add(struct values *v, const struct exchange_input *input);
/* The origin that the request is for, and its twin, for the template origin. */
void page_absence_add_origin(struct values *v, const struct exchange_input *input);
