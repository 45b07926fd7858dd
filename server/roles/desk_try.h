/* SPDX-License-Identifier: MIT
 *
 * What the pages of the judged site link to: an origin where the browser asks anew, and
 * the switch of a certificate's revocation, for people.
 *
 *   /again/HOST   sends the browser to HOST-NUMBER.again.localhost, another one each
 * time /try/NAME     the state of a certificate, and the button that changes it
 */
#pragma once

#include "roles/role.h"

int desk_try_answer_again(const struct role_input *input, struct role_answer *answer,
                          struct err *err) MUST_CHECK;
int desk_try_answer(const struct role_input *input, struct role_answer *answer,
                    struct err *err) MUST_CHECK;
