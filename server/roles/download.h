/* SPDX-License-Identifier: MIT
 *
 * /download/FILE on the desk: the root's certificate, and each case's files with or
 * without its private key. Those with a key are only sent to this machine, and to no
 * page of another site.
 */
#pragma once

#include "roles/role.h"

/* The trusted root, as it is to be imported. */
#define DOWNLOAD_ROOT_FILE "certgate-root.crt"

int download_answer(const struct role_input *input, struct role_answer *answer,
                    struct err *err) MUST_CHECK;
