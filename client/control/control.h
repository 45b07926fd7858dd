/* SPDX-License-Identifier: MIT
 *
 * Talks to the control of a running certgated (server/roles/control.c): JSON over plain
 * HTTP, on this machine only.
 */
#pragma once

#include "base/err.h"

#include <jansson.h>

#define CONTROL_URL_MAX     256
#define CONTROL_URL_DEFAULT "http://127.0.0.1:8441"

/* Where it is: `given` (NULL or "" = not given), else CERTGATE_CONTROL, else what the
 * running server wrote to $XDG_RUNTIME_DIR/certgate/control, else the default port. */
int control_find(const char *given, char url[static CONTROL_URL_MAX], struct err *err)
    MUST_CHECK;

/* GET, or POST where there is a `wish` (borrowed). The error says what the server
 * answered, or that nobody did and what to do. *ret_body is the caller's. */
int control_ask(const char *url, const char *path, const json_t *wish,
                json_t **ret_body, struct err *err) MUST_CHECK;
