/* SPDX-License-Identifier: MIT
 *
 * The pages: templates from server/pages, embedded at build time, filled with values.
 * There is no HTML in C sources.
 */
#pragma once

#include "base/buf.h"
#include "chain/verdict.h"

#include <stdbool.h>

struct json_t;

/* Appends a page. False when out of memory. */
bool pages_render(struct buf *out, const char *name, const struct json_t *values);
bool pages_has(const char *name);
/* A file as it is, such as a script. Empty if there is none. */
struct slice pages_find(const char *name);

/* "verdicts/untrusted_root": the template with the sections description, causes and
 * tries of one verdict. */
#define PAGES_NAME_MAX 64
const char *pages_verdict_name(enum verdict verdict, char name[static PAGES_NAME_MAX]);

/* What a page may do beyond being read. */
enum pages_power {
    PAGES_READ = 0,
    PAGES_FORM = 1, /* send its form to its own site */
    PAGES_ASK = 2,  /* have its script ask its own site */
};
/* Appends the value of Content-Security-Policy: our own style sheets and the scripts of
 * inline/, each by its hash, and no request to anywhere but for `powers`. */
bool pages_append_policy(struct buf *out, unsigned powers);
