/* SPDX-License-Identifier: MIT
 *
 * The recorded tables of well-known servers (tests/foreign/recorded), compiled in: what
 * each answers to every case, in one named setting.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct recorded_server {
    const char *name;  /* of its table: "nginx", for --expect */
    const char *title; /* of the server: "nginx" */
    /* How its "Server" field begins, in small letters; NULL = it sends none. */
    const char *field;
    const char *protocol; /* "HTTP/1.1": of its answers */
    struct slice table;   /* for expectation_table_parse */
};

size_t recorded_server_count(void);
struct recorded_server recorded_server_get(size_t index);
/* By its name; false if there is none. */
bool recorded_server_find(const char *name, struct recorded_server *ret_server);
