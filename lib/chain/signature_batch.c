/* SPDX-License-Identifier: MIT */
#include "chain/signature_batch.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct signature_check {
    struct signature_check *next;
    uint8_t object[32];
    uint8_t issuer_key[32];
    enum oid algorithm;
    bool is_done;
    enum signature_result result;
    uint8_t digest[KEY_DIGEST_MAX]; /* of the message; empty: cannot be computed */
    struct slice digest_view;
    struct slice spki; /* these point into `bytes` */
    struct slice params;
    struct slice signature;
    uint8_t bytes[];
};

void signature_batch_init(struct signature_batch *batch, uint32_t allowance)
{
    *batch = (struct signature_batch){ .allowance = allowance };
}

void signature_batch_finish(struct signature_batch *batch)
{
    while (batch->checks != NULL) {
        struct signature_check *check = batch->checks;
        batch->checks = check->next;
        free(check);
    }
    *batch = (struct signature_batch){ .allowance = 0 };
}

static struct signature_check *find(const struct signature_batch *batch,
                                    const struct signed_object *object,
                                    const struct certificate *issuer)
{
    struct signature_check *check = batch->checks;
    while (check != NULL &&
           (memcmp(check->object, object->sha256, sizeof check->object) != 0 ||
            memcmp(check->issuer_key, issuer->spki_sha256, sizeof check->issuer_key) !=
                0)) {
        check = check->next;
    }
    return check;
}

static struct slice copy_behind(uint8_t **at, struct slice from)
{
    struct slice copy = { *at, from.len };
    if (from.len > 0) {
        memcpy(*at, from.data, from.len);
        *at += from.len;
    }
    return copy;
}

bool signature_batch_add(struct signature_batch *batch,
                         const struct signed_object *object,
                         const struct certificate *issuer)
{
    if (find(batch, object, issuer) != NULL) {
        return true;
    }
    size_t n_bytes = issuer->spki.len + object->params.len + object->signature.len;
    if (n_bytes > SIGNATURE_BATCH_BYTES_MAX - batch->n_bytes) {
        return false;
    }
    struct signature_check *check = mem_alloc(1, sizeof *check + n_bytes);
    if (check == NULL) {
        return false;
    }
    memcpy(check->object, object->sha256, sizeof check->object);
    memcpy(check->issuer_key, issuer->spki_sha256, sizeof check->issuer_key);
    check->algorithm = object->algorithm;
    size_t len = object->digest.len;
    if (len > 0 && len <= sizeof check->digest) {
        memcpy(check->digest, object->digest.data, len);
    } else {
        len = key_hash_message(object->algorithm, object->params, object->message,
                               check->digest);
    }
    check->digest_view = (struct slice){ check->digest, len };
    uint8_t *at = check->bytes;
    check->spki = copy_behind(&at, issuer->spki);
    check->params = copy_behind(&at, object->params);
    check->signature = copy_behind(&at, object->signature);
    check->next = batch->checks;
    batch->checks = check;
    batch->n_pending++;
    batch->n_bytes += n_bytes;
    return true;
}

bool signature_batch_find(const struct signature_batch *batch,
                          const struct signed_object *object,
                          const struct certificate *issuer,
                          enum signature_result *ret_result)
{
    const struct signature_check *check = find(batch, object, issuer);
    if (check == NULL || !check->is_done) {
        return false;
    }
    *ret_result = check->result;
    return true;
}

bool signature_batch_is_pending(const struct signature_batch *batch)
{
    return batch->n_pending > 0;
}

void signature_batch_run(struct signature_batch *batch)
{
    for (struct signature_check *check = batch->checks; check != NULL;
         check = check->next) {
        if (!check->is_done) {
            check->result =
                check->digest_view.len == 0
                    ? SIGNATURE_UNSUPPORTED
                    : key_verify_digest(check->spki, check->algorithm, check->params,
                                        check->digest_view, check->signature);
            check->is_done = true;
        }
    }
    batch->n_pending = 0;
}
