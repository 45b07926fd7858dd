/* SPDX-License-Identifier: MIT
 *
 * Inside the chain engine: one candidate path, how it was reached, and the
 * rules that walk it. Private to chain_build.c (search) and path_*.c (checks).
 */
#pragma once

#include "chain/chain.h"
#include "pki/key.h"
#include "pki/ocsp.h"

/* The signature on a certificate, checked with the next one's key (its own for the
 * last). PATH_UNCHECKED: there is no issuer to check it with. */
enum path_signature { PATH_UNCHECKED, PATH_GOOD, PATH_BAD, PATH_UNSUPPORTED };

/* One certificate of a path under construction. */
struct path_step {
    struct chain_element element;
    enum path_signature signature;
};

enum path_end {
    PATH_END_TRUSTED,   /* where trust begins: see chain_element.is_root */
    PATH_END_PEOPLE,    /* the leaf itself, in LocalMachine\TrustedPeople */
    PATH_END_UNTRUSTED, /* a self-signed certificate that is not trusted */
    PATH_END_PARTIAL,   /* the last issuer is not available */
    PATH_END_CYCLIC,    /* all issuers of the last are already in the path */
    PATH_END_LIMIT,     /* the search went no further: path.limit says why */
};

/* What comparing names with constraints may cost in one search, over all its
 * paths, in bytes looked at: hostile lists stand on both sides. 15 to 25 ms of CPU
 * time. */
#define PATH_NAMES_BUDGET ((size_t)4 * 1024 * 1024)

struct path {
    struct path_step steps[CHAIN_DEPTH_MAX]; /* [0] = the leaf */
    size_t n_steps;
    enum path_end end;
    const char *limit;    /* of PATH_END_LIMIT, "48 certificates in one path" */
    size_t *names_budget; /* borrowed: what is left of it */
};

/* Adds one finding with the verdict that finding_list.h gives it, or, for
 * path_add_as, the one that the policy gives it. The detail is a printf text;
 * certificate text in it must have been escaped. Of more than CHAIN_FINDINGS_MAX the
 * notes are dropped first, then faults whose verdict another one has, too: the verdict
 * is that of all. */
void path_add(struct chain *chain, enum finding_kind kind, size_t element,
              const char *fmt, ...) PRINTF_LIKE(4, 5);
void path_add_as(struct chain *chain, enum finding_kind kind, size_t element,
                 enum verdict verdict, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* Copies a Name's simple text, escaped and cut to fit a detail. */
#define PATH_NAME_MAX 80
const char *path_name_text(struct slice name, char text[static PATH_NAME_MAX]);

/* Rules that hold for the certificates of OCSP responders, too. The next critical
 * extension from *start on that RFC 5280 4.2 wants refused, or NULL; *start is moved
 * behind it. */
const struct extension *path_find_unknown_critical(const struct certificate *cert,
                                                   size_t *start);
/* The entry of LocalMachine\Disallowed that means this certificate or its key; NULL. */
const struct store_entry *path_find_distrust(const struct certificate *cert,
                                             const struct store *store);

/* A limit has cut the path short, or left a signature of it unchecked. */
bool path_is_limit(const struct finding *finding);
/* Reports only the limit for a path that a limit has cut: the rest of the path is
 * unknown. */
void path_keep_limits_alone(struct chain *chain);

/* Fills `chain` with the path's elements and every finding of it. */
void path_check(const struct path *path, const struct chain_context *context,
                struct chain *chain);

/* The parts of path_check, each a rule of its own. */
void path_check_usage(const struct path *path, const struct policy *policy,
                      struct chain *chain);
void path_check_names(const struct path *path, struct chain *chain);
void path_check_policies(const struct path *path, struct chain *chain);
void path_check_revocation(const struct path *path, const struct chain_context *context,
                           struct chain *chain);
