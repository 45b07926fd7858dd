/* SPDX-License-Identifier: MIT
 *
 * The connections of a survey, one after the other: each shows a case's certificate,
 * may bring the session of the one before, and may name another site of the server.
 */
#pragma once

#include "attempt/attempt.h"
#include "attempt/attempt_result.h"
#include "base/buf.h"
#include "base/err.h"
#include "check/matrix.h"

#include <stdbool.h>

/* A host that no server has (RFC 6761 6.4), for SNI and Host. */
#define SURVEYOR_OTHER_HOST "other.invalid"

struct surveyor {
    const struct matrix_options *options; /* borrowed */
    struct attempt attempt;
    struct attempt_result result; /* owned; of the last connection */
    struct buf ticket;            /* owned; a secret: the session for the next one */
};

struct surveyor_connection {
    const char *case_name; /* whose certificate is at hand */
    bool sni;              /* the other site's name in SNI */
    bool host;             /* and in Host */
    enum tls_version version;
    size_t n_body; /* bytes of a body to POST; 0 = a GET */
};

/* The name of the other site. Borrowed from the options, or static. */
const char *surveyor_find_other(const struct matrix_options *options);

/* NULL = out of memory. */
struct surveyor *surveyor_create(const struct matrix_options *options);
void surveyor_destroy(struct surveyor *surveyor); /* accepts NULL */
/* Runs the loop. Only what could not be begun is an error. */
int surveyor_connect(struct surveyor *surveyor,
                     const struct surveyor_connection *connection, struct err *err)
    MUST_CHECK;
