/* SPDX-License-Identifier: MIT */
#include "tls/tls_settings.h"

#include "base/mem.h"

#include <mbedtls/psa_util.h>
#include <mbedtls/ssl_ciphersuites.h>

#include <stdlib.h>
#include <string.h>

/* Suites with fewer bits are used only if they are named explicitly. */
#define DEFAULT_BITS_MIN 128
#define LIST_MAX         256

static mbedtls_ssl_protocol_version version_of(enum tls_version version,
                                               mbedtls_ssl_protocol_version otherwise)
{
    switch (version) {
    case TLS_VERSION_1_2:
        return MBEDTLS_SSL_VERSION_TLS1_2;
    case TLS_VERSION_1_3:
        return MBEDTLS_SSL_VERSION_TLS1_3;
    case TLS_VERSION_DEFAULT:
        break;
    }
    return otherwise;
}

/* The bits of its key; none, where it has none. Certificates on both sides is what this
 * program is about: no pre-shared keys. */
static bool is_for_certificates(int id, size_t *ret_bits)
{
    const mbedtls_ssl_ciphersuite_t *info = mbedtls_ssl_ciphersuite_from_id(id);

    if (info == NULL || strstr(mbedtls_ssl_get_ciphersuite_name(id), "PSK") != NULL) {
        return false;
    }
    *ret_bits = mbedtls_ssl_ciphersuite_get_cipher_key_bitlen(info);
    return true;
}

/* Preferred first, as on Windows: forward secrecy, then AES-GCM. mbedTLS's own order
 * begins with ChaCha20, which costs more where the processor has AES instructions. */
static const struct {
    const char *part;
    const char *other_part;
} preferred[] = {
    { "TLS1-3-", "GCM" },    { "TLS1-3-", "" }, { "-ECDHE-", "-GCM-" },
    { "-ECDHE-", "CHACHA" }, { "-ECDHE-", "" }, { "-DHE-", "" },
};

static size_t rank_of(const char *name)
{
    size_t rank = 0;

    while (rank < ARRAY_LEN(preferred) &&
           (strstr(name, preferred[rank].part) == NULL ||
            strstr(name, preferred[rank].other_part) == NULL)) {
        rank++;
    }
    return rank;
}

static size_t list_default_ciphers(int *list)
{
    size_t n = 0;
    size_t bits;

    for (size_t rank = 0; rank <= ARRAY_LEN(preferred); rank++) {
        for (const int *id = mbedtls_ssl_list_ciphersuites(); *id != 0; id++) {
            if (n < LIST_MAX && is_for_certificates(*id, &bits) &&
                bits >= DEFAULT_BITS_MIN &&
                rank_of(mbedtls_ssl_get_ciphersuite_name(*id)) == rank) {
                list[n++] = *id;
            }
        }
    }
    return n;
}

static bool is_listed(const int *list, size_t n, int id)
{
    for (size_t i = 0; i < n; i++) {
        if (list[i] == id) {
            return true;
        }
    }
    return false;
}

static size_t add_null_ciphers(int *list, size_t n)
{
    size_t bits;

    for (const int *id = mbedtls_ssl_list_ciphersuites(); *id != 0; id++) {
        if (n < LIST_MAX && is_for_certificates(*id, &bits) && bits == 0 &&
            !is_listed(list, n, *id)) {
            list[n++] = *id;
        }
    }
    return n;
}

static int list_named_ciphers(int *list, const char *const *names, size_t *ret_n,
                              struct err *err)
{
    size_t n = 0;

    for (; names[n] != NULL; n++) {
        if (n == LIST_MAX) {
            return err_set(err, ERR_LIMIT, 0, "more than %d cipher suites", LIST_MAX);
        }
        list[n] = tls_cipher_find(names[n]);
        if (list[n] == 0) {
            return err_set(
                err, ERR_CONFIG, 0,
                "there is no cipher suite %s: give the name that IANA registers, "
                "such as TLS_AES_128_GCM_SHA256, or OpenSSL's",
                names[n]);
        }
    }
    if (n == 0) {
        return err_set(err, ERR_CONFIG, 0, "the list of cipher suites is empty");
    }
    *ret_n = n;
    return 0;
}

static int copy_ciphers(struct tls_settings *settings, const char *const *names,
                        bool null_ciphers, struct err *err)
{
    int list[LIST_MAX];
    size_t n = 0;

    if (names == NULL) {
        n = list_default_ciphers(list);
    } else if (list_named_ciphers(list, names, &n, err) != 0) {
        return -1;
    }
    if (null_ciphers) {
        n = add_null_ciphers(list, n);
    }
    settings->ciphers = mem_alloc(n + 1, sizeof *settings->ciphers);
    if (settings->ciphers == NULL) {
        return err_memory(err);
    }
    memcpy(settings->ciphers, list, n * sizeof *list);
    return 0;
}

static int copy_alpn(struct tls_settings *settings, const char *const *names,
                     struct err *err)
{
    size_t n = 0;
    size_t len = 0;

    if (names == NULL || names[0] == NULL) {
        return 0;
    }
    while (names[n] != NULL) {
        if (strlen(names[n]) == 0 || strlen(names[n]) > MBEDTLS_SSL_MAX_ALPN_NAME_LEN) {
            return err_set(err, ERR_CONFIG, 0,
                           "\"%s\" cannot be a protocol name of ALPN", names[n]);
        }
        len += strlen(names[n]) + 1;
        n++;
    }
    settings->alpn = mem_alloc(n + 1, sizeof *settings->alpn);
    settings->alpn_text = mem_alloc(len, 1);
    if (settings->alpn == NULL || settings->alpn_text == NULL) {
        return err_memory(err);
    }
    char *position = settings->alpn_text;
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(names[i]) + 1;
        settings->alpn[i] = memcpy(position, names[i], size);
        position += size;
    }
    return 0;
}

int tls_settings_init(struct tls_settings *settings, enum tls_version min,
                      enum tls_version max, const char *const *ciphers,
                      bool null_ciphers, const char *const *alpn, struct err *err)
{
    memset(settings, 0, sizeof *settings);
    settings->min_version = version_of(min, MBEDTLS_SSL_VERSION_TLS1_2);
    settings->max_version = version_of(max, MBEDTLS_SSL_VERSION_TLS1_3);
    if (settings->min_version > settings->max_version) {
        return err_set(err, ERR_CONFIG, 0,
                       "the lowest TLS version is above the highest: swap them");
    }
    if (copy_ciphers(settings, ciphers, null_ciphers, err) != 0 ||
        copy_alpn(settings, alpn, err) != 0) {
        tls_settings_finish(settings);
        return -1;
    }
    return 0;
}

void tls_settings_finish(struct tls_settings *settings)
{
    free(settings->alpn);
    free(settings->alpn_text);
    free(settings->ciphers);
    memset(settings, 0, sizeof *settings);
}

int tls_settings_apply(const struct tls_settings *settings, mbedtls_ssl_config *conf)
{
    mbedtls_ssl_conf_rng(conf, mbedtls_psa_get_random, MBEDTLS_PSA_RANDOM_STATE);
    mbedtls_ssl_conf_min_tls_version(conf, settings->min_version);
    mbedtls_ssl_conf_max_tls_version(conf, settings->max_version);
    mbedtls_ssl_conf_ciphersuites(conf, settings->ciphers);
    if (settings->groups != NULL) {
        mbedtls_ssl_conf_groups(conf, settings->groups);
    }
    /* RFC 8446 2.2: resumption always with a fresh key exchange. */
    mbedtls_ssl_conf_tls13_key_exchange_modes(
        conf, MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_EPHEMERAL |
                  MBEDTLS_SSL_TLS1_3_KEY_EXCHANGE_MODE_PSK_EPHEMERAL);
    if (settings->alpn == NULL) {
        return 0;
    }
    return mbedtls_ssl_conf_alpn_protocols(conf, settings->alpn);
}
