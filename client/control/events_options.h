/* SPDX-License-Identifier: MIT
 *
 * What `certgate events` and `certgate expect` share on the command line: where the
 * server's control is, and which events are meant. The first member of their options,
 * so that the shared rows can set it.
 */
#pragma once

#include "base/args.h"
#include "control/events_source.h"

struct events_options {
    const char *control; /* NULL = wherever it is */
    struct events_query query;
};

/* The control of the server, as control_find() finds it. */
int events_options_find(const struct events_options *options, struct url *ret_url,
                        struct err *err) MUST_CHECK;

int events_options_set_control(void *options, const char *value, struct err *err);
int events_options_set_type(void *options, const char *value, struct err *err);
int events_options_set_verdict(void *options, const char *value, struct err *err);
int events_options_set_subject(void *options, const char *value, struct err *err);
int events_options_set_since(void *options, const char *value, struct err *err);

/* The rows for them, as macros would hide them from the checks of --help. */
/* clang-format off */
#define EVENTS_OPTIONS_ROWS \
    ARGS_HEADING("Which events"), \
    { "type", 0, NULL, "TYPE", "request, handshake, connection, done or failed", events_options_set_type, ARGS_ONCE }, \
    { "verdict", 0, "status", "VERDICT", "by status (403.16) or name (WRONG_USAGE)", events_options_set_verdict, ARGS_ONCE }, \
    { "subject", 0, NULL, "NAME", "of the certificate: an attribute (CN=alice), the whole, or issued to", events_options_set_subject, ARGS_ONCE }, \
    { "since", 0, NULL, "N", "behind event number N; default: all that the server still has", events_options_set_since, ARGS_ONCE }, \
    ARGS_HEADING("The server"), \
    { "control", 0, NULL, "URL", "its control; default $CERTGATE_CONTROL, else the running server's", events_options_set_control, ARGS_ONCE }
/* clang-format on */
