/* SPDX-License-Identifier: MIT
 *
 * May this certificate prove a client? Enhanced Key Usage, nested over the
 * whole path as CryptoAPI does (CERT_USAGE_MATCH: a usage must be supported by
 * every certificate, by name or by having no such extension), and Key Usage by
 * RFC 5280 4.2.1.3. The two are processed independently (4.2.1.12).
 *
 * netsh's usagecheck=disable turns all of it off: faults become notes.
 */
#include "chain/path.h"

#define KEY_USAGE_FOR_TLS                                       \
    (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_NON_REPUDIATION |  \
     KEY_USAGE_KEY_ENCIPHERMENT | KEY_USAGE_DATA_ENCIPHERMENT | \
     KEY_USAGE_KEY_AGREEMENT)

/* The verdict of a usage fault under this policy. */
static enum verdict as_usage(const struct policy *policy, bool refuse)
{
    return policy->usagecheck && refuse ? VERDICT_WRONG_USAGE : VERDICT_OK;
}

static void check_leaf_eku(const struct certificate *leaf, const struct policy *policy,
                           struct chain *chain)
{
    if (!leaf->has_eku) {
        path_add(chain, FINDING_EKU_ABSENT, 0, "%s", "");
        return;
    }
    if (certificate_lists_purpose(leaf, OID_CLIENT_AUTH)) {
        return;
    }
    if (certificate_lists_purpose(leaf, OID_ANY_EXTENDED_KEY_USAGE)) {
        path_add_as(chain, FINDING_EKU_ANY, 0, as_usage(policy, policy->refuse_any_eku),
                    "%s", "");
        return;
    }
    const char *detail = leaf->eku.len == 0 ? "it lists no purpose at all"
                         : certificate_lists_purpose(leaf, OID_SERVER_AUTH)
                             ? "it is a server's certificate (serverAuth)"
                             : "";
    path_add_as(chain, FINDING_EKU_NOT_CLIENT_AUTH, 0, as_usage(policy, true), "%s",
                detail);
}

static void check_leaf_key_usage(const struct certificate *leaf,
                                 const struct policy *policy, struct chain *chain)
{
    if (leaf->is_ca) {
        path_add_as(chain, FINDING_CA_AS_CLIENT, 0,
                    policy->refuse_ca_as_client ? VERDICT_ROLE : VERDICT_OK, "%s", "");
    }
    if (!leaf->has_key_usage) {
        return;
    }
    bool cert_sign = (leaf->key_usage & KEY_USAGE_KEY_CERT_SIGN) != 0;
    if (cert_sign && !leaf->is_ca) {
        path_add_as(chain, FINDING_KU_CERT_SIGN_NOT_CA, 0, as_usage(policy, true), "%s",
                    "");
    }
    if ((leaf->key_usage & KEY_USAGE_FOR_TLS) == 0 && !leaf->is_ca) {
        path_add_as(chain, FINDING_KU_EKU_INCONSISTENT, 0, as_usage(policy, true), "%s",
                    "");
    } else if ((leaf->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0) {
        path_add_as(chain, FINDING_KU_NO_DIGITAL_SIGNATURE, 0,
                    as_usage(policy, policy->refuse_no_digital_signature), "%s", "");
    }
}

void path_check_usage(const struct path *path, const struct policy *policy,
                      struct chain *chain)
{
    check_leaf_eku(path->steps[0].element.cert, policy, chain);
    check_leaf_key_usage(path->steps[0].element.cert, policy, chain);
    for (size_t i = 1; i < path->n_steps; i++) {
        const struct certificate *ca = path->steps[i].element.cert;
        if (ca->has_eku && !certificate_lists_purpose(ca, OID_CLIENT_AUTH) &&
            !certificate_lists_purpose(ca, OID_ANY_EXTENDED_KEY_USAGE)) {
            path_add_as(chain, FINDING_CA_EKU_NOT_CLIENT_AUTH, i,
                        as_usage(policy, true), "%s", "");
        }
    }
}
