/* SPDX-License-Identifier: MIT */
#include "net/work.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>

struct work {
    struct work_pool *pool;
    struct work *next;
    struct work_order order;
    bool is_running;
    bool is_cancelled;
    uv_work_t request;
};

void work_pool_init(struct work_pool *pool, uv_loop_t *loop)
{
    *pool = (struct work_pool){ .loop = loop };
    (void)uv_timer_init(loop, &pool->end);
    pool->end.data = pool;
}

static void on_uv_end_closed(uv_handle_t *handle)
{
    struct work_pool *pool = handle->data;
    if (pool->on_closed != NULL) {
        pool->on_closed(pool->user); /* may free the pool */
    }
}

static void close_if_idle(struct work_pool *pool)
{
    if (pool->closing && pool->n_running == 0) {
        uv_close((uv_handle_t *)&pool->end, on_uv_end_closed);
    }
}

static void unlink_from(struct work **list, const struct work *work)
{
    while (*list != work) {
        list = &(*list)->next;
    }
    *list = work->next;
}

/* ---- running */

static void on_uv_work(uv_work_t *request)
{
    struct work *work = request->data;
    work->order.run(work->order.job);
}

static void run_next(struct work_pool *pool);

static void on_uv_after_work(uv_work_t *request, int status)
{
    struct work *work = request->data;
    struct work_pool *pool = work->pool;
    const struct work_order order = work->order;
    bool is_cancelled = work->is_cancelled;
    (void)status; /* nothing here calls uv_cancel() */
    unlink_from(&pool->running, work);
    pool->n_running--;
    free(work);
    run_next(pool);
    if (is_cancelled) {
        order.destroy(order.job);
        close_if_idle(pool);
    } else {
        order.on_done(order.user, order.job);
    }
}

static void run_next(struct work_pool *pool)
{
    struct work *work = pool->first;
    if (work == NULL || pool->n_running >= WORK_PARALLEL_MAX) {
        return;
    }
    pool->first = work->next;
    if (pool->first == NULL) {
        pool->last = NULL;
    }
    pool->n_waiting--;
    pool->n_running++;
    work->next = pool->running;
    pool->running = work;
    work->is_running = true;
    work->request.data = work;
    /* It fails for a missing callback only. */
    (void)uv_queue_work(pool->loop, &work->request, on_uv_work, on_uv_after_work);
}

static void put_first(struct work_pool *pool, struct work *work)
{
    work->next = pool->first;
    pool->first = work;
    if (pool->last == NULL) {
        pool->last = work;
    }
}

static void put_last(struct work_pool *pool, struct work *work)
{
    if (pool->last != NULL) {
        pool->last->next = work;
    } else {
        pool->first = work;
    }
    pool->last = work;
}

static struct work *start(struct work_pool *pool, const struct work_order *order,
                          size_t n_waiting_max,
                          void (*put)(struct work_pool *pool, struct work *work),
                          struct err *err)
{
    if (pool->closing || pool->n_waiting >= n_waiting_max) {
        (void)err_set(err, ERR_LIMIT, 0, "%zu jobs are waiting already",
                      pool->n_waiting);
        return NULL;
    }
    struct work *work = mem_alloc(1, sizeof *work);
    if (work == NULL) {
        (void)err_memory(err);
        return NULL;
    }
    work->pool = pool;
    work->order = *order;
    put(pool, work);
    pool->n_waiting++;
    run_next(pool);
    return work;
}

struct work *work_start(struct work_pool *pool, const struct work_order *order,
                        struct err *err)
{
    return start(pool, order, WORK_QUEUE_MAX, put_last, err);
}

struct work *work_start_first(struct work_pool *pool, const struct work_order *order,
                              struct err *err)
{
    return start(pool, order, SIZE_MAX, put_first, err);
}

/* ---- ending */

void work_cancel(struct work *work)
{
    struct work_pool *pool = work->pool;
    if (work->is_running) {
        work->is_cancelled = true;
        return;
    }
    unlink_from(&pool->first, work);
    pool->n_waiting--;
    pool->last = pool->first;
    while (pool->last != NULL && pool->last->next != NULL) {
        pool->last = pool->last->next;
    }
    work->order.destroy(work->order.job);
    free(work);
}

void work_pool_close(struct work_pool *pool, void (*on_closed)(void *user), void *user)
{
    if (pool->closing) {
        return;
    }
    pool->closing = true;
    pool->on_closed = on_closed;
    pool->user = user;
    struct work *waiting = pool->first;
    pool->first = pool->last = NULL;
    pool->n_waiting = 0;
    while (waiting != NULL) {
        struct work *next = waiting->next;
        waiting->order.destroy(waiting->order.job);
        free(waiting);
        waiting = next;
    }
    for (struct work *work = pool->running; work != NULL; work = work->next) {
        work->is_cancelled = true;
    }
    close_if_idle(pool);
}
