/* SPDX-License-Identifier: MIT
 *
 * RFC 8446 4.1.3 (ServerHello, HelloRetryRequest), 4.2.8 (key_share); RFC 5246
 * 7.4.3 (ServerKeyExchange), 7.4.4 (CertificateRequest); RFC 8422 5.4 (curves).
 */
#include "tls/server_flight.h"

#include "pki/name.h"
#include "tls/wire.h"

#include <string.h>

#define RECORD_CHANGE_CIPHER_SPEC 20
#define RECORD_HANDSHAKE          22
#define RANDOM_LEN                32
#define EXT_SUPPORTED_VERSIONS    43
#define EXT_KEY_SHARE             51
#define CURVE_TYPE_NAMED          3

enum {
    MESSAGE_SERVER_HELLO = 2,
    MESSAGE_SERVER_KEY_EXCHANGE = 12,
    MESSAGE_CERTIFICATE_REQUEST = 13,
    MESSAGE_SERVER_HELLO_DONE = 14,
};

/* RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest" */
static const uint8_t retry_random[RANDOM_LEN] = {
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
    0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
    0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c
};

void server_flight_init(struct server_flight *flight)
{
    memset(flight, 0, sizeof *flight);
    flight->bytes.limit = SERVER_FLIGHT_SIZE_MAX;
    flight->messages.limit = SERVER_FLIGHT_SIZE_MAX;
    flight->ca_names.limit = SERVER_FLIGHT_SIZE_MAX;
}

void server_flight_finish(struct server_flight *flight)
{
    buf_finish(&flight->bytes);
    buf_finish(&flight->messages);
    buf_finish(&flight->ca_names);
}

static void read_server_hello(struct server_flight *flight, struct slice body)
{
    struct slice random, ignored, list, extension;
    size_t number;
    bool is_tls13 = false;

    if (!wire_read_number(&body, 2, &number) ||
        !wire_read_bytes(&body, RANDOM_LEN, &random) ||
        !wire_read_vector(&body, 1, &ignored) || !wire_read_bytes(&body, 3, &ignored) ||
        !wire_read_vector(&body, 2, &list)) {
        return;
    }
    while (wire_read_number(&list, 2, &number) &&
           wire_read_vector(&list, 2, &extension)) {
        if (number == EXT_SUPPORTED_VERSIONS) {
            is_tls13 = true;
        } else if (number == EXT_KEY_SHARE &&
                   wire_read_number(&extension, 2, &number)) {
            flight->group = (uint16_t)number;
        }
    }
    /* Everything after this is encrypted in TLS 1.3, except after a retry. */
    flight->done = is_tls13 && memcmp(random.data, retry_random, RANDOM_LEN) != 0;
}

/* Either a named curve with a point, or the three numbers of finite-field Diffie-
 * Hellman; the first byte of the latter is the high byte of a length: 0 or 1. */
static void read_key_exchange(struct server_flight *flight, struct slice body)
{
    struct slice part;
    size_t number;

    if (body.len > 0 && body.data[0] == CURVE_TYPE_NAMED) {
        if (!wire_read_number(&body, 1, &number) ||
            !wire_read_number(&body, 2, &number) ||
            !wire_read_vector(&body, 1, &part)) {
            return;
        }
        flight->group = (uint16_t)number;
    } else {
        for (int i = 0; i < 3; i++) {
            if (!wire_read_vector(&body, 2, &part)) {
                return;
            }
        }
    }
    if (wire_read_number(&body, 2, &number)) {
        flight->signature = (uint16_t)number;
    }
}

static void read_certificate_request(struct server_flight *flight, struct slice body)
{
    struct slice types, schemes, names;

    flight->certificate_requested = true;
    if (wire_read_vector(&body, 1, &types) && wire_read_vector(&body, 2, &schemes) &&
        wire_read_vector(&body, 2, &names)) {
        buf_clear(&flight->ca_names);
        buf_append_slice(&flight->ca_names, names);
    }
}

static void read_message(struct server_flight *flight, size_t type, struct slice body)
{
    switch (type) {
    case MESSAGE_SERVER_HELLO:
        read_server_hello(flight, body);
        break;
    case MESSAGE_SERVER_KEY_EXCHANGE:
        read_key_exchange(flight, body);
        break;
    case MESSAGE_CERTIFICATE_REQUEST:
        read_certificate_request(flight, body);
        break;
    case MESSAGE_SERVER_HELLO_DONE:
        flight->done = true;
        break;
    default:
        break;
    }
}

static void read_messages(struct server_flight *flight)
{
    struct slice rest = buf_slice(&flight->messages);
    struct slice body;
    size_t type;

    while (!flight->done) {
        struct slice message = rest;
        if (!wire_read_number(&message, 1, &type) ||
            !wire_read_vector(&message, 3, &body)) {
            break;
        }
        read_message(flight, type, body);
        rest = message;
    }
    buf_consume(&flight->messages, flight->messages.len - rest.len);
}

static void read_records(struct server_flight *flight)
{
    struct slice rest = buf_slice(&flight->bytes);
    struct slice payload;
    size_t type, version;

    while (!flight->done) {
        struct slice record = rest;
        if (!wire_read_number(&record, 1, &type) ||
            !wire_read_number(&record, 2, &version) ||
            !wire_read_vector(&record, 2, &payload)) {
            break;
        }
        if (type == RECORD_HANDSHAKE) {
            buf_append_slice(&flight->messages, payload);
            read_messages(flight);
        } else if (type != RECORD_CHANGE_CIPHER_SPEC) {
            flight->done = true; /* an alert, or encrypted */
        }
        rest = record;
    }
    buf_consume(&flight->bytes, flight->bytes.len - rest.len);
}

void server_flight_feed(struct server_flight *flight, struct slice records)
{
    if (flight->done) {
        return;
    }
    flight->n_seen += records.len;
    buf_append_slice(&flight->bytes, records);
    read_records(flight);
    if (flight->n_seen > SERVER_FLIGHT_SIZE_MAX || !buf_ok(&flight->bytes) ||
        !buf_ok(&flight->messages)) {
        flight->done = true;
    }
    if (flight->done) {
        buf_finish(&flight->bytes);
        buf_finish(&flight->messages);
    }
}

void server_flight_take_ca_list(struct server_flight *flight, struct slice body)
{
    struct slice names;
    if (wire_read_vector(&body, 2, &names)) {
        buf_clear(&flight->ca_names);
        buf_append_slice(&flight->ca_names, names);
    }
}

bool server_flight_names_ca(const struct server_flight *flight, struct slice issuer)
{
    struct slice rest = buf_slice(&flight->ca_names);
    struct slice name;

    if (rest.len == 0) {
        return true;
    }
    while (wire_read_vector(&rest, 2, &name)) {
        if (name_equal(name, issuer)) {
            return true;
        }
    }
    return false;
}
