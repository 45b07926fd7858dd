/* SPDX-License-Identifier: MIT
 *
 * What the logs of a Windows server would hold of a refusal, for certgate's own part of
 * the page.
 */
#pragma once

#include "pages/values.h"
#include "site/access.h"

/* Adds "windows_logs" with "logs", each with "title" and "events"; nothing if nobody
 * was refused, or if there was nothing to validate on. */
void page_events_add(struct values *v, const struct exchange_input *input,
                     const struct access *access);
