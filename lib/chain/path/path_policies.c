/* SPDX-License-Identifier: MIT
 *
 * Certificate policies over the path (RFC 5280 6.1.2 to 6.1.5), with any policy
 * acceptable to the relying party.
 *
 * RFC 5280 describes a tree, which a hostile path can make exponential. What is
 * asked here is only whether the tree is empty at the end, and for that the set
 * of policies that its lowest level expects is enough: it never grows beyond
 * what the certificates list.
 */
#include "chain/path/path.h"
#include "pki/der.h"

#define POLICIES_MAX ((size_t)64)

struct policy_set {
    bool any; /* anyPolicy is in it */
    struct slice oids[POLICIES_MAX];
    size_t n;
};

struct counters { /* certificates that may follow before the rule bites */
    uint32_t explicit_policy;
    uint32_t policy_mapping;
    uint32_t inhibit_any;
};

static bool contains(const struct policy_set *set, struct slice oid)
{
    for (size_t i = 0; i < set->n; i++) {
        if (slice_equal(set->oids[i], oid)) {
            return true;
        }
    }
    return false;
}

static void insert(struct policy_set *set, struct slice oid)
{
    if (set->n < POLICIES_MAX && !contains(set, oid)) {
        set->oids[set->n++] = oid;
    }
}

static void erase(struct policy_set *set, struct slice oid)
{
    for (size_t i = 0; i < set->n; i++) {
        if (slice_equal(set->oids[i], oid)) {
            set->oids[i] = set->oids[--set->n];
            return;
        }
    }
}

static bool is_empty(const struct policy_set *set)
{
    return !set->any && set->n == 0;
}

/* 6.1.3 (d), (e): what the certificate's own policies leave of the set. */
static void narrow(struct policy_set *set, const struct certificate *cert,
                   bool any_allowed)
{
    struct policy_set old = *set;
    struct slice rest = cert->policies;
    struct slice information;
    struct slice oid;
    bool lists_any = false;

    *set = (struct policy_set){ .any = false };
    while (der_read(&rest, DER_SEQUENCE, &information) &&
           der_read(&information, DER_OID, &oid)) {
        if (oid_find(oid) == OID_ANY_POLICY) {
            lists_any = true;
        } else if (old.any || contains(&old, oid)) {
            insert(set, oid);
        }
    }
    /* Once, however often a hostile list repeats it. */
    if (lists_any && any_allowed) {
        set->any = old.any;
        for (size_t i = 0; i < old.n; i++) {
            insert(set, old.oids[i]);
        }
    }
}

/* 6.1.4 (a), (b). False if a mapping names anyPolicy. */
static bool map(struct policy_set *set, const struct certificate *cert, bool allowed)
{
    const struct extension *mappings =
        certificate_find_extension(cert, OID_POLICY_MAPPINGS);
    struct slice value;
    struct slice rest;
    struct slice pair;
    struct slice from;
    struct slice to;
    struct policy_set old = *set;

    if (mappings == NULL) {
        return true;
    }
    value = mappings->value;
    if (!der_read(&value, DER_SEQUENCE, &rest)) {
        return false;
    }
    struct slice again = rest;
    while (der_read(&again, DER_SEQUENCE, &pair) && der_read(&pair, DER_OID, &from)) {
        erase(set, from);
    }
    while (der_read(&rest, DER_SEQUENCE, &pair) && der_read(&pair, DER_OID, &from) &&
           der_read(&pair, DER_OID, &to)) {
        if (oid_find(from) == OID_ANY_POLICY || oid_find(to) == OID_ANY_POLICY) {
            return false;
        }
        if (allowed && (old.any || contains(&old, from))) {
            insert(set, to);
        }
    }
    return rest.len == 0;
}

static void lower(uint32_t *counter, uint32_t value)
{
    *counter = value < *counter ? value : *counter;
}

/* policyConstraints and inhibitAnyPolicy: 6.1.4 (i), (j). */
static bool constrain(struct counters *counters, const struct certificate *cert)
{
    const struct extension *constraints =
        certificate_find_extension(cert, OID_POLICY_CONSTRAINTS);
    const struct extension *inhibit =
        certificate_find_extension(cert, OID_INHIBIT_ANY_POLICY);
    uint32_t value;

    if (constraints != NULL) {
        struct slice outer = constraints->value;
        struct slice inner;
        if (!der_read(&outer, DER_SEQUENCE, &inner)) {
            return false;
        }
        if (der_read_small(&inner, DER_CONTEXT | 0, &value)) {
            lower(&counters->explicit_policy, value);
        }
        if (der_read_small(&inner, DER_CONTEXT | 1, &value)) {
            lower(&counters->policy_mapping, value);
        }
        if (inner.len != 0) {
            return false;
        }
    }
    if (inhibit != NULL) {
        struct slice outer = inhibit->value;
        if (!der_read_small(&outer, DER_INTEGER, &value)) {
            return false;
        }
        lower(&counters->inhibit_any, value);
    }
    return true;
}

static void step(uint32_t *counter)
{
    *counter -= *counter > 0 ? 1 : 0;
}

void path_check_policies(const struct path *path, struct chain *chain)
{
    /* The trust anchor's own policies are not processed (RFC 5280 6.1.1 (d)). */
    size_t n =
        path->n_steps - (path->end == PATH_END_TRUSTED && path->n_steps > 1 ? 1 : 0);
    struct policy_set set = { .any = true };
    struct counters counters = { (uint32_t)n + 1, (uint32_t)n + 1, (uint32_t)n + 1 };

    for (size_t i = n; i-- > 0;) {
        const struct certificate *cert = path->steps[i].element.cert;
        bool self_issued = certificate_is_self_issued(cert);
        narrow(&set, cert, counters.inhibit_any > 0 || (i > 0 && self_issued));
        if (counters.explicit_policy == 0 && is_empty(&set)) {
            path_add(chain, FINDING_POLICY_INVALID, i, "%s",
                     cert->policies.len == 0 ? "it has no certificate policies" : "");
            return;
        }
        bool mapped = i == 0 || map(&set, cert, counters.policy_mapping > 0);
        if (i == 0 || !self_issued) {
            step(&counters.explicit_policy);
            step(&counters.policy_mapping);
            step(&counters.inhibit_any);
        }
        if (!constrain(&counters, cert) || !mapped) {
            path_add(chain, FINDING_POLICY_INVALID, i, "%s",
                     "its policy mappings or constraints are not as RFC 5280 allows");
            return;
        }
    }
    if (counters.explicit_policy == 0 && is_empty(&set)) {
        path_add(chain, FINDING_POLICY_INVALID, 0, "%s",
                 "a CA above requires a policy");
    }
}
