/* SPDX-License-Identifier: MIT
 *
 * One file of a store: what bundle/bundle_walk finds in it. The table of suffixes in
 * store_read.c says which files are looked at. Part of store/store.
 */
#pragma once

#include "store/store_builder.h"

/* Reads the file into the builder. What is wrong with the file becomes a note or
 * the problem of a key; -1 only when out of memory. */
int store_read_file(struct store_builder *builder, const char *path, struct err *err)
    MUST_CHECK;
/* The same for the content of a file; the path names it and is not opened, nor is a
 * password looked for beside it. */
int store_read_bytes(struct store_builder *builder, const char *path,
                     struct slice bytes, struct err *err) MUST_CHECK;
