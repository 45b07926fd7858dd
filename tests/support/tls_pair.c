/* SPDX-License-Identifier: MIT */
#include "support/tls_pair.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

void tls_pair_init(struct tls_pair *pair, struct tls_server_config *server,
                   struct tls_client_config *client, struct slice resume)
{
    struct err err = ERR_INIT;

    memset(pair, 0, sizeof *pair);
    ck_assert_msg(tls_session_create_server(server, &pair->server.session, &err) == 0,
                  "%s", err.text);
    ck_assert_msg(
        tls_session_create_client(client, resume, &pair->client.session, &err) == 0,
        "%s", err.text);
}

void tls_pair_finish(struct tls_pair *pair)
{
    tls_session_destroy(pair->server.session);
    tls_session_destroy(pair->client.session);
    buf_finish(&pair->server.received);
    buf_finish(&pair->client.received);
    memset(pair, 0, sizeof *pair);
}

static void step(struct tls_side *side)
{
    for (;;) {
        side->progress = tls_session_step(side->session);
        if (side->progress == TLS_PROGRESS_READY) {
            ck_assert_msg(!side->was_ready || side->is_late, "READY came twice");
            side->was_ready = true;
        } else if (side->progress == TLS_PROGRESS_DATA) {
            buf_append_slice(&side->received, tls_session_get_plaintext(side->session));
        } else {
            return;
        }
    }
}

/* Carries what `from` has to send, stepping `to` after each piece. */
static bool carry(struct tls_side *from, struct tls_side *to, size_t chop)
{
    bool moved = false;

    for (;;) {
        struct slice output = tls_session_get_output(from->session);
        struct slice piece = slice_part(output, 0, chop != 0 ? chop : SIZE_MAX);
        if (piece.len == 0) {
            return moved;
        }
        size_t taken = tls_session_feed(to->session, piece);
        tls_session_drain(from->session, taken);
        step(to);
        if (taken == 0) {
            return moved;
        }
        moved = true;
    }
}

void tls_pair_run(struct tls_pair *pair)
{
    bool moved;

    step(&pair->client);
    step(&pair->server);
    do {
        moved = carry(&pair->client, &pair->server, pair->chop);
        moved = carry(&pair->server, &pair->client, pair->chop) || moved;
    } while (moved);
}

bool tls_pair_is_up(const struct tls_pair *pair)
{
    return pair->server.was_ready && pair->client.was_ready &&
           pair->server.progress != TLS_PROGRESS_FAILED &&
           pair->client.progress != TLS_PROGRESS_FAILED;
}

const char *tls_pair_describe(struct tls_pair *pair)
{
    static char text[2048];

    snprintf(text, sizeof text, "server: %s %s [%s] client: %s %s [%s]",
             tls_progress_name(pair->server.progress),
             tls_end_name(tls_session_get_failure(pair->server.session)->end),
             tls_session_get_failure(pair->server.session)->text,
             tls_progress_name(pair->client.progress),
             tls_end_name(tls_session_get_failure(pair->client.session)->end),
             tls_session_get_failure(pair->client.session)->text);
    return text;
}
