/* SPDX-License-Identifier: MIT
 *
 * `certgate doctor`: what is wrong with this machine, as far as client certificates go.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What certgated takes by default (server/config/config_listen.c). */
static const uint16_t default_ports[] = { 8443, 8444, 8445, 8440, 8441 };

struct options {
    struct doctor *doctor; /* borrowed */
    const char *dir;
    bool json;
    bool help;
};

SETTER(dir, struct options, dir, value)
SETTER(json, struct options, json, true)
SETTER(help, struct options, help, true)

static int set_control(void *target, const char *value, struct err *err)
{
    (void)err;
    ((struct options *)target)->doctor->control = value;
    return 0;
}

static int add_port(void *target, const char *value, struct err *err)
{
    struct doctor *doctor = ((struct options *)target)->doctor;
    uint64_t port;
    if (!text_read_number(value, UINT16_MAX, &port) || port == 0) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" is no port", value);
    }
    if (doctor->n_ports == DOCTOR_PORTS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %zu ports", DOCTOR_PORTS_MAX);
    }
    doctor->ports[doctor->n_ports++] = (uint16_t)port;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "port", 0, NULL, "PORT", "look at this one, and not at certgated's default ports", add_port, ARGS_REPEATABLE },
    { "control", 0, NULL, "URL", "the control of certgated; default: as for revoke", set_control, ARGS_ONCE },
    { "cases", 0, "data", "DIR", "the test world; default $XDG_DATA_HOME/certgate", set_dir, ARGS_ONCE },
    { "json", 0, NULL, NULL, "print it as JSON", set_json, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate doctor [OPTION...]\n"
    "Looks at the test CA and its keys, the clock, the stores, certgated or its\n"
    "ports, and at what the system and the browsers of this user trust, and says\n"
    "what to do. It changes nothing.\n";
static const char closing[] =
    "Exit: 0 all is well, 1 something is not, 2 wrong usage.\n";

static int examine(const struct options *options, struct err *err)
{
    struct doctor *doctor = options->doctor;
    struct buf text = BUF_EMPTY;
    if (options->dir != NULL) {
        (void)snprintf(doctor->dir, sizeof(doctor->dir), "%s", options->dir);
    } else if (file_find_place(FILE_PLACE_DATA, NULL, doctor->dir, err) != 0) {
        return -1;
    }
    if (doctor->n_ports == 0) {
        memcpy(doctor->ports, default_ports, sizeof(default_ports));
        doctor->n_ports = ARRAY_LEN(default_ports);
    }
    doctor->now = clock_now_s();
    doctor_look_at_world(doctor);
    doctor_look_at_store(doctor);
    doctor_look_at_server(doctor);
    doctor_look_at_system(doctor);
    doctor_look_at_browsers(doctor);
    bool made = options->json ? doctor_append_json(&text, doctor)
                              : doctor_append_text(&text, doctor);
    if (!made) {
        text.failed = true;
    }
    if (command_write(NULL, &text, err) != 0) {
        return -1;
    }
    return doctor_count(doctor, DOCTOR_BAD) > 0 ? COMMAND_DIFFERS : COMMAND_OK;
}

int command_doctor(int argc, char **argv)
{
    struct options options = { .doctor = mem_alloc(1, sizeof(*options.doctor)) };
    struct err err = ERR_INIT;
    int result;
    if (options.doctor == NULL) {
        err_memory(&err);
        return command_fail("doctor", &err);
    }
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, NULL, &err) != 0) {
        result = command_fail_usage("doctor", &err);
    } else if (options.help) {
        result = command_print_help(usage, rows, ARRAY_LEN(rows), closing);
    } else {
        result = examine(&options, &err);
        if (result < 0) {
            result = command_fail("doctor", &err);
        }
    }
    doctor_finish(options.doctor);
    free(options.doctor);
    return result;
}
