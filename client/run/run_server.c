/* SPDX-License-Identifier: MIT */
#include "run/run_server.h"

#include "base/clock.h"
#include "base/compiler.h"
#include "base/text.h"
#include "run/run_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define US_PER_S ((int64_t)1000000)
/* How long the server may take to end in order: it needs little, except on a busy
 * machine. */
#define STOP_S 15
/* Of what the server wrote, at most so much is read, and the end of it shown. */
#define LOG_READ_MAX ((size_t)16 * 1024 * 1024)
#define LOG_SHOW_MAX ((size_t)32 * 1024)
#define PORTS_MAX    ((size_t)4096)
#define ARGUMENT_MAX 64
#define NAME         "certgated"

enum file { FILE_OUT, FILE_ERR, FILE_PORTS, FILE_LOGS, FILE_RUNTIME, FILE_HOME };

static int path_of(const struct run_server *server, enum file file,
                   char path[static FILE_PATH_MAX], struct err *err)
{
    static const char *const names[] = {
        [FILE_OUT] = "server.out", [FILE_ERR] = "server.err", [FILE_PORTS] = "ports",
        [FILE_LOGS] = "logs",      [FILE_RUNTIME] = "run",    [FILE_HOME] = "home",
    };
    return file_join(path, server->folder, names[file])
               ? 0
               : err_set(err, ERR_LIMIT, 0, "the path in TMPDIR is too long");
}

/* ---- which program */

static bool is_program(const char *path)
{
    return file_kind(path) == FILE_REGULAR && access(path, X_OK) == 0;
}

/* As installed, as installed by distributions, as built by Meson. */
static const char *find_program(const char *given, char path[static FILE_PATH_MAX])
{
    static const char *const beside[] = { NAME, "../sbin/" NAME, "../server/" NAME };
    char own[FILE_PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);
    if (given != NULL) {
        return given;
    }
    own[len < 0 ? 0 : len] = 0;
    char *slash = strrchr(own, '/');
    for (size_t i = 0; slash != NULL && i < ARRAY_LEN(beside); i++) {
        *slash = 0;
        if (file_join(path, own, beside[i]) && is_program(path)) {
            return path;
        }
    }
    return NAME; /* by PATH */
}

/* ---- starting */

struct start {
    const struct run_server_options *options;
    char program[FILE_PATH_MAX];
    char out[FILE_PATH_MAX];
    char errors[FILE_PATH_MAX];
    char ports[FILE_PATH_MAX];
    char logs[FILE_PATH_MAX];
    char runtime[FILE_PATH_MAX];
    char home[FILE_PATH_MAX];
    char judged[ARGUMENT_MAX];
    char ready_fd[ARGUMENT_MAX];
    char lifeline_fd[ARGUMENT_MAX];
    const char *arguments[RUN_SERVER_OPTIONS_MAX + 24];
};

static int prepare(struct start *start, const struct run_server *server,
                   const struct run_server_options *options, struct err *err)
{
    const char *program = find_program(options->program, start->program);
    const char *flags = options->sslflags == NULL ? "Require" : options->sslflags;
    if (path_of(server, FILE_OUT, start->out, err) != 0 ||
        path_of(server, FILE_ERR, start->errors, err) != 0 ||
        path_of(server, FILE_PORTS, start->ports, err) != 0 ||
        path_of(server, FILE_LOGS, start->logs, err) != 0 ||
        path_of(server, FILE_RUNTIME, start->runtime, err) != 0 ||
        path_of(server, FILE_HOME, start->home, err) != 0) {
        return -1;
    }
    snprintf(start->judged, sizeof start->judged, "127.0.0.1:0,sslflags=%s", flags);
    const char *const fixed[] = {
        program,
        "--listen",
        start->judged,
        "--listen",
        "127.0.0.1:0,desk,pki",
        "--listen",
        "127.0.0.1:0,control",
        "--log-dir",
        start->logs,
        "--port-file",
        start->ports,
        "--color",
        "never",
        "--ready-fd",
        start->ready_fd,
        "--lifeline-fd",
        start->lifeline_fd,
    };
    size_t n = ARRAY_LEN(fixed);
    memcpy(start->arguments, fixed, sizeof fixed);
    for (size_t i = 0; i < options->n_options; i++) {
        start->arguments[n++] = options->options[i];
    }
    start->arguments[n] = NULL;
    start->options = options;
    return 0;
}

/* In the child: a session of its own, so that Control-C at the terminal is for the
 * command, and ends the server only through us. */
static void become_server(void *user)
{
    struct start *start = user;
    (void)setsid();
    setenv("CERTGATE_HOME", start->home, 1);
    /* What the user has for his own server is not for this one. */
    setenv("XDG_RUNTIME_DIR", start->runtime, 1);
    setenv("XDG_CONFIG_HOME", start->runtime, 1);
    setenv("XDG_STATE_HOME", start->runtime, 1);
    setenv("XDG_CACHE_HOME", start->runtime, 1);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("LISTEN_PID");
    unsetenv("CERTGATED_CONFIG");
    run_process_redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
    run_process_redirect(STDOUT_FILENO, start->out, O_WRONLY | O_CREAT | O_TRUNC);
    run_process_redirect(STDERR_FILENO, start->errors, O_WRONLY | O_CREAT | O_TRUNC);
}

/* True when "ready" came; false when the pipe closed, the time is over, or the run was
 * cancelled. */
static bool wait_ready(int fd, int wake_fd, int timeout_s)
{
    int64_t end_us = clock_monotonic_us() + timeout_s * US_PER_S;
    char byte;
    for (;;) {
        int64_t left_ms = (end_us - clock_monotonic_us()) / 1000;
        struct pollfd fds[] = { { .fd = fd, .events = POLLIN },
                                { .fd = wake_fd, .events = POLLIN } };
        int n = left_ms <= 0 ? 0 : poll(fds, ARRAY_LEN(fds), (int)left_ms);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0 || fds[1].revents != 0) {
            return false;
        }
        ssize_t got = read(fd, &byte, 1);
        if (got > 0) {
            return true;
        }
        if (got == 0 || errno != EINTR) {
            return false;
        }
    }
}

static int read_ports(struct run_server *server, const char *path, struct err *err)
{
    struct buf text = BUF_EMPTY;
    int result = file_read_all(path, PORTS_MAX, &text, err);
    const char *at = buf_string(&text);
    for (size_t i = 0; result == 0 && i < RUN_SITE_COUNT; i++) {
        char *end;
        unsigned long port = strtoul(at, &end, 10);
        if (end == at || port == 0 || port > UINT16_MAX) {
            result =
                err_set(err, ERR_CONFIG, 0, "%s is not as certgated writes it", path);
        }
        server->ports[i] = (uint16_t)port;
        at = end;
    }
    buf_finish(&text);
    return result;
}

/* Why the server did not start, in its own words. */
static int fail(struct run_server *server, const char *program, struct err *err)
{
    struct buf said = BUF_EMPTY;
    /* It may not watch its lifeline yet. A server that is not ready has nothing to
     * finish. */
    (void)kill(server->pid, SIGTERM);
    run_server_close(server);
    run_server_append_log(server, &said);
    err_set(err, ERR_CONFIG, 0, "%s did not get ready: %s", program,
            said.len > 0 ? buf_string(&said) : "it said nothing");
    size_t len = strlen(err->text);
    if (len > 0 && err->text[len - 1] == '\n') {
        err->text[len - 1] = 0;
    }
    buf_finish(&said);
    return -1;
}

int run_server_open(struct run_server *server, const struct run_server_options *options,
                    const char *folder, struct err *err)
{
    static struct start start;
    int ready[2] = { -1, -1 };
    int lifeline[2] = { -1, -1 };
    int result = -1;

    snprintf(server->folder, sizeof server->folder, "%s", folder);
    server->lifeline = -1;
    if (prepare(&start, server, options, err) != 0 ||
        run_process_pipe(ready, err) != 0 || run_process_pipe(lifeline, err) != 0) {
        goto out;
    }
    snprintf(start.ready_fd, sizeof start.ready_fd, "%d", ready[1]);
    snprintf(start.lifeline_fd, sizeof start.lifeline_fd, "%d", lifeline[0]);
    const struct run_process process = {
        .arguments = start.arguments,
        .in_child = become_server,
        .user = &start,
        .inherited = { ready[1], lifeline[0] },
        .n_inherited = 2,
    };
    if (run_process_spawn(&process, &server->pid, err) != 0) {
        err_wrap(err, "certgated (is it installed? --certgated names it)");
        goto out;
    }
    (void)close(ready[1]);
    ready[1] = -1;
    server->lifeline = lifeline[1];
    lifeline[1] = -1;
    result = !wait_ready(ready[0], options->wake_fd, options->timeout_s)
                 ? fail(server, start.arguments[0], err)
                 : read_ports(server, start.ports, err);
    if (result != 0) {
        run_server_close(server);
    }
out:
    run_process_close(ready);
    run_process_close(lifeline);
    return result;
}

/* ---- stopping */

bool run_server_has_ended(struct run_server *server, pid_t pid)
{
    if (pid == 0 || pid != server->pid) {
        return false;
    }
    server->pid = 0;
    return true;
}

bool run_server_close(struct run_server *server)
{
    int status = -1;
    if (server->pid == 0) {
        return true;
    }
    if (server->lifeline >= 0) {
        (void)close(server->lifeline);
        server->lifeline = -1;
    }
    enum run_process_end end = run_process_wait(server->pid, STOP_S, &status);
    if (end == RUN_PROCESS_RUNS) {
        (void)kill(server->pid, SIGKILL);
        while (waitpid(server->pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    server->pid = 0;
    return end == RUN_PROCESS_LOST ||
           (end == RUN_PROCESS_ENDED && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* What the server says of its store is the same for every run. */
static bool is_note(struct slice line)
{
    static const char note[] = " note: ";
    struct slice word = slice_part(line, slice_find(line, ' '), sizeof note - 1);
    return slice_equals_string(word, note);
}

void run_server_append_log(const struct run_server *server, struct buf *out)
{
    char path[FILE_PATH_MAX];
    struct buf text = BUF_EMPTY;
    struct err ignored = ERR_INIT;
    if (path_of(server, FILE_ERR, path, &ignored) == 0 &&
        file_read_all(path, LOG_READ_MAX, &text, &ignored) == 0) {
        struct slice rest = buf_slice(&text);
        while (rest.len > 0) {
            struct slice line = slice_part(rest, 0, slice_find(rest, '\n') + 1);
            rest = slice_part(rest, line.len, rest.len);
            if (!is_note(line)) {
                buf_append_slice(out, line);
            }
        }
        buf_consume(out, out->len > LOG_SHOW_MAX ? out->len - LOG_SHOW_MAX : 0);
    }
    buf_finish(&text);
}
