/* SPDX-License-Identifier: MIT
 *
 * Any bytes as a client's first flight, and as a server's. Reading a beginning of
 * them first must not change what the whole is taken for. Input: where the flight is
 * cut (two bytes), and the bytes.
 */
#include "fuzz.h"

#include "tls/client_hello.h"
#include "tls/server_flight.h"

#include <string.h>

static void check(const struct client_hello *hello)
{
    assert(memchr(hello->server_name, 0, sizeof hello->server_name) != NULL);
    assert(hello->n_alpn <= CLIENT_HELLO_ALPN_MAX);
    for (size_t i = 0; i < hello->n_alpn; i++) {
        assert(hello->alpn_at[i] < sizeof hello->alpn);
        assert(memchr(client_hello_alpn(hello, i), 0,
                      sizeof hello->alpn - hello->alpn_at[i]) != NULL);
    }
    assert(hello->n_versions <= CLIENT_HELLO_LIST_MAX);
    assert(hello->n_ciphers <= CLIENT_HELLO_LIST_MAX);
    assert(hello->n_groups <= CLIENT_HELLO_LIST_MAX);
    assert(hello->n_signature_algorithms <= CLIENT_HELLO_LIST_MAX);
    for (size_t i = 0; i < hello->n_groups; i++) {
        (void)client_hello_group_name(hello->groups[i]);
    }
    for (size_t i = 0; i < hello->n_signature_algorithms; i++) {
        (void)client_hello_signature_name(hello->signature_algorithms[i]);
    }
    for (size_t i = 0; i < hello->n_versions; i++) {
        (void)client_hello_version_name(hello->versions[i]);
    }
}

static void read_flight(struct slice bytes, size_t cut)
{
    struct server_flight whole;
    struct server_flight pieces;
    server_flight_init(&whole);
    server_flight_init(&pieces);
    server_flight_feed(&whole, bytes);
    server_flight_feed(&pieces, slice_part(bytes, 0, cut));
    server_flight_feed(&pieces, slice_part(bytes, cut, bytes.len));
    assert(whole.group == pieces.group && whole.signature == pieces.signature);
    assert(whole.certificate_requested == pieces.certificate_requested);
    assert(slice_equal(buf_slice(&whole.ca_names), buf_slice(&pieces.ca_names)));
    (void)server_flight_names_ca(&whole, slice_part(bytes, cut, bytes.len));
    server_flight_finish(&whole);
    server_flight_finish(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct client_hello part;
    static struct client_hello whole;
    struct slice bytes = { data, len };
    size_t high = fuzz_take_byte(&bytes);
    size_t cut = high << 8 | fuzz_take_byte(&bytes);

    client_hello_read(slice_part(bytes, 0, cut), &part);
    check(&part);
    client_hello_read(bytes, &whole);
    check(&whole);
    assert(part.kind == CLIENT_HELLO_PARTIAL || part.kind == whole.kind);
    read_flight(bytes, cut);
    return 0;
}
