/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: the candidates for a certificate's issuer, by name, from all
 * available certificates; the most promising first. Used by chain_build.c only.
 */
#pragma once

#include "chain/path/path.h"

/* Maximum number of candidates for one certificate's issuer. */
#define CANDIDATES_MAX ((size_t)64)

struct candidate {
    struct chain_element element;
    int score;
    enum path_signature signature;
};

/* Everything is borrowed. */
struct candidates_query {
    const struct chain_context *context;
    struct certificate *const *presented;
    size_t n_presented;
    const struct path *path; /* its certificates are no candidates */
    const struct certificate *child;
};

struct candidates_found {
    size_t n;
    bool cyclic;  /* an issuer was left out because the path holds it */
    bool limited; /* there were more than CANDIDATES_MAX */
};

/* Fills `list`, best first. */
struct candidates_found candidates_gather(const struct candidates_query *query,
                                          struct candidate list[static CANDIDATES_MAX]);
