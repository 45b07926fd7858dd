/* SPDX-License-Identifier: MIT
 *
 * Any bytes from the wire, for a server (behind a genuine ClientHello, too) and for a
 * client (behind a genuine beginning of a server's flight, too); and any bytes as a
 * saved session. Input: a byte of choices, how much of the genuine flight comes first
 * and in what pieces (a byte each), and the bytes.
 */
#include "fuzz.h"
#include "fuzz_tls.h"

#define CHOICE_CLIENT  0x01 /* the bytes go to a client, else to a server */
#define CHOICE_GENUINE 0x02 /* behind a genuine flight */
#define CHOICE_TLS_1_2 0x04
#define CHOICE_RESUME  0x08 /* the client resumes by these bytes */
#define CHOICE_EOF     0x10

/* Two steps for each byte is more than any state needs. */
static void step(struct tls_session *session, size_t n_bytes)
{
    size_t n_steps = 0;
    enum tls_progress progress;
    do {
        progress = tls_session_step(session);
        struct slice output = tls_session_get_output(session);
        assert(output.len <= TLS_SESSION_BACKLOG_MAX + (size_t)32 * 1024);
        tls_session_drain(session, output.len);
        assert(++n_steps <= 2 * n_bytes + 100);
    } while (progress != TLS_PROGRESS_WANT_INPUT && progress != TLS_PROGRESS_FAILED &&
             progress != TLS_PROGRESS_CLOSED);
    if (progress == TLS_PROGRESS_FAILED) {
        assert(tls_session_get_failure(session)->text[0] != 0);
    }
}

static void feed(struct tls_session *session, struct slice bytes, size_t piece_len)
{
    while (bytes.len > 0) {
        struct slice piece =
            slice_part(bytes, 0, piece_len == 0 ? SIZE_MAX : piece_len);
        size_t taken = tls_session_feed(session, piece);
        assert(taken <= piece.len);
        step(session, piece.len);
        bytes = slice_part(bytes, taken, bytes.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    unsigned choice = fuzz_take_byte(&bytes);
    size_t genuine_len = (size_t)fuzz_take_byte(&bytes) * 8;
    size_t piece_len = fuzz_take_byte(&bytes);
    bool to_client = (choice & CHOICE_CLIENT) != 0;
    struct slice resume = (choice & CHOICE_RESUME) != 0 ? bytes : SLICE_EMPTY;
    struct tls_session *client =
        fuzz_tls_client((choice & CHOICE_TLS_1_2) != 0, resume);
    struct tls_session *server = fuzz_tls_server();

    (void)tls_session_step(client);
    if ((choice & CHOICE_GENUINE) != 0) {
        (void)tls_session_feed(server, tls_session_get_output(client));
        (void)tls_session_step(server);
        if (to_client) {
            feed(client, slice_part(tls_session_get_output(server), 0, genuine_len),
                 piece_len);
        }
    }
    struct tls_session *session = to_client ? client : server;
    feed(session, bytes, piece_len);
    if ((choice & CHOICE_EOF) != 0) {
        tls_session_feed_eof(session);
        step(session, 0);
    }
    /* Only a whole genuine flight completes a handshake, and only the client's half. */
    const struct tls_info *info = tls_session_get_info(session);
    assert(!info->handshake_done || (to_client && (choice & CHOICE_GENUINE) != 0));
    tls_session_close(session);
    tls_session_destroy(client);
    tls_session_destroy(server);
    return 0;
}
