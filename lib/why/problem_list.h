/* SPDX-License-Identifier: MIT
 *
 * The problems of docs/problems.md (iis.md section 8), for those who come from an
 * answer.
 *
 *   anchor  of its heading there; tests/integration/why.py holds the two together
 *   title   what is the matter
 *   IDS     of the topics that it may explain (why_find)
 */
#pragma once

/* clang-format off */
#define PROBLEM_LIST(X) \
    X("root-not-trusted", "the root is not in the machine's store", IDS("0x800B0109")) \
    X("browser-offers-nothing", "the browser never offers the certificate", IDS("403.7", "no-certificate", "0x800B0110")) \
    X("intermediate-in-root", "a certificate in Root that is not self-signed", IDS("0x800B0109")) \
    X("crl-out-of-reach", "the revocation list cannot be fetched", IDS("0x80092013", "0x80092012")) \
    X("tls-13-asked-late", "asked late, on TLS 1.3", IDS("500.0", "post-handshake", "reset")) \
    X("post-fails-get-works", "asked late, and a large body", IDS("413.0", "reset")) \
    X("only-403-is-known", "only 403 is known", IDS("403")) \
    X("store-of-trusted-issuers", "a store of trusted issuers, or a trust mode", IDS("0x800B0109")) \
    X("list-of-issuers", "the server's list of issuers", IDS("403.7", "event-36885")) \
    X("accept-still-validates", "Accept does not mean that nothing is checked", IDS("403.17", "event-36877")) \
    X("client-does-not-renegotiate", "asked late, and the client does not renegotiate", IDS("alert-100", "reset", "timeout")) \
    X("mapping-does-not-fit", "certificate mappings", IDS("0x8007052E", "0x80093102", "401.2", "401.3", "401", "403.12")) \
    X("cancel-is-remembered", "the browser remembers the choice", IDS("403.7", "client-certificate-refused")) \
    X("binding-renewed-options-lost", "the binding was renewed", IDS("403.7", "reset", "0x80092013")) \
    X("private-key-of-the-server", "the server's private key", IDS("private-key", "event-36870")) \
    X("proxy-in-front", "a proxy ends TLS", IDS("403.7", "client-certificate-refused")) \
    X("first-minutes-after-a-start", "the root came late", IDS("0x800B0109"))
/* clang-format on */
