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

/* Appends the value of Content-Security-Policy for all of them: no scripts, no
 * requests, our own style sheets only. */
bool pages_append_policy(struct buf *out);
/* The same for a page whose form may be sent to the site itself. */
bool pages_append_form_policy(struct buf *out);
