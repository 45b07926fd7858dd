/* SPDX-License-Identifier: MIT */
#include "doctor/tool.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARGUMENTS_MAX ((size_t)16)
#define PATIENCE_US   ((int64_t)10000000)

extern char **environ;

/* 0, or the errno. */
static int spawn_with(char *const *arguments, int write_end, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) {
        return code;
    }
    code = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                            O_RDONLY, 0);
    code = code != 0
               ? code
               : posix_spawn_file_actions_adddup2(&actions, write_end, STDOUT_FILENO);
    code = code != 0 ? code
                     : posix_spawn_file_actions_addopen(&actions, STDERR_FILENO,
                                                        "/dev/null", O_WRONLY, 0);
    code = code != 0 ? code
                     : posix_spawnp(ret_pid, arguments[0], &actions, NULL, arguments,
                                    environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return code;
}

static int spawn(const char *const *arguments, int write_end, pid_t *ret_pid)
{
    char *copies[ARGUMENTS_MAX + 1] = { NULL };
    bool copied = true;
    for (size_t i = 0; i < ARGUMENTS_MAX && arguments[i] != NULL && copied; i++) {
        copies[i] = mem_copy_string(arguments[i], strlen(arguments[i]));
        copied = copies[i] != NULL;
    }
    int code =
        copied && copies[0] != NULL ? spawn_with(copies, write_end, ret_pid) : ENOMEM;
    for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
        free(copies[i]);
    }
    return code;
}

/* Until its end, the limit or the time is up. */
static bool read_all(int fd, struct buf *out)
{
    int64_t end_us = clock_monotonic_us() + PATIENCE_US;
    while (true) {
        char bytes[4096];
        struct pollfd wait = { .fd = fd, .events = POLLIN };
        int64_t left_us = end_us - clock_monotonic_us();
        if (left_us <= 0 ||
            (poll(&wait, 1, (int)(left_us / 1000)) < 0 && errno != EINTR)) {
            return false;
        }
        if (wait.revents == 0) {
            continue;
        }
        ssize_t n = read(fd, bytes, sizeof(bytes));
        if (n <= 0) {
            return n == 0;
        }
        if (out->len + (size_t)n > TOOL_OUTPUT_MAX ||
            !buf_append(out, bytes, (size_t)n)) {
            return false;
        }
    }
}

enum tool_end tool_run(const char *const *arguments, struct buf *out)
{
    int ends[2];
    pid_t pid = 0;
    int status = 0;
    if (pipe(ends) != 0) {
        return TOOL_FAILED;
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int code = spawn(arguments, ends[1], &pid);
    (void)close(ends[1]);
    bool read = code == 0 && read_all(ends[0], out);
    (void)close(ends[0]);
    if (code != 0) {
        return code == ENOENT ? TOOL_MISSING : TOOL_FAILED;
    }
    if (!read) {
        (void)kill(pid, SIGKILL);
    }
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return read && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? TOOL_RAN
                                                                 : TOOL_FAILED;
}
