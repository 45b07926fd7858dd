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

/* NULL for a verdict that is decided by findings, and for VERDICT_OK. */
const struct page_why *page_why_get(enum verdict verdict);

/* Adds "why" with "sentence" and "fix"; nothing if "decided" says it already, or if
 * nobody was refused. */
void page_why_add(struct values *v, const struct exchange_input *input,
                  const struct access *access);
