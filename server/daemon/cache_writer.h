/* SPDX-License-Identifier: MIT
 *
 * Writes a file in a thread of its own, one at a time, while the loop goes on. Content
 * that comes while one is being written waits, and replaces what waited before. Nothing
 * waits for the disk; the end of the program does for CACHE_WRITER_CLOSE_MS at most.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

#include <stdbool.h>
#include <uv.h>

/* How long a close waits for the disk. */
#define CACHE_WRITER_CLOSE_MS ((uint64_t)5000)

/* In the thread: writes `content` to `path`, so that a reader sees it whole or not at
 * all. It may use nothing that the loop uses. */
typedef int (*cache_writer_fn)(const char *path, struct slice content, struct err *err);

struct cache_writer_job;

struct cache_writer {
    const char *path; /* borrowed */
    cache_writer_fn write;
    /* On the loop, once for each: `err` is NULL if it is written. */
    void (*on_written)(void *user, const struct err *err);
    void *user;
    uv_loop_t *loop;
    uv_async_t done;
    uv_timer_t limit;
    struct cache_writer_job *job; /* owned; NULL = nothing is being written */
    struct buf next;              /* owned; what waits */
    bool has_next;
    bool is_closing;
};

int cache_writer_open(struct cache_writer *writer, uv_loop_t *loop, const char *path,
                      cache_writer_fn write,
                      void (*on_written)(void *user, const struct err *err), void *user,
                      struct err *err) MUST_CHECK;
/* Consumes `content`. */
void cache_writer_write(struct cache_writer *writer, struct buf *content);
/* Something is being written, or waits. */
bool cache_writer_is_busy(const struct cache_writer *writer);
/* Content that waits is still written, if the disk is fast enough; then no handle is
 * left on the loop. */
void cache_writer_close(struct cache_writer *writer);
/* Closing, or not: what is being written is no longer waited for. The old file stays,
 * and perhaps a part of the new one beside it. Idempotent. */
void cache_writer_abandon(struct cache_writer *writer);
