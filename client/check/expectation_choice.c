/* SPDX-License-Identifier: MIT */
#include "check/expectation_choice.h"

#include "base/text.h"
#include "check/recorded_server.h"

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

static int load_table(const char *name, struct expectation *ret_table, struct err *err)
{
    struct dialect dialect;
    if (strcmp(name, iis) == 0 || strcmp(name, strict) == 0) {
        return 0;
    }
    return dialect_find(name, &dialect)
               ? expectation_parse(dialect.table, name, ret_table, err)
               : expectation_load(name, ret_table, err);
}

int check_expect_choose(const char *option, const struct attempt_result *probe,
                        struct check_expect *ret_expect, struct err *err)
{
    struct check_expect expect = { .name = option };
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

void check_expect_fill(const struct check_expect *expect, enum ssl_flags flags,
                       struct report_row *row)
{
    for (size_t v = 0; v < REPORT_VERSION_COUNT; v++) {
        struct expect_want *want = &row->cells[v].want;
        *want = expect_want_verdict(recipe_expect(row->recipe, flags));
        if (expect->is_iis) {
            continue;
        }
        want->words =
            expectation_find(&expect->table, row->recipe->name, (enum report_version)v);
        if (want->words == NULL) {
            want->words =
                expect->is_unrevoked && want->verdict.verdict == VERDICT_REVOKED
                    ? "accepted|refused"
                    : expectation_strict(row->recipe, flags);
        }
    }
}

void check_expect_finish(struct check_expect *expect)
{
    expectation_finish(&expect->table);
}
