/* SPDX-License-Identifier: MIT */
#include "common/crl_bundle.h"

#include "pki/pem_write.h"

#include <string.h>

int crl_bundle_append(const struct forge_world *world, const struct recipe *revoked,
                      int64_t now, struct buf *out, struct err *err)
{
    const struct recipe_table *table = &forge_book(world)->authorities;
    int result = 0;
    for (size_t i = 0; i < table->n_recipes && result == 0; i++) {
        const char *name = table->recipes[i].name;
        bool is_issuer = revoked != NULL && strcmp(revoked->issuer, name) == 0;
        struct buf der = BUF_EMPTY;
        if (table->recipes[i].crl != RECIPE_CRL_NONE) {
            result = is_issuer ? forge_crl_revoking(world, revoked, now, &der, err)
                               : forge_crl(world, name, now, &der, err);
            pem_write(out, "X509 CRL", buf_slice(&der));
        }
        buf_finish(&der);
    }
    return result != 0 || buf_ok(out) ? result : err_memory(err);
}
