/* SPDX-License-Identifier: MIT */
#include "explain/remedy.h"

#include "base/text.h"

#include <assert.h>
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

/* The tools, in the order in which their lines are shown. */
enum tool { CERTUTIL, OPENSSL, POWERSHELL, CERTREQ, CERTGATE, TOOL_COUNT };
static const char *const tools[] = { "certutil", "openssl", "PowerShell", "certreq",
                                     "certgate" };
static_assert(ARRAY_LEN(tools) == TOOL_COUNT, "a name for each tool");

/* A line of each tool; NONE where it has none that helps. A finding without a row does
 * not compile, nor does a row that leaves a tool out. */
#define NONE NULL
/* clang-format off */
/* finding, certutil, openssl, PowerShell, certreq, certgate */
#define REMEDIES(X) \
    X(MALFORMED, NONE, NONE, NONE, NONE, NONE) \
    X(SIGNATURE_INVALID, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(SIGNATURE_UNSUPPORTED, NONE, NONE, NONE, NONE, NONE) \
    X(SIGNATURE_UNCHECKED, NONE, NONE, NONE, NONE, NONE) \
    X(WEAK_KEY, NONE, NEW_KEY, NONE, NONE, NONE) \
    X(WEAK_HASH, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(SHORT_KEY, NONE, NEW_KEY, NONE, NONE, NONE) \
    X(SHA1_SIGNATURE, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(EXPLICIT_DISTRUST, "certutil -delstore Disallowed %t", NONE, \
      "Remove-Item Cert:\\LocalMachine\\Disallowed\\%t", NONE, NONE) \
    X(REVOKED, "certutil -urlfetch -verify %f", NONE, NONE, NONE, NONE) \
    X(REVOCATION_OFFLINE, "certutil -urlfetch -verify %f", NEW_CRL, NONE, NONE, \
      "certgate store add CA ca.crl") \
    X(REVOCATION_STALE, "certutil -CRL", NEW_CRL, NONE, NONE, NONE) \
    X(REVOCATION_UNUSABLE, NONE, NEW_CRL, NONE, NONE, NONE) \
    X(REVOCATION_UNKNOWN, NONE, NONE, NONE, NONE, NONE) \
    X(NO_REVOCATION_POINTER, NONE, NONE, NONE, NONE, NONE) \
    X(UNTRUSTED_ROOT, "certutil -addstore Root root.cer", NONE, \
      "Import-Certificate -FilePath root.cer -CertStoreLocation Cert:\\LocalMachine\\Root", NONE, \
      "certgate store add Root root.cer") \
    X(UNTRUSTED_SELF_SIGNED, "certutil -addstore Root %f", NONE, NONE, NONE, \
      "certgate store add Root %f") \
    X(CYCLIC, NONE, NONE, NONE, NONE, NONE) \
    X(NON_SELF_SIGNED_ROOT, NONE, NONE, \
      "Get-ChildItem Cert:\\LocalMachine\\Root | Where-Object { $_.Issuer -ne $_.Subject } | Move-Item -Destination Cert:\\LocalMachine\\CA", \
      NONE, NONE) \
    X(ROOT_STORE_TOO_LARGE, NONE, NONE, NONE, NONE, NONE) \
    X(ISSUER_NOT_LISTED, "certutil -addstore ClientAuthIssuer ca.cer", NONE, NONE, NONE, \
      "certgate store add ClientAuthIssuer ca.cer") \
    X(ISSUER_NOT_EXCLUSIVE, "certutil -addstore ClientAuthIssuer root.cer", NONE, NONE, NONE, \
      "certgate store add ClientAuthIssuer root.cer") \
    X(PARTIAL_CHAIN, "certutil -addstore CA intermediate.cer", \
      "openssl pkcs12 -export -in client.pem -inkey client.key -certfile intermediate.pem -out client.p12", \
      NONE, NONE, "certgate store add CA intermediate.cer") \
    X(EKU_NOT_CLIENT_AUTH, NONE, ISSUE_CLIENT, SELF_MADE, NONE, NONE) \
    X(EKU_ANY, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(EKU_ABSENT, NONE, NONE, NONE, NONE, NONE) \
    X(CA_EKU_NOT_CLIENT_AUTH, NONE, ISSUE_CA, NONE, NONE, NONE) \
    X(APP_POLICY_NOT_CLIENT_AUTH, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(APP_POLICY_ANY, NONE, NONE, NONE, NONE, NONE) \
    X(APP_POLICY_COUNTS, NONE, NONE, NONE, NONE, NONE) \
    X(CA_APP_POLICY_NOT_CLIENT_AUTH, NONE, ISSUE_CA, NONE, NONE, NONE) \
    X(KU_CERT_SIGN_NOT_CA, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(KU_NO_DIGITAL_SIGNATURE, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(KU_EKU_INCONSISTENT, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(CA_KU_NO_CERT_SIGN, NONE, ISSUE_CA, NONE, NONE, NONE) \
    X(KEY_NOT_OFFERED, NONE, NEW_KEY, NONE, NONE, NONE) \
    X(CA_AS_CLIENT, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(EXPIRED, NONE, ISSUE_CLIENT, NONE, "certreq -enroll -machine -cert %s renew", NONE) \
    X(NOT_YET_VALID, NONE, NONE, NONE, NONE, NONE) \
    X(TIME_FORM, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(ISSUER_NOT_CA, NONE, ISSUE_CA, NONE, NONE, NONE) \
    X(PATH_LEN_EXCEEDED, NONE, ISSUE_CA, NONE, NONE, NONE) \
    X(NAME_NOT_PERMITTED, NONE, NONE, NONE, NONE, NONE) \
    X(NAME_EXCLUDED, NONE, NONE, NONE, NONE, NONE) \
    X(NAME_CONSTRAINT_UNSUPPORTED, NONE, NONE, NONE, NONE, NONE) \
    X(POLICY_INVALID, NONE, NONE, NONE, NONE, NONE) \
    X(CRITICAL_UNKNOWN, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(EXTENSION_MALFORMED, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(EXTENSION_DUPLICATE, NONE, ISSUE_CLIENT, NONE, NONE, NONE) \
    X(TRUSTED_PEOPLE, NONE, NONE, NONE, NONE, NONE) \
    X(SEARCH_LIMIT, NONE, NONE, NONE, NONE, NONE)

#define SERVER_REMEDIES(X) \
    X(EKU_NOT_SERVER_AUTH, NONE, ISSUE_SERVER, \
      "New-SelfSignedCertificate -DnsName host.example -CertStoreLocation Cert:\\LocalMachine\\My", \
      NONE, NONE) \
    X(CA_EKU_NOT_SERVER_AUTH, NONE, NONE, NONE, NONE, NONE) \
    X(NO_ALT_NAME, NONE, ISSUE_SERVER, NONE, NONE, NONE) \
    X(WRONG_HOST, NONE, ISSUE_SERVER, NONE, NONE, NONE) \
    X(LONG_LIFE, NONE, ISSUE_SERVER, NONE, NONE, NONE)
/* clang-format on */

#define X(name, certutil, openssl, powershell, certreq, certgate) ROW_##name,
enum row { REMEDIES(X) ROW_COUNT };
#undef X
#define X(name, certutil, openssl, powershell, certreq, certgate) SERVER_ROW_##name,
enum server_row { SERVER_REMEDIES(X) SERVER_ROW_COUNT };
#undef X
/* No row stands twice, or its constant would; so with as many there is no gap. */
static_assert((int)ROW_COUNT == (int)FINDING_COUNT, "a row for each finding");
static_assert((int)SERVER_ROW_COUNT == (int)SERVER_CHECK_COUNT,
              "a row for each finding");

static const char *const rows[FINDING_COUNT][TOOL_COUNT] = {
#define X(name, certutil, openssl, powershell, certreq, certgate) \
    [FINDING_##name] = { certutil, openssl, powershell, certreq, certgate },
    REMEDIES(X)
#undef X
};

static const char *const server_rows[SERVER_CHECK_COUNT][TOOL_COUNT] = {
#define X(name, certutil, openssl, powershell, certreq, certgate) \
    [SERVER_CHECK_##name] = { certutil, openssl, powershell, certreq, certgate },
    SERVER_REMEDIES(X)
#undef X
};

static size_t take(const char *const row[TOOL_COUNT],
                   struct remedy_line lines[REMEDY_LINES_MAX])
{
    static_assert(REMEDY_LINES_MAX >= TOOL_COUNT, "a line for each tool fits");
    size_t n = 0;
    for (size_t i = 0; i < TOOL_COUNT; i++) {
        if (row[i] != NULL) {
            lines[n++] = (struct remedy_line){ tools[i], row[i] };
        }
    }
    return n;
}

size_t remedy_find(enum finding_kind kind, struct remedy_line lines[REMEDY_LINES_MAX])
{
    return take(rows[kind], lines);
}

size_t remedy_find_server(enum server_check_kind kind,
                          struct remedy_line lines[REMEDY_LINES_MAX])
{
    return take(server_rows[kind], lines);
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
