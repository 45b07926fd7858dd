/* SPDX-License-Identifier: MIT
 *
 * A logon for people: as whom the request ran, and which mappings were looked at. No
 * password is in it.
 */
#pragma once

#include "pages/values.h"
#include "site/access.h"

/* How many mappings that did not match are shown. */
#define LOGON_STEPS_MAX ((size_t)100)

/* An object for /whoami and the page; null where no mappings are configured and nobody
 * was refused at logon. Only clients that may see details get the steps. */
json_t *logon_values_create(const struct exchange_input *input,
                            const struct access *access);
