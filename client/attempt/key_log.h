/* SPDX-License-Identifier: MIT
 *
 * SSLKEYLOGFILE (RFC 9850): the secrets of each connection for a packet sniffer,
 * appended to the file that the variable names, readable by its owner only.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdio.h>

struct key_log {
    FILE *file; /* owned; NULL = no log */
};

/* Opens the file if the variable is set and not empty. */
int key_log_open(struct key_log *log, struct err *err) MUST_CHECK;
void key_log_close(struct key_log *log); /* accepts a zeroed one */
bool key_log_is_open(const struct key_log *log);
/* A tls_on_key_log_fn; `user` is the struct key_log. */
void key_log_write(void *user, const char *line);
