/* SPDX-License-Identifier: MIT
 *
 * Values of the registry, as options. The bindings of http.sys stand there, too, for
 * servers whose netsh does not speak English.
 */
#include "like/like_internal.h"
#include "like/reg.h"
#include "like/registry_list.h"
#include "like/windows_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FAULTS_MAX  8 /* of a file that are told */
#define UNKNOWN_MAX 8

enum area { AREA_SCHANNEL, AREA_CHAIN, AREA_HTTP, AREA_COUNT };
enum done { DO_NUMBER, DO_FLAG, DO_INVERSE, DO_LEFT, DO_NOTHING, DO_LOGGING };

static const char *const registry_areas[AREA_COUNT] = {
    [AREA_SCHANNEL] = "\\Control\\SecurityProviders\\SCHANNEL",
    [AREA_CHAIN] = "\\CertDllCreateCertificateChainEngine\\Config",
    [AREA_HTTP] = "\\Services\\HTTP\\Parameters",
};

static const struct row {
    enum area area;
    const char *subkey;
    const char *name;
    const char *option;
    enum done done;
} rows[] = {
#define REGISTRY_ROW(area, subkey, name, option, done) \
    { AREA_##area, subkey, name, option, DO_##done },
    REGISTRY_VALUES(REGISTRY_ROW)
#undef REGISTRY_ROW
};

/* What netsh shows, under the names of the registry. */
static const struct {
    const char *name;
    enum netsh_field field;
} binding_names[] = {
    { "DefaultSslCertCheckMode", NETSH_CHECK_MODE },
    { "DefaultFlags", NETSH_FLAGS },
    { "DefaultSslRevocationFreshnessTime", NETSH_FRESHNESS },
    { "DefaultSslRevocationUrlRetrievalTimeout", NETSH_TIMEOUT },
    { "DefaultSslCtlStoreName", NETSH_CTL_STORE },
    { "DefaultSslCtlIdentifier", NETSH_CTL_IDENTIFIER },
    { "SslCertStoreName", NETSH_STORE },
};

struct reading {
    struct like *like;
    const char *file;
    bool bindings;
    struct like_binding *binding;
    struct buf binding_key; /* of the last binding */
    size_t n_faults;
    size_t n_unknown;
};

/* The key's part below an area; false for another's key. */
static bool find_area(struct slice key, enum area *ret_area, struct slice *ret_below)
{
    for (size_t i = 0; i < key.len; i++) {
        struct slice rest = slice_part(key, i, key.len);
        for (int area = 0; area < AREA_COUNT; area++) {
            size_t len = strlen(registry_areas[area]);
            if (windows_text_begins(rest, registry_areas[area]) &&
                (rest.len == len || rest.data[len] == '\\')) {
                *ret_area = (enum area)area;
                *ret_below = slice_part(rest, len + 1, rest.len);
                return true;
            }
        }
    }
    return false;
}

static void take(const struct reading *reading, const struct row *row,
                 const struct reg_value *value)
{
    struct like *like = reading->like;
    char number[16];
    bool on = (value->number != 0) == (row->done == DO_FLAG);
    const char *word = on ? "enable" : "disable";
    snprintf(number, sizeof(number), "%" PRIu32, value->number);
    switch (row->done) {
    case DO_NUMBER:
    case DO_FLAG:
    case DO_INVERSE:
        like_set(like, NULL, row->option,
                 slice_from_string(row->done == DO_NUMBER ? number : word),
                 reading->file, value->line, "%s%s%s = %s.", row->subkey,
                 row->subkey[0] != 0 ? "\\" : "", row->name, number);
        break;
    case DO_LEFT:
        if (value->number != 0) {
            like_say(like, LIKE_LEFT_OUT, reading->file, value->line,
                     "%s%s%s = %s: certgate does nothing with it.", row->subkey,
                     row->subkey[0] != 0 ? "\\" : "", row->name, number);
        }
        break;
    case DO_LOGGING:
        like->has_logging = true;
        like->logging = value->number;
        like_say(like, LIKE_TAKEN, reading->file, value->line, "%s = %s%s.", row->name,
                 number,
                 value->number < 3 ? ": the System log does not say when a client "
                                     "certificate is not valid (event 36877); 3 does"
                                   : "");
        break;
    case DO_NOTHING:
    default:
        break;
    }
}

static void unknown(struct reading *reading, const struct reg_value *value)
{
    if (reading->n_unknown++ < UNKNOWN_MAX) {
        like_say(reading->like, LIKE_UNREAD, reading->file, value->line,
                 "The value %.*s is not known here.", like_shown(value->name),
                 (const char *)value->name.data);
    }
}

static void setting(struct reading *reading, enum area area, struct slice below,
                    const struct reg_value *value)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        if (row->area != area || !windows_text_equal(below, row->subkey) ||
            !windows_text_equal(value->name, row->name)) {
            continue;
        }
        if (value->type == REG_DWORD) {
            take(reading, row, value);
        } else {
            like_say(reading->like, LIKE_UNREAD, reading->file, value->line,
                     "%s is no dword.", row->name);
        }
        return;
    }
    /* Lists of URLs, ciphers and the like have subkeys of their own. */
    if (below.len == 0 && value->name.len > 0) {
        unknown(reading, value);
    }
}

static void binding_value(struct reading *reading, struct slice address,
                          const struct reg_value *value)
{
    struct like *like = reading->like;
    if (!slice_equal(buf_slice(&reading->binding_key), value->key)) {
        buf_clear(&reading->binding_key);
        buf_append_slice(&reading->binding_key, value->key);
        reading->binding = like_add_binding(like, address, reading->file, value->line);
    }
    for (size_t i = 0; i < ARRAY_LEN(binding_names) && reading->binding != NULL; i++) {
        enum netsh_field field = binding_names[i].field;
        char number[16];
        if (!windows_text_equal(value->name, binding_names[i].name)) {
            continue;
        }
        snprintf(number, sizeof(number), "%" PRIu32, value->number);
        like_netsh_number(like, reading->binding, field, value->number,
                          value->type == REG_DWORD ? slice_from_string(number)
                                                   : value->text,
                          reading->file, value->line);
    }
}

static void on_value(void *user, const struct reg_value *value)
{
    static const char *const lists[] = { "SslBindingInfo\\", "SslSniBindingInfo\\" };
    struct reading *reading = user;
    struct slice below = SLICE_EMPTY;
    enum area area = AREA_COUNT;
    if (!find_area(value->key, &area, &below)) {
        if (!reading->bindings) {
            unknown(reading, value);
        }
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(lists) && area == AREA_HTTP; i++) {
        if (windows_text_begins(below, lists[i])) {
            if (reading->bindings) {
                binding_value(reading, slice_part(below, strlen(lists[i]), below.len),
                              value);
            }
            return;
        }
    }
    if (!reading->bindings) {
        setting(reading, area, below, value);
    }
}

static void on_fault(void *user, size_t line, const char *what)
{
    struct reading *reading = user;
    if (!reading->bindings && reading->n_faults++ < FAULTS_MAX) {
        like_say(reading->like, LIKE_UNREAD, reading->file, line, "Damaged: %s.", what);
    }
}

void like_registry(struct like *like, const char *file, struct slice text,
                   bool bindings)
{
    struct reading reading = { .like = like,
                               .file = file,
                               .bindings = bindings,
                               .binding_key = BUF_LIMITED(REG_NAME_MAX) };
    const struct reg_visitor visitor = { &reading, on_value, on_fault };
    if (!reg_read(text, &visitor) && !bindings) {
        like_say(like, LIKE_UNREAD, file, 0,
                 "It does not begin as a file of `reg export` does.");
    }
    if (reading.n_faults > FAULTS_MAX) {
        like_say(like, LIKE_UNREAD, file, 0, "%zu more lines are damaged.",
                 reading.n_faults - FAULTS_MAX);
    }
    if (reading.n_unknown > UNKNOWN_MAX) {
        like_say(like, LIKE_UNREAD, file, 0, "%zu more values are not known.",
                 reading.n_unknown - UNKNOWN_MAX);
    }
    buf_finish(&reading.binding_key);
}
