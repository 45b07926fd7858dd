/* SPDX-License-Identifier: MIT */
#include "roles/mint_order.h"

#include "base/compiler.h"

#include <string.h>

#define TEXT_MAX ((size_t)16 * 1024) /* of one column */

/* Where a member or a form's field goes. */
static const struct source {
    const char *name;
    enum mint_field field;
    char separator;     /* between the values of a list; 0 = one value, the last */
    const char *prefix; /* before each value */
    const char *suffix; /* behind each */
} sources[] = {
    { "name", MINT_NAME, 0, "", "" },
    { "issuer", MINT_ISSUER, 0, "", "" },
    { "subject", MINT_SUBJECT, 0, "", "" },
    { "eku", MINT_EKU, ',', "", "" },
    { "ku", MINT_KU, ',', "", "" },
    /* The sliders' days come first; an exact text overrides them. */
    { "from_days", MINT_NOT_BEFORE, 0, "", "d" },
    { "until_days", MINT_NOT_AFTER, 0, "", "d" },
    { "not_before", MINT_NOT_BEFORE, 0, "", "" },
    { "not_after", MINT_NOT_AFTER, 0, "", "" },
    { "key", MINT_KEY, 0, "", "" },
    { "revoked", MINT_REVOKED, 0, "", "" },
    { "san", MINT_DETAILS, ' ', "san=", "" },
    { "hash", MINT_DETAILS, ' ', "hash=", "" },
    { "faults", MINT_DETAILS, ' ', "", "" },
};

void mint_order_finish(struct mint_order *order)
{
    for (size_t i = 0; i < MINT_FIELD_COUNT; i++) {
        buf_finish(&order->texts[i]);
    }
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\r' || c == '\n' || c == '\t';
}

static void add_one(struct buf *text, const struct source *source, struct slice value)
{
    if (source->separator == 0) {
        buf_clear(text);
    } else if (text->len > 0) {
        buf_append_byte(text, (uint8_t)source->separator);
    }
    text->limit = TEXT_MAX;
    buf_append_string(text, source->prefix);
    buf_append_slice(text, value);
    buf_append_string(text, source->suffix);
}

/* A value with blanks in it is more than one for columns whose values have none. */
static void add(struct mint_order *order, const struct source *source,
                struct slice value)
{
    struct buf *text = &order->texts[source->field];
    while (source->separator == ' ' && value.len > 0) {
        size_t len = 0;
        while (len < value.len && !is_blank(value.data[len])) {
            len++;
        }
        if (len > 0) {
            add_one(text, source, slice_part(value, 0, len));
        }
        value = slice_part(value, len + 1, value.len);
    }
    if (value.len > 0) {
        add_one(text, source, value);
    }
}

/* "alice" is CN=alice. */
static void complete_subject(struct buf *text)
{
    struct buf whole = BUF_LIMITED(TEXT_MAX);
    struct slice name = buf_slice(text);
    if (!buf_ok(text) || text->len == 0 || slice_equals_string(name, "-") ||
        slice_find(name, '=') != name.len) {
        return;
    }
    buf_append_string(&whole, "CN=");
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == ',' || name.data[i] == '+') {
            buf_append_byte(&whole, '\\');
        }
        buf_append_byte(&whole, name.data[i]);
    }
    buf_finish(text);
    *text = whole;
}

/* The texts become C strings. */
static const char *check(struct mint_order *order)
{
    complete_subject(&order->texts[MINT_SUBJECT]);
    for (size_t i = 0; i < MINT_FIELD_COUNT; i++) {
        const struct buf *text = &order->texts[i];
        if (!buf_ok(text)) {
            return "it is too long";
        }
        if (slice_find(buf_slice(text), 0) != text->len) {
            return "it has a NUL byte; write it as \\x00";
        }
    }
    return NULL;
}

const char *mint_order_read_form(const struct form *form, struct mint_order *order)
{
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        for (size_t k = 0; k < form->n_fields; k++) {
            if (slice_equals_string(form->fields[k].name, sources[i].name)) {
                add(order, &sources[i], form->fields[k].value);
            }
        }
    }
    return check(order);
}

static struct slice string_of(const json_t *value)
{
    return (struct slice){ (const uint8_t *)json_string_value(value),
                           json_string_length(value) };
}

static const char *read_member(const struct source *source, const json_t *value,
                               struct mint_order *order)
{
    const json_t *item;
    size_t index;
    if (value == NULL || json_is_null(value) || json_is_false(value)) {
        return NULL;
    }
    if (json_is_string(value)) {
        add(order, source, string_of(value));
        return NULL;
    }
    if (json_is_true(value) && source->field == MINT_REVOKED) {
        add(order, source, slice_from_string("unspecified"));
        return NULL;
    }
    if (!json_is_array(value) || source->separator == 0) {
        return "its members are texts, or lists of texts; revoked may be true";
    }
    if (json_array_size(value) == 0 && source->field == MINT_EKU) {
        add(order, source, slice_from_string("empty"));
    }
    json_array_foreach((json_t *)(uintptr_t)value, index, item)
    {
        if (!json_is_string(item)) {
            return "its lists are of texts";
        }
        add(order, source, string_of(item));
    }
    return NULL;
}

const char *mint_order_read_json(const json_t *object, struct mint_order *order)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return "it is no JSON object";
    }
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        size_t i = 0;
        while (i < ARRAY_LEN(sources) && strcmp(sources[i].name, key) != 0) {
            i++;
        }
        const char *problem =
            i == ARRAY_LEN(sources)
                ? "it has a member that is not known; known are name, issuer, subject, "
                  "san, eku, ku, not_before, not_after, key, hash, revoked, faults"
                : read_member(&sources[i], value, order);
        if (problem != NULL) {
            return problem;
        }
    }
    return check(order);
}

const char *mint_order_refuse_key(struct mint_order *order)
{
    static const char *const slow[] = { "rsa3072", "rsa4096" };
    const char *key = buf_string(&order->texts[MINT_KEY]);
    for (size_t i = 0; i < ARRAY_LEN(slow); i++) {
        if (strcmp(key, slow[i]) == 0) {
            return "such a key takes seconds to make, and this server would answer "
                   "nobody "
                   "meanwhile; certgate forge --key makes one";
        }
    }
    return NULL;
}

struct forge_mint_order mint_order_view(struct mint_order *order)
{
    return (struct forge_mint_order){
        .name = buf_string(&order->texts[MINT_NAME]),
        .issuer = buf_string(&order->texts[MINT_ISSUER]),
        .subject = buf_string(&order->texts[MINT_SUBJECT]),
        .eku = buf_string(&order->texts[MINT_EKU]),
        .ku = buf_string(&order->texts[MINT_KU]),
        .not_before = buf_string(&order->texts[MINT_NOT_BEFORE]),
        .not_after = buf_string(&order->texts[MINT_NOT_AFTER]),
        .key = buf_string(&order->texts[MINT_KEY]),
        .revoked = buf_string(&order->texts[MINT_REVOKED]),
        .details = buf_string(&order->texts[MINT_DETAILS]),
    };
}
