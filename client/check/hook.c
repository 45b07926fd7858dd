/* SPDX-License-Identifier: MIT */
#include "check/hook.h"

#include "base/mem.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>

extern char **environ;

static int wait_for(pid_t pid, const char *command, struct err *err)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) {
            return err_set(err, ERR_SYSTEM, errno, "waiting for \"%s\"", command);
        }
    }
    if (WIFSIGNALED(status)) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" was ended by signal %d", command,
                       WTERMSIG(status));
    }
    return WEXITSTATUS(status) == 0
               ? 0
               : err_set(err, ERR_CONFIG, 0, "\"%s\" failed with %d", command,
                         WEXITSTATUS(status));
}

int hook_run(const char *command, const struct hook_variable *variables, size_t n,
             struct err *err)
{
    char shell[] = "sh";
    char option[] = "-c";
    char *copy = mem_copy_string(command, strlen(command));
    char *arguments[] = { shell, option, copy, NULL };
    pid_t pid;
    int code = ENOMEM;
    for (size_t i = 0; i < n; i++) {
        (void)setenv(variables[i].name, variables[i].value, 1);
    }
    if (copy != NULL) {
        code = posix_spawn(&pid, "/bin/sh", NULL, NULL, arguments, environ);
    }
    for (size_t i = 0; i < n; i++) {
        (void)unsetenv(variables[i].name);
    }
    free(copy);
    return code != 0 ? err_set(err, ERR_SYSTEM, code, "cannot run \"%s\"", command)
                     : wait_for(pid, command, err);
}
