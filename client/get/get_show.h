/* SPDX-License-Identifier: MIT
 *
 * What `certgate get` tells a person about one attempt, beside the body. Pure:
 * text is appended, the peer's made safe for a terminal.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "base/buf.h"
#include "forge/forge.h"

/* The lines of --verbose: "*" what happened, ">" sent, "<" received. `name` is the
 * case or file that the credential came from. */
void get_show_verbose(struct buf *out, const struct attempt_result *result,
                      const struct forge_credential *credential, const char *name,
                      struct slice request);
/* The first line for a person at a terminal: "403.17 CERT_E_EXPIRED 0x800B0101: Client
 * certificate has expired or is not yet valid". Nothing for what is not IIS's answer.
 */
void get_show_verdict(struct buf *out, const struct attempt_result *result);
/* One sentence for an attempt without an answer, with what an alert means. */
void get_show_failure(struct buf *out, const struct attempt_result *result);
