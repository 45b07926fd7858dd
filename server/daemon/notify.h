/* SPDX-License-Identifier: MIT
 *
 * Tells the service manager the state of the server by the datagrams of sd_notify(3),
 * without its library. Without NOTIFY_SOCKET nothing is sent. It is no error if the
 * manager does not listen.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#define NOTIFY_TEXT_MAX 512

struct notify {
    const char *socket; /* borrowed from the environment; NULL = nobody asked */
    bool has_watchdog;
    uv_timer_t watchdog;
};

/* The environment's value or NULL; tests have their own. */
typedef const char *(*notify_getenv_fn)(const char *name);

/* Reads NOTIFY_SOCKET and, if they are meant for this process, WATCHDOG_USEC and
 * WATCHDOG_PID; the watchdog is fed twice in its time and keeps no loop alive. */
void notify_open(struct notify *notify, uv_loop_t *loop, notify_getenv_fn getenv_fn,
                 int64_t pid);
/* Idempotent; accepts a zeroed one. */
void notify_close(struct notify *notify);

void notify_ready(const struct notify *notify, const char *status);
/* Type=notify-reload: a reload begins; notify_ready ends it. */
void notify_reloading(const struct notify *notify, int64_t monotonic_us);
void notify_stopping(const struct notify *notify);

/* Pure: how often the watchdog is to be fed, in ms; 0 = there is none for us. */
uint64_t notify_watchdog_ms(const char *usec, const char *wanted_pid, int64_t pid);
