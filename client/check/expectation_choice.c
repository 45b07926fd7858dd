/* SPDX-License-Identifier: MIT */
#include "check/expectation_choice.h"

#include "base/text.h"
#include "check/recorded_server.h"
#include "model/sound.h"

#include <string.h>

static const char iis[] = "iis";
static const char strict[] = "strict";

/* "Server: Microsoft-IIS/10.0" or http.sys's own name. */
static bool says_it_is_iis(const struct attempt_result *probe)
{
    char server[ATTEMPT_NAME_MAX];
    attempt_result_find_field(probe, "server", server);
    return text_has_prefix_ignoring_case(server, "microsoft-");
}

static int load_table(const char *name, struct expectation_table *ret_table,
                      struct err *err)
{
    struct recorded_server recorded;
    if (strcmp(name, iis) == 0 || strcmp(name, strict) == 0) {
        return 0;
    }
    return recorded_server_find(name, &recorded)
               ? expectation_table_parse(recorded.table, name, ret_table, err)
               : expectation_table_load(name, ret_table, err);
}

int expectation_choice_make(const char *option, const struct attempt_result *probe,
                            struct expectation_choice *ret_expect, struct err *err)
{
    struct expectation_choice expect = { .name = option };
    if (option == NULL) {
        expect.name = says_it_is_iis(probe) ? iis : strict;
    }
    expect.is_iis = strcmp(expect.name, iis) == 0;
    if (load_table(expect.name, &expect.table, err) != 0) {
        return err_wrap(err, "--expect");
    }
    *ret_expect = expect;
    return 0;
}

void expectation_choice_fill(const struct expectation_choice *expect,
                             enum ssl_flags flags, struct report_row *row)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        struct comparison_want *want = &row->cells[v].want;
        *want = comparison_want_verdict(recipe_expect(row->recipe, flags));
        if (expect->is_iis) {
            continue;
        }
        want->words = expectation_table_find(&expect->table, row->recipe->name,
                                             (enum report_version)v);
        if (want->words == NULL) {
            want->words =
                expect->is_unrevoked && want->verdict.verdict == VERDICT_REVOKED
                    ? "accepted|refused"
                    : sound_find(row->recipe, flags);
        }
    }
}

void expectation_choice_finish(struct expectation_choice *expect)
{
    expectation_table_finish(&expect->table);
}
