/* SPDX-License-Identifier: MIT
 *
 * The bindings that netsh printed, as options.
 */
#include "like/like_internal.h"
#include "like/windows_text.h"

#include "base/text.h"

#include <string.h>

#define UNKNOWN_MAX 8 /* labels of a file that are told */
/* What netsh shows of a binding that lost its owner. */
#define NO_APPLICATION "{00000000-0000-0000-0000-000000000000}"

struct reading {
    struct like *like;
    const char *file;
    struct like_binding *binding; /* NULL = one that is left out */
    unsigned n_unknown;
};

/* What certgate makes of a field that no option takes; NULL = nothing is to be said. */
static const struct {
    enum netsh_field field;
    bool is_trap;
    const char *says; /* if it is on, or has a value */
} remarks[] = {
    { NETSH_CTL_IDENTIFIER, false,
      "a signed list of hashes is not read; put the issuers into "
      "LocalMachine/ClientAuthIssuer" },
    { NETSH_DS_MAPPER, false, "there is no Active Directory to ask" },
    { NETSH_REJECT, true, "http.sys ends every connection to this binding" },
    { NETSH_TOKEN_BINDING, false, "there is no token binding" },
};

static void remark(struct like *like, enum netsh_field field, struct slice value,
                   const char *file, size_t line)
{
    const char *label = netsh_field_get(field)->label;
    bool on = true;
    if (netsh_read_switch(value, &on) && !on) {
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(remarks) && value.len > 0; i++) {
        if (remarks[i].field == field) {
            like_say(like, remarks[i].is_trap ? LIKE_TRAP : LIKE_LEFT_OUT, file, line,
                     "%s: %.*s: %s.", label, like_shown(value),
                     (const char *)value.data, remarks[i].says);
        }
    }
    if (field == NETSH_APPID && windows_text_equal(value, NO_APPLICATION)) {
        like_say(like, LIKE_TRAP, file, line,
                 "%s is all zeros: the binding is broken. Choose its certificate anew "
                 "in IIS Manager.",
                 label);
    }
    if (field == NETSH_STORE && value.len > 0 && !windows_text_equal(value, "MY")) {
        like_say(like, LIKE_LEFT_OUT, file, line,
                 "%s: %.*s: certgate has a certificate of its own, for localhost.",
                 label, like_shown(value), (const char *)value.data);
    }
}

/* ClientAuthTrustMode and the like take numbers; netsh's are decimal. */
static bool is_number(struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') {
            return false;
        }
    }
    return value.len > 0;
}

static void set_value(struct like *like, struct like_binding *binding,
                      enum netsh_field field, struct slice value, const char *file,
                      size_t line)
{
    const struct netsh_field_info *info = netsh_field_get(field);
    struct slice taken = value;
    bool on = false;
    if (info->option[0] == 0) {
        remark(like, field, value, file, line);
        return;
    }
    if (info->kind == NETSH_SWITCH || info->kind == NETSH_FLAG) {
        if (!netsh_read_switch(value, &on)) {
            like_say(like, LIKE_UNREAD, file, line,
                     "%s: \"%.*s\" is neither Enabled nor Disabled.", info->label,
                     like_shown(value), (const char *)value.data);
            return;
        }
        if (info->kind == NETSH_FLAG && !on) {
            return;
        }
        taken = slice_from_string(on ? "enable" : "disable");
    } else if (info->kind == NETSH_NUMBER && !is_number(value)) {
        like_say(like, LIKE_UNREAD, file, line, "%s: \"%.*s\" is no number.",
                 info->label, like_shown(value), (const char *)value.data);
        return;
    } else if (value.len == 0 ||
               (field == NETSH_TIMEOUT && slice_equals_string(value, "0"))) {
        return; /* none, or the system's */
    }
    like_set(like, binding, info->option, taken, file, line, "%s: %.*s.", info->label,
             like_shown(value), (const char *)value.data);
}

static void on_binding(void *user, struct slice address, size_t line)
{
    struct reading *reading = user;
    reading->binding = like_add_binding(reading->like, address, reading->file, line);
}

static void on_value(void *user, enum netsh_field field, struct slice value,
                     size_t line)
{
    const struct reading *reading = user;
    if (reading->binding != NULL) {
        set_value(reading->like, reading->binding, field, value, reading->file, line);
    }
}

static void on_unknown(void *user, struct slice label, size_t line)
{
    struct reading *reading = user;
    if (reading->n_unknown++ < UNKNOWN_MAX) {
        like_say(reading->like, LIKE_UNREAD, reading->file, line,
                 "\"%.*s\" is no label of netsh that is known here.", like_shown(label),
                 (const char *)label.data);
    }
}

void like_netsh_number(struct like *like, struct like_binding *binding,
                       enum netsh_field field, uint32_t bits, struct slice value,
                       const char *file, size_t line)
{
    struct reading reading = { .like = like, .file = file, .binding = binding };
    const struct netsh_visitor visitor = { &reading, on_binding, on_value, on_unknown };
    if (netsh_field_get(field)->kind == NETSH_BITS) {
        netsh_expand_bits(field, bits, line, &visitor);
    } else {
        on_value(&reading, field, value, line);
    }
}

void like_netsh(struct like *like, const char *file, struct slice text, bool is_json)
{
    struct reading reading = { .like = like, .file = file };
    const struct netsh_visitor visitor = { &reading, on_binding, on_value, on_unknown };
    struct err problem = ERR_INIT;
    size_t before = like->n_bindings;
    if (!is_json) {
        netsh_read_text(text, &visitor);
    } else if (netsh_read_json(text, &visitor, &problem) != 0) {
        like_say(like, LIKE_UNREAD, file, 0, "%s.", problem.text);
    }
    if (reading.n_unknown > UNKNOWN_MAX) {
        like_say(like, LIKE_UNREAD, file, 0, "%u more labels are not known.",
                 reading.n_unknown - UNKNOWN_MAX);
    }
    if (like->n_bindings == before && problem.text[0] == 0) {
        like_say(like, LIKE_UNREAD, file, 0,
                 reading.n_unknown > 0
                     ? "No binding is found: netsh's labels are read in English only. "
                       "The registry (http.reg) and json=enable do not depend on the "
                       "language."
                     : "It holds no binding.");
    } else if (reading.n_unknown > 0 && !is_json &&
               like->bindings[before].settings.n == 0) {
        like_say(like, LIKE_UNREAD, file, 0,
                 "netsh's labels are read in English only. The registry (http.reg) and "
                 "json=enable do not depend on the language.");
    }
}
