/* SPDX-License-Identifier: MIT */
#include "tls/tls_own_chain.h"

#include "base/mem.h"
#include "tls/tls_envelope.h"
#include "tls/tls_err.h"

#include <stdlib.h>
#include <string.h>

/* The envelope is parsed in place, so `bytes` must not move afterwards. */
static int parse_leaf(struct tls_own_chain *chain, struct slice envelope,
                      struct err *err)
{
    int rc =
        mbedtls_x509_crt_parse_der_nocopy(&chain->crts[0], envelope.data, envelope.len);

    if (rc != 0) {
        return tls_err_set(err, rc, "mbedTLS cannot use the private key for TLS");
    }
    return 0;
}

static void link_crts(struct tls_own_chain *chain, const struct slice *ders)
{
    uint8_t *position = chain->bytes.data;

    for (size_t i = 0; i < chain->n_crts; i++) {
        chain->crts[i].raw.p = position;
        chain->crts[i].raw.len = ders[i].len;
        chain->crts[i].next = i + 1 < chain->n_crts ? &chain->crts[i + 1] : NULL;
        position += ders[i].len;
    }
}

int tls_own_chain_init(struct tls_own_chain *chain, const struct slice *ders,
                       size_t n_ders, struct key *key, struct err *err)
{
    struct buf spki = BUF_EMPTY;
    size_t envelope_at;
    int result = -1;

    memset(chain, 0, sizeof *chain);
    if (n_ders == 0 || key == NULL) {
        return 0;
    }
    chain->key = key;
    for (size_t i = 0; i < n_ders; i++) {
        buf_append_slice(&chain->bytes, ders[i]);
    }
    envelope_at = chain->bytes.len;
    if (key_append_spki(key, &spki, err) != 0) {
        goto out;
    }
    tls_envelope_write(&chain->bytes, buf_slice(&spki));
    chain->crts = mem_alloc(n_ders, sizeof *chain->crts);
    if (!buf_ok(&chain->bytes) || chain->crts == NULL) {
        err_memory(err);
        goto out;
    }
    chain->n_crts = n_ders;
    if (parse_leaf(chain, slice_part(buf_slice(&chain->bytes), envelope_at, SIZE_MAX),
                   err) != 0) {
        goto out;
    }
    link_crts(chain, ders);
    result = 0;
out:
    buf_finish(&spki);
    if (result != 0) {
        tls_own_chain_finish(chain);
    }
    return result;
}

void tls_own_chain_finish(struct tls_own_chain *chain)
{
    if (chain->crts != NULL) {
        /* mbedTLS frees every element after the first, but these belong to the
         * array. */
        chain->crts[0].next = NULL;
        mbedtls_x509_crt_free(&chain->crts[0]);
        free(chain->crts);
    }
    buf_finish(&chain->bytes);
    memset(chain, 0, sizeof *chain);
}
