/* SPDX-License-Identifier: MIT
 *
 * A TLS client and a TLS server in one process, joined by their bufs.
 */
#pragma once

#include "tls/tls_session.h"

#include <stdbool.h>

struct tls_side {
    struct tls_session *session; /* owned */
    enum tls_progress progress;  /* the last one */
    bool was_ready;
    bool is_late;        /* READY may come again */
    struct buf received; /* plaintext */
};

struct tls_pair {
    struct tls_side server;
    struct tls_side client;
    size_t chop; /* feed at most that many bytes at a time; 0 = no limit */
};

/* `resume` may be empty. Failing here ends the test. */
void tls_pair_init(struct tls_pair *pair, struct tls_server_config *server,
                   struct tls_client_config *client, struct slice resume);
void tls_pair_finish(struct tls_pair *pair);
/* Steps both sides and carries their bytes until nothing moves. */
void tls_pair_run(struct tls_pair *pair);
/* Both sides report a finished handshake, and neither has failed. */
bool tls_pair_is_up(const struct tls_pair *pair);
/* Both sides' state in words, for messages. Static storage. */
const char *tls_pair_describe(struct tls_pair *pair);
