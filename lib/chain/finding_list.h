/* SPDX-License-Identifier: MIT
 *
 * Everything that can be the matter with a certificate or its path. A finding
 * carries facts only; which of several IIS would report is chain/verdict's business.
 * ARCHITECTURE.md, "Your first change", names the other places that know of one.
 *
 *   name    enum constant FINDING_name and the word used in JSON
 *   trust   CERT_TRUST_* bits of CERT_TRUST_STATUS (wincrypt.h), 0 = none
 *   verdict what IIS answers if this is the only fault; OK = a note: shown to
 *           the user, never a refusal (a policy switch may still promote it, see
 *           struct policy)
 *   judges  BOTH: a client's and a server's certificate; CLIENTS: a client's only
 *           (chain/server_check)
 *   hides   whose users are not offered the certificate then: LEAF(...), if it is a
 *           fault of the client's certificate; PATH(...), if of any in its path;
 *           NOBODY's. Sources: iis.md section 6 (Chromium's client_cert_store_win,
 *           .NET's CertificateHelper); Firefox as observed (chain/offer)
 *   rule    where the rule stands
 *   fault   what is wrong, one sentence without the certificate's own text
 *   remedy  what to do about it
 */
#pragma once

/* clang-format off */
#define FINDING_LIST(X)                                                                          \
    X(MALFORMED, 0x100u, MALFORMED, BOTH, LEAF(CHROME | FIREFOX | DOTNET),                       \
      "RFC 5280 4.1",                                                                            \
      "The certificate is not well-formed DER.",                                                 \
      "Issue it again; a file that was edited, cut or converted as text looks like this.")       \
    X(SIGNATURE_INVALID, 0x8u, CERT_SIGNATURE, BOTH, NOBODY,                                     \
      "RFC 5280 6.1.3 (a)(1)",                                                                   \
      "The signature does not fit the certificate and its issuer's key.",                        \
      "Issue it again: the certificate was changed after signing, or another CA of the same name signed it.") \
    X(SIGNATURE_UNSUPPORTED, 0x8u, CERT_SIGNATURE, BOTH, NOBODY,                                 \
      "RFC 5280 4.1.1.2",                                                                        \
      "The signature's algorithm is not one that Windows' chain engine verifies.",               \
      "Issue it with SHA-256 and RSA, or with ECDSA on P-256 or P-384.")                         \
    X(SIGNATURE_UNCHECKED, 0x8u, CERT_SIGNATURE, BOTH, NOBODY,                                   \
      "certgate",                                                                                \
      "The signature was not checked, and what is not checked is not trusted.",                  \
      "Send the leaf and its own intermediates only, with RSA or NIST keys; else ask again.")    \
    X(WEAK_KEY, 0x100008u, CERT_SIGNATURE, BOTH, NOBODY,                                         \
      "Microsoft KB 2661254",                                                                    \
      "The RSA key is shorter than Windows allows: 1024 bits, unless it is set otherwise.",       \
      "Make a new key of at least 2048 bits and issue the certificate again.")                   \
    X(WEAK_HASH, 0x100008u, CERT_SIGNATURE, BOTH, NOBODY,                                        \
      "Microsoft security advisory 2862973",                                                     \
      "The signature uses MD2, MD4 or MD5, which Windows blocks.",                               \
      "Issue the certificate again with SHA-256.")                                               \
    X(SHORT_KEY, 0u, OK, BOTH, NOBODY,                                                           \
      "NIST SP 800-131A",                                                                        \
      "The RSA key is shorter than 2048 bits; Windows still takes it, browsers and OpenSSL may not.", \
      "Make a new key of at least 2048 bits.")                                                   \
    X(SHA1_SIGNATURE, 0u, OK, BOTH, NOBODY,                                                      \
      "RFC 9155",                                                                                \
      "The signature uses SHA-1; Windows still takes it from a private CA, others may not.",     \
      "Issue the certificate again with SHA-256.")                                               \
    X(EXPLICIT_DISTRUST, 0x4000000u, EXPLICIT_DISTRUST, BOTH, NOBODY,                            \
      "CERT_TRUST_IS_EXPLICIT_DISTRUST",                                                         \
      "It lies in the store of untrusted certificates (LocalMachine\\Disallowed).",              \
      "If that is a mistake, remove it from Disallowed; else use another certificate.")          \
    X(REVOKED, 0x4u, REVOKED, BOTH, NOBODY,                                                      \
      "RFC 5280 6.3",                                                                            \
      "Its issuer has revoked it.",                                                              \
      "Get a new certificate: revocation cannot be undone (only a hold can be lifted).")         \
    X(REVOCATION_OFFLINE, 0x1000040u, REVOCATION_OFFLINE, CLIENTS, NOBODY,                       \
      "CERT_TRUST_IS_OFFLINE_REVOCATION",                                                        \
      "Whether it is revoked cannot be told: no usable revocation list is at hand.",             \
      "Publish a fresh CRL where the certificate says, or put it into the store as a .crl file.") \
    X(REVOCATION_STALE, 0x1000040u, REVOCATION_OFFLINE, CLIENTS, NOBODY,                         \
      "RFC 5280 5.1.2.5",                                                                        \
      "Whether it is revoked cannot be told: its issuer's revocation list is out of date.",      \
      "Publish a new CRL; the old one's next update has passed (or it is not yet valid).")       \
    X(REVOCATION_UNUSABLE, 0x1000040u, REVOCATION_OFFLINE, CLIENTS, NOBODY,                      \
      "RFC 5280 6.3.3",                                                                          \
      "Whether it is revoked cannot be told: the list or OCSP answer at hand cannot be used.",   \
      "Publish a complete CRL, signed by the issuing CA's own key; if unchecked, ask again.")    \
    X(REVOCATION_UNKNOWN, 0x40u, NO_REVOCATION_CHECK, BOTH, NOBODY,                              \
      "RFC 6960 2.2",                                                                            \
      "Whether it is revoked cannot be told: the OCSP responder does not know the certificate.", \
      "Ask the CA why its responder does not know a certificate that it issued.")                \
    X(NO_REVOCATION_POINTER, 0x40u, OK, CLIENTS, NOBODY,                                         \
      "KB 294305 speaks of certificates that name a CRL only",                                   \
      "It names no place to ask for its revocation, and none is known for its issuer.",          \
      "Nothing for most uses; else issue it with a CRL distribution point or an OCSP address.")  \
    X(UNTRUSTED_ROOT, 0x20u, UNTRUSTED_ROOT, BOTH, NOBODY,                                       \
      "CERT_TRUST_IS_UNTRUSTED_ROOT",                                                            \
      "The path ends in a root that is not in LocalMachine\\Root.",                              \
      "Import that root certificate into LocalMachine\\Root (not CurrentUser\\Root), if you trust it.") \
    X(UNTRUSTED_SELF_SIGNED, 0x20u, UNTRUSTED_ROOT, BOTH, NOBODY,                                \
      "CERT_TRUST_IS_UNTRUSTED_ROOT",                                                            \
      "It is self-signed and not in LocalMachine\\Root.",                                        \
      "Use a certificate that a trusted CA issued, or import this one into LocalMachine\\Root.") \
    X(CYCLIC, 0x10080u, UNTRUSTED_ROOT, BOTH, NOBODY,                                            \
      "CERT_TRUST_IS_CYCLIC",                                                                    \
      "Its issuers have certified each other in a circle and lead to no root.",                  \
      "Present or install a path that ends in a self-signed root.")                              \
    X(NON_SELF_SIGNED_ROOT, 0x20u, UNTRUSTED_ROOT, CLIENTS, NOBODY,                              \
      "Microsoft KB 2802568",                                                                    \
      "LocalMachine\\Root holds a certificate that is not self-signed; IIS 8 and later then refuse every client certificate.", \
      "Move that certificate from LocalMachine\\Root to LocalMachine\\CA.")                      \
    X(ROOT_STORE_TOO_LARGE, 0x20u, UNTRUSTED_ROOT, CLIENTS, NOBODY,                              \
      "Microsoft KB 2880390",                                                                    \
      "The certificates in LocalMachine\\Root are over 16 KB; client certificates then stop working on Windows Server 2012.", \
      "Remove roots that are not needed.")                                                       \
    X(ISSUER_NOT_LISTED, 0x20u, UNTRUSTED_ROOT, BOTH, NOBODY,                                    \
      "ClientAuthTrustMode 0 (Microsoft, TLS registry settings)",                                \
      "No CA of its path is in the store of trusted issuers.",                                   \
      "Put its CA's certificate into that store, or take the store off the binding (sslctlstorename).") \
    X(ISSUER_NOT_EXCLUSIVE, 0x20u, UNTRUSTED_ROOT, BOTH, NOBODY,                                 \
      "ClientAuthTrustMode 1 and 2 (Microsoft, TLS registry settings)",                          \
      "Its path does not lead into the store of trusted issuers, the only one that counts in this trust mode.", \
      "Put the root into that store (in mode 2 an intermediate will do), or use ClientAuthTrustMode 0.") \
    X(PARTIAL_CHAIN, 0x10000u, CHAINING, BOTH, NOBODY,                                           \
      "CERT_TRUST_IS_PARTIAL_CHAIN",                                                             \
      "Its issuer's certificate is missing: none that can be read was sent or is in a store.",   \
      "Send the intermediate certificates with the client's, or put them into LocalMachine\\CA.") \
    X(EKU_NOT_CLIENT_AUTH, 0x10u, WRONG_USAGE, CLIENTS, LEAF(CHROME | FIREFOX | DOTNET),         \
      "RFC 5280 4.2.1.12",                                                                       \
      "Its Enhanced Key Usage does not list Client Authentication (1.3.6.1.5.5.7.3.2).",         \
      "Issue it again with clientAuth in the Enhanced Key Usage, or without that extension.")    \
    X(EKU_ANY, 0u, OK, CLIENTS, LEAF(DOTNET),                                                    \
      "RFC 5280 4.2.1.12",                                                                       \
      "Its Enhanced Key Usage lists anyExtendedKeyUsage and not Client Authentication by name.", \
      "List clientAuth by name: applications may refuse the wildcard.")                          \
    X(EKU_ABSENT, 0u, OK, CLIENTS, NOBODY,                                                       \
      "RFC 5280 4.2.1.12",                                                                       \
      "It has no Enhanced Key Usage: good for every purpose.",                                   \
      "Nothing; a certificate for clients only would list clientAuth.")                          \
    X(CA_EKU_NOT_CLIENT_AUTH, 0x10u, WRONG_USAGE, CLIENTS, PATH(CHROME),                         \
      "CryptoAPI CERT_USAGE_MATCH",                                                              \
      "This CA's own Enhanced Key Usage does not list Client Authentication, so nothing below it is good for it.", \
      "Have the CA certificate issued again with clientAuth, or without an Enhanced Key Usage.") \
    X(APP_POLICY_NOT_CLIENT_AUTH, 0x10u, WRONG_USAGE, CLIENTS, LEAF(CHROME),                           \
      "Microsoft KB 4014513: Application Policies",                                              \
      "Its Application Policies, which Windows reads in place of its Enhanced Key Usage, do not list Client Authentication.", \
      "Issue it again with Client Authentication among its application policies, or without that extension.") \
    X(APP_POLICY_ANY, 0u, OK, CLIENTS, NOBODY,                                                   \
      "Microsoft KB 4014513: Application Policies",                                              \
      "Its Application Policies list \"all application policies\" and not Client Authentication by name.", \
      "List Client Authentication by name: applications may refuse the wildcard.")              \
    X(APP_POLICY_COUNTS, 0u, OK, CLIENTS, LEAF(FIREFOX | DOTNET),                                                \
      "Microsoft KB 4014513; CVE-2024-49019",                                                    \
      "Its Application Policies allow what its Enhanced Key Usage does not: Windows reads both, others read the second only.", \
      "Have the two say the same: in the template, the extension Application Policies.")        \
    X(CA_APP_POLICY_NOT_CLIENT_AUTH, 0x10u, WRONG_USAGE, CLIENTS, PATH(CHROME),                        \
      "CryptoAPI CERT_USAGE_MATCH",                                                              \
      "This CA's own Application Policies do not list Client Authentication, so nothing below it is good for it.", \
      "Have the CA certificate issued again with Client Authentication among them, or without that extension.") \
    X(KU_CERT_SIGN_NOT_CA, 0x10u, WRONG_USAGE, BOTH, NOBODY,                                     \
      "RFC 5280 4.2.1.3",                                                                        \
      "Its Key Usage says keyCertSign though it is not a CA.",                                   \
      "Issue it again with digitalSignature and without keyCertSign.")                           \
    X(KU_NO_DIGITAL_SIGNATURE, 0x10u, OK, CLIENTS, LEAF(CHROME | DOTNET),                        \
      "RFC 5280 4.2.1.3",                                                                        \
      "Its Key Usage lacks digitalSignature: Windows clients and browsers would not offer it.",  \
      "Issue it again with digitalSignature in the Key Usage.")                                  \
    X(KU_EKU_INCONSISTENT, 0x10u, WRONG_USAGE, BOTH, LEAF(CHROME | DOTNET),                      \
      "RFC 5280 4.2.1.12",                                                                       \
      "Key Usage and Enhanced Key Usage allow no purpose in common.",                            \
      "Issue it again; Client Authentication goes with digitalSignature or keyAgreement.")       \
    X(CA_KU_NO_CERT_SIGN, 0x10u, WRONG_USAGE, BOTH, NOBODY,                                      \
      "RFC 5280 6.1.4 (n)",                                                                      \
      "This CA's Key Usage lacks keyCertSign: it may not issue certificates.",                   \
      "Have the CA certificate issued again with keyCertSign.")                                  \
    X(KEY_NOT_OFFERED, 0u, OK, CLIENTS, NOBODY,                                                  \
      "RFC 8446 4.2.3, RFC 5246 7.4.4",                                                          \
      "No client can send it: its key is of a kind that the server's list of signature algorithms does not have.", \
      "Make an RSA key, or one on P-256 or P-384, and have a certificate issued for it.")        \
    X(CA_AS_CLIENT, 0u, OK, CLIENTS, LEAF(FIREFOX),                                              \
      "RFC 5280 4.2.1.9; Microsoft documents no rule",                                           \
      "It is a CA certificate (basicConstraints CA:TRUE) used as a client's.",                   \
      "Use an end-entity certificate: browsers would not offer this one.")                       \
    X(EXPIRED, 0x1u, NOT_TIME_VALID, BOTH, LEAF(CHROME | FIREFOX),                               \
      "RFC 5280 4.1.2.5",                                                                        \
      "It has expired.",                                                                         \
      "Renew it, and check this machine's clock.")                                               \
    X(NOT_YET_VALID, 0x1u, NOT_TIME_VALID, BOTH, LEAF(CHROME | FIREFOX),                         \
      "RFC 5280 4.1.2.5",                                                                        \
      "It is not valid yet.",                                                                    \
      "Wait, or issue it with an earlier start; check the clocks of the CA and of this machine.") \
    X(TIME_FORM, 0u, OK, BOTH, NOBODY,                                                           \
      "RFC 5280 4.1.2.5",                                                                        \
      "Its times are written in a form that RFC 5280 does not allow; Windows reads them, others refuse the certificate.", \
      "Issue it again, with times to the second in UTC: YYMMDDHHMMSSZ, from 2050 on YYYYMMDDHHMMSSZ.") \
    X(ISSUER_NOT_CA, 0x400u, BASIC_CONSTRAINTS, BOTH, NOBODY,                                    \
      "RFC 5280 6.1.4 (k)",                                                                      \
      "It has issued a certificate but is not a CA (basicConstraints CA:TRUE is missing).",      \
      "Have the certificate below it issued by a real CA.")                                      \
    X(PATH_LEN_EXCEEDED, 0x400u, BASIC_CONSTRAINTS, BOTH, NOBODY,                                \
      "RFC 5280 6.1.4 (l), (m)",                                                                 \
      "More CAs stand below it than its path length constraint allows.",                         \
      "Issue from a CA higher up, or have this CA certificate issued with a larger pathLenConstraint.") \
    X(NAME_NOT_PERMITTED, 0x4000u, INVALID_NAME, BOTH, NOBODY,                                   \
      "RFC 5280 4.2.1.10",                                                                       \
      "A name of it is outside of what a CA above it may issue (permitted name constraints).",   \
      "Issue it under the permitted names, or from another CA.")                                 \
    X(NAME_EXCLUDED, 0x8000u, INVALID_NAME, BOTH, NOBODY,                                        \
      "RFC 5280 4.2.1.10",                                                                       \
      "A CA above it may not issue for a name of it (excluded name constraints).",               \
      "Issue it under another name, or from another CA.")                                        \
    X(NAME_CONSTRAINT_UNSUPPORTED, 0x1000u, INVALID_NAME, BOTH, NOBODY,                          \
      "RFC 5280 4.2.1.10",                                                                       \
      "A CA above it constrains names in a way that cannot be compared.",                        \
      "Have the CA certificate issued with other constraints, or fewer.")                        \
    X(POLICY_INVALID, 0x200u, INVALID_POLICY, BOTH, NOBODY,                                      \
      "RFC 5280 6.1.5 (g)",                                                                      \
      "No certificate policy is valid for the whole path, though one is required.",              \
      "Issue it with a policy that the CAs above it allow.")                                     \
    X(CRITICAL_UNKNOWN, 0x8000000u, CRITICAL_EXTENSION, BOTH, NOBODY,                            \
      "RFC 5280 4.2",                                                                            \
      "It has a critical extension that the chain engine does not know.",                        \
      "Issue it without that extension, or with the extension not critical.")                    \
    X(EXTENSION_MALFORMED, 0x100u, MALFORMED, BOTH, NOBODY,                                      \
      "RFC 5280 4.2",                                                                            \
      "One of its extensions cannot be decoded.",                                                \
      "Issue it again with the extension encoded as RFC 5280 says.")                             \
    X(EXTENSION_DUPLICATE, 0x100u, MALFORMED, BOTH, NOBODY,                                      \
      "RFC 5280 4.2",                                                                            \
      "It has the same extension twice.",                                                        \
      "Issue it again with each extension once.")                                                \
    X(TRUSTED_PEOPLE, 0u, OK, BOTH, NOBODY,                                                      \
      "LocalMachine\\TrustedPeople",                                                             \
      "It lies in LocalMachine\\TrustedPeople and is trusted itself, whoever issued it.",        \
      "Nothing; remove it from TrustedPeople to have its issuer judged.")                        \
    X(SEARCH_LIMIT, 0u, OK, BOTH, NOBODY,                                                        \
      "certgate",                                                                                \
      "The search for paths was ended at its limit; there may be others.",                       \
      "Remove look-alike certificates from the chain that is sent.")
/* clang-format on */
