/* SPDX-License-Identifier: MIT
 *
 * The life of a fetch: waiting -> looking up -> connecting -> answering, the last three
 * again for each redirect, then settled; from then on it only waits for its handles to
 * close. `settle` is the one place where it ends.
 */
#include "net/fetch_internal.h"

#include "base/mem.h"
#include "base/text.h"
#include "http/reply.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool fetch_address_is_allowed(const struct sockaddr *address, enum fetch_allow allow)
{
    return allow == FETCH_ALLOW_ANY || address_is_loopback(address);
}

/* ---- the end */

static void wake(struct fetch_pool *pool);

static void close_pool_if_empty(struct fetch_pool *pool)
{
    if (pool->closing && pool->first == NULL && !pool->wake_open) {
        void (*on_closed)(void *) = pool->on_closed;
        pool->on_closed = NULL;
        if (on_closed != NULL) {
            on_closed(pool->user);
        }
    }
}

static void release_if_idle(struct fetch *f)
{
    struct fetch_pool *pool = f->pool;
    if (!f->settled || f->timer_open || f->stream_open || f->resolve.pending) {
        return;
    }
    *(f->previous != NULL ? &f->previous->next : &pool->first) = f->next;
    *(f->next != NULL ? &f->next->previous : &pool->last) = f->previous;
    pool->n_running -= f->running ? 1 : 0;
    reply_parser_destroy(f->parser);
    buf_finish(&f->body);
    buf_finish(&f->fixed_fields);
    free(f);
    wake(pool);
    close_pool_if_empty(pool);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct fetch *f = handle->data;
    f->timer_open = false;
    release_if_idle(f);
}

static void settle(struct fetch *f, const struct fetch_answer *answer)
{
    assert(!f->settled);
    f->settled = true;
    f->pool->n_waiting -= f->running ? 0 : 1;
    uv_close((uv_handle_t *)&f->timer, on_timer_closed);
    if (f->stream_open) {
        stream_abort(&f->stream);
    }
    resolve_cancel(&f->resolve);
    if (answer != NULL) {
        f->on_done(f->user, answer);
    }
}

static void fail(struct fetch *f, enum fetch_result result, const char *detail)
{
    const struct fetch_answer answer = { .result = result, .detail = detail };
    settle(f, &answer);
}

static void on_timeout(uv_timer_t *timer)
{
    struct fetch *f = timer->data;
    if (!f->settled) {
        fail(f, FETCH_TIMEOUT, "no answer in time");
    }
}

/* ---- the answer */

static void begin(struct fetch *f);

static void follow(struct fetch *f, const struct reply *reply)
{
    const char *location = reply_find_header(reply, "Location");
    const struct fetch_url from = f->url;
    if (++f->n_redirects > FETCH_REDIRECTS_MAX) {
        fail(f, FETCH_FORBIDDEN, "it redirects too often");
        return;
    }
    const char *fault = fetch_url_follow(&from, location, &f->url);
    if (fault != NULL) {
        fail(f, FETCH_FORBIDDEN, fault);
        return;
    }
    f->again = true;
    stream_abort(&f->stream);
}

static void take_reply(struct fetch *f)
{
    const struct reply *reply = reply_parser_reply(f->parser);
    struct fetch_answer answer = {
        .result = FETCH_OK, .status = reply->status, .body = reply->body, .detail = ""
    };
    bool redirect = reply->status == 301 || reply->status == 302 ||
                    reply->status == 303 || reply->status == 307 ||
                    reply->status == 308;
    if (redirect && f->body.len == 0 && reply_find_header(reply, "Location") != NULL) {
        follow(f, reply);
        return;
    }
    if (reply->status != 200) {
        answer.result = FETCH_STATUS;
        answer.detail = "another status than 200";
    }
    settle(f, &answer);
}

static void take_result(struct fetch *f, enum reply_result result, bool ended)
{
    switch (result) {
    case REPLY_MORE:
        return;
    case REPLY_COMPLETE:
        take_reply(f);
        return;
    case REPLY_TOO_LARGE:
        fail(f, FETCH_TOO_LARGE, reply_parser_reason(f->parser));
        return;
    case REPLY_BAD:
    default:
        fail(f, ended ? FETCH_UNREACHABLE : FETCH_GARBAGE,
             reply_parser_reason(f->parser));
        return;
    }
}

/* ---- the stream */

static void on_stream_ready(void *user)
{
    struct fetch *f = user;
    struct buf request = BUF_EMPTY;
    buf_printf(&request, "%s %s HTTP/1.1\r\nHost: %s", f->body.len > 0 ? "POST" : "GET",
               f->url.target, f->url.host);
    if (f->url.port != 80) {
        buf_printf(&request, ":%u", (unsigned)f->url.port);
    }
    buf_append_string(&request, "\r\nUser-Agent: certgate\r\nConnection: close\r\n");
    buf_append_slice(&request, buf_slice(&f->fixed_fields));
    if (f->body.len > 0) {
        buf_printf(&request, "Content-Length: %zu\r\n", f->body.len);
    }
    buf_append_string(&request, "\r\n");
    buf_append_slice(&request, buf_slice(&f->body));
    bool sent = buf_ok(&request) && stream_write(&f->stream, buf_slice(&request));
    buf_finish(&request);
    if (!sent && !f->settled) {
        fail(f, FETCH_FAILED, "there was no memory for the request");
    }
}

static void on_stream_data(void *user, struct slice plain)
{
    struct fetch *f = user;
    size_t consumed;
    if (!f->settled && !f->again) {
        take_result(f, reply_parser_feed(f->parser, plain, &consumed), false);
    }
}

static void on_stream_end(void *user, enum stream_end reason)
{
    struct fetch *f = user;
    (void)reason;
    if (!f->settled && !f->again) {
        take_result(f, reply_parser_eof(f->parser), true);
    }
}

static void connect_next(struct fetch *f);

static void on_stream_closed(void *user, enum stream_end reason)
{
    struct fetch *f = user;
    f->stream_open = false;
    if (f->settled) {
        release_if_idle(f);
    } else if (f->again) {
        f->again = false;
        begin(f);
    } else if (reason == STREAM_END_CONNECT && f->next_address < f->n_addresses) {
        connect_next(f);
    } else if (reason == STREAM_END_MEMORY) {
        fail(f, FETCH_FAILED, "there was no memory for the connection");
    } else {
        fail(f, FETCH_UNREACHABLE, stream_end_text(&f->stream));
    }
}

static void connect_next(struct fetch *f)
{
    static const struct stream_callbacks callbacks = {
        .on_ready = on_stream_ready,
        .on_data = on_stream_data,
        .on_end = on_stream_end,
        .on_closed = on_stream_closed,
    };
    const void *address = &f->addresses[f->next_address++];
    f->stream_open = true;
    stream_connect(&f->stream, f->pool->loop, address, NULL, &callbacks, f);
}

/* ---- the host */

/* A name that a stranger wrote is not even looked up: the question alone would leave
 * the machine. RFC 6761 6.3 keeps "localhost" and what is below it at home; addresses
 * need no look-up and are checked afterwards. */
static bool may_be_this_machine(const char *host)
{
    bool is_address = strspn(host, "0123456789.") == strlen(host) || host[0] == '[';
    return is_address || text_equal_ignoring_case(host, "localhost") ||
           text_has_suffix_ignoring_case(host, ".localhost");
}

static void on_resolved(void *user, int uv_code)
{
    struct fetch *f = user;
    if (f->settled) {
        release_if_idle(f);
        return;
    }
    if (uv_code != 0) {
        fail(f, FETCH_UNREACHABLE, uv_strerror(uv_code));
        return;
    }
    f->n_addresses = 0;
    f->next_address = 0;
    for (size_t i = 0; i < f->resolve.n_addresses; i++) {
        const void *address = &f->resolve.addresses[i];
        if (f->n_addresses < FETCH_ADDRESSES_MAX &&
            fetch_address_is_allowed(address, f->pool->allow)) {
            f->addresses[f->n_addresses++] = f->resolve.addresses[i];
        }
    }
    if (f->n_addresses == 0) {
        fail(f, FETCH_FORBIDDEN, "its host is not this machine");
        return;
    }
    connect_next(f);
}

/* Also anew, for a redirect. */
static void begin(struct fetch *f)
{
    struct err err = ERR_INIT;
    reply_parser_destroy(f->parser);
    f->parser = NULL;
    if (f->fault != NULL) {
        fail(f, FETCH_FORBIDDEN, f->fault);
        return;
    }
    f->parser = reply_parser_create(false, f->body_max);
    if (f->parser == NULL) {
        fail(f, FETCH_FAILED, "there was no memory for the answer");
        return;
    }
    if (f->pool->allow == FETCH_ALLOW_LOOPBACK && !may_be_this_machine(f->url.host)) {
        fail(f, FETCH_FORBIDDEN, "its host is not this machine");
        return;
    }
    if (resolve_start(&f->resolve, f->pool->loop, f->url.host, f->url.port, on_resolved,
                      f, &err) != 0) {
        fail(f, FETCH_UNREACHABLE, err.text);
    }
}

/* ---- the pool */

static void on_wake(uv_timer_t *timer)
{
    struct fetch_pool *pool = timer->data;
    struct fetch *f;
    while (!pool->closing && (f = fetch_turn_find(pool)) != NULL) {
        f->running = true;
        pool->n_running++;
        pool->n_waiting--;
        begin(f);
    }
}

/* Never starts anything inside a call of the owner. */
static void wake(struct fetch_pool *pool)
{
    if (pool->n_waiting > 0 && !pool->closing) {
        (void)uv_timer_start(&pool->wake, on_wake, 0, 0);
    }
}

void fetch_pool_init(struct fetch_pool *pool, uv_loop_t *loop, enum fetch_allow allow)
{
    *pool = (struct fetch_pool){ .loop = loop, .allow = allow, .wake_open = true };
    (void)uv_timer_init(loop, &pool->wake); /* cannot fail */
    pool->wake.data = pool;
}

static void on_wake_closed(uv_handle_t *handle)
{
    struct fetch_pool *pool = handle->data;
    pool->wake_open = false;
    close_pool_if_empty(pool);
}

void fetch_pool_close(struct fetch_pool *pool, void (*on_closed)(void *user),
                      void *user)
{
    if (pool->closing) {
        return;
    }
    pool->closing = true;
    pool->on_closed = on_closed;
    pool->user = user;
    for (struct fetch *f = pool->first; f != NULL; f = f->next) {
        if (!f->settled) {
            settle(f, NULL);
        }
    }
    uv_close((uv_handle_t *)&pool->wake, on_wake_closed);
}

static bool keep_order(struct fetch *f, const struct fetch_order *order)
{
    f->body_max = order->body_max;
    f->fault = fetch_url_read(order->url, &f->url);
    buf_append_slice(&f->body, order->body);
    buf_printf(&f->fixed_fields, "Accept: %s\r\n",
               order->accept == NULL ? "*/*" : order->accept);
    if (order->body.len > 0) {
        buf_printf(&f->fixed_fields, "Content-Type: %s\r\n", order->content_type);
    }
    return buf_ok(&f->body) && buf_ok(&f->fixed_fields);
}

struct fetch *fetch_start(struct fetch_pool *pool, const struct fetch_order *order,
                          fetch_on_done_fn on_done, void *user, struct err *err)
{
    if (pool->closing || !fetch_turn_has_room(pool, order)) {
        (void)err_set(err, ERR_LIMIT, 0, "%zu fetches are waiting already",
                      pool->n_waiting);
        return NULL;
    }
    struct fetch *f = mem_alloc(1, sizeof(*f));
    if (f == NULL || !keep_order(f, order)) {
        if (f != NULL) {
            buf_finish(&f->body);
            buf_finish(&f->fixed_fields);
        }
        free(f);
        (void)err_memory(err);
        return NULL;
    }
    f->pool = pool;
    f->for_stranger = order->for_stranger;
    f->peer = order->peer;
    f->on_done = on_done;
    f->user = user;
    f->previous = pool->last;
    *(pool->last != NULL ? &pool->last->next : &pool->first) = f;
    pool->last = f;
    pool->n_waiting++;
    (void)uv_timer_init(pool->loop, &f->timer); /* cannot fail */
    f->timer.data = f;
    f->timer_open = true;
    (void)uv_timer_start(
        &f->timer, on_timeout,
        order->timeout_ms == 0 ? FETCH_TIMEOUT_DEFAULT : order->timeout_ms, 0);
    wake(pool);
    return f;
}

void fetch_cancel(struct fetch *fetch)
{
    if (!fetch->settled) {
        settle(fetch, NULL);
    }
}
