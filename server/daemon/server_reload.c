/* SPDX-License-Identifier: MIT */
#include "daemon/server.h"

#include "base/clock.h"
#include "base/mem.h"
#include "forge/forge.h"
#include "forge/forge_mint.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- the material */

static void on_note(void *user, bool is_trap, const char *text)
{
    const struct server *server = user;
    terminal_log_say(&server->terminal, is_trap ? TERMINAL_WARNING : TERMINAL_INFO,
                     is_trap ? "trap" : "note", clock_now_s(), text);
}

static struct material_options options_of(struct server *server)
{
    return (struct material_options){
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
}

/* Consumes `material`. */
static int take_over(struct server *server, const struct material_options *options,
                     struct material *material, struct err *err)
{
    struct material *old = server->material;
    if (material_equip(options, material, err) != 0) {
        material_destroy(material);
        return -1;
    }
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

int server_load_material(struct server *server, struct err *err)
{
    const struct material_options options = options_of(server);
    struct material *material = NULL;
    if (material_read(&options, &material, err) != 0) {
        return -1;
    }
    return take_over(server, &options, material, err);
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

/* ---- reading it while others are served */

struct reload {
    struct material_options options;
    struct material *material; /* NULL: it failed, and `err` says why */
    struct err err;
    struct buf notes; /* for each a byte, 1 for a trap; then its text and a NUL */
    int64_t took_us;
};

static void destroy_reload(void *job)
{
    struct reload *reload = job;
    material_destroy(reload->material);
    buf_finish(&reload->notes);
    free(reload);
}

static void keep_note(void *user, bool is_trap, const char *text)
{
    struct reload *reload = user;
    buf_append_byte(&reload->notes, is_trap ? 1 : 0);
    buf_append(&reload->notes, (const uint8_t *)text, strlen(text) + 1);
}

/* In a thread. */
static void read_material(void *job)
{
    struct reload *reload = job;
    int64_t before = clock_monotonic_us();
    if (material_read(&reload->options, &reload->material, &reload->err) != 0) {
        reload->material = NULL;
    } else if (!buf_ok(&reload->notes)) {
        material_destroy(reload->material);
        reload->material = NULL;
        err_memory(&reload->err);
    }
    reload->took_us = clock_monotonic_us() - before;
}

static void tell_notes(struct server *server, struct slice notes)
{
    while (notes.len > 0) {
        size_t len = 1 + slice_find(slice_part(notes, 1, notes.len), 0);
        on_note(server, notes.data[0] != 0, (const char *)notes.data + 1);
        notes = slice_part(notes, len + 1, notes.len);
    }
}

static void tell_store(struct server *server)
{
    struct terminal_line line;
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
    terminal_line_add_number(&line, "ms", (uint64_t)server->reloading_us / 1000);
    terminal_log_emit(&server->terminal, &line);
}

static void conclude(struct server *server, bool is_done, struct err *err)
{
    if (!is_done) {
        err_wrap(err, "the old store stays in use");
        notify_ready(&server->notify, err->text);
        server_report(server, "reload", err);
    } else {
        tell_store(server);
        server_warm(server, 0);
        notify_ready(&server->notify, "serving");
    }
    server->is_reloading = false;
    server->reloaded_us = clock_monotonic_us();
    if (server->reload_once_more) {
        server->reload_once_more = false;
        server_reload(server);
    }
}

static void on_read(void *user, void *job)
{
    struct server *server = user;
    struct reload *reload = job;
    struct material *material = reload->material;
    const struct material_options options = options_of(server);
    reload->material = NULL;
    server->reloading_us = reload->took_us;
    tell_notes(server, buf_slice(&reload->notes));
    conclude(server,
             material != NULL &&
                 take_over(server, &options, material, &reload->err) == 0,
             &reload->err);
    destroy_reload(reload);
}

static void start_reload(struct server *server)
{
    struct err err = ERR_INIT;
    struct reload *reload = mem_alloc(1, sizeof *reload);
    const struct work_order order = { .run = read_material,
                                      .on_done = on_read,
                                      .destroy = destroy_reload,
                                      .job = reload,
                                      .user = server };
    server->is_reloading = true;
    notify_reloading(&server->notify, clock_monotonic_us());
    if (reload == NULL) {
        err_memory(&err);
        conclude(server, false, &err);
        return;
    }
    reload->options = options_of(server);
    reload->options.on_note = keep_note;
    reload->options.note_user = reload;
    if (work_start_first(&server->work, &order, &err) == NULL) {
        destroy_reload(reload);
        conclude(server, false, &err);
    }
}

static void on_uv_again(uv_timer_t *timer)
{
    start_reload(timer->data);
}

void server_reload(struct server *server)
{
    int64_t rest = server->reloading_us * (SERVER_RELOAD_PART - 1) -
                   (clock_monotonic_us() - server->reloaded_us);
    if (server->is_reloading) {
        server->reload_once_more = true;
    } else if (!uv_is_active((uv_handle_t *)&server->again)) {
        if (server->reloaded_us == 0 || rest <= 0) {
            start_reload(server);
        } else {
            (void)uv_timer_start(&server->again, on_uv_again, (uint64_t)rest / 1000 + 1,
                                 0);
        }
    }
}
