/* SPDX-License-Identifier: MIT
 *
 * RFC 8446 5.1 (records), 4.1.2 (ClientHello) and 4.2 (extensions). Every list may
 * be longer than we keep: the rest is skipped, never an error.
 */
#include "tls/client_hello.h"

#include "base/compiler.h"
#include "tls/wire.h"

#include <string.h>

#define RECORD_HANDSHAKE     22
#define RECORD_LEN_MAX       (16384 + 2048)
#define MESSAGE_HEADER_LEN   4
#define MESSAGE_CLIENT_HELLO 1
#define RANDOM_LEN           32

#define STATUS_TYPE_OCSP 1

enum {
    EXT_SERVER_NAME = 0,
    EXT_STATUS_REQUEST = 5,
    EXT_SUPPORTED_GROUPS = 10,
    EXT_SIGNATURE_ALGORITHMS = 13,
    EXT_ALPN = 16,
    EXT_EXTENDED_MASTER_SECRET = 23,
    EXT_SESSION_TICKET = 35,
    EXT_PRE_SHARED_KEY = 41,
    EXT_EARLY_DATA = 42,
    EXT_SUPPORTED_VERSIONS = 43,
    EXT_POST_HANDSHAKE_AUTH = 49,
    EXT_ENCRYPTED_CLIENT_HELLO = 0xfe0d,
};

/* RFC 8701: values that clients insert to keep servers tolerant. */
static bool is_grease(size_t value)
{
    return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

static void read_numbers(struct slice list, uint16_t *numbers, size_t *n)
{
    size_t value;

    *n = 0;
    while (*n < CLIENT_HELLO_LIST_MAX && wire_read_number(&list, 2, &value)) {
        if (!is_grease(value)) {
            numbers[(*n)++] = (uint16_t)value;
        }
    }
}

/* Copies a name, truncated if necessary, up to its first NUL. */
static void copy_name(char name[static CLIENT_HELLO_NAME_MAX], struct slice text)
{
    size_t len =
        text.len < CLIENT_HELLO_NAME_MAX - 1 ? text.len : CLIENT_HELLO_NAME_MAX - 1;

    if (len != 0) {
        memcpy(name, text.data, len);
    }
    name[len] = '\0';
}

/* ---- extensions */

static void read_server_name(struct client_hello *hello, struct slice body)
{
    struct slice names, name;
    size_t type;

    if (wire_read_vector(&body, 2, &names) && wire_read_number(&names, 1, &type) &&
        type == 0 && wire_read_vector(&names, 2, &name)) {
        copy_name(hello->server_name, name);
    }
}

static void read_alpn(struct client_hello *hello, struct slice body)
{
    struct slice names, name;
    size_t end = 0;

    hello->n_alpn = 0;
    if (!wire_read_vector(&body, 2, &names)) {
        return;
    }
    while (hello->n_alpn < CLIENT_HELLO_ALPN_MAX &&
           wire_read_vector(&names, 1, &name)) {
        if (name.len == 2 && is_grease((size_t)name.data[0] << 8 | name.data[1])) {
            continue;
        }
        if (name.len >= sizeof hello->alpn - end) {
            return;
        }
        hello->alpn_at[hello->n_alpn++] = (uint16_t)end;
        if (name.len != 0) {
            memcpy(hello->alpn + end, name.data, name.len);
        }
        end += name.len;
        hello->alpn[end++] = '\0';
    }
}

static void read_versions(struct client_hello *hello, struct slice body)
{
    struct slice list;

    if (wire_read_vector(&body, 1, &list)) {
        read_numbers(list, hello->versions, &hello->n_versions);
    }
}

static void read_groups(struct client_hello *hello, struct slice body)
{
    struct slice list;

    if (wire_read_vector(&body, 2, &list)) {
        read_numbers(list, hello->groups, &hello->n_groups);
    }
}

static void read_signature_algorithms(struct client_hello *hello, struct slice body)
{
    struct slice list;

    if (wire_read_vector(&body, 2, &list)) {
        read_numbers(list, hello->signature_algorithms, &hello->n_signature_algorithms);
    }
}

/* Which responders and extensions it names does not matter: there is one response. */
static void read_status_request(struct client_hello *hello, struct slice body)
{
    struct slice ignored;
    size_t type;

    hello->status_request = wire_read_number(&body, 1, &type) &&
                            type == STATUS_TYPE_OCSP &&
                            wire_read_vector(&body, 2, &ignored) &&
                            wire_read_vector(&body, 2, &ignored) && body.len == 0;
}

static void read_session_ticket(struct client_hello *hello, struct slice body)
{
    hello->session_ticket = true;
    hello->offers_ticket = hello->offers_ticket || body.len > 0;
}

static void read_pre_shared_key(struct client_hello *hello, struct slice body)
{
    struct slice identities, identity;
    size_t age;

    if (!wire_read_vector(&body, 2, &identities)) {
        return;
    }
    while (wire_read_vector(&identities, 2, &identity) &&
           wire_read_number(&identities, 4, &age)) {
        hello->n_psk_identities++;
        hello->offers_ticket = true;
    }
}

static void read_post_handshake_auth(struct client_hello *hello, struct slice body)
{
    (void)body;
    hello->post_handshake_auth = true;
}

static void read_early_data(struct client_hello *hello, struct slice body)
{
    (void)body;
    hello->early_data = true;
}

static void read_extended_master_secret(struct client_hello *hello, struct slice body)
{
    (void)body;
    hello->extended_master_secret = true;
}

static void read_encrypted_client_hello(struct client_hello *hello, struct slice body)
{
    (void)body;
    hello->encrypted_client_hello = true;
}

/* clang-format off */
static const struct {
    size_t type;
    void (*read)(struct client_hello *hello, struct slice body);
} extensions[] = {
    { EXT_SERVER_NAME,            read_server_name },
    { EXT_STATUS_REQUEST,         read_status_request },
    { EXT_SUPPORTED_GROUPS,       read_groups },
    { EXT_SIGNATURE_ALGORITHMS,   read_signature_algorithms },
    { EXT_ALPN,                   read_alpn },
    { EXT_EXTENDED_MASTER_SECRET, read_extended_master_secret },
    { EXT_SESSION_TICKET,         read_session_ticket },
    { EXT_PRE_SHARED_KEY,         read_pre_shared_key },
    { EXT_EARLY_DATA,             read_early_data },
    { EXT_SUPPORTED_VERSIONS,     read_versions },
    { EXT_POST_HANDSHAKE_AUTH,    read_post_handshake_auth },
    { EXT_ENCRYPTED_CLIENT_HELLO, read_encrypted_client_hello },
};
/* clang-format on */

static bool read_extensions(struct client_hello *hello, struct slice list)
{
    while (list.len > 0) {
        struct slice body;
        size_t type;
        if (!wire_read_number(&list, 2, &type) || !wire_read_vector(&list, 2, &body)) {
            return false;
        }
        for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
            if (extensions[i].type == type) {
                extensions[i].read(hello, body);
            }
        }
    }
    return true;
}

/* RFC 8446 4.1.2; in TLS 1.2 the extensions may be absent. */
static bool read_body(struct client_hello *hello, struct slice body)
{
    struct slice ignored, ciphers, list;
    size_t version;

    if (!wire_read_number(&body, 2, &version) ||
        !wire_read_bytes(&body, RANDOM_LEN, &ignored) ||
        !wire_read_vector(&body, 1, &ignored) ||
        !wire_read_vector(&body, 2, &ciphers) ||
        !wire_read_vector(&body, 1, &ignored)) {
        return false;
    }
    hello->legacy_version = (uint16_t)version;
    read_numbers(ciphers, hello->ciphers, &hello->n_ciphers);
    if (body.len == 0) {
        return true;
    }
    return wire_read_vector(&body, 2, &list) && read_extensions(hello, list);
}

/* ---- records */

/* Joins the payloads of the handshake records. */
static enum client_hello_kind join_records(struct slice bytes, struct buf *message)
{
    while (bytes.len > 0) {
        struct slice payload;
        size_t type, version, len;
        struct slice rest = bytes;
        if (!wire_read_number(&rest, 1, &type) ||
            !wire_read_number(&rest, 2, &version) ||
            !wire_read_number(&rest, 2, &len)) {
            return CLIENT_HELLO_PARTIAL;
        }
        if (type != RECORD_HANDSHAKE || version >> 8 != 3 || len == 0 ||
            len > RECORD_LEN_MAX) {
            return CLIENT_HELLO_MALFORMED;
        }
        payload = slice_part(rest, 0, len);
        buf_append_slice(message, payload);
        if (message->len >= MESSAGE_HEADER_LEN) {
            size_t wanted = (size_t)message->data[1] << 16 |
                            (size_t)message->data[2] << 8 | message->data[3];
            if (message->len - MESSAGE_HEADER_LEN >= wanted) {
                return CLIENT_HELLO_TLS;
            }
        }
        if (payload.len < len) {
            return CLIENT_HELLO_PARTIAL;
        }
        bytes = slice_part(rest, len, SIZE_MAX);
    }
    return CLIENT_HELLO_PARTIAL;
}

static enum client_hello_kind read_records(struct slice bytes,
                                           struct client_hello *hello)
{
    struct buf message = BUF_LIMITED(CLIENT_HELLO_SIZE_MAX);
    enum client_hello_kind kind = join_records(bytes, &message);
    struct slice cursor = buf_slice(&message);
    struct slice body;
    size_t type;

    if (!buf_ok(&message)) {
        kind = CLIENT_HELLO_MALFORMED;
    }
    if (message.len > 0 && message.data[0] != MESSAGE_CLIENT_HELLO) {
        kind = CLIENT_HELLO_MALFORMED;
    }
    if (kind == CLIENT_HELLO_TLS &&
        (!wire_read_number(&cursor, 1, &type) || !wire_read_vector(&cursor, 3, &body) ||
         !read_body(hello, body))) {
        kind = CLIENT_HELLO_MALFORMED;
    }
    buf_finish(&message);
    return kind;
}

const char *client_hello_alpn(const struct client_hello *hello, size_t i)
{
    return hello->alpn + hello->alpn_at[i];
}

/* ---- what kind of bytes? */

static const char *const methods[] = { "GET ",    "HEAD ",    "POST ",    "PUT ",
                                       "DELETE ", "OPTIONS ", "CONNECT ", "TRACE ",
                                       "PATCH ",  "PRI " };

/* Compares as many bytes as there are: PARTIAL = more bytes may make it a match. */
static enum client_hello_kind guess_http(struct slice bytes)
{
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        size_t len = strlen(methods[i]);
        size_t have = bytes.len < len ? bytes.len : len;
        if (memcmp(bytes.data, methods[i], have) == 0) {
            return have == len ? CLIENT_HELLO_HTTP : CLIENT_HELLO_PARTIAL;
        }
    }
    return CLIENT_HELLO_GARBAGE;
}

/* RFC 5246 E.2: a two-byte length with the top bit set, then CLIENT-HELLO (1). */
static bool is_ssl2(struct slice bytes)
{
    return bytes.len >= 3 && (bytes.data[0] & 0x80) != 0 && bytes.data[2] == 1;
}

void client_hello_read(struct slice bytes, struct client_hello *ret_hello)
{
    memset(ret_hello, 0, sizeof *ret_hello);
    if (bytes.len == 0) {
        ret_hello->kind = CLIENT_HELLO_PARTIAL;
    } else if (bytes.data[0] == RECORD_HANDSHAKE &&
               (bytes.len < 2 || bytes.data[1] == 3)) {
        ret_hello->kind = read_records(bytes, ret_hello);
    } else if ((bytes.data[0] & 0x80) != 0) {
        ret_hello->kind = is_ssl2(bytes)  ? CLIENT_HELLO_SSL2
                          : bytes.len < 3 ? CLIENT_HELLO_PARTIAL
                                          : CLIENT_HELLO_GARBAGE;
    } else {
        ret_hello->kind = guess_http(bytes);
    }
}
