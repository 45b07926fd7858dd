/* SPDX-License-Identifier: MIT
 *
 * The file of TLS secrets for Wireshark (SSLKEYLOGFILE, RFC 9850): appended to, for
 * the owner only.
 */
#pragma once

#include "base/err.h"

struct keylog {
    int fd; /* -1 = none */
};

/* `path` "" = none. */
int keylog_open(struct keylog *keylog, const char *path, struct err *err) MUST_CHECK;
void keylog_close(struct keylog *keylog);
/* A tls_on_key_log_fn; `user` is a struct keylog. What cannot be written is lost. */
void keylog_write(void *user, const char *line);
