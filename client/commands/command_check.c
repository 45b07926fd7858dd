/* SPDX-License-Identifier: MIT
 *
 * `certgate check`: the whole table against one server, or several side by side.
 */
#include "attempt/credential.h"
#include "base/clock.h"
#include "base/mem.h"
#include "check/check_options.h"
#include "check/check_report.h"
#include "check/check_run.h"
#include "commands/commands.h"
#include "common/command.h"
#include "report/report_changes.h"
#include "tls/tls.h"

#include <stdlib.h>

struct check {
    struct check_options options;
    struct forge_world *world; /* owned */
    uv_loop_t loop;
    struct check_run runs[CHECK_URLS_MAX];
    const struct report *reports[CHECK_URLS_MAX];
    struct report_changes_old old; /* --diff */
    struct report_changes changes[CHECK_URLS_MAX];
};

static int find_exit(const struct report *report)
{
    struct report_counts counts = report_count(report);
    if (counts.differ > 0 || counts.session_faults > 0) {
        return COMMAND_DIFFERS;
    }
    return counts.untold > 0 ? COMMAND_FAILED : COMMAND_OK;
}

/* A difference outweighs a cell that cannot be told. */
static int find_worst(const struct check *check)
{
    int worst = COMMAND_OK;
    for (size_t i = 0; i < check->options.n_urls; i++) {
        int code = find_exit(check->reports[i]);
        worst = code == COMMAND_DIFFERS || worst == COMMAND_OK ? code : worst;
    }
    return worst;
}

/* Before the first connection, since the run may take minutes. */
static int load_old(struct check *check, struct err *err)
{
    const struct check_options *options = &check->options;
    if (options->diff == NULL) {
        return 0;
    }
    if (report_changes_load(options->diff, &check->old, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < options->n_urls; i++) {
        char url[URL_TEXT_MAX];
        url_format(&options->urls[i], url);
        if (report_changes_verify(&check->old, url, options->n_urls, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int find_changes(struct check *check, size_t i, struct err *err)
{
    struct report *report = &check->runs[i].report;
    if (check->options.diff == NULL) {
        return 0;
    }
    report->changes = &check->changes[i];
    return report_changes_find(&check->old, report, check->options.n_urls,
                               &check->changes[i], err);
}

static int ask_all(struct check *check, struct err *err)
{
    const struct check_options *options = &check->options;
    struct check_context context = { options, check->world, &check->loop,
                                     clock_now_s() };
    for (size_t i = 0; i < options->n_urls; i++) {
        if (check_run_start(&check->runs[i], &context, &options->urls[i], err) != 0 ||
            find_changes(check, i, err) != 0) {
            return -1;
        }
        check->reports[i] = &check->runs[i].report;
    }
    return check_report_all(options, check->reports, options->n_urls, err);
}

/* The world in the user's folder, or one in memory below the user's CA. */
static int open_world(struct check *check, struct err *err)
{
    const struct check_options *options = &check->options;
    struct forge_credential ca = { NULL, NULL, 0 };
    struct certificate *cert = NULL;
    int result = -1;
    if (options->issuer == NULL) {
        return forge_world_open(options->target.dir, clock_now_s(), &check->world, err);
    }
    if (credential_load(options->issuer, options->issuer_key, NULL, &ca, err) != 0) {
        return err_wrap(err, "--issuer");
    }
    cert = certificate_create(buf_slice(&ca.chain[0]));
    if (cert == NULL) {
        err_memory(err);
    } else if (forge_world_create_under(cert, ca.key, clock_now_s(), &check->world,
                                        err) != 0) {
        err_wrap(err, "--issuer %s", options->issuer);
    } else {
        result = 0;
    }
    certificate_destroy(cert);
    forge_credential_finish(&ca);
    return result;
}

static int check_servers(struct check *check, struct err *err)
{
    const struct check_options *options = &check->options;
    int result = -1;
    if (tls_init(err) != 0 || open_world(check, err) != 0 ||
        check_options_verify(options, &forge_book(check->world)->cases, err) != 0 ||
        load_old(check, err) != 0) {
        return -1;
    }
    uv_loop_init(&check->loop);
    if (ask_all(check, err) == 0) {
        result = find_worst(check);
    }
    uv_run(&check->loop, UV_RUN_DEFAULT);
    uv_loop_close(&check->loop);
    return result;
}

int command_check(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct check *check = mem_alloc(1, sizeof(*check));
    int result = COMMAND_FAILED;
    if (check == NULL) {
        err_memory(&err);
        return command_fail("check", &err);
    }
    if (check_options_parse(argc, argv, &check->options, &err) != 0) {
        result = command_fail_usage("check", &err);
    } else if (check->options.help) {
        result = check_options_print_help();
    } else {
        result = check_servers(check, &err);
        if (result < 0) {
            result = command_fail("check", &err);
        }
    }
    for (size_t i = 0; i < CHECK_URLS_MAX; i++) {
        check_run_finish(&check->runs[i]);
        report_changes_finish(&check->changes[i]);
    }
    report_changes_unload(&check->old);
    forge_world_destroy(check->world);
    tls_finish();
    free(check);
    return result;
}
