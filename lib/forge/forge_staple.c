/* SPDX-License-Identifier: MIT */
#include "forge/forge_staple.h"

#include "forge/forge_internal.h"
#include "pki/ocsp_write.h"

#include <stdlib.h>

/* For clocks that are slow, as certificates are backdated. */
#define STAPLE_BACKDATED ((int64_t)3600)

static const struct forge_authority *find_authority(const struct forge_world *world,
                                                    const struct certificate *issuer)
{
    for (size_t i = 0; i < world->book.authorities.n_recipes; i++) {
        const struct forge_authority *authority = &world->authorities[i];
        if (authority->cert != NULL && authority->key != NULL &&
            slice_equal(authority->cert->der, issuer->der)) {
            return authority;
        }
    }
    return NULL;
}

static void mark_revoked(const struct forge_revocation *revocations, size_t n,
                         struct slice serial, struct ocsp_answer *answer)
{
    for (size_t i = 0; i < n; i++) {
        struct slice revoked = { revocations[i].serial, revocations[i].serial_len };
        if (ocsp_serial_equal(revoked, serial)) {
            answer->status = OCSP_REVOKED;
            answer->revoked_at = revocations[i].revoked_at;
            answer->reason = revocations[i].reason;
        }
    }
}

int forge_staple(const struct forge_world *world, const struct certificate *leaf,
                 const struct certificate *issuer, int64_t now, struct buf *out,
                 struct err *err)
{
    const struct forge_authority *authority = find_authority(world, issuer);
    struct forge_revocation *revocations = NULL;
    struct buf id = BUF_EMPTY;
    size_t n = 0;
    int result = -1;

    if (authority == NULL) {
        return 0;
    }
    if (forge_revocations(world, authority->recipe->name, now, &revocations, &n, err) !=
        0) {
        return -1;
    }
    if (!ocsp_cert_id_write(&id, OID_SHA1, leaf->serial, issuer) || !buf_ok(&id)) {
        (void)err_memory(err);
        goto out;
    }
    struct ocsp_answer answer = { .id = buf_slice(&id),
                                  .status = OCSP_GOOD,
                                  .this_update = now - STAPLE_BACKDATED,
                                  .has_next_update = true,
                                  .next_update = now + FORGE_STAPLE_LIFETIME };
    mark_revoked(revocations, n, leaf->serial, &answer);
    const struct ocsp_order order = { .key = authority->key,
                                      .responder_spki = issuer->spki,
                                      .produced_at = now,
                                      .answers = &answer,
                                      .n_answers = 1 };
    result = ocsp_response_write(&order, out, err);
out:
    free(revocations);
    buf_finish(&id);
    return result;
}
