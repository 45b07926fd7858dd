/* SPDX-License-Identifier: MIT
 *
 * Lines of a W3C extended log, as IIS writes it: which field is which (#Fields), and
 * the few that tell of a refusal. Pure; lines may be anything.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum log_field {
    LOG_FIELD_DATE,
    LOG_FIELD_TIME,
    LOG_FIELD_CLIENT, /* c-ip */
    LOG_FIELD_STATUS,
    LOG_FIELD_SUBSTATUS,
    LOG_FIELD_WIN32_STATUS,
    LOG_FIELD_REASON, /* s-reason, of HTTPERR */
    LOG_FIELD_COUNT
};

/* Where each stands in a line, from 0; LOG_NO_FIELD = it is not written. */
#define LOG_NO_FIELD SIZE_MAX
struct log_fields {
    size_t place[LOG_FIELD_COUNT];
    size_t n_fields; /* of a line */
};

struct log_line {
    struct slice date, time, client; /* of the line; empty if not written */
    struct slice
        reason; /* likewise; then it is a line of HTTPERR, with any status or 0 */
    unsigned status;
    unsigned substatus;    /* 0 if not written */
    uint32_t win32_status; /* likewise */
};

enum log_line_kind {
    LOG_LINE_REQUEST,
    LOG_LINE_DIRECTIVE, /* "#...", or empty */
    LOG_LINE_DAMAGED,   /* another number of fields, or no number where one belongs */
};

/* The order that IIS has unless told otherwise. */
void log_fields_default(struct log_fields *fields);
/* Reads one line without its end. "#Fields:" changes `fields` for those behind it;
 * `ret_line` is filled for a request only. */
enum log_line_kind log_line_read(struct log_fields *fields, struct slice text,
                                 struct log_line *ret_line);
/* Of a line by itself, whose fields nobody names: in the default order, with or without
 * cs(Referer), or "403 16 2148204809" anywhere in it. */
bool log_line_guess(struct slice text, struct log_line *ret_line);
/* In the `i`th of the orders of HTTPERR, whose older logs have no head. The reason is
 * empty if it is none such; false behind the last. */
bool log_line_as_httperr(struct slice text, size_t i, struct log_line *ret_line);
