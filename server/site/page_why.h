/* SPDX-License-Identifier: MIT
 *
 * Why a request was refused, in one sentence with its fix, where no finding about a
 * certificate says so: no certificate came, the site's own demands, the logon.
 */
#pragma once

#include "pages/values.h"
#include "site/access.h"

struct page_why {
    const char *sentence;
    const char *fix;
};

/* NULL of a verdict that findings decide, and of VERDICT_OK. */
const struct page_why *page_why_get(enum verdict verdict);

/* Adds "why" with "sentence" and "fix"; nothing where "decided" says it, or where
 * nobody was refused. */
void page_why_add(struct values *v, const struct exchange_input *input,
                  const struct access *access);
