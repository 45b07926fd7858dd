/* SPDX-License-Identifier: MIT */
#include "daemon/cache_writer.h"

#include "base/mem.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* Belongs to the writer until it is abandoned; then to its thread. */
struct cache_writer_job {
    char path[FILE_PATH_MAX];
    struct buf content;
    cache_writer_fn write;
    int result;
    struct err err;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    bool is_finished;
    bool is_abandoned;
    uv_async_t *done; /* borrowed; not if abandoned */
};

static void destroy(struct cache_writer_job *job)
{
    (void)pthread_mutex_destroy(&job->lock);
    buf_finish(&job->content);
    free(job);
}

/* ---- in the thread */

static void *work(void *user)
{
    struct cache_writer_job *job = user;
    job->result = job->write(job->path, buf_slice(&job->content), &job->err);
    (void)pthread_mutex_lock(&job->lock);
    bool is_abandoned = job->is_abandoned;
    job->is_finished = true;
    if (!is_abandoned) {
        (void)uv_async_send(job->done);
    }
    (void)pthread_mutex_unlock(&job->lock);
    if (is_abandoned) {
        destroy(job);
    }
    return NULL;
}

/* ---- on the loop */

/* Signals are for the loop's thread. */
static int start_thread(struct cache_writer_job *job)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&job->thread, NULL, work, job);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

static void start(struct cache_writer *writer)
{
    struct err err = ERR_INIT;
    struct cache_writer_job *job = mem_alloc(1, sizeof *job);
    writer->has_next = false;
    if (job == NULL) {
        buf_finish(&writer->next);
        err_memory(&err);
        writer->on_written(writer->user, &err);
        return;
    }
    (void)snprintf(job->path, sizeof job->path, "%s", writer->path);
    job->content = writer->next;
    writer->next = (struct buf)BUF_EMPTY;
    job->write = writer->write;
    job->err = (struct err)ERR_INIT;
    job->done = &writer->done;
    (void)pthread_mutex_init(&job->lock, NULL);
    int code = start_thread(job);
    if (code != 0) {
        destroy(job);
        err_set(&err, ERR_SYSTEM, code, "cannot start a thread to write %s",
                writer->path);
        writer->on_written(writer->user, &err);
        return;
    }
    writer->job = job;
}

/* Once it is closing and nothing is left. */
static void finish(struct cache_writer *writer)
{
    if (!uv_is_closing((uv_handle_t *)&writer->done)) {
        uv_close((uv_handle_t *)&writer->done, NULL);
        uv_close((uv_handle_t *)&writer->limit, NULL);
    }
}

/* The thread has ended, or is about to. */
static void take_result(struct cache_writer *writer)
{
    struct cache_writer_job *job = writer->job;
    (void)pthread_join(job->thread, NULL);
    writer->job = NULL;
    writer->on_written(writer->user, job->result == 0 ? NULL : &job->err);
    destroy(job);
}

/* False: it was faster. */
static bool let_go(struct cache_writer *writer)
{
    struct cache_writer_job *job = writer->job;
    (void)pthread_mutex_lock(&job->lock);
    bool is_finished = job->is_finished;
    if (!is_finished) {
        job->is_abandoned = true;
        (void)pthread_detach(job->thread);
        writer->job = NULL;
    }
    (void)pthread_mutex_unlock(&job->lock);
    return !is_finished;
}

static bool is_finished(struct cache_writer_job *job)
{
    (void)pthread_mutex_lock(&job->lock);
    bool finished = job->is_finished;
    (void)pthread_mutex_unlock(&job->lock);
    return finished;
}

static void on_uv_done(uv_async_t *async)
{
    struct cache_writer *writer = async->data;
    if (writer->job == NULL || !is_finished(writer->job)) {
        return; /* the signal was for one that was taken, or abandoned, before */
    }
    take_result(writer);
    if (writer->has_next) {
        start(writer);
    }
    if (writer->is_closing && writer->job == NULL) {
        finish(writer);
    }
}

static void on_uv_limit(uv_timer_t *timer)
{
    cache_writer_abandon(timer->data);
}

int cache_writer_open(struct cache_writer *writer, uv_loop_t *loop, const char *path,
                      cache_writer_fn write,
                      void (*on_written)(void *user, const struct err *err), void *user,
                      struct err *err)
{
    *writer = (struct cache_writer){
        .path = path,
        .write = write,
        .on_written = on_written,
        .user = user,
        .loop = loop,
    };
    int code = uv_async_init(loop, &writer->done, on_uv_done);
    if (code != 0) {
        return err_set_reason(err, ERR_UV, code, uv_strerror(code),
                              "cannot prepare to write %s", path);
    }
    (void)uv_timer_init(loop, &writer->limit);
    writer->done.data = writer;
    writer->limit.data = writer;
    return 0;
}

void cache_writer_write(struct cache_writer *writer, struct buf *content)
{
    buf_finish(&writer->next);
    writer->next = *content;
    *content = (struct buf)BUF_EMPTY;
    writer->has_next = true;
    if (writer->job == NULL) {
        start(writer);
    }
}

bool cache_writer_is_busy(const struct cache_writer *writer)
{
    return writer->job != NULL;
}

void cache_writer_close(struct cache_writer *writer)
{
    writer->is_closing = true;
    if (writer->job == NULL) {
        finish(writer);
    } else {
        (void)uv_timer_start(&writer->limit, on_uv_limit, CACHE_WRITER_CLOSE_MS, 0);
    }
}

void cache_writer_abandon(struct cache_writer *writer)
{
    struct err err = ERR_INIT;
    buf_finish(&writer->next);
    writer->has_next = false;
    if (writer->job != NULL && let_go(writer)) {
        err_set(&err, ERR_LIMIT, 0, "%s was not written: the disk takes too long",
                writer->path);
        writer->on_written(writer->user, &err);
    } else if (writer->job != NULL) {
        take_result(writer);
    }
    if (writer->is_closing) {
        finish(writer);
    }
}
