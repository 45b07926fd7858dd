/* SPDX-License-Identifier: MIT
 *
 * Writes lines to the terminal in a thread: if the reader of standard error, a pipe or
 * a paused terminal, stops reading, the server goes on. Lines that come during one
 * write are written together.
 *
 * TERMINAL_WRITER_MAX bytes wait; what does not fit is lost, and counted: when there is
 * room again, a line says how many.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define TERMINAL_WRITER_MAX ((size_t)256 * 1024)
/* How long the end of the program waits for the reader. */
#define TERMINAL_WRITER_END_MS 500

struct terminal_writer; /* opaque */

/* Whether a write to `fd` may block on a reader: not if it is a regular file, whose
 * lines are better written at once. */
bool terminal_writer_is_needed(int fd);

/* `fd` is borrowed and has to stay open until the end of the program. NULL: no memory,
 * or no thread. */
struct terminal_writer *terminal_writer_create(int fd, struct err *err);
/* Writes what waits, unless that takes longer than TERMINAL_WRITER_END_MS: then a
 * thread that hangs in a write is left running until the process ends. Accepts NULL. */
void terminal_writer_destroy(struct terminal_writer *writer);
/* Takes whole lines with their LF; any thread. Never blocks. */
void terminal_writer_put(struct terminal_writer *writer, struct slice lines);
/* How many were lost so far. */
uint64_t terminal_writer_lost(struct terminal_writer *writer);
