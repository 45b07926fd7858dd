/* SPDX-License-Identifier: MIT
 *
 * The server: owns the loop, the sites with their listeners, the connections, the
 * material (store and TLS configurations) and the logs. It dies last.
 *
 *   start     everything that can fail does so before anything is bound
 *   reload    SIGHUP or a change in the store's folders: new material is made first;
 *             if that fails the old stays, and the terminal says why
 *   full      listeners pause, the connections that have waited longest are closed
 *   stop      listeners close, connections end in order, the loop runs empty
 */
#pragma once

#include "base/err.h"
#include "chain/chain.h"
#include "config/config.h"
#include "connection/connection.h"
#include "connection/peer_memo.h"
#include "daemon/activation.h"
#include "daemon/cache_writer.h"
#include "daemon/control_file.h"
#include "daemon/lifeline.h"
#include "daemon/material.h"
#include "daemon/notify.h"
#include "daemon/watch.h"
#include "describe/describe_memo.h"
#include "forge/recipe.h"
#include "logs/day_log.h"
#include "logs/event_bus.h"
#include "logs/keylog.h"
#include "logs/terminal_log.h"
#include "net/listener.h"
#include "net/signals.h"
#include "net/work.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* Descriptors kept free for logs, the store and the loop itself. */
#define SERVER_DESCRIPTORS_RESERVED ((uint32_t)40)
/* Connections to sites with roles that a full server still accepts. */
#define SERVER_ROLE_CONNECTIONS ((size_t)64)
/* How often a full server looks for connections that may go, and how many do. */
#define SERVER_ROOM_MS    50
#define SERVER_ROOM_BURST 256
/* When so many connections have gone, and then none for so long, the memory that they
 * left in pieces goes back to the system. */
#define SERVER_TRIM_MIN ((size_t)100)
#define SERVER_TRIM_MS  ((uint64_t)1000)
/* How long a handshake may wait for its peer while the server is full: less each time,
 * so that thousands of slow clients delay others by a second or two at most. */
#define SERVER_PATIENCE_MAX_US ((int64_t)2 * 1000 * 1000)
#define SERVER_PATIENCE_MIN_US ((int64_t)100 * 1000)
/* When it is judged what browsers would offer: after the start, and again. */
#define SERVER_WARM_MS ((uint64_t)50)
/* 0 would be in the same turn of the loop. */
#define SERVER_WARM_STEP_MS  ((uint64_t)1)
#define SERVER_WARM_AGAIN_MS ((uint64_t)OFFERS_LIFETIME_S * 1000)
/* The test certificates in the default store are kept fresh this often. */
#define SERVER_REFRESH_MS ((uint64_t)3600 * 1000)

/* Reloads take at most this part of the time: requests that come more often are merged
 * into one later reload. */
#define SERVER_RELOAD_PART 10

/* How often what was fetched is saved, if there is something new. */
#define SERVER_KEEP_MS ((uint64_t)60 * 1000)

/* Exit codes of the program. */
enum server_exit { SERVER_EXIT_OK = 0, SERVER_EXIT_FAILED = 1, SERVER_EXIT_CONFIG = 2 };

struct site {
    struct server *server;
    const struct config_listen *config;
    size_t index; /* in config->listen */
    bool is_open;
    struct listener listener;
};

struct server {
    const struct config *config; /* borrowed */
    struct connection_host host; /* what connections see of all this */
    uv_loop_t loop;
    struct site sites[CONFIG_LISTEN_MAX];
    struct recipe_book book; /* the cases: each has an origin */
    struct material *material;
    struct material *retired;               /* replaced, still in use */
    struct work_pool work;                  /* work that would hold up the loop */
    struct role_services services;          /* for sites with roles */
    char control_url[CONTROL_FILE_URL_MAX]; /* "" = no control file was written */
    struct terminal_log terminal;
    struct event_bus *bus;
    struct peer_memo peers;
    struct describe_memo described;
    struct event_bus_watcher bus_watcher;
    struct day_log log;
    struct day_log httperr;
    struct keylog keylog;
    size_t max_connections;
    bool is_full;
    int64_t patience_us;   /* of a full server, with handshakes */
    int64_t full_until_us; /* when it last was; 0 = never */
    bool failed;
    struct signals signals;
    struct lifeline lifeline;
    struct notify notify;
    struct activation activation; /* until the sites are open */
    struct watch watch;
    uv_timer_t again;      /* a reload that was put off */
    bool is_reloading;     /* a thread reads */
    bool reload_once_more; /* it was asked for meanwhile */
    int64_t reloaded_us;   /* when the last reload ended; 0 = none did */
    int64_t reloading_us;  /* what it took */
    uv_timer_t room;       /* while full */
    uv_timer_t trim;       /* when a crowd has gone */
    size_t n_gone;         /* connections, since memory was given back */
    uv_timer_t keep;       /* of what was fetched */
    struct cache_writer cache_writer;
    bool has_cache_writer;
    bool cache_failed;  /* the last time it was tried */
    uv_timer_t refresh; /* default store only */
    uv_timer_t warm;    /* judges what browsers would offer */
};

/* Runs until a signal; the program's exit code. Large: the caller's is static. */
int server_run(struct server *server, const struct config *config);

/* server_start.c: before and after the loop. -1: nothing is left open. */
extern const struct listener_callbacks server_listener_callbacks;
int server_open_sites(struct server *server, struct err *err) MUST_CHECK;
int server_announce(struct server *server, struct err *err) MUST_CHECK;
void server_print_limits(const struct server *server);
size_t server_limit_connections(const struct config *config);
/* Descriptors beside those of --max-connections. */
size_t server_count_reserved(const struct config *config);

/* server_like.c: before and after the stores are read. */
void server_tell_like(const struct server *server);
void server_tell_like_store(const struct server *server);

/* server_places.c */
/* Whether one more may connect. The sites with roles have some additional places, so
 * that a full server can still ask its own pki site, and can be controlled. */
bool server_has_place(const struct server *server, const struct site *site);
/* One more has connected: if all places are taken, the connection that has waited
 * longest is closed. */
void server_watch_places(struct server *server);
/* One less. */
void server_resume_places(struct server *server);
/* A connection is gone. */
void server_note_gone(struct server *server);
void server_for_each_listener(struct server *server,
                              void (*act)(struct listener *listener));

/* server_evidence.c: what is fetched, with its file. Close also after a failed open. */
int server_open_evidence(struct server *server, struct err *err) MUST_CHECK;
void server_close_evidence(struct server *server);
/* The program's end does not wait for the disk any more. */
void server_abandon_evidence(struct server *server);

/* server.c */
/* After a while, judges anew what browsers would offer if that is out of date. */
void server_warm(struct server *server, uint64_t delay_ms);

/* server_reload.c */
/* Makes the test CAs with the default store, or keeps them fresh. */
int server_refresh_world(struct server *server, struct err *err) MUST_CHECK;
int server_load_material(struct server *server, struct err *err) MUST_CHECK;
/* Soon: at once, unless the last one was too recent, or is under way. A thread reads
 * the store, for that can take long. */
void server_reload(struct server *server);
/* Destroys what was replaced and has no users any more. */
void server_release_material(struct server *server);
/* One line about a failure of our own. */
void server_report(const struct server *server, const char *what,
                   const struct err *err);
