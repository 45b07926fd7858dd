/* SPDX-License-Identifier: MIT
 *
 * The forge: makes every certificate of the tables, right or wrong as its recipe
 * says, in this process. A world is the set of test CAs with their keys, and what
 * they have issued. It lives in memory only, or in a folder:
 *
 *   DIR/authorities/NAME.{crt,key}   the test CAs; keys 0600
 *   DIR/cases/NAME.pem               private key, certificate, chain as sent; 0600
 *   DIR/cases/NAME.crt               the certificate alone
 *   DIR/mapping.config               certificate mappings for them
 * (mapping/mapping_read.h) DIR/store/...                    the certificate stores
 * (store/store.h)
 *
 * Serial numbers are 12 bytes of SHA-256(name, issuer's key) and, of cases, the day
 * of issue, and keys are kept: so a case that is issued again keeps its identity,
 * copies that were imported elsewhere stay revoked, and the new one imports beside
 * the old. Files that the
 * forge did not make are never written to or removed. Every file is written whole
 * or not at all. `now` is an argument everywhere.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "forge/recipe.h"
#include "pki/certificate.h"
#include "pki/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* forge_refresh() issues cases and CRLs again that are older than this. */
#define FORGE_FRESH ((int64_t)86400)
/* Where certgated's role pki is, by default: what certificates name for their
 * revocation (server/roles/revocation_service.h has the paths). A certgated that has it
 * on another port asks itself there. */
#define FORGE_PKI_URL "http://127.0.0.1:8440"
/* A revocation covers all certificates that were issued to a case in this many days, up
 * to tomorrow: earlier ones have expired by then. */
#define FORGE_SERIAL_DAYS 33
/* CAs and the server's certificate are renewed this long before they expire. */
#define FORGE_RENEWAL ((int64_t)30 * 86400)
/* Apple's browsers accept no server certificate that is valid for longer (825 days). */
#define FORGE_SERVER_DAYS 800
/* With every case's origin in it, the certificate takes some 4 KiB. */
#define FORGE_SERVER_NAMES_MAX ((size_t)1024)

struct forge_world; /* opaque */

/* What a client needs to present a certificate. */
struct forge_credential {
    struct key *key;   /* owned; NULL for the case without a certificate */
    struct buf *chain; /* owned array of owned DER, in the order sent */
    size_t n_chain;
};
void forge_credential_finish(struct forge_credential *credential); /* accepts zeroed */

/* A new world in memory. Generating its keys, RSA above all, takes most of the time. */
int forge_world_create(int64_t now, struct forge_world **ret_world, struct err *err)
    MUST_CHECK;
/* The same with a CA of the user's own as the root: `cert` with its `key`, both copied.
 * ERR_CONFIG if it cannot be one: it is not a CA, the key is another's, or no CA may
 * stand below it. */
int forge_world_create_under(const struct certificate *cert, const struct key *key,
                             int64_t now, struct forge_world **ret_world,
                             struct err *err) MUST_CHECK;
/* The world of folder `dir` (NULL = $XDG_DATA_HOME/certgate), which is created if it
 * does not exist, and refreshed. */
int forge_world_open(const char *dir, int64_t now, struct forge_world **ret_world,
                     struct err *err) MUST_CHECK;
/* The same for a folder that will not live long: its files are not synced to the disk,
 * and what has an RSA key, or is issued or accompanied by a CA that has one, is made
 * when forge_case() first asks for it, because RSA keys take most of the time. With
 * `defers_cases` this applies to every case. A marker file (DIR/.passing) says so to
 * whoever opens the folder later. */
int forge_world_open_passing(const char *dir, bool defers_cases, int64_t now,
                             struct forge_world **ret_world, struct err *err)
    MUST_CHECK;
void forge_world_destroy(struct forge_world *world);

/* Issues again what is older than FORGE_FRESH or close to its expiry. */
int forge_refresh(struct forge_world *world, int64_t now, struct err *err) MUST_CHECK;

/* Borrowed from the world. The folders are NULL for a world in memory. */
const struct recipe_book *forge_book(const struct forge_world *world);
bool forge_is_passing(const struct forge_world *world);
const char *forge_dir(const struct forge_world *world);
const char *forge_store_dir(const struct forge_world *world);

/* Cases that are ordered at run time (forge_mint.h), for one world. When all are taken,
 * the oldest is dropped, with its revocation, for a new one. So a recipe is borrowed
 * until the next forge_mint; keep its name. */
#define FORGE_MINTED_MAX ((size_t)256)
/* The recipe is not one of the tables', so no folder holds anything of it. */
bool forge_is_minted(const struct forge_world *world, const struct recipe *recipe);

/* A case's credential as of `now`: from its file while that is fresh, else issued
 * again. The caller finishes it. */
int forge_case(struct forge_world *world, const struct recipe *recipe, int64_t now,
               struct forge_credential *ret_credential, struct err *err) MUST_CHECK;
/* An authority's certificate; NULL for an unknown name. Borrowed. */
const struct certificate *forge_authority(const struct forge_world *world,
                                          const char *name);

/* Appends the DER of the CRL of the authority `name` as of `now`: what the tables
 * revoke and what forge_revoke() added. Its next update lies in the past if the table
 * says so. ERR_CONFIG for an authority that publishes none. */
int forge_crl(const struct forge_world *world, const char *name, int64_t now,
              struct buf *out, struct err *err) MUST_CHECK;
/* The CRL of the case's issuer as it would be if the case were revoked as well; nothing
 * of it is kept. */
int forge_crl_revoking(const struct forge_world *world, const struct recipe *recipe,
                       int64_t now, struct buf *out, struct err *err) MUST_CHECK;
/* Revokes the case's certificate at its issuer at run time and, in a folder,
 * publishes the new CRL. `reason` is an enum crl_reason. */
int forge_revoke(struct forge_world *world, const struct recipe *recipe,
                 unsigned reason, int64_t now, struct err *err) MUST_CHECK;

/* For signing on behalf of an authority (OCSP, other kinds of CRL): its key, and what
 * it has revoked, by the tables or at run time, as of `now` (the caller frees the
 * list). NULL and ERR_CONFIG for an unknown name. */
const struct key *forge_authority_key(const struct forge_world *world,
                                      const char *name);
struct forge_revocation;
/* The recipe, of whichever table, whose certificate from this authority has the serial
 * number (INTEGER content bytes), whenever it was issued; NULL = none. */
const struct recipe *forge_find_issued(const struct forge_world *world,
                                       const char *authority_name, struct slice serial);
/* Calls for each serial number that a certificate of the recipe may have, issued by the
 * authority with this key. */
typedef bool (*forge_on_serial_fn)(void *user, struct slice serial);
bool forge_walk_serials(const struct recipe *recipe, struct slice issuer_spki,
                        int64_t now, forge_on_serial_fn on_serial, void *user);
int forge_revocations(const struct forge_world *world, const char *name, int64_t now,
                      struct forge_revocation **ret_list, size_t *ret_n,
                      struct err *err) MUST_CHECK;

/* A server certificate and key for `names` (DNS names and IP addresses; the first
 * is the CN), as it lies in LocalMachine\My: the chain is leaf first. */
int forge_server(struct forge_world *world, const char *const *names, size_t n_names,
                 int64_t now, struct forge_credential *ret_credential, struct err *err)
    MUST_CHECK;
