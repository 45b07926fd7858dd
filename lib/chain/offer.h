/* SPDX-License-Identifier: MIT
 *
 * Whether a browser offers this certificate to its user. Browsers silently hide
 * certificates that they consider unsuitable; the server then receives none and
 * answers 403.7 (iis.md section 6). Two requirements cannot be checked here: the
 * private key is in the browser's store, and, if the server names CAs, one of the
 * path's issuers is among them.
 */
#pragma once

#include "chain/chain.h"

#include <stdbool.h>
#include <stddef.h>

enum offer_program {
    OFFER_CHROME,  /* and Edge, on Windows: the Windows store */
    OFFER_FIREFOX, /* its own store */
    OFFER_DOTNET,  /* HttpClientHandler */
    OFFER_PROGRAM_COUNT
};
/* "Chrome and Edge on Windows", ... */
const char *offer_program_name(enum offer_program program);

/* "chrome", "edge", "firefox" or "dotnet", in any case. */
bool offer_program_parse(const char *word, enum offer_program *ret_program);

#define OFFER_REASONS_MAX ((size_t)16)

struct offer {
    bool is_offered;
    /* Why not: findings of the chain, borrowed. */
    const struct finding *reasons[OFFER_REASONS_MAX];
    size_t n_reasons;
};

/* `chain` was built with usagecheck on or off: notes count as much as faults. */
void offer_judge(const struct chain *chain, enum offer_program program,
                 struct offer *ret_offer);
