/* SPDX-License-Identifier: MIT */
#include "fuzz_tls.h"

#include "forge/forge_certificate.h"

#include <assert.h>
#include <stdlib.h>

static struct {
    bool made;
    struct key *key;
    struct certificate *cert;
    struct tls_server_config *server;
    struct tls_client_config *clients[2]; /* TLS 1.3, TLS 1.2 */
} world;

static void finish(void)
{
    tls_client_config_destroy(world.clients[0]);
    tls_client_config_destroy(world.clients[1]);
    tls_server_config_destroy(world.server);
    certificate_destroy(world.cert);
    key_destroy(world.key);
    tls_finish();
}

static struct tls_client_config *make_client(bool tls_1_2, const struct slice *chain,
                                             size_t n_chain)
{
    const struct tls_client_options options = {
        .chain = chain,
        .n_chain = n_chain,
        .key = world.key,
        .insecure = true,
        .server_name = "localhost",
        .max_version = tls_1_2 ? TLS_VERSION_1_2 : TLS_VERSION_1_3,
        .tickets = true,
    };
    struct tls_client_config *config = NULL;
    struct err err = ERR_INIT;
    return tls_client_config_create(&options, &config, &err) == 0 ? config : NULL;
}

/* Self-signed. What tests/support has for this needs Check around it. */
static void make_certificate(void)
{
    static const struct recipe recipe = {
        .name = "fuzz",
        .subject = "CN=localhost",
        .not_before = { .seconds = 0 },
        .not_after = { .seconds = INT32_MAX },
        .alt_names = { "DNS:localhost" },
        .n_alt_names = 1,
    };
    struct buf spki = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    struct err err = ERR_INIT;
    int result = key_generate(KEY_TYPE_EC_P256, &world.key, &err);
    assert(result == 0);
    result = key_append_spki(world.key, &spki, &err);
    assert(result == 0);
    const struct forge_order order = {
        .recipe = &recipe,
        .spki = buf_slice(&spki),
        .issuer_spki = buf_slice(&spki),
        .issuer_key = world.key,
    };
    result = forge_certificate(&order, &der, &err);
    assert(result == 0);
    world.cert = certificate_create(buf_slice(&der));
    assert(world.cert != NULL && world.cert->malformed == NULL);
    buf_finish(&spki);
    buf_finish(&der);
}

static void make_world(void)
{
    struct err err = ERR_INIT;
    if (world.made) {
        return;
    }
    world.made = true;
    int result = tls_init(&err);
    assert(result == 0);
    make_certificate();
    const struct certificate *chain[] = { world.cert };
    const struct tls_server_options options = {
        .listener = "fuzz",
        .chain = chain,
        .n_chain = ARRAY_LEN(chain),
        .key = world.key,
        .ask_certificate = true,
        .staple = world.cert->der, /* any bytes will do */
    };
    result = tls_server_config_create(&options, &world.server, &err);
    assert(result == 0);
    world.clients[0] = make_client(false, NULL, 0);
    world.clients[1] = make_client(true, NULL, 0);
    assert(world.clients[0] != NULL && world.clients[1] != NULL);
    (void)atexit(finish);
}

struct tls_client_config *fuzz_tls_client_config(bool tls_1_2,
                                                 const struct slice *chain,
                                                 size_t n_chain)
{
    make_world();
    return make_client(tls_1_2, chain, n_chain);
}

struct slice fuzz_tls_leaf(void)
{
    make_world();
    return world.cert->der;
}

struct tls_session *fuzz_tls_server(void)
{
    struct tls_session *session = NULL;
    struct err err = ERR_INIT;
    make_world();
    int result = tls_session_create_server(world.server, &session, &err);
    assert(result == 0);
    return session;
}

struct tls_session *fuzz_tls_client(bool tls_1_2, struct slice resume)
{
    struct tls_session *session = NULL;
    struct err err = ERR_INIT;
    make_world();
    int result =
        tls_session_create_client(world.clients[tls_1_2], resume, &session, &err);
    if (result != 0) { /* no session to resume */
        result = tls_session_create_client(world.clients[tls_1_2], SLICE_EMPTY,
                                           &session, &err);
    }
    assert(result == 0);
    return session;
}
