/* SPDX-License-Identifier: MIT
 *
 * Which expectation a server is held to: IIS's verdicts, what is sound ("strict"), the
 * recorded table of a well-known server, or a file.
 */
#pragma once

#include "attempt/attempt_result.h"
#include "check/expectation_table.h"

#include <stdbool.h>

struct expectation_choice {
    const char *name;               /* borrowed: as it is shown */
    bool is_iis;                    /* the verdicts of certs/cases.tsv */
    bool is_unrevoked;              /* no server can know what is revoked */
    struct expectation_table table; /* owned; empty = strict alone */
};

/* `option` NULL: IIS's for a server that says it is IIS (as certgated does), else
 * strict. `probe` is any answer of the server. The error says what is wrong with the
 * option. */
int expectation_choice_make(const char *option, const struct attempt_result *probe,
                            struct expectation_choice *ret_expect, struct err *err)
    MUST_CHECK;
/* What the row's cells must get. A case of which a table says nothing is held to what
 * is sound. */
void expectation_choice_fill(const struct expectation_choice *expect,
                             enum ssl_flags flags, struct report_row *row);
void expectation_choice_finish(
    struct expectation_choice *expect); /* accepts a zeroed one */
