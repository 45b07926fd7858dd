/* SPDX-License-Identifier: MIT */
#include "connection/peer_memo.h"

#include "connection/event_json.h"
#include "pki/certificate_pool.h"

#include <assert.h>
#include <string.h>

static bool is_of(const struct peer_memo_entry *entry, const struct tls_info *tls)
{
    bool is_same = entry->n_certs == tls->n_chain;
    for (size_t i = 0; is_same && i < tls->n_chain; i++) {
        is_same = entry->certs[i] == tls->chain[i];
    }
    return is_same;
}

static const struct peer_memo_entry *find(const struct peer_memo *memo,
                                          const struct tls_info *tls)
{
    for (size_t i = 0; i < PEER_MEMO_MAX; i++) {
        if (is_of(&memo->entries[i], tls)) {
            return &memo->entries[i];
        }
    }
    return NULL;
}

static void clear(struct peer_memo_entry *entry)
{
    for (size_t i = 0; i < entry->n_certs; i++) {
        certificate_destroy(entry->certs[i]);
    }
    event_text_finish(&entry->text);
    memset(entry, 0, sizeof *entry);
}

/* Consumes `text`. */
static const struct peer_memo_entry *keep(struct peer_memo *memo,
                                          const struct tls_info *tls,
                                          struct event_text *text)
{
    struct peer_memo_entry *entry = &memo->entries[memo->next];
    memo->next = (memo->next + 1) % PEER_MEMO_MAX;
    clear(entry);
    for (size_t i = 0; i < tls->n_chain; i++) {
        entry->certs[i] = certificate_share(tls->chain[i]);
    }
    entry->n_certs = tls->n_chain;
    entry->text = *text;
    return entry;
}

/* What the pool does not keep never comes again as the same certificate. */
static bool may_come_again(const struct tls_info *tls)
{
    for (size_t i = 0; i < tls->n_chain; i++) {
        if (tls->chain[i]->der.len > CERTIFICATE_POOL_SIZE_MAX) {
            return false;
        }
    }
    return tls->n_chain > 0 && tls->n_chain <= PEER_MEMO_CHAIN_MAX;
}

void peer_memo_say(struct peer_memo *memo, const struct tls_info *tls,
                   struct event_text *event)
{
    assert(memo != NULL);
    if (!may_come_again(tls)) {
        event_json_chain(event, tls);
        return;
    }
    const struct peer_memo_entry *entry = find(memo, tls);
    if (entry == NULL) {
        struct event_text text = { .members = BUF_EMPTY };
        event_json_chain(&text, tls);
        if (!event_text_ok(&text) || text.members.len > PEER_MEMO_TEXT_MAX) {
            event_text_join(event, &text);
            event_text_finish(&text);
            return;
        }
        entry = keep(memo, tls, &text);
    }
    event_text_join(event, &entry->text);
}

void peer_memo_finish(struct peer_memo *memo)
{
    for (size_t i = 0; i < PEER_MEMO_MAX; i++) {
        clear(&memo->entries[i]);
    }
}
