/* SPDX-License-Identifier: MIT
 *
 * Reads an error page as a person does: the heading "HTTP Error 403.16 - Forbidden"
 * and the line "Error Code 0x800b0109" of IIS's detailed error page. Nothing else
 * on the wire tells the sub-status; a custom page (what IIS shows to remote users)
 * hides it. And nginx's page, which says in its title for which of its own codes it
 * has sent a 400.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define PAGE_HEADING_MAX 256
/* How much of a page's text is looked at. */
#define PAGE_TEXT_MAX ((size_t)256 * 1024)

struct page {
    char heading[PAGE_HEADING_MAX]; /* "" = none; the peer's text */
    int status;
    int substatus; /* -1 = the heading has none */
    bool has_hresult;
    uint32_t hresult;
    int inner_status; /* nginx: 494 to 497; 0 = no such title */
};

/* Any bytes; what is not found stays empty. */
void page_read(struct slice body, struct page *ret_page);
