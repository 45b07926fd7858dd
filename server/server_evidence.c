/* SPDX-License-Identifier: MIT
 *
 * What was fetched, and the file that keeps it between runs, as CryptoAPI's cache on
 * disk does. Nothing in the file is believed for being there (pki/evidence.h). What
 * came from our own service is never taken over from an earlier run: its switches ended
 * with that.
 */
#include "server.h"

#include "base/clock.h"
#include "forge/forge.h"

#include <stdio.h>
#include <string.h>

static const char *cache_file(const struct server *server)
{
    const char *file = server->config->cache_file;
    return strcmp(file, "none") == 0 ? NULL : file;
}

/* A cache that is broken or cannot be read is no reason not to serve. */
static void load(struct server *server)
{
    struct err err = ERR_INIT;
    const char *file = cache_file(server);
    if (file == NULL) {
        return;
    }
    struct evidence *evidence = retrieval_evidence(server->retrieval);
    if (evidence_load(evidence, file, &err) != 0) {
        event_log_say(&server->events, EVENT_WARNING, "cache", clock_now_s(), err.text);
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

static void save(struct server *server)
{
    struct err err = ERR_INIT;
    const char *file = cache_file(server);
    struct evidence *evidence = retrieval_evidence(server->retrieval);
    if (file == NULL || !evidence_is_dirty(evidence)) {
        return;
    }
    if (make_folder(file, &err) != 0 || evidence_save(evidence, file, &err) != 0) {
        event_log_say(&server->events, EVENT_WARNING, "cache", clock_now_s(), err.text);
    }
}

static void on_uv_keep(uv_timer_t *timer)
{
    save(timer->data);
}

int server_open_evidence(struct server *server, struct err *err)
{
    enum config_fetch fetch = server->config->fetch;
    (void)uv_timer_init(&server->loop, &server->keep);
    server->keep.data = server;
    if (fetch == CONFIG_FETCH_NONE) {
        return 0;
    }
    server->retrieval = retrieval_create(
        &server->loop,
        fetch == CONFIG_FETCH_ANY ? FETCH_ALLOW_ANY : FETCH_ALLOW_LOOPBACK,
        clock_now_s);
    if (server->retrieval == NULL) {
        return err_memory(err);
    }
    server->services.retrieval = server->retrieval;
    load(server);
    (void)uv_timer_start(&server->keep, on_uv_keep, SERVER_KEEP_MS, SERVER_KEEP_MS);
    return 0;
}

void server_close_evidence(struct server *server)
{
    uv_close((uv_handle_t *)&server->keep, NULL);
    if (server->retrieval != NULL) {
        save(server);
        retrieval_close(server->retrieval, NULL, NULL);
        server->retrieval = NULL;
        server->services.retrieval = NULL;
    }
}
