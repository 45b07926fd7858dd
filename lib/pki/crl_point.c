/* SPDX-License-Identifier: MIT */
#include "pki/crl_point.h"

#include "base/compiler.h"
#include "pki/der.h"
#include "pki/name.h"

#define TAG(number)    ((uint8_t)(DER_CONTEXT | DER_CONSTRUCTED | (number)))
#define TAG_NAME       TAG(0) /* DistributionPoint: distributionPoint */
#define TAG_REASONS    ((uint8_t)(DER_CONTEXT | 1))
#define TAG_CRL_ISSUER TAG(2)
#define TAG_FULL_NAME  TAG(0) /* DistributionPointName */
#define TAG_RELATIVE   TAG(1)
#define TAG_DIRECTORY  TAG(4) /* GeneralName */
#define TAG_URI        ((uint8_t)(DER_CONTEXT | 6))

/* Takes the DistributionPointName of the next point that is not passed over. */
static bool take_point(struct slice *points, struct slice *ret_name)
{
    struct slice point;
    while (der_read(points, DER_SEQUENCE, &point)) {
        if (der_read(&point, TAG_NAME, ret_name) && !der_next_is(point, TAG_REASONS) &&
            !der_next_is(point, TAG_CRL_ISSUER)) {
            return true;
        }
    }
    return false;
}

void crl_point_walk_urls(const struct certificate *cert, certificate_on_url_fn on_url,
                         void *user)
{
    struct slice points = cert->crl_distribution_points;
    struct slice name;
    struct slice names;
    struct slice value;
    uint8_t tag;
    while (take_point(&points, &name)) {
        if (!der_read(&name, TAG_FULL_NAME, &names)) {
            continue;
        }
        while (der_read_any(&names, &tag, &value, NULL)) {
            if (tag == TAG_URI && certificate_is_http(value)) {
                on_url(user, value);
            }
        }
    }
}

/* ---- names of points */

/* A distribution point's name: a list of GeneralNames, or one Name. */
struct point_name {
    struct slice names;   /* the GeneralNames of fullName; if it is empty: */
    struct buf directory; /* the Name that nameRelativeToCRLIssuer expands to */
};

/* RFC 5280 4.2.1.13: the fragment is appended to the Name of the CRL's issuer. */
static bool read_name(struct slice field, struct slice crl_issuer,
                      struct point_name *ret_name)
{
    struct slice fragment;
    struct slice issuer;
    *ret_name = (struct point_name){ .directory = BUF_EMPTY };
    if (der_read(&field, TAG_FULL_NAME, &ret_name->names)) {
        return true;
    }
    if (!der_read(&field, TAG_RELATIVE, &fragment) ||
        !der_read(&crl_issuer, DER_SEQUENCE, &issuer)) {
        return false;
    }
    size_t name = der_begin(&ret_name->directory, DER_SEQUENCE);
    buf_append_slice(&ret_name->directory, issuer);
    der_write(&ret_name->directory, DER_SET, fragment);
    der_end(&ret_name->directory, name);
    return buf_ok(&ret_name->directory);
}

static bool equal_url(struct slice a, struct slice b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        uint8_t x = a.data[i];
        uint8_t y = b.data[i];
        x = x >= 'A' && x <= 'Z' ? (uint8_t)(x | 0x20) : x;
        y = y >= 'A' && y <= 'Z' ? (uint8_t)(y | 0x20) : y;
        if (x != y) {
            return false;
        }
    }
    return true;
}

static bool equal_general_name(uint8_t tag, struct slice a, struct slice b)
{
    switch (tag) {
    case TAG_URI:
        return equal_url(a, b);
    case TAG_DIRECTORY:
        return name_equal(a, b);
    default:
        return slice_equal(a, b);
    }
}

static bool has_general_name(struct slice names, uint8_t wanted_tag,
                             struct slice wanted)
{
    struct slice value;
    uint8_t tag;
    while (der_read_any(&names, &tag, &value, NULL)) {
        if (tag == wanted_tag && equal_general_name(tag, value, wanted)) {
            return true;
        }
    }
    return false;
}

static bool equal_points(const struct point_name *a, const struct point_name *b)
{
    struct slice names = a->names;
    struct slice value;
    uint8_t tag;
    if (a->directory.len > 0) {
        struct slice directory = buf_slice(&a->directory);
        return b->directory.len > 0
                   ? name_equal(directory, buf_slice(&b->directory))
                   : has_general_name(b->names, TAG_DIRECTORY, directory);
    }
    if (b->directory.len > 0) {
        return has_general_name(a->names, TAG_DIRECTORY, buf_slice(&b->directory));
    }
    while (der_read_any(&names, &tag, &value, NULL)) {
        if (has_general_name(b->names, tag, value)) {
            return true;
        }
    }
    return false;
}

bool crl_point_fits(const struct certificate *cert, const struct crl *crl)
{
    struct slice points = cert->crl_distribution_points;
    struct slice field;
    struct point_name theirs;
    struct point_name ours;
    if (crl->point.len == 0) {
        return true;
    }
    bool fits = false;
    bool readable = read_name(crl->point, crl->issuer, &theirs);
    while (readable && !fits && take_point(&points, &field)) {
        fits = read_name(field, cert->issuer, &ours) && equal_points(&theirs, &ours);
        buf_finish(&ours.directory);
    }
    buf_finish(&theirs.directory);
    return fits;
}
