/* SPDX-License-Identifier: MIT
 *
 * What was fetched, and the file that keeps it between runs, as CryptoAPI's cache on
 * disk does; written by a thread, for no request may wait for a disk. Nothing in it is
 * believed for being there (chain/evidence.h). What came from our own service is never
 * taken over from an earlier run: its switches ended with that.
 */
#include "daemon/server.h"

#include "base/clock.h"
#include "forge/forge.h"

#include <stdio.h>
#include <string.h>

#define FILE_MODE 0600

static const char *cache_file(const struct server *server)
{
    const char *file = server->config->cache_file;
    return strcmp(file, "none") == 0 ? NULL : file;
}

/* A cache file that is damaged or cannot be read does not keep the server from
 * starting. */
static void load(struct server *server)
{
    struct err err = ERR_INIT;
    const char *file = cache_file(server);
    if (file == NULL) {
        return;
    }
    struct evidence *evidence = retrieval_evidence(server->host.retrieval);
    file_sweep_beside(file);
    if (evidence_load(evidence, file, &err) != 0) {
        terminal_log_say(&server->terminal, TERMINAL_WARNING, "cache", clock_now_s(),
                         err.text);
    }
    evidence_forget(evidence, FORGE_PKI_URL);
}

static int make_folder(const char *file, struct err *err)
{
    char folder[FILE_PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", file);
    char *slash = strrchr(folder, '/');
    if (slash == NULL || slash == folder) {
        return 0;
    }
    *slash = 0;
    return file_make_folders(folder, err);
}

/* In the thread of the writer. */
static int write_file(const char *file, struct slice content, struct err *err)
{
    return make_folder(file, err) != 0 ? -1 : file_write(file, FILE_MODE, content, err);
}

/* A full disk is reported once, not at each attempt. */
static void on_written(void *user, const struct err *err)
{
    struct server *server = user;
    if (err != NULL && !server->cache_failed) {
        terminal_log_say(&server->terminal, TERMINAL_WARNING, "cache", clock_now_s(),
                         err->text);
    }
    if (err != NULL && server->host.retrieval != NULL) {
        evidence_set_dirty(retrieval_evidence(server->host.retrieval));
    }
    server->cache_failed = err != NULL;
}

static void save(struct server *server)
{
    struct err err = ERR_INIT;
    struct buf image = BUF_EMPTY;
    struct evidence *evidence = retrieval_evidence(server->host.retrieval);
    if (cache_file(server) == NULL || !evidence_is_dirty(evidence)) {
        return;
    }
    if (evidence_write(evidence, &image)) {
        cache_writer_write(&server->cache_writer, &image);
    } else {
        buf_finish(&image);
        err_memory(&err);
        on_written(server, &err);
    }
}

/* It is saved this often, however much is fetched. */
static void on_uv_keep(uv_timer_t *timer)
{
    struct server *server = timer->data;
    if (!cache_writer_is_busy(&server->cache_writer)) {
        save(server);
    }
}

static void forget_own(void *user)
{
    const struct server *server = user;
    retrieval_forget(server->host.retrieval, FORGE_PKI_URL);
}

int server_open_evidence(struct server *server, struct err *err)
{
    enum config_fetch fetch = server->config->fetch;
    (void)uv_timer_init(&server->loop, &server->keep);
    server->keep.data = server;
    if (fetch == CONFIG_FETCH_NONE) {
        return 0;
    }
    server->host.retrieval = retrieval_create(
        &server->loop,
        fetch == CONFIG_FETCH_ANY ? FETCH_ALLOW_ANY : FETCH_ALLOW_LOOPBACK,
        clock_now_s);
    if (server->host.retrieval == NULL) {
        return err_memory(err);
    }
    retrieval_set_work(server->host.retrieval, &server->work);
    server->services.forget_fetched = forget_own;
    server->services.forget_user = server;
    if (cache_writer_open(&server->cache_writer, &server->loop,
                          server->config->cache_file, write_file, on_written, server,
                          err) != 0) {
        return -1;
    }
    server->has_cache_writer = true;
    load(server);
    (void)uv_timer_start(&server->keep, on_uv_keep, SERVER_KEEP_MS, SERVER_KEEP_MS);
    return 0;
}

void server_close_evidence(struct server *server)
{
    uv_close((uv_handle_t *)&server->keep, NULL);
    if (server->host.retrieval != NULL) {
        if (server->has_cache_writer) {
            save(server);
            cache_writer_close(&server->cache_writer);
        }
        retrieval_close(server->host.retrieval, NULL, NULL);
        server->host.retrieval = NULL;
        server->services.forget_fetched = NULL;
    }
}

void server_abandon_evidence(struct server *server)
{
    if (server->has_cache_writer) {
        cache_writer_abandon(&server->cache_writer);
    }
}
