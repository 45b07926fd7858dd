/* SPDX-License-Identifier: MIT
 *
 * What is said of each answer beside the facts, for both programs. The templates of the
 * error pages are made from it (server/pages/embed.py).
 *
 *   name         of verdict_list.h; each has a row
 *   description  what it is
 *   CAUSES       "Most likely causes"
 *   TRIES        "Things you can try"
 *   more         "More Information"
 *
 * Text, in which `...` is what one types or reads on a screen, and *...* the name of a
 * thing there; neither is in the other.
 */
#pragma once

/* clang-format off */
#define ADVICE_LIST(X) \
    X(OK, \
      "The server has no objection to what you showed.", \
      CAUSES("Nothing went wrong."), \
      TRIES("Nothing is to be done."), \
      "Status 200 is no error; there is nothing to look up.") \
    X(LOGON_FAILED, \
      "You do not have permission to view this directory or page using the credentials that you supplied.", \
      CAUSES("The certificate is mapped to an account, and the password that stands in the mapping is not that account's.", \
        "The account that the mapping names does not exist, or the mapping names none.", \
        "The account may not log on in the way that `logonMethod` says."), \
      TRIES("Set the password of the mapping anew; it is changed nowhere by itself when the account's password changes.", \
        "Look at the Security event log of IIS's machine: event 4625 names the account and the reason.", \
        "Here: compare the mapping's `userName` and `password` with the file of `--accounts`."), \
      "The certificate itself was found to be in order, and a mapping was chosen; logging on as its account failed. The log has sc-win32-status 1326 (logon failure) for it.") \
    X(MAPPING_CORRUPT, \
      "You do not have permission to view this directory or page using the credentials that you supplied.", \
      CAUSES("The `certificate` of a one-to-one mapping is not the whole certificate: a character is missing or wrong.", \
        "The text was cut off where it was pasted."), \
      TRIES("Export the client's certificate again as Base-64 encoded X.509 (.CER).", \
        "Leave out the lines with dashes and join all others to one line, without blanks.", \
        "Put that line into the mapping. The error code 0x80093102 is gone if it is whole."), \
      "The client's certificate was found to be in order; the copy of one in the server's configuration is not. The log has sc-win32-status 2148086018 (ASN.1 unexpected end of data) for it.") \
    X(LOGON_DENIED, \
      "You are not authorized to view this page due to invalid authentication headers.", \
      CAUSES("Anonymous authentication is off, and no mapping fits the client certificate.", \
        "Anonymous authentication is off, and no certificate came.", \
        "The mappings stand at the level of an application; IIS reads those of the site and of the server only.", \
        "`enabled=\"true\"` is missing at `iisClientCertificateMappingAuthentication`."), \
      TRIES("Compare each rule with the certificate: all rules of a mapping must fit, `certificateSubField` is case-sensitive, and so is the comparison unless told otherwise.", \
        "For a one-to-one mapping export the certificate anew: one that was renewed is another one.", \
        "Move the mappings to the site.", \
        "Switch Anonymous authentication on if everybody may come in."), \
      "The client was not refused for its certificate; nothing that is switched on could log it on. The log has sc-win32-status 5 (access denied) for it.") \
    X(ACL_DENIED, \
      "You do not have permission to view this directory or page because of the access control list (ACL) configuration or encryption settings for this resource on the Web server.", \
      CAUSES("The account to which the certificate is mapped may not read the file or folder (NTFS permissions).", \
        "The file is encrypted."), \
      TRIES("Give the account the right to read the folder.", \
        "Map the certificate to an account that has it.", \
        "Here: look at `no-access` in the file of `--accounts`."), \
      "The certificate was mapped and its account logged on; the resource is not for that account. The log has the account's name and sc-win32-status 5 (access denied) for it.") \
    X(SSL_REQUIRED, \
      "SSL is required to view this resource.", \
      CAUSES("The address was opened with `http://`, and this site has *Require SSL* set (`sslFlags=Ssl`).", \
        "A proxy in front of the server ends TLS and passes the request on without it."), \
      TRIES("Open the same page with `https://` and the port of an HTTPS site.", \
        "If plain HTTP is meant to work here, untick *Require SSL* under *SSL Settings*, or remove `Ssl` from `sslFlags`.", \
        "To lead visitors over, redirect them in a site of its own: this answer comes before any rewriting rule of this site can run."), \
      "The site was asked for over plain HTTP although its access settings demand TLS.") \
    X(SSL128_REQUIRED, \
      "SSL 128 is required to view this resource.", \
      CAUSES("The site demands encryption of at least 128 bits (`sslFlags=Ssl128`), and a weaker cipher suite was agreed on.", \
        "The client offers old or unencrypted (NULL) suites only, or prefers them."), \
      TRIES("Update the client, or allow it the usual suites: AES-GCM and ChaCha20 all have 128 bits or more.", \
        "On the server, take weak and NULL suites out of the order of cipher suites, so that none of them can be chosen.", \
        "If weak encryption is wanted, remove `Ssl128` from `sslFlags`."), \
      "The strength is that of the encryption alone; the certificate was not looked at.") \
    X(CERT_REQUIRED, \
      "The page you are attempting to access requires your browser to have a Secure Sockets Layer (SSL) client certificate that the Web server recognizes.", \
      CAUSES("The client has no certificate with a private key in the store that it uses.", \
        "The client has one but does not offer it: it has expired, its Enhanced Key Usage lacks Client Authentication, its Key Usage lacks digitalSignature, or it is a CA's.", \
        "The server named the issuers that it trusts (SendTrustedIssuerList), and the certificate's is not among them.", \
        "The choice of a certificate was cancelled; the browser remembers that for as long as it runs.", \
        "The server does not ask in the first handshake (`clientcertnegotiation=disable`), and the client takes no later question.", \
        "A proxy or load balancer ends TLS in front of the server; the certificate stops there."), \
      TRIES("Install the certificate together with its private key (a .pfx or .p12 file) in the user's own store.", \
        "Look at its purposes: *Proves your identity to a remote computer* must be among them.", \
        "Close all windows of the browser and try again, to be asked anew.", \
        "Ask with a tool that sends whatever it is told to: `curl --cert FILE --key FILE`. If that works, the browser held the certificate back.", \
        "On IIS: `netsh http show sslcert`. *Negotiate Client Certificate* should be *Enabled*; renewing a server certificate resets it.", \
        "If a certificate is not wanted from everybody, set *Client certificates* to *Accept*."), \
      "No certificate arrived, so none was judged. The log has sc-win32-status 5 (access denied) for it.") \
    X(MAPPER_DENIED, \
      "The account to which your client certificate is mapped has been denied access to this Web site.", \
      CAUSES("A many-to-one rule with `permissionMode=Deny` fits the certificate.", \
        "The certificate is mapped to an account that may not use this site."), \
      TRIES("Look through the many-to-one rules in their order: the first that fits decides.", \
        "Use a certificate whose names no denying rule fits.", \
        "Mappings are read at the level of the site only: look there and not at the application."), \
      "The certificate itself was found to be in order; its mapping was not. The log has sc-win32-status 5 (access denied) for it.") \
    X(REVOKED, \
      "Your client certificate was revoked, or the revocation server could not be contacted.", \
      CAUSES("The certificate, or a CA above it, stands on its issuer's revocation list.", \
        "It was replaced by a newer one, and the old one was revoked then.", \
        "It is on hold for a time (reason certificateHold)."), \
      TRIES("Use the certificate that replaced it, or ask its issuer for a new one.", \
        "Ask the issuer for the reason and the day: both stand in the revocation list.", \
        "If a hold was lifted, have a new revocation list published, and on Windows drop the old one with `certutil -urlcache crl delete`."), \
      "0x80092010 says revoked for certain; 0x80092012 and 0x80092013, which share the sub-status, say that it could not be told.") \
    X(NO_REVOCATION_CHECK, \
      "Your client certificate was revoked, or the revocation server could not be contacted.", \
      CAUSES("The certificate names no place where its revocation could be looked up (no CRL distribution point, no OCSP address), and this server insists on looking.", \
        "Its issuer publishes no revocation list at all, as home-made CAs often do not."), \
      TRIES("Issue certificates with a CRL distribution point, and publish a list there.", \
        "Import a current revocation list of the issuer into *LocalMachine\\CA*; here, put the .crl file into the store.", \
        "If revocation does not matter, turn it off: `netsh http update sslcert ... verifyclientcertrevocation=disable`."), \
      "Nobody has revoked this certificate: it could not be looked up. Whether IIS refuses it then is not documented; here it follows the switch `--assume no-cdp`.") \
    X(REVOCATION_OFFLINE, \
      "Your client certificate was revoked, or the revocation server could not be contacted.", \
      CAUSES("The revocation list cannot be fetched: a firewall, a proxy of the machine (WinHTTP) or a server that is down stands between.", \
        "The list that is at hand is out of date: its next update has passed, or it is older than `revocationfreshnesstime` allows.", \
        "The list is for other certificates, or its signature does not fit."), \
      TRIES("Publish a new list: `certutil -CRL` on a Windows CA; and see to it that this happens in time.", \
        "From the server, as the machine's account, fetch it: `certutil -verify -urlfetch certificate.cer`.", \
        "Check the proxy that services use: `netsh winhttp show proxy`.", \
        "Until then, if that is acceptable: `verifyclientcertrevocation=disable`. Renewing a binding turns it on again."), \
      "Nothing says that the certificate was revoked: it could not be told. The log has sc-win32-status 2148081683.") \
    X(MALFORMED, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("The certificate, or one above it, is not encoded as X.509 says: cut off, edited, or converted as text.", \
        "An extension cannot be decoded, or stands twice.", \
        "The program that issued it has a fault."), \
      TRIES("Have a look with another tool: `openssl x509 -noout -text` or `certutil -dump`.", \
        "Transfer the file again, as binary or as PEM, and compare the thumbprints.", \
        "Issue the certificate again, with another program if need be."), \
      "The structure was at fault before anything that stands in the certificate could matter.") \
    X(CERT_SIGNATURE, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("The certificate was changed after it was signed.", \
        "Another CA with the same name, or the same CA with an older key, signed it.", \
        "The key is too short or the signature too weak for Windows: RSA below 1024 bits, MD5, MD2.", \
        "The signature's algorithm is none that Windows verifies."), \
      TRIES("Compare the authority key identifier of the certificate with the subject key identifier of the CA that was found.", \
        "If the CA's key was renewed, install the certificate of the right one and send it along.", \
        "Issue the certificate again, with SHA-256 and a key of 2048 bits or an elliptic curve."), \
      "A bad signature outranks all other faults of a path.") \
    X(EXPLICIT_DISTRUST, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("The certificate, or a CA above it, lies in the store of untrusted certificates, *LocalMachine\\Disallowed*.", \
        "A Windows update put it there, because the CA had been misused."), \
      TRIES("If it lies there by mistake, remove it: `certutil -delstore Disallowed THUMBPRINT`.", \
        "Else use a certificate of another issuer."), \
      "Distrust holds whatever else is trusted.") \
    X(UNTRUSTED_ROOT, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("The root CA of the certificate is not in *Trusted Root Certification Authorities* of the computer (*LocalMachine\\Root*).", \
        "It was imported for the user only (*CurrentUser\\Root*), which http.sys does not look at.", \
        "The certificate is self-signed.", \
        "A certificate that is not self-signed lies in *LocalMachine\\Root*: since IIS 8 that makes every client certificate fail.", \
        "The site or the machine trusts the issuers of another store only (ClientAuthIssuer, a CTL store)."), \
      TRIES("Import the root into the computer's store: `certutil -addstore Root root.cer`.", \
        "Look for strays among the roots: `Get-ChildItem Cert:\\LocalMachine\\Root | Where-Object { $_.Issuer -ne $_.Subject }`; move them to *LocalMachine\\CA*.", \
        "Compare the thumbprint of the root at the end of the path with the one that is in the store: two roots may bear one name."), \
      "In the log this is `403 16 2148204809`, the most frequent line of its kind.") \
    X(CHAINING, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("An intermediate CA certificate is missing: the client did not send it, and the server has it in no store.", \
        "The address in the certificate where the issuer's could be fetched (AIA) is missing or cannot be reached."), \
      TRIES("Have the client send the whole chain: the certificate first, then its intermediates, without the root.", \
        "Or import the intermediates: `certutil -addstore CA intermediate.cer`.", \
        "When making a .pfx file, include all certificates of the path."), \
      "The path ends before a root is reached, so whether the root is trusted cannot be told.") \
    X(WRONG_USAGE, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("The Enhanced Key Usage lists purposes, but Client Authentication (1.3.6.1.5.5.7.3.2) is not among them; a server's certificate often lists Server Authentication alone.", \
        "A CA above it is limited to other purposes.", \
        "The Key Usage does not go with an end user's certificate: keyCertSign, for one."), \
      TRIES("Issue the certificate again with the purpose *Proves your identity to a remote computer* (clientAuth).", \
        "Public CAs have stopped putting clientAuth into server certificates: take clients' from a CA of your own.", \
        "If that is acceptable: `netsh http update sslcert ... usagecheck=disable`."), \
      "Browsers do not even offer such a certificate: with them the same fault shows as 403.7.") \
    X(ROLE, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("A CA's certificate was shown where a client's own was expected."), \
      TRIES("Use an end-entity certificate (basicConstraints without CA:TRUE) for the client.", \
        "Keep a CA's key for issuing."), \
      "Whether IIS refuses a CA certificate is not documented; here it follows the switch `--assume ca-as-client`.") \
    X(NOT_TIME_VALID, \
      "Your client certificate has expired or is not yet valid.", \
      CAUSES("The certificate's last day has passed.", \
        "Its first day has not come yet.", \
        "The same is true of a CA certificate above it.", \
        "The clock of the server, or that of the CA when it issued, is wrong."), \
      TRIES("Renew the certificate, install the new one and remove the old.", \
        "Compare the clocks; `w32tm /query /status` tells whether Windows is synchronised.", \
        "Look at the whole path: the date that has passed may be an intermediate's."), \
      "Browsers do not offer an expired certificate: with them the same fault shows as 403.7.") \
    X(TIME_NESTING, \
      "Your client certificate is untrusted or invalid.", \
      CAUSES("A CA certificate above the client's has expired, or is not yet valid; the client's own is in its time.", \
        "The clock of the server, or that of the CA when it issued, is wrong."), \
      TRIES("Have the CA's certificate renewed, and install the new one where the old one was.", \
        "Compare the clocks of the server and of the CA."), \
      "That IIS says so of a CA that is out of its time is an assumption: `--assume ca-time=nested`. By default certgate says 403.17.") \
    X(INVALID_NAME, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("A CA above the certificate may issue for certain names only (name constraints), and a name in it lies outside.", \
        "A name in it is one that the CA is forbidden to issue for."), \
      TRIES("Issue the certificate under the names that the CA may use; the subject counts as well as the alternative names.", \
        "Or from a CA without that constraint."), \
      "Name constraints hold for every certificate below the CA that bears them.") \
    X(INVALID_POLICY, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("A CA above demands a certificate policy, and no policy is valid for the whole path.", \
        "A policy mapping was inhibited by a CA above."), \
      TRIES("Issue the certificate with a policy that every CA of the path allows.", \
        "Look at certificatePolicies and policyConstraints of each certificate of the path."), \
      "Policies are object identifiers in the certificates; they have nothing to do with Group Policy.") \
    X(BASIC_CONSTRAINTS, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("A certificate of the path has issued another although it is no CA (basicConstraints lacks CA:TRUE).", \
        "More CAs stand below one another than a path length constraint allows."), \
      TRIES("Have the certificate issued by a real CA.", \
        "Look at basicConstraints of each certificate of the path; the path length counts the CAs below, without the last certificate."), \
      "A signature by somebody who is no CA is worth nothing, however good it is.") \
    X(CRITICAL_EXTENSION, \
      "Your client certificate is either not trusted or is invalid.", \
      CAUSES("A certificate of the path has an extension that is marked critical and that Windows does not know."), \
      TRIES("Issue it again without the extension, or not marked critical.", \
        "If the extension is meant to restrict the use of the certificate, it does its work: use another one."), \
      "Critical means: who does not understand it must refuse (RFC 5280, 4.2).") \
    X(APPLICATION_POOL, \
      "The requested URL cannot be executed in the current application pool.", \
      CAUSES("The URL of a custom error page, or one that a request was passed on to, belongs to an application in another application pool."), \
      TRIES("Move both applications into one pool, or use a redirect instead."), \
      "This has nothing to do with certificates; certgate does not give this answer by itself.") \
    X(ENTITY_TOO_LARGE, \
      "The request was not processed because its body is too large to be put aside while a client certificate is asked for.", \
      CAUSES("The server asks for the certificate only after it has read the request (`clientcertnegotiation=disable`), and the body is larger than `uploadReadAheadSize`, 49152 bytes unless changed."), \
      TRIES("Ask in the first handshake: `netsh http update sslcert ... clientcertnegotiation=enable`.", \
        "Or send a small GET or HEAD first on the same connection.", \
        "Or raise `uploadReadAheadSize` in `system.webServer/serverRuntime`."), \
      "The connection is closed after this answer. The same address with GET works, which makes it hard to see.") \
    X(POST_HANDSHAKE_AUTH, \
      "The server needs a client certificate after the handshake, which is not possible with this client under TLS 1.3.", \
      CAUSES("The server asks for the certificate only after it has read the request (`clientcertnegotiation=disable`). TLS 1.3 has no renegotiation, and browsers do not take part in its post-handshake authentication.", \
        "Up to Windows Server 2022 the same case ends in a reset connection without any page."), \
      TRIES("Ask in the first handshake: `netsh http update sslcert ... clientcertnegotiation=enable`, or the box *Negotiate Client Certificate* of the binding.", \
        "Or turn TLS 1.3 off for the binding (*Disable TLS 1.3 over TCP*)."), \
      "0x80070032 is ERROR_NOT_SUPPORTED.") \
    X(CONFIG_INVALID, \
      "The requested page cannot be accessed because the related configuration data for the page is invalid.", \
      CAUSES("A web.config or applicationHost.config has an element, an attribute or a value that IIS does not know, or is no XML.", \
        "An element belongs to a module that is not installed."), \
      TRIES("Look at the line that is named, in an editor that knows XML.", \
        "Compare it with Microsoft's reference of that section: names are written as there.", \
        "Install the module, or take its element out."), \
      "0x8007000D is ERROR_INVALID_DATA. All that lies below the file has this answer.") \
    X(CONFIG_LOCKED, \
      "The requested page cannot be accessed because the related configuration data for the page is invalid.", \
      CAUSES("A web.config uses a section that is locked above it: by `overrideModeDefault=\"Deny\"`, as IIS has `access` and the kinds of authentication, or by a `<location>` with `overrideMode=\"Deny\"`.", \
        "It sets an attribute or an element that `lockAttributes`, `lockElements` or `lockItem` lock. The same value counts as set, too."), \
      TRIES("Unlock the section on the server: `appcmd unlock config -section:system.webServer/security/access`.", \
        "Or take it out of the web.config, and set it in a `<location>` of applicationHost.config."), \
      "0x80070021 is ERROR_LOCK_VIOLATION. A lock can only be taken off where it was put on.") \
    X(CONFIG_DUPLICATE, \
      "The requested page cannot be accessed because the related configuration data for the page is invalid.", \
      CAUSES("A web.config adds an entry that it inherits already, such as an `<error>` with the same statusCode.", \
        "A section stands twice in a file for the same place."), \
      TRIES("Put a `<remove>` with the same key, or `<clear />`, before the entry.", \
        "Or take one of the two out."), \
      "0x800700B7 is ERROR_ALREADY_EXISTS.")
/* clang-format on */
