/* SPDX-License-Identifier: MIT
 *
 * What `certgate why` says of each of IIS's answers beside verdict_list.h and
 * advice_list.h, where the causes and the remedies stand.
 *
 *   name    of verdict_list.h; each has a row
 *   often   of those with the same status and sub-status, or the same HRESULT, 1 is the
 *           most frequent in practice (iis.md section 8 and the log lines there)
 *   answer  the first line, one sentence
 *   LOOK    how to look on Windows
 *   OTHERS  what to do with other servers, nginx and OpenSSL; OTHERS(NULL) = nothing
 *   MAKE    commands that make it happen here, without a server that runs already;
 *           tests/integration/why.py runs each
 */
#pragma once

/* With the certificate of a case, at a server for as long as that takes. */
#define MAKE_CASE(name) \
    "certgate run -- sh -c 'certgate get --case " name " $CERTGATE_URL'"
#define MAKE_WITH(option, command) \
    "certgate run -o " option " -- sh -c '" command " $CERTGATE_URL'"
/* With a web.config that has this in <system.webServer>, on a server that allows
 * nothing. */
#define MAKE_CONFIG(text)                                                   \
    "D=$(mktemp -d); printf '%s' '<configuration><system.webServer>" text   \
    "</system.webServer></configuration>' >$D/web.config; certgate run -o " \
    "--iis=$D/web.config -- sh -c 'certgate get $CERTGATE_URL'"
/* With the mapping that lies beside the test certificates. */
#define WORLD \
    "W=${XDG_DATA_HOME:-$HOME/.local/share}/certgate; certgate forge >/dev/null; "
#define MAKE_MAPPED(name)                                                       \
    WORLD "certgate run -o --mapping=$W/mapping.config -- sh -c 'certgate get " \
          "--case " name " $CERTGATE_URL'"
#define MAKE_ACCOUNT(line)                                                             \
    WORLD "(umask 077; printf '[CONTOSO\\\\tests]\\n" line "\\n' >$W/accounts.ini); "  \
          "certgate run -o --mapping=$W/mapping.config -o --accounts=$W/accounts.ini " \
          "-- "                                                                        \
          "sh -c 'certgate get --case rsa-2048 $CERTGATE_URL'"

#define LOOK_LOG                                                                       \
    "The site's log has the sub-status and the Win32 status that the page keeps from " \
    "remote users: the last three numbers before time-taken, in "                      \
    "`%SystemDrive%\\inetpub\\logs\\LogFiles\\W3SVC*\\u_ex*.log`."
#define LOOK_CAPI2                                                                     \
    "`wevtutil sl Microsoft-Windows-CAPI2/Operational /e:true`, try once more, then "  \
    "look at events 11 (BuildChain) and 30 (VerifyChainPolicy) in Event Viewer: they " \
    "name the certificate and the error."
#define LOOK_SSLCERT "`netsh http show sslcert`: all settings of the binding."
#define LOOK_CHAIN                                                              \
    "With the client's certificate as a file on the server: `certutil -verify " \
    "-urlfetch client.cer`."
#define LOOK_DUMP \
    "`certutil -dump client.cer`, or open the file: *Details* has every extension."

/* clang-format off */
#define VERDICT_WHY_LIST(X) \
    X(OK, 1, \
      "The server has no objection to the client certificate, or wants none.", \
      LOOK("`certgate get --json` and the page `/whoami` say what certgated saw of it."), \
      OTHERS(NULL), \
      MAKE(MAKE_CASE("good"))) \
    X(LOGON_FAILED, 1, \
      "The certificate is good and mapped to an account, but logging on as that account failed: most often its password was changed.", \
      LOOK("The Security log of IIS's machine, event 4625, names the account and the reason.", LOOK_LOG), \
      OTHERS(NULL), \
      MAKE(MAKE_ACCOUNT("password = other"))) \
    X(MAPPING_CORRUPT, 2, \
      "The certificate in a one-to-one mapping is damaged: its base64 text was cut off or has a wrong character.", \
      LOOK("`appcmd list config \"Default Web Site\" -section:iisClientCertificateMappingAuthentication`: compare the text with the exported certificate's.", LOOK_LOG), \
      OTHERS(NULL), \
      MAKE(WORLD "sed 's/certificate=\"MII/certificate=\"MI/' $W/mapping.config >$W/cut.config; certgate run -o --mapping=$W/cut.config -- sh -c 'certgate get --case good $CERTGATE_URL'")) \
    X(LOGON_DENIED, 2, \
      "Nothing that is switched on could log the client on: no mapping fits its certificate, and Anonymous authentication is off.", \
      LOOK("IIS Manager, *Authentication*: what is enabled for the site.", \
        "`appcmd list config \"Default Web Site\" -section:iisClientCertificateMappingAuthentication`: only the site's level counts."), \
      OTHERS(NULL), \
      MAKE(MAKE_MAPPED("subject-script"))) \
    X(ACL_DENIED, 4, \
      "The certificate is mapped to an account, and that account may not read the file or folder.", \
      LOOK("`icacls` on the folder; the account's name stands in the log as cs-username.", LOOK_LOG), \
      OTHERS(NULL), \
      MAKE(MAKE_ACCOUNT("password = secret\\nno-access = /"))) \
    X(SSL_REQUIRED, 5, \
      "The address was opened with http:// and the site demands TLS.", \
      LOOK("IIS Manager, *SSL Settings*: *Require SSL*."), \
      OTHERS("nginx: `return 301 https://$host$request_uri;` in the server block of port 80."), \
      MAKE("certgate run -o --listen=8080,plain,ssl -- certgate get http://127.0.0.1:8080/")) \
    X(SSL128_REQUIRED, 7, \
      "The encryption that was agreed on is weaker than the 128 bits that the site demands.", \
      LOOK("`Get-TlsCipherSuite | Format-Table Name`: what the server offers, in its order."), \
      OTHERS("nginx: `ssl_ciphers HIGH:!aNULL:!eNULL;`."), \
      MAKE("certgate run -o --listen=8445,ssl128 -o --null-ciphers -- certgate get -k --tls-max 1.2 --ciphers TLS_ECDHE_ECDSA_WITH_NULL_SHA https://127.0.0.1:8445/")) \
    X(CERT_REQUIRED, 1, \
      "No client certificate arrived, and the site requires one: most often the browser has none that it would offer.", \
      LOOK("On the client: `certmgr.msc`, *Personal*: a certificate with a key in its picture, in its time, with the purpose *Proves your identity to a remote computer*.", \
        "On the server: `netsh http show sslcert`: *Negotiate Client Certificate* and *Ctl Store Name*.", \
        "System log, source Schannel, event 36885: the list of issuers was too long."), \
      OTHERS("nginx: `ssl_verify_client optional;` lets in who has none.", "OpenSSL: `openssl s_client -connect HOST:PORT -cert client.pem -key client.key` shows whether one was asked for, and of which CAs."), \
      MAKE(MAKE_CASE("none"), MAKE_CASE("eku-server --offer-as chrome"))) \
    X(MAPPER_DENIED, 3, \
      "The certificate is good, but a mapping denies it: a many-to-one rule with permissionMode=Deny fits.", \
      LOOK("`appcmd list config \"Default Web Site\" -section:iisClientCertificateMappingAuthentication`: the first rule that fits decides."), \
      OTHERS("nginx has no mappings: a `map` of `$ssl_client_s_dn` does the same."), \
      MAKE(MAKE_MAPPED("eku-absent"))) \
    X(REVOKED, 2, \
      "The client certificate, or a CA above it, was revoked.", \
      LOOK(LOOK_CHAIN, "`certutil -urlcache crl` lists the revocation lists that the machine has kept."), \
      OTHERS("nginx: it is in a list of the file of `ssl_crl`.", "OpenSSL: `openssl verify -crl_check -CAfile ca.pem -CRLfile ca.crl client.pem`."), \
      MAKE(MAKE_CASE("revoked"))) \
    X(NO_REVOCATION_CHECK, 3, \
      "The client certificate names no place where its revocation could be looked up; nobody has revoked it.", \
      LOOK(LOOK_DUMP, LOOK_SSLCERT), \
      OTHERS("nginx and OpenSSL look at no revocation unless told: `ssl_crl`, `-crl_check`."), \
      MAKE(MAKE_WITH("--assume=no-cdp=refuse", "certgate get --case crl-none"))) \
    X(REVOCATION_OFFLINE, 1, \
      "Whether the client certificate is revoked could not be told: the revocation list cannot be fetched or is out of date. Nothing says that it was revoked.", \
      LOOK(LOOK_CHAIN " Run it as the machine: `psexec -s`; the user's proxy is another one.", \
        "`netsh winhttp show proxy`: the proxy that the server uses for it.", LOOK_CAPI2), \
      OTHERS("nginx fetches no list: put the new one of each CA of the path into the file of `ssl_crl`, and reload.", "OpenSSL: `openssl crl -noout -lastupdate -nextupdate -in ca.crl`."), \
      MAKE(MAKE_CASE("crl-unreachable"), MAKE_CASE("crl-expired"))) \
    X(MALFORMED, 11, \
      "The client certificate, or one above it, cannot be decoded.", \
      LOOK(LOOK_DUMP), \
      OTHERS("OpenSSL: `openssl asn1parse -in client.pem` shows where it breaks off."), \
      MAKE(MAKE_CASE("extension-malformed"))) \
    X(CERT_SIGNATURE, 4, \
      "A signature in the path does not fit, or its key or hash is too weak for Windows.", \
      LOOK(LOOK_CHAIN, LOOK_CAPI2), \
      OTHERS("OpenSSL: `openssl verify -CAfile ca.pem -untrusted intermediates.pem client.pem`; its security level refuses weak keys and hashes, too."), \
      MAKE(MAKE_CASE("bad-signature"))) \
    X(EXPLICIT_DISTRUST, 5, \
      "The client certificate, or a CA above it, lies in the server's store of untrusted certificates.", \
      LOOK("`certutil -store Disallowed`, or `certlm.msc`, *Untrusted Certificates*."), \
      OTHERS("nginx and OpenSSL have no such store: revoke the certificate, or take its CA out of `ssl_client_certificate`."), \
      MAKE(MAKE_CASE("in-disallowed"))) \
    X(UNTRUSTED_ROOT, 1, \
      "The root CA of the client certificate is not one that the server trusts: it is not in LocalMachine\\Root.", \
      LOOK("`certutil -store Root`, or `certlm.msc` (not `certmgr.msc`, which is the user's), *Trusted Root Certification Authorities*.", \
        "`Get-ChildItem Cert:\\LocalMachine\\Root | Where-Object { $_.Issuer -ne $_.Subject }`: strays that make every client certificate fail.", \
        LOOK_CHAIN, "`netsh http show sslcert`: *Ctl Store Name*; only its issuers count, if it has one."), \
      OTHERS("nginx: add the root to the file of `ssl_client_certificate`, and reload.", "OpenSSL: `-CAfile root.pem`; try with `openssl verify -CAfile root.pem -untrusted intermediates.pem client.pem`."), \
      MAKE(MAKE_CASE("unknown-root"))) \
    X(CHAINING, 2, \
      "An intermediate CA certificate is missing: the client did not send it, and the server does not have it.", \
      LOOK(LOOK_CHAIN, "`certutil -store CA`: the intermediates that the machine has."), \
      OTHERS("nginx fetches no intermediate: have the client send it, or add it to the file of `ssl_client_certificate`.", "OpenSSL: `s_client -cert_chain intermediates.pem` sends it."), \
      MAKE(MAKE_CASE("chain-missing"))) \
    X(WRONG_USAGE, 3, \
      "The client certificate is not for client authentication: its Enhanced Key Usage, or that of a CA above it, says something else.", \
      LOOK(LOOK_DUMP, "`netsh http show sslcert`: *Usage Check*."), \
      OTHERS("nginx refuses it, too (400, 495 within).", "OpenSSL: `openssl verify -purpose sslclient ...` judges so; issue it with `extendedKeyUsage = clientAuth`."), \
      MAKE(MAKE_CASE("eku-server"))) \
    X(ROLE, 10, \
      "A CA's certificate was shown as a client's.", \
      LOOK(LOOK_DUMP), \
      OTHERS(NULL), \
      MAKE(MAKE_WITH("--assume=ca-as-client=refuse", "certgate get --case ca-as-client"))) \
    X(NOT_TIME_VALID, 1, \
      "The client certificate, or a CA above it, has expired or is not yet valid.", \
      LOOK(LOOK_CHAIN, "`w32tm /query /status`: whether the server's clock is right."), \
      OTHERS("nginx refuses it, too (400, 495 within).", "OpenSSL: `openssl x509 -noout -dates -in client.pem`."), \
      MAKE(MAKE_CASE("expired"), MAKE_CASE("not-yet-valid"))) \
    X(TIME_NESTING, 12, \
      "A CA above the client certificate has expired or is not yet valid, and the client certificate itself is in its time.", \
      LOOK(LOOK_CHAIN, "`w32tm /query /status`: whether the server's clock is right."), \
      OTHERS("OpenSSL: `openssl x509 -noout -dates -in ca.pem`."), \
      MAKE(MAKE_WITH("--assume=ca-time=nested", "certgate get --case issuer-expired"))) \
    X(INVALID_NAME, 7, \
      "The client certificate bears a name that a CA above it may not issue (name constraints).", \
      LOOK(LOOK_CHAIN, LOOK_CAPI2), \
      OTHERS("OpenSSL: `openssl verify` says `permitted subtree violation` or `excluded subtree violation`."), \
      MAKE(MAKE_CASE("name-not-permitted"))) \
    X(INVALID_POLICY, 9, \
      "A CA above the client certificate demands a certificate policy that it does not have.", \
      LOOK(LOOK_CHAIN, LOOK_CAPI2), \
      OTHERS("OpenSSL looks at policies only with `-policy_check`."), \
      MAKE(MAKE_CASE("policy-missing"))) \
    X(BASIC_CONSTRAINTS, 6, \
      "Somebody who is no CA, or is one too deep down, has issued a certificate of the path.", \
      LOOK(LOOK_CHAIN, LOOK_CAPI2), \
      OTHERS("OpenSSL: `openssl verify` says `invalid CA certificate` or `path length constraint exceeded`."), \
      MAKE(MAKE_CASE("issuer-not-ca"), MAKE_CASE("issuer-too-deep"))) \
    X(CRITICAL_EXTENSION, 8, \
      "A certificate of the path has a critical extension that Windows does not know.", \
      LOOK(LOOK_DUMP, LOOK_CAPI2), \
      OTHERS("OpenSSL: `openssl verify` says `unhandled critical extension`."), \
      MAKE(MAKE_CASE("critical-unknown"))) \
    X(APPLICATION_POOL, 6, \
      "The custom error page, or another URL that the request was passed on to, belongs to another application pool; certificates have nothing to do with it.", \
      LOOK("IIS Manager, *Applications* of the site: the pool of each."), \
      OTHERS(NULL), \
      MAKE(NULL)) \
    X(ENTITY_TOO_LARGE, 2, \
      "The body is too large to be put aside while the server asks for a client certificate.", \
      LOOK("`netsh http show sslcert`: *Negotiate Client Certificate: Disabled* means that the server asks late.", \
        "`appcmd list config -section:system.webServer/serverRuntime`: uploadReadAheadSize."), \
      OTHERS("nginx always asks in the first handshake; its 413 is `client_max_body_size`."), \
      MAKE("certgate run -o --clientcertnegotiation=disable -- sh -c 'head -c 60000 /dev/zero | certgate get --case good --tls-max 1.2 -d @- $CERTGATE_URL'")) \
    X(POST_HANDSHAKE_AUTH, 1, \
      "The server asks for the client certificate after the handshake, which does not work on TLS 1.3.", \
      LOOK("`netsh http show sslcert`: *Negotiate Client Certificate: Disabled* means that the server asks late."), \
      OTHERS("nginx always asks in the first handshake. Apache: `SSLVerifyClient` for the whole site, or `SSLProtocol -TLSv1.3`."), \
      MAKE(MAKE_WITH("--clientcertnegotiation=disable", "certgate get --case good --tlsv1.3"))) \
    X(CONFIG_INVALID, 2, \
      "A configuration file of IIS has something in it that IIS does not know.", \
      LOOK("The detailed page, with a browser on the server itself: *Config Error*, *Config File* and the line.", \
        "`appcmd list config \"Default Web Site/app\"` says the same."), \
      OTHERS("nginx does not start then, and `nginx -t` names the line."), \
      MAKE(MAKE_CONFIG("<serverRuntime uploadReadAheadSize=\"48k\"/>"))) \
    X(CONFIG_LOCKED, 1, \
      "A web.config sets what is locked above it.", \
      LOOK("`appcmd list config -section:system.webServer/security/access -text:*`: *overrideMode* and *isLocked*.", \
        "`applicationHost.config`: `overrideModeDefault` of the section, and `<location overrideMode>`."), \
      OTHERS("Apache: `AllowOverride` says what a `.htaccess` may set."), \
      MAKE(MAKE_CONFIG("<security><access sslFlags=\"Ssl\"/></security>"))) \
    X(CONFIG_DUPLICATE, 3, \
      "A configuration file of IIS adds what is there already.", \
      LOOK("The detailed page names the key; look for it in the files above."), \
      OTHERS(NULL), \
      MAKE(MAKE_CONFIG("<httpErrors><error statusCode=\"404\"/><error statusCode=\"404\"/></httpErrors>")))
/* clang-format on */
