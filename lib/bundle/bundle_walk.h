/* SPDX-License-Identifier: MIT
 *
 * What a file of certificates holds, item by item in its order: PEM (any mix), DER (one
 * value or several in a row), PKCS#7, PKCS#12, serialized stores, and what gateways
 * make of them (bundle/text_form), told apart by their bytes. bundle/bundle gathers the
 * items and store/store files them; both read through here, so that a file means the
 * same to both.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "bundle/bundle_types.h"

#include <stdint.h>

/* What the file's name promises. The bytes decide where they are clear. */
enum bundle_promise {
    BUNDLE_PROMISE_NOTHING,
    BUNDLE_PROMISE_KEY,
    BUNDLE_PROMISE_CRL,
    BUNDLE_PROMISE_PKCS7,
    BUNDLE_PROMISE_PKCS12,
};

/* Everything is borrowed. */
struct bundle_source {
    struct slice bytes;
    enum bundle_promise promise;
    const char *password; /* for PKCS#12; NULL = none is known */
    uint64_t *work_left;  /* of all that is in it, as of pkcs12_read */
    const char *label;    /* names the file in sentences */
};

enum bundle_item_kind {
    BUNDLE_ITEM_CERTIFICATE, /* DER, of at most CERTIFICATE_SIZE_MAX */
    BUNDLE_ITEM_CRL,         /* DER */
    BUNDLE_ITEM_KEY,         /* as it stands there: PEM or DER, perhaps encrypted */
    BUNDLE_ITEM_STRANGE,     /* the label of a PEM block of another kind */
};

/* Lives until the call returns. */
struct bundle_item {
    enum bundle_item_kind kind;
    enum bundle_format format;
    struct slice bytes;
    struct slice friendly_name; /* of PKCS#12: UTF-8, a stranger's; empty = none */
    struct slice local_key_id;  /* of PKCS#12 */
    unsigned pkcs12_uses;       /* of PKCS#12: PKCS12_USES_... */
};

struct bundle_fault {
    enum bundle_result why; /* never BUNDLE_OK */
    enum bundle_format format;
    const struct err *sentence; /* "LABEL holds ...", without a stop at the end */
    const char *reason;         /* the same without LABEL and the blank after it */
};

/* Each returns 0 to go on; -1 with `err` set ends the walk. After a fault the rest of
 * a PEM file is still walked. */
struct bundle_visitor {
    void *user;
    int (*on_item)(void *user, const struct bundle_item *item, struct err *err);
    int (*on_fault)(void *user, const struct bundle_fault *fault, struct err *err);
    /* A remark for people, in words that follow the file's name: "is read from base64
     * text". NULL = remarks are not wanted. */
    int (*on_remark)(void *user, const char *remark, struct err *err);
};

/* -1 only when a visitor says so, or out of memory. */
int bundle_walk(const struct bundle_source *source,
                const struct bundle_visitor *visitor, struct err *err) MUST_CHECK;
