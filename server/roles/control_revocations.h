/* SPDX-License-Identifier: MIT
 *
 * /revocations of the control: the states of roles/revocation_service.h, read and
 * switched. A switch is in force for the very next request: what the server itself had
 * fetched from its own site is forgotten.
 */
#pragma once

#include "roles/role.h"

int control_answer_revocations(const struct role_input *input,
                               struct role_answer *answer, struct err *err) MUST_CHECK;
