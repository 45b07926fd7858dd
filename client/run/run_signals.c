/* SPDX-License-Identifier: MIT */
#include "run/run_signals.h"

#include "run/run_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct {
    int number;
    bool ends; /* a run that has no command yet; else it waits for the command */
    const char *name;
} rows[] = {
    { SIGINT, true, "SIGINT" },    { SIGTERM, true, "SIGTERM" },
    { SIGHUP, true, "SIGHUP" },    { SIGQUIT, true, "SIGQUIT" },
    { SIGUSR1, false, "SIGUSR1" }, { SIGUSR2, false, "SIGUSR2" },
};

static int pipe_ends[2] = { -1, -1 };
static volatile sig_atomic_t first;
static sigset_t taken; /* without those that are ignored */

static void on_signal(int number)
{
    int code = errno;
    if (first == 0) {
        first = number;
    }
    (void)!write(pipe_ends[1], "", 1);
    errno = code;
}

/* A signal without a handler that is ignored by default need not wait where it is
 * blocked (POSIX, sigwaitinfo). */
static void on_child(int number)
{
    (void)number;
}

static bool is_ignored(int number)
{
    struct sigaction present;
    return sigaction(number, NULL, &present) == 0 && present.sa_handler == SIG_IGN;
}

int run_signals_open(struct err *err)
{
    struct sigaction action;
    sigset_t ending;

    if (run_process_pipe(pipe_ends, err) != 0) {
        return -1;
    }
    (void)fcntl(pipe_ends[1], F_SETFL, O_NONBLOCK);
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigemptyset(&taken);
    sigemptyset(&ending);
    action.sa_handler = on_child; /* also where who started us ignored it */
    (void)sigaction(SIGCHLD, &action, NULL);
    sigaddset(&taken, SIGCHLD);
    action.sa_handler = on_signal;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!is_ignored(rows[i].number)) {
            sigaddset(&taken, rows[i].number);
        }
        if (rows[i].ends && !is_ignored(rows[i].number)) {
            sigaddset(&ending, rows[i].number);
            (void)sigaction(rows[i].number, &action, NULL);
        }
    }
    (void)sigprocmask(SIG_BLOCK, &taken, NULL);
    (void)sigprocmask(SIG_UNBLOCK, &ending, NULL);
    return 0;
}

int run_signals_fd(void)
{
    return pipe_ends[0];
}

int run_signals_first(void)
{
    return first;
}

int run_signals_hold(void)
{
    (void)sigprocmask(SIG_BLOCK, &taken, NULL);
    return first;
}

int run_signals_next(siginfo_t *ret_info)
{
    return sigwaitinfo(&taken, ret_info);
}

const char *run_signals_name(int number)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].number == number) {
            return rows[i].name;
        }
    }
    return "a signal";
}
