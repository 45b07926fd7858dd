/* SPDX-License-Identifier: MIT
 *
 * The signals of `certgate run`. Until the command runs, SIGINT, SIGTERM, SIGHUP and
 * SIGQUIT end the run in order; from then on they, SIGUSR1 and SIGUSR2 are handed on to
 * it. What was ignored when we were started (nohup) stays so, for the command as well.
 *
 * There is one of it in a process.
 */
#pragma once

#include "base/err.h"

#include <signal.h>

/* From now on a signal is remembered, even one that came before and was blocked. */
int run_signals_open(struct err *err) MUST_CHECK;
/* Becomes readable when one was remembered; -1 before run_signals_open. */
int run_signals_fd(void);
/* The first one that was remembered; 0 = none. */
int run_signals_first(void);
/* From now on they wait for run_signals_next. Returns run_signals_first(), and none is
 * lost between the two. */
int run_signals_hold(void);
/* Waits for the next one, or for SIGCHLD. The number, or -1 for one that is not ours.
 */
int run_signals_next(siginfo_t *ret_info);
/* "SIGTERM" of those that end a run; else "a signal". */
const char *run_signals_name(int number);
