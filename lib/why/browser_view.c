/* SPDX-License-Identifier: MIT */
#include "why/browser_view.h"

#include "base/compiler.h"

#include <stdio.h>
#include <string.h>

#define CLIENT_AUTH "ERR_BAD_SSL_CLIENT_AUTH_CERT"
#define MISMATCH    "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"
#define PROTOCOL    "ERR_SSL_PROTOCOL_ERROR"
#define NO_PAGE     "An error page of the browser's own; nothing of ours is shown."
#define REFUSED                                                                       \
    "An error page of the browser's own: the server refused the client certificate, " \
    "or that there was none."

/* clang-format off */
static const struct alert_view {
    int alert;
    struct browser_view view;
} sent[] = {
    {  10, { PROTOCOL, "SSL_ERROR_HANDSHAKE_UNEXPECTED_ALERT", NO_PAGE } },
    {  20, { "ERR_SSL_BAD_RECORD_MAC_ALERT", "SSL_ERROR_BAD_MAC_ALERT", NO_PAGE } },
    {  40, { MISMATCH, "SSL_ERROR_HANDSHAKE_FAILURE_ALERT",
             "An error page of the browser's own: no TLS parameters in common." } },
    {  42, { CLIENT_AUTH, "SSL_ERROR_BAD_CERT_ALERT", REFUSED } },
    {  43, { CLIENT_AUTH, "SSL_ERROR_UNSUPPORTED_CERT_ALERT", REFUSED } },
    {  44, { CLIENT_AUTH, "SSL_ERROR_REVOKED_CERT_ALERT", REFUSED } },
    {  45, { CLIENT_AUTH, "SSL_ERROR_EXPIRED_CERT_ALERT", REFUSED } },
    {  46, { CLIENT_AUTH, "SSL_ERROR_CERTIFICATE_UNKNOWN_ALERT", REFUSED } },
    {  47, { PROTOCOL, "SSL_ERROR_ILLEGAL_PARAMETER_ALERT", NO_PAGE } },
    {  48, { CLIENT_AUTH, "SSL_ERROR_UNKNOWN_CA_ALERT", REFUSED } },
    {  49, { CLIENT_AUTH, "SSL_ERROR_ACCESS_DENIED_ALERT", REFUSED } },
    {  50, { PROTOCOL, "SSL_ERROR_DECODE_ERROR_ALERT", NO_PAGE } },
    {  51, { "ERR_SSL_DECRYPT_ERROR_ALERT", "SSL_ERROR_DECRYPT_ERROR_ALERT", NO_PAGE } },
    {  70, { MISMATCH, "SSL_ERROR_PROTOCOL_VERSION_ALERT",
             "An error page of the browser's own: no TLS version in common." } },
    {  71, { MISMATCH, "SSL_ERROR_INSUFFICIENT_SECURITY_ALERT", NO_PAGE } },
    {  80, { PROTOCOL, "SSL_ERROR_INTERNAL_ERROR_ALERT", NO_PAGE } },
    { 112, { "ERR_SSL_UNRECOGNIZED_NAME_ALERT", "SSL_ERROR_UNRECOGNIZED_NAME_ALERT", NO_PAGE } },
    { 116, { CLIENT_AUTH, "SSL_ERROR_RX_CERTIFICATE_REQUIRED_ALERT", REFUSED } },
    { 120, { PROTOCOL, "SSL_ERROR_NEXT_PROTOCOL_NO_PROTOCOL", NO_PAGE } },
};

/* The browser ended it, so it is about our certificate, or its user. */
#define DISTRUST \
    "A warning about the server's certificate (\"Your connection is not private\"), " \
    "which goes on only if its user says so: the browser does not trust root.crt yet."
#define DISTRUST_OR_NAME \
    "A warning about the server's certificate (\"Your connection is not private\"), " \
    "which goes on only if its user says so: the browser does not trust root.crt yet, " \
    "or the certificate is not for the name in the address."
static const struct alert_view received[] = {
    {  42, { "ERR_CERT_INVALID", NULL, DISTRUST } },
    {  45, { "ERR_CERT_DATE_INVALID", "SEC_ERROR_EXPIRED_CERTIFICATE",
             "A warning that the server's certificate has expired." } },
    {  46, { "ERR_CERT_AUTHORITY_INVALID", NULL, DISTRUST_OR_NAME } },
    {  48, { "ERR_CERT_AUTHORITY_INVALID", "SEC_ERROR_UNKNOWN_ISSUER", DISTRUST } },
    {  90, { NULL, NULL, "Nothing: its user, or the browser for him, stopped the connection." } },
    { 100, { "ERR_CONNECTION_RESET", "PR_CONNECT_RESET_ERROR",
             "An error page of the browser's own: it does not renegotiate, and is reset." } },
};
/* clang-format on */

static const struct browser_view unknown = { PROTOCOL, NULL, NO_PAGE };
static const struct browser_view timeout = {
    "ERR_CONNECTION_CLOSED", "PR_END_OF_FILE_ERROR",
    "It waited, maybe with its question for a certificate open, until we gave up."
};
static const struct browser_view asks = {
    NULL, NULL,
    "Most likely the question which certificate to show: browsers end the connection, "
    "ask "
    "their user, and come back with another one."
};
static const struct browser_view left = { NULL, NULL,
                                          "Nothing: the client went away by itself." };
static const struct browser_view plain = {
    "ERR_EMPTY_RESPONSE", "PR_END_OF_FILE_ERROR",
    "An empty answer: the address has to begin with https://."
};
static const struct browser_view no_tls = { NULL, NULL,
                                            "Nothing: what came is no browser's TLS." };

/* A client that goes away at the place where its certificate belongs. */
static struct browser_view view_of_leaving(const struct tls_info *tls, const char *step)
{
    bool was_asked = tls->certificate_requested && strncmp(step, "client-", 7) == 0;
    return was_asked ? asks : left;
}

/* An unknown CA (48) is one, whatever the name. */
bool browser_view_is_about_us(const struct tls_failure *failure)
{
    return failure->end == TLS_END_PEER_ALERT &&
           (failure->alert_received == TLS_ALERT_BAD_CERTIFICATE ||
            failure->alert_received == TLS_ALERT_CERTIFICATE_UNKNOWN);
}

struct browser_view browser_view_of_other_name(void)
{
    return (struct browser_view){
        "ERR_CERT_COMMON_NAME_INVALID", "SSL_ERROR_BAD_CERT_DOMAIN",
        "A warning that the server's certificate is not for the name in the address. "
        "Use localhost, or a name below it."
    };
}

static struct browser_view view_of_alert(const struct alert_view *table, size_t n,
                                         int alert, struct browser_view otherwise)
{
    for (size_t i = 0; i < n; i++) {
        if (table[i].alert == alert) {
            return table[i].view;
        }
    }
    return otherwise;
}

const struct browser_view *browser_view_of_alert(int alert)
{
    for (size_t i = 0; i < ARRAY_LEN(sent); i++) {
        if (sent[i].alert == alert) {
            return &sent[i].view;
        }
    }
    return NULL;
}

struct browser_view browser_view_get(const struct tls_failure *failure,
                                     const struct tls_info *tls, const char *step,
                                     bool timed_out)
{
    if (timed_out) {
        return timeout;
    }
    switch (failure->end) {
    case TLS_END_NOT_TLS:
        return tls->hello != NULL && tls->hello->kind == CLIENT_HELLO_HTTP ? plain
                                                                           : no_tls;
    case TLS_END_PEER_ALERT:
        return view_of_alert(received, ARRAY_LEN(received), failure->alert_received,
                             view_of_leaving(tls, step));
    case TLS_END_NONE: /* a reset */
    case TLS_END_EOF:
        return view_of_leaving(tls, step);
    case TLS_END_OUR_ALERT:
    case TLS_END_BAD_RECORD:
    case TLS_END_CERTIFICATE:
    case TLS_END_LIMIT:
    case TLS_END_INTERNAL:
    case TLS_END_GATE:
    default:
        return view_of_alert(sent, ARRAY_LEN(sent), failure->alert_sent, unknown);
    }
}

bool browser_view_find_topic(const struct tls_failure *failure, bool timed_out,
                             struct why_topic *ret_topic)
{
    char word[sizeof "alert-255"];
    int alert = failure->alert_received != TLS_ALERT_NONE ? failure->alert_received
                                                          : failure->alert_sent;
    if (timed_out) {
        return why_find("timeout", ret_topic);
    }
    if (failure->end == TLS_END_NOT_TLS) {
        return why_find("not-tls", ret_topic);
    }
    if (alert == TLS_ALERT_NONE || alert > UINT8_MAX) {
        return false;
    }
    (void)snprintf(word, sizeof word, "alert-%d", alert & 0xff);
    return why_find(word, ret_topic);
}
