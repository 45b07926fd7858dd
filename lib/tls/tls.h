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

/* Once, before anything else in lib/tls (and before key_generate or key_sign). Further
 * calls do nothing. */
int tls_init(struct err *err) MUST_CHECK;
void tls_finish(void);

/* "Mbed TLS 3.6.6": the version that certgate was built with. Static text. */
const char *tls_library(void);

/* False if certgate was built with an mbedTLS without the project's patch: then a
 * certificate that mbedTLS cannot parse (unknown critical extension, empty EKU, ...)
 * still ends the handshake, and only the failure reports it. */
bool tls_can_accept_any_certificate(void);

/* The same for the list of CAs in TLS 1.3's CertificateRequest (RFC 8446 4.2.4): if
 * false, it can neither be sent nor seen. In TLS 1.2 it always can. */
bool tls_can_name_cas_in_tls13(void);

/* The same for a server's choice of the cipher suite on TLS 1.3: false when the
 * client's order decides. On TLS 1.2 the server's always does. */
bool tls_can_choose_cipher_in_tls13(void);
/* And for stapling (tls_config.h): false when no response is ever sent. */
bool tls_can_staple(void);

/* A line of an SSLKEYLOGFILE (RFC 9850) without its newline, for the program to write.
 * Called from within tls_session_step(). */
typedef void (*tls_on_key_log_fn)(void *user, const char *line);

enum tls_version {
    TLS_VERSION_DEFAULT, /* minimum 1.2, maximum 1.3 */
    TLS_VERSION_1_2,
    TLS_VERSION_1_3,
};
/* "1.2", "1.3", "TLSv1.2", "TLSv1.3"; false for any other text. */
bool tls_version_parse(const char *word, enum tls_version *ret_version);

/* A cipher suite's name as IANA registers it, "TLS_AES_128_GCM_SHA256", by its number;
 * false if mbedTLS does not know it. */
#define TLS_CIPHER_NAME_MAX 64
bool tls_cipher_format(int id, char name[static TLS_CIPHER_NAME_MAX]);
/* The number of a suite by its IANA name, or OpenSSL's ("ECDHE-RSA-AES128-GCM-SHA256");
 * 0 = unknown or not usable. */
int tls_cipher_find(const char *name);
