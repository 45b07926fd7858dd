/* SPDX-License-Identifier: MIT
 *
 * Revocation by what was fetched: each way in which a CRL or an OCSP responder can
 * answer or fail ends in the documented verdict and says where and why; and what
 * chain_needs asks for, and what never.
 */
#include "base/timestamp.h"
#include "chain/chain_needs.h"
#include "chain/judge.h"
#include "pki/ocsp_write.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

#define NOW      CHAIN_WORLD_NOW
#define CRL_URL  "http://127.0.0.1:1/ca.crl"
#define OCSP_URL "http://127.0.0.1:1/ocsp"
#define CA_URL   "http://127.0.0.1:1/ca.crt"

enum { ROOT_KEY, CA_KEY, LEAF_KEY, OTHER_KEY };

static struct chain_world world;
static struct evidence *evidence;
static struct certificate *root;
static struct certificate *ca;

static const struct chain_spec root_spec = { .subject = "root",
                                             .issuer = "root",
                                             .key = ROOT_KEY,
                                             .issuer_key = ROOT_KEY,
                                             .ca = true };
static const struct chain_spec ca_spec = {
    .subject = "ca", .issuer = "root", .key = CA_KEY, .issuer_key = ROOT_KEY, .ca = true
};
static const struct chain_spec leaf_spec = { .subject = "leaf",
                                             .issuer = "ca",
                                             .key = LEAF_KEY,
                                             .issuer_key = CA_KEY,
                                             .serial = 5 };

static void set_up(void)
{
    chain_world_init(&world);
    evidence = evidence_create();
    world.context.evidence = evidence;
    root = chain_world_make(&world, &root_spec);
    ca = chain_world_make(&world, &ca_spec);
    chain_world_put(&world, STORE_ROOT, root);
}

static void tear_down(void)
{
    evidence_destroy(evidence);
    chain_world_finish(&world);
}

/* Judges; what is the matter with the leaf's revocation goes to *ret_detail. */
static struct judgement judge(struct certificate *leaf, bool with_ca,
                              const char **ret_detail)
{
    static struct judgement judgement; /* large */
    struct certificate *presented[2] = { leaf, ca };
    struct err err = ERR_INIT;
    ck_assert_int_eq(judge_client(presented, with_ca ? 2 : 1, SSL_FLAGS_REQUIRE,
                                  &world.context, &judgement, &err),
                     0);
    *ret_detail = judgement.deciding < judgement.chain.n_findings
                      ? judgement.chain.findings[judgement.deciding].detail
                      : "";
    return judgement;
}

static size_t find_needs(const struct judgement *judgement,
                         struct evidence_need needs[CHAIN_NEEDS_MAX])
{
    return chain_needs(&judgement->chain, &world.context, needs, CHAIN_NEEDS_MAX);
}

/* ---- what a responder may answer */

enum answer_kind { OCSP_ANSWER, OCSP_ERROR, CRL_ANSWER, BYTES_ANSWER };

struct answer_row {
    const char *label;
    enum answer_kind kind;
    enum evidence_outcome outcome;
    int http_status;
    /* For OCSP_ANSWER: */
    enum ocsp_cert_status status;
    unsigned reason;
    int key;             /* that signs; 0 = the CA's */
    int serial;          /* 0 = the leaf's */
    int64_t this_update; /* relative to now */
    int64_t next_update; /* 0 = in an hour */
    struct chain_crl_spec crl;
    const char *bytes;
    int64_t freshness;
    bool at_next_update; /* judged in the last second in which the answer holds */
    bool refuse_sha1;    /* the policy */
    /* What is expected: */
    enum verdict verdict;
    const char *detail;
};

#define FROM_CA .issuer = "ca", .issuer_key = CA_KEY

/* clang-format off */
static const struct answer_row answer_rows[] = {
    { "OCSP: good", .verdict = VERDICT_OK, .detail = "" },
    { "OCSP: row 12, revoked", .status = OCSP_REVOKED, .reason = CRL_REASON_KEY_COMPROMISE, .verdict = VERDICT_REVOKED, .detail = "on 2023-11-14T22:12:20Z, keyCompromise, says " OCSP_URL },
    { "OCSP: on hold", .status = OCSP_REVOKED, .reason = CRL_REASON_CERTIFICATE_HOLD, .verdict = VERDICT_REVOKED, .detail = "on 2023-11-14T22:12:20Z, certificateHold, says " OCSP_URL },
    { "OCSP: unknown", .status = OCSP_UNKNOWN, .verdict = VERDICT_NO_REVOCATION_CHECK, .detail = OCSP_URL },
    { "OCSP: row 13, next update passed", .this_update = -9, .next_update = -1, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ", issued 2023-11-14T22:13:11Z" },
    { "OCSP: the second of its next update", .at_next_update = true, .verdict = VERDICT_OK, .detail = "" },
    { "OCSP: a clock that is a little ahead", .this_update = 300, .verdict = VERDICT_OK, .detail = "" },
    { "OCSP: from the future", .this_update = 301, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ", issued 2023-11-14T22:18:21Z" },
    { "OCSP: revocationfreshnesstime kept", .this_update = -100, .freshness = 100, .verdict = VERDICT_OK, .detail = "" },
    { "OCSP: revocationfreshnesstime passed", .this_update = -101, .freshness = 100, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ", issued 2023-11-14T22:11:39Z" },
    { "OCSP: another's signature", .key = OTHER_KEY, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": its signature is not the responder's" },
    { "OCSP: another certificate", .serial = 6, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": the OCSP answer is about another certificate" },
    { "OCSP: tryLater", .kind = OCSP_ERROR, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": OCSP answers tryLater" },
    { "OCSP: unreachable", .outcome = EVIDENCE_UNREACHABLE, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": it cannot be reached" },
    { "OCSP: slow", .outcome = EVIDENCE_TIMEOUT, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": no answer in time" },
    { "OCSP: 404", .outcome = EVIDENCE_HTTP_STATUS, .http_status = 404, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": HTTP status 404" },
    { "OCSP: garbage", .kind = BYTES_ANSWER, .bytes = "<html>", .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": the answer is not what was asked for" },
    { "OCSP: huge", .outcome = EVIDENCE_TOO_LARGE, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": the answer is too large" },
    { "OCSP: elsewhere", .outcome = EVIDENCE_FORBIDDEN, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = OCSP_URL ": that address may not be asked" },
    { "CRL: good", .kind = CRL_ANSWER, .crl = { FROM_CA }, .verdict = VERDICT_OK, .detail = "" },
    { "CRL: row 12, revoked", .kind = CRL_ANSWER, .crl = { FROM_CA, .revoked_serial = 5, .reason = 1 }, .verdict = VERDICT_REVOKED, .detail = "on 2023-11-14T22:12:20Z, keyCompromise, says " CRL_URL },
    { "CRL: on hold", .kind = CRL_ANSWER, .crl = { FROM_CA, .revoked_serial = 5, .reason = 6 }, .verdict = VERDICT_REVOKED, .detail = "on 2023-11-14T22:12:20Z, certificateHold, says " CRL_URL },
    { "CRL: row 13, next update passed", .kind = CRL_ANSWER, .crl = { FROM_CA, .this_update = -9, .next_update = -1 }, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ", issued 2023-11-14T22:13:11Z" },
    { "CRL: the second of its next update", .kind = CRL_ANSWER, .at_next_update = true, .crl = { FROM_CA }, .verdict = VERDICT_OK, .detail = "" },
    { "CRL: a clock that is a little ahead", .kind = CRL_ANSWER, .crl = { FROM_CA, .this_update = 300 }, .verdict = VERDICT_OK, .detail = "" },
    { "CRL: from the future", .kind = CRL_ANSWER, .crl = { FROM_CA, .this_update = 301 }, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ", issued 2023-11-14T22:18:21Z" },
    { "CRL: revocationfreshnesstime kept", .kind = CRL_ANSWER, .crl = { FROM_CA, .this_update = -100 }, .freshness = 100, .verdict = VERDICT_OK, .detail = "" },
    { "CRL: revocationfreshnesstime passed", .kind = CRL_ANSWER, .crl = { FROM_CA, .this_update = -101 }, .freshness = 100, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ", issued 2023-11-14T22:11:39Z" },
    { "CRL: another's signature", .kind = CRL_ANSWER, .crl = { .issuer = "ca", .issuer_key = OTHER_KEY }, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ": its signature is not the issuer's" },
    { "CRL: SHA-1, which is taken", .kind = CRL_ANSWER, .crl = { FROM_CA, .sha1 = true }, .verdict = VERDICT_OK, .detail = "" },
    { "CRL: SHA-1, which is refused", .kind = CRL_ANSWER, .crl = { FROM_CA, .sha1 = true }, .refuse_sha1 = true, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ": its signature uses SHA-1" },
    { "CRL: of another CA", .kind = CRL_ANSWER, .crl = { .issuer = "cb", .issuer_key = CA_KEY }, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ": it is another issuer's CRL" },
    { "CRL: a delta", .kind = CRL_ANSWER, .crl = { FROM_CA, .delta = true }, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ": it is a delta CRL" },
    { "CRL: of its own distribution point", .kind = CRL_ANSWER, .crl = { FROM_CA, .point = CRL_URL, .revoked_serial = 5 }, .verdict = VERDICT_REVOKED, .detail = "on 2023-11-14T22:12:20Z, unspecified, says " CRL_URL },
    { "CRL: of another distribution point", .kind = CRL_ANSWER, .crl = { FROM_CA, .point = CRL_URL "2" }, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ": it is for another distribution point than the certificate names" },
    { "CRL: unreachable", .kind = CRL_ANSWER, .crl = { FROM_CA }, .outcome = EVIDENCE_UNREACHABLE, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ": it cannot be reached" },
    { "CRL: 503", .kind = CRL_ANSWER, .crl = { FROM_CA }, .outcome = EVIDENCE_HTTP_STATUS, .http_status = 503, .verdict = VERDICT_REVOCATION_OFFLINE, .detail = CRL_URL ": HTTP status 503" },
};
/* clang-format on */

static void write_ocsp(const struct answer_row *row, struct buf *out)
{
    struct err err = ERR_INIT;
    struct buf id = BUF_EMPTY;
    uint8_t serial = (uint8_t)(row->serial == 0 ? leaf_spec.serial : row->serial);
    ck_assert(ocsp_cert_id_write(&id, OID_SHA1, (struct slice){ &serial, 1 }, ca));
    struct ocsp_answer answer = {
        .id = buf_slice(&id),
        .status = row->status,
        .revoked_at = NOW - 60,
        .reason = row->reason,
        .this_update = NOW + row->this_update,
        .has_next_update = row->next_update != INT64_MIN,
        .next_update =
            NOW + (row->next_update == 0 ? TIMESTAMP_HOUR : row->next_update),
    };
    struct ocsp_order order = { .key = world.keys[row->key == 0 ? CA_KEY : row->key],
                                .responder_spki = ca->spki,
                                .produced_at = NOW,
                                .answers = &answer,
                                .n_answers = 1 };
    ck_assert_msg(ocsp_response_write(&order, out, &err) == 0, "%s", err.text);
    buf_finish(&id);
}

/* What the server of the row has sent. */
static void write_body(const struct answer_row *row, struct buf *out)
{
    switch (row->kind) {
    case OCSP_ANSWER:
        write_ocsp(row, out);
        return;
    case OCSP_ERROR:
        ck_assert(ocsp_response_write_error(OCSP_TRY_LATER, out));
        return;
    case CRL_ANSWER:
        chain_world_write_crl(&world, &row->crl, out);
        return;
    case BYTES_ANSWER:
    default:
        ck_assert(buf_append_string(out, row->bytes));
        return;
    }
}

START_TEST(answers)
{
    const struct answer_row *row = &answer_rows[_i];
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct buf body = BUF_EMPTY;
    struct chain_spec spec = leaf_spec;
    const char *detail;
    const char *url = row->kind == CRL_ANSWER ? CRL_URL : OCSP_URL;
    spec.cdp = row->kind == CRL_ANSWER ? CRL_URL : NULL;
    spec.ocsp = row->kind == CRL_ANSWER ? NULL : OCSP_URL;
    world.policy.revocationfreshnesstime = row->freshness;
    world.policy.refuse_sha1 = row->refuse_sha1;
    struct certificate *leaf = chain_world_make(&world, &spec);

    struct judgement j = judge(leaf, true, &detail);
    ck_assert_msg(j.verdict == VERDICT_REVOCATION_OFFLINE, "%s: before: %s", row->label,
                  verdict_get(j.verdict)->name);
    ck_assert_msg(strstr(detail, ": not asked") != NULL, "%s: %s", row->label, detail);
    ck_assert_msg(find_needs(&j, needs) == 1, "%s", row->label);
    ck_assert_str_eq(needs[0].url, url);
    ck_assert_int_eq(needs[0].kind,
                     row->kind == CRL_ANSWER ? EVIDENCE_CRL : EVIDENCE_OCSP);

    write_body(row, &body);
    ck_assert(evidence_put(evidence, &needs[0], row->outcome, row->http_status,
                           buf_slice(&body), NOW));
    world.context.now += row->at_next_update ? TIMESTAMP_HOUR : 0;
    j = judge(leaf, true, &detail);
    ck_assert_msg(j.verdict == row->verdict, "%s: got %s (%s)", row->label,
                  verdict_get(j.verdict)->name, detail);
    ck_assert_msg(strcmp(detail, row->detail) == 0, "%s: \"%s\"", row->label, detail);
    ck_assert_msg(find_needs(&j, needs) == 0, "%s: asked again at once", row->label);
    ck_assert((j.verdict == VERDICT_NO_REVOCATION_CHECK) ==
              (j.deciding < j.chain.n_findings &&
               j.chain.findings[j.deciding].kind == FINDING_REVOCATION_UNKNOWN));
    buf_finish(&body);
}
END_TEST

/* ---- which places are asked, and in which order */

static void put_failure(const struct evidence_need *need)
{
    ck_assert(evidence_put(evidence, need, EVIDENCE_TIMEOUT, 0, SLICE_EMPTY, NOW));
}

START_TEST(a_crl_answers_where_ocsp_does_not)
{
    static const struct chain_crl_spec crl = { FROM_CA, .revoked_serial = 5 };
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct buf body = BUF_EMPTY;
    struct chain_spec spec = leaf_spec;
    const char *detail;
    spec.cdp = CRL_URL;
    spec.ocsp = OCSP_URL;
    struct certificate *leaf = chain_world_make(&world, &spec);
    struct judgement j = judge(leaf, true, &detail);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
    ck_assert_int_eq(needs[0].kind, EVIDENCE_OCSP);
    put_failure(&needs[0]);
    j = judge(leaf, true, &detail);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
    ck_assert_int_eq(needs[0].kind, EVIDENCE_CRL);
    chain_world_write_crl(&world, &crl, &body);
    ck_assert(evidence_put(evidence, &needs[0], EVIDENCE_OK, 0, buf_slice(&body), NOW));
    j = judge(leaf, true, &detail);
    ck_assert_int_eq(j.verdict, VERDICT_REVOKED);
    ck_assert_uint_eq(find_needs(&j, needs), 0);
    /* When the failure is forgotten, the list still suffices. */
    world.context.now = NOW + EVIDENCE_RETRY;
    j = judge(leaf, true, &detail);
    ck_assert_uint_eq(find_needs(&j, needs), 0);
    buf_finish(&body);
}
END_TEST

START_TEST(a_failure_is_forgotten)
{
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct chain_spec spec = leaf_spec;
    const char *detail;
    spec.ocsp = OCSP_URL;
    struct certificate *leaf = chain_world_make(&world, &spec);
    struct judgement j = judge(leaf, true, &detail);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
    put_failure(&needs[0]);
    world.context.now = NOW + EVIDENCE_RETRY - 1;
    ck_assert_uint_eq(find_needs(&j, needs), 0);
    world.context.now = NOW + EVIDENCE_RETRY;
    ck_assert_uint_eq(find_needs(&j, needs), 1);
}
END_TEST

/* Who has been let in once by an answer that names no next update is asked about anew,
 * and out when nobody has confirmed it for EVIDENCE_NO_END_KEEP. */
START_TEST(an_answer_without_end_ends)
{
    static const struct answer_row rows[] = {
        { "CRL", .kind = CRL_ANSWER, .crl = { FROM_CA, .next_update = INT64_MIN } },
        { "OCSP", .next_update = INT64_MIN },
    };
    const struct answer_row *row = &rows[_i];
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct buf body = BUF_EMPTY;
    struct chain_spec spec = leaf_spec;
    const char *detail;
    *(row->kind == CRL_ANSWER ? &spec.cdp : &spec.ocsp) = CRL_URL;
    struct certificate *leaf = chain_world_make(&world, &spec);
    struct judgement j = judge(leaf, true, &detail);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
    write_body(row, &body);
    ck_assert(evidence_put(evidence, &needs[0], EVIDENCE_OK, 0, buf_slice(&body), NOW));
    world.context.now = NOW + EVIDENCE_NO_END_KEEP - 1;
    j = judge(leaf, true, &detail);
    ck_assert_msg(j.verdict == VERDICT_OK, "%s: %s", row->label, detail);
    /* Newer word of OCSP is to be had meanwhile. */
    ck_assert_uint_eq(find_needs(&j, needs), row->kind == CRL_ANSWER ? 0 : 1);

    world.context.now = NOW + EVIDENCE_NO_END_KEEP;
    j = judge(leaf, true, &detail);
    ck_assert_msg(j.verdict == VERDICT_REVOCATION_OFFLINE, "%s", row->label);
    ck_assert_msg(strstr(detail, ", without a next update, and not asked anew") != NULL,
                  "%s", detail);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
    ck_assert(evidence_put(evidence, &needs[0], EVIDENCE_OK, 0, buf_slice(&body),
                           world.context.now));
    j = judge(leaf, true, &detail);
    ck_assert_msg(j.verdict == VERDICT_OK, "%s: %s", row->label, detail);

    /* Where only the cache may be asked, it is all there is. */
    world.context.now += 2 * EVIDENCE_NO_END_KEEP;
    world.policy.verifyrevocationwithcachedclientcertonly = true;
    j = judge(leaf, true, &detail);
    ck_assert_msg(j.verdict == VERDICT_OK, "%s: %s", row->label, detail);
    buf_finish(&body);
}
END_TEST

/* What keeps anything from being asked. */
enum silence {
    NO_EVIDENCE,
    REVOCATION_OFF,
    CACHED_ONLY,
    STORE_KNOWS,
    NOT_TRUSTED,
    NO_ADDRESS,
    OTHER_SCHEME,
    SILENCE_COUNT
};

START_TEST(nobody_is_asked)
{
    static const struct chain_crl_spec crl = { FROM_CA };
    static const enum verdict verdicts[] = {
        [NO_EVIDENCE] = VERDICT_REVOCATION_OFFLINE,  [REVOCATION_OFF] = VERDICT_OK,
        [CACHED_ONLY] = VERDICT_REVOCATION_OFFLINE,  [STORE_KNOWS] = VERDICT_OK,
        [NOT_TRUSTED] = VERDICT_UNTRUSTED_ROOT,      [NO_ADDRESS] = VERDICT_OK,
        [OTHER_SCHEME] = VERDICT_REVOCATION_OFFLINE,
    };
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct chain_spec spec = leaf_spec;
    const char *detail;
    spec.cdp = _i == NO_ADDRESS ? NULL : _i == OTHER_SCHEME ? "ldap://a/b" : CRL_URL;
    struct certificate *leaf = chain_world_make(&world, &spec);
    world.context.evidence = _i == NO_EVIDENCE ? NULL : evidence;
    world.policy.verifyclientcertrevocation = _i != REVOCATION_OFF;
    world.policy.verifyrevocationwithcachedclientcertonly = _i == CACHED_ONLY;
    if (_i == STORE_KNOWS) {
        chain_world_put_crl(&world, &crl);
    }
    if (_i == NOT_TRUSTED) {
        struct certificate *presented[3] = { leaf, ca, root };
        struct judgement untrusted;
        struct err err = ERR_INIT;
        world.store.folders[STORE_ROOT].n_entries = 0;
        ck_assert_int_eq(judge_client(presented, 3, SSL_FLAGS_REQUIRE, &world.context,
                                      &untrusted, &err),
                         0);
        ck_assert_int_eq(untrusted.verdict, VERDICT_UNTRUSTED_ROOT);
        ck_assert_uint_eq(find_needs(&untrusted, needs), 0);
        return;
    }
    struct judgement j = judge(leaf, true, &detail);
    ck_assert_msg(j.verdict == verdicts[_i], "row %d: %s (%s)", _i,
                  verdict_get(j.verdict)->name, detail);
    ck_assert_msg(find_needs(&j, needs) == 0, "row %d", _i);
}
END_TEST

/* Every certificate of the path but the root, each once. */
START_TEST(intermediates_are_asked_about_too)
{
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct chain_spec spec = leaf_spec;
    struct chain_spec middle = ca_spec;
    struct err err = ERR_INIT;
    static struct judgement j;
    spec.cdp = CRL_URL;
    middle.cdp = "http://127.0.0.1:1/root.crl";
    struct certificate *presented[2] = { chain_world_make(&world, &spec),
                                         chain_world_make(&world, &middle) };
    ck_assert_int_eq(
        judge_client(presented, 2, SSL_FLAGS_REQUIRE, &world.context, &j, &err), 0);
    ck_assert_uint_eq(find_needs(&j, needs), 2);
    ck_assert_str_eq(needs[0].url, CRL_URL);
    ck_assert_str_eq(needs[1].url, middle.cdp);
    ck_assert_uint_eq(chain_needs(&j.chain, &world.context, needs, 1), 1);
    middle.cdp = CRL_URL;
    presented[1] = chain_world_make(&world, &middle);
    ck_assert_int_eq(
        judge_client(presented, 2, SSL_FLAGS_REQUIRE, &world.context, &j, &err), 0);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
}
END_TEST

START_TEST(a_long_address_is_cut)
{
    static char url[EVIDENCE_URL_MAX + 8];
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct chain_spec spec = leaf_spec;
    const char *detail;
    (void)snprintf(url, sizeof(url), "http://127.0.0.1/%0*d",
                   (int)EVIDENCE_URL_MAX - 18 + _i, 0);
    spec.cdp = url;
    struct certificate *leaf = chain_world_make(&world, &spec);
    struct judgement j = judge(leaf, true, &detail);
    ck_assert_int_eq(j.verdict, VERDICT_REVOCATION_OFFLINE);
    ck_assert_uint_eq(find_needs(&j, needs), _i == 0 ? 1 : 0);
    ck_assert_msg(strstr(detail, _i == 0 ? "...: not asked"
                                         : "an address that cannot be asked") != NULL,
                  "%s", detail);
}
END_TEST

/* ---- issuers from their addresses */

START_TEST(a_missing_issuer_is_fetched)
{
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct chain_spec spec = leaf_spec;
    const char *detail;
    spec.ca_issuers = CA_URL;
    struct certificate *leaf = chain_world_make(&world, &spec);
    struct judgement j = judge(leaf, false, &detail);
    ck_assert_int_eq(j.verdict, VERDICT_CHAINING);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
    ck_assert_int_eq(needs[0].kind, EVIDENCE_ISSUER);
    ck_assert_str_eq(needs[0].url, CA_URL);
    world.policy.disableauthorityinfoaccess = true;
    ck_assert_uint_eq(find_needs(&j, needs), 0);
    world.policy.disableauthorityinfoaccess = false;

    ck_assert_uint_eq(find_needs(&j, needs), 1);
    ck_assert(evidence_put(evidence, &needs[0], EVIDENCE_OK, 0, ca->der, NOW));
    j = judge(leaf, false, &detail);
    ck_assert_msg(j.verdict == VERDICT_OK, "%s", detail);
    ck_assert_uint_eq(j.chain.n_elements, 3);
    ck_assert_int_eq(j.chain.elements[1].source, CHAIN_FETCHED);
    ck_assert_str_eq(j.chain.elements[1].path, CA_URL);
    ck_assert_str_eq(chain_source_name(CHAIN_FETCHED),
                     "fetched from its issuer's address");
    ck_assert_uint_eq(find_needs(&j, needs), 0);
    world.policy.disableauthorityinfoaccess = true;
    j = judge(leaf, false, &detail);
    ck_assert_int_eq(j.verdict, VERDICT_CHAINING);
}
END_TEST

/* What lies at the address is not the issuer: no second try, and no harm. */
START_TEST(a_wrong_issuer_is_fetched)
{
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct chain_spec spec = leaf_spec;
    const char *detail;
    spec.ca_issuers = CA_URL;
    struct certificate *leaf = chain_world_make(&world, &spec);
    struct judgement j = judge(leaf, false, &detail);
    ck_assert_uint_eq(find_needs(&j, needs), 1);
    ck_assert(evidence_put(evidence, &needs[0], EVIDENCE_OK, 0,
                           _i == 0 ? root->der : leaf->der, NOW));
    j = judge(leaf, false, &detail);
    ck_assert_int_eq(j.verdict, VERDICT_CHAINING);
    ck_assert_uint_eq(find_needs(&j, needs), 0);
}
END_TEST

/* An endless ladder of issuers, each at the next address. */
START_TEST(a_ladder_of_issuers_is_bounded)
{
    struct evidence_need needs[CHAIN_NEEDS_MAX];
    struct certificate *presented[1] = { NULL };
    struct err err = ERR_INIT;
    static struct judgement j;
    size_t rounds = 0;
    char subject[16];
    char issuer[16];
    char url[64];
    for (int i = 0; i < 10; i++) {
        (void)snprintf(subject, sizeof(subject), "n%d", i);
        (void)snprintf(issuer, sizeof(issuer), "n%d", i + 1);
        (void)snprintf(url, sizeof(url), "http://127.0.0.1:1/%d", i);
        struct chain_spec link = { .subject = subject,
                                   .issuer = issuer,
                                   .ca = i > 0,
                                   .key = i,
                                   .issuer_key = i + 1,
                                   .ca_issuers = url };
        struct certificate *cert = chain_world_make(&world, &link);
        if (i == 0) {
            presented[0] = cert;
        } else {
            ck_assert_uint_eq(find_needs(&j, needs), 1);
            ck_assert(
                evidence_put(evidence, &needs[0], EVIDENCE_OK, 0, cert->der, NOW));
            rounds++;
        }
        ck_assert_int_eq(
            judge_client(presented, 1, SSL_FLAGS_REQUIRE, &world.context, &j, &err), 0);
        if (find_needs(&j, needs) == 0) {
            break;
        }
    }
    ck_assert_uint_eq(rounds, CHAIN_FETCHED_MAX);
    ck_assert_uint_le(rounds, CHAIN_NEEDS_ROUNDS);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("revocation");
    TCase *c = tcase_create("revocation");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, answers, 0, (int)ARRAY_LEN(answer_rows));
    tcase_add_test(c, a_crl_answers_where_ocsp_does_not);
    tcase_add_test(c, a_failure_is_forgotten);
    tcase_add_loop_test(c, an_answer_without_end_ends, 0, 2);
    tcase_add_loop_test(c, nobody_is_asked, 0, SILENCE_COUNT);
    tcase_add_test(c, intermediates_are_asked_about_too);
    tcase_add_loop_test(c, a_long_address_is_cut, 0, 2);
    tcase_add_test(c, a_missing_issuer_is_fetched);
    tcase_add_loop_test(c, a_wrong_issuer_is_fetched, 0, 2);
    tcase_add_test(c, a_ladder_of_issuers_is_bounded);
    suite_add_tcase(s, c);
    return s;
}
