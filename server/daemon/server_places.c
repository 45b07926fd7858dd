/* SPDX-License-Identifier: MIT
 *
 * The places of connections: who has one, what happens when there are no more, and who
 * is closed.
 */
#include "daemon/server.h"

#include "base/clock.h"

#include <malloc.h>

void server_for_each_listener(struct server *server,
                              void (*act)(struct listener *listener))
{
    for (size_t i = 0; i < server->config->n_listen; i++) {
        if (server->sites[i].is_open) {
            act(&server->sites[i].listener);
        }
    }
}

/* A full server still asks its own pki site, and can be controlled. */
static size_t limit_of(const struct server *server, const struct site *site)
{
    return server->max_connections +
           (site->config->roles != 0 ? SERVER_ROLE_CONNECTIONS : 0);
}

static void pause_full_sites(struct server *server)
{
    for (size_t i = 0; i < server->config->n_listen; i++) {
        struct site *site = &server->sites[i];
        if (site->is_open && server->host.n_connections >= limit_of(server, site)) {
            listener_pause(&site->listener);
        }
    }
}

/* Of the connections that wait, or else of those in JUDGE; NULL: there is none. */
static struct connection *find_longest(const struct server *server, bool is_judging)
{
    struct connection *longest = NULL;
    int64_t now = clock_monotonic_us();
    for (struct connection *c = server->host.oldest; c != NULL; c = c->next) {
        bool is_one = is_judging ? connection_is_judging(c, now)
                                 : connection_is_waiting(c, now, server->patience_us);
        if (is_one && (longest == NULL || c->since_us < longest->since_us)) {
            longest = c;
        }
    }
    return longest;
}

/* First, connections are closed that wait for their peer. One that waits for a
 * revocation list gets its answer now, with what is known. */
static void make_room(struct server *server)
{
    for (int i = 0; i < SERVER_ROOM_BURST; i++) {
        struct connection *conn = find_longest(server, false);
        if (conn != NULL) {
            connection_abort(conn);
        } else if ((conn = find_longest(server, true)) != NULL) {
            connection_hurry(conn);
        } else {
            return;
        }
    }
}

static void on_uv_room(uv_timer_t *timer)
{
    struct server *server = timer->data;
    make_room(server);
    server->patience_us -= server->patience_us / 8;
    if (server->patience_us < SERVER_PATIENCE_MIN_US) {
        server->patience_us = SERVER_PATIENCE_MIN_US;
    }
}

static void tell_full(const struct server *server)
{
    struct terminal_line line;
    terminal_log_begin(&server->terminal, &line, TERMINAL_WARNING, "full",
                       clock_now_s());
    terminal_line_add_number(&line, "connections", server->host.n_connections);
    terminal_log_emit(&server->terminal, &line);
}

/* It may be full again a moment later, which is not reported again. */
static void become_full(struct server *server)
{
    bool is_rush =
        server->full_until_us != 0 &&
        clock_monotonic_us() - server->full_until_us < SERVER_PATIENCE_MAX_US;
    server->is_full = true;
    pause_full_sites(server);
    (void)uv_timer_start(&server->room, on_uv_room, SERVER_ROOM_MS, SERVER_ROOM_MS);
    if (!is_rush) {
        server->patience_us = SERVER_PATIENCE_MAX_US;
        tell_full(server);
    }
}

bool server_has_place(const struct server *server, const struct site *site)
{
    return server->host.n_connections < limit_of(server, site);
}

void server_watch_places(struct server *server)
{
    if (server->host.n_connections < server->max_connections) {
        return;
    }
    if (server->is_full) {
        pause_full_sites(server);
    } else {
        become_full(server);
    }
}

void server_resume_places(struct server *server)
{
    if (server->is_full && server->host.n_connections < server->max_connections) {
        server->is_full = false;
        server->full_until_us = clock_monotonic_us();
        (void)uv_timer_stop(&server->room);
        if (!server->host.stopping) {
            server_for_each_listener(server, listener_resume);
        }
    }
}

/* Nobody is kept waiting: all connections wait for their peers, or are read by them. */
static bool is_quiet(const struct connection_host *host)
{
    return host->n_in_state[CONN_STATE_IDLE] + host->n_in_state[CONN_STATE_STREAM] ==
           host->n_connections;
}

/* glibc gives back by itself only what lies at the end of its heap, and something
 * always lies there: an event, a session that can be resumed. It takes 3 ms for a
 * thousand connections that have gone and 30 ms for five thousand, all at once, hence
 * not while anybody is being answered. In parts, while they go, it takes longer; in a
 * thread it would hold the heap's lock for as long. */
static void on_uv_trim(uv_timer_t *timer)
{
    struct server *server = timer->data;
    if (!is_quiet(&server->host)) {
        (void)uv_timer_start(&server->trim, on_uv_trim, SERVER_TRIM_MS, 0);
        return;
    }
    server->n_gone = 0;
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}

void server_note_gone(struct server *server)
{
    server->n_gone++;
    if (server->n_gone >= SERVER_TRIM_MIN && !server->host.stopping) {
        (void)uv_timer_start(&server->trim, on_uv_trim, SERVER_TRIM_MS, 0);
    }
}
