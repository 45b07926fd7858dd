/* SPDX-License-Identifier: MIT
 *
 * The messages of programs that `certgate why` knows. What stands in the tables of
 * verdicts, alerts and browsers' names is found by those and has no row here: OpenSSL's
 * "alert certificate required", Java's "Received fatal alert: bad_certificate" and the
 * like, for every alert.
 *
 *   name     enum constant MESSAGE_name
 *   program  who writes it
 *   id       of the topic that explains it (why_find)
 *   first, second  parts of the message, as why_normalize leaves them: lower-case words
 *            with one blank between; both must be there, "" = none. Of several rows
 *            that fit, the one with the longer parts together wins; of two as long, the
 *            first.
 */
#pragma once

/* clang-format off */
#define MESSAGE_LIST(X) \
    /* ---- HTTP, by the status alone */ \
    X(CURL_403,          "curl",               "403",  "the requested url returned error 403", "") \
    X(JAVA_403,          "Java",               "403",  "server returned http response code 403", "") \
    X(WGET_403,          "wget",               "403",  "error 403 forbidden", "") \
    X(PYTHON_403,        "Python",             "403",  "http error 403 forbidden", "") \
    X(REQUESTS_403,      "Python's requests",  "403",  "403 client error", "") \
    X(DOTNET_403,        ".NET",               "403",  "status code does not indicate success 403", "") \
    X(DOTNET_FX_403,     ".NET Framework",     "403",  "the remote server returned an error 403", "") \
    X(WCF_403,           "WCF",                "403",  "http request was forbidden with client authentication scheme", "") \
    X(AXIOS_403,         "Node (axios)",       "403",  "request failed with status code 403", "") \
    X(HTTP_ERROR_403,    "HTTP",               "403",  "http error 403", "") \
    X(SHORT_403,         "HTTP",               "403",  "http 403", "") \
    X(LINE_403,          "HTTP",               "403",  "403 forbidden", "") \
    X(IIS_403,           "IIS",                "403",  "403 forbidden access is denied", "") \
    X(IIS_403_REMOTE,    "IIS",                "403",  "you do not have permission to view this directory or page using the credentials", "") \
    X(CURL_401,          "curl",               "401",  "the requested url returned error 401", "") \
    X(LINE_401,          "HTTP",               "401",  "401 unauthorized", "") \
    X(LINE_413,          "HTTP",               "413.0", "413 request entity too large", "") \
    X(CURL_413,          "curl",               "413.0", "the requested url returned error 413", "") \
    X(IIS_REQUIRES,      "IIS",                "403.7", "to have a secure sockets layer ssl client certificate that the web server recognizes", "") \
    X(IIS_UNTRUSTED,     "IIS",                "403.16", "your client certificate is either not trusted or is invalid", "") \
    X(IIS_REVOKED,       "IIS",                "403.13", "your client certificate was revoked or the revocation server could not be contacted", "") \
    X(IIS_EXPIRED,       "IIS",                "403.17", "your client certificate has expired or is not yet valid", "") \
    /* ---- servers of others */ \
    X(NGINX_495,         "nginx",              "495",  "the ssl certificate error", "") \
    X(NGINX_496,         "nginx",              "496",  "no required ssl certificate was sent", "") \
    X(NGINX_LOG_496,     "nginx, error.log",   "496",  "client sent no required ssl certificate", "") \
    X(NGINX_LOG,         "nginx, error.log",   "495",  "client ssl certificate verify error", "") \
    X(NGINX_LOG_EXPIRED, "nginx, error.log",   "0x800B0101", "client ssl certificate verify error", "certificate has expired") \
    X(NGINX_LOG_SELF,    "nginx, error.log",   "0x800B0109", "client ssl certificate verify error", "self signed certificate") \
    X(NGINX_LOG_ISSUER,  "nginx, error.log",   "0x800B010A", "client ssl certificate verify error", "unable to get local issuer certificate") \
    X(NGINX_LOG_FIRST,   "nginx, error.log",   "0x800B010A", "client ssl certificate verify error", "unable to verify the first certificate") \
    X(NGINX_LOG_PURPOSE, "nginx, error.log",   "0x800B0110", "client ssl certificate verify error", "unsupported certificate purpose") \
    X(NGINX_LOG_REVOKED, "nginx, error.log",   "0x80092010", "client ssl certificate verify error", "certificate revoked") \
    X(NGINX_LOG_CRL,     "nginx, error.log",   "0x80092013", "client ssl certificate verify error", "unable to get certificate crl") \
    X(NGINX_LOG_STALE,   "nginx, error.log",   "0x80092013", "client ssl certificate verify error", "crl has expired") \
    X(NGINX_PLAIN,       "nginx",              "not-tls", "the plain http request was sent to https port", "") \
    X(APACHE_PLAIN,      "Apache",             "not-tls", "speaking plain http to an ssl enabled server port", "") \
    X(APACHE_VERIFY,     "Apache, error log",  "495",  "certificate verification error", "") \
    X(APACHE_VERIFY_20,  "Apache, error log",  "0x800B010A", "certificate verification error 20", "unable to get local issuer certificate") \
    X(APACHE_VERIFY_10,  "Apache, error log",  "0x800B0101", "certificate verification error 10", "certificate has expired") \
    X(APACHE_POST_HANDSHAKE, "Apache",         "post-handshake", "cannot perform post handshake authentication", "") \
    X(APACHE_REASON,     "Apache, error log",  "post-handshake", "verify client post handshake", "") \
    X(OPENSSL_NO_PEER,   "OpenSSL, a server's log", "no-certificate", "peer did not return a certificate", "") \
    /* ---- what the client thinks of the server's certificate */ \
    X(CURL_ISSUER,       "curl or OpenSSL",    "server-untrusted", "unable to get local issuer certificate", "") \
    X(PYTHON_ISSUER,     "Python or OpenSSL",  "server-untrusted", "certificate verify failed", "") \
    X(OPENSSL_SELF,      "OpenSSL",            "server-untrusted", "self signed certificate", "") \
    X(OPENSSL_SELF_CHAIN,"OpenSSL",            "server-untrusted", "self signed certificate in certificate chain", "") \
    X(NODE_SELF_CHAIN,   "Node",               "server-untrusted", "self signed cert in chain", "") \
    X(NODE_DEPTH_ZERO,   "Node",               "server-untrusted", "depth zero self signed cert", "") \
    X(NODE_LEAF,         "Node",               "server-untrusted", "unable to verify leaf signature", "") \
    X(OPENSSL_FIRST,     "OpenSSL or Node",    "server-untrusted", "unable to verify the first certificate", "") \
    X(JAVA_PKIX,         "Java",               "server-untrusted", "pkix path building failed", "") \
    X(JAVA_TARGET,       "Java",               "server-untrusted", "unable to find valid certification path to requested target", "") \
    X(GO_AUTHORITY,      "Go",                 "server-untrusted", "x509 certificate signed by unknown authority", "") \
    X(DOTNET_REMOTE,     ".NET",               "server-untrusted", "the remote certificate is invalid", "") \
    X(DOTNET_TRUST,      ".NET",               "server-untrusted", "could not establish trust relationship for the ssl tls secure channel", "") \
    X(CURL_SCHANNEL,     "curl with Schannel", "server-untrusted", "schannel", "the certificate chain was issued by an authority that is not trusted") \
    X(GNUTLS_UNTRUSTED,  "GnuTLS",             "server-untrusted", "the certificate is not trusted", "") \
    X(GNUTLS_ISSUER,     "GnuTLS",             "server-untrusted", "the certificate issuer is unknown", "") \
    X(CURL_GNUTLS,       "curl with GnuTLS",   "server-untrusted", "server certificate verification failed", "") \
    X(WGET_ISSUED,       "wget",               "server-untrusted", "cannot verify", "issued by") \
    X(WGET_LOCALLY,      "wget",               "server-untrusted", "unable to locally verify the issuer s authority", "") \
    X(RUSTLS_ISSUER,     "rustls",             "server-untrusted", "invalid peer certificate unknownissuer", "") \
    X(CHROME_AUTHORITY,  "Chrome or Edge",     "server-untrusted", "err cert authority invalid", "") \
    X(CHROME_INVALID,    "Chrome or Edge",     "server-untrusted", "err cert invalid", "") \
    X(CHROME_PRIVATE,    "Chrome or Edge",     "server-untrusted", "your connection is not private", "") \
    X(FIREFOX_ISSUER,    "Firefox",            "server-untrusted", "sec error unknown issuer", "") \
    X(FIREFOX_SELF,      "Firefox",            "server-untrusted", "mozilla pkix error self signed cert", "") \
    X(OPENSSL_EXPIRED,   "OpenSSL",            "server-expired", "certificate verify failed", "certificate has expired") \
    X(CURL_EXPIRED,      "curl or OpenSSL",    "server-expired", "ssl certificate problem", "certificate has expired") \
    X(NODE_EXPIRED,      "Node",               "server-expired", "cert has expired", "") \
    X(GO_EXPIRED,        "Go",                 "server-expired", "x509 certificate has expired or is not yet valid", "") \
    X(JAVA_EXPIRED,      "Java",               "server-expired", "certificateexpiredexception", "") \
    X(CHROME_DATE,       "Chrome or Edge",     "server-expired", "err cert date invalid", "") \
    X(FIREFOX_EXPIRED,   "Firefox",            "server-expired", "sec error expired certificate", "") \
    X(CHROME_NAME,       "Chrome or Edge",     "server-name", "err cert common name invalid", "") \
    X(FIREFOX_DOMAIN,    "Firefox",            "server-name", "ssl error bad cert domain", "") \
    X(CURL_NAME,         "curl",               "server-name", "no alternative certificate subject name matches target host name", "") \
    X(PYTHON_NAME,       "Python",             "server-name", "certificate verify failed", "hostname mismatch") \
    X(NODE_NAME,         "Node",               "server-name", "err tls cert altname invalid", "") \
    X(NODE_NAME_TEXT,    "Node",               "server-name", "does not match certificate s altnames", "") \
    X(JAVA_NAME,         "Java",               "server-name", "no subject alternative dns name matching", "") \
    X(JAVA_NAME_IP,      "Java",               "server-name", "no subject alternative names", "") \
    X(GO_NAME,           "Go",                 "server-name", "x509 certificate is valid for", "not") \
    X(DOTNET_NAME,       ".NET",               "server-name", "remotecertificatenamemismatch", "") \
    /* ---- the client's own files */ \
    X(OPENSSL_KEY,       "OpenSSL",            "key-mismatch", "key values mismatch", "") \
    X(GO_KEY,            "Go",                 "key-mismatch", "private key does not match public key", "") \
    X(NGINX_KEY,         "nginx",              "key-mismatch", "x509 check private key", "") \
    X(OPENSSL_EE_SMALL,  "OpenSSL",            "certificate-weak", "ee key too small", "") \
    X(OPENSSL_CA_WEAK,   "OpenSSL",            "certificate-weak", "ca md too weak", "") \
    X(OPENSSL_CA_SMALL,  "OpenSSL",            "certificate-weak", "ca key too small", "") \
    X(CURL_LOAD,         "curl",               "certificate-unreadable", "could not load pem client certificate", "") \
    X(CURL_LOAD_WEAK,    "curl",               "certificate-weak", "could not load pem client certificate", "key too small") \
    X(CURL_LOAD_MD,      "curl",               "certificate-weak", "could not load pem client certificate", "ca md too weak") \
    X(CURL_KEY_FILE,     "curl",               "certificate-unreadable", "unable to set private key file", "") \
    X(CURL_GNUTLS_FILE,  "curl with GnuTLS",   "certificate-unreadable", "error reading x 509 key or certificate file", "") \
    X(PYTHON_PEM,        "Python",             "certificate-unreadable", "pem lib", "") \
    X(OPENSSL_START,     "OpenSSL",            "certificate-unreadable", "no start line", "") \
    X(OPENSSL_INVALID,   "OpenSSL",            "certificate-unreadable", "x509v3 invalid certificate", "") \
    X(NODE_UTF8,         "Node",               "certificate-unreadable", "invalid utf8string", "") \
    X(NODE_BMP,          "Node",               "certificate-unreadable", "bmpstring is wrong length", "") \
    X(JAVA_CHAIN,        "Java",               "certificate-unreadable", "certificate chain is not valid", "") \
    X(JAVA_PARSE,        "Java",               "certificate-unreadable", "certificateparsingexception", "") \
    X(GNUTLS_LOAD,       "GnuTLS",             "certificate-unreadable", "error loading cert file", "") \
    X(GO_PEM,            "Go",                 "certificate-unreadable", "tls failed to find any pem data", "") \
    X(GNUTLS_USAGE,      "GnuTLS",             "key-usage", "key usage violation in certificate has been detected", "") \
    X(GNUTLS_LIMITS,     "GnuTLS",             "chain-too-long", "some constraint limits were reached", "") \
    X(GNUTLS_MANY,       "GnuTLS",             "chain-too-long", "error loading cert file too many certs", "") \
    X(OPENSSL_MAC,       "OpenSSL",            "p12-password", "mac verify failure", "") \
    X(OPENSSL_MAC_ERROR, "OpenSSL",            "p12-password", "mac verify error", "") \
    X(JAVA_KEYSTORE,     "Java",               "p12-password", "keystore password was incorrect", "") \
    X(WINDOWS_PASSWORD,  "Windows",            "p12-password", "the specified network password is not correct", "") \
    X(MACOS_PASSWORD,    "macOS",              "p12-password", "mac verification failed during pkcs12 import", "") \
    X(OPENSSL_RC2,       "OpenSSL",            "p12-old", "rc2 40 cbc", "") \
    X(NODE_UNSUPPORTED,  "Node",               "p12-old", "unsupported pkcs12 pfx data", "") \
    X(OPENSSL_ENVELOPE,  "OpenSSL",            "p12-old", "digital envelope routines", "unsupported") \
    X(WINHTTP_NEEDED,    "WinHTTP",            "no-certificate", "a certificate is required to complete client authentication", "") \
    X(CHROME_SIGNATURE,  "Chrome or Edge",     "browser-key", "err ssl client auth signature failed", "") \
    X(CHROME_DENIED,     "Chrome or Edge",     "browser-key", "err ssl client auth private key access denied", "") \
    X(CHROME_NO_KEY,     "Chrome or Edge",     "browser-key", "err ssl client auth cert no private key", "") \
    X(WINDOWS_SESSION,   "Windows",            "private-key", "a specified logon session does not exist", "") \
    X(WINDOWS_KEYSET,    "Windows",            "private-key", "keyset does not exist", "") \
    X(DOTNET_PACKAGE,    ".NET",               "private-key", "the credentials supplied to the package were not recognized", "") \
    X(EVENT_KEY,         "Windows, System log", "event-36870", "attempting to access the ssl server credential private key", "") \
    X(EVENT_KEY_TLS,     "Windows, System log", "event-36870", "attempting to access the tls server credential private key", "") \
    X(EVENT_SUITES,      "Windows, System log", "event-36874", "none of the cipher suites supported by the client application are supported by the server", "") \
    X(EVENT_VALIDATED,   "Windows, System log", "event-36877", "certificate received from the remote client has not validated correctly", "") \
    /* ---- browsers and transport */ \
    X(CHROME_REFUSED,    "Chrome or Edge",     "client-certificate-refused", "err bad ssl client auth cert", "") \
    X(CHROME_PROTOCOL,   "Chrome or Edge",     "protocol-error", "err ssl protocol error", "") \
    X(CHROME_MISMATCH,   "Chrome or Edge",     "version-mismatch", "err ssl version or cipher mismatch", "") \
    X(WINDOWS_ALGORITHM, "Windows",            "version-mismatch", "do not possess a common algorithm", "") \
    X(FIREFOX_OVERLAP,   "Firefox",            "version-mismatch", "ssl error no cypher overlap", "") \
    X(CHROME_EMPTY,      "Chrome or Edge",     "closed", "err empty response", "") \
    X(CHROME_CLOSED,     "Chrome or Edge",     "closed", "err connection closed", "") \
    X(FIREFOX_EOF,       "Firefox",            "closed", "pr end of file error", "") \
    X(CURL_EMPTY,        "curl",               "closed", "empty reply from server", "") \
    X(NODE_HANG_UP,      "Node",               "closed", "socket hang up", "") \
    X(OPENSSL_EOF,       "OpenSSL",            "closed", "unexpected eof while reading", "") \
    X(PYTHON_EOF,        "Python",             "closed", "eof occurred in violation of protocol", "") \
    X(JAVA_EOF,          "Java",               "closed", "remote host terminated the handshake", "") \
    X(DOTNET_EOF,        ".NET",               "closed", "received an unexpected eof or 0 bytes from the transport stream", "") \
    X(DOTNET_CLOSED,     ".NET",               "closed", "remote party has closed the transport stream", "") \
    X(GNUTLS_EOF,        "GnuTLS",             "closed", "the tls connection was non properly terminated", "") \
    X(GO_EOF,            "Go",                 "closed", "get https", "eof") \
    X(CHROME_RESET,      "Chrome or Edge",     "reset", "err connection reset", "") \
    X(FIREFOX_RESET,     "Firefox",            "reset", "pr connect reset error", "") \
    X(UNIX_RESET,        "a Unix client",      "reset", "connection reset by peer", "") \
    X(NODE_RESET,        "Node",               "reset", "econnreset", "") \
    X(JAVA_RESET,        "Java",               "reset", "java net socketexception connection reset", "") \
    X(DOTNET_RESET,      ".NET",               "reset", "an existing connection was forcibly closed by the remote host", "") \
    X(OPENSSL_VERSION,   "OpenSSL",            "not-tls", "wrong version number", "") \
    X(OPENSSL_LENGTH,    "OpenSSL",            "not-tls", "packet length too long", "") \
    X(FIREFOX_RECORD,    "Firefox",            "not-tls", "ssl error rx record too long", "") \
    X(GO_PLAIN,          "Go",                 "not-tls", "server gave http response to https client", "") \
    X(GO_RECORD,         "Go",                 "not-tls", "first record does not look like a tls handshake", "") \
    X(JAVA_PLAIN,        "Java",               "not-tls", "unsupported or unrecognized ssl message", "") \
    X(GNUTLS_PACKET,     "GnuTLS",             "not-tls", "an unexpected tls packet was received", "") \
    X(DOTNET_CHANNEL,    ".NET Framework",     "secure-channel", "could not create ssl tls secure channel", "") \
    X(DOTNET_BADLY,      ".NET",               "secure-channel", "the message received was unexpected or badly formatted", "") \
    X(CURL_TIMEOUT,      "curl",               "timeout", "operation timed out after", "") \
    X(UNIX_TIMEOUT,      "a Unix client",      "timeout", "connection timed out", "") \
    X(NODE_TIMEOUT,      "Node",               "timeout", "etimedout", "") \
    X(CHROME_TIMEOUT,    "Chrome or Edge",     "timeout", "err timed out", "") \
    X(UNIX_REFUSED,      "a Unix client",      "connection-refused", "connection refused", "") \
    X(CURL_REFUSED,      "curl",               "connection-refused", "failed to connect to", "") \
    X(NODE_REFUSED,      "Node",               "connection-refused", "econnrefused", "") \
    X(CHROME_NOTHING,    "Chrome or Edge",     "connection-refused", "err connection refused", "") \
    X(DOTNET_REFUSED,    ".NET",               "connection-refused", "no connection could be made because the target machine actively refused it", "") \
    /* ---- alerts, where the name is not that of the standard */ \
    X(GO_BAD,            "Go",                 "alert-42",  "tls bad certificate", "") \
    X(GO_UNSUPPORTED,    "Go",                 "alert-43",  "tls unsupported certificate", "") \
    X(GO_REVOKED,        "Go",                 "alert-44",  "tls revoked certificate", "") \
    X(GO_OUT_OF_TIME,    "Go",                 "alert-45",  "tls expired certificate", "") \
    X(GO_UNKNOWN,        "Go",                 "alert-46",  "tls unknown certificate", "") \
    X(GO_UNKNOWN_CA,     "Go",                 "alert-48",  "tls unknown certificate authority", "") \
    X(GO_DENIED,         "Go",                 "alert-49",  "tls access denied", "") \
    X(GO_DECRYPT,        "Go",                 "alert-51",  "tls error decrypting message", "") \
    X(GO_REQUIRED,       "Go",                 "alert-116", "tls certificate required", "") \
    X(GO_HANDSHAKE,      "Go",                 "alert-40",  "tls handshake failure", "") \
    X(GO_VERSION,        "Go",                 "alert-70",  "tls protocol version not supported", "") \
    X(GO_RENEGOTIATION,  "Go",                 "alert-100", "tls no renegotiation", "") \
    X(CURL_NSS_REVOKED,  "NSS",                "alert-44",  "ssl peer rejected your certificate as revoked", "") \
    X(NSS_CANNOT_VERIFY, "NSS",                "alert-42",  "ssl peer cannot verify your certificate", "") \
    X(GNUTLS_FATAL,      "GnuTLS",             "closed",    "a tls fatal alert has been received", "")
/* clang-format on */
