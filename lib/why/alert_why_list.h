/* SPDX-License-Identifier: MIT
 *
 * What `certgate why` says of each alert of TLS beside tls/tls_alert.c, which has its
 * meaning, and browser_view.c, which has the browsers' names for it.
 *
 *   number  of the alert; each with a name in tls_alert.c has a row (a test looks)
 *   who     who says it, and when
 *   CAUSES  the most frequent first
 *   TRIES   the remedies
 *   MAKE    commands that make it happen here; that with `enforce=alert:NAME` is added
 */
#pragma once

#define MAKE_ALERT(name)                               \
    "certgate run -- sh -c 'certgate get --case " name \
    " https://alert.localhost:$CERTGATE_PORT/'"

#define WHO_SERVER \
    "A server, of the client's certificate; or a client, of the server's."
#define WHO_EITHER "Either side; it is the one that sends it that is not content."
#define CLIENT_CANNOT_TRUST                                                           \
    "A client says it of the server's certificate: it does not trust the CA, or the " \
    "name or the time is wrong."
#define ASK_LOG                                                                     \
    "Look into the log of the server that sent it: nginx's error.log at level "     \
    "`info`, Apache's at `LogLevel ssl:info`, on Windows the System log (Schannel " \
    "36888 names an alert that was sent, 36887 one that came in)."
#define NOT_ABOUT_CERTIFICATES                                                      \
    "This is not about certificates: bytes were changed on the way, or one side's " \
    "TLS has a fault."
#define TRY_OTHER_CLIENT                                                             \
    "Try another client, and without the proxy or the security product in between: " \
    "that tells which side it is."
#define BAD_TLS                                                                      \
    CAUSES(NOT_ABOUT_CERTIFICATES, "A proxy, a load balancer or a security product " \
                                   "takes part in the connection."),                 \
        TRIES(TRY_OTHER_CLIENT, "Bring both sides' TLS libraries up to date.")

/* clang-format off */
#define ALERT_WHY_LIST(X) \
    X(0, WHO_EITHER, \
      CAUSES("The connection ended as it should; if no answer came before, the server gave up on the request without a word.", \
        "Some clients end a handshake so when their own certificate or the server's does not suit them."), \
      TRIES("See what the client's own log says at that time.", TRY_OTHER_CLIENT), MAKE(NULL)) \
    X(10, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(20, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(21, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(22, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(30, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(40, "Mostly a server.", \
      CAUSES("The server requires a client certificate and got none: on TLS 1.2 that is the alert for it.", \
        "The two have no cipher suite, group or signature algorithm in common.", \
        "The server wants a host name (SNI) and got none, or has no certificate for it.", \
        "The client's certificate has a key of a kind that the server does not take."), \
      TRIES("Send a client certificate, and see whether the alert is gone.", \
        "Compare what each offers: `openssl s_client -connect HOST:PORT -tls1_2 -msg`; on Windows `Get-TlsCipherSuite`.", \
        ASK_LOG), \
      MAKE("certgate run -- sh -c 'certgate get --tls-max 1.2 https://alert.localhost:$CERTGATE_PORT/'")) \
    X(41, "A client of SSL 3.0.", \
      CAUSES("A very old client has no certificate to show."), \
      TRIES("Use a client that has TLS 1.2 or later.", "Give it a certificate."), MAKE(NULL)) \
    X(42, WHO_SERVER, \
      CAUSES("The certificate is damaged, or a signature in its path does not fit.", \
        "Some servers say it of anything that is wrong with the client's certificate, an unknown CA too, or that there is none (TLS 1.2).", \
        CLIENT_CANNOT_TRUST), \
      TRIES("Have the file explained: `certgate explain client.pem`.", ASK_LOG, \
        "Send the intermediate certificates along with the client's."), \
      MAKE(MAKE_ALERT("bad-signature"))) \
    X(43, WHO_SERVER, \
      CAUSES("The certificate is not for client authentication (Enhanced Key Usage).", \
        "Its key is of a kind that the other side does not take."), \
      TRIES("Have the purposes shown: `certgate explain client.pem`.", \
        "Issue it again with clientAuth in the Enhanced Key Usage."), \
      MAKE(MAKE_ALERT("eku-server"))) \
    X(44, WHO_SERVER, \
      CAUSES("The certificate, or a CA above it, stands on a revocation list or is revoked by OCSP."), \
      TRIES("Use the certificate that replaced it.", "Ask its issuer for the reason and the day."), \
      MAKE(MAKE_ALERT("revoked"))) \
    X(45, WHO_SERVER, \
      CAUSES("The certificate, or a CA above it, has expired or is not yet valid.", \
        "The clock of the side that says so is wrong."), \
      TRIES("Renew the certificate.", "Compare the clocks of both machines."), \
      MAKE(MAKE_ALERT("expired"))) \
    X(46, WHO_SERVER, \
      CAUSES("Java says it of a certificate that it does not trust, for whatever reason.", \
        CLIENT_CANNOT_TRUST, "The user of a browser turned the server's certificate down."), \
      TRIES(ASK_LOG, "Have the client's file explained: `certgate explain client.pem`."), \
      MAKE(NULL)) \
    X(47, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(48, WHO_SERVER, \
      CAUSES("The server does not trust the root CA of the client's certificate.", \
        "An intermediate CA certificate is missing: the client has to send it.", \
        "A client says it of the server's certificate: it does not know the root, or the server sends no intermediate."), \
      TRIES("On the server, trust the root: nginx `ssl_client_certificate`, Apache `SSLCACertificateFile`, OpenSSL `-CAfile`; on Windows `certutil -addstore Root root.cer`.", \
        "Have the client send certificate and intermediates in one file: nginx, curl and OpenSSL take them in that order.", \
        ASK_LOG), \
      MAKE(MAKE_ALERT("unknown-root"))) \
    X(49, "A server.", \
      CAUSES("The certificate is good, and its owner may not come in.", \
        "Some servers say it of certificates that they refuse for another reason."), \
      TRIES("Ask whoever runs the server who is let in.", ASK_LOG), MAKE(NULL)) \
    X(50, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(51, WHO_EITHER, \
      CAUSES("The private key does not belong to the certificate.", \
        "A TPM or smart card cannot make the signature that was agreed on: old TPMs (2.0, revision 1.16) have no RSA-PSS, which TLS 1.3 wants.", \
        "Bytes were changed on the way."), \
      TRIES("Compare the keys: `openssl x509 -noout -pubkey -in cert.pem` and `openssl pkey -pubout -in key.pem` must be the same.", \
        "With a TPM or a smart card: try with TLS 1.2, and bring its firmware up to date."), \
      MAKE("certgate run -- sh -c 'certgate get --case wrong-key $CERTGATE_URL'")) \
    X(60, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(70, WHO_EITHER, \
      CAUSES("One side has only TLS 1.0 or 1.1, or only TLS 1.3, and the other has not."), \
      TRIES("Switch TLS 1.2 on, on the side that has not got it; on Windows in the registry below `SCHANNEL\\Protocols`, for .NET Framework `SchUseStrongCrypto`.", \
        "Bring the client up to date."), MAKE(NULL)) \
    X(71, "A server.", \
      CAUSES("All cipher suites or keys that the client offers are too weak for the server."), \
      TRIES("Bring the client up to date.", "Make keys of at least 2048 bits, or on P-256."), MAKE(NULL)) \
    X(80, WHO_EITHER, \
      CAUSES("The side that says it has a trouble of its own: no memory, no access to a key, a fault.", \
        "On Windows: the account of the service cannot read the private key."), \
      TRIES(ASK_LOG, "Check the private key: `certutil -repairstore my THUMBPRINT`."), MAKE(NULL)) \
    X(86, "A server.", \
      CAUSES("A client tried a lower version after a failure that had another reason."), \
      TRIES("Look for the first failure.", TRY_OTHER_CLIENT), MAKE(NULL)) \
    X(90, "A client.", \
      CAUSES("The user cancelled the choice of a certificate, or the request for its password or PIN."), \
      TRIES("Try again, and choose one."), MAKE(NULL)) \
    X(100, "A client, to a server that asks for its certificate late (TLS 1.2).", \
      CAUSES("The server asks for the client certificate by a second handshake (`clientcertnegotiation=disable`), and the client takes none: Go, rustls, HTTP/2."), \
      TRIES("On IIS, ask in the first handshake: `netsh http update sslcert ... clientcertnegotiation=enable`.", \
        "In Go, where the client is yours: `tls.Config.Renegotiation = tls.RenegotiateOnceAsClient`."), MAKE(NULL)) \
    X(109, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(110, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(111, "A server.", \
      CAUSES("It could not fetch the client's certificate from the URL that was sent in place of it."), \
      TRIES("Send the certificate itself."), MAKE(NULL)) \
    X(112, "A server.", \
      CAUSES("It serves no host of the name that the client asked for (SNI).", \
        "The client asked by an IP address, or sent no name."), \
      TRIES("Use a name that the server's certificate has.", "On IIS: a binding with that host name, or one without *Require Server Name Indication*."), MAKE(NULL)) \
    X(113, "A client.", \
      CAUSES("The OCSP answer that the server staples is out of date or not its own."), \
      TRIES("Look at it: `openssl s_client -connect HOST:PORT -status`.", "Check that the server reaches its CA's OCSP responder."), MAKE(NULL)) \
    X(114, WHO_EITHER, BAD_TLS, MAKE(NULL)) \
    X(115, WHO_EITHER, \
      CAUSES("The server does not know the pre-shared key that the client names; certificates are not used."), \
      TRIES("Compare the identities on both sides."), MAKE(NULL)) \
    X(116, "A server, on TLS 1.3 only (on TLS 1.2 it is alert 40 or 42).", \
      CAUSES("The client sent no certificate: none is configured, or none suits the list of CAs that the server sent.", \
        "The file has the certificate without its private key, so it cannot be used.", \
        "The browser's user cancelled the choice; it is remembered until the browser is closed."), \
      TRIES("Give the client a certificate with key: `curl --cert FILE --key FILE`.", \
        "See which CAs the server names: `openssl s_client -connect HOST:PORT`, *Acceptable client certificate CA names*.", \
        "Close all windows of the browser and try again."), \
      MAKE(MAKE_ALERT("none"))) \
    X(120, "A server.", \
      CAUSES("The client speaks none of the protocols that the server serves there (ALPN): h2 without http/1.1, say."), \
      TRIES("Offer http/1.1 too: `curl --http1.1`."), MAKE(NULL))
/* clang-format on */
