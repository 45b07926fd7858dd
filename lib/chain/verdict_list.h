/* SPDX-License-Identifier: MIT
 *
 * THE table of answers: the only place where these facts are written. From it
 * come enum verdict, the status lines, pages, log lines, the client's
 * expectations, the table of docs/verdicts.md and the tests' completeness.
 *
 *   name     enum constant VERDICT_name, and the word used in JSON and cases.tsv
 *   status, sub    HTTP status and IIS sub-status
 *   hresult  what IIS's page shows; the log's sc-win32-status is derived from it
 *   symbol   winerror.h's name for it
 *   base, ssl      rank when several faults hold (1 = reported first): `base` is
 *            the order in which Microsoft lists the base-policy errors, our
 *            default; `ssl` is Wine's order for the SSL policy. 0 = not ranked:
 *            not the outcome of a chain. Reference: iis.md 2b.
 *   title    Microsoft's short description of the sub-status
 *            (learn.microsoft.com "HTTP status codes in IIS", kb943891)
 */
#pragma once

/* clang-format off */
#define VERDICT_LIST(X)                                                                                                                  \
    /* name                status sub hresult      symbol                          base ssl  title */                                    \
    X(OK,                     200,  0, 0x00000000u, "S_OK",                           0,  0, "OK")                                       \
    X(LOGON_FAILED,           401,  1, 0x8007052Eu, "ERROR_LOGON_FAILURE",            0,  0, "Logon failed")                             \
    X(MAPPING_CORRUPT,        401,  1, 0x80093102u, "CRYPT_E_ASN1_EOD",               0,  0, "Logon failed")                             \
    X(LOGON_DENIED,           401,  2, 0x80070005u, "E_ACCESSDENIED",                 0,  0, "Logon failed due to server configuration") \
    X(ACL_DENIED,             401,  3, 0x80070005u, "E_ACCESSDENIED",                 0,  0, "Unauthorized due to ACL on resource")      \
    X(SSL_REQUIRED,           403,  4, 0x80070005u, "E_ACCESSDENIED",                 0,  0, "SSL required")                             \
    X(SSL128_REQUIRED,        403,  5, 0x80070005u, "E_ACCESSDENIED",                 0,  0, "SSL 128 required")                         \
    X(CERT_REQUIRED,          403,  7, 0x80070005u, "E_ACCESSDENIED",                 0,  0, "Client certificate required")              \
    X(MAPPER_DENIED,          403, 12, 0x80070005u, "E_ACCESSDENIED",                 0,  0, "Mapper denied access")                     \
    X(REVOKED,                403, 13, 0x80092010u, "CRYPT_E_REVOKED",                4,  8, "Client certificate revoked")               \
    X(NO_REVOCATION_CHECK,    403, 13, 0x80092012u, "CRYPT_E_NO_REVOCATION_CHECK",   15, 15, "Client certificate revoked")               \
    X(REVOCATION_OFFLINE,     403, 13, 0x80092013u, "CRYPT_E_REVOCATION_OFFLINE",    16, 16, "Client certificate revoked")               \
    X(MALFORMED,              403, 16, 0x800B0108u, "CERT_E_MALFORMED",               1,  1, "Client certificate is untrusted or invalid") \
    X(CERT_SIGNATURE,         403, 16, 0x80096004u, "TRUST_E_CERT_SIGNATURE",         2,  2, "Client certificate is untrusted or invalid") \
    X(EXPLICIT_DISTRUST,      403, 16, 0x800B0111u, "TRUST_E_EXPLICIT_DISTRUST",      3,  3, "Client certificate is untrusted or invalid") \
    X(UNTRUSTED_ROOT,         403, 16, 0x800B0109u, "CERT_E_UNTRUSTEDROOT",           5,  4, "Client certificate is untrusted or invalid") \
    X(CHAINING,               403, 16, 0x800B010Au, "CERT_E_CHAINING",                6,  5, "Client certificate is untrusted or invalid") \
    X(WRONG_USAGE,            403, 16, 0x800B0110u, "CERT_E_WRONG_USAGE",             7,  7, "Client certificate is untrusted or invalid") \
    X(ROLE,                   403, 16, 0x800B0103u, "CERT_E_ROLE",                    8,  9, "Client certificate is untrusted or invalid") \
    X(NOT_TIME_VALID,         403, 17, 0x800B0101u, "CERT_E_EXPIRED",                 9,  6, "Client certificate has expired or is not yet valid") \
    X(TIME_NESTING,           403, 16, 0x800B0102u, "CERT_E_VALIDITYPERIODNESTING",  14, 14, "Client certificate is untrusted or invalid") \
    X(INVALID_NAME,           403, 16, 0x800B0114u, "CERT_E_INVALID_NAME",           10, 10, "Client certificate is untrusted or invalid") \
    X(INVALID_POLICY,         403, 16, 0x800B0113u, "CERT_E_INVALID_POLICY",         11, 11, "Client certificate is untrusted or invalid") \
    X(BASIC_CONSTRAINTS,      403, 16, 0x80096019u, "TRUST_E_BASIC_CONSTRAINTS",     12, 12, "Client certificate is untrusted or invalid") \
    X(CRITICAL_EXTENSION,     403, 16, 0x800B0105u, "CERT_E_CRITICAL",               13, 17, "Client certificate is untrusted or invalid") \
    X(APPLICATION_POOL,       403, 18, 0x80070005u, "E_ACCESSDENIED",                 0,  0, "Cannot execute requested URL in the current application pool") \
    X(ENTITY_TOO_LARGE,       413,  0, 0x80070032u, "ERROR_NOT_SUPPORTED",            0,  0, "Request entity too large")                 \
    X(POST_HANDSHAKE_AUTH,    500,  0, 0x80070032u, "ERROR_NOT_SUPPORTED",            0,  0, "Module or ISAPI error occurred")          \
    X(CONFIG_INVALID,         500, 19, 0x8007000Du, "ERROR_INVALID_DATA",             0,  0, "Configuration data is invalid")            \
    X(CONFIG_LOCKED,          500, 19, 0x80070021u, "ERROR_LOCK_VIOLATION",           0,  0, "Configuration data is invalid")            \
    X(CONFIG_DUPLICATE,       500, 19, 0x800700B7u, "ERROR_ALREADY_EXISTS",           0,  0, "Configuration data is invalid")
/* clang-format on */
