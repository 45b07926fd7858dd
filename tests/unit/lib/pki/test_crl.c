/* SPDX-License-Identifier: MIT
 *
 * pki/crl: revoked serials are found, what a list says of itself is read, and no
 * crash whatever the bytes.
 */
#include "base/mem.h"
#include "pki/crl.h"
#include "support/build_pki.h"
#include "support/check_main.h"

#include <stdlib.h>

#define THIS_UPDATE BUILD_NOT_BEFORE
#define NEXT_UPDATE BUILD_NOT_AFTER

static struct key *key;

static void make_key(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(key_generate(KEY_TYPE_EC_P256, &key, &err) == 0, "%s", err.text);
}

static void drop_key(void)
{
    key_destroy(key);
    key = NULL;
}

static void write_entry(struct buf *out, struct slice serial,
                        struct slice entry_extensions)
{
    size_t mark = der_begin(out, DER_SEQUENCE);
    der_write(out, DER_INTEGER, serial);
    der_write_time(out, THIS_UPDATE + 60);
    if (entry_extensions.len > 0) {
        der_write(out, DER_SEQUENCE, entry_extensions);
    }
    der_end(out, mark);
}

/* `entries` and `extensions` are whole TLVs one behind the other; no data = the
 * field is left out. */
static void write_crl(struct buf *out, bool has_next, struct slice entries,
                      struct slice extensions)
{
    struct buf tbs = BUF_EMPTY;
    size_t mark = der_begin(&tbs, DER_SEQUENCE);
    der_write_small(&tbs, 1);
    ck_assert(key_append_signature_algorithm(key, KEY_HASH_SHA256, &tbs));
    build_name(&tbs, "issuer");
    der_write_time(&tbs, THIS_UPDATE);
    if (has_next) {
        der_write_time(&tbs, NEXT_UPDATE);
    }
    if (entries.data != NULL) {
        der_write(&tbs, DER_SEQUENCE, entries);
    }
    if (extensions.data != NULL) {
        size_t field = der_begin(&tbs, DER_CONTEXT | DER_CONSTRUCTED | 0);
        der_write(&tbs, DER_SEQUENCE, extensions);
        der_end(&tbs, field);
    }
    der_end(&tbs, mark);
    build_signed(out, key, buf_slice(&tbs));
    buf_finish(&tbs);
}

static struct crl *make(bool has_next, struct slice entries, struct slice extensions)
{
    struct buf der = BUF_EMPTY;
    write_crl(&der, has_next, entries, extensions);
    struct crl *crl = crl_create(buf_slice(&der));
    ck_assert_ptr_nonnull(crl);
    buf_finish(&der);
    return crl;
}

static void write_three_entries(struct buf *out)
{
    struct buf reason = BUF_EMPTY;
    build_extension(&reason, OID_CRL_REASON, false, BYTES("\x0a\x01\x06"));
    write_entry(out, BYTES("\x01"), SLICE_EMPTY);
    write_entry(out, BYTES("\x00\xff"), buf_slice(&reason));
    write_entry(out, BYTES("\x00\x00\x03"), SLICE_EMPTY); /* not minimal */
    buf_finish(&reason);
}

START_TEST(reads_every_field)
{
    struct buf entries = BUF_EMPTY;
    struct buf list = BUF_EMPTY;
    write_three_entries(&entries);
    build_extension(&list, OID_CRL_NUMBER, false, BYTES("\x02\x01\x2a"));
    build_extension(&list, OID_AUTHORITY_KEY_IDENTIFIER, false,
                    BYTES("\x30\x03\x80\x01\x07"));
    struct crl *crl = make(true, buf_slice(&entries), buf_slice(&list));
    ck_assert_ptr_null(crl->malformed);
    ck_assert_int_eq(crl->version, 2);
    ck_assert_int_eq(crl->this_update, THIS_UPDATE);
    ck_assert(crl->has_next_update);
    ck_assert_int_eq(crl->next_update, NEXT_UPDATE);
    ck_assert(slice_equal(crl->number, BYTES("\x2a")));
    ck_assert(slice_equal(crl->authority_key_id, BYTES("\x07")));
    ck_assert(!crl->is_delta && !crl->is_indirect && !crl->only_user_certs &&
              !crl->has_unknown_critical);
    struct buf spki = BUF_EMPTY;
    ck_assert_int_eq(key_append_spki(key, &spki, NULL), 0);
    ck_assert_int_eq(key_verify(buf_slice(&spki), crl->signature_alg,
                                crl->signature_params, crl->tbs, crl->signature),
                     SIGNATURE_GOOD);
    crl_destroy(crl);
    buf_finish(&spki);
    buf_finish(&entries);
    buf_finish(&list);
}
END_TEST

static const struct {
    struct slice serial;
    bool found;
    unsigned reason;
} serials[] = {
    { LITERAL("\x01"), true, CRL_REASON_UNSPECIFIED },
    { LITERAL("\x00\x01"), true, CRL_REASON_UNSPECIFIED },
    { LITERAL("\x00\xff"), true, CRL_REASON_CERTIFICATE_HOLD },
    { LITERAL("\xff"), false, 0 }, /* -1 is not 255 */
    { LITERAL("\x03"), true, CRL_REASON_UNSPECIFIED },
    { LITERAL("\x02"), false, 0 },
    { LITERAL("\x01\x01"), false, 0 },
    { LITERAL(""), false, 0 },
};

START_TEST(finds_serials)
{
    struct buf entries = BUF_EMPTY;
    struct crl_entry entry = { 0, 99 };
    write_three_entries(&entries);
    struct crl *crl = make(true, buf_slice(&entries), SLICE_EMPTY);
    ck_assert_msg(crl_find(crl, serials[_i].serial, &entry) == serials[_i].found,
                  "row %d", _i);
    ck_assert_msg(entry.reason == (serials[_i].found ? serials[_i].reason : 99),
                  "row %d", _i);
    ck_assert_msg(entry.revoked_at == (serials[_i].found ? THIS_UPDATE + 60 : 0),
                  "row %d", _i);
    crl_destroy(crl);
    buf_finish(&entries);
}
END_TEST

/* Enough entries for an index: each serial is found, of equal ones the first, and none
 * that is not there. */
START_TEST(finds_serials_of_a_long_list)
{
    static const unsigned n = 3000;
    struct buf entries = BUF_EMPTY;
    struct crl_entry entry;
    struct buf hold = BUF_EMPTY;
    for (unsigned i = 0; i < n; i++) {
        const uint8_t serial[] = { 0x40, (uint8_t)(i >> 8), (uint8_t)i };
        write_entry(&entries, (struct slice){ serial, sizeof serial }, SLICE_EMPTY);
    }
    build_extension(&hold, OID_CRL_REASON, false, BYTES("\x0a\x01\x06"));
    write_entry(&entries, BYTES("\x40\x00\x07"), buf_slice(&hold)); /* once more */
    write_entry(&entries, BYTES("\x00\x41"), buf_slice(&hold));     /* not minimal */
    ck_assert_uint_gt(entries.len, CRL_INDEX_MIN);
    struct crl *crl = make(true, buf_slice(&entries), SLICE_EMPTY);
    ck_assert_ptr_null(crl->malformed);
    ck_assert_ptr_nonnull(crl->index.slots);
    for (int walked = 0; walked < 2; walked++) {
        for (unsigned i = 0; i < 2 * n; i++) {
            const uint8_t serial[] = { 0x40, (uint8_t)(i >> 8), (uint8_t)i };
            ck_assert_msg(crl_find(crl, (struct slice){ serial, sizeof serial },
                                   &entry) == (i < n),
                          "%u", i);
            ck_assert(i >= n || entry.reason == CRL_REASON_UNSPECIFIED);
        }
        ck_assert(crl_find(crl, BYTES("\x41"), &entry));
        ck_assert_uint_eq(entry.reason, CRL_REASON_CERTIFICATE_HOLD);
        ck_assert(!crl_find(crl, BYTES("\x40"), &entry));
        ck_assert(!crl_find(crl, BYTES(""), &entry));
        /* Nor does it walk: with its first entry damaged, a walk ends there. */
        const struct slice whole = crl->entries;
        struct buf damaged = BUF_EMPTY;
        ck_assert(buf_append_byte(&damaged, 0));
        ck_assert(buf_append_slice(&damaged, slice_part(whole, 1, whole.len)));
        crl->entries = buf_slice(&damaged);
        ck_assert(crl_find(crl, BYTES("\x41"), &entry) == (walked == 0));
        crl->entries = whole;
        buf_finish(&damaged);
        crl_index_finish(&crl->index); /* and the same without an index */
    }
    crl_destroy(crl);
    buf_finish(&hold);
    buf_finish(&entries);
}
END_TEST

/* Serials that gather: the index gives up, and the list is walked. */
START_TEST(an_index_is_bounded)
{
    struct crl_index index;
    crl_index_init(&index, CRL_INDEX_MIN - 1);
    ck_assert_ptr_null(index.slots);
    crl_index_init(&index, CRL_INDEX_MIN);
    ck_assert_ptr_nonnull(index.slots);
    for (size_t i = 0; i < CRL_INDEX_STEPS_MAX; i++) {
        crl_index_add(&index, BYTES("\x01"), i);
        ck_assert_ptr_nonnull(index.slots);
    }
    size_t step = 0;
    size_t offset;
    for (size_t i = 0; i < CRL_INDEX_STEPS_MAX; i++) {
        ck_assert(crl_index_find(&index, BYTES("\x01"), &step, &offset));
        ck_assert_uint_eq(offset, i);
    }
    ck_assert(!crl_index_find(&index, BYTES("\x01"), &step, &offset));
    crl_index_add(&index, BYTES("\x01"), CRL_INDEX_STEPS_MAX);
    ck_assert_ptr_null(index.slots);
    crl_index_add(&index, BYTES("\x01"),
                  CRL_INDEX_STEPS_MAX + 1); /* nothing any more */
    crl_index_finish(&index);
}
END_TEST

START_TEST(a_list_may_be_empty)
{
    struct crl_entry entry;
    struct crl *crl = make(false, SLICE_EMPTY, SLICE_EMPTY);
    ck_assert_ptr_null(crl->malformed);
    ck_assert(!crl->has_next_update);
    ck_assert(!crl_find(crl, BYTES("\x01"), &entry));
    crl_destroy(crl);
}
END_TEST

enum flag { DELTA = 1, INDIRECT = 2, PARTIAL = 4, UNKNOWN = 8, MALFORMED = 16 };

static const struct {
    const char *label;
    enum oid oid;
    bool critical;
    struct slice value;
    int flags;
} extensions[] = {
    { "delta", OID_DELTA_CRL_INDICATOR, true, LITERAL("\x02\x01\x01"), DELTA },
    { "distribution point with a name only", OID_ISSUING_DISTRIBUTION_POINT, true,
      LITERAL("\x30\x02\xa0\x00"), 0 },
    { "only users", OID_ISSUING_DISTRIBUTION_POINT, true,
      LITERAL("\x30\x03\x81\x01\xff"), PARTIAL },
    { "explicit FALSE", OID_ISSUING_DISTRIBUTION_POINT, true,
      LITERAL("\x30\x03\x81\x01\x00"), 0 },
    { "only CAs", OID_ISSUING_DISTRIBUTION_POINT, true, LITERAL("\x30\x03\x82\x01\xff"),
      PARTIAL },
    { "only some reasons", OID_ISSUING_DISTRIBUTION_POINT, true,
      LITERAL("\x30\x04\x83\x02\x07\x80"), PARTIAL },
    { "indirect", OID_ISSUING_DISTRIBUTION_POINT, true, LITERAL("\x30\x03\x84\x01\xff"),
      INDIRECT },
    { "distribution point of a NULL", OID_ISSUING_DISTRIBUTION_POINT, true,
      LITERAL("\x30\x02\x05\x00"), MALFORMED },
    { "number is no INTEGER", OID_CRL_NUMBER, false, LITERAL("\x05\x00"), MALFORMED },
    { "unknown", OID_MS_SID, false, LITERAL(""), 0 },
    { "unknown and critical", OID_MS_SID, true, LITERAL(""), UNKNOWN },
    { "critical number", OID_CRL_NUMBER, true, LITERAL("\x02\x01\x07"), UNKNOWN },
};

static int get_flags(const struct crl *crl)
{
    return (crl->is_delta ? DELTA : 0) | (crl->is_indirect ? INDIRECT : 0) |
           (crl->only_user_certs || crl->only_ca_certs || crl->only_attribute_certs ||
                    crl->only_some_reasons
                ? PARTIAL
                : 0) |
           (crl->has_unknown_critical ? UNKNOWN : 0) |
           (crl->malformed != NULL ? MALFORMED : 0);
}

START_TEST(reads_extensions)
{
    struct buf list = BUF_EMPTY;
    build_extension(&list, extensions[_i].oid, extensions[_i].critical,
                    extensions[_i].value);
    struct crl *crl = make(true, SLICE_EMPTY, buf_slice(&list));
    ck_assert_msg(get_flags(crl) == extensions[_i].flags, "%s: %d",
                  extensions[_i].label, get_flags(crl));
    crl_destroy(crl);
    buf_finish(&list);
}
END_TEST

static const struct {
    const char *label;
    enum oid oid;
    bool critical;
    int flags;
} entry_extensions[] = {
    { "critical reason", OID_CRL_REASON, true, 0 },
    { "invalidity date", OID_INVALIDITY_DATE, false, 0 },
    { "other issuer", OID_CERTIFICATE_ISSUER, true, INDIRECT },
    { "unknown", OID_MS_SID, false, 0 },
    { "unknown and critical", OID_MS_SID, true, UNKNOWN },
};

START_TEST(reads_entry_extensions)
{
    struct buf list = BUF_EMPTY;
    struct buf entries = BUF_EMPTY;
    build_extension(&list, entry_extensions[_i].oid, entry_extensions[_i].critical,
                    BYTES("\x0a\x01\x01"));
    write_entry(&entries, BYTES("\x05"), buf_slice(&list));
    struct crl *crl = make(true, buf_slice(&entries), SLICE_EMPTY);
    ck_assert_msg(get_flags(crl) == entry_extensions[_i].flags, "%s: %d",
                  entry_extensions[_i].label, get_flags(crl));
    crl_destroy(crl);
    buf_finish(&entries);
    buf_finish(&list);
}
END_TEST

START_TEST(malformed_lists)
{
    struct crl *crl = make(true, BYTES("\x30\x03\x02\x01\x01"), SLICE_EMPTY);
    ck_assert_str_eq(crl->malformed, "tbsCertList.revokedCertificates");
    crl_destroy(crl);
    crl = crl_create(SLICE_EMPTY);
    ck_assert_str_eq(crl->malformed, "certificateList");
    crl_destroy(crl);
    struct buf der = BUF_EMPTY;
    write_crl(&der, true, SLICE_EMPTY, SLICE_EMPTY);
    buf_append_byte(&der, '\n');
    crl = crl_create(buf_slice(&der));
    ck_assert_str_eq(crl->malformed, "certificateList (bytes behind its end)");
    crl_destroy(crl);
    mem_fail_after(1);
    ck_assert_ptr_null(crl_create(buf_slice(&der)));
    mem_fail_after(0);
    buf_finish(&der);
}
END_TEST

START_TEST(reason_names)
{
    ck_assert_str_eq(crl_reason_name(CRL_REASON_KEY_COMPROMISE), "keyCompromise");
    ck_assert_str_eq(crl_reason_name(CRL_REASON_AA_COMPROMISE), "aACompromise");
    ck_assert_str_eq(crl_reason_name(7), "reason 7");
    ck_assert_str_eq(crl_reason_name(42), "reason 42");
}
END_TEST

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

START_TEST(no_change_of_bytes_does_harm)
{
    struct buf entries = BUF_EMPTY;
    struct buf list = BUF_EMPTY;
    struct buf good = BUF_EMPTY;
    write_three_entries(&entries);
    for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
        if ((extensions[i].flags & MALFORMED) == 0) {
            build_extension(&list, extensions[i].oid, false, extensions[i].value);
        }
    }
    write_crl(&good, true, buf_slice(&entries), buf_slice(&list));

    uint32_t state = 20260102;
    for (int round = 0; round < 4000; round++) {
        /* of its own size, so that a read behind the end is seen */
        size_t len = round % 4 == 0 ? next_random(&state) % good.len : good.len;
        char *copy = mem_copy_string((const char *)good.data, len);
        ck_assert_ptr_nonnull(copy);
        for (uint32_t n = next_random(&state) % 4; len > 0 && n > 0; n--) {
            copy[next_random(&state) % len] = (char)next_random(&state);
        }
        struct crl *crl = crl_create((struct slice){ (const uint8_t *)copy, len });
        struct crl_entry entry;
        ck_assert_ptr_nonnull(crl);
        (void)crl_find(crl, BYTES("\x7f"), &entry);
        crl_destroy(crl);
        free(copy);
    }
    buf_finish(&entries);
    buf_finish(&list);
    buf_finish(&good);
}
END_TEST

Suite *suite(void)
{
    Suite *suite = suite_create("crl");
    TCase *tc = tcase_create("crl");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, make_key, drop_key);
    tcase_add_test(tc, reads_every_field);
    tcase_add_loop_test(tc, finds_serials, 0, (int)ARRAY_LEN(serials));
    tcase_add_test(tc, finds_serials_of_a_long_list);
    tcase_add_test(tc, an_index_is_bounded);
    tcase_add_test(tc, a_list_may_be_empty);
    tcase_add_loop_test(tc, reads_extensions, 0, (int)ARRAY_LEN(extensions));
    tcase_add_loop_test(tc, reads_entry_extensions, 0,
                        (int)ARRAY_LEN(entry_extensions));
    tcase_add_test(tc, malformed_lists);
    tcase_add_test(tc, reason_names);
    tcase_add_test(tc, no_change_of_bytes_does_harm);
    suite_add_tcase(suite, tc);
    return suite;
}
