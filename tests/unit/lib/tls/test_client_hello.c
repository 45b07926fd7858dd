/* SPDX-License-Identifier: MIT
 *
 * lib/tls/client_hello: each extension is read into its member, and into no other.
 */
#include "support/check_main.h"
#include "tls/client_hello.h"

#include <string.h>

static void put(struct buf *out, unsigned width, size_t value)
{
    while (width-- > 0) {
        buf_append_byte(out, (uint8_t)(value >> (8 * width)));
    }
}

/* A ClientHello in one record, with `n` bytes of extensions; two cipher suites. */
static void write_hello(struct buf *out, const uint8_t *extensions, size_t n)
{
    size_t body = 2 + 32 + 1 + 2 + 4 + 2 + 2 + n;
    put(out, 1, 22);
    put(out, 2, 0x0301);
    put(out, 2, 4 + body);
    put(out, 1, 1);
    put(out, 3, body);
    put(out, 2, 0x0303);
    for (size_t i = 0; i < 32; i++) {
        put(out, 1, i);
    }
    put(out, 1, 0);      /* session id */
    put(out, 2, 4);      /* cipher suites */
    put(out, 2, 0x1301); /* TLS_AES_128_GCM_SHA256 */
    put(out, 2, 0xc02b);
    put(out, 2, 0x0100); /* no compression */
    put(out, 2, n);
    buf_append(out, extensions, n);
    ck_assert(buf_ok(out));
}

struct extension {
    const char *label;
    uint8_t bytes[32]; /* type, length, content */
    struct client_hello want;
};

/* RFC 6066, 7301, 8446, 7627, 5077; draft-ietf-tls-esni. 0x0a0a is GREASE. */
/* clang-format off */
static const struct extension extensions[] = {
    { "server_name", { 0, 0, 0, 10, 0, 8, 0, 0, 5, 'a', '.', 'b', '.', 'c' }, { .server_name = "a.b.c" } },
    { "supported_groups", { 0, 10, 0, 8, 0, 6, 0x0a, 0x0a, 0, 29, 0, 23 }, { .groups = { 29, 23 }, .n_groups = 2 } },
    { "signature_algorithms", { 0, 13, 0, 6, 0, 4, 4, 3, 8, 4 }, { .signature_algorithms = { 0x0403, 0x0804 }, .n_signature_algorithms = 2 } },
    { "alpn", { 0, 16, 0, 5, 0, 3, 2, 'h', '2' }, { .alpn = "h2", .n_alpn = 1 } },
    { "extended_master_secret", { 0, 23, 0, 0 }, { .extended_master_secret = true } },
    { "session_ticket, empty", { 0, 35, 0, 0 }, { .session_ticket = true } },
    { "session_ticket", { 0, 35, 0, 1, 7 }, { .session_ticket = true, .offers_ticket = true } },
    { "pre_shared_key", { 0, 41, 0, 9, 0, 7, 0, 1, 7, 0, 0, 0, 1 }, { .n_psk_identities = 1, .offers_ticket = true } },
    { "early_data", { 0, 42, 0, 0 }, { .early_data = true } },
    { "supported_versions", { 0, 43, 0, 5, 4, 3, 4, 3, 3 }, { .versions = { 0x0304, 0x0303 }, .n_versions = 2 } },
    { "post_handshake_auth", { 0, 49, 0, 0 }, { .post_handshake_auth = true } },
    { "encrypted_client_hello", { 0xfe, 0x0d, 0, 1, 0 }, { .encrypted_client_hello = true } },
    { "one that nobody knows", { 0x7a, 0x7a, 0, 2, 1, 2 }, { .n_groups = 0 } },
};
/* clang-format on */

static void assert_equal(const char *label, const struct client_hello *got,
                         const struct client_hello *want)
{
#define SAME(member)                                                             \
    ck_assert_msg(memcmp(&got->member, &want->member, sizeof(got->member)) == 0, \
                  "%s: " #member, label)
    SAME(server_name);
    SAME(alpn);
    SAME(alpn_at);
    SAME(n_alpn);
    SAME(versions);
    SAME(n_versions);
    SAME(groups);
    SAME(n_groups);
    SAME(signature_algorithms);
    SAME(n_signature_algorithms);
    SAME(post_handshake_auth);
    SAME(session_ticket);
    SAME(offers_ticket);
    SAME(n_psk_identities);
    SAME(early_data);
    SAME(extended_master_secret);
    SAME(encrypted_client_hello);
#undef SAME
}

START_TEST(each_extension_has_its_member)
{
    const struct extension *row = &extensions[_i];
    static struct client_hello hello; /* large */
    struct buf bytes = BUF_EMPTY;
    write_hello(&bytes, row->bytes, (size_t)4 + row->bytes[3]);
    client_hello_read(buf_slice(&bytes), &hello);
    ck_assert_int_eq(hello.kind, CLIENT_HELLO_TLS);
    ck_assert_uint_eq(hello.legacy_version, 0x0303);
    ck_assert_uint_eq(hello.n_ciphers, 2);
    ck_assert_uint_eq(hello.ciphers[0], 0x1301);
    ck_assert_uint_eq(hello.ciphers[1], 0xc02b);
    assert_equal(row->label, &hello, &row->want);
    buf_finish(&bytes);
}
END_TEST

/* 63 bytes with its NUL: eight of them fit into CLIENT_HELLO_ALPN_BYTES, and "h2". */
#define LONG_NAME 62
#define N_LONG    10

START_TEST(names_beyond_the_room_are_left_out)
{
    static struct client_hello hello;
    struct buf extension = BUF_EMPTY;
    struct buf bytes = BUF_EMPTY;
    size_t list = N_LONG * (1 + LONG_NAME);
    put(&extension, 2, 16);
    put(&extension, 2, 2 + list + (_i == 0 ? 0 : 3));
    put(&extension, 2, list + (_i == 0 ? 0 : 3));
    if (_i != 0) {
        buf_append_string(&extension, "\x02h2");
    }
    for (size_t i = 0; i < N_LONG; i++) {
        put(&extension, 1, LONG_NAME);
        for (size_t k = 0; k < LONG_NAME; k++) {
            buf_append_byte(&extension, (uint8_t)('a' + i));
        }
    }
    write_hello(&bytes, extension.data, extension.len);
    client_hello_read(buf_slice(&bytes), &hello);
    ck_assert_int_eq(hello.kind, CLIENT_HELLO_TLS);
    ck_assert_uint_eq(hello.n_alpn, (size_t)8 + (size_t)_i);
    ck_assert_uint_eq(strlen(client_hello_alpn(&hello, hello.n_alpn - 1)), LONG_NAME);
    ck_assert_int_eq(client_hello_alpn(&hello, hello.n_alpn - 1)[0], 'a' + 7);
    ck_assert_str_eq(_i == 0 ? "h2" : client_hello_alpn(&hello, 0), "h2");
    buf_finish(&extension);
    buf_finish(&bytes);
}
END_TEST

/* A name takes its bytes and a NUL: the last byte of the room is such a NUL. */
START_TEST(names_fill_the_room)
{
    const size_t lens[] = { 200, 200,
                            CLIENT_HELLO_ALPN_BYTES - 2 * 201 - 1 + (size_t)_i };
    const size_t list = ARRAY_LEN(lens) + lens[0] + lens[1] + lens[2];
    static struct client_hello hello;
    struct buf extension = BUF_EMPTY;
    struct buf bytes = BUF_EMPTY;
    put(&extension, 2, 16);
    put(&extension, 2, 2 + list);
    put(&extension, 2, list);
    for (size_t name = 0; name < ARRAY_LEN(lens); name++) {
        put(&extension, 1, lens[name]);
        for (size_t k = 0; k < lens[name]; k++) {
            buf_append_byte(&extension, 'x');
        }
    }
    write_hello(&bytes, extension.data, extension.len);
    client_hello_read(buf_slice(&bytes), &hello);
    ck_assert_int_eq(hello.kind, CLIENT_HELLO_TLS);
    ck_assert_uint_eq(hello.n_alpn, ARRAY_LEN(lens) - (size_t)_i);
    buf_finish(&extension);
    buf_finish(&bytes);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("client_hello");
    TCase *t = tcase_create("client_hello");
    tcase_add_loop_test(t, each_extension_has_its_member, 0,
                        (int)ARRAY_LEN(extensions));
    tcase_add_loop_test(t, names_fill_the_room, 0, 2);
    tcase_add_loop_test(t, names_beyond_the_room_are_left_out, 0, 2);
    suite_add_tcase(s, t);
    return s;
}
