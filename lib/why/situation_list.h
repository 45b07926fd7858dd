/* SPDX-License-Identifier: MIT
 *
 * What `certgate why` explains beside IIS's answers and TLS's alerts: what clients,
 * browsers, other servers and Windows' logs say of the same troubles.
 *
 *   name    enum constant SITUATION_name
 *   id      what one types: `certgate why ID`, /why/ID
 *   answer  the first line
 *   who     who says it
 *   CAUSES, LOOK, TRIES, MAKE  as in verdict_why_list.h; LOOK(NULL) and MAKE(NULL) =
 * none
 */
#pragma once

#define LOOK_SCHANNEL                                                              \
    "Event Viewer, *System*, source Schannel. Failures of validation are written " \
    "only if `EventLogging` is 3 or more: `reg add "                               \
    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /v "    \
    "EventLogging /t REG_DWORD /d 7`, then start Windows anew."
#define MAKE_AT(host, get)                                      \
    "certgate run -- sh -c 'certgate get " get " https://" host \
    ".localhost:$CERTGATE_PORT/'"
#define MAKE_UNTRUSTED                                                              \
    "certgate run -- sh -c 'certgate get --cacert $CERTGATE_CASES/self-signed.pem " \
    "$CERTGATE_URL'"
#define HTTPERR "http.sys, in its error log, for what never reaches a site: "
#define LOOK_HTTPERR                                                                \
    "`%SystemRoot%\\System32\\LogFiles\\HTTPERR\\httperr*.log`: the reason stands " \
    "near the end of the line."
#define SEND_ANY                                                                    \
    "Ask with a tool that sends whatever it is told to: `certgate get --cert FILE " \
    "URL`, `curl --cert FILE URL`."
#define EXPLAIN "Have the file explained: `certgate explain client.pfx`."

/* clang-format off */
#define SITUATION_LIST(X) \
    X(HTTP_403, "403", \
      "403 without a sub-status: the page for remote users keeps it back; the server's log has it.", \
      "IIS to everybody but its own machine; clients that show the status only; WCF as \"scheme 'Anonymous'\".", \
      CAUSES("No client certificate arrived (403.7).", "The root of the client's certificate is not trusted (403.16).", \
        "Whether it is revoked could not be told (403.13).", "It has nothing to do with certificates."), \
      LOOK("The last numbers of the log line, `403 16 2148204809` for one: paste the line to `certgate why`.", \
        "Open the page on the server itself: there IIS shows its detailed page."), \
      TRIES("Find the sub-status, then ask again: `certgate why 403.16`."), \
      MAKE("certgate run -o --errormode=Custom -- sh -c 'certgate get --case unknown-root $CERTGATE_URL'")) \
    X(HTTP_401, "401", \
      "401: the certificate was not refused; nothing could log its owner on.", \
      "IIS, behind its certificate mappings.", \
      CAUSES("Anonymous authentication is off and no mapping fits (401.2).", "Logging on as the mapped account failed (401.1).", \
        "The account may not read the file (401.3)."), \
      LOOK("The sub-status and the Win32 status in the site's log: paste the line to `certgate why`."), \
      TRIES("Find the sub-status, then ask again: `certgate why 401.2`."), MAKE(NULL)) \
    X(NGINX_495, "495", \
      "nginx has refused the client's certificate (400 \"The SSL certificate error\", 495 within).", \
      "nginx, to the client; its error.log has the reason: \"client SSL certificate verify error\".", \
      CAUSES("Its root is not in the file of `ssl_client_certificate`.", "An intermediate is missing: nginx fetches none.", \
        "It has expired.", "It is not for client authentication.", \
        "With `ssl_crl`: it is revoked, or the list of one of its CAs is missing or out of date."), \
      LOOK("This is not Windows: nginx's error.log, with `error_log ... info`."), \
      TRIES("`openssl verify -purpose sslclient -CAfile ca.pem -untrusted intermediates.pem client.pem` judges as nginx does.", \
        "Raise `ssl_verify_depth` (1 unless set) if there are two intermediates or more."), \
      MAKE(MAKE_AT("nginx", "--case expired"))) \
    X(NGINX_496, "496", \
      "No client certificate arrived at nginx (400 \"No required SSL certificate was sent\", 496 within).", \
      "nginx with `ssl_verify_client on`, to the client.", \
      CAUSES("The client has no certificate, or was given the file without its key.", \
        "Its certificate is of none of the CAs that the server names (`ssl_client_certificate`).", \
        "A proxy in front of it ends TLS."), \
      LOOK("This is not Windows: nginx's error.log at level `info`: \"client sent no required SSL certificate\"."), \
      TRIES(SEND_ANY, "In the configuration: `ssl_trusted_certificate` trusts CAs without naming them to clients."), \
      MAKE(MAKE_AT("nginx", "--case none"))) \
    X(NO_CERTIFICATE, "no-certificate", \
      "The client has sent no certificate, and the server requires one.", \
      "OpenSSL in servers, in their logs; WinHTTP and Java in clients.", \
      CAUSES("No certificate was configured in the client, or without its private key.", \
        "The client has one but holds it back: wrong purpose, expired, or its CA is none that the server named."), \
      LOOK("On a Windows client: `certmgr.msc`, *Personal*; a service has another store: that of its own account or of the machine.", LOOK_SCHANNEL), \
      TRIES(SEND_ANY, EXPLAIN), \
      MAKE(MAKE_CASE("none"), MAKE_AT("alert", "--case none"))) \
    X(BROWSER_REFUSED, "client-certificate-refused", \
      "The server ended the handshake because of the client certificate: it refused the one that was sent, or wanted one and got none.", \
      "Chrome and Edge: ERR_BAD_SSL_CLIENT_AUTH_CERT, for each of the alerts 42 to 46, 48, 49 and 116.", \
      CAUSES("The server wants a certificate and the browser has none to offer, or its user cancelled the choice.", \
        "The server does not trust the certificate's CA.", "It has expired or is revoked."), \
      LOOK("IIS never does this: it answers with a page. A proxy or another server stands in front.", LOOK_SCHANNEL), \
      TRIES("Close all windows of the browser to be asked again: the choice is remembered.", \
        "Firefox says which alert it was: try it there.", SEND_ANY), \
      MAKE(MAKE_AT("alert", "--case unknown-root"))) \
    X(BROWSER_KEY, "browser-key", \
      "The browser has a client certificate but cannot use its private key.", \
      "Chrome and Edge: ERR_SSL_CLIENT_AUTH_SIGNATURE_FAILED, ERR_SSL_CLIENT_AUTH_PRIVATE_KEY_ACCESS_DENIED, ERR_SSL_CLIENT_AUTH_CERT_NO_PRIVATE_KEY.", \
      CAUSES("The smart card or token is not in, or its PIN was not given.", \
        "The certificate was imported without its key (a .cer in place of a .pfx).", \
        "An old TPM cannot make the RSA-PSS signature that TLS 1.3 wants."), \
      LOOK("`certutil -user -store My`: the line of the key and of its provider."), \
      TRIES("Import the .pfx anew.", "`certutil -user -repairstore My THUMBPRINT`.", "Try with TLS 1.2."), MAKE(NULL)) \
    X(PROTOCOL_ERROR, "protocol-error", \
      "The browser got something that is no TLS as it should be, or an alert without a name of its own.", \
      "Chrome and Edge: ERR_SSL_PROTOCOL_ERROR.", \
      CAUSES("The port speaks plain HTTP, or something else than TLS.", "The server ended the handshake with an alert that is about neither certificates nor versions.", \
        "A security product takes part in the connection."), \
      LOOK(LOOK_SCHANNEL), \
      TRIES("See what answers: `openssl s_client -connect HOST:PORT`.", "Firefox says which alert it was: try it there."), \
      MAKE("certgate run -o --listen=8080,plain -- certgate get -k https://127.0.0.1:8080/")) \
    X(VERSION_MISMATCH, "version-mismatch", \
      "Client and server have no TLS version, or no cipher suite, in common.", \
      "Chrome and Edge: ERR_SSL_VERSION_OR_CIPHER_MISMATCH; Windows: SEC_E_ALGORITHM_MISMATCH.", \
      CAUSES("The server has only TLS 1.0 or 1.1.", "The server requires a client certificate and got none: on TLS 1.2 that is the same alert, 40.", \
        "No certificate is bound, or none that goes with the cipher suites."), \
      LOOK("`Get-TlsCipherSuite | Format-Table Name`.", LOOK_SSLCERT, "System log, Schannel 36874: no suite in common."), \
      TRIES("Switch TLS 1.2 on, on both sides.", "Try with a client certificate."), \
      MAKE(MAKE_AT("alert", "--tls-max 1.2"))) \
    X(SERVER_UNTRUSTED, "server-untrusted", \
      "The client does not trust the server's certificate; the client's own certificate was not even looked at.", \
      "The client: a browser, curl, OpenSSL, Java, .NET, Go, Node, Python, wget, GnuTLS.", \
      CAUSES("The client does not have the server's root CA among those that it trusts; each program has a list of its own.", \
        "The server sends no intermediate certificate.", "A proxy that looks into TLS has put its own certificate in place."), \
      LOOK("What the server sends: `certgate explain --url https://HOST/`.", "`certutil -store My` on the server: the path of the bound certificate."), \
      TRIES("Give the client the root: curl `--cacert`, OpenSSL `-CAfile`, Node `NODE_EXTRA_CA_CERTS`, Python `SSL_CERT_FILE` or `REQUESTS_CA_BUNDLE`, Go `SSL_CERT_FILE`, Java `keytool -importcert -cacerts`, .NET and browsers by Windows' store.", \
        "With certgated: trust `root.crt`, which the desk offers."), \
      MAKE(MAKE_UNTRUSTED)) \
    X(SERVER_EXPIRED, "server-expired", \
      "The server's certificate has expired or is not yet valid, as the client's clock has it.", \
      "The client, of the server's certificate.", \
      CAUSES("It was not renewed, or renewed and not bound.", "The client's clock is wrong.", "An intermediate or an old root has expired."), \
      LOOK(LOOK_SSLCERT, "`certutil -store My`: *NotAfter*; the thumbprint is the *Certificate Hash* of the binding."), \
      TRIES("Renew and bind it; then look at the binding's other options, which renewal may have reset.", \
        "Which one is it: `certgate explain --url https://HOST/`."), MAKE(NULL)) \
    X(SERVER_NAME, "server-name", \
      "The server's certificate is not for the name in the address.", \
      "The client, of the server's certificate; Windows: CERT_E_CN_NO_MATCH, SEC_E_WRONG_PRINCIPAL.", \
      CAUSES("The address has another name, or an IP address.", "Another site's certificate is sent: no SNI, or the wrong binding.", \
        "The certificate has the name as its CN only, not among its alternative names."), \
      LOOK(LOOK_SSLCERT), \
      TRIES("Use a name that stands in the certificate: `certgate explain --url https://HOST/` lists them.", \
        "Issue it again with the name as DNS name."), \
      MAKE("certgate run -- sh -c 'certgate get --resolve other.test:$CERTGATE_PORT:127.0.0.1 https://other.test:$CERTGATE_PORT/'")) \
    X(RESET, "reset", \
      "The connection was reset, without a word of TLS.", \
      "The machine of the client, of the other end: every client has a text for it.", \
      CAUSES("IIS up to Server 2022 asks late for a client certificate and the connection has TLS 1.3.", \
        "The client takes no renegotiation (Go, rustls), and IIS asks late (TLS 1.2).", \
        "A body was sent while the server asked late for the certificate.", \
        "A firewall, or a server that ended before it had read all."), \
      LOOK("`netsh http show sslcert`: *Negotiate Client Certificate: Disabled* means that the server asks late.", \
        LOOK_SCHANNEL, "`%SystemRoot%\\System32\\LogFiles\\HTTPERR`: what never reached the site."), \
      TRIES("Ask in the first handshake: `netsh http update sslcert ... clientcertnegotiation=enable`.", \
        "Try with TLS 1.2: `curl --tls-max 1.2`; if that works, it is the late question."), \
      MAKE(MAKE_AT("reset", "--case none"))) \
    X(CLOSED, "closed", \
      "The server has closed the connection without an answer.", \
      "The client; browsers: ERR_EMPTY_RESPONSE, ERR_CONNECTION_CLOSED, PR_END_OF_FILE_ERROR.", \
      CAUSES("http:// was used on a port for https://: http.sys drops that without a word.", \
        "Some servers end so because of the client certificate: Kestrel and Node do.", \
        "The server gave up waiting."), \
      LOOK("`%SystemRoot%\\System32\\LogFiles\\HTTPERR`.", LOOK_SCHANNEL), \
      TRIES("Check that the address begins with https://.", "Try with a client certificate."), \
      MAKE("certgate run -- sh -c 'certgate get http://127.0.0.1:$CERTGATE_PORT/'")) \
    X(NOT_TLS, "not-tls", \
      "One side speaks TLS and the other plain HTTP: the wrong port, or http in place of https.", \
      "OpenSSL (wrong version number, packet length too long), Firefox (SSL_ERROR_RX_RECORD_TOO_LONG), Go, nginx (400 \"plain HTTP request was sent to HTTPS port\").", \
      CAUSES("https:// was used on a port that speaks HTTP.", "http:// was used on a port that speaks TLS.", \
        "A proxy answers the CONNECT with an error page."), \
      LOOK("`netsh http show urlacl` and `netsh http show sslcert`: which port has a certificate."), \
      TRIES("Compare scheme and port of the address with the bindings."), \
      MAKE("certgate run -o --listen=8080,plain -- certgate get -k https://127.0.0.1:8080/")) \
    X(KEY_MISMATCH, "key-mismatch", \
      "The private key in the client's files does not belong to its certificate.", \
      "The client's own library, before anything is sent.", \
      CAUSES("The file of another certificate's key was named.", "The certificate was renewed with a new key.", \
        "The file has the issuer's certificate first, and the client's behind it."), \
      LOOK("`certutil -verifykeys` compares certificate and key in a store."), \
      TRIES("Compare: `openssl x509 -noout -pubkey -in cert.pem` and `openssl pkey -pubout -in key.pem`.", \
        "In the file: the client's certificate first, then its intermediates."), \
      MAKE("certgate forge wrong-key")) \
    X(FILE_WEAK, "certificate-weak", \
      "The client's own library refuses the certificate as too weak: its key is too short or it is signed with MD5 or SHA-1.", \
      "OpenSSL in the client (ee key too small, ca md too weak, ca key too small), before anything is sent.", \
      CAUSES("An RSA key below 2048 bits, or MD5 or SHA-1, in the certificate or a CA that is sent along: OpenSSL's security level 2 or 1."), \
      LOOK(LOOK_DUMP), \
      TRIES("Issue it again with SHA-256 and a key of 2048 bits.", "For a test only: `curl --ciphers DEFAULT@SECLEVEL=0`."), \
      MAKE("certgate forge rsa-768 signed-md5")) \
    X(FILE_UNREADABLE, "certificate-unreadable", \
      "The client cannot read its certificate or key file, or its library refuses what stands in it.", \
      "The client itself (curl: exit code 58), before anything is sent.", \
      CAUSES("The file is of another kind: DER or PKCS #12 where PEM is expected.", "The private key is missing, or it is encrypted and the password is wrong.", \
        "A certificate in it is damaged, or has what this library does not take, as Windows does."), \
      LOOK("`certutil -dump FILE` reads all of these kinds."), \
      TRIES(EXPLAIN, "Convert it: `openssl pkcs12 -in client.pfx -out client.pem -nodes`."), \
      MAKE("certgate forge extension-malformed")) \
    X(KEY_USAGE, "key-usage", \
      "The Key Usage of a certificate forbids what it is used for: GnuTLS wants digitalSignature.", \
      "GnuTLS (curl, wget and Debian's programs with it): \"Key usage violation in certificate has been detected\".", \
      CAUSES("The client's certificate has a Key Usage without digitalSignature.", "The server's certificate has, and the client says so."), \
      LOOK(LOOK_DUMP), \
      TRIES("Issue it again with digitalSignature in the Key Usage."), \
      MAKE(MAKE_CASE("ku-encipherment"))) \
    X(P12_PASSWORD, "p12-password", \
      "The password of the .pfx or .p12 file is wrong, or the program does not know how it was encrypted.", \
      "The program that reads the file; Windows: \"The specified network password is not correct\" (0x80070056).", \
      CAUSES("The password is wrong; a blank at its end counts.", \
        "The file is encrypted with AES-256 and SHA-256, which Windows up to Server 2016 and macOS take for a wrong password."), \
      LOOK("`certutil -dump client.pfx` asks for the password and says whether it fits."), \
      TRIES("Have it read: `certgate explain --pass WORD client.pfx`.", \
        "Write it in the old form: `openssl pkcs12 -export -legacy -certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1 ...`; `certgate forge --p12` makes that one."), \
      MAKE("certgate forge --p12 good")) \
    X(P12_OLD, "p12-old", \
      "The .pfx or .p12 file is encrypted with RC2, which OpenSSL 3 and Node from 17 on refuse.", \
      "OpenSSL 3 and what is built on it: \"unsupported\", \"RC2-40-CBC\".", \
      CAUSES("The file was made by OpenSSL 1.1, an old Windows or a Java keytool."), \
      LOOK(NULL), \
      TRIES("Write it anew: `openssl pkcs12 -legacy -in old.pfx -nodes -out client.pem`, then export that.", \
        "`certgate explain` reads it as it is."), MAKE(NULL)) \
    X(CHAIN_TOO_LONG, "chain-too-long", \
      "The client sends, or would send, more certificates than a limit allows.", \
      "GnuTLS: \"Some constraint limits were reached\", \"Too many certs\"; other libraries close.", \
      CAUSES("The file has a whole bundle of CAs in it, not only the path of the certificate."), \
      LOOK(NULL), \
      TRIES("Leave in the file the certificate and its intermediates only."), \
      MAKE(MAKE_CASE("chain-huge"))) \
    X(TIMEOUT, "timeout", \
      "The time was up before an answer came.", \
      "The client.", \
      CAUSES("The server asks for the client certificate by a second handshake, and the client ignores that.", \
        "The server fetches revocation lists that cannot be had: up to 15 seconds for each.", \
        "The browser's question for a certificate stands open.", "A firewall drops the packets."), \
      LOOK("`netsh http show sslcert`: *Negotiate Client Certificate*, *URL Retrieval Timeout*.", LOOK_CAPI2), \
      TRIES("Ask in the first handshake: `netsh http update sslcert ... clientcertnegotiation=enable`.", \
        LOOK_CHAIN), MAKE(NULL)) \
    X(REFUSED, "connection-refused", \
      "Nothing listens at that address and port.", \
      "The client.", \
      CAUSES("The server does not run, or listens on another port or address."), \
      LOOK("`netstat -ano | findstr LISTENING`."), \
      TRIES("Start it: `certgated &`; it says where it listens.", "`certgate wait URL` waits for it."), MAKE(NULL)) \
    X(SECURE_CHANNEL, "secure-channel", \
      ".NET or WinHTTP could not agree on TLS with the server, and does not say why.", \
      ".NET: \"Could not create SSL/TLS secure channel\", \"The message received was unexpected or badly formatted\" (0x80090326).", \
      CAUSES("The account of the program cannot read the private key of the client's certificate.", \
        "An old .NET Framework does not offer TLS 1.2.", "The server ended the handshake because of the client's certificate."), \
      LOOK(LOOK_SCHANNEL, "`certlm.msc`, *All Tasks*, *Manage Private Keys*: whether the account stands there."), \
      TRIES("Give the account of the application pool or service the right to read the key.", "Set `SchUseStrongCrypto`, or build for .NET 4.7 or later.", SEND_ANY), MAKE(NULL)) \
    X(PRIVATE_KEY, "private-key", \
      "A certificate is there, but its private key cannot be used.", \
      "Windows: Schannel event 36870; \"A specified logon session does not exist\" (0x80070520) when binding; 0x8009030D, 0x80090016.", \
      CAUSES("It was imported for the user and not for the machine, or dragged from one store to another.", \
        "The account (NETWORK SERVICE, the application pool's) may not read the key's file in MachineKeys.", \
        "The key was made for signatures only (KeySpec 2)."), \
      LOOK("`certutil -verifystore My THUMBPRINT`: whether the key passes its test.", "System log, Schannel 36870: the code at its end."), \
      TRIES("`certutil -repairstore My THUMBPRINT`.", "Import the .pfx anew, as a key of the machine: `certutil -importpfx server.pfx`.", \
        "`certlm.msc`, *All Tasks*, *Manage Private Keys*: add the account."), MAKE(NULL)) \
    X(POST_HANDSHAKE, "post-handshake", \
      "The server asks for the client certificate after the handshake, and on TLS 1.3 the client takes no such question.", \
      "Apache: \"Cannot perform Post-Handshake Authentication\"; IIS up to Server 2022 resets, later it answers 500.0.", \
      CAUSES("The certificate is required for a path only (Apache `SSLVerifyClient` in a `Location`, IIS's sslFlags of a folder), so it is asked for late."), \
      LOOK("`netsh http show sslcert`: *Negotiate Client Certificate: Disabled* means that the server asks late."), \
      TRIES("Require it for the whole site, or ask in the first handshake: `netsh http update sslcert ... clientcertnegotiation=enable`.", \
        "Or leave TLS 1.3 out: Apache `SSLProtocol TLSv1.2`; IIS *Disable TLS 1.3 over TCP*."), \
      MAKE(MAKE_WITH("--clientcertnegotiation=disable", "certgate get --case good --tlsv1.3"))) \
    X(HTTPERR_IDLE, "httperr-idle", \
      "Nothing is wrong: a connection on which nothing happened for its time was closed.", \
      HTTPERR "`Timer_ConnectionIdle`.", \
      CAUSES("The client kept the connection for a next request that did not come (2 minutes unless changed)."), \
      LOOK(LOOK_HTTPERR), TRIES("Nothing is to be done."), MAKE(NULL)) \
    X(HTTPERR_WAIT, "httperr-wait", \
      "A client began a request and did not send the rest of it in time.", \
      HTTPERR "`Timer_HeaderWait`, `Timer_EntityBody`.", \
      CAUSES("The client, or a proxy, stopped in the middle.", "The line is slow or broken: a body has 2 minutes from one part to the next.", \
        "Somebody tries to use up the connections."), \
      LOOK(LOOK_HTTPERR, "Whose it is: the second address in the line is the server's."), \
      TRIES("Look at the client and at what stands between.", "Raise the connection time-out of the site if the line is known to be slow."), MAKE(NULL)) \
    X(HTTPERR_SLOW, "httperr-slow", \
      "A client takes its answer too slowly, and the connection was closed.", \
      HTTPERR "`Timer_MinBytesPerSecond`.", \
      CAUSES("The line is slow: less than 150 bytes a second, unless changed.", "The client has stopped reading."), \
      LOOK(LOOK_HTTPERR), TRIES("Look at the client.", "Lower minBytesPerSecond (webLimits) if the line is known to be slow."), MAKE(NULL)) \
    X(HTTPERR_DROPPED, "httperr-dropped", \
      "The client went away before IIS had logged its answer; it may have got it.", \
      HTTPERR "`Connection_Dropped`.", \
      CAUSES("The client closed or reset the connection: it gave up waiting, or did not want the answer."), \
      LOOK(LOOK_HTTPERR, "The site's log of that time: time-taken says how long it took."), \
      TRIES("If it took long, look for the fetching of revocation lists: `certgate why 403.13`."), MAKE(NULL)) \
    X(HTTPERR_ABANDONED, "httperr-abandoned", \
      "The worker process ended or crashed while the request was with it; certificates have nothing to do with it.", \
      HTTPERR "`Connection_Abandoned_By_AppPool`.", \
      CAUSES("The application crashed.", "The application pool was recycled and did not wait for it."), \
      LOOK(LOOK_HTTPERR, "Event Viewer, *System*, source WAS, and *Application*: what ended w3wp.exe."), \
      TRIES("Find the crash, or allow more time for shutting down."), MAKE(NULL)) \
    X(HTTPERR_UNAVAILABLE, "httperr-unavailable", \
      "The application pool takes no requests (503): it is stopped, full or too busy; certificates have nothing to do with it.", \
      HTTPERR "`AppOffline`, `AppShutdown`, `QueueFull`, `ConnLimit` and others, with 503.", \
      CAUSES("The application pool is stopped, or was after too many failures.", "Its queue, or the connections of the site, are at their limit."), \
      LOOK(LOOK_HTTPERR, "IIS Manager, *Application Pools*: whether it is started."), \
      TRIES("Start the application pool; if it stops again, look why."), MAKE(NULL)) \
    X(HTTPERR_REQUEST, "httperr-request", \
      "http.sys could not read the request, answered by itself and closed the connection; no certificate was judged.", \
      HTTPERR "`BadRequest`, `Hostname`, `Header`, `URL`, `RequestLength` and others.", \
      CAUSES("The client or a proxy sends what is no HTTP.", "A header field is too long: a large token or cookie.", "The Host field is missing or wrong."), \
      LOOK(LOOK_HTTPERR), \
      TRIES("See what the client sends: `curl -v`, or a trace with the TLS keys.", "For long header fields: `MaxFieldLength` and `MaxRequestBytes` of http.sys' parameters."), \
      MAKE("certgate run -- sh -c 'certgate get -H Host: $CERTGATE_URL'")) \
    X(EVENT_36870, "event-36870", \
      "Schannel cannot use the private key of the server's certificate.", \
      "Windows, System log, source Schannel.", \
      CAUSES("The account may not read the key's file in MachineKeys.", "The key is missing, or belongs to another certificate.", "The key was made for signatures only (KeySpec 2)."), \
      LOOK("The code at its end: `certgate why 0x8009030D`.", "`certutil -verifystore My THUMBPRINT`."), \
      TRIES("`certutil -repairstore My THUMBPRINT`.", "Import the .pfx anew, as a key of the machine."), MAKE(NULL)) \
    X(EVENT_36874, "event-36874", \
      "A client came with which the server has no TLS version or cipher suite in common.", \
      "Windows, System log, source Schannel.", \
      CAUSES("An old client, or a scanner.", "TLS 1.2 or its suites were switched off.", "The certificate's key does not go with the suites."), \
      LOOK("`Get-TlsCipherSuite | Format-Table Name`.", LOOK_SSLCERT), \
      TRIES("Bring the client up to date, or switch on what it has."), MAKE(NULL)) \
    X(EVENT_36877, "event-36877", \
      "The client's certificate did not pass Schannel's check; what IIS answered stands in the site's log.", \
      "Windows, System log, source Schannel, with EventLogging of 3 or more.", \
      CAUSES("Its root is not trusted (403.16).", "Whether it is revoked could not be told (403.13).", "It has expired (403.17)."), \
      LOOK(LOOK_CAPI2, LOOK_LOG), TRIES("Find the line of that time in the site's log and paste it to `certgate why`."), \
      MAKE(MAKE_CASE("unknown-root"))) \
    X(EVENT_36878, "event-36878", \
      "The client's certificate could not be mapped to an account.", \
      "Windows, System log, source Schannel.", \
      CAUSES("Mapping by Active Directory is on (`dsmapperusage=enable`), and no account has the certificate.", \
        "The mapping is one that domain controllers call weak and have refused since 2025-02 (KB 5014754)."), \
      LOOK(LOOK_SSLCERT " *DS Mapper Usage*.", "System log of the domain controller, event 39 of Kdcsvc."), \
      TRIES("Switch `dsmapperusage` off if no mapping is wanted.", "Use a strong mapping: the SID extension, or altSecurityIdentities with issuer and serial number."), MAKE(NULL)) \
    X(EVENT_36879, "event-36879", \
      "The client's certificate could not be mapped to an account: the attempt itself failed.", \
      "Windows, System log, source Schannel.", \
      CAUSES("The domain controller could not be asked.", "Mapping by Active Directory is on (`dsmapperusage=enable`) though nobody needs it."), \
      LOOK(LOOK_SSLCERT " *DS Mapper Usage*."), \
      TRIES("Switch `dsmapperusage` off if no mapping is wanted.", "Check the way to the domain controller: `nltest /sc_query:DOMAIN`."), MAKE(NULL)) \
    X(EVENT_36880, "event-36880", \
      "Nothing is wrong: a TLS handshake has worked.", \
      "Windows, System log, source Schannel, with EventLogging of 4 or more.", \
      CAUSES("Logging of successes is on."), LOOK(LOOK_SCHANNEL), TRIES("Nothing is to be done."), MAKE(MAKE_CASE("good"))) \
    X(EVENT_36885, "event-36885", \
      "The list of CAs that the server names to clients is too long and was cut off; clients of the others send no certificate.", \
      "Windows, System log, source Schannel.", \
      CAUSES("`SendTrustedIssuerList` is 1 and LocalMachine\\Root has more than 16 KB of names."), \
      LOOK("`reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL /v SendTrustedIssuerList`.", LOOK_SSLCERT), \
      TRIES("Set `SendTrustedIssuerList` to 0, as it is by default since Server 2012.", "Remove roots that nobody needs.", \
        "Name a store of its own for the issuers: `sslctlstorename=ClientAuthIssuer`."), \
      MAKE(MAKE_WITH("--send-trusted-issuer-list", "certgate get -v --case unknown-root --offer-as chrome"))) \
    X(EVENT_36887, "event-36887", \
      "The other side has ended the handshake with an alert, whose number the event has; it is that side that is not content.", \
      "Windows, System log, source Schannel; on a server it is the client that sent it.", \
      CAUSES("48 or 46: the client does not trust the server's certificate.", "40 or 70: no TLS version or cipher suite in common.", \
        "42 or 116, on a machine that is the client: the server wants another certificate."), \
      LOOK("The number in the event, then `certgate why alert 48`."), TRIES("Ask again with the number."), \
      MAKE("certgate run -o --listen=8445,enforce=alert:unknown_ca -- certgate get -k https://127.0.0.1:8445/")) \
    X(EVENT_36888, "event-36888", \
      "Windows has ended the handshake with an alert, whose number the event has.", \
      "Windows, System log, source Schannel.", \
      CAUSES("40 or 70: the client offers no version or cipher suite that is switched on here.", \
        "10: what came is no TLS; http:// on a port for https:// does that.", "80: the private key cannot be used."), \
      LOOK("The number in the event, then `certgate why alert 40`."), TRIES("Ask again with the number."), MAKE(NULL))
/* clang-format on */
