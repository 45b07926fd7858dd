/* SPDX-License-Identifier: MIT */
#include "like/netsh.h"

#include "like/windows_text.h"

#include <string.h>

static const struct netsh_field_info fields[] = {
#define NETSH_ROW(name, label, other, kind, option) \
    [NETSH_##name] = { label, other, NETSH_##kind, option },
    NETSH_FIELDS(NETSH_ROW)
#undef NETSH_ROW
};

static const struct {
    enum netsh_field field;
    uint32_t bit;
    enum netsh_field stands_for;
    bool on;
} bits_of[] = {
#define NETSH_BIT(field, bit, stands_for, on) \
    { NETSH_##field, bit, NETSH_##stands_for, on },
    NETSH_BITS(NETSH_BIT)
#undef NETSH_BIT
};

static const char *const address_labels[] = { "IP:port", "Hostname:port",
                                              "Central Certificate Store" };
static const char *const passed_over[] = {
    "Extended Properties",     "PropertyId", "Receive Window", "Max Settings Per Frame",
    "Max Settings Per Minute", "ConfigType", "SslHashLength",  "AppId",
};

const struct netsh_field_info *netsh_field_get(enum netsh_field field)
{
    return &fields[field];
}

enum netsh_field netsh_field_find(struct slice name)
{
    for (int i = 0; i < NETSH_FIELD_COUNT; i++) {
        if (windows_text_same_word(name, fields[i].label) ||
            windows_text_same_word(name, fields[i].other)) {
            return (enum netsh_field)i;
        }
    }
    return NETSH_FIELD_COUNT;
}

bool netsh_read_switch(struct slice value, bool *ret_on)
{
    static const struct {
        const char *word;
        bool on;
    } words[] = {
        { "Enabled", true },   { "Set", true },      { "true", true },   { "1", true },
        { "Disabled", false }, { "Not Set", false }, { "false", false }, { "0", false },
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (windows_text_equal(value, words[i].word)) {
            *ret_on = words[i].on;
            return true;
        }
    }
    return false;
}

void netsh_expand_bits(enum netsh_field field, uint64_t bits, size_t line,
                       const struct netsh_visitor *visitor)
{
    for (size_t i = 0; i < ARRAY_LEN(bits_of); i++) {
        if (bits_of[i].field == field) {
            bool on = ((bits & bits_of[i].bit) != 0) == bits_of[i].on;
            visitor->on_value(visitor->user, bits_of[i].stands_for,
                              slice_from_string(on ? "Enabled" : "Disabled"), line);
        }
    }
}

static bool is_among(struct slice label, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (windows_text_same_word(label, words[i])) {
            return true;
        }
    }
    return false;
}

bool netsh_is_passed_over(struct slice name)
{
    return is_among(name, passed_over, ARRAY_LEN(passed_over));
}

bool netsh_is_address(struct slice name)
{
    return is_among(name, address_labels, ARRAY_LEN(address_labels));
}

/* "    Label   : value"; the label may hold a colon, but with no blank behind it. */
static bool cut_line(struct slice line, struct slice *label, struct slice *value)
{
    for (size_t i = 1; i < line.len; i++) {
        if (line.data[i] == ':' && (i + 1 == line.len || line.data[i + 1] == ' ')) {
            *label = windows_text_trim(slice_part(line, 0, i));
            *value = windows_text_trim(slice_part(line, i + 1, line.len));
            return label->len > 0;
        }
    }
    return false;
}

void netsh_read_text(struct slice text, const struct netsh_visitor *visitor)
{
    bool has_binding = false;
    for (size_t line = 1; text.len > 0; line++) {
        struct slice label;
        struct slice value;
        if (!cut_line(slice_take_line(&text), &label, &value)) {
            continue;
        }
        enum netsh_field field = netsh_field_find(label);
        if (netsh_is_address(label)) {
            has_binding = true;
            visitor->on_binding(visitor->user, value, line);
        } else if (has_binding && field != NETSH_FIELD_COUNT) {
            bool is_null = windows_text_equal(value, "(null)");
            visitor->on_value(visitor->user, field, is_null ? SLICE_EMPTY : value,
                              line);
        } else if (value.len > 0 && !netsh_is_passed_over(label)) {
            visitor->on_unknown(visitor->user, label, line);
        }
    }
}
