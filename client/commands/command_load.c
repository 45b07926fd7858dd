/* SPDX-License-Identifier: MIT
 *
 * `certgate load`: requests at a steady rate.
 */
#include "attempt/attempt.h"
#include "attempt/request_text.h"
#include "base/clock.h"
#include "base/mem.h"
#include "commands/commands.h"
#include "common/command.h"
#include "load/load_report.h"
#include "tls/tls.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct load {
    struct load_options options;
    struct forge_world *world; /* owned; NULL = no case is asked for */
    struct target target;
    struct expectation_choice choice;
    bool has_choice;
    struct sockaddr_storage address;
    struct buf request;
    uv_loop_t loop;
    struct load_case cases[LOAD_CASES_MAX + 1];
    size_t n_cases;
    struct load_result result;
};

/* ---- before the first connection */

/* A name that stands there twice has two turns in each round. */
static int open_case(struct load *load, const char *name, struct err *err)
{
    for (size_t i = 0; i < load->n_cases && name != NULL; i++) {
        if (load->cases[i].recipe != NULL && strcmp(load->cases[i].name, name) == 0) {
            load->cases[i].n_turns++;
            return 0;
        }
    }
    return load_case_open(&load->cases[load->n_cases++], &load->options, name,
                          load->world, err);
}

static int open_cases(struct load *load, struct err *err)
{
    const struct load_options *options = &load->options;
    if (options->n_cases > 0 &&
        forge_world_open(options->target.dir, clock_now_s(), &load->world, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < options->n_cases; i++) {
        if (open_case(load, options->cases[i], err) != 0) {
            return -1;
        }
    }
    return options->cert == NULL ? 0 : open_case(load, NULL, err);
}

static int prepare(struct load *load, struct err *err)
{
    const struct load_options *options = &load->options;
    const struct request_text request = { .method = "GET" };
    struct request_text kept = request;
    if (options->keeps_alive) {
        kept.headers[kept.n_headers++] = "Connection: keep-alive";
    }
    if (tls_init(err) != 0 || open_cases(load, err) != 0 ||
        target_load_trust(&load->target, &options->target, load->world, err) != 0 ||
        target_resolve(&load->target, &load->loop, err) != 0 ||
        load_options_allow(options, load->target.addresses, load->target.n_addresses,
                           err) != 0 ||
        load_reserve(&load->loop, options->n_connections, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < load->n_cases; i++) {
        if (load_case_make_config(&load->cases[i], options, &load->target, err) != 0) {
            return -1;
        }
    }
    return request_text_write(&kept, &options->target.url, &load->request)
               ? 0
               : err_memory(err);
}

/* ---- one request that does not count */

static void on_done(void *user)
{
    (void)user;
}

/* Which address answers, and what to expect of the server. */
static int probe(struct load *load, struct err *err)
{
    struct attempt *attempt = mem_alloc(1, sizeof(*attempt));
    struct attempt_result result;
    char url[URL_TEXT_MAX];
    char subject[URL_HOST_MAX + 1];
    if (attempt == NULL) {
        return err_memory(err);
    }
    struct attempt_options options = {
        .addresses = load->target.addresses,
        .n_addresses = load->target.n_addresses,
        .config = load->cases[0].config,
        .has_certificate = load->cases[0].credential.n_chain > 0,
        .request = buf_slice(&load->request),
        .may_cut_body = true,
        .max_time_ms = load->options.target.max_time_ms,
    };
    snprintf(subject, sizeof(subject), "%s",
             url_format(&load->options.target.url, url));
    attempt_start(attempt, &load->loop, &options, &result, on_done, NULL);
    uv_run(&load->loop, UV_RUN_DEFAULT);
    /* That an answer takes too long is what is measured. */
    int outcome = result.end == ATTEMPT_END_TIMEOUT
                      ? 0
                      : attempt_result_check(&result, subject, err);
    if (outcome == 0) {
        load->address = load->target.addresses[attempt->next_address - 1];
        outcome =
            expectation_choice_make(load->options.expect, &result, &load->choice, err);
        load->has_choice = outcome == 0;
    }
    attempt_result_finish(&result);
    free(attempt);
    return outcome;
}

/* ---- all of it */

static int write_report(struct load *load, const struct load_order *order,
                        struct err *err)
{
    struct load_report report = { order, &load->result, load->choice.name };
    struct buf text = BUF_EMPTY;
    bool made = load->options.json ? load_report_append_json(&text, &report)
                                   : load_report_append_text(&text, &report);
    if (!made) {
        text.failed = true;
    }
    if (command_write(load->options.output, &text, err) != 0) {
        return -1;
    }
    return load->options.fail && load_report_count_unexpected(&report) > 0
               ? COMMAND_DIFFERS
               : COMMAND_OK;
}

static int load_server(struct load *load, struct err *err)
{
    if (prepare(load, err) != 0 || probe(load, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < load->n_cases; i++) {
        load_case_expect(&load->cases[i], &load->choice, load->options.flags);
    }
    struct load_order order = {
        .options = &load->options,
        .address = &load->address,
        .request = buf_slice(&load->request),
        .cases = load->cases,
        .n_cases = load->n_cases,
        .loop = &load->loop,
    };
    return load_run(&order, &load->result, err) == 0 ? write_report(load, &order, err)
                                                     : -1;
}

static int run_loop(struct load *load, struct err *err)
{
    int code = uv_loop_init(&load->loop);
    if (code != 0) {
        return err_set_reason(err, ERR_UV, code, uv_strerror(code), "no event loop");
    }
    int result = load_server(load, err);
    uv_run(&load->loop, UV_RUN_DEFAULT);
    code = uv_loop_close(&load->loop);
    assert(code == 0);
    (void)code;
    return result;
}

static void finish(struct load *load)
{
    for (size_t i = 0; i < load->n_cases; i++) {
        load_case_finish(&load->cases[i]);
    }
    if (load->has_choice) {
        expectation_choice_finish(&load->choice);
    }
    target_finish(&load->target);
    buf_finish(&load->request);
    forge_world_destroy(load->world);
    load_options_finish(&load->options);
    tls_finish();
    free(load);
}

int command_load(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct load *load = mem_alloc(1, sizeof(*load));
    int result;
    if (load == NULL) {
        err_memory(&err);
        return command_fail("load", &err);
    }
    if (load_options_parse(argc, argv, &load->options, &err) != 0) {
        result = command_fail_usage("load", &err);
    } else if (load->options.help) {
        result = load_options_print_help();
    } else {
        result = run_loop(load, &err);
        if (result < 0) {
            result = command_fail("load", &err);
        }
    }
    finish(load);
    return result;
}
