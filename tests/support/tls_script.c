/* SPDX-License-Identifier: MIT */
#include "support/tls_script.h"

#include "tls/tls_alert.h"
#include "tls/wire.h"

#include <check.h>
#include <string.h>

#define KEY_LEN    16
#define NONCE_LEN  12
#define TAG_LEN    16
#define HEADER_LEN 5
#define BYTES(a)   ((struct slice){ (a), sizeof(a) })

enum {
    HS_CLIENT_HELLO = 1,
    HS_SERVER_HELLO = 2,
    HS_CERTIFICATE = 11,
    HS_CERTIFICATE_VERIFY = 15,
    HS_CLIENT_KEY_EXCHANGE = 16,
    HS_FINISHED = 20,
    HS_KEY_UPDATE = 24,
};

static const uint8_t zeros[TLS_SCRIPT_HASH];

/* ---- the key schedule (RFC 8446 7.1) */

static void hash(struct slice text, uint8_t out[TLS_SCRIPT_HASH])
{
    size_t len;
    ck_assert_int_eq(psa_hash_compute(PSA_ALG_SHA_256, text.data, text.len, out,
                                      TLS_SCRIPT_HASH, &len),
                     PSA_SUCCESS);
}

static void hmac(const uint8_t *key, struct slice text, uint8_t out[TLS_SCRIPT_HASH])
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t id;
    size_t len;

    psa_set_key_type(&attributes, PSA_KEY_TYPE_HMAC);
    psa_set_key_algorithm(&attributes, PSA_ALG_HMAC(PSA_ALG_SHA_256));
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_MESSAGE);
    ck_assert_int_eq(psa_import_key(&attributes, key, TLS_SCRIPT_HASH, &id),
                     PSA_SUCCESS);
    ck_assert_int_eq(psa_mac_compute(id, PSA_ALG_HMAC(PSA_ALG_SHA_256), text.data,
                                     text.len, out, TLS_SCRIPT_HASH, &len),
                     PSA_SUCCESS);
    (void)psa_destroy_key(id);
}

/* Never more than one block. */
static void expand(const uint8_t *secret, const char *label, struct slice context,
                   uint8_t *out, size_t len)
{
    struct buf text = BUF_EMPTY;
    uint8_t block[TLS_SCRIPT_HASH];

    ck_assert_uint_le(len, sizeof block);
    buf_append_byte(&text, 0);
    buf_append_byte(&text, (uint8_t)len);
    buf_append_byte(&text, (uint8_t)(strlen("tls13 ") + strlen(label)));
    buf_append_string(&text, "tls13 ");
    buf_append_string(&text, label);
    buf_append_byte(&text, (uint8_t)context.len);
    buf_append_slice(&text, context);
    buf_append_byte(&text, 1);
    hmac(secret, buf_slice(&text), block);
    memcpy(out, block, len);
    buf_finish(&text);
}

static void derive(const uint8_t *secret, const char *label, struct slice transcript,
                   uint8_t out[TLS_SCRIPT_HASH])
{
    uint8_t digest[TLS_SCRIPT_HASH];
    hash(transcript, digest);
    expand(secret, label, BYTES(digest), out, TLS_SCRIPT_HASH);
}

static void use(struct tls_script_keys *keys, const uint8_t *secret)
{
    keys->on = true;
    keys->n = 0;
    memmove(keys->secret, secret, TLS_SCRIPT_HASH);
}

static void start_handshake_keys(struct tls_script *script, struct slice peer)
{
    uint8_t secret[TLS_SCRIPT_HASH];
    uint8_t shared[TLS_SCRIPT_HASH];
    size_t len;

    hmac(zeros, BYTES(zeros), secret);
    derive(secret, "derived", SLICE_EMPTY, secret);
    ck_assert_int_eq(psa_raw_key_agreement(PSA_ALG_ECDH, script->key, peer.data,
                                           peer.len, shared, sizeof shared, &len),
                     PSA_SUCCESS);
    hmac(secret, BYTES(shared), script->handshake_secret);
    derive(script->handshake_secret, "s hs traffic", buf_slice(&script->transcript),
           secret);
    use(&script->in, secret);
    derive(script->handshake_secret, "c hs traffic", buf_slice(&script->transcript),
           script->finished_secret);
    use(&script->out, script->finished_secret);
}

static void start_application_keys(struct tls_script *script)
{
    uint8_t secret[TLS_SCRIPT_HASH];

    derive(script->handshake_secret, "derived", SLICE_EMPTY, secret);
    hmac(secret, BYTES(zeros), secret);
    derive(secret, "c ap traffic", buf_slice(&script->transcript),
           script->client_application);
    derive(secret, "s ap traffic", buf_slice(&script->transcript), secret);
    use(&script->in, secret);
}

static void update(struct tls_script_keys *keys)
{
    uint8_t secret[TLS_SCRIPT_HASH];
    expand(keys->secret, "traffic upd", SLICE_EMPTY, secret, sizeof secret);
    use(keys, secret);
}

/* ---- records */

/* Seals or opens; the record's header is the additional data. */
static void crypt_record(struct tls_script_keys *keys, bool seal, struct slice header,
                         struct slice in, struct buf *out)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    uint8_t key[KEY_LEN];
    uint8_t nonce[NONCE_LEN];
    psa_key_id_t id;
    size_t len;

    expand(keys->secret, "key", SLICE_EMPTY, key, sizeof key);
    expand(keys->secret, "iv", SLICE_EMPTY, nonce, sizeof nonce);
    for (size_t i = 0; i < 8; i++) {
        nonce[NONCE_LEN - 1 - i] ^= (uint8_t)(keys->n >> 8 * i);
    }
    keys->n++;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_AES);
    psa_set_key_algorithm(&attributes, PSA_ALG_GCM);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_ENCRYPT | PSA_KEY_USAGE_DECRYPT);
    ck_assert_int_eq(psa_import_key(&attributes, key, sizeof key, &id), PSA_SUCCESS);
    ck_assert(buf_reserve(out, in.len + TAG_LEN));
    psa_status_t status =
        seal ? psa_aead_encrypt(id, PSA_ALG_GCM, nonce, NONCE_LEN, header.data,
                                header.len, in.data, in.len, out->data + out->len,
                                in.len + TAG_LEN, &len)
             : psa_aead_decrypt(id, PSA_ALG_GCM, nonce, NONCE_LEN, header.data,
                                header.len, in.data, in.len, out->data + out->len,
                                in.len + TAG_LEN, &len);
    ck_assert_int_eq(status, PSA_SUCCESS);
    out->len += len;
    (void)psa_destroy_key(id);
}

static void append_number(struct buf *out, size_t width, size_t value)
{
    while (width-- > 0) {
        buf_append_byte(out, (uint8_t)(value >> 8 * width));
    }
}

static void append_vector(struct buf *out, size_t width, struct slice content)
{
    append_number(out, width, content.len);
    buf_append_slice(out, content);
}

static void append_header(struct buf *out, uint8_t type, size_t len)
{
    buf_append_byte(out, type);
    append_number(out, 2, 0x0303);
    append_number(out, 2, len);
}

/* ---- what the server says */

static void read_server_hello(struct tls_script *script, struct slice body)
{
    struct slice ignored, list, extension, share;
    size_t number;

    script->got_server_hello = true;
    ck_assert(wire_read_bytes(&body, 2 + 32, &ignored) &&
              wire_read_vector(&body, 1, &ignored) &&
              wire_read_bytes(&body, 3, &ignored));
    if (script->is_1_2) {
        return;
    }
    ck_assert(wire_read_vector(&body, 2, &list));
    while (wire_read_number(&list, 2, &number) &&
           wire_read_vector(&list, 2, &extension)) {
        if (number == 51 && wire_read_bytes(&extension, 2, &ignored) &&
            wire_read_vector(&extension, 2, &share)) {
            start_handshake_keys(script, share);
        }
    }
}

static void read_messages(struct tls_script *script)
{
    for (;;) {
        struct slice all = buf_slice(&script->messages);
        struct slice rest = all;
        struct slice body;
        size_t type;
        if (!wire_read_number(&rest, 1, &type) || !wire_read_vector(&rest, 3, &body)) {
            return;
        }
        if (!script->got_server_finished) {
            buf_append(&script->transcript, all.data, all.len - rest.len);
        }
        if (type == HS_SERVER_HELLO) {
            read_server_hello(script, body);
        } else if (type == HS_FINISHED) {
            script->got_server_finished = true;
            start_application_keys(script);
        } else if (type == HS_KEY_UPDATE) {
            script->n_key_updates++;
            update(&script->in);
        }
        buf_consume(&script->messages, all.len - rest.len);
    }
}

static void read_record(struct tls_script *script, size_t type, struct slice payload)
{
    if (type == TLS_RECORD_HANDSHAKE) {
        buf_append_slice(&script->messages, payload);
        read_messages(script);
    } else if (type == TLS_RECORD_ALERT && payload.len == 2) {
        script->alert = payload.data[1];
    } else if (type == TLS_RECORD_DATA) {
        buf_append_slice(&script->echo, payload);
    }
}

static void read_records(struct tls_script *script, struct slice bytes)
{
    struct slice payload;
    size_t type, version;

    while (bytes.len > 0) {
        struct slice header = slice_part(bytes, 0, HEADER_LEN);
        struct buf plain = BUF_EMPTY;
        ck_assert(wire_read_number(&bytes, 1, &type) &&
                  wire_read_number(&bytes, 2, &version) &&
                  wire_read_vector(&bytes, 2, &payload));
        if (script->in.on && type == TLS_RECORD_DATA) {
            crypt_record(&script->in, false, header, payload, &plain);
            while (plain.len > 0 && plain.data[plain.len - 1] == 0) {
                plain.len--;
            }
            ck_assert_uint_gt(plain.len, 0);
            plain.len--;
            read_record(script, plain.data[plain.len], buf_slice(&plain));
        } else {
            read_record(script, type, payload);
        }
        buf_finish(&plain);
    }
}

static void step(struct tls_script *script)
{
    do {
        script->progress = tls_session_step(script->server);
        if (script->progress == TLS_PROGRESS_READY) {
            script->was_ready = true;
        } else if (script->progress == TLS_PROGRESS_DATA) {
            struct buf copy = BUF_EMPTY;
            buf_append_slice(&copy, tls_session_get_plaintext(script->server));
            (void)tls_session_write(script->server, buf_slice(&copy));
            buf_finish(&copy);
        }
        struct slice out = tls_session_get_output(script->server);
        read_records(script, out);
        tls_session_drain(script->server, out.len);
    } while (script->progress == TLS_PROGRESS_READY ||
             script->progress == TLS_PROGRESS_DATA ||
             script->progress == TLS_PROGRESS_WANT_DRAIN);
}

/* ---- what we say */

void tls_script_send_raw(struct tls_script *script, struct slice bytes)
{
    while (bytes.len > 0) {
        size_t taken = tls_session_feed(script->server, bytes);
        bytes = slice_part(bytes, taken, bytes.len);
        step(script);
        ck_assert_uint_gt(taken, 0);
    }
}

void tls_script_send(struct tls_script *script, uint8_t type, struct slice content)
{
    struct buf record = BUF_EMPTY;

    if (script->out.on && type != TLS_RECORD_CCS) {
        struct buf inner = BUF_EMPTY;
        buf_append_slice(&inner, content);
        buf_append_byte(&inner, type);
        append_header(&record, TLS_RECORD_DATA, inner.len + TAG_LEN);
        struct buf header = BUF_EMPTY;
        buf_append_slice(&header, buf_slice(&record));
        crypt_record(&script->out, true, buf_slice(&header), buf_slice(&inner),
                     &record);
        buf_finish(&header);
        buf_finish(&inner);
    } else {
        append_header(&record, type, content.len);
        buf_append_slice(&record, content);
    }
    tls_script_send_raw(script, buf_slice(&record));
    buf_finish(&record);
}

#define FRAGMENT_MAX ((size_t)16 * 1024)

static void send_message(struct tls_script *script, uint8_t type, struct slice body)
{
    struct buf message = BUF_EMPTY;

    buf_append_byte(&message, type);
    append_vector(&message, 3, body);
    if (type != HS_KEY_UPDATE) {
        buf_append_slice(&script->transcript, buf_slice(&message));
    }
    for (size_t at = 0; at < message.len; at += FRAGMENT_MAX) {
        tls_script_send(script, TLS_RECORD_HANDSHAKE,
                        slice_part(buf_slice(&message), at, FRAGMENT_MAX));
    }
    buf_finish(&message);
}

static void append_extensions(struct buf *body, const struct tls_script *script,
                              const struct tls_script_hello *hello)
{
    static const uint8_t versions[] = { 2, 0x03, 0x04 };
    static const uint8_t schemes[] = { 0, 6, 0x04, 0x03, 0x08, 0x04, 0x04, 0x01 };
    struct buf list = BUF_EMPTY;
    struct buf share = BUF_EMPTY;
    uint16_t group = hello->group != 0 ? hello->group : 23;

    append_number(&list, 2, 10);
    append_number(&list, 2, 4);
    append_number(&list, 2, 2);
    append_number(&list, 2, group);
    append_number(&list, 2, 13);
    append_vector(&list, 2, BYTES(schemes));
    if (!hello->is_1_2) {
        append_number(&list, 2, 43);
        append_vector(&list, 2, BYTES(versions));
        append_number(&share, 2, group);
        append_vector(&share, 2,
                      hello->group != 0 ? hello->share : BYTES(script->point));
        append_number(&list, 2, 51);
        append_number(&list, 2, share.len + 2);
        append_vector(&list, 2, buf_slice(&share));
    }
    if (hello->padding > 0) {
        append_number(&list, 2, 21);
        append_number(&list, 2, hello->padding);
        ck_assert(buf_reserve(&list, hello->padding));
        memset(list.data + list.len, 0, hello->padding);
        list.len += hello->padding;
    }
    append_vector(body, 2, buf_slice(&list));
    buf_finish(&share);
    buf_finish(&list);
}

void tls_script_send_hello(struct tls_script *script,
                           const struct tls_script_hello *hello)
{
    struct buf body = BUF_EMPTY;

    script->is_1_2 = hello->is_1_2;
    append_number(&body, 2, 0x0303);
    buf_append(&body, zeros, sizeof zeros);
    buf_append_byte(&body, 0);
    append_number(&body, 2, 2);
    append_number(&body, 2,
                  hello->cipher != 0 ? hello->cipher
                  : hello->is_1_2    ? 0xc02b
                                     : 0x1301);
    buf_append_byte(&body, 1);
    buf_append_byte(&body, 0);
    if (!hello->without_extensions) {
        append_extensions(&body, script, hello);
    }
    send_message(script, HS_CLIENT_HELLO, buf_slice(&body));
    buf_finish(&body);
}

void tls_script_send_certificate(struct tls_script *script, const struct tls_cert *cert)
{
    struct buf body = BUF_EMPTY;
    struct buf list = BUF_EMPTY;

    append_vector(&list, 3, cert->cert->der);
    if (!script->is_1_2) {
        append_number(&list, 2, 0);
        buf_append_byte(&body, 0);
    }
    append_vector(&body, 3, buf_slice(&list));
    send_message(script, HS_CERTIFICATE, buf_slice(&body));
    buf_finish(&list);
    buf_finish(&body);
}

void tls_script_send_key_exchange(struct tls_script *script, const struct slice *point)
{
    struct buf body = BUF_EMPTY;
    append_vector(&body, 1, point != NULL ? *point : BYTES(script->point));
    send_message(script, HS_CLIENT_KEY_EXCHANGE, buf_slice(&body));
    buf_finish(&body);
}

void tls_script_send_certificate_verify(struct tls_script *script,
                                        const struct key *key, enum key_hash with,
                                        uint16_t scheme)
{
    struct buf text = BUF_EMPTY;
    struct buf body = BUF_EMPTY;
    struct buf signature = BUF_EMPTY;
    struct err err = ERR_INIT;
    uint8_t digest[TLS_SCRIPT_HASH];

    if (script->is_1_2) {
        buf_append_slice(&text, buf_slice(&script->transcript));
    } else {
        for (int i = 0; i < 64; i++) {
            buf_append_byte(&text, ' ');
        }
        buf_append_string(&text, "TLS 1.3, client CertificateVerify");
        buf_append_byte(&text, 0);
        hash(buf_slice(&script->transcript), digest);
        buf_append(&text, digest, sizeof digest);
    }
    ck_assert_msg(key_sign(key, with, buf_slice(&text), &signature, &err) == 0, "%s",
                  err.text);
    append_number(&body, 2, scheme);
    append_vector(&body, 2, buf_slice(&signature));
    send_message(script, HS_CERTIFICATE_VERIFY, buf_slice(&body));
    buf_finish(&signature);
    buf_finish(&body);
    buf_finish(&text);
}

void tls_script_send_finished(struct tls_script *script)
{
    uint8_t key[TLS_SCRIPT_HASH];
    uint8_t digest[TLS_SCRIPT_HASH];

    expand(script->finished_secret, "finished", SLICE_EMPTY, key, sizeof key);
    hash(buf_slice(&script->transcript), digest);
    hmac(key, BYTES(digest), digest);
    send_message(script, HS_FINISHED, BYTES(digest));
    use(&script->out, script->client_application);
}

void tls_script_send_key_update(struct tls_script *script, uint8_t request)
{
    send_message(script, HS_KEY_UPDATE, (struct slice){ &request, 1 });
    update(&script->out);
}

/* ---- life */

void tls_script_init(struct tls_script *script, struct tls_server_config *config)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    struct err err = ERR_INIT;
    size_t len;

    memset(script, 0, sizeof *script);
    script->alert = TLS_ALERT_NONE;
    ck_assert_msg(tls_session_create_server(config, &script->server, &err) == 0, "%s",
                  err.text);
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDH);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_DERIVE);
    ck_assert_int_eq(psa_generate_key(&attributes, &script->key), PSA_SUCCESS);
    ck_assert_int_eq(
        psa_export_public_key(script->key, script->point, TLS_SCRIPT_POINT, &len),
        PSA_SUCCESS);
}

void tls_script_finish(struct tls_script *script)
{
    (void)psa_destroy_key(script->key);
    tls_session_destroy(script->server);
    buf_finish(&script->transcript);
    buf_finish(&script->messages);
    buf_finish(&script->echo);
    memset(script, 0, sizeof *script);
}
