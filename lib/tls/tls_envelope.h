/* SPDX-License-Identifier: MIT
 *
 * A well-formed certificate that holds only a public key. mbedTLS sees it in place of
 * the real certificate, ours or the peer's: mbedTLS needs the key for the proof of
 * possession, but its parser refuses too much (and would be a second parser of
 * untrusted bytes). The envelope's signature is never checked: mbedTLS has no trust
 * anchors, and chain/judge judges the real certificate.
 */
#pragma once

#include "base/buf.h"

/* Appends the envelope around a whole SubjectPublicKeyInfo; failure is the buf's. */
void tls_envelope_write(struct buf *out, struct slice spki);
