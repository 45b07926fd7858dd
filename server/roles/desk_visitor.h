/* SPDX-License-Identifier: MIT
 *
 * Who looks at the desk, by User-Agent, and what of its list is wanted:
 * ?q=TEXT, and ?mine=1 for what this browser shows its user.
 */
#pragma once

#include "pages/values.h"
#include "roles/role.h"

#define DESK_SEARCH_MAX ((size_t)100)

struct desk_visitor {
    const char *system; /* which section of the desk is for it: "windows", "linux" */
    enum offer_program program;
    char wanted[DESK_SEARCH_MAX]; /* "" = everything */
    bool only_mine;
};

void desk_visitor_init(struct desk_visitor *visitor, const struct role_input *input);
/* Whether a case is wanted. */
bool desk_visitor_wants(const struct desk_visitor *visitor, const struct recipe *recipe,
                        const struct offers *offers);
/* The section to open ("on_windows"), and what the search form held. */
void desk_visitor_put(struct values *v, const struct desk_visitor *visitor);
