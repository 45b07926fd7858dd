/* SPDX-License-Identifier: MIT
 *
 * A store while it is being read: what the files hold is added here, and private
 * keys find their certificates. Part of store/store; all failures are lack of memory.
 */
#pragma once

#include "base/err.h"
#include "store/store.h"

/* At most so many notes; the last one says that there were more. */
#define STORE_NOTES_MAX ((size_t)500)

struct store_builder_key {
    struct key *key;   /* owned; NULL = a key file that gave none */
    char *path;        /* owned */
    char problem[200]; /* why key is NULL */
};

struct store_builder {
    struct store *store;      /* borrowed */
    enum store_folder folder; /* being read */
    int64_t now;
    uint64_t work_max;              /* for each PKCS#12 file; 0 = PKCS12_WORK_MAX */
    struct store_builder_key *keys; /* owned; of this folder, until they are paired */
    size_t n_keys;
    size_t n_certs;
    bool skips_known; /* a certificate that the folder has is not added once more */
};

void store_builder_finish(struct store_builder *builder);

int store_builder_note(struct store_builder *builder, bool is_trap, struct err *err,
                       const char *fmt, ...) PRINTF_LIKE(4, 5) MUST_CHECK;
/* A note that something was lost: struct store_note says when that is damage. */
int store_builder_damage(struct store_builder *builder, bool is_damage, struct err *err,
                         const char *fmt, ...) PRINTF_LIKE(4, 5) MUST_CHECK;
/* These consume the certificate, CRL or key, also on failure. One that is NULL is
 * lack of memory, but for the key, whose `problem` then says why there is none. */
int store_builder_add_certificate(struct store_builder *builder,
                                  struct certificate *cert, const char *path,
                                  struct err *err) MUST_CHECK;
int store_builder_add_crl(struct store_builder *builder, struct crl *crl,
                          const char *path, struct err *err) MUST_CHECK;
int store_builder_add_key(struct store_builder *builder, struct key *key,
                          const char *problem, const char *path, struct err *err)
    MUST_CHECK;
/* Gives each key of the folder to its certificates: those of the same base name,
 * else all that it fits. Forgets the keys. */
int store_builder_pair_keys(struct store_builder *builder, struct err *err) MUST_CHECK;

/* A CA that lies in the file of a leaf: there to be sent with it, it needs no key. */
bool store_builder_is_companion(const struct store *store, enum store_folder folder,
                                const struct store_entry *entry);
