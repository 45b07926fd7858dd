/* SPDX-License-Identifier: MIT
 *
 * How strong a signature's hash is: one rule for certificates, revocation lists, OCSP
 * answers and their responders (Microsoft security advisory 2862973; RFC 9155).
 */
#pragma once

#include "base/buf.h"
#include "pki/oid.h"

struct policy;

enum signature_grade {
    SIGNATURE_GRADE_GOOD, /* or one that cannot be checked, which is never trusted */
    SIGNATURE_GRADE_SHA1,
    SIGNATURE_GRADE_BROKEN, /* MD2, MD5 */
};

/* Of an algorithm as certificates name it; of RSASSA-PSS the hash of its parameters. */
enum signature_grade signature_policy_grade(enum oid algorithm, struct slice params);
/* Why the policy rejects a list or an answer with such a signature; static text,
 * NULL = it does not. */
const char *signature_policy_defect(enum oid algorithm, struct slice params,
                                    const struct policy *policy);
