/* SPDX-License-Identifier: MIT
 *
 * How often each kind of answer came: by status and sub-status, by alert, or by how and
 * where the connection ended. Bounded: what a peer invents beyond it is one number.
 * Pure.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_KINDS_MAX ((size_t)24)

enum tally_mark {
    TALLY_UNJUDGED, /* nothing was expected */
    TALLY_EXPECTED,
    TALLY_UNEXPECTED,
};

struct tally_kind {
    uint64_t count;
    enum tally_mark mark;
    enum attempt_end end;
    enum attempt_phase phase;
    int status;
    int substatus;
    int inner_status;
    int alert;
    char detail[ATTEMPT_TEXT_MAX]; /* of the first of them; of the system or the TLS
                                      engine */
};

struct tally {
    struct tally_kind kinds[TALLY_KINDS_MAX];
    size_t n_kinds;
    uint64_t n_others;     /* of more kinds than there is room for */
    uint64_t n_unexpected; /* others are: nobody expects them */
};

/* Begins zeroed. */
void tally_count(struct tally *tally, const struct attempt_result *result,
                 enum tally_mark mark);
/* "403.16", "late alert 48", "timeout in the handshake". Of our own words only. */
void tally_append_name(struct buf *out, const struct tally_kind *kind);
