/* SPDX-License-Identifier: MIT
 *
 * A ticket is  key id | nonce | AES-256-GCM(struct tls_ticket, state) | tag,  the
 * key id being the additional data. There are two keys: the current one, and the
 * one before it, which opens tickets until they have expired.
 */
#include "tls/tls_resumption.h"

#include "base/mem.h"
#include "tls/tls_id_table.h"
#include "tls/tls_resumption_private.h"

#include <psa/crypto.h>

#include <stdlib.h>
#include <string.h>

#define KEY_ID_LEN 8
#define NONCE_LEN  12
#define TAG_LEN    16
#define KEY_BITS   256

struct ticket_key {
    psa_key_id_t key; /* 0 = none */
    uint8_t id[KEY_ID_LEN];
    int64_t made_at;
};

struct remembered {
    uint8_t identity[TLS_IDENTITY_LEN];
    uint8_t *ders; /* owned; NULL = a free place */
    size_t len;
    uint64_t used_at; /* a count, not a time */
};

struct tls_resumption {
    struct ticket_key keys[2]; /* current, previous */
    int64_t now;
    uint32_t lifetime_s;
    struct remembered *chains;
    size_t max_chains;
    size_t n_bytes;
    uint64_t n_uses;
    struct tls_id_table ids;
    struct certificate_pool pool;
};

static bool make_key(struct ticket_key *key, int64_t now)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    struct ticket_key made = { .made_at = now };

    psa_set_key_type(&attributes, PSA_KEY_TYPE_AES);
    psa_set_key_bits(&attributes, KEY_BITS);
    psa_set_key_algorithm(&attributes, PSA_ALG_GCM);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT);
    if (psa_generate_random(made.id, sizeof made.id) != PSA_SUCCESS ||
        psa_generate_key(&attributes, &made.key) != PSA_SUCCESS) {
        return false;
    }
    *key = made;
    return true;
}

static void drop_key(struct ticket_key *key)
{
    if (key->key != 0) {
        psa_destroy_key(key->key);
    }
    memset(key, 0, sizeof *key);
}

int tls_resumption_create(int64_t now, uint32_t lifetime_s, size_t max_chains,
                          struct tls_resumption **ret_resumption, struct err *err)
{
    struct tls_resumption *resumption = mem_alloc(1, sizeof *resumption);

    if (resumption == NULL) {
        return err_memory(err);
    }
    resumption->now = now;
    resumption->lifetime_s = lifetime_s < TLS_RESUMPTION_LIFETIME_MAX
                                 ? lifetime_s
                                 : TLS_RESUMPTION_LIFETIME_MAX;
    resumption->max_chains =
        max_chains != 0 ? max_chains : TLS_RESUMPTION_CHAINS_DEFAULT;
    resumption->chains = mem_alloc(resumption->max_chains, sizeof *resumption->chains);
    if (resumption->chains == NULL ||
        !tls_id_table_init(&resumption->ids, resumption->max_chains)) {
        tls_resumption_destroy(resumption);
        return err_memory(err);
    }
    if (!make_key(&resumption->keys[0], now)) {
        tls_resumption_destroy(resumption);
        return err_set(err, ERR_MBEDTLS, 0, "cannot make a key for session tickets");
    }
    *ret_resumption = resumption;
    return 0;
}

static void forget(struct tls_resumption *resumption, struct remembered *chain)
{
    resumption->n_bytes -= chain->len;
    free(chain->ders);
    memset(chain, 0, sizeof *chain);
}

static void forget_all(struct tls_resumption *resumption)
{
    for (size_t i = 0; resumption->chains != NULL && i < resumption->max_chains; i++) {
        forget(resumption, &resumption->chains[i]);
    }
}

void tls_resumption_destroy(struct tls_resumption *resumption)
{
    if (resumption == NULL) {
        return;
    }
    forget_all(resumption);
    certificate_pool_clear(&resumption->pool);
    tls_id_table_finish(&resumption->ids);
    drop_key(&resumption->keys[0]);
    drop_key(&resumption->keys[1]);
    free(resumption->chains);
    free(resumption);
}

void tls_resumption_set_time(struct tls_resumption *resumption, int64_t now)
{
    struct ticket_key fresh;

    resumption->now = now;
    /* If the clock was set back, tickets seem to come from the future: start again. */
    if (now < resumption->keys[0].made_at) {
        tls_resumption_clear(resumption);
        return;
    }
    if (now - resumption->keys[0].made_at < resumption->lifetime_s ||
        !make_key(&fresh, now)) {
        return;
    }
    drop_key(&resumption->keys[1]);
    resumption->keys[1] = resumption->keys[0];
    resumption->keys[0] = fresh;
    if (now - resumption->keys[1].made_at >= 2 * (int64_t)resumption->lifetime_s) {
        drop_key(&resumption->keys[1]);
    }
}

void tls_resumption_clear(struct tls_resumption *resumption)
{
    forget_all(resumption);
    tls_id_table_clear(&resumption->ids);
    drop_key(&resumption->keys[0]);
    drop_key(&resumption->keys[1]);
    /* Without a key, nothing is sealed or opened until the time is next set. */
    (void)make_key(&resumption->keys[0], resumption->now);
}

struct certificate_pool *tls_resumption_get_pool(struct tls_resumption *resumption)
{
    return &resumption->pool;
}

struct tls_id_table *tls_resumption_get_ids(struct tls_resumption *resumption)
{
    return &resumption->ids;
}

int64_t tls_resumption_get_time(const struct tls_resumption *resumption)
{
    return resumption->now;
}

uint32_t tls_resumption_get_lifetime(const struct tls_resumption *resumption)
{
    return resumption->lifetime_s;
}

/* ---- sealing */

size_t tls_resumption_get_overhead(void)
{
    return KEY_ID_LEN + NONCE_LEN + sizeof(struct tls_ticket) + TAG_LEN;
}

static bool encrypt(const struct ticket_key *key, struct slice plain, struct buf *out)
{
    uint8_t nonce[NONCE_LEN];
    size_t len;

    if (psa_generate_random(nonce, sizeof nonce) != PSA_SUCCESS ||
        !buf_append(out, key->id, sizeof key->id) ||
        !buf_append(out, nonce, sizeof nonce) ||
        !buf_reserve(out, plain.len + TAG_LEN)) {
        return false;
    }
    if (psa_aead_encrypt(key->key, PSA_ALG_GCM, nonce, sizeof nonce, key->id,
                         sizeof key->id, plain.data, plain.len, out->data + out->len,
                         plain.len + TAG_LEN, &len) != PSA_SUCCESS) {
        return false;
    }
    out->len += len;
    return true;
}

bool tls_resumption_seal(struct tls_resumption *resumption,
                         const struct tls_ticket *ticket, struct slice state,
                         struct buf *out)
{
    struct buf plain = BUF_EMPTY;
    bool sealed = false;

    /* Only this process reads it, so the struct's own layout is sufficient. */
    buf_append(&plain, ticket, sizeof *ticket);
    buf_append_slice(&plain, state);
    if (resumption->keys[0].key != 0 && buf_ok(&plain)) {
        sealed = encrypt(&resumption->keys[0], buf_slice(&plain), out);
    }
    buf_finish_secret(&plain);
    return sealed;
}

static const struct ticket_key *find_key(const struct tls_resumption *resumption,
                                         struct slice id)
{
    for (size_t i = 0; i < ARRAY_LEN(resumption->keys); i++) {
        const struct ticket_key *key = &resumption->keys[i];
        if (key->key != 0 && memcmp(key->id, id.data, KEY_ID_LEN) == 0) {
            return key;
        }
    }
    return NULL;
}

static bool decrypt(const struct ticket_key *key, struct slice sealed,
                    struct buf *plain)
{
    struct slice nonce = slice_part(sealed, KEY_ID_LEN, NONCE_LEN);
    struct slice text = slice_part(sealed, KEY_ID_LEN + NONCE_LEN, SIZE_MAX);
    size_t len;

    if (!buf_reserve(plain, text.len) ||
        psa_aead_decrypt(key->key, PSA_ALG_GCM, nonce.data, nonce.len, key->id,
                         sizeof key->id, text.data, text.len, plain->data, plain->cap,
                         &len) != PSA_SUCCESS) {
        return false;
    }
    plain->len = len;
    return true;
}

enum tls_unseal_result tls_resumption_unseal(struct tls_resumption *resumption,
                                             struct slice sealed,
                                             struct tls_ticket *ret_ticket,
                                             struct buf *ret_state)
{
    enum tls_unseal_result result = TLS_UNSEAL_FOREIGN;
    struct buf plain = BUF_EMPTY;
    struct tls_ticket ticket;

    if (sealed.len <= tls_resumption_get_overhead()) {
        return result;
    }
    const struct ticket_key *key = find_key(resumption, sealed);
    if (key == NULL || !decrypt(key, sealed, &plain)) {
        goto out;
    }
    memcpy(&ticket, plain.data, sizeof ticket);
    if (ticket.authenticated_at > resumption->now ||
        resumption->now - ticket.authenticated_at >= resumption->lifetime_s) {
        result = TLS_UNSEAL_EXPIRED;
        goto out;
    }
    if (!buf_append_slice(ret_state,
                          slice_part(buf_slice(&plain), sizeof ticket, SIZE_MAX))) {
        goto out;
    }
    *ret_ticket = ticket;
    result = TLS_UNSEAL_GOOD;
out:
    buf_finish_secret(&plain);
    return result;
}

/* ---- chains */

static struct remembered *find_chain(struct tls_resumption *resumption,
                                     const uint8_t *identity)
{
    for (size_t i = 0; i < resumption->max_chains; i++) {
        struct remembered *chain = &resumption->chains[i];
        if (chain->ders != NULL &&
            memcmp(chain->identity, identity, TLS_IDENTITY_LEN) == 0) {
            chain->used_at = ++resumption->n_uses;
            return chain;
        }
    }
    return NULL;
}

/* A free place, or the least recently used one. */
static struct remembered *find_place(struct tls_resumption *resumption)
{
    struct remembered *oldest = &resumption->chains[0];

    for (size_t i = 0; i < resumption->max_chains; i++) {
        struct remembered *chain = &resumption->chains[i];
        if (chain->ders == NULL) {
            return chain;
        }
        if (chain->used_at < oldest->used_at) {
            oldest = chain;
        }
    }
    return oldest;
}

static bool forget_oldest(struct tls_resumption *resumption)
{
    struct remembered *oldest = NULL;

    for (size_t i = 0; i < resumption->max_chains; i++) {
        struct remembered *chain = &resumption->chains[i];
        if (chain->ders != NULL &&
            (oldest == NULL || chain->used_at < oldest->used_at)) {
            oldest = chain;
        }
    }
    if (oldest == NULL) {
        return false;
    }
    forget(resumption, oldest);
    return true;
}

void tls_resumption_remember(struct tls_resumption *resumption,
                             const uint8_t identity[static TLS_IDENTITY_LEN],
                             struct slice ders)
{
    if (ders.len == 0 || ders.len > TLS_RESUMPTION_BYTES_MAX ||
        find_chain(resumption, identity) != NULL) {
        return;
    }
    uint8_t *copy = mem_alloc(ders.len, 1);
    if (copy == NULL) {
        return;
    }
    memcpy(copy, ders.data, ders.len);
    while (resumption->n_bytes + ders.len > TLS_RESUMPTION_BYTES_MAX &&
           forget_oldest(resumption)) {
    }
    struct remembered *place = find_place(resumption);
    forget(resumption, place);
    memcpy(place->identity, identity, TLS_IDENTITY_LEN);
    place->ders = copy;
    place->len = ders.len;
    place->used_at = ++resumption->n_uses;
    resumption->n_bytes += ders.len;
}

bool tls_resumption_find(struct tls_resumption *resumption,
                         const uint8_t identity[static TLS_IDENTITY_LEN],
                         struct slice *ret_ders)
{
    const struct remembered *chain = find_chain(resumption, identity);

    if (chain == NULL) {
        return false;
    }
    *ret_ders = (struct slice){ chain->ders, chain->len };
    return true;
}

size_t tls_resumption_count(const struct tls_resumption *resumption)
{
    size_t n = 0;

    for (size_t i = 0; i < resumption->max_chains; i++) {
        n += resumption->chains[i].ders != NULL;
    }
    return n;
}
