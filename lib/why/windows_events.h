/* SPDX-License-Identifier: MIT
 *
 * What Windows' logs would hold of a client's certificate that a server was shown
 * (iis.md 11.11, 11.12, section 8 row 9), in the form of them: for `certgate explain
 * --windows-events` and for certgated's pages. Only what is documented and what the
 * judgement knows: nothing of alerts, nor of mappings by a domain controller. Pure.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WINDOWS_EVENTS_MAX ((size_t)5)

enum windows_log { WINDOWS_LOG_SYSTEM, WINDOWS_LOG_CAPI2, WINDOWS_LOG_COUNT };
const char *windows_log_title(enum windows_log log);

/* What is known. Everything is borrowed. */
struct windows_events_input {
    bool is_judged; /* a certificate came, and was validated */
    struct slice name;
    uint32_t trust_status;
    uint32_t hresult;        /* of the certificate; 0 = it is good */
    const uint32_t *logging; /* Schannel's EventLogging; NULL = not known */
    size_t n_left_out; /* names that a list of trusted issuers of 16 KB has no room for
                        */
};

struct windows_event {
    enum windows_log log;
    unsigned id;
    struct buf text; /* owned; `name` is in it as it was given */
};

/* Returns how many; those of a log stand together. A text that failed is out of memory.
 */
size_t windows_events_list(const struct windows_events_input *input,
                           struct windows_event events[static WINDOWS_EVENTS_MAX]);
void windows_events_finish(struct windows_event *events, size_t n);
