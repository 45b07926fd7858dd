/* SPDX-License-Identifier: MIT */
#include "load/load_case.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static int find_recipe(struct load_case *load, const char *name,
                       struct forge_world *world, struct err *err)
{
    const struct recipe_table *cases = &forge_book(world)->cases;
    load->recipe = recipe_find(cases, name);
    if (load->recipe == NULL) {
        const char *meant = recipe_suggest(cases, name);
        return err_set(err, ERR_CONFIG, 0, "no case \"%s\"%s%s%s (certgate list)", name,
                       meant == NULL ? "" : ": is ", meant == NULL ? "" : meant,
                       meant == NULL ? "" : " meant?");
    }
    return 0;
}

int load_case_open(struct load_case *load, const struct load_options *options,
                   const char *name, struct forge_world *world, struct err *err)
{
    load->n_turns = 1;
    load->n_sessions_max = options->n_connections;
    load->sessions = mem_alloc(load->n_sessions_max, sizeof(*load->sessions));
    if (load->sessions == NULL) {
        return err_memory(err);
    }
    if (name == NULL) {
        load->name = options->cert_file;
        return credential_load(options->cert_file, options->key_file, options->password,
                               &load->credential, err);
    }
    if (find_recipe(load, name, world, err) != 0) {
        return -1;
    }
    load->name = load->recipe->name;
    return forge_case(world, load->recipe, clock_now_s(), &load->credential, err);
}

int load_case_make_config(struct load_case *load, const struct load_options *options,
                          struct target *target, struct err *err)
{
    struct target_use use = { .credential = &load->credential,
                              .min_version = options->version,
                              .max_version = options->version,
                              .tickets = options->resumes };
    return target_make_config(target, &use, &load->config, err);
}

void load_case_expect(struct load_case *load, const struct expectation_choice *choice,
                      enum ssl_flags flags)
{
    struct report_row row = { .recipe = load->recipe };
    if (load->recipe == NULL) {
        return;
    }
    expectation_choice_fill(choice, flags, &row);
    for (size_t i = 0; i < REPORT_VERSION_COUNT; i++) {
        load->wants[i] = row.cells[i].want;
    }
}

void load_case_finish(struct load_case *load)
{
    for (size_t i = 0; i < load->n_sessions; i++) {
        buf_finish_secret(&load->sessions[i]);
    }
    free(load->sessions);
    tls_client_config_destroy(load->config);
    forge_credential_finish(&load->credential);
    memset(load, 0, sizeof(*load));
}

/* ---- answers */

static enum tally_mark judge(const struct load_case *load,
                             const struct attempt_result *result)
{
    bool is_12 = strcmp(result->tls_version, "TLSv1.2") == 0;
    const struct comparison_want *want =
        &load->wants[is_12 ? REPORT_TLS_1_2 : REPORT_TLS_1_3];
    if (load->recipe == NULL) {
        return TALLY_UNJUDGED;
    }
    return comparison_judge(want, result).outcome == COMPARISON_MET ? TALLY_EXPECTED
                                                                    : TALLY_UNEXPECTED;
}

void load_case_record(struct load_case *load, struct attempt_result *result,
                      int64_t latency_us)
{
    result->verdict[0] = 0; /* a header that servers are told to send, and may not */
    tally_count(&load->tally, result, judge(load, result));
    histogram_record(&load->verdict, latency_us);
}

void load_case_append_expected(struct buf *out, const struct load_case *load)
{
    const struct comparison_want *want = load->wants;
    if (load->recipe == NULL) {
        return;
    }
    const char *first = comparison_format_short(&want[0]);
    const char *second = comparison_format_short(&want[1]);
    buf_append_string(out, first);
    if (strcmp(first, second) != 0) {
        buf_printf(out, "|%s", second);
    }
}

/* ---- sessions */

struct buf load_case_take_session(struct load_case *load)
{
    return load->n_sessions == 0 ? (struct buf)BUF_EMPTY
                                 : load->sessions[--load->n_sessions];
}

static void keep(struct load_case *load, struct buf *session)
{
    if (session->len == 0 || load->n_sessions == load->n_sessions_max) {
        buf_finish_secret(session);
    } else {
        load->sessions[load->n_sessions++] = *session;
    }
    *session = (struct buf)BUF_EMPTY;
}

void load_case_keep_session(struct load_case *load, struct buf *used,
                            struct attempt_result *result)
{
    if (attempt_result_keeps_session(result)) {
        keep(load, used);
    }
    keep(load, &result->ticket);
    buf_finish_secret(used);
    *used = (struct buf)BUF_EMPTY;
}
