/* SPDX-License-Identifier: MIT */
#include "chain/signature_policy.h"

#include "chain/chain.h"
#include "pki/key.h"

enum signature_grade signature_policy_grade(enum oid algorithm, struct slice params)
{
    if (algorithm == OID_MD2_WITH_RSA) {
        return SIGNATURE_GRADE_BROKEN;
    }
    switch ((int)key_signature_hash(algorithm, params)) {
    case OID_MD5:
        return SIGNATURE_GRADE_BROKEN;
    case OID_SHA1:
        return SIGNATURE_GRADE_SHA1;
    default:
        return SIGNATURE_GRADE_GOOD;
    }
}

const char *signature_policy_defect(enum oid algorithm, struct slice params,
                                    const struct policy *policy)
{
    switch (signature_policy_grade(algorithm, params)) {
    case SIGNATURE_GRADE_BROKEN:
        return policy->allow_md5 ? NULL : "its signature uses MD2 or MD5";
    case SIGNATURE_GRADE_SHA1:
        return policy->refuse_sha1 ? "its signature uses SHA-1" : NULL;
    case SIGNATURE_GRADE_GOOD:
    default:
        return NULL;
    }
}
