/* SPDX-License-Identifier: MIT
 *
 * The TLS engine over mbedTLS: bytes in, bytes out, memory only. No sockets, no
 * files, no log, one thread. mbedTLS's headers stay inside lib/tls.
 *
 *   tls_config      how sessions of one listener, or of one client, behave
 *   tls_resumption  ticket keys and the chains behind tickets; outlives configs
 *   tls_session     one connection
 *   tls_alert       what an alert's number means
 *   client_hello    what a client offers, read by ourselves
 */
#pragma once

#include "base/compiler.h"
#include "base/err.h"

#include <stdbool.h>

/* Once, before anything else of lib/tls (and before key_generate or key_sign).
 * Calling it again does nothing. */
int tls_init(struct err *err) MUST_CHECK;
void tls_finish(void);

/* "Mbed TLS 3.6.6": what certgate was built with. Static text. */
const char *tls_library(void);

/* False when certgate was built with an mbedTLS without our patch: then a
 * certificate that mbedTLS cannot parse (unknown critical extension, empty EKU,
 * ...) still ends the handshake, and only the failure tells of it. */
bool tls_can_accept_any_certificate(void);

/* The same for the list of CAs in TLS 1.3's request for a certificate (RFC 8446
 * 4.2.4): false when it can be neither sent nor seen. In TLS 1.2 it always can. */
bool tls_can_name_cas_in_tls13(void);

/* A line of an SSLKEYLOGFILE (RFC 9850) without its newline. The program writes
 * it; called from inside tls_session_step(). */
typedef void (*tls_on_key_log_fn)(void *user, const char *line);

enum tls_version {
    TLS_VERSION_DEFAULT, /* minimum 1.2, maximum 1.3 */
    TLS_VERSION_1_2,
    TLS_VERSION_1_3,
};
/* "1.2", "1.3", "TLSv1.2", "TLSv1.3"; false for any other word. */
bool tls_version_parse(const char *word, enum tls_version *ret_version);

/* A cipher suite's name as IANA registers it, "TLS_AES_128_GCM_SHA256", by its
 * number; false when mbedTLS does not know it. */
#define TLS_CIPHER_NAME_MAX 64
bool tls_cipher_format(int id, char name[static TLS_CIPHER_NAME_MAX]);
/* The number of a suite by its IANA name; 0 = none that we can use. */
int tls_cipher_find(const char *name);
