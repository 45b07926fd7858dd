/* SPDX-License-Identifier: MIT */
#include "explain/remedy.h"

#include "base/text.h"

#include <string.h>

/* How to issue a client's or a server's certificate again with a private CA. */
#define ISSUE_CLIENT                                                         \
    "printf 'extendedKeyUsage=clientAuth\\nkeyUsage=digitalSignature\\n' | " \
    "openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -days 365 "   \
    "-extfile /dev/stdin -out client.pem"
#define ISSUE_SERVER                                                             \
    "printf 'extendedKeyUsage=serverAuth\\nsubjectAltName=DNS:host.example\\n' " \
    "| openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 365 "     \
    "-extfile /dev/stdin -out server.pem"
#define ISSUE_CA                                                           \
    "printf 'basicConstraints=critical,CA:TRUE\\nkeyUsage=critical,"       \
    "keyCertSign,cRLSign\\n' | openssl x509 -req -in ca.csr -CA root.pem " \
    "-CAkey root.key -days 1825 -extfile /dev/stdin -out ca.pem"
#define NEW_KEY                                                    \
    "openssl req -new -newkey rsa:2048 -nodes -keyout client.key " \
    "-subj /CN=name -out client.csr"
#define SELF_MADE                                                          \
    "New-SelfSignedCertificate -Type Custom -Subject 'CN=name' -KeyUsage " \
    "DigitalSignature -TextExtension '2.5.29.37={text}1.3.6.1.5.5.7.3.2' " \
    "-Signer $ca -CertStoreLocation Cert:\\CurrentUser\\My"
#define NEW_CRL "openssl ca -gencrl -config ca.cnf -out ca.crl"

/* clang-format off */
static const struct row {
    enum finding_kind kind;
    struct remedy_line line;
} rows[] = {
    { FINDING_UNTRUSTED_ROOT, { "certutil", "certutil -addstore Root root.cer" } },
    { FINDING_UNTRUSTED_ROOT, { "PowerShell", "Import-Certificate -FilePath root.cer -CertStoreLocation Cert:\\LocalMachine\\Root" } },
    { FINDING_UNTRUSTED_ROOT, { "certgate", "certgate store add Root root.cer" } },
    { FINDING_UNTRUSTED_SELF_SIGNED, { "certutil", "certutil -addstore Root %f" } },
    { FINDING_UNTRUSTED_SELF_SIGNED, { "certgate", "certgate store add Root %f" } },
    { FINDING_NON_SELF_SIGNED_ROOT, { "PowerShell", "Get-ChildItem Cert:\\LocalMachine\\Root | Where-Object { $_.Issuer -ne $_.Subject } | Move-Item -Destination Cert:\\LocalMachine\\CA" } },
    { FINDING_ISSUER_NOT_LISTED, { "certutil", "certutil -addstore ClientAuthIssuer ca.cer" } },
    { FINDING_ISSUER_NOT_LISTED, { "certgate", "certgate store add ClientAuthIssuer ca.cer" } },
    { FINDING_ISSUER_NOT_EXCLUSIVE, { "certutil", "certutil -addstore ClientAuthIssuer root.cer" } },
    { FINDING_ISSUER_NOT_EXCLUSIVE, { "certgate", "certgate store add ClientAuthIssuer root.cer" } },
    { FINDING_PARTIAL_CHAIN, { "certutil", "certutil -addstore CA intermediate.cer" } },
    { FINDING_PARTIAL_CHAIN, { "openssl", "openssl pkcs12 -export -in client.pem -inkey client.key -certfile intermediate.pem -out client.p12" } },
    { FINDING_PARTIAL_CHAIN, { "certgate", "certgate store add CA intermediate.cer" } },
    { FINDING_EXPLICIT_DISTRUST, { "certutil", "certutil -delstore Disallowed %t" } },
    { FINDING_EXPLICIT_DISTRUST, { "PowerShell", "Remove-Item Cert:\\LocalMachine\\Disallowed\\%t" } },
    { FINDING_EKU_NOT_CLIENT_AUTH, { "openssl", ISSUE_CLIENT } },
    { FINDING_EKU_NOT_CLIENT_AUTH, { "PowerShell", SELF_MADE } },
    { FINDING_EKU_ANY, { "openssl", ISSUE_CLIENT } },
    { FINDING_KU_CERT_SIGN_NOT_CA, { "openssl", ISSUE_CLIENT } },
    { FINDING_KU_NO_DIGITAL_SIGNATURE, { "openssl", ISSUE_CLIENT } },
    { FINDING_KU_EKU_INCONSISTENT, { "openssl", ISSUE_CLIENT } },
    { FINDING_CA_AS_CLIENT, { "openssl", ISSUE_CLIENT } },
    { FINDING_EXPIRED, { "openssl", ISSUE_CLIENT } },
    { FINDING_EXPIRED, { "certreq", "certreq -enroll -machine -cert %s renew" } },
    { FINDING_SIGNATURE_INVALID, { "openssl", ISSUE_CLIENT } },
    { FINDING_SHA1_SIGNATURE, { "openssl", ISSUE_CLIENT } },
    { FINDING_WEAK_HASH, { "openssl", ISSUE_CLIENT } },
    { FINDING_WEAK_KEY, { "openssl", NEW_KEY } },
    { FINDING_SHORT_KEY, { "openssl", NEW_KEY } },
    { FINDING_CRITICAL_UNKNOWN, { "openssl", ISSUE_CLIENT } },
    { FINDING_EXTENSION_DUPLICATE, { "openssl", ISSUE_CLIENT } },
    { FINDING_EXTENSION_MALFORMED, { "openssl", ISSUE_CLIENT } },
    { FINDING_APP_POLICY_NOT_CLIENT_AUTH, { "openssl", ISSUE_CLIENT } },
    { FINDING_CA_APP_POLICY_NOT_CLIENT_AUTH, { "openssl", ISSUE_CA } },
    { FINDING_CA_EKU_NOT_CLIENT_AUTH, { "openssl", ISSUE_CA } },
    { FINDING_CA_KU_NO_CERT_SIGN, { "openssl", ISSUE_CA } },
    { FINDING_ISSUER_NOT_CA, { "openssl", ISSUE_CA } },
    { FINDING_PATH_LEN_EXCEEDED, { "openssl", ISSUE_CA } },
    { FINDING_REVOKED, { "certutil", "certutil -urlfetch -verify %f" } },
    { FINDING_REVOCATION_OFFLINE, { "certutil", "certutil -urlfetch -verify %f" } },
    { FINDING_REVOCATION_OFFLINE, { "openssl", NEW_CRL } },
    { FINDING_REVOCATION_OFFLINE, { "certgate", "certgate store add CA ca.crl" } },
    { FINDING_REVOCATION_STALE, { "certutil", "certutil -CRL" } },
    { FINDING_REVOCATION_STALE, { "openssl", NEW_CRL } },
    { FINDING_REVOCATION_UNUSABLE, { "openssl", NEW_CRL } },
};

static const struct server_row {
    enum server_check_kind kind;
    struct remedy_line line;
} server_rows[] = {
    { SERVER_CHECK_EKU_NOT_SERVER_AUTH, { "openssl", ISSUE_SERVER } },
    { SERVER_CHECK_EKU_NOT_SERVER_AUTH, { "PowerShell", "New-SelfSignedCertificate -DnsName host.example -CertStoreLocation Cert:\\LocalMachine\\My" } },
    { SERVER_CHECK_NO_ALT_NAME, { "openssl", ISSUE_SERVER } },
    { SERVER_CHECK_WRONG_HOST, { "openssl", ISSUE_SERVER } },
    { SERVER_CHECK_LONG_LIFE, { "openssl", ISSUE_SERVER } },
};
/* clang-format on */

size_t remedy_find(enum finding_kind kind, struct remedy_line lines[REMEDY_LINES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows) && n < REMEDY_LINES_MAX; i++) {
        if (rows[i].kind == kind) {
            lines[n++] = rows[i].line;
        }
    }
    return n;
}

size_t remedy_find_server(enum server_check_kind kind,
                          struct remedy_line lines[REMEDY_LINES_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(server_rows) && n < REMEDY_LINES_MAX; i++) {
        if (server_rows[i].kind == kind) {
            lines[n++] = server_rows[i].line;
        }
    }
    return n;
}

static void append_quoted(struct buf *out, const char *file)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                "0123456789_-./";
    if (file[0] != 0 && file[strspn(file, plain)] == 0) {
        buf_append_string(out, file);
        return;
    }
    buf_append_byte(out, '\'');
    for (; *file != 0; file++) {
        if (*file == '\'') {
            buf_append_string(out, "'\\''");
        } else {
            buf_append_byte(out, (uint8_t)*file);
        }
    }
    buf_append_byte(out, '\'');
}

bool remedy_append(struct buf *out, const struct remedy_line *line, const char *file,
                   const struct certificate *cert)
{
    for (const char *at = line->line; *at != 0; at++) {
        if (at[0] != '%') {
            buf_append_byte(out, (uint8_t)*at);
            continue;
        }
        at++;
        if (*at == 'f') {
            append_quoted(out, file);
        } else if (*at == 't') {
            text_append_hex(out, (struct slice){ cert->sha1, sizeof(cert->sha1) }, 0);
        } else {
            text_append_hex(out, cert->serial, 0);
        }
    }
    return buf_ok(out);
}
