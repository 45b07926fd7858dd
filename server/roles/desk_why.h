/* SPDX-License-Identifier: MIT
 *
 * The desk's pages of reasons, from lib/why: /why/ID, /why?q=TEXT for what somebody
 * pastes, and /why with a list of all. `sha256=` (64 hex digits) names a certificate
 * for the report.
 */
#pragma once

#include "roles/role.h"

int desk_why_answer(const struct role_input *input, struct role_answer *answer,
                    struct err *err) MUST_CHECK;
