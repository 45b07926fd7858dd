/* SPDX-License-Identifier: MIT */
#include "doctor/doctor.h"

#include "base/text.h"
#include "describe/json_value.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* mark  at the head of a line, for people
 * name  for programs */
static const struct state_info {
    const char *mark;
    const char *name;
} states[DOCTOR_STATE_COUNT] = {
    [DOCTOR_OK] = { "ok", "ok" },
    [DOCTOR_NOTE] = { "--", "note" },
    [DOCTOR_BAD] = { "NOT OK", "not-ok" },
};

struct doctor_line *doctor_add(struct doctor *doctor, const char *id,
                               enum doctor_state state)
{
    size_t last = DOCTOR_LINES_MAX - 1;
    struct doctor_line *line =
        &doctor->lines[doctor->n_lines < last ? doctor->n_lines : last];
    doctor->n_lines += doctor->n_lines < DOCTOR_LINES_MAX;
    memset(line, 0, sizeof(*line));
    line->id = id;
    line->state = state;
    return line;
}

void doctor_say(struct doctor_line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line->says, sizeof(line->says), format, args);
    va_end(args);
}

void doctor_fix(struct doctor_line *line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(line->fix, sizeof(line->fix), format, args);
    va_end(args);
}

size_t doctor_count(const struct doctor *doctor, enum doctor_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < doctor->n_lines; i++) {
        n += doctor->lines[i].state == state;
    }
    return n;
}

void doctor_finish(struct doctor *doctor)
{
    certificate_destroy(doctor->root);
    certificate_destroy(doctor->issuing);
    doctor->root = doctor->issuing = NULL;
}

/* ---- what is shown */

bool doctor_append_text(struct buf *out, const struct doctor *doctor)
{
    size_t n_bad = doctor_count(doctor, DOCTOR_BAD);
    for (size_t i = 0; i < doctor->n_lines; i++) {
        const struct doctor_line *line = &doctor->lines[i];
        buf_printf(out, "%-7s %s: ", states[line->state].mark, line->id);
        text_escape_terminal(out, slice_from_string(line->says));
        buf_append_byte(out, '\n');
        if (line->fix[0] != 0) {
            buf_append_string(out, "        ");
            text_escape_terminal(out, slice_from_string(line->fix));
            buf_append_byte(out, '\n');
        }
    }
    if (n_bad == 0) {
        buf_append_string(out, "All is well.\n");
    } else {
        buf_printf(out, "%zu of %zu not ok.\n", n_bad, doctor->n_lines);
    }
    return buf_ok(out);
}

static json_t *line_json(const struct doctor_line *line)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "id", json_string(line->id), &failed);
    json_value_set(object, "state", json_string(states[line->state].name), &failed);
    json_value_set(object, "says", json_value_text(slice_from_string(line->says)),
                   &failed);
    if (line->fix[0] != 0) {
        json_value_set(object, "fix", json_value_text(slice_from_string(line->fix)),
                       &failed);
    }
    return json_value_finish(object, failed);
}

bool doctor_append_json(struct buf *out, const struct doctor *doctor)
{
    json_t *object = json_object();
    json_t *lines = json_array();
    bool failed = false;
    for (size_t i = 0; i < doctor->n_lines; i++) {
        json_value_add(lines, line_json(&doctor->lines[i]), &failed);
    }
    json_value_set(object, "schema", json_string("certgate-doctor-1"), &failed);
    json_value_set(object, "ok", json_boolean(doctor_count(doctor, DOCTOR_BAD) == 0),
                   &failed);
    json_value_set(object, "lines", lines, &failed);
    object = json_value_finish(object, failed);
    bool made = object != NULL && json_value_dump(object, JSON_INDENT(2), out) &&
                buf_append_byte(out, '\n');
    json_decref(object);
    return made;
}
