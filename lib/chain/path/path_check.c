/* SPDX-License-Identifier: MIT
 *
 * Every fault of one path: the rules that look at one certificate at a time.
 * Rules over the whole path stand in files of their own (path.h lists them).
 */
#include "base/timestamp.h"
#include "chain/issuers.h"
#include "chain/path/path.h"
#include "chain/signature_policy.h"
#include "chain/signature_work.h"
#include "pki/name.h"

#include <string.h>

#define KEY_BITS_SHORT   ((size_t)2048)  /* NIST SP 800-131A */
#define ROOT_STORE_BYTES ((size_t)16384) /* Microsoft KB 2880390 */

/* ---- one certificate */

static void check_signature(const struct path *path, size_t i,
                            const struct chain_context *context, struct chain *chain)
{
    const struct path_step *step = &path->steps[i];
    const struct certificate *cert = step->element.cert;
    const struct policy *policy = context->policy;
    char name[PATH_NAME_MAX];

    if (step->signature == PATH_BAD) {
        bool self = i + 1 == path->n_steps;
        const struct certificate *issuer =
            self ? cert : path->steps[i + 1].element.cert;
        path_add(chain, FINDING_SIGNATURE_INVALID, i, "checked with the key of %s",
                 path_name_text(issuer->subject, name));
    } else if (step->signature == PATH_UNSUPPORTED) {
        path_add(chain, FINDING_SIGNATURE_UNSUPPORTED, i, "%s",
                 cert->signature_alg == OID_UNKNOWN
                     ? "an unknown algorithm"
                     : oid_get(cert->signature_alg)->short_name);
    } else if (step->signature == PATH_UNCHECKED && i + 1 < path->n_steps) {
        path_add(chain, FINDING_SIGNATURE_UNCHECKED, i, "%s",
                 signature_work_hindrance(context->work));
    }
    if (cert->signature_algs_differ) {
        path_add(chain, FINDING_MALFORMED, i,
                 "the signed and the outer signature algorithm differ");
    }
    if (step->element.is_root) {
        return; /* a trust anchor's own signature proves nothing */
    }
    const char *name_of_alg = oid_get(cert->signature_alg)->short_name;
    switch (signature_policy_grade(cert->signature_alg, cert->signature_params)) {
    case SIGNATURE_GRADE_BROKEN:
        path_add_as(chain, FINDING_WEAK_HASH, i,
                    policy->allow_md5 ? VERDICT_OK : VERDICT_CERT_SIGNATURE, "%s",
                    name_of_alg);
        break;
    case SIGNATURE_GRADE_SHA1:
        path_add_as(chain, FINDING_SHA1_SIGNATURE, i,
                    policy->refuse_sha1 ? VERDICT_CERT_SIGNATURE : VERDICT_OK, "%s",
                    name_of_alg);
        break;
    case SIGNATURE_GRADE_GOOD:
        break;
    }
}

static void check_key(const struct certificate *cert, size_t i,
                      const struct policy *policy, struct chain *chain)
{
    bool rsa = cert->key_oid == OID_RSA_ENCRYPTION || cert->key_oid == OID_RSASSA_PSS;
    if (!rsa) {
        return;
    }
    if (cert->key_bits < policy->minrsapubkeybitlength) {
        path_add(chain, FINDING_WEAK_KEY, i, "%zu bits, at least %u wanted",
                 cert->key_bits, (unsigned)policy->minrsapubkeybitlength);
    } else if (cert->key_bits < KEY_BITS_SHORT) {
        path_add(chain, FINDING_SHORT_KEY, i, "%zu bits", cert->key_bits);
    }
}

/* RFC 5280 4.1.2.5: the validity period includes both of its ends. */
static void check_time(const struct certificate *cert, size_t i,
                       const struct chain_context *context, struct chain *chain)
{
    enum verdict verdict = i > 0 && context->policy->ca_time_is_nesting
                               ? VERDICT_TIME_NESTING
                               : VERDICT_NOT_TIME_VALID;
    int64_t now = context->now;
    char text[TIMESTAMP_TEXT_LEN];
    char span[TIMESTAMP_TEXT_LEN];
    if (now > cert->not_after) {
        path_add_as(chain, FINDING_EXPIRED, i, verdict, "ended %s ago, at %s",
                    timestamp_format_span(now - cert->not_after, span),
                    timestamp_format(cert->not_after, text));
    } else if (now < cert->not_before) {
        path_add_as(chain, FINDING_NOT_YET_VALID, i, verdict, "begins in %s, at %s",
                    timestamp_format_span(cert->not_before - now, span),
                    timestamp_format(cert->not_before, text));
    }
}

static void check_time_form(const struct certificate *cert, size_t i,
                            struct chain *chain)
{
    if (cert->has_odd_times) {
        path_add(chain, FINDING_TIME_FORM, i, "%s", "");
    }
}

static bool is_known_extension(enum oid oid)
{
    /* What the checks of this engine process; RFC 5280 4.2 wants any other to be
     * refused when critical. */
    static const enum oid known[] = {
        OID_KEY_USAGE,
        OID_SUBJECT_ALT_NAME,
        OID_BASIC_CONSTRAINTS,
        OID_NAME_CONSTRAINTS,
        OID_CRL_DISTRIBUTION_POINTS,
        OID_CERTIFICATE_POLICIES,
        OID_POLICY_MAPPINGS,
        OID_AUTHORITY_KEY_IDENTIFIER,
        OID_POLICY_CONSTRAINTS,
        OID_EXTENDED_KEY_USAGE,
        OID_INHIBIT_ANY_POLICY,
        OID_SUBJECT_KEY_IDENTIFIER,
        OID_ISSUER_ALT_NAME,
        OID_MS_APPLICATION_POLICIES,
    };
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (known[i] == oid) {
            return true;
        }
    }
    return false;
}

static void add_extension(struct chain *chain, enum finding_kind kind, size_t i,
                          const struct extension *extension)
{
    struct buf oid = BUF_EMPTY;
    (void)oid_format(&oid, extension->oid_der);
    bool known = extension->oid != OID_UNKNOWN;
    path_add(chain, kind, i, "%s%s%s", buf_string(&oid), known ? " " : "",
             known ? oid_get(extension->oid)->short_name : "");
    buf_finish(&oid);
}

const struct extension *path_find_unknown_critical(const struct certificate *cert,
                                                   size_t *start)
{
    while (*start < cert->n_extensions) {
        const struct extension *extension = &cert->extensions[(*start)++];
        if (extension->critical && !is_known_extension(extension->oid)) {
            return extension;
        }
    }
    return NULL;
}

static void check_extensions(const struct certificate *cert, size_t i,
                             struct chain *chain)
{
    const struct extension *extension;
    size_t next = 0;
    if (cert->duplicate_extension != NULL) {
        add_extension(chain, FINDING_EXTENSION_DUPLICATE, i, cert->duplicate_extension);
    }
    if (cert->malformed_extension != NULL) {
        add_extension(chain, FINDING_EXTENSION_MALFORMED, i, cert->malformed_extension);
    }
    while ((extension = path_find_unknown_critical(cert, &next)) != NULL) {
        add_extension(chain, FINDING_CRITICAL_UNKNOWN, i, extension);
    }
}

/* Distrust goes by certificate, and by key: a re-issued twin is no way round.
 */
const struct store_entry *path_find_distrust(const struct certificate *cert,
                                             const struct store *store)
{
    for (size_t e = 0; e < store->folders[STORE_DISALLOWED].n_entries; e++) {
        const struct store_entry *entry = &store->folders[STORE_DISALLOWED].entries[e];
        if (certificate_equal(entry->cert, cert) ||
            (entry->cert->malformed == NULL &&
             memcmp(entry->cert->spki_sha256, cert->spki_sha256, 32) == 0)) {
            return entry;
        }
    }
    return NULL;
}

static void check_disallowed(const struct certificate *cert, size_t i,
                             const struct store *store, struct chain *chain)
{
    const struct store_entry *entry = path_find_distrust(cert, store);
    if (entry != NULL) {
        path_add(chain, FINDING_EXPLICIT_DISTRUST, i, "%s%s", entry->path,
                 certificate_equal(entry->cert, cert) ? "" : " (its key)");
    }
}

/* ---- issuers: RFC 5280 6.1.4 (k) to (n) */

static void check_issuer(const struct path *path, size_t i, struct chain *chain)
{
    const struct certificate *cert = path->steps[i].element.cert;
    /* Windows takes a version 1 certificate as a CA only where it is a root. */
    bool root_without = path->steps[i].element.is_root && !cert->has_basic_constraints;

    if (!cert->is_ca && !root_without) {
        path_add(chain, FINDING_ISSUER_NOT_CA, i, "%s",
                 cert->has_basic_constraints ? "basicConstraints says CA:FALSE"
                                             : "it has no basicConstraints");
    }
    if (cert->has_basic_constraints && cert->path_len != CERTIFICATE_PATH_LEN_NONE) {
        int below = 0;
        for (size_t j = 1; j < i; j++) {
            below += certificate_is_self_issued(path->steps[j].element.cert) ? 0 : 1;
        }
        if (below > cert->path_len) {
            path_add(chain, FINDING_PATH_LEN_EXCEEDED, i, "%d allowed, %d below it",
                     cert->path_len, below);
        }
    }
    if (cert->has_key_usage && (cert->key_usage & KEY_USAGE_KEY_CERT_SIGN) == 0) {
        path_add(chain, FINDING_CA_KU_NO_CERT_SIGN, i, "%s", "");
    }
}

/* ---- the end of the path, and the state of the stores */

static void add_untrusted(const struct path *path, const struct chain_context *context,
                          struct chain *chain)
{
    size_t last = path->n_steps - 1;
    const struct certificate *cert = path->steps[last].element.cert;
    char name[PATH_NAME_MAX];
    enum store_folder folder;

    if (issuers_are_exclusive(context->store, context->policy, &folder)) {
        path_add(chain, FINDING_ISSUER_NOT_EXCLUSIVE, last,
                 "the root is %s, the store %s", path_name_text(cert->subject, name),
                 store_folder_name(folder));
    } else if (last == 0) {
        path_add(chain, FINDING_UNTRUSTED_SELF_SIGNED, 0, "%s", "");
    } else {
        path_add(chain, FINDING_UNTRUSTED_ROOT, last, "the root is %s",
                 path_name_text(cert->subject, name));
    }
}

/* Machine Trust: the root is trusted, but is one of the CAs on the list, too? */
static void check_listed(const struct path *path, const struct chain_context *context,
                         struct chain *chain)
{
    enum store_folder folder;
    size_t first = path->n_steps > 1 ? 1 : 0; /* a self-signed one is its own issuer */
    if (context->policy->clientauthtrustmode != TRUST_MODE_MACHINE ||
        !issuers_find_store(context->store, context->policy, &folder)) {
        return;
    }
    for (size_t i = first; i < path->n_steps; i++) {
        if (store_find(context->store, folder, path->steps[i].element.cert) != NULL) {
            return;
        }
    }
    path_add(chain, FINDING_ISSUER_NOT_LISTED, 0, "%s", store_folder_name(folder));
}

static void check_end(const struct path *path, const struct chain_context *context,
                      struct chain *chain)
{
    size_t last = path->n_steps - 1;
    const struct certificate *cert = path->steps[last].element.cert;
    char name[PATH_NAME_MAX];

    switch (path->end) {
    case PATH_END_TRUSTED:
        check_listed(path, context, chain);
        break;
    case PATH_END_PEOPLE:
        path_add(chain, FINDING_TRUSTED_PEOPLE, last, "%s",
                 path->steps[last].element.path);
        break;
    case PATH_END_UNTRUSTED:
        add_untrusted(path, context, chain);
        break;
    case PATH_END_CYCLIC:
        path_add(chain, FINDING_CYCLIC, last, "%s", "");
        break;
    case PATH_END_LIMIT:
        path_add_as(chain, FINDING_SEARCH_LIMIT, 0, VERDICT_CHAINING, "%s",
                    path->limit);
        break;
    case PATH_END_PARTIAL:
    default:
        path_add(chain, FINDING_PARTIAL_CHAIN, last, "the missing issuer is %s",
                 path_name_text(cert->issuer, name));
        break;
    }
}

static void check_root_store(const struct chain_context *context, size_t last,
                             struct chain *chain)
{
    size_t total = 0;
    for (size_t i = 0; i < context->store->folders[STORE_ROOT].n_entries; i++) {
        const struct store_entry *entry =
            &context->store->folders[STORE_ROOT].entries[i];
        total += entry->cert->der.len;
        if (context->policy->non_self_signed_root_breaks_all &&
            entry->cert->malformed == NULL &&
            !certificate_is_self_issued(entry->cert)) {
            path_add(chain, FINDING_NON_SELF_SIGNED_ROOT, last, "%s", entry->path);
        }
    }
    if (context->policy->large_root_store_breaks_all && total > ROOT_STORE_BYTES) {
        path_add(chain, FINDING_ROOT_STORE_TOO_LARGE, last, "%zu bytes", total);
    }
}

void path_check(const struct path *path, const struct chain_context *context,
                struct chain *chain)
{
    const struct certificate *leaf = path->steps[0].element.cert;

    *chain = (struct chain){ .n_elements = path->n_steps };
    for (size_t i = 0; i < path->n_steps; i++) {
        chain->elements[i] = path->steps[i].element;
    }
    if (leaf->malformed != NULL) {
        path_add(chain, FINDING_MALFORMED, 0, "cannot read %s", leaf->malformed);
        return;
    }
    for (size_t i = 0; i < path->n_steps; i++) {
        const struct certificate *cert = path->steps[i].element.cert;
        check_signature(path, i, context, chain);
        check_disallowed(cert, i, context->store, chain);
        check_time(cert, i, context, chain);
        check_time_form(cert, i, chain);
        check_key(cert, i, context->policy, chain);
        check_extensions(cert, i, chain);
        if (i > 0) {
            check_issuer(path, i, chain);
        }
    }
    check_end(path, context, chain);
    check_root_store(context, path->n_steps - 1, chain);
    path_check_usage(path, context->policy, chain);
    path_check_names(path, chain);
    path_check_policies(path, chain);
    path_check_revocation(path, context, chain);
    path_keep_limits_alone(chain);
}
