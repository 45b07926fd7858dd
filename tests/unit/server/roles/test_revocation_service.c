/* SPDX-License-Identifier: MIT
 *
 * server/roles/revocation_service: each state, by CRL and by OCSP, as a relying party
 * reads it; and every path that a stranger may try.
 */
#include "chain/chain.h"
#include "chain/ocsp_signer.h"
#include "roles/revocation_service.h"

#include "base/timestamp.h"
#include "chain/evidence.h"
#include "support/check_main.h"
#include "support/world.h"

#include <stdio.h>
#include <string.h>

#define NOW       WORLD_NOW
#define AUTHORITY "issuing"

static struct revocation_service *service;
static const struct recipe *good;    /* issued by AUTHORITY, not revoked */
static const struct recipe *revoked; /* likewise, but revoked by the tables */

static void make_world(void)
{
    (void)world_get();
}

static void set_up(void)
{
    const struct recipe_book *book = forge_book(world_get());
    service = revocation_service_create(world_get());
    ck_assert_ptr_nonnull(service);
    for (size_t i = 0; i < book->cases.n_recipes; i++) {
        const struct recipe *recipe = &book->cases.recipes[i];
        bool ours = recipe->issuer != NULL && strcmp(recipe->issuer, AUTHORITY) == 0;
        if (ours && recipe->is_revoked) {
            revoked = revoked == NULL ? recipe : revoked;
        } else if (ours) {
            good = good == NULL ? recipe : good;
        }
    }
    ck_assert(good != NULL && revoked != NULL);
}

static void tear_down(void)
{
    revocation_service_destroy(service);
}

static struct revocation_answer ask(bool post, const char *path, struct slice body)
{
    const struct revocation_request request = { post, path, body };
    struct revocation_answer answer;
    struct err err = ERR_INIT;
    ck_assert_msg(revocation_service_answer(service, &request, NOW, &answer, &err) == 0,
                  "%s: %s", path, err.text);
    return answer;
}

static const struct certificate *issuer_of(const char *authority)
{
    return forge_authority(world_get(), authority);
}

static struct slice serial_of(const struct recipe *recipe)
{
    return world_case(recipe->name)->chain[0]->serial;
}

/* ---- states */

struct state_row {
    enum revocation_state state;
    bool by_tables; /* nothing is set: the certificate that the tables revoke */
    bool dropped;
    bool delayed;
    int crl_status;
    bool is_list; /* what comes is a CRL, or an OCSP response */
    bool listed;
    bool stale;
    enum ocsp_cert_status ocsp;
    unsigned reason;
};

static const struct state_row state_rows[] = {
    { .state = REVOCATION_GOOD, .crl_status = 200, .is_list = true },
    { .state = REVOCATION_REVOKED,
      .crl_status = 200,
      .is_list = true,
      .listed = true,
      .ocsp = OCSP_REVOKED,
      .reason = CRL_REASON_KEY_COMPROMISE },
    { .state = REVOCATION_HOLD,
      .crl_status = 200,
      .is_list = true,
      .listed = true,
      .ocsp = OCSP_REVOKED,
      .reason = CRL_REASON_CERTIFICATE_HOLD },
    { .state = REVOCATION_UNKNOWN, .crl_status = 404, .ocsp = OCSP_UNKNOWN },
    { .state = REVOCATION_STALE, .crl_status = 200, .is_list = true, .stale = true },
    { .state = REVOCATION_SLOW, .crl_status = 200, .is_list = true, .delayed = true },
    { .state = REVOCATION_UNREACHABLE, .crl_status = 200, .dropped = true },
    { .state = REVOCATION_GARBAGE, .crl_status = 200 },
    { .state = REVOCATION_REVOKED,
      .by_tables = true,
      .crl_status = 200,
      .is_list = true,
      .listed = true,
      .ocsp = OCSP_REVOKED },
};

static const struct recipe *prepare(const struct state_row *row)
{
    const struct recipe *recipe = row->by_tables ? revoked : good;
    if (!row->by_tables) {
        revocation_service_set(service, recipe, row->state, NOW - 600);
    }
    ck_assert_int_eq(revocation_service_get(service, recipe), row->state);
    return recipe;
}

START_TEST(states_by_crl)
{
    const struct state_row *row = &state_rows[_i];
    const char *label = revocation_state_name(row->state);
    const struct recipe *recipe = prepare(row);
    struct crl_entry entry = { .reason = 0 };
    char path[128];
    (void)snprintf(path, sizeof(path), "/crl/" AUTHORITY "/%s.crl", recipe->name);
    struct revocation_answer answer = ask(false, path, SLICE_EMPTY);
    ck_assert_msg(answer.drop == row->dropped, "%s", label);
    ck_assert_msg(answer.delay_ms == (row->delayed ? REVOCATION_SLOW_MS : 0), "%s",
                  label);
    ck_assert_msg(answer.status == row->crl_status, "%s: %d", label, answer.status);
    struct crl *crl = crl_create(buf_slice(&answer.body));
    ck_assert_msg((crl->malformed == NULL) == row->is_list, "%s: %s", label,
                  crl->malformed);
    if (row->is_list) {
        ck_assert_str_eq(answer.content_type, "application/pkix-crl");
        ck_assert_msg(crl_find(crl, serial_of(recipe), &entry) == row->listed, "%s",
                      label);
        ck_assert_msg((crl->next_update < NOW) == row->stale, "%s", label);
        ck_assert_msg(row->reason == 0 || entry.reason == row->reason, "%s: %u", label,
                      entry.reason);
        ck_assert_int_eq(key_verify(issuer_of(AUTHORITY)->spki, crl->signature_alg,
                                    crl->signature_params, crl->tbs, crl->signature),
                         SIGNATURE_GOOD);
    }
    crl_destroy(crl);
    revocation_answer_finish(&answer);
    /* The authority's own list knows who is revoked, and is always to be had. */
    answer = ask(false, "/crl/" AUTHORITY ".crl", SLICE_EMPTY);
    crl = crl_create(buf_slice(&answer.body));
    ck_assert_msg(!answer.drop && answer.delay_ms == 0 && crl->malformed == NULL, "%s",
                  label);
    ck_assert_msg(crl_find(crl, serial_of(recipe), &entry) == row->listed, "%s", label);
    ck_assert_msg(crl->next_update == NOW + REVOCATION_LIFETIME, "%s", label);
    crl_destroy(crl);
    revocation_answer_finish(&answer);
}
END_TEST

static struct revocation_answer ask_ocsp(bool post, enum oid hash, struct slice serial,
                                         const struct certificate *issuer,
                                         struct slice nonce)
{
    struct buf request = BUF_EMPTY;
    struct buf url = BUF_EMPTY;
    struct evidence_need need;
    bool too_long;
    ck_assert(ocsp_request_write(&request, hash, serial, issuer, nonce));
    ck_assert(evidence_need_set(&need, EVIDENCE_OCSP,
                                slice_from_string("/ocsp/" AUTHORITY),
                                buf_slice(&request)));
    ck_assert(evidence_need_target(&need, &url, &too_long));
    ck_assert(!too_long);
    struct revocation_answer answer =
        ask(post, post ? "/ocsp/" AUTHORITY : buf_string(&url),
            post ? buf_slice(&request) : SLICE_EMPTY);
    buf_finish(&request);
    buf_finish(&url);
    return answer;
}

/* Each state, by POST and by GET, with either hash. */
START_TEST(states_by_ocsp)
{
    const struct state_row *row = &state_rows[_i / 2];
    const char *label = revocation_state_name(row->state);
    const struct recipe *recipe = prepare(row);
    const struct certificate *issuer = issuer_of(AUTHORITY);
    const struct certificate *delegate;
    struct ocsp_single single;
    bool post = _i % 2 == 0;
    struct revocation_answer answer =
        ask_ocsp(post, post ? OID_SHA256 : OID_SHA1, serial_of(recipe), issuer,
                 post ? slice_from_string("nonce") : SLICE_EMPTY);
    bool is_response =
        row->state != REVOCATION_UNREACHABLE && row->state != REVOCATION_GARBAGE;
    ck_assert_msg(answer.drop == row->dropped, "%s", label);
    ck_assert_msg(answer.delay_ms == (row->delayed ? REVOCATION_SLOW_MS : 0), "%s",
                  label);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_str_eq(answer.content_type, "application/ocsp-response");
    struct ocsp_response *response = ocsp_response_create(buf_slice(&answer.body));
    ck_assert_msg((response->malformed == NULL) == is_response, "%s: %s", label,
                  response->malformed);
    if (is_response) {
        const struct store store = { .dir = NULL };
        const struct policy policy = policy_default();
        const struct chain_context context = { .store = &store,
                                               .policy = &policy,
                                               .now = NOW };
        ck_assert_msg(ocsp_signer_find(response, issuer, &context, &delegate) ==
                          OCSP_SIGNER_ISSUER,
                      "%s", label);
        ck_assert_msg(ocsp_find(response, serial_of(recipe), issuer, &single), "%s",
                      label);
        ck_assert_msg(single.status == row->ocsp, "%s: %d", label, (int)single.status);
        ck_assert_msg((single.next_update < NOW) == row->stale, "%s", label);
        ck_assert_msg(row->reason == 0 || single.reason == row->reason, "%s", label);
        ck_assert_msg(response->has_nonce == post, "%s", label);
    }
    ocsp_response_destroy(response);
    revocation_answer_finish(&answer);
}
END_TEST

START_TEST(what_is_set_can_be_taken_back)
{
    struct ocsp_single single;
    const struct certificate *issuer = issuer_of(AUTHORITY);
    static const enum ocsp_cert_status statuses[] = { OCSP_REVOKED, OCSP_GOOD,
                                                      OCSP_REVOKED };
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        if (i == 1) { /* the tables revoke it; here it is good */
            revocation_service_set(service, revoked, REVOCATION_GOOD, NOW);
        } else if (i == 2) {
            revocation_service_reset(service, revoked);
        }
        struct revocation_answer answer =
            ask_ocsp(true, OID_SHA1, serial_of(revoked), issuer, SLICE_EMPTY);
        struct ocsp_response *response = ocsp_response_create(buf_slice(&answer.body));
        ck_assert(ocsp_find(response, serial_of(revoked), issuer, &single));
        ck_assert_msg(single.status == statuses[i], "step %zu", i);
        ocsp_response_destroy(response);
        revocation_answer_finish(&answer);
        answer = ask(false, "/crl/" AUTHORITY ".crl", SLICE_EMPTY);
        struct crl *crl = crl_create(buf_slice(&answer.body));
        struct crl_entry entry;
        ck_assert_msg(crl_find(crl, serial_of(revoked), &entry) ==
                          (statuses[i] == OCSP_REVOKED),
                      "step %zu", i);
        crl_destroy(crl);
        revocation_answer_finish(&answer);
    }
}
END_TEST

/* Neither a serial that was never issued nor one of another CA is vouched for. */
START_TEST(strangers_are_unknown)
{
    const struct certificate *issuer = issuer_of(_i == 0 ? AUTHORITY : "root");
    struct slice serial = _i == 0 ? slice_from_string("1234") : serial_of(good);
    struct ocsp_single single;
    struct revocation_answer answer =
        ask_ocsp(true, OID_SHA1, serial, issuer, SLICE_EMPTY);
    struct ocsp_response *response = ocsp_response_create(buf_slice(&answer.body));
    ck_assert(ocsp_find(response, serial, issuer, &single));
    ck_assert_int_eq(single.status, OCSP_UNKNOWN);
    ocsp_response_destroy(response);
    revocation_answer_finish(&answer);
}
END_TEST

START_TEST(state_names)
{
    enum revocation_state state;
    for (int i = 0; i < REVOCATION_STATE_COUNT; i++) {
        const char *name = revocation_state_name((enum revocation_state)i);
        ck_assert_msg(revocation_state_parse(name, &state) && (int)state == i, "%s",
                      name);
        ck_assert_int_ne(revocation_state_text(state)[0], 0);
    }
    ck_assert(!revocation_state_parse("", &state));
    ck_assert(!revocation_state_parse("Good", &state));
}
END_TEST

/* ---- paths */

static const struct {
    bool post;
    const char *path;
    int status;
    const char *content_type; /* NULL = text */
} paths[] = {
    { false, "/crl/" AUTHORITY ".crl", 200, "application/pkix-crl" },
    { false, "/crl/stranger.crl", 200, "application/pkix-crl" },
    { false, "/crl/root/" AUTHORITY ".crl", 200, "application/pkix-crl" },
    { false, "/ca/" AUTHORITY ".crt", 200, "application/pkix-cert" },
    { false, "/ocsp/" AUTHORITY, 200, "application/ocsp-response" },
    { false, "/ocsp/" AUTHORITY "/", 200, "application/ocsp-response" },
    { false, "/ocsp/" AUTHORITY "/%", 200, "application/ocsp-response" },
    { false, "/ocsp/" AUTHORITY "/MEI%3D", 200, "application/ocsp-response" },
    { true, "/ocsp/" AUTHORITY, 200, "application/ocsp-response" },
    { true, "/crl/" AUTHORITY ".crl", 405, NULL },
    { true, "/ca/" AUTHORITY ".crt", 405, NULL },
    { false, "", 404, NULL },
    { false, "/", 404, NULL },
    { false, "/crl/", 404, NULL },
    { false, "/crl/" AUTHORITY, 404, NULL },
    { false, "/crl/" AUTHORITY ".crlx", 404, NULL },
    { false, "/crl/" AUTHORITY "/.crl", 404, NULL },
    { false, "/crl/" AUTHORITY "/nobody.crl", 404, NULL },
    { false, "/crl/" AUTHORITY "/" AUTHORITY ".crl", 404, NULL },
    { false, "/crl/../" AUTHORITY ".crl", 404, NULL },
    { false, "/crl/nobody.crl", 404, NULL },
    { false, "/ca/nobody.crt", 404, NULL },
    { false, "/ca/" AUTHORITY ".key", 404, NULL },
    { false, "/ocsp/", 404, NULL },
    { false, "/ocsp/nobody", 404, NULL },
    { false, "/ocsp/" AUTHORITY "x/", 404, NULL },
    { false,
      "/crl/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.crl",
      404, NULL },
};

START_TEST(path_rows)
{
    struct revocation_answer answer =
        ask(paths[_i].post, paths[_i].path, slice_from_string("?"));
    const char *type = paths[_i].content_type == NULL ? "text/plain; charset=utf-8"
                                                      : paths[_i].content_type;
    ck_assert_msg(answer.status == paths[_i].status, "%s: %d", paths[_i].path,
                  answer.status);
    ck_assert_msg(strcmp(answer.content_type, type) == 0, "%s: %s", paths[_i].path,
                  answer.content_type);
    ck_assert_msg(!answer.drop && answer.body.len > 0, "%s", paths[_i].path);
    if (strcmp(type, "application/ocsp-response") == 0) {
        struct ocsp_response *response = ocsp_response_create(buf_slice(&answer.body));
        ck_assert_uint_eq(response->status, OCSP_MALFORMED_REQUEST);
        ocsp_response_destroy(response);
    }
    revocation_answer_finish(&answer);
}
END_TEST

START_TEST(the_certificate_of_an_authority)
{
    struct revocation_answer answer = ask(false, "/ca/" AUTHORITY ".crt", SLICE_EMPTY);
    ck_assert(slice_equal(buf_slice(&answer.body), issuer_of(AUTHORITY)->der));
    revocation_answer_finish(&answer);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("revocation_service");
    TCase *c = tcase_create("revocation_service");
    tcase_set_timeout(c, 60);
    tcase_add_unchecked_fixture(c, make_world, NULL);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, states_by_crl, 0, (int)ARRAY_LEN(state_rows));
    tcase_add_loop_test(c, states_by_ocsp, 0, 2 * (int)ARRAY_LEN(state_rows));
    tcase_add_test(c, what_is_set_can_be_taken_back);
    tcase_add_loop_test(c, strangers_are_unknown, 0, 2);
    tcase_add_test(c, state_names);
    tcase_add_loop_test(c, path_rows, 0, (int)ARRAY_LEN(paths));
    tcase_add_test(c, the_certificate_of_an_authority);
    suite_add_tcase(s, c);
    return s;
}
