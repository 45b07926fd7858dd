/* SPDX-License-Identifier: MIT
 *
 * client/run/run_process: how a child ended, also when that is not to be had.
 */
#include "run/run_process.h"

#include "support/check_main.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void block_child(void)
{
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    ck_assert_int_eq(sigprocmask(SIG_BLOCK, &child, NULL), 0);
}

static pid_t spawn(const char *script)
{
    const char *const arguments[] = { "sh", "-c", script, NULL };
    const struct run_process process = { .arguments = arguments };
    struct err err = ERR_INIT;
    pid_t pid = 0;
    ck_assert_msg(run_process_spawn(&process, &pid, &err) == 0, "%s", err.text);
    return pid;
}

static const struct {
    const char *script;
    int code;
} rows[] = {
    { "exit 0", 0 },
    { "exit 7", 7 },
    { "kill -TERM $$", 128 + SIGTERM },
};

START_TEST(a_child_that_ends)
{
    int status = -1;
    block_child();
    pid_t pid = spawn(rows[_i].script);
    ck_assert_int_eq(run_process_wait(pid, 60, &status), RUN_PROCESS_ENDED);
    ck_assert_int_eq(run_process_exit_code(status), rows[_i].code);
}
END_TEST

START_TEST(a_child_that_goes_on)
{
    int status = -1;
    block_child();
    pid_t pid = spawn("exec sleep 600");
    ck_assert_int_eq(run_process_wait(pid, 0, &status), RUN_PROCESS_RUNS);
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(run_process_wait(pid, 60, &status), RUN_PROCESS_ENDED);
}
END_TEST

/* Not "ended in order", not "did not": nobody can say. */
START_TEST(a_child_whose_end_another_took)
{
    int status = -1;
    block_child();
    pid_t pid = spawn("exit 0");
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert_int_eq(run_process_wait(pid, 60, &status), RUN_PROCESS_LOST);
    ck_assert_int_eq(status, -1);
}
END_TEST

START_TEST(what_cannot_be_started)
{
    const char *const arguments[] = { "/nonexistent/program", NULL };
    const struct run_process process = { .arguments = arguments };
    struct err err = ERR_INIT;
    pid_t pid = 0;
    ck_assert_int_eq(run_process_spawn(&process, &pid, &err), -1);
    ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/program"));
    ck_assert_int_eq(pid, 0);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("run_process");
    TCase *t = tcase_create("run_process");
    tcase_add_loop_test(t, a_child_that_ends, 0, (int)ARRAY_LEN(rows));
    tcase_add_test(t, a_child_that_goes_on);
    tcase_add_test(t, a_child_whose_end_another_took);
    tcase_add_test(t, what_cannot_be_started);
    suite_add_tcase(s, t);
    return s;
}
