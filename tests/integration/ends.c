/* SPDX-License-Identifier: MIT */
#include "integration/ends.h"

#include "base/mem.h"
#include "support/build_pki.h"

#include <check.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void make_configs(struct ends *ends)
{
    struct err err = ERR_INIT;
    struct buf der = BUF_EMPTY;
    const struct build_certificate fields = { .version = SLICE_EMPTY };

    ck_assert_msg(tls_init(&err) == 0, "%s", err.text);
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &ends->key, &err) == 0, "%s",
                  err.text);
    build_certificate(&der, ends->key, &fields);
    struct certificate *cert = certificate_create(buf_slice(&der));
    const struct certificate *chain[] = { cert };
    const struct tls_server_options server = {
        .listener = "test", .chain = chain, .n_chain = 1, .key = ends->key
    };
    const struct tls_client_options client = { .insecure = true,
                                               .server_name = "localhost" };
    ck_assert_msg(tls_server_config_create(&server, &ends->server_config, &err) == 0,
                  "%s", err.text);
    ck_assert_msg(tls_client_config_create(&client, &ends->client_config, &err) == 0,
                  "%s", err.text);
    certificate_destroy(cert);
    buf_finish(&der);
}

/* ---- the contract */

static void record(struct end *end, enum event event)
{
    const int *counts = end->counts;

    ck_assert_msg(!end->in_call, "event %d runs inside a call", (int)event);
    ck_assert_msg(!end->closed, "event %d after on_closed", (int)event);
    ck_assert_msg(!end->asked_close || event == EVENT_CLOSED, "event %d after closing",
                  (int)event);
    end->counts[event]++;
    ck_assert_msg(counts[EVENT_FIRST] + counts[EVENT_CONNECTED] <= 1 &&
                      counts[EVENT_READY] <= 1 && counts[EVENT_END] <= 1 &&
                      counts[EVENT_CLOSED] <= 1,
                  "event %d comes again", (int)event);
    ck_assert_msg((event != EVENT_DATA && event != EVENT_DRAINED) ||
                      counts[EVENT_READY] == 1,
                  "event %d before on_ready", (int)event);
    ck_assert_msg(event != EVENT_DATA || counts[EVENT_END] == 0,
                  "on_data after on_end");
    if (event == EVENT_CLOSED) {
        end->closed = true;
    }
    if (end->act != NULL) {
        end->act(end, event);
    }
}

static bool on_first_bytes(void *user, struct slice bytes)
{
    struct end *end = user;
    ck_assert_uint_gt(bytes.len, 0);
    record(end, EVENT_FIRST);
    return !end->go_plain;
}

static void on_connected(void *user)
{
    record(user, EVENT_CONNECTED);
}

static void on_ready(void *user)
{
    record(user, EVENT_READY);
}

static void on_data(void *user, struct slice plain)
{
    struct end *end = user;
    ck_assert_uint_gt(plain.len, 0);
    buf_append_slice(&end->received, plain);
    record(end, EVENT_DATA);
}

static void on_drained(void *user)
{
    record(user, EVENT_DRAINED);
}

static void on_end(void *user, enum stream_end reason)
{
    struct end *end = user;
    end->end_reason = reason;
    record(end, EVENT_END);
    if (end->act == NULL) {
        end_close(end);
    }
}

static void on_closed(void *user, enum stream_end reason)
{
    struct end *end = user;
    end->closed_reason = reason;
    record(end, EVENT_CLOSED);
}

static const struct stream_callbacks stream_callbacks = {
    .on_first_bytes = on_first_bytes,
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_data = on_data,
    .on_drained = on_drained,
    .on_end = on_end,
    .on_closed = on_closed,
};

/* ---- opening and ending */

static void on_connection(void *user, int fd)
{
    struct ends *ends = user;
    struct err err = ERR_INIT;

    ck_assert(!ends->server.opened);
    ends->server.opened = true;
    if (ends->server_config != NULL) {
        ck_assert_msg(tls_session_create_server(ends->server_config,
                                                &ends->server.session, &err) == 0,
                      "%s", err.text);
    }
    ends->server.in_call = true;
    stream_accept(&ends->server.stream, &ends->loop.uv, fd, ends->server.session,
                  &stream_callbacks, &ends->server);
    ends->server.in_call = false;
}

static void on_trouble(void *user, enum listener_trouble trouble, int code)
{
    (void)user;
    ck_abort_msg("accept: %d %s", (int)trouble, uv_strerror(code));
}

static const struct listener_callbacks listener_callbacks = { on_connection, on_trouble,
                                                              NULL };

void ends_init(struct ends *ends, bool tls)
{
    struct sockaddr_storage any;
    struct err err = ERR_INIT;

    memset(ends, 0, sizeof(*ends));
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR); /* as signals_open does */
    loop_init(&ends->loop);
    if (tls) {
        make_configs(ends);
    }
    ck_assert_msg(address_parse("127.0.0.1:0", NULL, &any, &err) == 0, "%s", err.text);
    ck_assert_msg(listener_open(&ends->listener, &ends->loop.uv, &any,
                                &listener_callbacks, ends, &err) == 0,
                  "%s", err.text);
    ck_assert_uint_ne(ends->listener.address.port, 0);
}

static struct sockaddr_storage listener_sockaddr(const struct ends *ends)
{
    char text[ADDRESS_TEXT_LEN];
    struct sockaddr_storage address;
    struct err err = ERR_INIT;
    ck_assert_int_eq(address_parse(address_format(&ends->listener.address, text), NULL,
                                   &address, &err),
                     0);
    return address;
}

void ends_connect(struct ends *ends)
{
    struct sockaddr_storage address = listener_sockaddr(ends);
    struct err err = ERR_INIT;

    if (ends->client_config != NULL) {
        ck_assert_msg(tls_session_create_client(ends->client_config, SLICE_EMPTY,
                                                &ends->client.session, &err) == 0,
                      "%s", err.text);
    }
    ends->client.opened = true;
    ends->client.in_call = true;
    stream_connect(&ends->client.stream, &ends->loop.uv,
                   (const struct sockaddr *)&address, ends->client.session,
                   &stream_callbacks, &ends->client);
    ends->client.in_call = false;
}

int ends_connect_raw(struct ends *ends)
{
    struct sockaddr_storage address = listener_sockaddr(ends);
    int fd = socket(address.ss_family, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    /* The kernel's backlog completes it before the listener has run. */
    ck_assert_int_eq(
        connect(fd, (const struct sockaddr *)&address, address_sockaddr_len(&address)),
        0);
    loop_run_until(&ends->loop, &ends->server.opened);
    return fd;
}

static void finish_end(struct ends *ends, struct end *end)
{
    if (end->opened) {
        loop_run_until(&ends->loop, &end->closed);
        ck_assert_int_eq(end->counts[EVENT_CLOSED], 1);
    }
    tls_session_destroy(end->session);
    buf_finish(&end->received);
}

void ends_finish(struct ends *ends)
{
    finish_end(ends, &ends->client);
    finish_end(ends, &ends->server);
    listener_close(&ends->listener);
    loop_finish(&ends->loop);
    tls_server_config_destroy(ends->server_config);
    tls_client_config_destroy(ends->client_config);
    key_destroy(ends->key);
}

/* ---- the calls */

bool end_write(struct end *end, struct slice bytes)
{
    end->in_call = true;
    bool taken = stream_write(&end->stream, bytes);
    end->in_call = false;
    return taken;
}

bool end_write_last(struct end *end, const char *text)
{
    end->in_call = true;
    bool taken = stream_write_last(&end->stream, slice_from_string(text));
    end->in_call = false;
    return taken;
}

bool end_write_string(struct end *end, const char *text)
{
    return end_write(end, slice_from_string(text));
}

void end_close(struct end *end)
{
    end->asked_close = true;
    end->in_call = true;
    stream_close(&end->stream);
    stream_close(&end->stream); /* idempotent */
    end->in_call = false;
}

void end_abort(struct end *end)
{
    end->asked_close = true;
    end->in_call = true;
    stream_abort(&end->stream);
    stream_abort(&end->stream);
    stream_close(&end->stream);
    end->in_call = false;
}

void end_pause(struct end *end)
{
    end->in_call = true;
    stream_pause(&end->stream);
    end->in_call = false;
}

void end_resume(struct end *end)
{
    end->in_call = true;
    stream_resume(&end->stream);
    end->in_call = false;
}
