/* SPDX-License-Identifier: MIT
 *
 * May this certificate prove a client? Enhanced Key Usage, nested over the
 * whole path as CryptoAPI does (CERT_USAGE_MATCH: a usage must be supported by
 * every certificate, by name or by having no such extension), and Key Usage by
 * RFC 5280 4.2.1.3. The two are processed independently (4.2.1.12).
 *
 * Windows reads application policies as it reads an EKU, and nests them, too: how the
 * two go together is documented nowhere, so policy.app_policies decides.
 *
 * netsh's usagecheck=disable turns all of it off: faults become notes.
 */
#include "chain/path/path.h"

#define KEY_USAGE_FOR_TLS                                       \
    (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_NON_REPUDIATION |  \
     KEY_USAGE_KEY_ENCIPHERMENT | KEY_USAGE_DATA_ENCIPHERMENT | \
     KEY_USAGE_KEY_AGREEMENT)

/* The verdict of a usage fault under this policy. */
static enum verdict as_usage(const struct policy *policy, bool refuse)
{
    return policy->usagecheck && refuse ? VERDICT_WRONG_USAGE : VERDICT_OK;
}

/* What one extension, or both, says of Client Authentication. In the order of their
 * weight in a union. */
enum usage { USAGE_OTHER, USAGE_ANY, USAGE_CLIENT, USAGE_ABSENT };

struct purposes {
    enum usage eku;
    enum usage application; /* USAGE_ABSENT where they are not read */
    enum usage counts;      /* which of them Windows goes by */
    bool is_application;    /* `counts` is `application` */
};

static enum usage read_usage(bool present, bool client, bool any)
{
    return !present ? USAGE_ABSENT
           : client ? USAGE_CLIENT
           : any    ? USAGE_ANY
                    : USAGE_OTHER;
}

static struct purposes read_purposes(const struct certificate *cert,
                                     const struct policy *policy)
{
    struct purposes p = {
        .eku =
            read_usage(cert->has_eku, certificate_lists_purpose(cert, OID_CLIENT_AUTH),
                       certificate_lists_purpose(cert, OID_ANY_EXTENDED_KEY_USAGE)),
        .application = read_usage(
            cert->has_application_policies &&
                policy->app_policies != APP_POLICIES_IGNORE,
            certificate_lists_application_policy(cert, OID_CLIENT_AUTH),
            certificate_lists_application_policy(cert, OID_ANY_APPLICATION_POLICY) ||
                certificate_lists_application_policy(cert, OID_ANY_EXTENDED_KEY_USAGE)),
    };
    p.is_application =
        p.application != USAGE_ABSENT &&
        (p.eku == USAGE_ABSENT || policy->app_policies == APP_POLICIES_OVERRIDE ||
         p.application > p.eku);
    p.counts = p.is_application ? p.application : p.eku;
    return p;
}

static const char *describe_purposes(const struct certificate *leaf,
                                     const struct purposes *purposes)
{
    bool empty = purposes->is_application ? leaf->application_policies.len == 0
                                          : leaf->eku.len == 0;
    bool server = purposes->is_application
                      ? certificate_lists_application_policy(leaf, OID_SERVER_AUTH)
                      : certificate_lists_purpose(leaf, OID_SERVER_AUTH);
    return empty    ? "it lists no purpose at all"
           : server ? "it is a server's certificate (serverAuth)"
                    : "";
}

static void check_leaf_purposes(const struct certificate *leaf,
                                const struct policy *policy, struct chain *chain)
{
    struct purposes purposes = read_purposes(leaf, policy);
    bool application = purposes.is_application;
    switch (purposes.counts) {
    case USAGE_ABSENT:
        path_add(chain, FINDING_EKU_ABSENT, 0, "%s", "");
        break;
    case USAGE_ANY:
        path_add_as(chain, application ? FINDING_APP_POLICY_ANY : FINDING_EKU_ANY, 0,
                    as_usage(policy, policy->refuse_any_eku), "%s", "");
        break;
    case USAGE_OTHER:
        path_add_as(chain,
                    application ? FINDING_APP_POLICY_NOT_CLIENT_AUTH
                                : FINDING_EKU_NOT_CLIENT_AUTH,
                    0, as_usage(policy, true), "%s",
                    describe_purposes(leaf, &purposes));
        break;
    case USAGE_CLIENT:
    default:
        break;
    }
    if (application && purposes.application > purposes.eku) {
        path_add(chain, FINDING_APP_POLICY_COUNTS, 0, "%s", "");
    }
}

static void check_ca_purposes(const struct certificate *ca, size_t element,
                              const struct policy *policy, struct chain *chain)
{
    struct purposes purposes = read_purposes(ca, policy);
    if (purposes.counts == USAGE_OTHER) {
        path_add_as(chain,
                    purposes.is_application ? FINDING_CA_APP_POLICY_NOT_CLIENT_AUTH
                                            : FINDING_CA_EKU_NOT_CLIENT_AUTH,
                    element, as_usage(policy, true), "%s", "");
    }
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
    check_leaf_purposes(path->steps[0].element.cert, policy, chain);
    check_leaf_key_usage(path->steps[0].element.cert, policy, chain);
    for (size_t i = 1; i < path->n_steps; i++) {
        check_ca_purposes(path->steps[i].element.cert, i, policy, chain);
    }
}
