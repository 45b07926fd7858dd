/* SPDX-License-Identifier: MIT
 *
 * /download/FILE on the desk: the root's certificate, and each case's files with or
 * without its private key. Those with a key leave only from this machine to this
 * machine, and for no page of another site.
 */
#pragma once

#include "roles/role.h"

/* The trusted root, as it is to be imported. */
#define DOWNLOAD_ROOT_FILE "certgate-root.crt"

int download_answer(const struct role_input *input, struct role_answer *answer,
                    struct err *err) MUST_CHECK;
