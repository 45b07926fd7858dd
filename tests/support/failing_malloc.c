/* SPDX-License-Identifier: MIT */
#include "support/failing_malloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The file; tests/integration/memory.py has the same layout. */
struct plan {
    _Atomic uint64_t every;  /* 0 = none fails, but: */
    _Atomic uint64_t alone;  /* the call of this number; 0 = none */
    _Atomic uint64_t growth; /* not 0: only what realloc() is asked for counts */
    _Atomic uint64_t n_calls;
    _Atomic uint64_t n_failed;
};

static struct plan own;
static struct plan *plan = &own;
static void *(*real_malloc)(size_t size);
static void *(*real_calloc)(size_t n, size_t size);
static void *(*real_realloc)(void *block, size_t size);

/* dlsym allocates before it has found malloc; free() gets none of it, for it is kept.
 */
static _Alignas(16) unsigned char early[4096];
static size_t n_early;

static void *take_early(size_t size)
{
    size_t at = n_early;
    n_early += (size + 15) & ~(size_t)15;
    if (n_early > sizeof early) {
        abort();
    }
    return early + at;
}

static void find(const char *name, void *ret_function)
{
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(ret_function, &found, sizeof found);
}

static void find_all(void)
{
    static bool finding;
    if (real_realloc == NULL && !finding) {
        finding = true;
        find("malloc", &real_malloc);
        find("calloc", &real_calloc);
        find("realloc", &real_realloc);
    }
}

void failing_malloc_alone(uint64_t n)
{
    atomic_store(&plan->n_calls, 0);
    atomic_store(&plan->alone, n);
}

uint64_t failing_malloc_calls(void)
{
    return atomic_load(&plan->n_calls);
}

__attribute__((constructor)) static void open_plan(void)
{
    const char *path = getenv("FAILING_MALLOC");
    int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    void *mapped = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    (void)close(fd);
    plan = mapped == MAP_FAILED ? &own : mapped;
}

static bool must_fail(bool is_growth)
{
    if (atomic_load(&plan->growth) != 0 && !is_growth) {
        return false;
    }
    uint64_t every = atomic_load(&plan->every);
    uint64_t n = atomic_fetch_add(&plan->n_calls, 1) + 1;
    if (n != atomic_load(&plan->alone) && (every == 0 || n % every != 0)) {
        return false;
    }
    atomic_fetch_add(&plan->n_failed, 1);
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    find_all();
    return must_fail(false)      ? NULL
           : real_malloc == NULL ? take_early(size)
                                 : real_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    find_all();
    return must_fail(false)      ? NULL
           : real_calloc == NULL ? take_early(n * size)
                                 : real_calloc(n, size);
}

void *realloc(void *block, size_t size)
{
    find_all();
    return must_fail(true) ? NULL : real_realloc(block, size);
}

bool failing_malloc_is_in_force(void)
{
    failing_malloc_alone(0);
    void *volatile block = malloc(1);
    free(block);
    if (failing_malloc_calls() == 0) {
        fprintf(stderr, "# skipped: another malloc() is in force\n");
        return false;
    }
    return true;
}
