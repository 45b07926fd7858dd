/* SPDX-License-Identifier: MIT */
#include "pki/crl_point.h"

#include "base/compiler.h"
#include "base/text.h"
#include "pki/der.h"

#define TAG(number)    ((uint8_t)(DER_CONTEXT | DER_CONSTRUCTED | (number)))
#define TAG_NAME       TAG(0) /* DistributionPoint: distributionPoint */
#define TAG_REASONS    ((uint8_t)(DER_CONTEXT | 1))
#define TAG_CRL_ISSUER TAG(2)
#define TAG_FULL_NAME  TAG(0)                       /* DistributionPointName */
#define TAG_MAIL       ((uint8_t)(DER_CONTEXT | 1)) /* GeneralName */
#define TAG_DNS        ((uint8_t)(DER_CONTEXT | 2))
#define TAG_X400       TAG(3)
#define TAG_EDI_PARTY  TAG(5)
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

static void walk_urls(struct slice points, certificate_on_url_fn on_url, void *user)
{
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

void crl_point_walk_urls(const struct certificate *cert, certificate_on_url_fn on_url,
                         void *user)
{
    walk_urls(cert->crl_distribution_points, on_url, user);
}

void crl_point_walk_freshest(const struct certificate *cert, const struct crl *crl,
                             certificate_on_url_fn on_url, void *user)
{
    const struct extension *extension =
        certificate_find_extension(cert, OID_FRESHEST_CRL);
    struct slice values[] = { extension != NULL ? extension->value : SLICE_EMPTY,
                              crl->freshest };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct slice points;
        if (der_read(&values[i], DER_SEQUENCE, &points)) {
            walk_urls(points, on_url, user);
        }
    }
}

/* ---- names of points */

/* Names that Windows cannot compare are never the same. */
static bool equal_general_name(uint8_t tag, struct slice a, struct slice b)
{
    switch (tag) {
    case TAG_URI:
    case TAG_MAIL:
    case TAG_DNS:
        return text_equal_slices_ignoring_case(a, b);
    case TAG_X400:
    case TAG_EDI_PARTY:
        return false;
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

static bool share_name(struct slice names, struct slice others)
{
    struct slice value;
    uint8_t tag;
    while (der_read_any(&names, &tag, &value, NULL)) {
        if (has_general_name(others, tag, value)) {
            return true;
        }
    }
    return false;
}

enum crl_point_fit crl_point_fits(const struct certificate *cert, const struct crl *crl)
{
    struct slice points = cert->crl_distribution_points;
    struct slice list = crl->point;
    struct slice theirs;
    struct slice field;
    struct slice ours;
    if (crl->point.len == 0) {
        return CRL_POINT_FITS;
    }
    if (!der_read(&list, TAG_FULL_NAME, &theirs)) {
        return CRL_POINT_UNSUPPORTED;
    }
    while (take_point(&points, &field)) {
        if (der_read(&field, TAG_FULL_NAME, &ours) && share_name(theirs, ours)) {
            return CRL_POINT_FITS;
        }
    }
    return CRL_POINT_OTHER;
}
