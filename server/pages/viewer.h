/* SPDX-License-Identifier: MIT
 *
 * The certificate viewer, as the values of the template "viewer": the pages General
 * and Details of Windows' certificate dialog (describe/dialog), and the certification
 * path, with a box that says of the chosen certificate what is wrong with it. Nothing
 * depends on a script: the tabs, the Show box and the path are radio buttons and a
 * style sheet.
 */
#pragma once

#include "chain/judge.h"
#include "chain/server_check.h"
#include "pages/values.h"

#include <stdbool.h>
#include <stddef.h>

struct describe_memo;

/* Everything is borrowed. */
struct viewer_subject {
    const char *id; /* unique on the page: [a-z]+ */
    const struct certificate *cert;
    const char *friendly_name; /* a stranger's; NULL = none */
    /* How it was judged: one of the two; both NULL = it was not, and has no path. */
    const struct judgement *judgement;
    const struct server_check *check;
    struct describe_memo *memo; /* NULL = none is kept */
    bool shows_files;           /* where in the store a certificate lies */
};

/* A new reference; NULL when out of memory. */
json_t *viewer_create(const struct viewer_subject *subject);

/* ---- its parts; for viewer.c and the judged pages */

/* Adds "key" with the text that `append` makes of the certificate. */
void viewer_put(struct values *v, const char *key,
                bool (*append)(struct buf *out, const struct certificate *cert),
                const struct certificate *cert);
/* The path of the subject, and its findings. */
const struct chain *viewer_chain(const struct viewer_subject *subject);
size_t viewer_n_findings(const struct viewer_subject *subject);
/* Finding `i`: where, what and how serious. */
struct viewer_finding {
    enum finding_kind kind; /* FINDING_COUNT: one of server_check's own */
    size_t element;         /* chain->n_elements = of none */
    bool is_note;
    bool is_about_time; /* finding_is_about_time() */
    bool decides;
    const char *name;
    const char *fault;
    const char *rule;
    const char *remedy;
    const char *detail; /* "" = none */
    enum verdict verdict;
    const char *chrome; /* of a server's: the browser's error */
};
struct viewer_finding viewer_finding(const struct viewer_subject *subject, size_t i);

/* Finding `i` as values for the template "fault". */
json_t *viewer_fault(const struct viewer_subject *subject, size_t i);
/* The path as Windows draws it, root first, each certificate with its faults. */
json_t *viewer_path(const struct viewer_subject *subject);
/* The faults that belong to no certificate of the path. */
json_t *viewer_path_faults(const struct viewer_subject *subject);
/* Whether the path ends before a root, and the name of the issuer that is missing. */
bool viewer_is_partial(const struct viewer_subject *subject);
json_t *viewer_missing(const struct viewer_subject *subject);

/* What Windows' dialog says on General instead of the purposes; NULL = nothing. */
struct viewer_saying {
    const char *text;
    bool is_unsure; /* a sign of warning, not one of a fault */
};
struct viewer_saying viewer_saying(const struct viewer_subject *subject);
/* What it says of one certificate of the path, in the box "Certificate status". */
const char *viewer_status(const struct viewer_subject *subject, size_t element);
