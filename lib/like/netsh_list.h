/* SPDX-License-Identifier: MIT
 *
 * What `netsh http show sslcert` says of a binding (iis.md 3a, 11.13).
 *
 * X(name, label, other name, kind, option)
 *   label       of the text in English; the JSON's names are compared with it by their
 *               letters and digits
 *   other name  under which it stands there, too: that of the parameter of `netsh http
 *               add sslcert`, or of the member of HTTP_SERVICE_CONFIG_SSL_PARAM
 *   kind        TEXT, NUMBER or SWITCH; FLAG is a switch that says nothing unless it is
 * set; BITS are several switches in one number option      of certgated, which takes
 * the value; "" = none does
 */
#pragma once

/* clang-format off */
#define NETSH_FIELDS(X)                                                                              \
    X(CERTHASH, "Certificate Hash", "sslhash", TEXT, "")                                             \
    X(APPID, "Application ID", "guidstring", TEXT, "")                                               \
    X(STORE, "Certificate Store Name", "sslcertstorename", TEXT, "")                                 \
    X(REVOCATION, "Verify Client Certificate Revocation", "verifyclientcertrevocation", SWITCH,      \
      "verifyclientcertrevocation")                                                                  \
    X(CACHED_ONLY, "Verify Revocation Using Cached Client Certificate Only",                         \
      "verifyrevocationwithcachedclientcertonly", SWITCH,                                            \
      "verifyrevocationwithcachedclientcertonly")                                                    \
    X(USAGE, "Usage Check", "usagecheck", SWITCH, "usagecheck")                                      \
    X(FRESHNESS, "Revocation Freshness Time", "defaultrevocationfreshnesstime", NUMBER,              \
      "revocationfreshnesstime")                                                                     \
    X(TIMEOUT, "URL Retrieval Timeout", "defaultrevocationurlretrievaltimeout", NUMBER,              \
      "urlretrievaltimeout")                                                                         \
    X(CTL_IDENTIFIER, "Ctl Identifier", "defaultsslctlidentifier", TEXT, "")                         \
    X(CTL_STORE, "Ctl Store Name", "defaultsslctlstorename", TEXT, "sslctlstorename")                \
    X(DS_MAPPER, "DS Mapper Usage", "dsmapperusage", SWITCH, "")                                     \
    X(NEGOTIATE, "Negotiate Client Certificate", "clientcertnegotiation", SWITCH,                    \
      "clientcertnegotiation")                                                                       \
    X(REJECT, "Reject Connections", "reject", SWITCH, "")                                            \
    X(NO_HTTP2, "Disable HTTP2", "disablehttp2", SWITCH, "")                                         \
    X(NO_QUIC, "Disable QUIC", "disablequic", SWITCH, "")                                            \
    X(NO_TLS12, "Disable TLS1.2", "disabletls12", FLAG, "disabletls12")                            \
    X(NO_TLS13, "Disable TLS1.3", "disabletls13", FLAG, "disabletls13")                            \
    X(NO_STAPLING, "Disable OCSP Stapling", "disableocspstapling", FLAG, "disableocspstapling")                       \
    X(TOKEN_BINDING, "Enable Token Binding", "enabletokenbinding", SWITCH, "")                       \
    X(EXTENDED_EVENTS, "Log Extended Events", "logextendedevents", SWITCH, "")                       \
    X(NO_LEGACY, "Disable Legacy TLS Versions", "disablelegacytls", SWITCH, "")                      \
    X(TICKET, "Enable Session Ticket", "enablesessionticket", FLAG, "enablesessionticket")                            \
    X(NO_SESSION_ID, "Disable Session ID", "disablesessionid", FLAG, "disablesessionid")                           \
    X(NO_AIA, "Disable Authority Info Access", "disableauthorityinfoaccess", FLAG,                 \
      "disableauthorityinfoaccess")                                                                  \
    X(CHECK_MODE, "Default Cert Check Mode", "defaultsslcertcheckmode", BITS, "")                    \
    X(FLAGS, "Default Flags", "flags", BITS, "")

/* The bits of CheckMode and Flags (HTTP_SERVICE_CONFIG_SSL_PARAM), each with the switch
 * that it stands for, and whether a set bit switches it on.
 * X(field, bit, switch, on) */
#define NETSH_BITS(X)                         \
    X(CHECK_MODE, 0x1u, REVOCATION, false)    \
    X(CHECK_MODE, 0x2u, CACHED_ONLY, true)    \
    X(CHECK_MODE, 0x10000u, USAGE, false)     \
    X(FLAGS, 0x1u, DS_MAPPER, true)           \
    X(FLAGS, 0x2u, NEGOTIATE, true)           \
    X(FLAGS, 0x8u, REJECT, true)              \
    X(FLAGS, 0x10u, NO_HTTP2, true)           \
    X(FLAGS, 0x20u, NO_QUIC, true)            \
    X(FLAGS, 0x40u, NO_TLS13, true)           \
    X(FLAGS, 0x80u, NO_STAPLING, true)        \
    X(FLAGS, 0x100u, TOKEN_BINDING, true)     \
    X(FLAGS, 0x200u, EXTENDED_EVENTS, true)   \
    X(FLAGS, 0x400u, NO_LEGACY, true)         \
    X(FLAGS, 0x800u, TICKET, true)            \
    X(FLAGS, 0x1000u, NO_TLS12, true)
/* clang-format on */
