/* SPDX-License-Identifier: MIT
 *
 * A logon for people: as whom the request ran, and which mappings were looked at. No
 * password is in it.
 */
#pragma once

#include "pages/values.h"
#include "site/access.h"

/* Mappings that were looked at and did not fit are shown up to so many. */
#define LOGON_STEPS_MAX ((size_t)100)

/* An object for /whoami and the page; null where no mappings are configured and nobody
 * was refused for his logon. The steps are for those who may see details. */
json_t *logon_values_create(const struct exchange_input *input,
                            const struct access *access);
