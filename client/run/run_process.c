/* SPDX-License-Identifier: MIT */
#include "run/run_process.h"

#include "base/clock.h"
#include "base/compiler.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#define FILE_MODE  0600
#define US_PER_S   ((int64_t)1000000)
#define NS_PER_US  1000
#define EXIT_BEGUN 127 /* never seen: the parent hears the reason through the pipe */

int run_process_pipe(int ends[static 2], struct err *err)
{
    if (pipe(ends) != 0) {
        ends[0] = ends[1] = -1;
        return err_set(err, ERR_SYSTEM, errno, "cannot make a pipe");
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

void run_process_close(int ends[static 2])
{
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0) {
            (void)close(ends[i]);
        }
        ends[i] = -1;
    }
}

void run_process_redirect(int fd, const char *path, int flags)
{
    int opened = open(path, flags, FILE_MODE);
    if (opened < 0 || dup2(opened, fd) < 0) {
        _exit(EXIT_BEGUN);
    }
    if (opened != fd) {
        (void)close(opened);
    }
}

/* ---- in the child */

/* exec does the same to handlers, but not to what is blocked, and is too late for what
 * comes before it. SIGPIPE we ignore ourselves; SIGCHLD nobody wants ignored. */
static void reset_signals(void)
{
    static const int taken[] = { SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                                 SIGUSR1, SIGUSR2, SIGCHLD, SIGPIPE };
    struct sigaction fresh;
    struct sigaction present;
    sigset_t none;
    memset(&fresh, 0, sizeof fresh);
    fresh.sa_handler = SIG_DFL;
    for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
        bool stays = taken[i] != SIGCHLD && taken[i] != SIGPIPE &&
                     sigaction(taken[i], NULL, &present) == 0 &&
                     present.sa_handler == SIG_IGN;
        if (!stays) {
            (void)sigaction(taken[i], &fresh, NULL);
        }
    }
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void die_with_parent(pid_t parent)
{
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
    if (getppid() != parent) { /* it was quicker than we */
        _exit(EXIT_BEGUN);
    }
}

static void become(const struct run_process *process, pid_t parent, int failure)
{
    die_with_parent(parent);
    reset_signals();
    if (process->in_child != NULL) {
        process->in_child(process->user);
    }
    for (size_t i = 0; i < process->n_inherited; i++) {
        (void)fcntl(process->inherited[i], F_SETFD, 0);
    }
    /* execvp wants what is not const, and changes nothing. */
    union {
        const char *const *borrowed;
        char *const *wanted;
    } arguments = { process->arguments };
    (void)execvp(process->arguments[0], arguments.wanted);
    int code = errno;
    (void)!write(failure, &code, sizeof code);
    _exit(EXIT_BEGUN);
}

/* ---- in the parent */

int run_process_spawn(const struct run_process *process, pid_t *ret_pid,
                      struct err *err)
{
    int failure[2];
    int code = 0;
    ssize_t n;

    if (run_process_pipe(failure, err) != 0) {
        return -1;
    }
    pid_t parent = getpid();
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) {
        become(process, parent, failure[1]);
    }
    code = pid < 0 ? errno : 0;
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        run_process_close(failure);
        return err_set(err, ERR_SYSTEM, code, "cannot make a process");
    }
    (void)close(failure[1]);
    failure[1] = -1;
    do { /* closed by exec, so nothing comes when all is well */
        n = read(failure[0], &code, sizeof code);
    } while (n < 0 && errno == EINTR);
    run_process_close(failure);
    if (n == (ssize_t)sizeof code) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
        return err_set(err, ERR_SYSTEM, code, "cannot run %s", process->arguments[0]);
    }
    *ret_pid = pid;
    return 0;
}

/* SIGCHLD is blocked by who waits, so it is there even if the child ended before. */
enum run_process_end run_process_wait(pid_t pid, int timeout_s, int *ret_status)
{
    int64_t end_us = clock_monotonic_us() + timeout_s * US_PER_S;
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    for (;;) {
        pid_t got = waitpid(pid, ret_status, WNOHANG);
        int64_t left_us = end_us - clock_monotonic_us();
        if (got == pid) {
            return RUN_PROCESS_ENDED;
        }
        if (got < 0 && errno == ECHILD) {
            return RUN_PROCESS_LOST;
        }
        if (left_us <= 0) {
            return RUN_PROCESS_RUNS;
        }
        const struct timespec left = { .tv_sec = left_us / US_PER_S,
                                       .tv_nsec = left_us % US_PER_S * NS_PER_US };
        (void)sigtimedwait(&child, NULL, &left);
    }
}

int run_process_exit_code(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
