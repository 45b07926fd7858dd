/* SPDX-License-Identifier: MIT */
#include "bundle/bundle.h"

#include "base/mem.h"
#include "bundle/bundle_walk.h"
#include "bundle/foreign_file.h"
#include "bundle/pkcs12.h"

#include <stdlib.h>
#include <string.h>

/* What PKCS#12 says about a certificate. */
struct attributes {
    struct buf friendly_name; /* owned */
    struct buf local_key_id;  /* owned */
};

struct gathering {
    struct bundle bundle;
    struct attributes *attributes; /* owned; one for each certificate */
    struct buf key_id;             /* owned: localKeyID of the first key */
    const char *password;
    uint64_t *work_left; /* borrowed: how often a password may still be hashed */
    const char *label;
    enum bundle_result result;
    const char *foreign; /* what the first strange PEM block is; NULL = unknown */
    bool has_fault;      /* a part of the file cannot be read: */
    struct err first_fault;
};

const char *bundle_format_name(enum bundle_format format)
{
    static const char *const names[] = {
        [BUNDLE_PEM] = "PEM",
        [BUNDLE_DER] = "DER",
        [BUNDLE_PKCS7] = "PKCS #7",
        [BUNDLE_PKCS12] = "PKCS #12",
        [BUNDLE_SST] = "serialized store",
    };
    return names[format];
}

static int fail(const struct gathering *g, struct err *err, const char *reason)
{
    return err_set(err, ERR_CONFIG, 0, "%s %s", g->label, reason);
}

/* ---- what is kept */

static int add_certificate(struct gathering *g, const struct bundle_item *item,
                           struct err *err)
{
    struct bundle *bundle = &g->bundle;
    size_t n = bundle->n_certs;
    if (n == BUNDLE_ITEMS_MAX) {
        return fail(g, err, "holds more than 20000 certificates, which is refused");
    }
    struct certificate **certs =
        mem_resize(bundle->certs, n + 1, sizeof(struct certificate *));
    if (certs == NULL) {
        return err_memory(err);
    }
    bundle->certs = certs;
    struct attributes *attributes =
        mem_resize(g->attributes, n + 1, sizeof(*attributes));
    if (attributes == NULL) {
        return err_memory(err);
    }
    g->attributes = attributes;
    attributes[n] = (struct attributes){ BUF_EMPTY, BUF_EMPTY };
    certs[n] = certificate_create(item->bytes);
    if (certs[n] == NULL) {
        return err_memory(err);
    }
    bundle->n_certs++;
    bool kept = buf_append_slice(&attributes[n].friendly_name, item->friendly_name);
    kept = buf_append_slice(&attributes[n].local_key_id, item->local_key_id) && kept;
    return kept ? 0 : err_memory(err);
}

static int add_crl(struct gathering *g, struct slice der, struct err *err)
{
    struct bundle *bundle = &g->bundle;
    if (bundle->n_crls == BUNDLE_ITEMS_MAX) {
        return fail(g, err, "holds more than 20000 revocation lists, which is refused");
    }
    struct crl **crls =
        mem_resize(bundle->crls, bundle->n_crls + 1, sizeof(struct crl *));
    if (crls == NULL) {
        return err_memory(err);
    }
    bundle->crls = crls;
    crls[bundle->n_crls] = crl_create(der);
    return crls[bundle->n_crls++] == NULL ? err_memory(err) : 0;
}

/* A key that cannot be used, for lack of its password or of support, is no fault: the
 * caller wants the certificates. */
static int add_key(struct gathering *g, const struct bundle_item *item, struct err *err)
{
    struct err problem = ERR_INIT;
    if (!g->bundle.has_key && !buf_append_slice(&g->key_id, item->local_key_id)) {
        return err_memory(err);
    }
    g->bundle.has_key = true;
    uint64_t work = g->password == NULL ? 0 : key_password_work(item->bytes);
    if (g->bundle.key != NULL || work > *g->work_left) {
        return 0;
    }
    *g->work_left -= work;
    if (key_parse(item->bytes, g->password, g->label, &g->bundle.key, &problem) != 0) {
        g->bundle.key = NULL;
        return problem.domain == ERR_MEMORY ? err_memory(err) : 0;
    }
    return 0;
}

static int on_item(void *user, const struct bundle_item *item, struct err *err)
{
    struct gathering *g = user;
    g->bundle.format = item->format;
    g->bundle.pkcs12_uses |= item->pkcs12_uses;
    switch (item->kind) {
    case BUNDLE_ITEM_CERTIFICATE:
        return add_certificate(g, item, err);
    case BUNDLE_ITEM_CRL:
        return add_crl(g, item->bytes, err);
    case BUNDLE_ITEM_KEY:
        return add_key(g, item, err);
    case BUNDLE_ITEM_STRANGE:
    default:
        g->foreign =
            g->foreign != NULL ? g->foreign : foreign_file_name_label(item->bytes);
        return 0;
    }
}

static int on_remark(void *user, const char *remark, struct err *err)
{
    struct gathering *g = user;
    return buf_printf(&g->bundle.remarks, "%s\n", remark) ? 0 : err_memory(err);
}

/* A PEM block that cannot be read does not keep the others from being read. */
static int on_fault(void *user, const struct bundle_fault *fault, struct err *err)
{
    struct gathering *g = user;
    if (fault->why == BUNDLE_FAILED && fault->format == BUNDLE_PEM) {
        if (!g->has_fault) {
            g->first_fault = *fault->sentence;
            g->has_fault = true;
        }
        return on_remark(user, fault->reason, err);
    }
    g->result = fault->why;
    if (err != NULL) {
        *err = *fault->sentence;
    }
    return -1;
}

/* ---- the certificate that belongs to the key */

/* By the key itself, else by localKeyID. */
static size_t find_own_certificate(const struct gathering *g)
{
    const struct bundle *bundle = &g->bundle;
    for (size_t i = 0; i < bundle->n_certs && bundle->key != NULL; i++) {
        if (bundle->certs[i]->malformed == NULL &&
            key_matches(bundle->key, bundle->certs[i])) {
            return i;
        }
    }
    for (size_t i = 0; i < bundle->n_certs && g->key_id.len > 0; i++) {
        if (slice_equal(buf_slice(&g->attributes[i].local_key_id),
                        buf_slice(&g->key_id))) {
            return i;
        }
    }
    return 0;
}

/* Puts it first and takes its name over. */
static int put_own_first(struct gathering *g, struct err *err)
{
    struct bundle *bundle = &g->bundle;
    if (bundle->n_certs == 0 || bundle->format != BUNDLE_PKCS12) {
        return 0;
    }
    size_t own = find_own_certificate(g);
    struct certificate *first = bundle->certs[own];
    for (size_t i = own; i > 0; i--) {
        bundle->certs[i] = bundle->certs[i - 1];
    }
    bundle->certs[0] = first;
    buf_append_slice(&bundle->local_key_id,
                     buf_slice(&g->attributes[own].local_key_id));
    return buf_append_slice(&bundle->friendly_name,
                            buf_slice(&g->attributes[own].friendly_name)) &&
                   buf_ok(&bundle->local_key_id)
               ? 0
               : err_memory(err);
}

/* ---- public */

/* Nothing is in it: gives the most helpful of the known reasons. */
static int fail_empty(const struct gathering *g, struct err *err)
{
    if (g->has_fault) {
        if (err != NULL) {
            *err = g->first_fault;
        }
        return -1;
    }
    return fail(g, err,
                g->bundle.has_key ? "holds a private key but no certificate: name the "
                                    "certificate's file, too"
                : g->foreign != NULL ? g->foreign
                                     : "holds no certificate");
}

static int gather(struct gathering *g, const struct bundle_source *source,
                  struct err *err)
{
    struct bundle_visitor visitor = { g, on_item, on_fault, on_remark };
    if (bundle_walk(source, &visitor, err) != 0 || put_own_first(g, err) != 0) {
        return -1;
    }
    return g->bundle.n_certs == 0 && g->bundle.n_crls == 0 ? fail_empty(g, err) : 0;
}

enum bundle_result bundle_read_bounded(struct slice bytes, const char *password,
                                       uint64_t work_max, const char *label,
                                       struct bundle *ret_bundle, struct err *err)
{
    uint64_t work_left = work_max;
    struct bundle_source source = { bytes, BUNDLE_PROMISE_NOTHING, password, &work_left,
                                    label };
    struct gathering g = {
        .bundle = { .format = BUNDLE_DER },
        .password = password,
        .work_left = &work_left,
        .label = label,
        .result = BUNDLE_FAILED,
    };
    int result = gather(&g, &source, err);
    for (size_t i = 0; i < g.bundle.n_certs; i++) {
        buf_finish(&g.attributes[i].friendly_name);
        buf_finish(&g.attributes[i].local_key_id);
    }
    free(g.attributes);
    buf_finish(&g.key_id);
    if (result != 0) {
        bundle_finish(&g.bundle);
        return g.result;
    }
    *ret_bundle = g.bundle;
    return BUNDLE_OK;
}

enum bundle_result bundle_read(struct slice bytes, const char *password,
                               const char *label, struct bundle *ret_bundle,
                               struct err *err)
{
    return bundle_read_bounded(bytes, password, PKCS12_WORK_MAX, label, ret_bundle,
                               err);
}

void bundle_finish(struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->n_certs; i++) {
        certificate_destroy(bundle->certs[i]);
    }
    for (size_t i = 0; i < bundle->n_crls; i++) {
        crl_destroy(bundle->crls[i]);
    }
    key_destroy(bundle->key);
    free(bundle->certs);
    free(bundle->crls);
    buf_finish(&bundle->friendly_name);
    buf_finish(&bundle->local_key_id);
    buf_finish(&bundle->remarks);
    *bundle = (struct bundle){ .format = BUNDLE_PEM };
}
