/* SPDX-License-Identifier: MIT
 *
 * The answers. A question is one request, with what it takes to answer it.
 */
#include "roles/revocation_service_internal.h"

#include "base/compiler.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "forge/forge_certificate.h"
#include "forge/forge_crl.h"
#include "forge/forge_mint.h"
#include "pki/ocsp_write.h"

#include <stdlib.h>
#include <string.h>

/* How long ago the answers of the state "stale" began and ended. */
#define STALE_FROM  (60 * TIMESTAMP_DAY)
#define STALE_UNTIL (30 * TIMESTAMP_DAY)
#define GARBAGE     "<!doctype html><title>Login</title><p>Please log in to continue.</p>\n"

struct question {
    const struct revocation_service *service;
    const char *authority;
    const struct certificate *issuer;
    int64_t now;
    struct forge_revocation *revocations; /* owned: of the tables and of the world */
    size_t n_revocations;
};

/* What the authority issued with this serial; NULL = nothing of the tables. */
static const struct recipe *find_issued(const struct question *q, struct slice serial)
{
    return forge_find_issued(q->service->world, q->authority, serial);
}

static bool is_revoking(enum revocation_state state)
{
    return state == REVOCATION_REVOKED || state == REVOCATION_HOLD;
}

/* How `serial` is revoked; false if it is not. A state that was set overrides the
 * tables and forge_revoke(). */
static bool find_revocation(const struct question *q, struct slice serial,
                            const struct recipe *recipe,
                            struct forge_revocation *ret_revocation)
{
    const struct revocation_setting *setting =
        recipe == NULL ? NULL : revocation_setting(q->service, recipe);
    if (setting != NULL && setting->is_set) {
        *ret_revocation = (struct forge_revocation){
            .revoked_at = setting->since,
            .reason = setting->state == REVOCATION_HOLD ? CRL_REASON_CERTIFICATE_HOLD
                                                        : CRL_REASON_KEY_COMPROMISE,
            .serial_len = serial.len,
        };
        if (serial.len > sizeof(ret_revocation->serial)) {
            return false;
        }
        memcpy(ret_revocation->serial, serial.data, serial.len);
        return is_revoking(setting->state);
    }
    for (size_t i = 0; i < q->n_revocations; i++) {
        const struct forge_revocation *revocation = &q->revocations[i];
        if (ocsp_serial_equal(
                (struct slice){ revocation->serial, revocation->serial_len }, serial)) {
            *ret_revocation = *revocation;
            return true;
        }
    }
    return false;
}

/* The part of a state that is the same for every kind of answer. True: nothing else is
 * to be done. */
static bool deliver(enum revocation_state state, struct revocation_answer *answer)
{
    answer->delay_ms = state == REVOCATION_SLOW ? REVOCATION_SLOW_MS : 0;
    answer->drop = state == REVOCATION_UNREACHABLE;
    if (state == REVOCATION_GARBAGE) {
        buf_append_string(&answer->body, GARBAGE);
    }
    return answer->drop || state == REVOCATION_GARBAGE;
}

static void refuse(struct revocation_answer *answer, int status, const char *text)
{
    answer->status = status;
    answer->content_type = "text/plain; charset=utf-8";
    buf_append_string(&answer->body, text);
}

/* ---- CRLs */

struct crl_list {
    struct forge_revocation *entries; /* owned */
    size_t n;
    size_t max;
};

/* Of one recipe: an entry for each serial number that it may have. */
struct crl_recipe {
    const struct question *q;
    const struct recipe *recipe;
    struct crl_list *list;
};

static bool on_serial(void *user, struct slice serial)
{
    const struct crl_recipe *own = user;
    struct crl_list *list = own->list;
    if (list->n < list->max &&
        find_revocation(own->q, serial, own->recipe, &list->entries[list->n])) {
        list->n++;
    }
    return true;
}

static bool collect_set(const struct question *q, const struct recipe_table *table,
                        struct crl_list *list)
{
    for (size_t i = 0; i < table->n_recipes; i++) {
        struct crl_recipe own = { q, &table->recipes[i], list };
        const char *issuer = own.recipe->issuer;
        if (issuer != NULL && strcmp(issuer, q->authority) == 0 &&
            revocation_setting(q->service, own.recipe)->is_set &&
            !forge_walk_serials(own.recipe, q->issuer->spki, q->now, on_serial, &own)) {
            return false;
        }
    }
    return true;
}

/* The certificates that a state revokes, and the world's revocations that no state
 * lifts. */
static bool collect(const struct question *q, struct crl_list *list)
{
    const struct recipe_book *book = q->service->book;
    list->max = q->n_revocations + book->authorities.n_recipes +
                (book->cases.n_recipes + FORGE_MINTED_MAX) * FORGE_SERIAL_DAYS;
    list->entries = mem_alloc(list->max, sizeof(*list->entries));
    if (list->entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < q->n_revocations; i++) {
        const struct forge_revocation *revocation = &q->revocations[i];
        struct slice content = { revocation->serial, revocation->serial_len };
        const struct recipe *recipe = find_issued(q, content);
        if (recipe == NULL || !revocation_setting(q->service, recipe)->is_set) {
            list->entries[list->n++] = *revocation;
        }
    }
    return collect_set(q, &book->authorities, list) &&
           collect_set(q, &book->cases, list) &&
           collect_set(q, forge_minted(q->service->world), list);
}

static int write_crl(const struct question *q, bool stale, struct buf *out,
                     struct err *err)
{
    struct crl_list list = { .n = 0 };
    int result = -1;
    if (collect(q, &list)) {
        const struct forge_crl_order order = {
            .issuer_name = q->issuer->subject,
            .issuer_spki = q->issuer->spki,
            .issuer_key = forge_authority_key(q->service->world, q->authority),
            .this_update = q->now - (stale ? STALE_FROM : REVOCATION_BACKDATED),
            .next_update = q->now + (stale ? -STALE_UNTIL : REVOCATION_LIFETIME),
            .revocations = list.entries,
            .n_revocations = list.n,
        };
        result = forge_crl_write(&order, out, err);
    } else {
        (void)err_memory(err);
    }
    free(list.entries);
    return result;
}

/* The certificate that a CRL's path names: one that this authority issued. */
static const struct recipe *find_named(const struct question *q, const char *name)
{
    const struct recipe_table *tables[] = { &q->service->book->cases,
                                            forge_minted(q->service->world),
                                            &q->service->book->authorities };
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        const struct recipe *recipe = recipe_find(tables[i], name);
        if (recipe != NULL && recipe->issuer != NULL &&
            strcmp(recipe->issuer, q->authority) == 0) {
            return recipe;
        }
    }
    return NULL;
}

static int answer_crl(const struct question *q, const char *name,
                      struct revocation_answer *answer, struct err *err)
{
    enum revocation_state state = REVOCATION_GOOD;
    if (name[0] != 0) {
        const struct recipe *recipe = find_named(q, name);
        if (recipe == NULL) {
            refuse(answer, 404,
                   "This authority has issued no certificate of that name.\n");
            return 0;
        }
        state = revocation_service_get(q->service, recipe);
    }
    if (state == REVOCATION_UNKNOWN) { /* which a list cannot say */
        refuse(answer, 404, "There is no list here.\n");
        return 0;
    }
    answer->content_type = "application/pkix-crl";
    return deliver(state, answer)
               ? 0
               : write_crl(q, state == REVOCATION_STALE, &answer->body, err);
}

/* ---- OCSP */

static struct ocsp_answer answer_id(const struct question *q,
                                    const struct ocsp_cert_id *id,
                                    enum revocation_state *ret_state)
{
    struct ocsp_answer answer = { .id = id->whole,
                                  .status = OCSP_UNKNOWN,
                                  .this_update = q->now - REVOCATION_BACKDATED,
                                  .has_next_update = true,
                                  .next_update = q->now + REVOCATION_LIFETIME };
    const struct recipe *recipe =
        ocsp_cert_id_is_of(id, q->issuer) ? find_issued(q, id->serial) : NULL;
    struct forge_revocation revocation;
    *ret_state = REVOCATION_UNKNOWN;
    if (recipe == NULL) {
        return answer;
    }
    *ret_state = revocation_service_get(q->service, recipe);
    if (*ret_state == REVOCATION_UNKNOWN) {
        return answer;
    }
    answer.status = OCSP_GOOD;
    if (find_revocation(q, id->serial, recipe, &revocation)) {
        answer.status = OCSP_REVOKED;
        answer.revoked_at = revocation.revoked_at;
        answer.reason = revocation.reason;
    }
    if (*ret_state == REVOCATION_STALE) {
        answer.this_update = q->now - STALE_FROM;
        answer.next_update = q->now - STALE_UNTIL;
    }
    return answer;
}

/* The first certificate that is asked about decides how the answer is delivered. */
static int answer_ocsp(const struct question *q, struct slice bytes,
                       struct revocation_answer *answer, struct err *err)
{
    struct ocsp_answer answers[OCSP_REQUEST_IDS_MAX];
    struct ocsp_request request;
    answer->content_type = "application/ocsp-response";
    if (ocsp_request_read(bytes, &request) != NULL) {
        return ocsp_response_write_error(OCSP_MALFORMED_REQUEST, &answer->body)
                   ? 0
                   : err_memory(err);
    }
    enum revocation_state first = REVOCATION_GOOD;
    for (size_t i = 0; i < request.n_ids; i++) {
        enum revocation_state state;
        answers[i] = answer_id(q, &request.ids[i], &state);
        first = i == 0 ? state : first;
    }
    if (deliver(first, answer)) {
        return 0;
    }
    const struct ocsp_order order = {
        .key = forge_authority_key(q->service->world, q->authority),
        .responder_spki = q->issuer->spki,
        .produced_at = q->now,
        .answers = answers,
        .n_answers = request.n_ids,
        .nonce = request.nonce,
    };
    return ocsp_response_write(&order, &answer->body, err);
}

/* ---- the whole */

static int answer_target(const struct revocation_service *service,
                         const struct revocation_target *target,
                         const struct revocation_request *request, int64_t now,
                         struct revocation_answer *answer, struct err *err)
{
    struct question q = { .service = service,
                          .authority = target->authority,
                          .issuer = forge_authority(service->world, target->authority),
                          .now = now };
    if (target->resource == REVOCATION_NOTHING || q.issuer == NULL) {
        refuse(answer, 404, "There is nothing here.\n");
        return 0;
    }
    if (request->is_post && target->resource != REVOCATION_OCSP) {
        refuse(answer, 405, "Only GET.\n");
        return 0;
    }
    if (target->resource == REVOCATION_CA) {
        answer->content_type = "application/pkix-cert";
        buf_append_slice(&answer->body, q.issuer->der);
        return 0;
    }
    int result =
        forge_revocations(service->world, q.authority, now - REVOCATION_BACKDATED,
                          &q.revocations, &q.n_revocations, err);
    if (result == 0) {
        result = target->resource == REVOCATION_CRL
                     ? answer_crl(&q, target->name, answer, err)
                     : answer_ocsp(&q,
                                   request->is_post ? request->body
                                                    : buf_slice(&target->request),
                                   answer, err);
    }
    free(q.revocations);
    return result;
}

void revocation_answer_finish(struct revocation_answer *answer)
{
    buf_finish(&answer->body);
}

int revocation_service_answer(const struct revocation_service *service,
                              const struct revocation_request *request, int64_t now,
                              struct revocation_answer *ret_answer, struct err *err)
{
    struct revocation_target target;
    struct revocation_answer answer = { .status = 200 };
    int result = -1;
    if (!revocation_target_read(request->path, &target)) {
        (void)err_memory(err);
    } else {
        result = answer_target(service, &target, request, now, &answer, err);
    }
    if (result == 0 && !buf_ok(&answer.body)) {
        result = err_memory(err);
    }
    buf_finish(&target.request);
    if (result != 0) {
        revocation_answer_finish(&answer);
    }
    *ret_answer = answer;
    return result;
}
