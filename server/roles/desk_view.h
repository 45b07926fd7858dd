/* SPDX-License-Identifier: MIT
 *
 * The desk's certificate viewer, for what somebody pastes or drops and for the server's
 * own certificate; judged as `certgate explain` would. Nothing is stored.
 *
 *   GET /view          the form
 *   POST /view         the same with what came: field "text" or "file"; "password" for
 *                      PKCS #12; "as" = client or server; "host" for a server
 *   GET /view/server   the server's own certificate
 */
#pragma once

#include "roles/role.h"

/* How often the passwords of one input may be hashed in all, in a thread: a tenth of
 * what certgate allows. */
#define DESK_VIEW_WORK_MAX ((uint64_t)1000 * 1000)
/* Certificates of one file that are shown; the rest is counted. */
#define DESK_VIEW_CERTIFICATES_MAX ((size_t)12)

int desk_view_answer(const struct role_input *input, struct role_answer *answer,
                     struct err *err);
int desk_view_answer_server(const struct role_input *input, struct role_answer *answer,
                            struct err *err);
