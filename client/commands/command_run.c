/* SPDX-License-Identifier: MIT
 *
 * `certgate run`: a client-certificate server for the length of a command.
 */
#include "base/args.h"
#include "base/clock.h"
#include "base/text.h"
#include "chain/judge.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "run/run_environment.h"
#include "run/run_folder.h"
#include "run/run_process.h"
#include "run/run_server.h"
#include "run/run_signals.h"
#include "tls/tls.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* As with env and timeout: 125 is certgate's own failure, all others are the command's.
 */
#define EXIT_OWN       125
#define EXIT_NOT_RUN   126
#define EXIT_NOT_FOUND 127
#define EXIT_SIGNAL    128
#define READY_S        30

struct run_options {
    struct run_server_options server;
    const char *cases[RUN_CASES_MAX];
    size_t n_cases;
    char *const *command;
    bool only_these_cases;
    bool keep;
    bool quiet;
    bool help;
};

struct run {
    const struct run_options *options;
    struct run_folder folder;
    struct run_server server;
    pid_t command;
    bool server_failed; /* it ended by itself */
    int code;
};

/* ---- the command line */

static int add_case(void *target, const char *value, struct err *err)
{
    struct run_options *options = target;
    if (options->n_cases == RUN_CASES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu cases", RUN_CASES_MAX);
    }
    options->cases[options->n_cases++] = value;
    return 0;
}

static int set_flags(void *target, const char *value, struct err *err)
{
    enum ssl_flags flags;
    if (!ssl_flags_parse(value, &flags)) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": require, accept or ignore is meant",
                       value);
    }
    ((struct run_options *)target)->server.sslflags = ssl_flags_name(flags);
    return 0;
}

static int add_server_option(void *target, const char *value, struct err *err)
{
    struct run_server_options *server = &((struct run_options *)target)->server;
    if (server->n_options == RUN_SERVER_OPTIONS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu options",
                       RUN_SERVER_OPTIONS_MAX);
    }
    server->options[server->n_options++] = value;
    return 0;
}

SETTER(certgated, struct run_options, server.program, value)
SETTER(keep, struct run_options, keep, true)
SETTER(quiet, struct run_options, quiet, true)
SETTER(help, struct run_options, help, true)

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "case", 'c', NULL, "NAME", "the certificate of CERTGATE_CERT, _KEY and _P12, the first of several; default good", add_case, ARGS_REPEATABLE },
    { "sslflags", 0, NULL, "MODE", "how the server treats client certificates: require (default), accept or ignore", set_flags, ARGS_ONCE },
    { "server-option", 'o', NULL, "OPTION", "an option for certgated: --server-option=--friendly", add_server_option, ARGS_REPEATABLE },
    { "certgated", 0, NULL, "PROGRAM", "the server; default: beside this program, else by PATH", set_certgated, ARGS_ONCE },
    { "keep", 0, NULL, NULL, "keep the folder with the certificates and logs, and say where it is", set_keep, ARGS_ONCE },
    { "quiet", 'q', NULL, NULL, "do not show what the server saw if the command fails", set_quiet, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate run [OPTION...] -- COMMAND [ARGUMENT...]\n"
    "Starts certgated on free ports with certificates of its own, runs the command,\n"
    "and stops it again. The command finds CERTGATE_URL, _PORT, _CA, _CERT, _KEY,\n"
    "_P12, _CASES (a folder: NAME.pem), _CONTROL and more in its environment.\n";
static const char closing[] =
    "Exit: the command's; 128+N if signal N ended it, or the run before it; 127 if it\n"
    "is not found, 126 if it cannot be run, 125 if the server cannot, 2 wrong usage.\n";

/* Everything behind "--" is the command's, whatever it looks like. */
static int parse(struct run_options *options, int argc, char **argv, struct err *err)
{
    int n = 1;
    while (n < argc && strcmp(argv[n], "--") != 0) {
        n++;
    }
    if (args_parse(rows, ARRAY_LEN(rows), n, argv, options, NULL, err) != 0) {
        return err_wrap(err, "before the \"--\" that goes before the command");
    }
    if (!options->help && n + 1 >= argc) {
        return err_set(err, ERR_CONFIG, 0, "there is no command behind \"--\"");
    }
    options->command = argv + (n + 1 < argc ? n + 1 : argc);
    options->only_these_cases = options->n_cases > 0;
    if (options->n_cases == 0) {
        options->cases[options->n_cases++] = "good";
    }
    return 0;
}

/* ---- running */

static bool take_ended(struct run *run)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == run->command) {
            run->code = run_process_exit_code(status);
            return true;
        }
        run->server_failed =
            run_server_has_ended(&run->server, pid) || run->server_failed;
    }
    if (pid < 0 &&
        errno == ECHILD) { /* its status was taken by other code: do not wait for it */
        fputs("certgate run: how the command ended is not known\n", stderr);
        run->code = EXIT_OWN;
        return true;
    }
    return false;
}

/* A signal from the terminal has reached the command already, which is in our process
 * group. A stopped command is continued before it is ended, as shells do. */
static void hand_on(const struct run *run, const siginfo_t *info)
{
    bool by_terminal =
        info->si_code > 0 && (info->si_signo == SIGINT || info->si_signo == SIGQUIT);
    if (!by_terminal) {
        (void)kill(run->command, info->si_signo);
    }
    if (info->si_signo == SIGTERM || info->si_signo == SIGHUP) {
        (void)kill(run->command, SIGCONT);
    }
}

static void wait_for_command(struct run *run)
{
    while (!take_ended(run)) {
        siginfo_t info;
        int number = run_signals_next(&info);
        if (number > 0 && number != SIGCHLD) {
            hand_on(run, &info);
        }
    }
}

static void run_command(struct run *run)
{
    struct err err = ERR_INIT;
    union {
        char *const *given;
        const char *const *wanted;
    } arguments = { run->options->command };
    const struct run_process process = { .arguments = arguments.wanted };

    if (run_process_spawn(&process, &run->command, &err) != 0) {
        fprintf(stderr, "certgate run: %s\n", err.text);
        run->code = err.code == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_RUN;
    } else {
        wait_for_command(run);
    }
}

/* The server's lines are escaped for terminals already. */
static void show_log(const struct run *run)
{
    struct buf log = BUF_EMPTY;
    run_server_append_log(&run->server, &log);
    fprintf(stderr, "certgate run: the command ended with %d; %s\n", run->code,
            log.len > 0 ? "what the server saw:" : "the server saw nothing");
    fputs(buf_string(&log), stderr);
    fflush(stderr);
    buf_finish(&log);
}

static int begin(struct run *run, struct run_environment *environment, struct err *err)
{
    if (run_signals_open(err) != 0 || tls_init(err) != 0 ||
        run_folder_open(&run->folder, err) != 0) {
        return -1;
    }
    environment->folder = run->folder.path;
    struct run_server_options server = run->options->server;
    server.wake_fd = run_signals_fd();
    return run_environment_prepare(environment, err) != 0 ||
                   run_server_open(&run->server, &server, run->folder.path, err) != 0 ||
                   run_environment_set(environment, &run->server, err) != 0
               ? -1
               : 0;
}

static int run_all(const struct run_options *options)
{
    static struct run run;
    struct run_environment environment = { .cases = options->cases,
                                           .n_cases = options->n_cases,
                                           .only_these = options->only_these_cases,
                                           .now = clock_now_s() };
    struct err err = ERR_INIT;

    run.options = options;
    bool has_begun = begin(&run, &environment, &err) == 0;
    int number = run_signals_hold();
    if (number != 0) {
        fprintf(stderr, "certgate run: %s came before the command was started\n",
                run_signals_name(number));
        run.code = EXIT_SIGNAL + number;
    } else if (!has_begun) {
        fprintf(stderr, "certgate run: %s\n", err.text);
        run.code = EXIT_OWN;
    } else {
        run_command(&run);
    }
    bool has_run = run.command != 0;
    if (has_run && (run.code != 0 || run.server_failed) && !options->quiet) {
        show_log(&run);
    }
    if (!run_server_close(&run.server) || run.server_failed) {
        fprintf(stderr, "certgate run: certgated did not end in order\n");
        run.code = run.code == 0 ? EXIT_OWN : run.code;
    }
    if (options->keep) {
        run_folder_keep(&run.folder);
    }
    run_folder_close(&run.folder);
    tls_finish();
    return run.code;
}

int command_run(int argc, char **argv)
{
    static struct run_options options = { .server.timeout_s = READY_S };
    struct err err = ERR_INIT;
    if (parse(&options, argc, argv, &err) != 0) {
        return command_fail_usage("run", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
    }
    return run_all(&options);
}
