/* SPDX-License-Identifier: MIT
 *
 * Any messages in the place of an answer to a late question, under the keys of the
 * first handshake, as only the client itself can send them. Input: a byte of choices,
 * then records: a byte for the type, one for the length, and the bytes.
 */
#include "fuzz.h"
#include "fuzz_tls.h"
#include "tls/tls_session_private.h"

#include <string.h>

#define CHOICE_GENUINE 0x01 /* behind a genuine ClientHello */
#define CHOICE_EOF     0x02
#define RECORDS_MAX    32

/* mbedTLS's, of ssl_misc.h: one record of what stands in out_msg. */
int mbedtls_ssl_write_record(mbedtls_ssl_context *ssl, int force_flush);

static enum tls_progress step(struct tls_session *session)
{
    enum tls_progress progress;
    size_t n_steps = 0;
    do {
        progress = tls_session_step(session);
        assert(++n_steps <= 1000);
    } while (progress == TLS_PROGRESS_DATA || progress == TLS_PROGRESS_READY);
    return progress;
}

static void carry(struct tls_session *from, struct tls_session *to)
{
    struct slice out = tls_session_get_output(from);
    while (out.len > 0) {
        size_t taken = tls_session_feed(to, out);
        tls_session_drain(from, taken);
        (void)step(to);
        out = tls_session_get_output(from);
        if (taken == 0) {
            tls_session_drain(from, out.len);
            return;
        }
    }
}

static void open_both(struct tls_session *client, struct tls_session *server)
{
    (void)step(client);
    for (int i = 0; i < 4; i++) {
        carry(client, server);
        carry(server, client);
    }
    assert(tls_session_is_ready(client) && tls_session_is_ready(server));
}

static void send_record(struct tls_session *client, unsigned type, struct slice bytes)
{
    mbedtls_ssl_context *ssl = &client->ssl;
    ssl->MBEDTLS_PRIVATE(out_msgtype) = (int)type;
    ssl->MBEDTLS_PRIVATE(out_msglen) = bytes.len;
    memcpy(ssl->MBEDTLS_PRIVATE(out_msg), bytes.data, bytes.len);
    (void)mbedtls_ssl_write_record(ssl, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct slice bytes = { data, len };
    unsigned choice = fuzz_take_byte(&bytes);
    struct tls_session *client = fuzz_tls_client(true, SLICE_EMPTY);
    struct tls_session *server = fuzz_tls_server();

    open_both(client, server);
    assert(tls_session_ask_late(server));
    if ((choice & CHOICE_GENUINE) != 0) {
        carry(server, client);
        carry(client, server);
    }
    tls_session_drain(server, tls_session_get_output(server).len);
    for (int i = 0; i < RECORDS_MAX && bytes.len > 2; i++) {
        unsigned type = fuzz_take_byte(&bytes);
        size_t record_len = fuzz_take_byte(&bytes);
        struct slice record = slice_part(bytes, 0, record_len);
        bytes = slice_part(bytes, record.len, SIZE_MAX);
        send_record(client, type, record);
        struct slice out = tls_session_get_output(client);
        (void)tls_session_feed(server, out);
        tls_session_drain(client, out.len);
        (void)step(server);
        assert(tls_session_get_output(server).len <=
               TLS_SESSION_BACKLOG_MAX + (size_t)32 * 1024);
        tls_session_drain(server, tls_session_get_output(server).len);
    }
    if ((choice & CHOICE_EOF) != 0) {
        tls_session_feed_eof(server);
        assert(step(server) == TLS_PROGRESS_FAILED);
    }
    /* Nobody finishes a handshake by chance, or proves anything. */
    assert(!tls_session_is_ready(server));
    assert(!tls_session_get_info(server)->possession_proved);
    tls_session_destroy(client);
    tls_session_destroy(server);
    return 0;
}
