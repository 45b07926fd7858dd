/* SPDX-License-Identifier: MIT */
#include "daemon/server.h"
#include "chain/signature_cache.h"

#include "base/clock.h"
#include "daemon/show_sslcert.h"
#include "forge/forge.h"
#include "forge/forge_staple.h"
#include "logs/httperr_log.h"
#include "logs/w3c_log.h"
#include "net/reserve.h"
#include "roles/revocation_service.h"
#include "tls/tls_resumption.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void server_report(const struct server *server, const char *what, const struct err *err)
{
    terminal_log_say(&server->terminal, TERMINAL_ERROR, what, clock_now_s(), err->text);
}

/* ---- events of the loop */

static void on_connection(void *user, int fd)
{
    struct site *site = user;
    struct server *server = site->server;

    if (server->host.stopping || !server_has_place(server, site)) {
        close(fd);
    } else if (connection_open(&server->host, site->index, fd)) {
        server_watch_places(server);
    }
}

/* Clients that are being answered still get their answers. */
static void close_idle(struct connection *conn)
{
    if (conn->state != CONN_STATE_RESPOND) {
        connection_close(conn);
    }
}

static void stop(struct server *server)
{
    server->host.stopping = true;
    server_for_each_listener(server, listener_close);
    event_bus_leave(server->bus, &server->bus_watcher);
    watch_close(&server->watch);
    lifeline_close(&server->lifeline);
    notify_stopping(&server->notify);
    notify_close(&server->notify);
    uv_close((uv_handle_t *)&server->room, NULL);
    uv_close((uv_handle_t *)&server->trim, NULL);
    uv_close((uv_handle_t *)&server->refresh, NULL);
    uv_close((uv_handle_t *)&server->warm, NULL);
    uv_close((uv_handle_t *)&server->again, NULL);
    connection_for_each(&server->host, close_idle);
    server_close_evidence(server);
    work_pool_close(&server->work, NULL, NULL);
    if (server->control_url[0] != 0) {
        control_file_remove(server->control_url);
    }
}

static void on_trouble(void *user, enum listener_trouble trouble, int code)
{
    struct site *site = user;
    struct server *server = site->server;
    struct terminal_line line;
    enum terminal_level level =
        trouble == LISTENER_TRANSIENT ? TERMINAL_INFO : TERMINAL_ERROR;

    terminal_log_begin(&server->terminal, &line, level, "accept", clock_now_s());
    terminal_line_add_number(&line, "port", site->listener.address.port);
    terminal_line_add_text(&line, uv_strerror(code));
    terminal_log_emit(&server->terminal, &line);
    if (trouble == LISTENER_FATAL && !server->host.stopping) {
        server->failed = true;
        stop(server);
    }
}

const struct listener_callbacks server_listener_callbacks = {
    .on_connection = on_connection,
    .on_trouble = on_trouble,
};

/* The parent process is gone, so nobody waits for an answer. */
static void on_lifeline_cut(void *user)
{
    struct server *server = user;
    terminal_log_say(&server->terminal, TERMINAL_INFO, "stop", clock_now_s(),
                     "the other end of --lifeline-fd was closed");
    if (!server->host.stopping) {
        stop(server);
    }
    connection_for_each(&server->host, connection_abort);
}

static int open_lifeline(struct server *server, struct err *err)
{
    int fd = server->config->lifeline_fd;
    return fd < 0 ? 0
                  : lifeline_open(&server->lifeline, &server->loop, fd, on_lifeline_cut,
                                  server, err);
}

static void on_signal(void *user, enum signals_event signal, int number)
{
    struct server *server = user;
    struct terminal_line line;

    if (signal == SIGNALS_RELOAD) {
        if (!server->host.stopping) {
            server_reload(server);
        }
        return;
    }
    if (server->host.stopping) { /* the second signal: do not wait for clients */
        connection_for_each(&server->host, connection_abort);
        server_abandon_evidence(server);
        return;
    }
    terminal_log_begin(&server->terminal, &line, TERMINAL_INFO, "stop", clock_now_s());
    terminal_line_add_number(&line, "signal", (uint64_t)number);
    terminal_line_add_number(&line, "connections", server->host.n_connections);
    terminal_log_emit(&server->terminal, &line);
    stop(server);
}

static void on_watch_change(void *user)
{
    struct server *server = user;
    struct err err = ERR_INIT;
    /* In a passing world another program may have made what was deferred. */
    if (server->services.world != NULL && forge_is_passing(server->services.world) &&
        server_refresh_world(server, &err) != 0) {
        server_report(server, "refresh", &err);
    }
    server_reload(server);
}

static void on_uv_refresh(uv_timer_t *timer)
{
    struct server *server = timer->data;
    struct err err = ERR_INIT;
    if (server_refresh_world(server, &err) != 0) {
        server_report(server, "refresh", &err);
    }
    if (server->material->staple.len > 0 &&
        clock_now_s() - server->material->made_at > FORGE_STAPLE_LIFETIME / 2) {
        server_reload(server);
    }
}

/* What browsers would offer, a little at a time: pages show what there is. */
static void on_uv_warm(uv_timer_t *timer)
{
    struct server *server = timer->data;
    const struct chain_context context =
        connection_host_context(&server->host, &server->config->listen[0]);
    struct err err = ERR_INIT;
    bool has_more;
    if (offers_go_on(&server->services.offers, server->services.world, &context,
                     &has_more, &err) != 0) {
        server_report(server, "offers", &err);
        has_more = false;
    }
    (void)uv_timer_start(timer, on_uv_warm,
                         has_more ? SERVER_WARM_STEP_MS : SERVER_WARM_AGAIN_MS, 0);
}

void server_warm(struct server *server, uint64_t delay_ms)
{
    if (server->services.world != NULL) {
        (void)uv_timer_start(&server->warm, on_uv_warm, delay_ms, 0);
    }
}

static void on_log_report(void *user, bool is_trouble, const char *text)
{
    const struct server *server = user;
    terminal_log_say(&server->terminal, is_trouble ? TERMINAL_ERROR : TERMINAL_WARNING,
                     "log", clock_now_s(), text);
}

/* ---- life */

static void on_connection_gone(void *user)
{
    struct server *server = user;
    server_release_material(server);
    server_resume_places(server);
    server_note_gone(server);
}

static void init_host(struct server *server)
{
    server->host.config = server->config;
    server->host.cases = &server->book.cases;
    server->host.services = &server->services;
    server->host.bodies.max = CONNECTION_BODIES_MAX;
    server->host.terminal = &server->terminal;
    server->host.log = &server->log;
    server->host.httperr = &server->httperr;
    server->host.work = &server->work;
    server->host.loop = &server->loop;
    server->host.on_gone = on_connection_gone;
    server->host.user = server;
}

static void init_logs(struct server *server)
{
    const struct config *config = server->config;
    int forced = config->color == CONFIG_COLOR_AUTO     ? -1
                 : config->color == CONFIG_COLOR_ALWAYS ? 1
                                                        : 0;
    server->terminal.out = stderr;
    server->terminal.quiet = config->quiet;
    server->terminal.color =
        terminal_log_wants_color(forced, getenv("NO_COLOR"), getenv("CLICOLOR_FORCE"),
                                 isatty(STDERR_FILENO) != 0);
    day_log_init(&server->log, &w3c_log_form, config->log_dir, config->windows->iis,
                 on_log_report, server);
    if (config_has_httperr_log(config)) {
        day_log_init(&server->httperr, &httperr_log_form, config->httperr_log,
                     config->windows->iis, on_log_report, server);
    }
}

/* The test CAs. With a store of the user's own they are wanted only for sites with
 * roles, and the server can do without. */
static int open_world(struct server *server, struct err *err)
{
    const struct config *config = server->config;
    struct role_services *services = &server->services;
    bool must = !config->store_given;

    if (!must && (!config_has_roles(config) || config->action != CONFIG_RUN)) {
        return 0;
    }
    if (server_refresh_world(server, err) != 0) {
        err_wrap(err, "making the test CAs");
        if (must) {
            return -1;
        }
        terminal_log_say(&server->terminal, TERMINAL_WARNING, "note", clock_now_s(),
                         err->text);
        *err = (struct err)ERR_INIT;
        return 0;
    }
    services->revocation = revocation_service_create(services->world);
    return services->revocation != NULL ? 0 : err_memory(err);
}

/* All that needs no loop. */
static int prepare(struct server *server, struct err *err)
{
    if (tls_init(err) != 0 || recipe_book_load(&server->book, err) != 0 ||
        site_host_check(server->config, &server->book.cases, err) != 0) {
        return -1;
    }
    if (open_world(server, err) != 0) {
        return -1;
    }
    server->host.cache = signature_cache_create();
    server->host.memo = answer_memo_create();
    server->host.peers = &server->peers;
    server->host.described = &server->described;
    server->bus = event_bus_create(EVENT_BUS_COUNT_MAX, EVENT_BUS_BYTES_MAX);
    if (server->host.cache == NULL || server->host.memo == NULL ||
        server->bus == NULL) {
        return err_memory(err);
    }
    if (tls_resumption_create(clock_now_s(),
                              server->config->servercachetime_ms / 1000 + 1, 0,
                              &server->host.resumption, err) != 0 ||
        keylog_open(&server->keylog, server->config->keylog, err) != 0) {
        return -1;
    }
    if (server->httperr.form != NULL && server->config->action == CONFIG_RUN &&
        day_log_open(&server->httperr, clock_now_s(), err) != 0) {
        return err_wrap(err, "--httperr-log");
    }
    server_tell_like(server);
    if (server_load_material(server, err) != 0) {
        return -1;
    }
    server_tell_like_store(server);
    return 0;
}

static void unprepare(struct server *server)
{
    assert(server->retired == NULL);
    material_destroy(server->material);
    keylog_close(&server->keylog);
    tls_resumption_destroy(server->host.resumption);
    signature_cache_destroy(server->host.cache);
    answer_memo_destroy(server->host.memo);
    peer_memo_finish(&server->peers);
    describe_memo_finish(&server->described);
    event_bus_destroy(server->bus);
    revocation_service_destroy(server->services.revocation);
    offers_finish(&server->services.offers);
    forge_world_destroy(server->services.world);
    recipe_book_finish(&server->book);
    day_log_finish(&server->log);
    day_log_finish(&server->httperr);
    tls_finish();
}

static const char *get_environment(const char *name)
{
    return getenv(name);
}

static void on_bus_event(void *user)
{
    struct server *server = user;
    connection_wake_streams(&server->host);
}

/* What libuv aborts without. */
static int reserve(struct server *server, struct err *err)
{
    size_t n = server->max_connections + server_count_reserved(server->config);
    return reserve_descriptors(&server->loop, n, err) == 0
               ? reserve_threads(&server->loop, err)
               : -1;
}

/* Everything that runs on the loop; the loop is empty again afterwards. */
static int serve(struct server *server, struct err *err)
{
    int result = -1;

    work_pool_init(&server->work, &server->loop);
    notify_open(&server->notify, &server->loop, get_environment, getpid());
    server->services.bus = server->bus;
    server->host.bus = server->bus;
    server->bus_watcher =
        (struct event_bus_watcher){ .on_event = on_bus_event, .user = server };
    event_bus_watch(server->bus, &server->bus_watcher);
    (void)uv_timer_init(&server->loop, &server->room);
    (void)uv_timer_init(&server->loop, &server->trim);
    (void)uv_timer_init(&server->loop, &server->refresh);
    (void)uv_timer_init(&server->loop, &server->warm);
    (void)uv_timer_init(&server->loop, &server->again);
    server->room.data = server;
    server->trim.data = server;
    server->refresh.data = server;
    server->warm.data = server;
    server->again.data = server;
    if (server->services.world != NULL) {
        (void)uv_timer_start(&server->refresh, on_uv_refresh, SERVER_REFRESH_MS,
                             SERVER_REFRESH_MS);
    }
    if (server_open_evidence(server, err) == 0 && reserve(server, err) == 0 &&
        server_open_sites(server, err) == 0 &&
        signals_open(&server->signals, &server->loop, on_signal, server, err) == 0 &&
        watch_open(&server->watch, &server->loop, server->config->store,
                   on_watch_change, server, err) == 0 &&
        open_lifeline(server, err) == 0 && server_announce(server, err) == 0) {
        result = 0;
        server_warm(server, SERVER_WARM_MS);
    } else {
        stop(server);
    }
    (void)uv_run(&server->loop, UV_RUN_DEFAULT);
    signals_close(&server->signals);
    (void)uv_run(&server->loop, UV_RUN_DEFAULT);
    assert(server->host.n_connections == 0);
    return result;
}

/* --check and --show: what can be said without serving. */
static int tell(const struct server *server)
{
    struct buf text = BUF_EMPTY;
    bool ok = server->config->action == CONFIG_SHOW
                  ? show_sslcert(&text, server->config, server->material->entry)
                  : buf_append_string(
                        &text, "the configuration and the store can be served\n");
    fputs(buf_string(&text), stdout);
    buf_finish(&text);
    return ok ? SERVER_EXIT_OK : SERVER_EXIT_FAILED;
}

int server_run(struct server *server, const struct config *config)
{
    struct err err = ERR_INIT;
    int code = SERVER_EXIT_CONFIG;

    memset(server, 0, sizeof *server);
    server->config = config;
    server->keylog.fd = -1;
    init_host(server);
    init_logs(server);
    if (config->action == CONFIG_RUN && terminal_writer_is_needed(STDERR_FILENO)) {
        server->terminal.writer = terminal_writer_create(STDERR_FILENO, &err);
        if (server->terminal.writer == NULL) {
            code = SERVER_EXIT_FAILED;
            goto out;
        }
    }
    if (prepare(server, &err) != 0) {
        goto out;
    }
    server_print_limits(server);
    if (config->action == CONFIG_CHECK || config->action == CONFIG_SHOW) {
        code = tell(server);
        goto out;
    }
    server->max_connections = server_limit_connections(config);
    if (uv_loop_init(&server->loop) != 0) {
        err_memory(&err);
        goto out;
    }
    if (serve(server, &err) == 0) {
        code = server->failed ? SERVER_EXIT_FAILED : SERVER_EXIT_OK;
    }
    /* A handle that is left is a bug of ours: no connection may be forgotten. */
    int busy = uv_loop_close(&server->loop);
    assert(busy == 0);
    (void)busy;
out:
    terminal_writer_destroy(server->terminal.writer); /* its lines come first */
    server->terminal.writer = NULL;
    if (err.domain != ERR_NONE) {
        fprintf(stderr, "certgated: %s\n", err.text);
    }
    unprepare(server);
    return code;
}
