/* SPDX-License-Identifier: MIT
 *
 * The table of alerts: RFC 8446 6, RFC 5246 7.2, RFC 7301 3.2, RFC 7507 4.
 */
#include "tls/tls_alert.h"

#include "base/compiler.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
static const struct alert {
    int         number;
    const char *name;
    const char *meaning; /* of the peer's alert, from this side's point of view */
} alerts[] = {
    {   0, "close_notify",                    "The peer ended the connection in good order." },
    {  10, "unexpected_message",              "The peer got a message that it did not expect at that point." },
    {  20, "bad_record_mac",                  "The peer could not decrypt what it got; mbedTLS also makes clients say so when an alert reaches them under the handshake keys." },
    {  21, "decryption_failed",               "The peer could not decrypt what it got." },
    {  22, "record_overflow",                 "The peer got a record that is too long." },
    {  30, "decompression_failure",           "The peer could not decompress what it got." },
    {  40, "handshake_failure",               "The peer found no parameters that both sides accept." },
    {  41, "no_certificate",                  "The peer has no certificate (an alert of SSL 3.0)." },
    {  42, "bad_certificate",                 "The peer found the certificate corrupt, or its name or signature wrong." },
    {  43, "unsupported_certificate",         "The peer cannot use a certificate of this type or purpose." },
    {  44, "certificate_revoked",             "The peer found the certificate revoked." },
    {  45, "certificate_expired",             "The peer found the certificate expired or not valid yet." },
    {  46, "certificate_unknown",             "The peer did not accept the certificate, for a reason without an alert of its own; browsers send it when their user turned the certificate down." },
    {  47, "illegal_parameter",               "The peer got a field that is out of range or contradicts another." },
    {  48, "unknown_ca",                      "The peer does not know or does not trust the CA of the certificate." },
    {  49, "access_denied",                   "The peer accepts the certificate, but denies access." },
    {  50, "decode_error",                    "The peer could not decode a message." },
    {  51, "decrypt_error",                   "The peer could not verify a signature or a Finished message: the private key does not belong to the certificate, or bytes were changed under way." },
    {  60, "export_restriction",              "The peer refused a restricted cipher." },
    {  70, "protocol_version",                "The peer supports none of the protocol versions that were offered." },
    {  71, "insufficient_security",           "The peer insists on stronger ciphers." },
    {  80, "internal_error",                  "The peer had an error of its own that has nothing to do with the protocol." },
    {  86, "inappropriate_fallback",          "The peer noticed that a client fell back to an older version for no reason." },
    {  90, "user_canceled",                   "The user of the peer cancelled the handshake." },
    { 100, "no_renegotiation",                "The peer does not renegotiate." },
    { 109, "missing_extension",               "The peer misses an extension that is mandatory." },
    { 110, "unsupported_extension",           "The peer got an extension that it did not offer." },
    { 111, "certificate_unobtainable",        "The peer could not fetch a certificate by its URL." },
    { 112, "unrecognized_name",               "The peer serves no host of this name (SNI)." },
    { 113, "bad_certificate_status_response", "The peer found the stapled OCSP response wrong." },
    { 114, "bad_certificate_hash_value",      "The peer found that a certificate does not match its hash." },
    { 115, "unknown_psk_identity",            "The peer does not know the pre-shared key." },
    { 116, "certificate_required",            "The peer insists on a client certificate, and none was sent." },
    { 120, "no_application_protocol",         "The peer speaks none of the protocols that were offered (ALPN)." },
};
/* clang-format on */

static const struct alert *alert_find(int number)
{
    for (size_t i = 0; i < ARRAY_LEN(alerts); i++) {
        if (alerts[i].number == number) {
            return &alerts[i];
        }
    }
    return NULL;
}

const char *tls_alert_name(int alert)
{
    const struct alert *found = alert_find(alert);

    return found != NULL ? found->name : "unknown alert";
}

bool tls_alert_parse(const char *name, int *ret_alert)
{
    for (size_t i = 0; i < ARRAY_LEN(alerts); i++) {
        if (strcmp(alerts[i].name, name) == 0) {
            *ret_alert = alerts[i].number;
            return true;
        }
    }
    return false;
}

const char *tls_alert_meaning(int alert)
{
    const struct alert *found = alert_find(alert);

    return found != NULL ? found->meaning
                         : "The peer sent an alert that no standard names.";
}
