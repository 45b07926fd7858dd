/* SPDX-License-Identifier: MIT
 *
 * The recorded tables of well-known servers (tests/foreign/recorded), compiled in: what
 * each answers to every case, in one named setting.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct dialect {
    const char *name;  /* of its table: "nginx", for --expect */
    const char *title; /* of the server: "nginx" */
    /* How its "Server" field begins, in small letters; NULL = it sends none. */
    const char *field;
    const char *protocol; /* "HTTP/1.1": of its answers */
    struct slice table;   /* for expectation_parse */
};

size_t dialect_count(void);
struct dialect dialect_get(size_t index);
/* By its name; false if there is none. */
bool dialect_find(const char *name, struct dialect *ret_dialect);
