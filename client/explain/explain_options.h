/* SPDX-License-Identifier: MIT
 *
 * The command line of `certgate explain`.
 */
#pragma once

#include "attempt/target.h"
#include "chain/explain.h"
#include "like/like.h"
#include "net/fetch.h"

#define EXPLAIN_FILES_MAX ((size_t)256)

struct explain_files {
    const char *names[EXPLAIN_FILES_MAX];
    size_t n_names;
};

struct explain_options {
    struct target_options target; /* first: see target.h */
    struct explain_files files;
    struct explain_files with; /* sent along with each */
    struct explain_files crls;
    bool has_url;
    const char *store;
    const char *like;
    struct like *like_read; /* owned; NULL = no --like */
    const char *password;
    const char *password_file;
    const char *host;
    bool has_role;
    enum explain_role role;
    enum ssl_flags flags;
    bool fetches; /* from where `allow` says */
    enum fetch_allow allow;
    struct policy policy;
    int64_t now;
    bool all_paths;
    bool windows_events;
    bool json;
    bool help;
};

int explain_options_parse(int argc, char **argv, struct explain_options *ret_options,
                          struct err *err) MUST_CHECK;
int explain_options_print_help(void);
void explain_options_finish(struct explain_options *options); /* accepts zeroed ones */
