/* SPDX-License-Identifier: MIT
 *
 * The values that the pages are filled with: IIS's part (what its detailed page
 * says) and certgate's own (which certificate came, its path with each fault at
 * its certificate, what decided, which assumptions were in force).
 */
#pragma once

#include "pages/values.h"
#include "site/access.h"

#include <stdint.h>

/* What IIS's part of the page shows. */
struct page_subject {
    unsigned status;
    unsigned substatus;
    uint32_t hresult;
    const char *fragment;     /* template with description, causes and tries */
    const char *module;       /* "IIS Web Core" */
    const char *notification; /* "BeginRequest" */
    const char *logon_method; /* with logon_user; NULL = not yet determined */
    const char *logon_user;
};

/* IIS's part only, which clients without access to details may see as well. NULL: out
 * of memory. */
json_t *page_values_create(const struct exchange_input *input,
                           const struct page_subject *subject);
/* Adds certgate's own part. */
bool page_values_add_findings(json_t *page, const struct exchange_input *input,
                              const struct access *access);
