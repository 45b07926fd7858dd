/* SPDX-License-Identifier: MIT
 *
 * Codes of Windows beside those of verdict_list.h (winerror.h, "Schannel error codes
 * for TLS and SSL alerts", the WinHTTP error messages): an HRESULT, its symbol, and the
 * id of the topic that explains it (why_find).
 */
#pragma once

/* clang-format off */
#define CODE_LIST(X) \
    X(0x80070056u, "ERROR_INVALID_PASSWORD",                      "p12-password") \
    X(0x80070520u, "ERROR_NO_SUCH_LOGON_SESSION",                 "private-key") \
    X(0x80072EFEu, "ERROR_INTERNET_CONNECTION_ABORTED",           "reset") \
    X(0x80072EFFu, "ERROR_INTERNET_CONNECTION_RESET",             "reset") \
    X(0x80072F05u, "ERROR_INTERNET_SEC_CERT_DATE_INVALID",        "server-expired") \
    X(0x80072F06u, "ERROR_INTERNET_SEC_CERT_CN_INVALID",          "server-name") \
    X(0x80072F0Cu, "ERROR_INTERNET_CLIENT_AUTH_CERT_NEEDED",      "no-certificate") \
    X(0x80072F0Du, "ERROR_INTERNET_INVALID_CA",                   "server-untrusted") \
    X(0x80072F7Du, "ERROR_INTERNET_SECURITY_CHANNEL_ERROR",       "secure-channel") \
    X(0x80072F8Fu, "ERROR_WINHTTP_SECURE_FAILURE",                "server-untrusted") \
    X(0x80072F99u, "ERROR_WINHTTP_CLIENT_CERT_NO_PRIVATE_KEY",    "private-key") \
    X(0x80072F9Au, "ERROR_WINHTTP_CLIENT_CERT_NO_ACCESS_PRIVATE_KEY", "private-key") \
    X(0x80090016u, "NTE_BAD_KEYSET",                              "private-key") \
    X(0x80090308u, "SEC_E_INVALID_TOKEN",                         "not-tls") \
    X(0x8009030Cu, "SEC_E_LOGON_DENIED",                          "alert-49") \
    X(0x8009030Du, "SEC_E_UNKNOWN_CREDENTIALS",                   "private-key") \
    X(0x8009030Eu, "SEC_E_NO_CREDENTIALS",                        "private-key") \
    X(0x80090322u, "SEC_E_WRONG_PRINCIPAL",                       "server-name") \
    X(0x80090325u, "SEC_E_UNTRUSTED_ROOT",                        "alert-48") \
    X(0x80090326u, "SEC_E_ILLEGAL_MESSAGE",                       "secure-channel") \
    X(0x80090327u, "SEC_E_CERT_UNKNOWN",                          "alert-46") \
    X(0x80090328u, "SEC_E_CERT_EXPIRED",                          "alert-45") \
    X(0x80090331u, "SEC_E_ALGORITHM_MISMATCH",                    "version-mismatch") \
    X(0x800B0104u, "CERT_E_PATHLENCONST",                         "0x80096019") \
    X(0x800B010Cu, "CERT_E_REVOKED",                              "0x80092010") \
    X(0x800B010Fu, "CERT_E_CN_NO_MATCH",                          "server-name") \
    X(0x800B0112u, "CERT_E_UNTRUSTEDCA",                          "0x800B0109")
/* clang-format on */
