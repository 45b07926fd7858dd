/* SPDX-License-Identifier: MIT */
#include "logs/terminal_writer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/timestamp.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct terminal_writer {
    int fd;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    struct buf waiting;
    uint64_t n_lost;
    uint64_t n_told;   /* of those */
    bool is_closing;   /* the thread ends when nothing waits */
    bool is_ended;     /* it has */
    bool is_abandoned; /* it frees all of this */
};

static void destroy(struct terminal_writer *writer)
{
    (void)pthread_cond_destroy(&writer->changed);
    (void)pthread_mutex_destroy(&writer->lock);
    buf_finish(&writer->waiting);
    free(writer);
}

/* ---- in the thread */

/* Waits for a reader without a time limit. False: there is none any more. */
static bool write_all(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.data, bytes.len);
        if (n >= 0) {
            bytes = slice_part(bytes, (size_t)n, bytes.len);
        } else if (errno == EAGAIN) {
            struct pollfd ready = { .fd = fd, .events = POLLOUT };
            (void)poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

static void append_loss(struct buf *lines, uint64_t n)
{
    char time[TIMESTAMP_TEXT_LEN];
    buf_printf(lines, "%s terminal lost=%llu: nobody read these lines in time\n",
               timestamp_format(clock_now_s(), time), (unsigned long long)n);
}

/* Locked; unlocked while it writes. */
static void write_waiting(struct terminal_writer *writer)
{
    struct buf lines = writer->waiting;
    writer->waiting = (struct buf)BUF_LIMITED(TERMINAL_WRITER_MAX);
    uint64_t n_new = writer->n_lost - writer->n_told;
    writer->n_told = writer->n_lost;
    (void)pthread_mutex_unlock(&writer->lock);
    bool goes_on = write_all(writer->fd, buf_slice(&lines));
    if (goes_on && n_new > 0) {
        buf_clear(&lines);
        append_loss(&lines, n_new);
        goes_on = write_all(writer->fd, buf_slice(&lines));
    }
    (void)goes_on; /* the server goes on without a terminal */
    buf_finish(&lines);
    (void)pthread_mutex_lock(&writer->lock);
}

static void *run(void *user)
{
    struct terminal_writer *writer = user;
    (void)pthread_mutex_lock(&writer->lock);
    while (!writer->is_closing || writer->waiting.len > 0) {
        if (writer->waiting.len > 0) {
            write_waiting(writer);
        } else {
            (void)pthread_cond_wait(&writer->changed, &writer->lock);
        }
    }
    writer->is_ended = true;
    bool is_abandoned = writer->is_abandoned;
    (void)pthread_cond_broadcast(&writer->changed);
    (void)pthread_mutex_unlock(&writer->lock);
    if (is_abandoned) {
        destroy(writer);
    }
    return NULL;
}

/* ---- outside */

bool terminal_writer_is_needed(int fd)
{
    struct stat status;
    return fstat(fd, &status) != 0 || !S_ISREG(status.st_mode);
}

/* Signals are for the loop's thread. */
static int start_thread(struct terminal_writer *writer)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&writer->thread, NULL, run, writer);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

struct terminal_writer *terminal_writer_create(int fd, struct err *err)
{
    struct terminal_writer *writer = mem_alloc(1, sizeof *writer);
    pthread_condattr_t monotonic;
    if (writer == NULL) {
        (void)err_memory(err);
        return NULL;
    }
    writer->fd = fd;
    writer->waiting = (struct buf)BUF_LIMITED(TERMINAL_WRITER_MAX);
    (void)pthread_mutex_init(&writer->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&writer->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    int code = start_thread(writer);
    if (code != 0) {
        (void)err_set(err, ERR_SYSTEM, code, "cannot start a thread for the terminal");
        destroy(writer);
        return NULL;
    }
    return writer;
}

void terminal_writer_put(struct terminal_writer *writer, struct slice lines)
{
    (void)pthread_mutex_lock(&writer->lock);
    if (buf_append_slice(&writer->waiting, lines)) { /* it has a limit */
        (void)pthread_cond_broadcast(&writer->changed);
    } else {
        writer->waiting.failed = false;
        writer->n_lost++;
    }
    (void)pthread_mutex_unlock(&writer->lock);
}

uint64_t terminal_writer_lost(struct terminal_writer *writer)
{
    (void)pthread_mutex_lock(&writer->lock);
    uint64_t n = writer->n_lost;
    (void)pthread_mutex_unlock(&writer->lock);
    return n;
}

void terminal_writer_destroy(struct terminal_writer *writer)
{
    int64_t limit = clock_monotonic_us() + (int64_t)TERMINAL_WRITER_END_MS * 1000;
    const struct timespec until = { (time_t)(limit / 1000000),
                                    (long)(limit % 1000000) * 1000 };
    if (writer == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&writer->lock);
    writer->is_closing = true;
    (void)pthread_cond_broadcast(&writer->changed);
    while (!writer->is_ended && clock_monotonic_us() < limit) {
        (void)pthread_cond_timedwait(&writer->changed, &writer->lock, &until);
    }
    bool is_ended = writer->is_ended;
    writer->is_abandoned = !is_ended;
    if (!is_ended) {
        (void)pthread_detach(writer->thread);
    }
    (void)pthread_mutex_unlock(&writer->lock);
    if (is_ended) {
        (void)pthread_join(writer->thread, NULL);
        destroy(writer);
    }
}
