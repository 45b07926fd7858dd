/* SPDX-License-Identifier: MIT
 *
 * `certgate doctor`: looks at everything on this machine that client certificates of
 * the test world need, and says of each whether it is well and what to do.
 */
#pragma once

#include "base/buf.h"
#include "base/file.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DOCTOR_LINES_MAX ((size_t)64)
#define DOCTOR_TEXT_MAX  768
#define DOCTOR_PORTS_MAX ((size_t)16)

enum doctor_state {
    DOCTOR_OK,
    DOCTOR_NOTE, /* may be as it is; its fix is what to do if it should not */
    DOCTOR_BAD,
    DOCTOR_STATE_COUNT
};

/* Texts may hold names of files and of others' certificates: hostile until escaped. */
struct doctor_line {
    const char *id; /* "keys"; static, for programs */
    enum doctor_state state;
    char says[DOCTOR_TEXT_MAX];
    char fix[DOCTOR_TEXT_MAX]; /* a command, or a sentence; "" = none is needed */
};

struct doctor {
    char dir[FILE_PATH_MAX]; /* of the test world */
    const char *control;     /* NULL = as every command finds it */
    uint16_t ports[DOCTOR_PORTS_MAX];
    size_t n_ports;
    int64_t now;
    struct certificate *root;    /* owned: the test CA; NULL = none can be read */
    struct certificate *issuing; /* owned: the CA below it; may be NULL */
    struct doctor_line lines[DOCTOR_LINES_MAX];
    size_t n_lines;
};

/* In the order in which they are called; the first finds the root. */
void doctor_look_at_world(struct doctor *doctor);
void doctor_look_at_store(struct doctor *doctor);
void doctor_look_at_server(struct doctor *doctor);
void doctor_look_at_system(struct doctor *doctor);
void doctor_look_at_browsers(struct doctor *doctor);
void doctor_finish(struct doctor *doctor); /* accepts a zeroed one */

/* A new line, for the functions above. Beyond DOCTOR_LINES_MAX it is the last one. */
struct doctor_line *doctor_add(struct doctor *doctor, const char *id,
                               enum doctor_state state);
void doctor_say(struct doctor_line *line, const char *format, ...) PRINTF_LIKE(2, 3);
void doctor_fix(struct doctor_line *line, const char *format, ...) PRINTF_LIKE(2, 3);

size_t doctor_count(const struct doctor *doctor, enum doctor_state state);
/* False: out of memory. */
bool doctor_append_text(struct buf *out, const struct doctor *doctor);
bool doctor_append_json(struct buf *out, const struct doctor *doctor);
