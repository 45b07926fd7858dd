/* SPDX-License-Identifier: MIT
 *
 * Name constraints over the path (RFC 5280 4.2.1.10, 6.1.3 (b), (c)): each CA's
 * permitted and excluded subtrees against the subject and the subjectAltName of
 * every certificate below it, self-issued ones apart from the leaf excepted.
 *
 * Kinds: e-mail, DNS, directory name, URI, IP address, and UPN (otherName
 * 1.3.6.1.4.1.311.20.2.3, compared as Windows does: like an e-mail address). A
 * constraint of another kind is a fault only if a name of that kind is there.
 */
#include "base/text.h"
#include "chain/path/path.h"
#include "chain/path/path_match.h"
#include "pki/der.h"
#include "pki/name.h"

enum { /* GeneralName's tags, RFC 5280 4.2.1.6 */
       GENERAL_OTHER = DER_CONTEXT | DER_CONSTRUCTED | 0,
       GENERAL_EMAIL = DER_CONTEXT | 1,
       GENERAL_DNS = DER_CONTEXT | 2,
       GENERAL_DIRECTORY = DER_CONTEXT | DER_CONSTRUCTED | 4,
       GENERAL_URI = DER_CONTEXT | 6,
       GENERAL_IP = DER_CONTEXT | 7,
};

/* What looking at one subtree costs beside the bytes of the names compared, and how
 * much dearer than others' a byte is of a Name, which is decoded and folded, and of an
 * otherName, which is decoded. */
#define SUBTREE_COST   ((size_t)16)
#define DIRECTORY_COST ((size_t)4)
#define OTHER_COST     ((size_t)2)

struct general_name {
    uint8_t tag;
    struct slice content;
};

struct check {
    struct chain *chain;
    size_t element;               /* whose names are looked at */
    const struct certificate *ca; /* whose constraints */
    struct slice permitted;       /* content of GeneralSubtrees; empty = none */
    struct slice excluded;
    size_t *budget; /* PATH_NAMES_BUDGET */
};

/* The constraint's RDNs are the first of the name's (both are whole Name TLVs).
 */
static enum match match_directory(struct slice name, struct slice constraint)
{
    struct slice name_rdns;
    struct slice wanted_rdns;
    struct slice rdn;
    struct slice cursor = name;
    struct buf prefix = BUF_EMPTY;
    enum match match = MATCH_NO;

    if (!der_read(&cursor, DER_SEQUENCE, &name_rdns)) {
        return MATCH_UNSUPPORTED;
    }
    cursor = constraint;
    if (!der_read(&cursor, DER_SEQUENCE, &wanted_rdns)) {
        return MATCH_UNSUPPORTED;
    }
    size_t mark = der_begin(&prefix, DER_SEQUENCE);
    bool enough = true;
    while (enough && der_read_whole(&wanted_rdns, DER_SET, &rdn)) {
        enough = der_read_whole(&name_rdns, DER_SET, &rdn);
        buf_append_slice(&prefix, enough ? rdn : SLICE_EMPTY);
    }
    der_end(&prefix, mark);
    if (!buf_ok(&prefix)) {
        match = MATCH_UNSUPPORTED;
    } else if (enough && name_equal(buf_slice(&prefix), constraint)) {
        match = MATCH_YES;
    }
    buf_finish(&prefix);
    return match;
}

/* The UPN's text in an otherName's content, or false for another kind. */
static bool read_upn(struct slice content, struct slice *ret_text)
{
    struct slice oid;
    struct slice wrapped;
    return der_read(&content, DER_OID, &oid) && oid_find(oid) == OID_UPN &&
           der_read(&content, DER_CONTEXT | DER_CONSTRUCTED | 0, &wrapped) &&
           der_read(&wrapped, DER_UTF8_STRING, ret_text);
}

static enum match match_upn(struct slice name, struct slice constraint)
{
    struct slice name_text;
    struct slice wanted;
    if (!read_upn(name, &name_text) || !read_upn(constraint, &wanted)) {
        return MATCH_UNSUPPORTED;
    }
    return path_match_email(name_text, wanted);
}

static enum match compare(const struct general_name *name,
                          const struct general_name *base, bool excluding)
{
    switch (name->tag) {
    case GENERAL_EMAIL:
        return path_match_email(name->content, base->content);
    case GENERAL_DNS:
        return path_match_dns(name->content, base->content, excluding);
    case GENERAL_DIRECTORY:
        return match_directory(name->content, base->content);
    case GENERAL_URI:
        return path_match_uri(name->content, base->content);
    case GENERAL_IP:
        return path_match_ip(name->content, base->content);
    case GENERAL_OTHER:
        return match_upn(name->content, base->content);
    default:
        return MATCH_UNSUPPORTED;
    }
}

/* Reads one GeneralSubtree; false at the end of the list, or with `rest` unmoved if it
 * is malformed. */
static bool next_subtree(struct slice *rest, struct general_name *ret_base,
                         bool *ret_ranged)
{
    struct slice behind = *rest;
    struct slice subtree;
    if (!der_read(&behind, DER_SEQUENCE, &subtree) ||
        !der_read_any(&subtree, &ret_base->tag, &ret_base->content, NULL)) {
        return false;
    }
    *rest = behind;
    *ret_ranged = subtree.len != 0; /* minimum or maximum: RFC 5280 forbids both */
    return true;
}

static void add_name_finding(const struct check *check, enum finding_kind kind,
                             const struct general_name *name)
{
    struct buf tlv = BUF_EMPTY;
    struct buf plain = BUF_EMPTY;
    struct buf escaped = BUF_EMPTY;
    char ca[PATH_NAME_MAX];

    der_write(&tlv, name->tag, name->content);
    (void)name_format_general(&plain, buf_slice(&tlv));
    (void)text_escape_terminal(&escaped,
                               slice_part(buf_slice(&plain), 0, PATH_NAME_MAX));
    path_add(check->chain, kind, check->element, "%s, by %s%s", buf_string(&escaped),
             path_name_text(check->ca->subject, ca),
             *check->budget == 0 ? ": the limit of comparisons is reached" : "");
    buf_finish(&tlv);
    buf_finish(&plain);
    buf_finish(&escaped);
}

/* False, from then on, when the budget of this search is used up. */
static bool spend(size_t *budget, size_t cost)
{
    *budget = cost < *budget ? *budget - cost : 0;
    return *budget > 0;
}

/* Of comparing two names of the same kind. */
static size_t cost_of(const struct general_name *name, const struct general_name *base)
{
    size_t factor = name->tag == GENERAL_DIRECTORY ? DIRECTORY_COST
                    : name->tag == GENERAL_OTHER   ? OTHER_COST
                                                   : 1;
    return (name->content.len + base->content.len) * factor;
}

/* One name against one list. `ret_present`: the list has a subtree of its kind.
 */
static enum match match_list(const struct check *check, const struct general_name *name,
                             struct slice list, bool excluding, bool *ret_present)
{
    struct general_name base;
    bool ranged;
    *ret_present = false;
    while (next_subtree(&list, &base, &ranged)) {
        bool same_kind = base.tag == name->tag;
        size_t compared = same_kind ? cost_of(name, &base) : 0;
        *ret_present |= same_kind;
        if (!spend(check->budget, SUBTREE_COST + compared)) {
            return MATCH_UNSUPPORTED;
        }
        if (!same_kind) {
            continue;
        }
        enum match match = ranged ? MATCH_UNSUPPORTED : compare(name, &base, excluding);
        if (match != MATCH_NO) {
            return match;
        }
    }
    return MATCH_NO;
}

static void check_name(const struct check *check, const struct general_name *name)
{
    bool present;
    enum match match = match_list(check, name, check->excluded, true, &present);
    if (match == MATCH_YES) {
        add_name_finding(check, FINDING_NAME_EXCLUDED, name);
        return;
    }
    bool unsupported = match == MATCH_UNSUPPORTED;
    match = match_list(check, name, check->permitted, false, &present);
    unsupported |= match == MATCH_UNSUPPORTED;
    if (unsupported) {
        add_name_finding(check, FINDING_NAME_CONSTRAINT_UNSUPPORTED, name);
    } else if (present && match == MATCH_NO) {
        add_name_finding(check, FINDING_NAME_NOT_PERMITTED, name);
    }
}

static void on_subject_attribute(void *user, size_t rdn, struct slice type, uint8_t tag,
                                 struct slice value)
{
    (void)rdn;
    (void)tag;
    if (oid_find(type) == OID_EMAIL_ADDRESS) {
        struct general_name name = { GENERAL_EMAIL, value };
        check_name(user, &name);
    }
}

static void check_certificate(const struct check *check, const struct certificate *cert)
{
    struct slice rest = cert->subject_alt_name;
    struct general_name name;

    if (!name_is_empty(cert->subject)) {
        name = (struct general_name){ GENERAL_DIRECTORY, cert->subject };
        check_name(check, &name);
        if (!cert->has_subject_alt_name) {
            struct check copy = *check;
            (void)name_walk(cert->subject, on_subject_attribute, &copy);
        }
    }
    while (der_read_any(&rest, &name.tag, &name.content, NULL)) {
        check_name(check, &name);
    }
}

/* GeneralSubtrees: one or more, and nothing else. A list that is cut short would
 * otherwise limit less than its CA says. */
static bool is_list(struct slice list)
{
    struct general_name base;
    bool ranged;
    size_t n = 0;
    while (next_subtree(&list, &base, &ranged)) {
        n++;
    }
    return n > 0 && list.len == 0;
}

static bool read_constraints(const struct certificate *ca, struct check *check)
{
    struct slice rest = ca->name_constraints;
    bool has_permitted =
        der_read(&rest, DER_CONTEXT | DER_CONSTRUCTED | 0, &check->permitted);
    bool has_excluded =
        der_read(&rest, DER_CONTEXT | DER_CONSTRUCTED | 1, &check->excluded);
    return rest.len == 0 && (has_permitted || has_excluded) &&
           (!has_permitted || is_list(check->permitted)) &&
           (!has_excluded || is_list(check->excluded));
}

void path_check_names(const struct path *path, struct chain *chain)
{
    const struct certificate *leaf = path->steps[0].element.cert;
    if (leaf->has_name_constraints && !leaf->is_ca) {
        path_add(chain, FINDING_EXTENSION_MALFORMED, 0, "%s in a certificate of no CA",
                 oid_get(OID_NAME_CONSTRAINTS)->short_name);
    }
    for (size_t i = path->n_steps; i-- > 1;) {
        const struct certificate *ca = path->steps[i].element.cert;
        struct check check = { .chain = chain, .ca = ca, .budget = path->names_budget };
        if (!ca->has_name_constraints) {
            continue;
        }
        if (!read_constraints(ca, &check)) {
            path_add(chain, FINDING_EXTENSION_MALFORMED, i, "%s",
                     oid_get(OID_NAME_CONSTRAINTS)->short_name);
            continue;
        }
        for (size_t j = 0; j < i; j++) {
            const struct certificate *below = path->steps[j].element.cert;
            if (j == 0 || !certificate_is_self_issued(below)) {
                check.element = j;
                check_certificate(&check, below);
            }
        }
    }
}
