/* SPDX-License-Identifier: MIT
 *
 * What Windows' certificate dialog says in place of the purposes, and in the box
 * "Certificate status". Its sentences are known from what it shows for one fault at a
 * time; which of several it takes is not documented, and here it is the first row.
 * Where no row fits, General keeps the purposes, and the box has our own words. Part of
 * server/pages/viewer.
 */
#include "base/compiler.h"
#include "pages/viewer.h"

static const struct row {
    enum finding_kind kind;
    bool anywhere;       /* in the path; else of the certificate itself only */
    bool is_unsure;      /* viewer_saying's */
    const char *general; /* NULL = nothing instead of the purposes */
    const char *status;
} rows[] = {
    { FINDING_SIGNATURE_INVALID, false, false,
      "The integrity of this certificate cannot be guaranteed. The certificate may be "
      "corrupted or may have been altered.",
      "This certificate has an invalid digital signature." },
    { FINDING_REVOKED, false, false,
      "This certificate has been revoked by its certification authority.",
      "This certificate was revoked by its certification authority." },
    { FINDING_UNTRUSTED_SELF_SIGNED, false, false,
      "This CA Root certificate is not trusted. To enable trust, install this "
      "certificate in the Trusted Root Certification Authorities store.",
      "This CA Root certificate is not trusted because it is not in the Trusted Root "
      "Certification Authorities store." },
    { FINDING_UNTRUSTED_ROOT, true, false,
      "This certificate cannot be verified up to a trusted certification authority.",
      "This CA Root certificate is not trusted because it is not in the Trusted Root "
      "Certification Authorities store." },
    { FINDING_PARTIAL_CHAIN, true, true,
      "Windows does not have enough information to verify this certificate.",
      "The issuer of this certificate could not be found." },
    { FINDING_EXPIRED, false, false,
      "This certificate has expired or is not yet valid.",
      "This certificate has expired or is not yet valid." },
    { FINDING_NOT_YET_VALID, false, false,
      "This certificate has expired or is not yet valid.",
      "This certificate has expired or is not yet valid." },
};

/* The first row that fits a fault of this certificate; or of all, if `anywhere`. */
static const struct row *find_row(const struct viewer_subject *subject, size_t element,
                                  bool anywhere)
{
    for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
        for (size_t i = 0; i < viewer_n_findings(subject); i++) {
            struct viewer_finding finding = viewer_finding(subject, i);
            if (finding.kind == rows[r].kind && !finding.is_note &&
                (finding.element == element || (anywhere && rows[r].anywhere))) {
                return &rows[r];
            }
        }
    }
    return NULL;
}

struct viewer_saying viewer_saying(const struct viewer_subject *subject)
{
    const struct row *row =
        viewer_chain(subject) == NULL ? NULL : find_row(subject, 0, true);
    return row == NULL ? (struct viewer_saying){ NULL, false }
                       : (struct viewer_saying){ row->general, row->is_unsure };
}

const char *viewer_status(const struct viewer_subject *subject, size_t element)
{
    const struct row *row = find_row(subject, element, false);
    if (row != NULL) {
        return row->status;
    }
    for (size_t i = 0; i < viewer_n_findings(subject); i++) {
        struct viewer_finding finding = viewer_finding(subject, i);
        if (finding.element == element && !finding.is_note) {
            return finding.fault;
        }
    }
    return "This certificate is OK.";
}
