/* SPDX-License-Identifier: MIT
 *
 * A well-formed certificate with nothing in it but a public key: what mbedTLS gets
 * to see in place of the real one, ours and the peer's. mbedTLS needs the key, for
 * the proof of possession, and its parser refuses too much (and is one parser of
 * strangers' bytes more). Its signature is never checked: mbedTLS has no trust
 * anchors, and the real certificate is judged by pki/chain.
 */
#pragma once

#include "base/buf.h"

/* Appends the envelope around a whole SubjectPublicKeyInfo; failure is the buf's. */
void tls_envelope_write(struct buf *out, struct slice spki);
