/* SPDX-License-Identifier: MIT */
#include "daemon/server.h"

#include "base/clock.h"
#include "forge/forge.h"
#include "forge/forge_mint.h"

int server_refresh_world(struct server *server, struct err *err)
{
    int64_t now = clock_now_s();
    if (server->services.world != NULL) {
        return forge_refresh(server->services.world, now, err);
    }
    if (forge_world_open(NULL, now, &server->services.world, err) != 0) {
        return -1;
    }
    server->book.cases.more = forge_minted(server->services.world);
    return 0;
}

static void on_note(void *user, bool is_trap, const char *text)
{
    const struct server *server = user;
    terminal_log_say(&server->terminal, is_trap ? TERMINAL_WARNING : TERMINAL_INFO,
                     is_trap ? "trap" : "note", clock_now_s(), text);
}

int server_load_material(struct server *server, struct err *err)
{
    struct material *material = NULL;
    const struct material_options options = {
        .config = server->config,
        .cases = &server->book.cases,
        .resumption = server->host.resumption,
        .on_key_log = server->keylog.fd >= 0 ? keylog_write : NULL,
        .key_log_user = &server->keylog,
        .now = clock_now_s(),
        .world = server->services.world,
        .previous = server->material != NULL ? &server->material->store : NULL,
        .on_note = on_note,
        .note_user = server,
    };

    if (material_create(&options, &material, err) != 0) {
        return -1;
    }
    struct material *old = server->material;
    server->material = material;
    server->host.material = &material->lent;
    server->host.n_loaded++;
    offers_forget(&server->services.offers);
    if (old != NULL) {
        old->next = server->retired;
        server->retired = old;
        server_release_material(server);
    }
    return 0;
}

void server_release_material(struct server *server)
{
    for (struct material **at = &server->retired; *at != NULL;) {
        struct material *material = *at;
        if (material->lent.n_users == 0) {
            *at = material->next;
            material_destroy(material);
        } else {
            at = &material->next;
        }
    }
}

static void reload(struct server *server)
{
    struct err err = ERR_INIT;
    struct terminal_line line;

    notify_reloading(&server->notify, clock_monotonic_us());
    if (server_load_material(server, &err) != 0) {
        err_wrap(&err, "the old store stays in use");
        notify_ready(&server->notify, err.text);
        server_report(server, "reload", &err);
        return;
    }
    terminal_log_begin(&server->terminal, &line, TERMINAL_INFO, "reload",
                       clock_now_s());
    terminal_line_add(&line, "store", server->config->store);
    for (int i = 0; i < STORE_FOLDER_COUNT; i++) {
        if (server->material->store.folders[i].n_entries > 0) {
            terminal_line_add_number(&line, store_folder_name((enum store_folder)i),
                                     server->material->store.folders[i].n_entries);
        }
    }
    terminal_line_add_number(&line, "crls", server->material->store.n_crls);
    terminal_log_emit(&server->terminal, &line);
    notify_ready(&server->notify, "serving");
}

static void reload_and_time(struct server *server)
{
    int64_t before = clock_monotonic_us();
    reload(server);
    server->reloaded_us = clock_monotonic_us();
    server->reloading_us = server->reloaded_us - before;
}

static void on_uv_again(uv_timer_t *timer)
{
    reload_and_time(timer->data);
}

void server_reload(struct server *server)
{
    int64_t rest = server->reloading_us * (SERVER_RELOAD_PART - 1) -
                   (clock_monotonic_us() - server->reloaded_us);
    if (uv_is_active((uv_handle_t *)&server->again)) {
        return;
    }
    if (server->reloaded_us == 0 || rest <= 0) {
        reload_and_time(server);
    } else {
        (void)uv_timer_start(&server->again, on_uv_again, (uint64_t)rest / 1000 + 1, 0);
    }
}
