/* SPDX-License-Identifier: MIT
 *
 * Where `certgate revoke` and other programs of the same user find the running server:
 * its control URL, in $XDG_RUNTIME_DIR/certgate/control, or with XDG_STATE_HOME where
 * there is no such folder. The server that started last is the one that is found.
 */
#pragma once

#include "base/err.h"

#define CONTROL_FILE_NAME    "control"
#define CONTROL_FILE_URL_MAX 256

int control_file_write(const char *url, struct err *err) MUST_CHECK;
/* Removes it unless another server has written its own since. */
void control_file_remove(const char *url);
