/* SPDX-License-Identifier: MIT
 *
 * A handshake in which the client presents any bytes as its chain. When it is done,
 * the server has them all as they were sent. Input: a byte of choices, and the
 * certificates, a part each.
 */
#include "fuzz.h"
#include "fuzz_tls.h"

#define CHOICE_TLS_1_2 0x01
#define CHOICE_GENUINE 0x02 /* a genuine leaf stands first */
#define CHAIN_MAX      ((size_t)80)

static bool run(struct tls_session *from, struct tls_session *to, bool *ret_ready)
{
    struct slice output = tls_session_get_output(from);
    size_t taken = tls_session_feed(to, output);
    enum tls_progress progress;
    tls_session_drain(from, taken);
    do {
        progress = tls_session_step(to);
        *ret_ready |= progress == TLS_PROGRESS_READY;
    } while (progress == TLS_PROGRESS_READY || progress == TLS_PROGRESS_DATA);
    return taken > 0;
}

static void check(struct tls_session *server, const struct slice *chain, size_t n_chain)
{
    const struct tls_info *info = tls_session_get_info(server);
    assert(info->n_chain + info->n_chain_dropped == n_chain);
    for (size_t i = 0; i < info->n_chain; i++) {
        assert(slice_equal(info->chain[i]->der, chain[i]));
    }
    assert(n_chain > 0 || !info->possession_proved);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice input = { data, len };
    struct slice chain[CHAIN_MAX];
    size_t n_chain = 0;
    unsigned choice = fuzz_take_byte(&input);
    bool server_ready = false;
    bool client_ready = false;

    if ((choice & CHOICE_GENUINE) != 0) {
        chain[n_chain++] = fuzz_tls_leaf();
    }
    while (input.len > 0 && n_chain < CHAIN_MAX) {
        chain[n_chain++] = fuzz_take_part(&input);
    }
    struct tls_client_config *config =
        fuzz_tls_client_config((choice & CHOICE_TLS_1_2) != 0, chain, n_chain);
    if (config == NULL) {
        return 0; /* nothing that TLS can carry */
    }
    struct tls_session *client = NULL;
    struct tls_session *server = fuzz_tls_server();
    struct err err = ERR_INIT;
    int created = tls_session_create_client(config, SLICE_EMPTY, &client, &err);
    assert(created == 0);
    (void)tls_session_step(client);
    bool moved;
    do {
        moved = run(client, server, &server_ready);
        moved = run(server, client, &client_ready) || moved;
    } while (moved);
    assert(server_ready || tls_session_get_failure(server)->text[0] != 0);
    if (server_ready) {
        check(server, chain, n_chain);
    }
    tls_session_destroy(client);
    tls_session_destroy(server);
    tls_client_config_destroy(config);
    return 0;
}
