/* SPDX-License-Identifier: MIT
 *
 * Which well-known server a report looks like: how many of its answers are those of
 * each recorded table, or IIS's. Pure.
 */
#pragma once

#include "base/err.h"
#include "check/recorded_server.h"

#include <stdbool.h>
#include <stddef.h>

struct report;

/* Fewer answers that are the same, in percent, are no likeness. */
#define LIKENESS_PERCENT_MIN 90

struct likeness {
    const char *name;  /* "nginx", "iis": for --expect */
    const char *title; /* "nginx", "IIS" */
    size_t same;       /* answers that are as recorded */
    size_t of;         /* that were compared */
    /* How well the Server field and the protocol fit; decides between tables that are
     * as close. */
    unsigned fit;
};

#define LIKENESS_MAX 16

/* The closest tables, the closest first, of those that are close enough; ties are all
 * in. `server` is the Server field, "" = none; `protocol` as "HTTP/1.1", "" = not
 * known. -1 when out of memory. */
int likeness_find(const struct report *report, const char *server, const char *protocol,
                  struct likeness likenesses[static LIKENESS_MAX], size_t *ret_n,
                  struct err *err) MUST_CHECK;
