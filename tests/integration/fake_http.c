/* SPDX-License-Identifier: MIT */
#include "integration/fake_http.h"

#include "base/mem.h"
#include "net/stream.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct visitor {
    struct fake_http *server;
    struct stream stream;
    struct buf request;
    bool answered;
};

static bool is_whole(struct buf *request)
{
    const char *text = buf_string(request);
    const char *end = strstr(text, "\r\n\r\n");
    const char *length = strstr(text, "Content-Length: ");
    size_t body = length == NULL ? 0 : (size_t)strtoul(length + 16, NULL, 10);
    return end != NULL && request->len >= (size_t)(end + 4 - text) + body;
}

static bool asks_for(struct buf *request, const char *path)
{
    const char *start = strchr(buf_string(request), ' ');
    return path != NULL && start != NULL && strncmp(start + 1, path, strlen(path)) == 0;
}

static void on_visitor_data(void *user, struct slice plain)
{
    struct visitor *visitor = user;
    struct fake_http *server = visitor->server;
    buf_append_slice(&visitor->request, plain);
    if (visitor->answered || !is_whole(&visitor->request)) {
        return;
    }
    visitor->answered = true;
    buf_clear(&server->last_request);
    buf_append_slice(&server->last_request, buf_slice(&visitor->request));
    const struct buf *answer = server->n_visitors > 1 && server->second.len > 0
                                   ? &server->second
                                   : &server->answer;
    if (server->manner == FAKE_HTTP_RESETS) {
        stream_abort(&visitor->stream);
    } else if (server->manner != FAKE_HTTP_SILENT &&
               !asks_for(&visitor->request, server->silent_path)) {
        ck_assert(stream_write(&visitor->stream, buf_slice(answer)));
        if (server->manner == FAKE_HTTP_ANSWERS) {
            stream_close(&visitor->stream);
        }
    }
}

static void on_visitor_ready(void *user)
{
    (void)user;
}

static void on_visitor_closed(void *user, enum stream_end reason)
{
    struct visitor *visitor = user;
    (void)reason;
    visitor->server->n_open--;
    buf_finish(&visitor->request);
    free(visitor);
}

static void on_connection(void *user, int fd)
{
    static const struct stream_callbacks callbacks = {
        .on_ready = on_visitor_ready,
        .on_data = on_visitor_data,
        .on_closed = on_visitor_closed,
    };
    struct fake_http *server = user;
    struct visitor *visitor = mem_alloc(1, sizeof(*visitor));
    ck_assert_ptr_nonnull(visitor);
    visitor->server = server;
    server->n_visitors++;
    server->n_open++;
    server->n_open_max =
        server->n_open > server->n_open_max ? server->n_open : server->n_open_max;
    if (server->n_running != NULL && *server->n_running > server->n_running_max) {
        server->n_running_max = *server->n_running;
    }
    stream_accept(&visitor->stream, &server->loop.uv, fd, NULL, &callbacks, visitor);
}

void fake_http_open(struct fake_http *server)
{
    static const struct listener_callbacks callbacks = { .on_connection =
                                                             on_connection };
    struct sockaddr_storage address;
    struct err err = ERR_INIT;
    memset(server, 0, sizeof(*server));
    loop_init(&server->loop);
    ck_assert_int_eq(address_parse("127.0.0.1:0", NULL, &address, &err), 0);
    ck_assert_msg(listener_open(&server->listener, &server->loop.uv, &address,
                                &callbacks, server, &err) == 0,
                  "%s", err.text);
}

void fake_http_close(struct fake_http *server)
{
    listener_close(&server->listener);
    loop_finish(&server->loop);
    buf_finish(&server->last_request);
    buf_finish(&server->answer);
    buf_finish(&server->second);
}

void fake_http_fill_in(const struct fake_http *server, const char *text,
                       struct buf *out)
{
    for (; *text != 0; text++) {
        if (*text == '@' || *text == '$') {
            buf_printf(out, "%s:%u", *text == '@' ? "127.0.0.1" : "localhost",
                       (unsigned)server->listener.address.port);
        } else {
            buf_append_byte(out, (uint8_t)*text);
        }
    }
    ck_assert(buf_ok(out));
}

void fake_http_say(struct fake_http *server, const char *text)
{
    buf_clear(&server->answer);
    ck_assert(buf_append_string(&server->answer, text));
}
