/* SPDX-License-Identifier: MIT
 *
 * What `netsh http show sslcert` printed: its text with English labels, or the JSON of
 * json=enable. Pure; all of it is hostile.
 *
 * Of the JSON Microsoft describes no more than that there is one; what is read here are
 * objects with an address, and members that are called as the labels, the parameters of
 * netsh or the members of HTTP_SERVICE_CONFIG_SSL_PARAM are.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "like/netsh_list.h"

#include <stdbool.h>
#include <stddef.h>

enum netsh_field {
#define NETSH_ENUM(name, label, other, kind, option) NETSH_##name,
    NETSH_FIELDS(NETSH_ENUM)
#undef NETSH_ENUM
        NETSH_FIELD_COUNT
};

enum netsh_kind { NETSH_TEXT, NETSH_NUMBER, NETSH_SWITCH, NETSH_FLAG, NETSH_BITS };

struct netsh_field_info {
    const char *label;
    const char *other;
    enum netsh_kind kind;
    const char *option;
};
const struct netsh_field_info *netsh_field_get(enum netsh_field field);
/* By any of its names; NETSH_FIELD_COUNT for none. */
enum netsh_field netsh_field_find(struct slice name);

/* Of bindings, too, but with nothing to do with certificates. */
bool netsh_is_passed_over(struct slice name);
/* What a binding's address is called. */
bool netsh_is_address(struct slice name);

/* "Enabled", "Set", "Not Set", ...; false for what is no switch. */
bool netsh_read_switch(struct slice value, bool *ret_on);

/* Told in the order of the text. Lines count from 1. */
struct netsh_visitor {
    void *user;
    /* A binding begins: "0.0.0.0:443", or a host's name in front of the port. */
    void (*on_binding)(void *user, struct slice address, size_t line);
    /* Of the last binding. BITS come as the switches that they stand for. "" and
     * "(null)" come as "". */
    void (*on_value)(void *user, enum netsh_field field, struct slice value,
                     size_t line);
    /* A label that is not known; also before any binding. */
    void (*on_unknown)(void *user, struct slice label, size_t line);
};

/* UTF-8, or nearly (like/windows_text). */
void netsh_read_text(struct slice text, const struct netsh_visitor *visitor);
/* -1 if it is no JSON, or nested deeper than any of netsh's. */
int netsh_read_json(struct slice text, const struct netsh_visitor *visitor,
                    struct err *err) MUST_CHECK;
/* Calls on_value for each switch of a BITS field. */
void netsh_expand_bits(enum netsh_field field, uint64_t bits, size_t line,
                       const struct netsh_visitor *visitor);
