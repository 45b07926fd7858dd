/* SPDX-License-Identifier: MIT
 *
 * The tables certs/authorities.tsv and certs/cases.tsv, read: every certificate
 * of certgate's test world as a recipe, with the answer that it must get. The
 * tables are compiled in; their legend stands at their top.
 *
 * Parsing is pure: bytes in, recipes or one sentence (table, line, column, remedy)
 * out. A book owns the text that its recipes point into.
 */
#pragma once

#include "base/err.h"
#include "chain/judge.h"
#include "chain/verdict.h"
#include "pki/key.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECIPE_LIST_MAX    ((size_t)8)   /* values of one list in a row */
#define RECIPE_RECIPES_MAX ((size_t)512) /* rows of one table */

/* The `details` words that need no value; bits. The words are in recipe_details.c. */
enum recipe_detail {
    RECIPE_BAD_SIGNATURE = 1 << 0, /* one bit of the signature is flipped */
    RECIPE_WRONG_KEY = 1 << 1,     /* the credential's key is not the certificate's */
    RECIPE_VERSION_1 = 1 << 2,     /* X.509 v1: no extensions */
    RECIPE_CRITICAL_UNKNOWN = 1 << 3,    /* an unknown critical extension */
    RECIPE_UNKNOWN = 1 << 4,             /* the same, not critical */
    RECIPE_DUPLICATE_EXTENSION = 1 << 5, /* subjectKeyIdentifier twice */
    RECIPE_MALFORMED_EXTENSION = 1
                                 << 6, /* cRLDistributionPoints that does not decode */
    RECIPE_CA = 1 << 7,                /* a case: basicConstraints CA:TRUE */
    RECIPE_NOT_CA = 1 << 8,            /* an authority: basicConstraints CA:FALSE */
    RECIPE_SERIAL_NEGATIVE = 1 << 9,
    RECIPE_SERIAL_LONG = 1 << 10,    /* 40 bytes, twice what RFC 5280 allows */
    RECIPE_REQUIRE_POLICY = 1 << 11, /* policyConstraints requireExplicitPolicy 0 */
};

/* Seconds from `now`, or a date. */
struct recipe_time {
    bool is_relative;
    int64_t seconds;
};

enum recipe_crl { RECIPE_CRL_NONE, RECIPE_CRL_FRESH, RECIPE_CRL_EXPIRED };

struct recipe_link {
    const char *authority;
    size_t times;
};

/* What the client must receive. */
struct recipe_outcome {
    bool is_alert; /* the handshake ends in an alert; `verdict` says nothing */
    enum verdict verdict;
};

/* No text is NULL unless noted otherwise; all of it is borrowed from the book. */
struct recipe {
    bool is_authority;
    size_t line; /* in its table */
    const char *name;
    const char *title; /* for people: what is special about it */

    /* The issuing authority's name; NULL = self-signed, or (case `none`) nothing. */
    const char *issuer;
    bool is_none;        /* the case without any certificate */
    const char *subject; /* see forge_name.h */
    bool has_eku;
    bool eku_critical;
    const char *purposes[RECIPE_LIST_MAX]; /* for oid_parse */
    size_t n_purposes;
    bool has_key_usage;
    unsigned key_usage; /* enum key_usage bits */
    int path_len;       /* authorities; CERTIFICATE_PATH_LEN_NONE = no limit */
    struct recipe_time not_before;
    struct recipe_time not_after;
    bool key_is_weak; /* RSA of RECIPE_WEAK_KEY_BITS; key_type says nothing */
    enum key_type key_type;
    const char *key_of; /* uses this authority's key, too; or NULL */
    enum key_hash hash;

    unsigned details;                       /* enum recipe_detail bits */
    const char *alt_names[RECIPE_LIST_MAX]; /* "DNS:x", "email:x", "UPN:x", "URI:x" */
    size_t n_alt_names;
    const char *permitted[RECIPE_LIST_MAX]; /* name constraints: "DNS:x", "email:x" */
    size_t n_permitted;
    const char *excluded[RECIPE_LIST_MAX];
    size_t n_excluded;
    const char *policy; /* an OID for certificatePolicies, or NULL */
    const char *application_policies[RECIPE_LIST_MAX]; /* for oid_parse; Microsoft's */
    size_t n_application_policies;
    const char *crl_url; /* cRLDistributionPoints, or NULL */

    /* Sent after the certificate itself, in this order; cases only. */
    struct recipe_link chain[RECIPE_LIST_MAX];
    size_t n_chain;
    bool folders[STORE_FOLDER_COUNT]; /* where its certificate goes in the store */
    bool is_revoked;
    unsigned revocation_reason; /* enum crl_reason */
    enum recipe_crl crl;        /* authorities: what it publishes */

    /* Cases only. */
    const char *row; /* of the reference behind the expectation: "15", "2b", "-" */
    struct recipe_outcome accept;
    struct recipe_outcome require;
    /* As the table spells them for its readers: "403.16", "0x800B0109" or "-". */
    const char *code;
    const char *hresult;
};

/* Short enough for Windows to block it, long enough to sign in TLS 1.3. */
#define RECIPE_WEAK_KEY_BITS 768u

struct recipe_table {
    char *text;             /* owned */
    struct recipe *recipes; /* owned; in the order of the table */
    size_t n_recipes;
    /* Rows that were added later (forge_mint.h); borrowed, NULL = none. recipe_find()
     * does not search them. */
    const struct recipe_table *more;
};

struct recipe_book {
    struct recipe_table authorities; /* issuers stand before what they issue */
    struct recipe_table cases;
};

/* The compiled-in tables. The book is small enough for the stack. */
int recipe_book_load(struct recipe_book *ret_book, struct err *err) MUST_CHECK;
/* The same from other texts; `label`s are the files' names in errors. */
int recipe_book_parse(struct slice authorities, const char *authorities_label,
                      struct slice cases, const char *cases_label,
                      struct recipe_book *ret_book, struct err *err) MUST_CHECK;
/* One row like those of the cases. `line` is modified and remains the recipe's text.
 * `others` are the rows whose names are taken. An error names the column, not a
 * file. */
int recipe_parse_case(char *line, const struct recipe_book *book,
                      const struct recipe_table *others, struct recipe *ret_recipe,
                      struct err *err) MUST_CHECK;
void recipe_book_finish(struct recipe_book *book); /* accepts a zeroed one */

/* By exact name; NULL if there is none. */
const struct recipe *recipe_find(const struct recipe_table *table, const char *name);
/* The name that was probably meant by a misspelled one, or NULL. */
const char *recipe_suggest(const struct recipe_table *table, const char *name);

/* Ignore never asks for a certificate, so everything is VERDICT_OK there. */
struct recipe_outcome recipe_expect(const struct recipe *recipe, enum ssl_flags flags);

int64_t recipe_time_at(struct recipe_time time, int64_t now);
