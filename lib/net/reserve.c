/* SPDX-License-Identifier: MIT */
#include "net/reserve.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

struct probe {
    uv_poll_t poll;
    int fd;
};

static void on_uv_close(uv_handle_t *handle)
{
    struct probe *probe = handle->data;
    (void)close(probe->fd);
    free(probe);
}

static void on_uv_poll(uv_poll_t *poll, int status, int events)
{
    (void)poll;
    (void)status;
    (void)events;
}

static size_t highest(size_t n)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < n
               ? (size_t)limit.rlim_cur - 1
               : n - 1;
}

/* Any descriptor that can be polled. */
static int open_descriptor(size_t number)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return -1;
    }
    int fd = fcntl(ends[0], F_DUPFD_CLOEXEC, (int)number);
    int saved = errno;
    (void)close(ends[0]);
    (void)close(ends[1]);
    errno = saved;
    return fd;
}

int reserve_descriptors(uv_loop_t *loop, size_t n, struct err *err)
{
    struct probe *probe = mem_alloc(1, sizeof *probe);
    if (probe == NULL) {
        return err_memory(err);
    }
    probe->fd = open_descriptor(highest(n));
    int rc = probe->fd < 0 ? uv_translate_sys_error(errno)
                           : uv_poll_init(loop, &probe->poll, probe->fd);
    if (rc != 0) {
        if (probe->fd >= 0) {
            (void)close(probe->fd);
        }
        free(probe);
        return err_set_reason(err, ERR_UV, rc, uv_strerror(rc),
                              "cannot prepare for %zu open files", n);
    }
    probe->poll.data = probe;
    (void)uv_poll_start(&probe->poll, UV_READABLE, on_uv_poll);
    (void)uv_poll_stop(&probe->poll);
    uv_close((uv_handle_t *)&probe->poll, on_uv_close);
    return 0;
}

static void on_uv_work(uv_work_t *work)
{
    (void)work;
}

static void on_uv_worked(uv_work_t *work, int status)
{
    (void)status;
    free(work);
}

int reserve_threads(uv_loop_t *loop, struct err *err)
{
    uv_work_t *work = mem_alloc(1, sizeof *work);
    if (work == NULL) {
        return err_memory(err);
    }
    int rc = uv_queue_work(loop, work, on_uv_work, on_uv_worked);
    if (rc != 0) {
        free(work);
        return err_set_reason(err, ERR_UV, rc, uv_strerror(rc), "cannot start threads");
    }
    return 0;
}
