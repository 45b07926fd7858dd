/* SPDX-License-Identifier: MIT
 *
 * Source: MicrosoftDocs/win32, desktop-src/SecAuthN: "TLS Cipher Suites in Windows 8",
 * "... Windows 8.1" (Server 2012 R2), "... Windows 10 v1607" (Server 2016), "...
 * Windows 10 v1809" (Server 2019), "... Windows Server 2022", "... Windows Server 2025
 * and later", each the table of what is enabled by default, without the suites "only
 * used when application explicitly requests"; "TLS Elliptic Curves in Windows 10
 * version 1607 and later"; "TLS Supported Groups in Windows 11 versions 24H2 and
 * later".
 */
#include "chain/windows_tls.h"

#include "base/compiler.h"

#include <assert.h>

#define V2012   (1u << WINDOWS_2012)
#define V2012R2 (1u << WINDOWS_2012R2)
#define V2016   (1u << WINDOWS_2016)
#define V2019   (1u << WINDOWS_2019)
#define V2022   (1u << WINDOWS_2022)
#define V2025   (1u << WINDOWS_2025)
/* Before Windows 10 a suite's name ended in a curve (_P256, _P384), which made two rows
 * of one: here it stands once, where the first of them stood. */
#define V8  (V2012 | V2012R2)
#define V10 (V2016 | V2019 | V2022 | V2025)

/* The rows of a version stand in its order. */
/* clang-format off */
static const struct {
    const char *name;
    unsigned versions;
} suites[] = {
    { "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",   V8 },
    { "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",   V8 },
    { "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",      V8 },
    { "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",      V8 },
    { "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",     V8 },
    { "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",     V8 },
    { "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",        V2012R2 },
    { "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",        V2012R2 },
    { "TLS_RSA_WITH_AES_256_GCM_SHA384",         V8 },
    { "TLS_RSA_WITH_AES_128_GCM_SHA256",         V8 },
    { "TLS_RSA_WITH_AES_256_CBC_SHA256",         V8 },
    { "TLS_RSA_WITH_AES_128_CBC_SHA256",         V8 },
    { "TLS_RSA_WITH_AES_256_CBC_SHA",            V8 },
    { "TLS_RSA_WITH_AES_128_CBC_SHA",            V8 },

    { "TLS_AES_256_GCM_SHA384",                  V2022 | V2025 },
    { "TLS_AES_128_GCM_SHA256",                  V2022 | V2025 },
    { "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", V8 | V10 },
    { "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", V8 | V10 },
    { "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",   V10 },
    { "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",   V10 },
    { "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",     V2016 | V2019 | V2022 },
    { "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",     V2016 | V2019 | V2022 },
    { "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", V8 | V10 },
    { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", V8 | V10 },
    { "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",   V10 },
    { "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",   V10 },
    { "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",    V8 | V10 },
    { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",    V8 | V10 },
    { "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",      V10 },
    { "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",      V10 },
    { "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",        V2016 },
    { "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",        V2016 },
    { "TLS_RSA_WITH_AES_256_GCM_SHA384",         V10 },
    { "TLS_RSA_WITH_AES_128_GCM_SHA256",         V10 },
    { "TLS_RSA_WITH_AES_256_CBC_SHA256",         V10 },
    { "TLS_RSA_WITH_AES_128_CBC_SHA256",         V10 },
    { "TLS_RSA_WITH_AES_256_CBC_SHA",            V10 },
    { "TLS_RSA_WITH_AES_128_CBC_SHA",            V10 },
    { "TLS_RSA_WITH_3DES_EDE_CBC_SHA",           V2016 | V2019 | V2022 },
    { "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256",     V8 | V2016 },
    { "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256",     V8 | V2016 },
    { "TLS_DHE_DSS_WITH_AES_256_CBC_SHA",        V8 | V2016 },
    { "TLS_DHE_DSS_WITH_AES_128_CBC_SHA",        V8 | V2016 },
    { "TLS_RSA_WITH_3DES_EDE_CBC_SHA",           V8 },
    { "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA",       V8 | V2016 },
    { "TLS_RSA_WITH_RC4_128_SHA",                V8 | V2016 },
    { "TLS_RSA_WITH_RC4_128_MD5",                V8 | V2016 },
};
/* clang-format on */

size_t windows_tls_suites(const struct windows *windows,
                          const char *ret_names[static WINDOWS_TLS_SUITES_MAX + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(suites); i++) {
        if ((suites[i].versions & 1u << windows->version) != 0) {
            assert(n < WINDOWS_TLS_SUITES_MAX);
            ret_names[n++] = suites[i].name;
        }
    }
    ret_names[n] = NULL;
    return n;
}

const uint16_t *windows_tls_groups(const struct windows *windows)
{
    enum { SECP256R1 = 23, SECP384R1 = 24, X25519 = 29 };
    static const uint16_t of_windows_8[] = { SECP256R1, SECP384R1, 0 };
    static const uint16_t of_windows_10[] = { X25519, SECP256R1, SECP384R1, 0 };

    return windows->version <= WINDOWS_2012R2 ? of_windows_8 : of_windows_10;
}
