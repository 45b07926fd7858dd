/* SPDX-License-Identifier: MIT
 *
 * Certificates as gateways hand them on in a header field, and as they are pasted from
 * one: base64 of DER (X-ARR-ClientCert, MS-ASPNETCORE-CLIENTCERT, Traefik), PEM with
 * percent-encoding (nginx's $ssl_client_escaped_cert, Envoy's X-Forwarded-Client-Cert)
 * and byte sequences (RFC 9440's Client-Cert and Client-Cert-Chain), with the field's
 * name before it or without. Also base64 of any file, and PEM whose line ends are "\n"
 * in letters. Part of bundle/bundle_walk.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

/* Appends PEM, or DER, one value behind the other. `ret_form` is what it was read from,
 * in static words. False: it is none of them, and `out` is as it was; or out of memory
 * (out->failed). */
bool text_form_decode(struct slice text, struct buf *out, const char **ret_form);
