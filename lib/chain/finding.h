/* SPDX-License-Identifier: MIT
 *
 * A fault or a note about one certificate of a path: its kind from finding_list.h, the
 * certificate, and a detail for people.
 */
#pragma once

#include "chain/finding_list.h"
#include "chain/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum finding_kind {
#define X(name, trust, verdict, judges, hides, rule, fault, remedy) FINDING_##name,
    FINDING_LIST(X)
#undef X
        FINDING_COUNT
};

struct finding_info {
    const char *name;      /* "UNTRUSTED_ROOT" */
    uint32_t trust_status; /* CERT_TRUST_* bit */
    enum verdict verdict;  /* VERDICT_OK: a note */
    const char *rule;
    const char *fault;
    const char *remedy;
};

const struct finding_info *finding_get(enum finding_kind kind);

/* A fault's sentence about a name: the name, `link`, `rest`. "It is X." becomes
 * "NAME is X.", "Its Y is X." becomes "NAME's Y is X.", any other "NAME: ...". */
struct finding_phrase {
    const char *link; /* " ", "'s " or ": " */
    const char *rest; /* into the fault */
};
struct finding_phrase finding_phrase(const char *fault);
/* Its detail says the fault and more after the name: "ended 1 day ago, at ...". */
bool finding_is_about_time(enum finding_kind kind);

#define FINDING_DETAIL_MAX 160

struct finding {
    enum finding_kind kind;
    size_t element;       /* index in the path, 0 = the client's certificate */
    enum verdict verdict; /* as the policy in force has it; VERDICT_OK = a note */
    /* What exactly, e.g. "until 2025-01-01T00:00:00Z" or "CN=..."; UTF-8 and
     * escaped for a terminal, so safe on one line (HTML still escapes it). May be
     * empty. */
    char detail[FINDING_DETAIL_MAX];
};
