/* SPDX-License-Identifier: MIT */
#include "forge/forge_name.h"

#include "base/text.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <arpa/inet.h>
#include <string.h>

#define TYPE_LEN_MAX ((size_t)63)
#define REPEAT_MAX   ((size_t)65536)

/* "{123}": how often the byte before it is repeated; 1 if the text is nothing of the
 * kind. */
static size_t read_repeat(const char **cursor)
{
    const char *c = *cursor + 1;
    size_t n = 0;
    while (*c >= '0' && *c <= '9' && n <= REPEAT_MAX) {
        n = n * 10 + (size_t)(*c++ - '0');
    }
    if (*c != '}' || n == 0 || n > REPEAT_MAX) {
        return 1;
    }
    *cursor = c + 1;
    return n;
}

/* Takes the next byte of a value, undoing its escape. */
static uint8_t read_byte(const char **cursor)
{
    const char *c = *cursor;
    if (c[0] == '\\' && c[1] == 'x' && text_hex_value(c[2]) >= 0 &&
        text_hex_value(c[3]) >= 0) {
        *cursor = c + 4;
        return (uint8_t)(text_hex_value(c[2]) * 16 + text_hex_value(c[3]));
    }
    c += c[0] == '\\' && c[1] != 0 ? 1 : 0;
    *cursor = c + 1;
    return (uint8_t)*c;
}

/* Appends the value up to one of `stops` or the end. */
static void read_value(struct buf *out, const char **cursor, const char *stops)
{
    while (**cursor != 0 && strchr(stops, **cursor) == NULL && buf_ok(out)) {
        uint8_t byte = read_byte(cursor);
        size_t times = **cursor == '{' ? read_repeat(cursor) : 1;
        for (size_t i = 0; i < times; i++) {
            buf_append_byte(out, byte);
        }
    }
}

static const struct {
    const char *word;
    uint8_t tag;
} string_types[] = {
    { "utf8", DER_UTF8_STRING }, { "printable", DER_PRINTABLE_STRING },
    { "ia5", DER_IA5_STRING },   { "t61", DER_TELETEX_STRING },
    { "bmp", DER_BMP_STRING },
};

/* "CN=" or "CN:bmp=" */
static bool read_type(struct buf *out, const char **cursor, uint8_t *ret_tag)
{
    char type[TYPE_LEN_MAX + 1];
    size_t len = strcspn(*cursor, "=");
    if ((*cursor)[len] != '=' || len > TYPE_LEN_MAX) {
        return false;
    }
    memcpy(type, *cursor, len);
    type[len] = 0;
    *cursor += len + 1;
    char *colon = strchr(type, ':');
    *ret_tag = colon == NULL ? DER_UTF8_STRING : 0;
    if (colon != NULL) {
        *colon = 0;
        for (size_t i = 0; i < ARRAY_LEN(string_types); i++) {
            if (strcmp(colon + 1, string_types[i].word) == 0) {
                *ret_tag = string_types[i].tag;
            }
        }
    }
    size_t mark = der_begin(out, DER_OID);
    bool known = oid_parse(type, out);
    der_end(out, mark);
    return known && *ret_tag != 0;
}

static bool write_attribute(struct buf *out, const char **cursor)
{
    uint8_t tag;
    size_t mark = der_begin(out, DER_SEQUENCE);
    if (!read_type(out, cursor, &tag)) {
        return false;
    }
    size_t value = der_begin(out, tag);
    read_value(out, cursor, ",+");
    der_end(out, value);
    der_end(out, mark);
    return true;
}

bool forge_name_write(struct buf *out, const char *notation)
{
    const char *cursor = strcmp(notation, "empty") == 0 ? "" : notation;
    size_t name = der_begin(out, DER_SEQUENCE);
    while (*cursor != 0) {
        size_t rdn = der_begin(out, DER_SET);
        do {
            cursor += *cursor == '+' ? 1 : 0;
            if (!write_attribute(out, &cursor)) {
                return false;
            }
        } while (*cursor == '+');
        der_end(out, rdn);
        cursor += *cursor == ',' ? 1 : 0;
    }
    der_end(out, name);
    return buf_ok(out);
}

static bool write_upn(struct buf *out, const char *cursor)
{
    size_t other_name = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    der_write(out, DER_OID, oid_get(OID_UPN)->der);
    size_t value = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    size_t text = der_begin(out, DER_UTF8_STRING);
    read_value(out, &cursor, "");
    der_end(out, text);
    der_end(out, value);
    der_end(out, other_name);
    return buf_ok(out);
}

static bool write_ip(struct buf *out, const char *text)
{
    struct in6_addr address; /* room for either kind */
    size_t len = inet_pton(AF_INET6, text, &address) == 1  ? 16
                 : inet_pton(AF_INET, text, &address) == 1 ? 4
                                                           : 0;
    der_write(out, DER_CONTEXT | 7, (struct slice){ (const uint8_t *)&address, len });
    return len != 0 && buf_ok(out);
}

bool forge_name_write_general(struct buf *out, const char *notation)
{
    static const struct {
        const char *prefix;
        uint8_t tag;
    } kinds[] = {
        { "email:", DER_CONTEXT | 1 },
        { "DNS:", DER_CONTEXT | 2 },
        { "URI:", DER_CONTEXT | 6 },
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        size_t len = strlen(kinds[i].prefix);
        if (strncmp(notation, kinds[i].prefix, len) == 0) {
            const char *cursor = notation + len;
            size_t mark = der_begin(out, kinds[i].tag);
            read_value(out, &cursor, "");
            der_end(out, mark);
            return buf_ok(out);
        }
    }
    return strncmp(notation, "UPN:", 4) == 0  ? write_upn(out, notation + 4)
           : strncmp(notation, "IP:", 3) == 0 ? write_ip(out, notation + 3)
                                              : false;
}
