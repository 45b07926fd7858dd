/* SPDX-License-Identifier: MIT
 *
 * pki/ocsp: what is written is read, only the right signer is believed, and no
 * crash whatever the bytes.
 */
#include "base/mem.h"
#include "chain/chain.h"
#include "chain/ocsp_signer.h"
#include "chain/signature_work.h"
#include "pki/crl.h"
#include "pki/ocsp_write.h"
#include "support/build_leaf.h"
#include "support/check_main.h"

#include <stdlib.h>

#define NOCHECK_OID "\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01\x05"

static struct key *ca_key;
static struct key *other_key;
static struct key *responder_key;
static struct key *short_key;
static struct store store; /* only what a row puts into Disallowed */
static struct store_entry disallowed;
static struct policy policy;
static struct certificate *ca;       /* issued what is asked about */
static struct certificate *other_ca; /* the same name, another key */

static struct key *make_key(void)
{
    struct err err = ERR_INIT;
    struct key *key = NULL;
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &key, &err) == 0, "%s", err.text);
    return key;
}

static void set_up(void)
{
    ca_key = make_key();
    other_key = make_key();
    responder_key = make_key();
    struct err err = ERR_INIT;
    ck_assert_int_eq(key_generate(KEY_TYPE_RSA_1024, &short_key, &err), 0);
    ca = build_leaf(
        &(struct build_leaf){ .subject = "ca", .key = ca_key, .is_ca = true });
    other_ca = build_leaf(
        &(struct build_leaf){ .subject = "ca", .key = other_key, .is_ca = true });
}

static void tear_down(void)
{
    key_destroy(ca_key);
    key_destroy(other_key);
    key_destroy(responder_key);
    key_destroy(short_key);
    certificate_destroy(ca);
    certificate_destroy(other_ca);
}

/* What a response is made of; zeroed = good, by key, signed by the CA. */
struct spec {
    const char *label;
    enum ocsp_cert_status status;
    unsigned reason;
    enum oid hash; /* 0 = SHA-1 */
    bool by_name;
    bool no_next_update;
    bool nonce;
    /* The responder: */
    bool delegate;
    bool by_other_ca;        /* issues the delegate, or answers itself */
    bool without_purpose;    /* the delegate */
    bool nocheck;            /* the delegate */
    bool out_of_date;        /* the delegate */
    bool certificate_kept;   /* the delegate's certificate is not sent */
    bool signed_by_stranger; /* though it names itself rightly */
    bool critical;           /* the delegate has a critical extension nobody knows */
    bool short_key;          /* the delegate has RSA with 1024 bits */
    bool distrusted;         /* the delegate lies in Disallowed */
    bool sha1;               /* the answer is signed so, and the policy refuses it */
    enum ocsp_signer signer; /* what is expected */
};

static struct certificate *make_delegate(const struct spec *spec)
{
    struct buf extension = BUF_EMPTY;
    if (spec->nocheck || spec->critical) {
        size_t mark = der_begin(&extension, DER_SEQUENCE);
        buf_append_slice(&extension, BYTES(NOCHECK_OID));
        if (spec->critical) {
            extension.data[extension.len - 1] ^= 0x40; /* another extension */
            der_write_boolean(&extension, true);
        }
        der_write(&extension, DER_OCTET_STRING, BYTES("\x05\x00"));
        der_end(&extension, mark);
    }
    struct certificate *delegate = build_leaf(&(struct build_leaf){
        .subject = "responder",
        .issuer = "ca",
        .key = spec->short_key ? short_key : responder_key,
        .issuer_key = spec->by_other_ca ? other_key : ca_key,
        .has_eku = true,
        .purposes = { spec->without_purpose ? OID_CLIENT_AUTH : OID_OCSP_SIGNING },
        .not_after = spec->out_of_date ? BUILD_NOW - 1 : 0,
        .extensions = buf_slice(&extension),
    });
    buf_finish(&extension);
    return delegate;
}

/* An answer for serial 5 of `ca`. */
static void write_response(const struct spec *spec, struct buf *out)
{
    struct err err = ERR_INIT;
    struct buf id = BUF_EMPTY;
    struct certificate *delegate = spec->delegate ? make_delegate(spec) : NULL;
    const struct certificate *responder = delegate != NULL    ? delegate
                                          : spec->by_other_ca ? other_ca
                                                              : ca;
    const struct key *key = spec->short_key     ? short_key
                            : delegate != NULL  ? responder_key
                            : spec->by_other_ca ? other_key
                                                : ca_key;
    enum oid hash = spec->hash == OID_UNKNOWN ? OID_SHA1 : spec->hash;
    ck_assert(ocsp_cert_id_write(&id, hash, BYTES("\x05"), ca));
    struct ocsp_answer answer = { .id = buf_slice(&id),
                                  .status = spec->status,
                                  .revoked_at = BUILD_NOW - 60,
                                  .reason = spec->reason,
                                  .this_update = BUILD_NOW - 10,
                                  .has_next_update = !spec->no_next_update,
                                  .next_update = BUILD_NOW + 10 };
    struct slice cert = responder->der;
    struct ocsp_order order = {
        .key = spec->signed_by_stranger ? other_key : key,
        .hash = spec->sha1 ? KEY_HASH_SHA1 : KEY_HASH_SHA256,
        .responder_name = spec->by_name ? responder->subject : SLICE_EMPTY,
        .responder_spki = responder->spki,
        .produced_at = BUILD_NOW - 5,
        .answers = &answer,
        .n_answers = 1,
        .nonce = spec->nonce ? BYTES("12345678") : SLICE_EMPTY,
        .certs = &cert,
        .n_certs = delegate != NULL && !spec->certificate_kept ? 1 : 0,
    };
    ck_assert_msg(ocsp_response_write(&order, out, &err) == 0, "%s: %s", spec->label,
                  err.text);
    buf_finish(&id);
    certificate_destroy(delegate);
}

static struct ocsp_response *make(const struct spec *spec)
{
    struct buf der = BUF_EMPTY;
    write_response(spec, &der);
    struct ocsp_response *response = ocsp_response_create(buf_slice(&der));
    ck_assert_ptr_nonnull(response);
    ck_assert_msg(response->malformed == NULL, "%s: %s", spec->label,
                  response->malformed);
    ck_assert_uint_eq(response->status, OCSP_SUCCESSFUL);
    buf_finish(&der);
    return response;
}

/* clang-format off */
static const struct spec specs[] = {
    { "good", .signer = OCSP_SIGNER_ISSUER },
    { "good, by name, SHA-256", .by_name = true, .hash = OID_SHA256 },
    { "revoked", .status = OCSP_REVOKED, .reason = CRL_REASON_KEY_COMPROMISE },
    { "revoked without a reason", .status = OCSP_REVOKED },
    { "on hold", .status = OCSP_REVOKED, .reason = CRL_REASON_CERTIFICATE_HOLD },
    { "unknown", .status = OCSP_UNKNOWN, .no_next_update = true },
    { "with a nonce", .nonce = true },
    { "delegate", .delegate = true, .signer = OCSP_SIGNER_DELEGATE },
    { "delegate by name", .delegate = true, .by_name = true, .signer = OCSP_SIGNER_DELEGATE },
    { "delegate, nocheck", .delegate = true, .nocheck = true, .signer = OCSP_SIGNER_DELEGATE },
    { "delegate not sent", .delegate = true, .certificate_kept = true, .signer = OCSP_SIGNER_MISSING },
    { "delegate of another CA", .delegate = true, .by_other_ca = true, .signer = OCSP_SIGNER_NOT_ISSUED },
    { "delegate without the purpose", .delegate = true, .without_purpose = true, .signer = OCSP_SIGNER_NOT_AUTHORIZED },
    { "delegate out of date", .delegate = true, .out_of_date = true, .signer = OCSP_SIGNER_NOT_IN_TIME },
    { "delegate, another's signature", .delegate = true, .signed_by_stranger = true, .signer = OCSP_SIGNER_BAD_SIGNATURE },
    { "another CA", .by_other_ca = true, .signer = OCSP_SIGNER_MISSING },
    { "another CA of the same name", .by_other_ca = true, .by_name = true, .signer = OCSP_SIGNER_BAD_SIGNATURE },
    { "another's signature", .signed_by_stranger = true, .signer = OCSP_SIGNER_BAD_SIGNATURE },
    { "delegate with a critical extension nobody knows", .delegate = true, .critical = true, .signer = OCSP_SIGNER_BAD_EXTENSION },
    { "delegate with a short key", .delegate = true, .short_key = true, .signer = OCSP_SIGNER_WEAK },
    { "delegate in Disallowed", .delegate = true, .distrusted = true, .signer = OCSP_SIGNER_DISTRUSTED },
    { "SHA-1, refused", .sha1 = true, .signer = OCSP_SIGNER_WEAK_ANSWER },
    { "delegate, SHA-1, refused", .delegate = true, .sha1 = true, .signer = OCSP_SIGNER_WEAK_ANSWER },
};
/* clang-format on */

static struct chain_context make_context(const struct spec *spec,
                                         const struct ocsp_response *response,
                                         struct signature_work *work)
{
    policy = policy_default();
    policy.minrsapubkeybitlength = 2048;
    policy.refuse_sha1 = true;
    store = (struct store){ .dir = NULL };
    if (spec != NULL && spec->distrusted) {
        disallowed = (struct store_entry){ .cert = response->certs[0] };
        store.folders[STORE_DISALLOWED].entries = &disallowed;
        store.folders[STORE_DISALLOWED].n_entries = 1;
    }
    return (struct chain_context){
        .store = &store, .policy = &policy, .now = BUILD_NOW, .work = work
    };
}

START_TEST(reads_what_was_written)
{
    const struct spec *spec = &specs[_i];
    struct ocsp_response *response = make(spec);
    struct ocsp_single single;
    const struct certificate *delegate;
    ck_assert_msg(ocsp_find(response, BYTES("\x00\x05"), ca, &single), "%s",
                  spec->label);
    ck_assert_msg(!ocsp_find(response, BYTES("\x06"), ca, &single), "%s", spec->label);
    ck_assert_msg(!ocsp_find(response, BYTES("\x05"), other_ca, &single), "%s",
                  spec->label);
    ck_assert_msg(single.status == spec->status, "%s: status %d", spec->label,
                  (int)single.status);
    ck_assert_msg(single.reason == spec->reason, "%s: reason %u", spec->label,
                  single.reason);
    ck_assert_int_eq(single.this_update, BUILD_NOW - 10);
    ck_assert_int_eq(single.has_next_update, !spec->no_next_update);
    ck_assert_int_eq(response->produced_at, BUILD_NOW - 5);
    ck_assert_int_eq(response->has_nonce, spec->nonce);
    if (spec->nonce) {
        ck_assert(slice_equals_string(response->nonce, "12345678"));
    }
    struct signature_work work;
    signature_work_init(&work, NULL, NULL);
    for (int round = 0; round < 2; round++) {
        struct chain_context context =
            make_context(spec, response, round == 0 ? NULL : &work);
        enum ocsp_signer signer = ocsp_signer_find(response, ca, &context, &delegate);
        ck_assert_msg(signer == spec->signer, "%s: %s", spec->label,
                      ocsp_signer_name(signer));
        ck_assert_int_eq(delegate != NULL, signer == OCSP_SIGNER_DELEGATE);
        if (delegate != NULL) {
            ck_assert_int_eq(ocsp_has_nocheck(delegate), spec->nocheck);
        }
    }
    /* Nobody is believed when a judgement has used up what it may cost. */
    signature_work_init(&work, NULL, NULL);
    work.cost = SIGNATURE_WORK_COST_MAX;
    struct chain_context context = make_context(spec, response, &work);
    enum ocsp_signer signer = ocsp_signer_find(response, ca, &context, &delegate);
    ck_assert_msg(signer != OCSP_SIGNER_ISSUER && signer != OCSP_SIGNER_DELEGATE, "%s",
                  ocsp_signer_name(signer));
    ocsp_response_destroy(response);
}
END_TEST

/* Of two words about one certificate the newer counts, wherever it stands. */
START_TEST(the_newest_of_two_answers_counts)
{
    struct err err = ERR_INIT;
    struct buf id = BUF_EMPTY;
    struct buf der = BUF_EMPTY;
    ck_assert(ocsp_cert_id_write(&id, OID_SHA1, BYTES("\x05"), ca));
    struct ocsp_answer answers[2] = {
        { .id = buf_slice(&id), .status = OCSP_GOOD, .this_update = BUILD_NOW },
        { .id = buf_slice(&id), .status = OCSP_GOOD, .this_update = BUILD_NOW },
    };
    answers[_i].status = OCSP_REVOKED;
    answers[_i].revoked_at = BUILD_NOW;
    answers[_i].this_update = BUILD_NOW + 1;
    struct ocsp_order order = { .key = ca_key,
                                .responder_spki = ca->spki,
                                .produced_at = BUILD_NOW,
                                .answers = answers,
                                .n_answers = 2 };
    ck_assert_msg(ocsp_response_write(&order, &der, &err) == 0, "%s", err.text);
    struct ocsp_response *response = ocsp_response_create(buf_slice(&der));
    struct ocsp_single single;
    ck_assert(ocsp_find(response, BYTES("\x05"), ca, &single));
    ck_assert_int_eq(single.status, OCSP_REVOKED);
    ocsp_response_destroy(response);
    buf_finish(&der);
    buf_finish(&id);
}
END_TEST

START_TEST(errors_are_responses_too)
{
    static const enum ocsp_response_status statuses[] = {
        OCSP_MALFORMED_REQUEST, OCSP_INTERNAL_ERROR, OCSP_TRY_LATER,
        OCSP_SIG_REQUIRED,      OCSP_UNAUTHORIZED,
    };
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        struct buf der = BUF_EMPTY;
        ck_assert(ocsp_response_write_error(statuses[i], &der));
        struct ocsp_response *response = ocsp_response_create(buf_slice(&der));
        struct ocsp_single single;
        ck_assert_ptr_null(response->malformed);
        ck_assert_uint_eq(response->status, statuses[i]);
        ck_assert_int_ne(ocsp_response_status_name(response->status)[0], 0);
        ck_assert(!ocsp_find(response, BYTES("\x05"), ca, &single));
        ocsp_response_destroy(response);
        buf_finish(&der);
    }
    ck_assert_str_eq(ocsp_response_status_name(42), "status 42");
}
END_TEST

static const struct {
    const char *label;
    struct slice der;
    const char *malformed;
} malformed_rows[] = {
    { "nothing", LITERAL(""), "OCSPResponse" },
    { "HTML", LITERAL("<html>"), "OCSPResponse" },
    { "no status", LITERAL("\x30\x00"), "responseStatus" },
    { "bytes behind", LITERAL("\x30\x03\x0a\x01\x06\x00"), "OCSPResponse" },
    { "successful without a word", LITERAL("\x30\x03\x0a\x01\x00"), "responseBytes" },
    { "another type",
      LITERAL("\x30\x0e\x0a\x01\x00\xa0\x09\x30\x07\x06\x01\x2a\x04\x02\x30\x00"),
      "responseBytes.responseType (another than id-pkix-ocsp-basic)" },
};

START_TEST(malformed_responses)
{
    struct ocsp_response *response = ocsp_response_create(malformed_rows[_i].der);
    ck_assert_ptr_nonnull(response);
    ck_assert_msg(response->malformed != NULL, "%s", malformed_rows[_i].label);
    ck_assert_str_eq(response->malformed, malformed_rows[_i].malformed);
    ocsp_response_destroy(response);
}
END_TEST

START_TEST(too_large_is_refused)
{
    static uint8_t bytes[OCSP_SIZE_MAX + 1];
    ck_assert_ptr_null(ocsp_response_create((struct slice){ bytes, sizeof(bytes) }));
}
END_TEST

START_TEST(requests)
{
    struct buf der = BUF_EMPTY;
    struct ocsp_request request;
    enum oid hash = _i < 2 ? OID_SHA1 : OID_SHA256;
    struct slice nonce = _i % 2 == 0 ? SLICE_EMPTY : BYTES("nonce");
    ck_assert(ocsp_request_write(&der, hash, BYTES("\x05"), ca, nonce));
    ck_assert_ptr_null(ocsp_request_read(buf_slice(&der), &request));
    ck_assert_uint_eq(request.n_ids, 1);
    ck_assert(ocsp_cert_id_is_of(&request.ids[0], ca));
    ck_assert(!ocsp_cert_id_is_of(&request.ids[0], other_ca));
    ck_assert(ocsp_serial_equal(request.ids[0].serial, BYTES("\x05")));
    ck_assert_int_eq(request.has_nonce, _i % 2 == 1);
    ck_assert(slice_equal(request.nonce, nonce));
    buf_append_byte(&der, 0);
    ck_assert_str_eq(ocsp_request_read(buf_slice(&der), &request),
                     "OCSPRequest (bytes behind its end)");
    buf_finish(&der);
}
END_TEST

/* ---- hostile bytes */

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void try_response(struct slice der)
{
    struct ocsp_response *response = ocsp_response_create(der);
    struct ocsp_single single;
    const struct certificate *delegate;
    ck_assert_ptr_nonnull(response);
    if (response->malformed == NULL) {
        (void)ocsp_find(response, BYTES("\x05"), ca, &single);
        struct chain_context context = make_context(NULL, response, NULL);
        (void)ocsp_signer_find(response, ca, &context, &delegate);
    }
    ocsp_response_destroy(response);
}

START_TEST(no_change_of_bytes_does_harm)
{
    static const struct spec rich = { "rich",           .status = OCSP_REVOKED,
                                      .reason = 1,      .nonce = true,
                                      .delegate = true, .nocheck = true };
    struct buf good = BUF_EMPTY;
    struct buf request = BUF_EMPTY;
    struct ocsp_request read;
    write_response(&rich, &good);
    ck_assert(ocsp_request_write(&request, OID_SHA1, BYTES("\x05"), ca, BYTES("n")));
    uint32_t state = 20260103;
    for (int round = 0; round < 4000; round++) {
        struct slice from = buf_slice(round % 2 == 0 ? &good : &request);
        /* of its own size, so that a read behind the end is seen */
        size_t len = round % 8 < 2 ? next_random(&state) % from.len : from.len;
        char *copy = mem_copy_string((const char *)from.data, len);
        ck_assert_ptr_nonnull(copy);
        for (uint32_t n = next_random(&state) % 4; len > 0 && n > 0; n--) {
            copy[next_random(&state) % len] = (char)next_random(&state);
        }
        struct slice mutated = { (const uint8_t *)copy, len };
        if (round % 2 == 0) {
            try_response(mutated);
        } else {
            (void)ocsp_request_read(mutated, &read);
        }
        free(copy);
    }
    buf_finish(&good);
    buf_finish(&request);
}
END_TEST

START_TEST(out_of_memory_is_no_response)
{
    static const struct spec rich = { "rich", .delegate = true };
    struct buf der = BUF_EMPTY;
    write_response(&rich, &der);
    for (size_t n = 1; n <= 2; n++) {
        mem_fail_after(n);
        struct ocsp_response *response = ocsp_response_create(buf_slice(&der));
        mem_fail_after(0);
        ck_assert_msg(response == NULL, "allocation %zu", n);
    }
    buf_finish(&der);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("ocsp");
    TCase *c = tcase_create("ocsp");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, reads_what_was_written, 0, (int)ARRAY_LEN(specs));
    tcase_add_loop_test(c, the_newest_of_two_answers_counts, 0, 2);
    tcase_add_test(c, errors_are_responses_too);
    tcase_add_loop_test(c, malformed_responses, 0, (int)ARRAY_LEN(malformed_rows));
    tcase_add_test(c, too_large_is_refused);
    tcase_add_loop_test(c, requests, 0, 4);
    tcase_add_test(c, no_change_of_bytes_does_harm);
    tcase_add_test(c, out_of_memory_is_no_response);
    suite_add_tcase(s, c);
    return s;
}
