/* SPDX-License-Identifier: MIT
 *
 * chain/evidence: what is kept, for how long, how much of it, and in the file.
 */
#include "base/file.h"
#include "base/mem.h"
#include "base/timestamp.h"
#include "chain/evidence.h"
#include "pki/der.h"
#include "pki/ocsp_write.h"
#include "support/chain_world.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOW CHAIN_WORLD_NOW

enum { ROOT_KEY, CA_KEY };

static struct chain_world world;
static struct evidence *evidence;
static struct certificate *ca;
static struct buf crl;         /* until NOW + 1 h */
static struct buf endless_crl; /* without a next update */
static struct buf ocsp;        /* until NOW + 1 h */
static struct buf ocsp_error;

static void write_ocsp(struct buf *out)
{
    struct err err = ERR_INIT;
    struct buf id = BUF_EMPTY;
    ck_assert(ocsp_cert_id_write(&id, OID_SHA1, slice_from_string("5"), ca));
    struct ocsp_answer answer = { .id = buf_slice(&id),
                                  .this_update = NOW,
                                  .has_next_update = true,
                                  .next_update = NOW + TIMESTAMP_HOUR };
    struct ocsp_order order = { .key = world.keys[CA_KEY],
                                .responder_spki = ca->spki,
                                .produced_at = NOW,
                                .answers = &answer,
                                .n_answers = 1 };
    ck_assert_int_eq(ocsp_response_write(&order, out, &err), 0);
    buf_finish(&id);
}

static void set_up(void)
{
    static const struct chain_spec ca_spec = { .subject = "ca",
                                               .issuer = "root",
                                               .key = CA_KEY,
                                               .issuer_key = ROOT_KEY,
                                               .ca = true };
    static const struct chain_crl_spec crl_spec = { .issuer = "ca",
                                                    .issuer_key = CA_KEY };
    static const struct chain_crl_spec endless = { .issuer = "ca",
                                                   .issuer_key = CA_KEY,
                                                   .next_update = INT64_MIN };
    chain_world_init(&world);
    evidence = evidence_create();
    ca = chain_world_make(&world, &ca_spec);
    chain_world_write_crl(&world, &crl_spec, &crl);
    chain_world_write_crl(&world, &endless, &endless_crl);
    write_ocsp(&ocsp);
    ck_assert(ocsp_response_write_error(OCSP_TRY_LATER, &ocsp_error));
}

static void tear_down(void)
{
    evidence_destroy(evidence);
    chain_world_finish(&world);
    buf_finish(&crl);
    buf_finish(&endless_crl);
    buf_finish(&ocsp);
    buf_finish(&ocsp_error);
}

static struct evidence_need need_of(enum evidence_kind kind, const char *url)
{
    struct evidence_need need;
    ck_assert(evidence_need_set(&need, kind, slice_from_string(url),
                                kind == EVIDENCE_OCSP ? slice_from_string("ask")
                                                      : SLICE_EMPTY));
    return need;
}

/* ---- needs */

START_TEST(addresses_that_cannot_be_asked)
{
    struct evidence_need need;
    char longest[EVIDENCE_URL_MAX + 1];
    memset(longest, 'x', sizeof(longest));
    static const struct slice bad[] = {
        { (const uint8_t *)"", 0 },
        { (const uint8_t *)"http://a b", 10 },
        { (const uint8_t *)"http://a\r\nX:", 12 },
        { (const uint8_t *)"http://a\0b", 10 },
        { (const uint8_t *)"http://\xc3\xa4", 9 },
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ck_assert_msg(!evidence_need_set(&need, EVIDENCE_CRL, bad[i], SLICE_EMPTY),
                      "row %zu", i);
    }
    struct slice url = { (const uint8_t *)longest, EVIDENCE_URL_MAX - 1 };
    ck_assert(evidence_need_set(&need, EVIDENCE_CRL, url, SLICE_EMPTY));
    url.len++;
    ck_assert(!evidence_need_set(&need, EVIDENCE_CRL, url, SLICE_EMPTY));
    url.len = EVIDENCE_REQUEST_MAX;
    ck_assert(
        evidence_need_set(&need, EVIDENCE_OCSP, slice_from_string("http://a"), url));
    url.len++;
    ck_assert(
        !evidence_need_set(&need, EVIDENCE_OCSP, slice_from_string("http://a"), url));
}
END_TEST

static const struct {
    const char *label;
    enum evidence_kind kind;
    const char *url;
    const char *request;
    const char *target;
    bool post;
} targets[] = {
    { "a CRL", EVIDENCE_CRL, "http://a/b.crl", "", "http://a/b.crl", false },
    { "in the URL", EVIDENCE_OCSP, "http://a/o", "ask", "http://a/o/YXNr", false },
    { "one slash is enough", EVIDENCE_OCSP, "http://a/o/", "as", "http://a/o/YXM%3D",
      false },
    { "escaped", EVIDENCE_OCSP, "http://a", "\xfb\xff\xbf\x01",
      "http://a/%2B%2F%2B%2FAQ%3D%3D", false },
    { "a query cannot be longer", EVIDENCE_OCSP, "http://a/?q", "ask", "http://a/?q",
      true },
    { "too long for a URL", EVIDENCE_OCSP, "http://a/o",
      "01234567890123456789012345678901234567890123456789012345678901234567890123456789"
      "01"
      "01234567890123456789012345678901234567890123456789012345678901234567890123456789"
      "01"
      "01234567890123456789",
      "http://a/o", true },
};

/* RFC 5019 5: up to 255 bytes are asked for with GET. */
START_TEST(the_longest_get)
{
    struct evidence_need need;
    char address[EVIDENCE_URL_MAX];
    struct buf url = BUF_EMPTY;
    bool post;
    size_t len = 255 - strlen("/YXNr") + (size_t)_i;
    (void)snprintf(address, sizeof(address), "http://a/%0*d",
                   (int)(len - strlen("http://a/")), 0);
    ck_assert_uint_eq(strlen(address), len);
    ck_assert(evidence_need_set(&need, EVIDENCE_OCSP, slice_from_string(address),
                                slice_from_string("ask")));
    ck_assert(evidence_need_target(&need, &url, &post));
    ck_assert_int_eq(post, _i == 1);
    ck_assert_uint_eq(url.len, _i == 1 ? len : 255);
    buf_finish(&url);
}
END_TEST

START_TEST(how_to_ask)
{
    struct evidence_need need;
    struct buf url = BUF_EMPTY;
    bool post;
    ck_assert(evidence_need_set(&need, targets[_i].kind,
                                slice_from_string(targets[_i].url),
                                slice_from_string(targets[_i].request)));
    ck_assert(evidence_need_target(&need, &url, &post));
    ck_assert_msg(strcmp(buf_string(&url), targets[_i].target) == 0, "%s: %s",
                  targets[_i].label, buf_string(&url));
    ck_assert_msg(post == targets[_i].post, "%s", targets[_i].label);
    buf_finish(&url);
}
END_TEST

/* ---- lifetimes */

struct lifetime_row {
    const char *label;
    enum evidence_kind kind;
    enum evidence_outcome outcome;
    const struct buf *body;
    int64_t last; /* the last second at which it is current */
    enum evidence_outcome becomes;
};

static const struct lifetime_row lifetimes[] = {
    { "a CRL until its next update", EVIDENCE_CRL, EVIDENCE_OK, &crl, TIMESTAMP_HOUR,
      EVIDENCE_OK },
    { "a CRL without one", EVIDENCE_CRL, EVIDENCE_OK, &endless_crl,
      EVIDENCE_NO_END_KEEP - 1, EVIDENCE_OK },
    { "a response until its next update", EVIDENCE_OCSP, EVIDENCE_OK, &ocsp,
      TIMESTAMP_HOUR, EVIDENCE_OK },
    { "an OCSP error", EVIDENCE_OCSP, EVIDENCE_OK, &ocsp_error, EVIDENCE_RETRY - 1,
      EVIDENCE_OK },
    { "a CRL that is none", EVIDENCE_CRL, EVIDENCE_OK, &ocsp, EVIDENCE_RETRY - 1,
      EVIDENCE_GARBAGE },
    { "a response that is none", EVIDENCE_OCSP, EVIDENCE_OK, &crl, EVIDENCE_RETRY - 1,
      EVIDENCE_GARBAGE },
    { "an issuer that is none", EVIDENCE_ISSUER, EVIDENCE_OK, &crl, EVIDENCE_RETRY - 1,
      EVIDENCE_GARBAGE },
    { "unreachable", EVIDENCE_CRL, EVIDENCE_UNREACHABLE, &crl, EVIDENCE_RETRY - 1,
      EVIDENCE_UNREACHABLE },
    { "slow", EVIDENCE_OCSP, EVIDENCE_TIMEOUT, &ocsp, EVIDENCE_RETRY - 1,
      EVIDENCE_TIMEOUT },
};

START_TEST(lifetime)
{
    const struct lifetime_row *row = &lifetimes[_i];
    struct evidence_need need = need_of(row->kind, "http://a/b");
    ck_assert_ptr_null(evidence_find(evidence, &need));
    ck_assert(
        evidence_put(evidence, &need, row->outcome, 0, buf_slice(row->body), NOW));
    const struct evidence_entry *entry = evidence_find(evidence, &need);
    ck_assert_ptr_nonnull(entry);
    ck_assert_msg(entry->outcome == row->becomes, "%s: %d", row->label,
                  (int)entry->outcome);
    bool ok = entry->outcome == EVIDENCE_OK;
    ck_assert_msg((entry->crl != NULL) == (ok && row->kind == EVIDENCE_CRL), "%s",
                  row->label);
    ck_assert_msg((entry->ocsp != NULL) == (ok && row->kind == EVIDENCE_OCSP), "%s",
                  row->label);
    ck_assert_msg(evidence_is_current(entry, NOW), "%s", row->label);
    ck_assert_msg(evidence_is_current(entry, NOW + row->last), "%s: too short",
                  row->label);
    ck_assert_msg(!evidence_is_current(entry, NOW + row->last + 1), "%s: too long",
                  row->label);
    /* A clock that was set back a little does no harm; a day is another matter. */
    ck_assert_msg(evidence_is_current(entry, NOW - 5), "%s", row->label);
    ck_assert_msg(!evidence_is_current(entry, NOW - TIMESTAMP_DAY), "%s", row->label);
}
END_TEST

START_TEST(an_issuer_is_kept_for_a_day)
{
    struct evidence_need need = need_of(EVIDENCE_ISSUER, "http://a/b");
    ck_assert(evidence_put(evidence, &need, EVIDENCE_OK, 0, ca->der, NOW));
    const struct evidence_entry *entry = evidence_find(evidence, &need);
    ck_assert_uint_eq(entry->n_issuers, 1);
    ck_assert(certificate_equal(entry->issuers[0], ca));
    ck_assert(evidence_is_current(entry, NOW + EVIDENCE_ISSUER_KEEP - 1));
    ck_assert(!evidence_is_current(entry, NOW + EVIDENCE_ISSUER_KEEP));
}
END_TEST

/* A "certs-only" message with two certificates; or with none, which is garbage. */
static void write_pkcs7(struct buf *out, size_t n)
{
    size_t info = der_begin(out, DER_SEQUENCE);
    buf_append(out, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 11);
    size_t explicit = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    size_t data = der_begin(out, DER_SEQUENCE);
    der_write_small(out, 1);
    der_write(out, DER_SET, SLICE_EMPTY);
    size_t content = der_begin(out, DER_SEQUENCE);
    buf_append(out, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 11);
    der_end(out, content);
    size_t list = der_begin(out, DER_CONTEXT | DER_CONSTRUCTED | 0);
    for (size_t i = 0; i < n; i++) {
        buf_append_slice(out, ca->der);
    }
    der_end(out, list);
    der_write(out, DER_SET, SLICE_EMPTY);
    der_end(out, data);
    der_end(out, explicit);
    der_end(out, info);
}

START_TEST(issuers_may_come_together)
{
    struct evidence_need need = need_of(EVIDENCE_ISSUER, "http://a/b.p7c");
    static const size_t counts[] = { 0, 2, EVIDENCE_ISSUERS_MAX + 1 };
    static const size_t kept[] = { 0, 2, EVIDENCE_ISSUERS_MAX };
    struct buf body = BUF_EMPTY;
    write_pkcs7(&body, counts[_i]);
    ck_assert(evidence_put(evidence, &need, EVIDENCE_OK, 0, buf_slice(&body), NOW));
    const struct evidence_entry *entry = evidence_find(evidence, &need);
    ck_assert_int_eq(entry->outcome, _i == 0 ? EVIDENCE_GARBAGE : EVIDENCE_OK);
    ck_assert_uint_eq(entry->n_issuers, kept[_i]);
    ck_assert_uint_eq(entry->size, _i == 0 ? 0 : body.len);
    for (size_t i = 0; i < kept[_i]; i++) {
        ck_assert(certificate_equal(entry->issuers[i], ca));
    }
    buf_finish(&body);
}
END_TEST

START_TEST(outcomes_have_words)
{
    struct evidence_need need = need_of(EVIDENCE_CRL, "http://a/b");
    char text[EVIDENCE_WHY_MAX];
    for (int i = 0; i < EVIDENCE_OUTCOME_COUNT; i++) {
        ck_assert(evidence_put(evidence, &need, (enum evidence_outcome)i, 404,
                               buf_slice(&crl), NOW));
        const struct evidence_entry *entry = evidence_find(evidence, &need);
        ck_assert_msg(evidence_why(entry, text)[0] != 0, "outcome %d", i);
        ck_assert_uint_eq(evidence_count(evidence), 1);
    }
    ck_assert(
        evidence_put(evidence, &need, EVIDENCE_HTTP_STATUS, 404, SLICE_EMPTY, NOW));
    ck_assert_str_eq(evidence_why(evidence_find(evidence, &need), text),
                     "HTTP status 404");
}
END_TEST

START_TEST(keys_are_kind_url_and_request)
{
    struct evidence_need one = need_of(EVIDENCE_OCSP, "http://a/b");
    struct evidence_need other = one;
    ck_assert(evidence_put(evidence, &one, EVIDENCE_OK, 0, buf_slice(&ocsp), NOW));
    other.request[0] ^= 1;
    ck_assert_ptr_null(evidence_find(evidence, &other));
    ck_assert(!evidence_need_equal(&one, &other));
    other = need_of(EVIDENCE_CRL, "http://a/b");
    ck_assert_ptr_null(evidence_find(evidence, &other));
    other = need_of(EVIDENCE_OCSP, "http://a/c");
    ck_assert_ptr_null(evidence_find(evidence, &other));
    other = need_of(EVIDENCE_OCSP, "http://a/b");
    ck_assert(evidence_need_equal(&one, &other));
    ck_assert_ptr_nonnull(evidence_find(evidence, &other));
}
END_TEST

/* ---- bounds */

START_TEST(the_oldest_gives_way)
{
    char url[32];
    for (int i = 0; i < (int)EVIDENCE_ENTRIES_MAX + 10; i++) {
        (void)snprintf(url, sizeof(url), "http://a/%d", i);
        struct evidence_need need = need_of(EVIDENCE_CRL, url);
        ck_assert(evidence_put(evidence, &need, EVIDENCE_UNREACHABLE, 0, SLICE_EMPTY,
                               NOW + i));
    }
    ck_assert_uint_eq(evidence_count(evidence), EVIDENCE_ENTRIES_MAX);
    struct evidence_need first = need_of(EVIDENCE_CRL, "http://a/9");
    struct evidence_need kept = need_of(EVIDENCE_CRL, "http://a/10");
    ck_assert_ptr_null(evidence_find(evidence, &first));
    ck_assert_ptr_nonnull(evidence_find(evidence, &kept));
}
END_TEST

/* A CRL of exactly `size` bytes: the list of the world with a longer signature, which
 * nobody checks before it is used. */
static void write_large_crl(size_t size, struct buf *out)
{
    struct buf signature = BUF_EMPTY;
    struct slice rest = buf_slice(&crl);
    struct slice content;
    struct slice tbs;
    struct slice algorithm;
    ck_assert(der_read(&rest, DER_SEQUENCE, &content));
    struct slice head = content;
    ck_assert(der_read(&content, DER_SEQUENCE, &tbs) &&
              der_read(&content, DER_SEQUENCE, &algorithm));
    head.len -= content.len;
    size_t len = size - 2 * (head.len / 2) - 64;
    for (out->len = 0; out->len != size; len += size - out->len) {
        buf_clear(&signature);
        buf_clear(out);
        ck_assert(buf_reserve(&signature, len));
        memset(signature.data, 0, len);
        signature.len = len;
        size_t mark = der_begin(out, DER_SEQUENCE);
        buf_append_slice(out, head);
        der_write_bits(out, buf_slice(&signature));
        der_end(out, mark);
        ck_assert(buf_ok(out));
    }
    buf_finish(&signature);
}

static bool put_crl(const char *url, struct slice body, int64_t now)
{
    struct evidence_need need = need_of(EVIDENCE_CRL, url);
    return evidence_put(evidence, &need, EVIDENCE_OK, 0, body, now);
}

static bool is_kept(const char *url)
{
    struct evidence_need need = need_of(EVIDENCE_CRL, url);
    const struct evidence_entry *entry = evidence_find(evidence, &need);
    return entry != NULL && entry->outcome == EVIDENCE_OK;
}

static void put_numbered(size_t n, struct slice body)
{
    char url[32];
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(url, sizeof(url), "http://a/%zu", i);
        ck_assert(put_crl(url, body, NOW + (int64_t)i));
    }
}

/* EVIDENCE_BYTES_MAX is a multiple of EVIDENCE_CRL_MAX: so many fit exactly. */
#define LISTS_MAX (EVIDENCE_BYTES_MAX / EVIDENCE_CRL_MAX)

START_TEST(all_bodies_are_bounded_together)
{
    struct buf large = BUF_EMPTY;
    write_large_crl(EVIDENCE_CRL_MAX, &large);
    put_numbered(LISTS_MAX, buf_slice(&large));
    ck_assert_uint_eq(evidence_count(evidence), LISTS_MAX);
    /* One more byte is too much, and the oldest gives way to it. */
    ck_assert(put_crl("http://a/more", buf_slice(&crl), NOW + 100));
    ck_assert_uint_eq(evidence_count(evidence), LISTS_MAX);
    ck_assert(!is_kept("http://a/0") && is_kept("http://a/1"));
    /* Now there is room for what is small. */
    ck_assert(put_crl("http://a/more2", buf_slice(&crl), NOW + 101));
    ck_assert_uint_eq(evidence_count(evidence), LISTS_MAX + 1);
    buf_finish(&large);
}
END_TEST

/* What is replaced, forgotten or cleared does not count any more. */
START_TEST(what_is_gone_makes_room)
{
    struct buf large = BUF_EMPTY;
    write_large_crl(EVIDENCE_CRL_MAX, &large);
    put_numbered(LISTS_MAX, buf_slice(&large));
    for (int64_t i = 0; i < 3; i++) {
        ck_assert(put_crl("http://a/0", buf_slice(&large), NOW + 100 + i));
        ck_assert_uint_eq(evidence_count(evidence), LISTS_MAX);
    }
    evidence_forget(evidence, "http://a/0");
    ck_assert_uint_eq(evidence_count(evidence), LISTS_MAX - 1);
    ck_assert(put_crl("http://a/other", buf_slice(&large), NOW + 200));
    ck_assert_uint_eq(evidence_count(evidence), LISTS_MAX);
    evidence_clear(evidence);
    ck_assert_uint_eq(evidence_count(evidence), 0);
    put_numbered(LISTS_MAX, buf_slice(&large));
    ck_assert_uint_eq(evidence_count(evidence), LISTS_MAX);
    buf_finish(&large);
}
END_TEST

static const struct {
    enum evidence_kind kind;
    size_t max;
} sizes[] = {
    { EVIDENCE_CRL, EVIDENCE_CRL_MAX },
    { EVIDENCE_OCSP, EVIDENCE_OCSP_MAX },
    { EVIDENCE_ISSUER, EVIDENCE_ISSUER_MAX },
};

/* The largest body is looked at, and turns out to be none; one more byte is not. */
START_TEST(too_large_is_not_kept)
{
    size_t max = sizes[_i].max;
    uint8_t *bytes = mem_alloc(max + 1, 1);
    struct evidence_need need = need_of(sizes[_i].kind, "http://a/b");
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(evidence_size_max(sizes[_i].kind), max);
    ck_assert(evidence_put(evidence, &need, EVIDENCE_OK, 0,
                           (struct slice){ bytes, max }, NOW));
    ck_assert_int_eq(evidence_find(evidence, &need)->outcome, EVIDENCE_GARBAGE);
    ck_assert(evidence_put(evidence, &need, EVIDENCE_OK, 0,
                           (struct slice){ bytes, max + 1 }, NOW));
    ck_assert_int_eq(evidence_find(evidence, &need)->outcome, EVIDENCE_TOO_LARGE);
    ck_assert_uint_eq(evidence_find(evidence, &need)->size, 0);
    free(bytes);
}
END_TEST

START_TEST(out_of_memory_changes_nothing)
{
    struct evidence_need need = need_of(EVIDENCE_OCSP, "http://a/b");
    ck_assert(evidence_put(evidence, &need, EVIDENCE_TIMEOUT, 0, SLICE_EMPTY, NOW));
    for (size_t n = 1; n <= 3; n++) {
        mem_fail_after(n);
        bool put = evidence_put(evidence, &need, EVIDENCE_OK, 0, buf_slice(&ocsp), NOW);
        mem_fail_after(0);
        ck_assert_msg(!put, "allocation %zu", n);
        ck_assert_int_eq(evidence_find(evidence, &need)->outcome, EVIDENCE_TIMEOUT);
    }
}
END_TEST

/* ---- the file */

static const char *file_path(void)
{
    static char path[TEST_PLACE_MAX];
    if (path[0] == 0) {
        test_place(path, "evidence");
        int fd = mkstemp(path); /* a name of its own; every test writes or removes it */
        ck_assert_int_ge(fd, 0);
        (void)close(fd);
    }
    return path;
}

static void save(void)
{
    struct err err = ERR_INIT;
    struct buf content = BUF_EMPTY;
    ck_assert(evidence_write(evidence, &content));
    ck_assert_msg(file_write(file_path(), 0600, buf_slice(&content), &err) == 0, "%s",
                  err.text);
    buf_finish(&content);
}

START_TEST(the_file_keeps_what_was_fetched)
{
    struct err err = ERR_INIT;
    struct evidence_need needs[] = { need_of(EVIDENCE_CRL, "http://a/crl"),
                                     need_of(EVIDENCE_OCSP, "http://a/ocsp"),
                                     need_of(EVIDENCE_ISSUER, "http://a/crt"),
                                     need_of(EVIDENCE_CRL, "http://a/dead") };
    struct evidence *again = evidence_create();
    ck_assert(evidence_put(evidence, &needs[0], EVIDENCE_OK, 0, buf_slice(&crl), NOW));
    ck_assert(
        evidence_put(evidence, &needs[1], EVIDENCE_OK, 0, buf_slice(&ocsp), NOW + 1));
    ck_assert(evidence_put(evidence, &needs[2], EVIDENCE_OK, 0, ca->der, NOW + 2));
    ck_assert(evidence_put(evidence, &needs[3], EVIDENCE_TIMEOUT, 0, SLICE_EMPTY, NOW));
    ck_assert(evidence_is_dirty(evidence));
    save();
    ck_assert(!evidence_is_dirty(evidence));
    ck_assert_msg(evidence_load(again, file_path(), &err) == 0, "%s", err.text);
    ck_assert(!evidence_is_dirty(again));
    ck_assert_uint_eq(evidence_count(again), 3);
    for (size_t i = 0; i < 3; i++) {
        const struct evidence_entry *entry = evidence_find(again, &needs[i]);
        ck_assert_msg(entry != NULL, "entry %zu", i);
        ck_assert_int_eq(entry->outcome, EVIDENCE_OK);
        ck_assert_int_eq(entry->fetched_at, NOW + (int64_t)i);
        ck_assert_uint_eq(entry->size, evidence_find(evidence, &needs[i])->size);
    }
    evidence_destroy(again);
    (void)unlink(file_path());
}
END_TEST

START_TEST(no_file_is_an_empty_cache)
{
    struct err err = ERR_INIT;
    (void)unlink(file_path());
    ck_assert_int_eq(evidence_load(evidence, file_path(), &err), 0);
    ck_assert_uint_eq(evidence_count(evidence), 0);
}
END_TEST

/* Cut off anywhere and with any byte changed, it is read or refused. */
START_TEST(a_broken_file_does_no_harm)
{
    struct err err = ERR_INIT;
    struct buf good = BUF_EMPTY;
    struct evidence_need need = need_of(EVIDENCE_OCSP, "http://a/ocsp");
    ck_assert(evidence_put(evidence, &need, EVIDENCE_OK, 0, buf_slice(&ocsp), NOW));
    save();
    ck_assert_int_eq(file_read_all(file_path(), 1 << 20, &good, &err), 0);
    uint32_t state = 20260104;
    for (int round = 0; round < 300; round++) {
        state = state * 1664525u + 1013904223u;
        struct slice bytes = buf_slice(&good);
        if (round % 2 == 0) {
            bytes.len = (state >> 8) % good.len;
        } else {
            good.data[(state >> 8) % good.len] ^= (uint8_t)(1u << (state >> 29));
        }
        ck_assert_int_eq(file_write(file_path(), 0600, bytes, &err), 0);
        evidence_clear(evidence);
        int result = evidence_load(evidence, file_path(), &err);
        ck_assert_msg(round % 2 != 0 || result == -1, "round %d: half a file", round);
    }
    buf_finish(&good);
    (void)unlink(file_path());
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("evidence");
    TCase *c = tcase_create("evidence");
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, addresses_that_cannot_be_asked);
    tcase_add_loop_test(c, the_longest_get, 0, 2);
    tcase_add_loop_test(c, how_to_ask, 0, (int)ARRAY_LEN(targets));
    tcase_add_loop_test(c, lifetime, 0, (int)ARRAY_LEN(lifetimes));
    tcase_add_test(c, an_issuer_is_kept_for_a_day);
    tcase_add_loop_test(c, issuers_may_come_together, 0, 3);
    tcase_add_test(c, outcomes_have_words);
    tcase_add_test(c, keys_are_kind_url_and_request);
    tcase_add_test(c, the_oldest_gives_way);
    tcase_add_test(c, all_bodies_are_bounded_together);
    tcase_add_test(c, what_is_gone_makes_room);
    tcase_add_loop_test(c, too_large_is_not_kept, 0, (int)ARRAY_LEN(sizes));
    tcase_add_test(c, out_of_memory_changes_nothing);
    tcase_add_test(c, the_file_keeps_what_was_fetched);
    tcase_add_test(c, no_file_is_an_empty_cache);
    tcase_add_test(c, a_broken_file_does_no_harm);
    suite_add_tcase(s, c);
    return s;
}
