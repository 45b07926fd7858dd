/* SPDX-License-Identifier: MIT
 *
 * How IIS would judge a client's certificate, or a browser a server's, read from a
 * file or a connection: for `certgate explain` and for the desk's viewer. Pure.
 */
#pragma once

#include "base/err.h"
#include "chain/judge.h"
#include "chain/offer.h"
#include "chain/sending.h"
#include "chain/server_check.h"

#include <stdbool.h>
#include <stdint.h>

/* The format of what a certificate request would become. */
#define EXPLAIN_REQUEST "certificate request"

enum explain_role { EXPLAIN_CLIENT, EXPLAIN_SERVER };

/* Everything is borrowed. */
struct explain_question {
    const char *source;        /* the file's name or the URL */
    const char *format;        /* "PEM", "PKCS #12", "TLS", EXPLAIN_REQUEST */
    const char *friendly_name; /* "" = none; a stranger's */
    const char *remarks;       /* on the file, one a line; "" or NULL = none */
    bool has_key;
    unsigned pkcs12_uses; /* how a PKCS #12 file is protected; 0 = it is none */
    struct certificate *const *presented; /* leaf first */
    size_t n_presented;
    const char *store_dir; /* NULL = no store at all */
    const struct store *store;
    const struct policy *policy;
    const struct evidence *evidence; /* what was fetched; NULL = nothing is */
    const char *fetched; /* what came of it, a line each; NULL = nothing is */
    enum ssl_flags flags;
    enum explain_role role;
    bool all_paths;   /* of a client's certificate: those that were not taken, too */
    const char *host; /* for EXPLAIN_SERVER; NULL = not looked at */
    int64_t now;
    /* Puts costly signatures off (chain/signature_batch): while it is pending, the
     * answer is not the last. Borrowed; NULL: all are checked at once. */
    struct signature_batch *batch;
};

/* Borrows from the question. */
struct explain_answer {
    /* The path and its findings stand in `judgement` for both roles; its verdict is
     * IIS's on a client, and that of no certificate where none could send this one on
     * TLS 1.3 (the finding KEY_NOT_OFFERED says so). */
    struct judgement judgement;
    struct chain_paths paths; /* owned; [0] is the path of `judgement` */
    struct offer offers[OFFER_PROGRAM_COUNT]; /* for EXPLAIN_CLIENT, as the next one */
    struct sendings sendings;
    struct server_check server; /* for EXPLAIN_SERVER */
    bool is_let_in;
};

/* -1 only when out of memory. The answer is large: not for the stack. */
int explain_judge(const struct explain_question *question,
                  struct explain_answer *ret_answer, struct err *err) MUST_CHECK;
void explain_finish(struct explain_answer *answer); /* accepts a zeroed one */
