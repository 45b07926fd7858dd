/* SPDX-License-Identifier: MIT
 *
 * Whether two names are the same (RFC 5280 7.1 with RFC 4518). Of the preparation
 * of strings it does the mapping (characters to nothing, to space, to lower case
 * by the simple pairs of Latin, Greek, Cyrillic, Armenian and full-width letters)
 * and the insignificant spaces. Not done: normalisation (NFKC) and the case pairs
 * of other scripts; such names must be equal in their code points.
 */
#include "pki/name_internal.h"

#include "base/compiler.h"
#include "pki/der.h"

/* Attributes of one RDN that are compared as a set. Larger RDNs must be equal byte for
 * byte, which bounds the cost of a hostile name. */
#define RDN_ATTRIBUTES_MAX 8

/* ---- folding */

enum fold {
    FOLD_ADD,  /* the other case is `delta` further on */
    FOLD_EVEN, /* pairs: even = upper case, next = lower case */
    FOLD_ODD,  /* pairs: odd = upper case, next = lower case */
    FOLD_SPACE,
    FOLD_NOTHING,
};

/* Sorted by code point. */
static const struct fold_row {
    uint32_t first;
    uint32_t last;
    enum fold fold;
    int32_t delta;
} folds[] = {
    { 0x0000, 0x0008, FOLD_NOTHING, 0 }, /* RFC 4518 2.2 */
    { 0x0009, 0x000d, FOLD_SPACE, 0 },
    { 0x000e, 0x001f, FOLD_NOTHING, 0 },
    { 0x0020, 0x0020, FOLD_SPACE, 0 },
    { 0x0041, 0x005a, FOLD_ADD, 32 },
    { 0x007f, 0x0084, FOLD_NOTHING, 0 },
    { 0x0085, 0x0085, FOLD_SPACE, 0 },
    { 0x0086, 0x009f, FOLD_NOTHING, 0 },
    { 0x00a0, 0x00a0, FOLD_SPACE, 0 },
    { 0x00ad, 0x00ad, FOLD_NOTHING, 0 },
    { 0x00b5, 0x00b5, FOLD_ADD, 0x03bc - 0x00b5 }, /* micro sign = mu */
    { 0x00c0, 0x00d6, FOLD_ADD, 32 },
    { 0x00d8, 0x00de, FOLD_ADD, 32 },
    { 0x0100, 0x012f, FOLD_EVEN, 0 },
    { 0x0132, 0x0137, FOLD_EVEN, 0 },
    { 0x0139, 0x0148, FOLD_ODD, 0 },
    { 0x014a, 0x0177, FOLD_EVEN, 0 },
    { 0x0178, 0x0178, FOLD_ADD, 0x00ff - 0x0178 }, /* Y with diaeresis */
    { 0x0179, 0x017e, FOLD_ODD, 0 },
    { 0x017f, 0x017f, FOLD_ADD, 's' - 0x017f }, /* long s */
    { 0x01cd, 0x01dc, FOLD_ODD, 0 },
    { 0x01de, 0x01ef, FOLD_EVEN, 0 },
    { 0x01f8, 0x021f, FOLD_EVEN, 0 },
    { 0x0222, 0x0233, FOLD_EVEN, 0 },
    { 0x034f, 0x034f, FOLD_NOTHING, 0 },
    { 0x0386, 0x0386, FOLD_ADD, 0x03ac - 0x0386 },
    { 0x0388, 0x038a, FOLD_ADD, 0x03ad - 0x0388 },
    { 0x038c, 0x038c, FOLD_ADD, 0x03cc - 0x038c },
    { 0x038e, 0x038f, FOLD_ADD, 0x03cd - 0x038e },
    { 0x0391, 0x03a1, FOLD_ADD, 32 },
    { 0x03a3, 0x03ab, FOLD_ADD, 32 },
    { 0x03c2, 0x03c2, FOLD_ADD, 1 }, /* final sigma */
    { 0x03d8, 0x03ef, FOLD_EVEN, 0 },
    { 0x0400, 0x040f, FOLD_ADD, 80 },
    { 0x0410, 0x042f, FOLD_ADD, 32 },
    { 0x0460, 0x0481, FOLD_EVEN, 0 },
    { 0x048a, 0x04bf, FOLD_EVEN, 0 },
    { 0x04c0, 0x04c0, FOLD_ADD, 0x04cf - 0x04c0 }, /* palochka */
    { 0x04c1, 0x04ce, FOLD_ODD, 0 },
    { 0x04d0, 0x052f, FOLD_EVEN, 0 },
    { 0x0531, 0x0556, FOLD_ADD, 48 },
    { 0x1680, 0x1680, FOLD_SPACE, 0 },
    { 0x1806, 0x1806, FOLD_NOTHING, 0 },
    { 0x180b, 0x180e, FOLD_NOTHING, 0 },
    { 0x1e00, 0x1e95, FOLD_EVEN, 0 },
    { 0x1ea0, 0x1eff, FOLD_EVEN, 0 },
    { 0x2000, 0x200a, FOLD_SPACE, 0 },
    { 0x200b, 0x200f, FOLD_NOTHING, 0 },
    { 0x2028, 0x2029, FOLD_SPACE, 0 },
    { 0x202a, 0x202e, FOLD_NOTHING, 0 },
    { 0x202f, 0x202f, FOLD_SPACE, 0 },
    { 0x205f, 0x205f, FOLD_SPACE, 0 },
    { 0x2060, 0x2063, FOLD_NOTHING, 0 },
    { 0x206a, 0x206f, FOLD_NOTHING, 0 },
    { 0x3000, 0x3000, FOLD_SPACE, 0 },
    { 0xfe00, 0xfe0f, FOLD_NOTHING, 0 },
    { 0xfeff, 0xfeff, FOLD_NOTHING, 0 },
    { 0xff21, 0xff3a, FOLD_ADD, 32 },
    { 0xfff9, 0xfffc, FOLD_NOTHING, 0 },
    { 0xe0001, 0xe0001, FOLD_NOTHING, 0 },
    { 0xe0020, 0xe007f, FOLD_NOTHING, 0 },
};

/* Nearly all of nearly all names, without the table. */
static bool is_visible(uint8_t byte)
{
    return byte > ' ' && byte < 0x7f;
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

static bool is_of_bytes(uint8_t tag)
{
    return tag != DER_BMP_STRING && tag != DER_UNIVERSAL_STRING;
}

/* The row that holds `c`, or NULL. A binary search: hostile names are long. */
static const struct fold_row *find_row(uint32_t c)
{
    size_t low = 0;
    size_t high = ARRAY_LEN(folds);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > folds[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ARRAY_LEN(folds) && c >= folds[low].first ? &folds[low] : NULL;
}

/* Folds one code point; false if it maps to nothing. */
static bool fold(uint32_t *c)
{
    if (*c < 0x7f && is_visible((uint8_t)*c)) {
        *c = lower((uint8_t)*c);
        return true;
    }
    const struct fold_row *row = find_row(*c);
    if (row == NULL) {
        return true;
    }
    switch (row->fold) {
    case FOLD_ADD:
        *c = (uint32_t)((int32_t)*c + row->delta);
        break;
    case FOLD_EVEN:
        *c |= 1;
        break;
    case FOLD_ODD:
        *c += *c & 1;
        break;
    case FOLD_SPACE:
        *c = ' ';
        break;
    case FOLD_NOTHING:
        return false;
    }
    return true;
}

uint32_t name_lower(uint32_t code_point)
{
    const struct fold_row *row = find_row(code_point);
    if (row != NULL && row->fold <= FOLD_ODD) {
        (void)fold(&code_point);
    }
    return code_point;
}

/* Iterates over a string as it is compared: folded, without leading and trailing
 * spaces, runs of spaces as one. */
struct folded {
    uint8_t tag;
    struct slice rest;
    bool started;  /* something other than a space was seen */
    bool has_held; /* the letter after a space is pending */
    uint32_t held;
    bool malformed;
};

/* The next code point, or 0 at the end (U+0000 itself maps to nothing). */
static uint32_t take_folded(struct folded *text)
{
    bool space = false;
    if (text->has_held) {
        text->has_held = false;
        return text->held;
    }
    while (text->rest.len > 0) {
        uint32_t c;
        if (!name_take_code_point(text->tag, &text->rest, &c)) {
            text->malformed = true;
        }
        if (!fold(&c)) {
            continue;
        }
        if (c == ' ') {
            space = text->started;
            continue;
        }
        text->started = true;
        if (space) {
            text->has_held = true;
            text->held = c;
            return ' ';
        }
        return c;
    }
    return 0;
}

/* Both go on with a letter here, or with one space between letters. */
static bool is_plain_at(struct slice a, struct slice b, size_t n)
{
    if (n >= a.len || n >= b.len) {
        return false;
    }
    if (n > 0 && a.data[n] == ' ' && b.data[n] == ' ') {
        n++;
    }
    return n < a.len && n < b.len && is_visible(a.data[n]) && is_visible(b.data[n]);
}

/* Visible ASCII stands for itself in all strings of bytes: as long as both have it, the
 * letters are compared as they are. False: they differ. What is left begins with
 * something else in one of them. */
static bool skip_equal(struct folded *left, struct folded *right)
{
    struct slice a = left->rest;
    struct slice b = right->rest;
    size_t n = 0;
    if (!is_of_bytes(left->tag) || !is_of_bytes(right->tag)) {
        return true;
    }
    for (; is_plain_at(a, b, n); n++) {
        if (lower(a.data[n]) != lower(b.data[n])) {
            return false;
        }
    }
    left->rest = slice_part(a, n, a.len);
    right->rest = slice_part(b, n, b.len);
    left->started = n > 0;
    right->started = n > 0;
    return true;
}

static bool value_equal(const struct name_attribute *a, const struct name_attribute *b)
{
    if (slice_equal(a->whole_value, b->whole_value)) {
        return true;
    }
    if (!name_is_string(a->tag) || !name_is_string(b->tag)) {
        return false;
    }
    struct folded left = { .tag = a->tag, .rest = a->value };
    struct folded right = { .tag = b->tag, .rest = b->value };
    uint32_t c;
    if (!skip_equal(&left, &right)) {
        return false;
    }
    do {
        c = take_folded(&left);
        /* Malformed bytes are all displayed as U+FFFD, but that does not make them
         * equal. */
        if (c != take_folded(&right) || left.malformed || right.malformed) {
            return false;
        }
    } while (c != 0);
    return true;
}

/* ---- structure */

static size_t read_attributes(struct slice rdn,
                              struct name_attribute list[RDN_ATTRIBUTES_MAX])
{
    size_t n = 0;
    while (rdn.len > 0) {
        if (n == RDN_ATTRIBUTES_MAX || !name_take_attribute(&rdn, &list[n])) {
            return 0;
        }
        n++;
    }
    return n;
}

/* Both are sets, so each attribute needs a match of its own. Taking the first unused
 * one is sufficient: equality is transitive. */
static bool rdn_equal(struct slice a, struct slice b)
{
    struct name_attribute left[RDN_ATTRIBUTES_MAX];
    struct name_attribute right[RDN_ATTRIBUTES_MAX];
    bool taken[RDN_ATTRIBUTES_MAX] = { false };
    if (slice_equal(a, b)) {
        return true;
    }
    size_t n = read_attributes(a, left);
    if (n == 0 || n != read_attributes(b, right)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;
        while (j < n && (taken[j] || !slice_equal(left[i].type, right[j].type) ||
                         !value_equal(&left[i], &right[j]))) {
            j++;
        }
        if (j == n) {
            return false;
        }
        taken[j] = true;
    }
    return true;
}

bool name_equal(struct slice a, struct slice b)
{
    struct slice left;
    struct slice right;
    struct slice left_rdn;
    struct slice right_rdn;
    if (slice_equal(a, b)) {
        return true;
    }
    if (!der_read(&a, DER_SEQUENCE, &left) || !der_read(&b, DER_SEQUENCE, &right)) {
        return false;
    }
    while (left.len > 0 && right.len > 0) {
        if (!der_read(&left, DER_SET, &left_rdn) ||
            !der_read(&right, DER_SET, &right_rdn) || !rdn_equal(left_rdn, right_rdn)) {
            return false;
        }
    }
    return left.len == 0 && right.len == 0;
}
