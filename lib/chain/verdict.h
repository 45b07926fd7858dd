/* SPDX-License-Identifier: MIT
 *
 * Maps the faults of a path to the one answer that IIS would give. http.sys passes
 * IIS one HRESULT per bad certificate, never a list (iis.md 0.2), so one of several
 * faults decides: the precedence is the table in verdict_list.h.
 */
#pragma once

#include "chain/verdict_list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verdict {
#define X(name, status, sub, hresult, symbol, base, ssl, title) VERDICT_##name,
    VERDICT_LIST(X)
#undef X
        VERDICT_COUNT
};

struct verdict_info {
    const char *name; /* "UNTRUSTED_ROOT" */
    unsigned status;
    unsigned substatus;
    uint32_t hresult;
    const char *symbol;
    unsigned rank[2]; /* by enum precedence */
    const char *title;
};

/* What is said of it beside the facts, with advice_list.h's marks. The lists end with
 * NULL and are not empty. */
struct verdict_advice {
    const char *description;
    const char *const *causes;
    const char *const *tries;
    const char *more;
};

/* Which order decides between several faults (iis.md 2b: candidates A and B). */
enum precedence {
    PRECEDENCE_BASE, /* the default */
    PRECEDENCE_SSL,
};

const struct verdict_info *verdict_get(enum verdict verdict);
const struct verdict_advice *verdict_advice(enum verdict verdict);
/* "403.16", with the sub-status always shown but for 200. Static text. */
const char *verdict_code(enum verdict verdict);
/* By its name, or false. */
bool verdict_find(const char *name, enum verdict *ret_verdict);
/* sc-win32-status: an HRESULT of FACILITY_WIN32 (0x8007xxxx) is logged as the
 * bare Win32 code, any other as the unsigned decimal (iis.md 0.5). */
uint32_t verdict_win32_status(uint32_t hresult);
/* The more important of two outcomes of a chain; VERDICT_OK loses to all. */
enum verdict verdict_prefer(enum verdict a, enum verdict b, enum precedence precedence);
