/* SPDX-License-Identifier: MIT
 *
 * The values of the desk's pages.
 */
#pragma once

#include "pages/values.h"
#include "roles/role.h"

/* What every page of the desk has, for the templates desk/head and desk/foot: title,
 * the list of pages (`path` is this one), version, whom the server plays, ports. */
void desk_values_frame(struct values *v, const struct role_input *input,
                       const char *path, const char *title);
/* Answers with a page of these `powers` (enum pages_power). Consumes the values. -1:
 * memory. */
int desk_answer_page(struct role_answer *answer, const char *page, struct values *v,
                     unsigned powers, struct err *err) MUST_CHECK;
/* The first page, and the one about 2026. */
void desk_values_home(struct values *v, const struct role_input *input);
void desk_values_2026(struct values *v, const struct role_input *input);
