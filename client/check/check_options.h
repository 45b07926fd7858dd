/* SPDX-License-Identifier: MIT
 *
 * The command line of `certgate check`.
 */
#pragma once

#include "attempt/target.h"
#include "base/args.h"
#include "base/err.h"
#include "chain/judge.h"
#include "forge/recipe.h"
#include "report/report_writers.h"

#include <stdbool.h>
#include <stddef.h>

#define CHECK_PATTERNS_MAX 64
#define CHECK_URLS_MAX     8
#define CHECK_JOBS_DEFAULT 8
#define CHECK_JOBS_MAX     128

enum check_format {
    CHECK_FORMAT_TABLE,
    CHECK_FORMAT_TAP,
    CHECK_FORMAT_JSON,
    CHECK_FORMAT_MARKDOWN
};

struct check_options {
    struct target_options target;    /* first: see target.h; without the URL */
    struct url urls[CHECK_URLS_MAX]; /* one at least */
    size_t n_urls;
    const char *issuer;     /* file of a CA to forge under; NULL = the test world's */
    const char *issuer_key; /* file; NULL = in the same */
    const char *expect;     /* NULL = what fits the server */
    enum ssl_flags flags;
    bool versions[REPORT_VERSION_COUNT];
    size_t n_jobs;
    const char *patterns[CHECK_PATTERNS_MAX]; /* names and globs; none = all cases */
    size_t n_patterns;
    enum check_format format;
    enum report_tap_version tap_version;
    const char *html;        /* file */
    const char *diff;        /* an older report */
    const char *junit;       /* file, "-" = standard output */
    const char *output;      /* of the report; NULL = standard output */
    const char *save_expect; /* file */
    const char *on_revoke;
    const char *other_host; /* NULL = one that nobody has */
    bool survey;            /* in any case; else only where IIS is not expected */
    bool trust_verdict_header;
    bool quiet;
    bool help;
};

int check_options_parse(int argc, char **argv, struct check_options *ret_options,
                        struct err *err) MUST_CHECK;
int check_options_print_help(void);
/* An operand is a URL if it holds one of ":/." or is "localhost"; no case's name
 * does. */
bool check_options_is_url(const char *operand);
/* The patterns select this case. */
bool check_options_select(const struct check_options *options, const char *name);
/* Every pattern selects at least one case of the table; the error names one that
 * does not, and what was probably meant. */
int check_options_verify(const struct check_options *options,
                         const struct recipe_table *cases, struct err *err) MUST_CHECK;
