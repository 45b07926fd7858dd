/* SPDX-License-Identifier: MIT
 *
 * Bytes: a borrowed view (`struct slice`) and an owned, growing buffer with a
 * limit (`struct buf`).
 *
 * A buf that could not grow, by memory or by its limit, becomes `failed` and
 * stays as it was: later appends do nothing. So a page or a message is built
 * with many unchecked appends and one check of buf_ok() at the end.
 */
#pragma once

#include "base/compiler.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed bytes; valid until the owner changes. data may be NULL if len is 0. */
struct slice {
    const uint8_t *data;
    size_t len;
};

#define SLICE_EMPTY ((struct slice){ NULL, 0 })

struct buf {
    uint8_t *data; /* owned */
    size_t len;
    size_t cap;
    size_t limit; /* bytes it may hold; 0 = BUF_LIMIT_DEFAULT */
    bool failed;
};

#define BUF_LIMIT_DEFAULT ((size_t)64 * 1024 * 1024)
#define BUF_EMPTY            \
    {                        \
        NULL, 0, 0, 0, false \
    }
#define BUF_LIMITED(bytes)         \
    {                              \
        NULL, 0, 0, (bytes), false \
    }

struct slice slice_from_string(const char *text);
bool slice_equal(struct slice a, struct slice b);
bool slice_equals_string(struct slice slice, const char *text);
/* Position of `byte`, or slice.len if there is none. */
size_t slice_find(struct slice slice, uint8_t byte);
/* Takes the next line off `text`, with its LF: what stands before that, without a CR at
 * its end. The last line may have no LF. */
struct slice slice_take_line(struct slice *text);
/* The part from `start`, `len` long, cut to what exists. */
struct slice slice_part(struct slice slice, size_t start, size_t len);

/* Frees the memory and makes the buf empty again, keeping its limit. Accepts a
 * zeroed buf. */
void buf_finish(struct buf *buf);
/* The same, after overwriting it: for keys. */
void buf_finish_secret(struct buf *buf);
/* Forgets the content and the failure, keeps the memory. */
void buf_clear(struct buf *buf);
/* Removes the first n bytes (n <= len). */
void buf_consume(struct buf *buf, size_t n);
/* Makes room for n more bytes; false (and failed) when that cannot be. */
bool buf_reserve(struct buf *buf, size_t n);

bool buf_append(struct buf *buf, const void *data, size_t len);
bool buf_append_slice(struct buf *buf, struct slice slice);
bool buf_append_string(struct buf *buf, const char *text);
bool buf_append_byte(struct buf *buf, uint8_t byte);
bool buf_printf(struct buf *buf, const char *fmt, ...) PRINTF_LIKE(2, 3);

bool buf_ok(const struct buf *buf);
struct slice buf_slice(const struct buf *buf);
/* The content with a NUL after it, which counts for neither `len` nor the limit. Cannot
 * fail; valid until the next change. */
const char *buf_string(struct buf *buf);
