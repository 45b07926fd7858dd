/* SPDX-License-Identifier: MIT
 *
 * The command line of `certgate get`, with curl's names.
 */
#pragma once

#include "attempt/request_text.h"
#include "attempt/target.h"
#include "base/args.h"
#include "base/err.h"
#include "chain/offer.h"

#include <stdbool.h>
#include <stddef.h>

#define GET_RESUME_MAX 100
#define GET_BODY_MAX   ((size_t)64 * 1024 * 1024)

struct get_options {
    struct target_options target; /* first: see target.h */
    bool has_url;
    struct request_text request;
    struct buf data;       /* owned: what -d gave */
    char *cert;            /* owned: FILE[:PASS] as given */
    const char *cert_file; /* both within `cert` */
    const char *password;
    const char *key_file;
    const char *case_name; /* a case of the test world; "none" = no certificate */
    bool offers_as;        /* only what `program` would offer */
    enum offer_program program;
    enum tls_version min_version;
    enum tls_version max_version;
    unsigned n_resumes; /* further requests, each on the session of the one before */
    const char *resume_case; /* shown if the server asks again; NULL = the same */
    const char *session_in;
    const char *session_out;
    const char *output; /* "-" or NULL = standard output */
    bool include;       /* the head, too */
    bool head_only;
    bool fail;
    bool silent;
    bool show_error; /* in spite of silent */
    bool verbose;
    bool json; /* what is known instead of the body */
    bool help;
};

/* The caller finishes ret_options, on failure too. */
int get_options_parse(int argc, char **argv, struct get_options *ret_options,
                      struct err *err) MUST_CHECK;
void get_options_finish(struct get_options *options);
int get_options_print_help(void);
