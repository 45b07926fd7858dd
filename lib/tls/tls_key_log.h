/* SPDX-License-Identifier: MIT
 *
 * Inside lib/tls only: lines of an SSLKEYLOGFILE (RFC 9850) from the secrets that
 * mbedTLS exports.
 */
#pragma once

struct tls_session;

void tls_key_log_attach(struct tls_session *session);
