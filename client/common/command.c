/* SPDX-License-Identifier: MIT */
#include "common/command.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool command_print(struct slice text)
{
    bool written = text.len == 0 || fwrite(text.data, 1, text.len, stdout) == text.len;
    return fflush(stdout) == 0 && written;
}

int command_write(const char *path, struct buf *text, struct err *err)
{
    int result = 0;
    if (!buf_ok(text)) {
        result = err_memory(err);
    } else if (path != NULL && strcmp(path, "-") != 0) {
        result = file_write(path, 0644, buf_slice(text), err);
    } else if (!command_print(buf_slice(text))) {
        result = err_set(err, ERR_CONFIG, 0, "cannot write to standard output");
    }
    buf_finish(text);
    return result;
}

static struct {
    command_help_fn take;
    void *user;
} diverted;

void command_divert_help(command_help_fn take, void *user)
{
    diverted.take = take;
    diverted.user = user;
}

int command_print_help(const char *usage, const struct args_option *options,
                       size_t n_options, const char *closing)
{
    struct buf out = BUF_EMPTY;
    if (diverted.take != NULL) {
        diverted.take(diverted.user, options, n_options);
        return COMMAND_OK;
    }
    buf_append_string(&out, usage);
    args_append_help(&out, options, n_options);
    if (closing != NULL) {
        buf_printf(&out, "\n%s", closing);
    }
    bool printed = command_print(buf_slice(&out));
    buf_finish(&out);
    return printed ? COMMAND_OK : COMMAND_FAILED;
}

int command_fail(const char *name, const struct err *err)
{
    fprintf(stderr, "certgate %s: %s\n", name, err->text);
    return COMMAND_FAILED;
}

int command_fail_usage(const char *name, const struct err *err)
{
    command_fail(name, err);
    fprintf(stderr, "Try: certgate %s --help\n", name);
    return COMMAND_FAILED;
}

static const char *get_variable(const char *name)
{
    const char *value = getenv(name);
    return value == NULL ? "" : value;
}

bool command_may_colour(int fd)
{
    const char *force = get_variable("CLICOLOR_FORCE");
    if (force[0] != 0 && strcmp(force, "0") != 0) {
        return true;
    }
    if (get_variable("NO_COLOR")[0] != 0) {
        return false;
    }
    return isatty(fd) && strcmp(get_variable("TERM"), "dumb") != 0;
}

size_t command_terminal_width(int fd)
{
    struct winsize size;
    if (!isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col;
}
