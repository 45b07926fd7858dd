/* SPDX-License-Identifier: MIT
 *
 * `certgate explain`, but for files, network and options: what IIS would make of a
 * client's certificate, or a browser of a server's, and how that is told. Pure.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "pki/bundle.h"
#include "pki/judge.h"
#include "pki/offer.h"
#include "pki/server_check.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum explain_role { EXPLAIN_CLIENT, EXPLAIN_SERVER };

/* Everything is borrowed. */
struct explain_question {
    const char *source;        /* the file's name or the URL */
    const char *format;        /* "PEM", "PKCS #12", "TLS" */
    const char *friendly_name; /* "" = none; a stranger's */
    bool has_key;
    struct certificate *const *presented; /* leaf first */
    size_t n_presented;
    const char *store_dir; /* NULL = no store at all */
    const struct store *store;
    const struct policy *policy;
    enum ssl_flags flags;
    enum explain_role role;
    const char *host; /* for EXPLAIN_SERVER; NULL = not looked at */
    int64_t now;
};

/* Borrows what it was asked about. */
struct explain_answer {
    /* The path and its findings stand in `judgement` for both roles; its verdict is
     * IIS's on a client. */
    struct judgement judgement;
    struct offer offers[OFFER_PROGRAM_COUNT]; /* for EXPLAIN_CLIENT */
    struct server_check server;               /* for EXPLAIN_SERVER */
    bool is_let_in;
};

/* -1 only when out of memory. The answer is large: not for the stack. */
int explain_judge(const struct explain_question *question,
                  struct explain_answer *ret_answer, struct err *err) MUST_CHECK;

/* For people; safe on a terminal. */
bool explain_append_text(struct buf *out, const struct explain_question *question,
                         const struct explain_answer *answer);
/* One element of "results"; a new reference, NULL when out of memory. The schema
 * stands in certgate-explain(5) and in explain_json.c. */
json_t *explain_json(const struct explain_question *question,
                     const struct explain_answer *answer);
