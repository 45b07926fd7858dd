/* SPDX-License-Identifier: MIT
 *
 * Start-up, protocol versions, and cipher suites by the names that IANA gave them:
 * mbedTLS writes "TLS1-3-AES-128-GCM-SHA256" where everyone else writes
 * "TLS_AES_128_GCM_SHA256".
 */
#include "tls/tls.h"

#include <mbedtls/ssl.h>
#include <psa/crypto.h>

#include <stdio.h>
#include <string.h>

#define MBEDTLS_PREFIX_TLS13 "TLS1-3-"
#define IANA_PREFIX          "TLS_"
#define WITH                 "_WITH_"

int tls_init(struct err *err)
{
    psa_status_t status = psa_crypto_init();

    if (status != PSA_SUCCESS) {
        return err_set(err, ERR_MBEDTLS, status,
                       "cannot start the cryptography of mbedTLS (PSA status %d)",
                       (int)status);
    }
    return 0;
}

void tls_finish(void)
{
    mbedtls_psa_crypto_free();
}

const char *tls_library(void)
{
    return MBEDTLS_VERSION_STRING_FULL;
}

bool tls_can_accept_any_certificate(void)
{
#ifdef MBEDTLS_SSL_PEER_CRT_PARSER
    return true;
#else
    return false;
#endif
}

bool tls_can_name_cas_in_tls13(void)
{
#ifdef MBEDTLS_SSL_TLS13_CA_LIST
    return true;
#else
    return false;
#endif
}

bool tls_can_choose_cipher_in_tls13(void)
{
#ifdef MBEDTLS_SSL_TLS13_SERVER_CIPHER_ORDER
    return true;
#else
    return false;
#endif
}

bool tls_can_staple(void)
{
#ifdef MBEDTLS_SSL_OCSP_STAPLING
    return true;
#else
    return false;
#endif
}

bool tls_version_parse(const char *word, enum tls_version *ret_version)
{
    static const struct {
        const char *word;
        enum tls_version version;
    } words[] = {
        { "1.2", TLS_VERSION_1_2 },
        { "1.3", TLS_VERSION_1_3 },
        { "TLSv1.2", TLS_VERSION_1_2 },
        { "TLSv1.3", TLS_VERSION_1_3 },
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcmp(word, words[i].word) == 0) {
            *ret_version = words[i].version;
            return true;
        }
    }
    return false;
}

bool tls_cipher_format(int id, char name[static TLS_CIPHER_NAME_MAX])
{
    const char *theirs = mbedtls_ssl_get_ciphersuite_name(id);

    if (theirs == NULL || mbedtls_ssl_get_ciphersuite_id(theirs) != id) {
        return false;
    }
    size_t prefix = strlen(MBEDTLS_PREFIX_TLS13);
    if (strncmp(theirs, MBEDTLS_PREFIX_TLS13, prefix) == 0) {
        snprintf(name, TLS_CIPHER_NAME_MAX, IANA_PREFIX "%s", theirs + prefix);
    } else {
        snprintf(name, TLS_CIPHER_NAME_MAX, "%s", theirs);
    }
    for (char *c = name; *c != '\0'; c++) {
        if (*c == '-') {
            *c = '_';
        }
    }
    return true;
}

/* "ECDHE-RSA-AES128-GCM-SHA256" from "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256": OpenSSL
 * says neither RSA's key exchange nor CBC, nor what follows of itself from a mode. */
static bool format_as_openssl(const char *iana, char name[static TLS_CIPHER_NAME_MAX])
{
    static const char rsa[] = "RSA" WITH;
    const char *from = iana + strlen(IANA_PREFIX);
    const char *rest = strstr(iana, WITH);
    size_t len = 0;

    if (rest == NULL) {
        return false; /* TLS 1.3's have one name */
    }
    rest += strlen(WITH);
    if (strncmp(from, rsa, strlen(rsa)) != 0) {
        while (from < rest - strlen(WITH) + 1) {
            name[len++] = *from == '_' ? '-' : *from;
            from++;
        }
    }
    for (bool first = true; *rest != '\0'; first = false) {
        size_t n = strcspn(rest, "_");
        bool is_number = rest[0] >= '0' && rest[0] <= '9';
        if (strncmp(rest, "CBC_", n + 1) != 0) {
            if (!first && !is_number) {
                name[len++] = '-';
            }
            memcpy(name + len, rest, n);
            len += n;
        }
        rest += strncmp(rest, "POLY1305", n) == 0 ? strlen(rest) : n + (rest[n] == '_');
    }
    name[len] = '\0';
    return true;
}

int tls_cipher_find(const char *name)
{
    for (const int *id = mbedtls_ssl_list_ciphersuites(); *id != 0; id++) {
        char known[TLS_CIPHER_NAME_MAX];
        char other[TLS_CIPHER_NAME_MAX];
        if (tls_cipher_format(*id, known) &&
            (strcmp(known, name) == 0 ||
             (format_as_openssl(known, other) && strcmp(other, name) == 0))) {
            return *id;
        }
    }
    return 0;
}
