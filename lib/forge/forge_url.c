/* SPDX-License-Identifier: MIT
 *
 * Where a forged certificate says that its revocation can be asked for, and where its
 * issuer lies: at the role pki of certgated (server/roles/revocation_service.h).
 */
#include "forge/forge.h"
#include "forge/forge_certificate.h"
#include "pki/der.h"
#include "pki/oid.h"

#include <string.h>

/* id-ad-ocsp and id-ad-caIssuers (RFC 5280 4.2.2.1), and their URLs. */
static void write_access(struct buf *out, enum oid method, const char *folder,
                         const char *authority, const char *suffix)
{
    size_t description = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_OID, oid_get(method)->der);
    size_t url = der_begin(out, DER_CONTEXT | 6);
    buf_printf(out, FORGE_PKI_URL "/%s/%s%s", folder, authority, suffix);
    der_end(out, url);
    der_end(out, description);
}

/* An issuer that is in no store has to be sent by clients. If it could be fetched, a
 * client that does not send it would not fail. */
static bool names_issuer(const struct forge_order *order)
{
    return order->issuer->folders[STORE_ROOT] || order->issuer->folders[STORE_CA];
}

static void write_authority_information_access(struct buf *out,
                                               const struct forge_order *order)
{
    const char *authority = order->issuer->name;
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_AUTHORITY_INFO_ACCESS)->der, false);
    size_t mark = der_begin(out, DER_SEQUENCE);
    write_access(out, OID_AD_OCSP, "ocsp", authority, "");
    if (names_issuer(order)) {
        write_access(out, OID_AD_CA_ISSUERS, "ca", authority, ".crt");
    }
    der_end(out, mark);
    forge_extension_end(out, open);
}

static void write_distribution_point(struct buf *out, const struct forge_order *order)
{
    struct forge_extension open =
        forge_extension_begin(out, oid_get(OID_CRL_DISTRIBUTION_POINTS)->der, false);
    size_t points = der_begin(out, DER_SEQUENCE);
    size_t point = der_begin(out, DER_SEQUENCE);
    size_t name = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    size_t full_name = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    size_t url = der_begin(out, DER_CONTEXT | 6);
    if (order->recipe->crl_url != NULL) {
        buf_append_string(out, order->recipe->crl_url);
    } else {
        buf_printf(out, FORGE_PKI_URL "/crl/%s/%s.crl", order->issuer->name,
                   order->recipe->name);
    }
    der_end(out, url);
    der_end(out, full_name);
    der_end(out, name);
    der_end(out, point);
    der_end(out, points);
    forge_extension_end(out, open);
}

static bool is_ours(const struct recipe *recipe, const struct recipe *issuer)
{
    return issuer != NULL && issuer->crl == RECIPE_CRL_FRESH &&
           recipe->crl_url == NULL &&
           (recipe->details & RECIPE_MALFORMED_EXTENSION) == 0;
}

bool forge_url_has_crl(const struct recipe *recipe, const struct recipe *issuer)
{
    return recipe->crl_url != NULL || is_ours(recipe, issuer);
}

void forge_url_write(struct buf *out, const struct forge_order *order)
{
    if (forge_url_has_crl(order->recipe, order->issuer)) {
        write_distribution_point(out, order);
    }
    if (is_ours(order->recipe, order->issuer)) {
        write_authority_information_access(out, order);
    }
}
