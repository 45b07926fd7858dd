/* SPDX-License-Identifier: MIT
 *
 * To be preloaded: how long a turn of the event loop takes, from one wait for events to
 * the next, in the process' first thread. The environment's LOOP_TURNS names a file of
 * 24 bytes, which is mapped; whoever reads it may set it back to 0.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* The file; tests/integration/loop_turns.py has the same layout. */
struct turns {
    _Atomic uint64_t n;
    _Atomic uint64_t computed_ns; /* by the thread, in the longest turn */
    _Atomic uint64_t took_ns;     /* by the clock, in the longest turn */
};

static struct turns own;
static struct turns *turns = &own;
static uint64_t computed_before;
static uint64_t clock_before;

__attribute__((constructor)) static void open_file(void)
{
    const char *path = getenv("LOOP_TURNS");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    void *mapped = mmap(NULL, sizeof *turns, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    turns = mapped == MAP_FAILED ? &own : mapped;
}

static uint64_t read_clock(clockid_t id)
{
    struct timespec now = { .tv_sec = 0 };
    (void)clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void keep_longest(_Atomic uint64_t *longest, uint64_t value)
{
    if (value > atomic_load(longest)) {
        atomic_store(longest, value);
    }
}

static void end_turn(void)
{
    if (clock_before != 0) {
        atomic_fetch_add(&turns->n, 1);
        keep_longest(&turns->computed_ns,
                     read_clock(CLOCK_THREAD_CPUTIME_ID) - computed_before);
        keep_longest(&turns->took_ns, read_clock(CLOCK_MONOTONIC) - clock_before);
    }
}

static void begin_turn(void)
{
    computed_before = read_clock(CLOCK_THREAD_CPUTIME_ID);
    clock_before = read_clock(CLOCK_MONOTONIC);
}

/* libc's own names of these are reserved. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int epoll_pwait(int fd, struct epoll_event *events, int max, int timeout,
                const sigset_t *mask)
{
    static int (*real)(int, struct epoll_event *, int, int, const sigset_t *);
    if (real == NULL) {
        void *found = dlsym(RTLD_NEXT, "epoll_pwait");
        memcpy(&real, &found, sizeof real);
    }
    if (gettid() != getpid()) {
        return real(fd, events, max, timeout, mask);
    }
    end_turn();
    int n = real(fd, events, max, timeout, mask);
    begin_turn();
    return n;
}

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
    return epoll_pwait(fd, events, max, timeout, NULL);
}
