/* SPDX-License-Identifier: MIT
 *
 * What the command of `certgate run` finds: files of the run's world, and the variables
 * that name them. docs/ci.md lists them.
 *
 *   HOME/cases/NAME.{pem,crt}          every case
 *   HOME/cases/NAME.{key,p12}          those that were asked for
 *   FOLDER/ca-bundle.pem               the system's CAs and the test root
 */
#pragma once

#include "base/err.h"
#include "run/run_server.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUN_CASES_MAX ((size_t)256)

struct run_environment {
    const char *folder;       /* borrowed */
    const char *const *cases; /* borrowed; the first is the one of CERTGATE_CERT */
    size_t n_cases;
    bool only_these; /* the others are made when `certgate` is asked for them */
    int64_t now;
};

/* Makes the test world of the run, and the files. */
int run_environment_prepare(const struct run_environment *environment, struct err *err)
    MUST_CHECK;
/* The server is ready: sets the variables of this process, which the command inherits.
 */
int run_environment_set(const struct run_environment *environment,
                        const struct run_server *server, struct err *err) MUST_CHECK;
