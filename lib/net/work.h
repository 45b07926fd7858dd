/* SPDX-License-Identifier: MIT
 *
 * Work that would block the event loop for too long: it runs in libuv's thread pool,
 * and its result is delivered on the loop.
 *
 * WORK_PARALLEL_MAX jobs run at a time, so that the loop keeps a processor of two;
 * WORK_QUEUE_MAX more wait. Beyond that, work_start() refuses and the caller answers
 * without the result: memory and waiting time are bounded for every caller.
 *
 * A job is the caller's own structure. From work_start() until on_done it belongs to
 * the pool and may be used by another thread: it holds copies, and nothing that the
 * loop changes.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#define WORK_PARALLEL_MAX ((size_t)2)
#define WORK_QUEUE_MAX    ((size_t)128)

struct work; /* opaque: a job under way */

struct work_order {
    /* In another thread; may take long. */
    void (*run)(void *job);
    /* On the loop, once, never inside a call: `job` is the caller's again. Not after
     * work_cancel(). */
    void (*on_done)(void *user, void *job);
    /* On the loop: of a job that was cancelled. */
    void (*destroy)(void *job);
    void *job;
    void *user;
};

struct work_pool {
    uv_loop_t *loop;
    struct work *first; /* of those that wait; the oldest */
    struct work *last;
    struct work *running; /* their list */
    size_t n_running;
    size_t n_waiting;
    bool closing;
    uv_timer_t end; /* never started: its closing calls on_closed */
    void (*on_closed)(void *user);
    void *user;
};

void work_pool_init(struct work_pool *pool, uv_loop_t *loop);
/* Cancels all that is under way. on_closed (may be NULL) comes once, later, when the
 * last thread is done; before that the loop does not end. */
void work_pool_close(struct work_pool *pool, void (*on_closed)(void *user), void *user);

/* NULL: the pool is full (ERR_LIMIT), closing, or out of memory; the job is still the
 * caller's. The pointer is good for work_cancel() until on_done begins. */
struct work *work_start(struct work_pool *pool, const struct work_order *order,
                        struct err *err);
/* For the server's own work, of which there is one job at a time: it goes before all
 * that waits, and is never refused for their number. */
struct work *work_start_first(struct work_pool *pool, const struct work_order *order,
                              struct err *err);
/* on_done does not come. A thread that has begun goes on to its end. */
void work_cancel(struct work *work);
