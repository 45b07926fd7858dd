/* SPDX-License-Identifier: MIT
 *
 * What the server saw and decided, as one JSON object: the body of /whoami, and the
 * values that the pages are filled with. The names of its members are documented in
 * the manual: scripts read them.
 */
#pragma once

#include "pages/values.h"
#include "site/access.h"

#include <stdint.h>

/* The parts, which pages use as well. Each is a new reference; NULL when out of
 * memory. */
json_t *whoami_verdict(enum verdict verdict);
json_t *whoami_tls(const struct tls_info *tls);
json_t *whoami_site(const struct exchange_input *input);
json_t *whoami_assumptions(const struct config *config);

/* The whole object. File names of the store are left out unless the client may see
 * details. */
json_t *whoami_create(const struct exchange_input *input, const struct access *access);
