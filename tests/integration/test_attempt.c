/* SPDX-License-Identifier: MIT
 *
 * client/attempt/attempt against servers that do what servers do, well or not, in this
 * process and on ports of the system's choice: every way to end has its row.
 */
#include "attempt/attempt.h"
#include "net/listener.h"
#include "support/check_main.h"
#include "support/loop.h"
#include "support/world.h"
#include "tls/tls.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How long an attempt waits that is to end with a timeout; enough for a handshake
 * on a busy machine. */
#define PATIENCE_MS 1500

/* What the fake server does. The first ones do it as soon as TCP is there. */
enum deed {
    CLOSE_AT_ONCE,
    SPEAK_AT_ONCE, /* the text, without TLS */
    KEEP_SILENT,
    RESET_ON_HELLO,
    ANSWER,          /* the request with the text, then close in order */
    ANSWER_AND_HOLD, /* and leave the connection open */
    CLOSE_ON_READY,
    CLOSE_ON_REQUEST,
    RESET_ON_REQUEST,
    IGNORE_REQUEST,
};

#define PAGE                                                               \
    "<h3>HTTP Error 403.17 - Forbidden</h3><table><tr><th>Error Code</th>" \
    "<td>0x800b0101</td></tr></table>"

static const struct row {
    const char *label;
    bool is_tls;
    enum deed deed;
    const char *text;
    const char *case_name; /* the client's certificate; NULL = none */
    enum attempt_end end;
    enum attempt_phase phase;
    int status;
    int substatus;
} rows[] = {
    { "answer", true, ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "good",
      ATTEMPT_END_ANSWER, ATTEMPT_PHASE_RECEIVE, 200, -1 },
    { "page", true, ANSWER, "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n" PAGE,
      "expired", ATTEMPT_END_ANSWER, ATTEMPT_PHASE_RECEIVE, 403, 17 },
    { "a page about another status", true, ANSWER,
      "HTTP/1.1 500 Broken\r\nConnection: close\r\n\r\n" PAGE, NULL, ATTEMPT_END_ANSWER,
      ATTEMPT_PHASE_RECEIVE, 500, -1 },
    { "answer, connection left open", true, ANSWER_AND_HOLD,
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", NULL, ATTEMPT_END_ANSWER,
      ATTEMPT_PHASE_RECEIVE, 200, -1 },
    { "interim answer first", true, ANSWER,
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", NULL,
      ATTEMPT_END_ANSWER, ATTEMPT_PHASE_RECEIVE, 204, -1 },
    { "plain answer", false, ANSWER, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      NULL, ATTEMPT_END_ANSWER, ATTEMPT_PHASE_RECEIVE, 200, -1 },
    { "cut off in the body", true, ANSWER,
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", NULL, ATTEMPT_END_CUT_OFF,
      ATTEMPT_PHASE_RECEIVE, 200, -1 },
    { "no HTTP", true, ANSWER, "220 mail.example.test ESMTP\r\n", NULL,
      ATTEMPT_END_NOT_HTTP, ATTEMPT_PHASE_RECEIVE, 0, -1 },
    { "closed on the request", true, CLOSE_ON_REQUEST, "", NULL, ATTEMPT_END_CLOSED,
      ATTEMPT_PHASE_RECEIVE, 0, -1 },
    { "closed after the handshake", true, CLOSE_ON_READY, "", NULL, ATTEMPT_END_CLOSED,
      ATTEMPT_PHASE_RECEIVE, 0, -1 },
    { "reset on the request", true, RESET_ON_REQUEST, "", NULL, ATTEMPT_END_RESET,
      ATTEMPT_PHASE_RECEIVE, 0, -1 },
    { "no answer", true, IGNORE_REQUEST, "", NULL, ATTEMPT_END_TIMEOUT,
      ATTEMPT_PHASE_RECEIVE, 0, -1 },
    { "no handshake", true, KEEP_SILENT, "", NULL, ATTEMPT_END_TIMEOUT,
      ATTEMPT_PHASE_HANDSHAKE, 0, -1 },
    { "closed at once", true, CLOSE_AT_ONCE, "", NULL, ATTEMPT_END_CLOSED,
      ATTEMPT_PHASE_HANDSHAKE, 0, -1 },
    { "reset on the ClientHello", true, RESET_ON_HELLO, "", NULL, ATTEMPT_END_RESET,
      ATTEMPT_PHASE_HANDSHAKE, 0, -1 },
    { "another protocol", true, SPEAK_AT_ONCE, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
      NULL, ATTEMPT_END_NOT_TLS, ATTEMPT_PHASE_HANDSHAKE, 0, -1 },
    { "plain HTTP", true, SPEAK_AT_ONCE,
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", NULL,
      ATTEMPT_END_NOT_TLS, ATTEMPT_PHASE_HANDSHAKE, 0, -1 },
};

static const enum tls_version versions[] = { TLS_VERSION_1_2, TLS_VERSION_1_3 };

/* ---- the fake server */

struct fake {
    const struct row *row;
    struct loop loop;
    struct listener listener;
    struct tls_server_config *config;
    struct forge_credential credential;
    struct tls_session *session;
    struct stream stream;
    bool stream_open;
    int held_fd; /* -1 = none */
    bool done;
};

/* Closing then sends RST instead of FIN. */
static void reset(struct fake *fake)
{
    struct linger hard = { 1, 0 };
    uv_os_fd_t fd;
    ck_assert_int_eq(uv_fileno((uv_handle_t *)&fake->stream.tcp, &fd), 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard)), 0);
    stream_abort(&fake->stream);
}

static bool fake_on_first_bytes(void *user, struct slice bytes)
{
    struct fake *fake = user;
    (void)bytes;
    if (fake->row->deed == RESET_ON_HELLO) {
        reset(fake);
    }
    return true;
}

static void fake_on_ready(void *user)
{
    struct fake *fake = user;
    if (fake->row->deed == CLOSE_ON_READY) {
        stream_close(&fake->stream);
    }
}

static void fake_on_data(void *user, struct slice plain)
{
    struct fake *fake = user;
    (void)plain;
    switch (fake->row->deed) {
    case ANSWER:
        stream_write(&fake->stream, slice_from_string(fake->row->text));
        stream_close(&fake->stream);
        break;
    case ANSWER_AND_HOLD:
        stream_write(&fake->stream, slice_from_string(fake->row->text));
        break;
    case CLOSE_ON_REQUEST:
        stream_close(&fake->stream);
        break;
    case RESET_ON_REQUEST:
        reset(fake);
        break;
    case CLOSE_AT_ONCE:
    case RESET_ON_HELLO:
    case SPEAK_AT_ONCE:
    case KEEP_SILENT:
    case CLOSE_ON_READY:
    case IGNORE_REQUEST:
        break;
    }
}

static void fake_on_closed(void *user, enum stream_end reason)
{
    struct fake *fake = user;
    (void)reason;
    fake->stream_open = false;
}

static const struct stream_callbacks fake_callbacks = { .on_first_bytes =
                                                            fake_on_first_bytes,
                                                        .on_ready = fake_on_ready,
                                                        .on_data = fake_on_data,
                                                        .on_closed = fake_on_closed };

static void fake_on_connection(void *user, int fd)
{
    struct fake *fake = user;
    struct err err = ERR_INIT;
    switch (fake->row->deed) {
    case CLOSE_AT_ONCE:
        /* What is unread at close would make it a reset. */
        shutdown(fd, SHUT_WR);
        fake->held_fd = fd;
        return;
    case SPEAK_AT_ONCE:
        ck_assert_int_gt((int)write(fd, fake->row->text, strlen(fake->row->text)), 0);
        fake->held_fd = fd;
        return;
    case KEEP_SILENT:
        fake->held_fd = fd;
        return;
    case ANSWER:
    case ANSWER_AND_HOLD:
    case CLOSE_ON_READY:
    case CLOSE_ON_REQUEST:
    case RESET_ON_HELLO:
    case RESET_ON_REQUEST:
    case IGNORE_REQUEST:
        break;
    }
    if (fake->row->is_tls) {
        ck_assert_msg(tls_session_create_server(fake->config, &fake->session, &err) ==
                          0,
                      "%s", err.text);
    }
    fake->stream_open = true;
    stream_accept(&fake->stream, &fake->loop.uv, fd, fake->session, &fake_callbacks,
                  fake);
}

static const struct listener_callbacks listener_callbacks = { fake_on_connection, NULL,
                                                              NULL };

static struct sockaddr_storage fake_open(struct fake *fake, const struct row *row)
{
    static const char *const names[] = { "localhost" };
    const struct certificate *chain[1];
    struct sockaddr_storage address;
    char text[ADDRESS_TEXT_LEN];
    struct err err = ERR_INIT;
    memset(fake, 0, sizeof(*fake));
    fake->row = row;
    fake->held_fd = -1;
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    loop_init(&fake->loop);
    ck_assert_msg(tls_init(&err) == 0, "%s", err.text);
    ck_assert_msg(
        forge_server(world_get(), names, 1, WORLD_NOW, &fake->credential, &err) == 0,
        "%s", err.text);
    struct certificate *leaf =
        certificate_create(buf_slice(&fake->credential.chain[0]));
    chain[0] = leaf;
    struct tls_server_options options = { .listener = "test",
                                          .chain = chain,
                                          .n_chain = 1,
                                          .key = fake->credential.key,
                                          .ask_certificate = true };
    ck_assert_msg(tls_server_config_create(&options, &fake->config, &err) == 0, "%s",
                  err.text);
    certificate_destroy(leaf);
    ck_assert_int_eq(address_parse("127.0.0.1:0", NULL, &address, &err), 0);
    ck_assert_msg(listener_open(&fake->listener, &fake->loop.uv, &address,
                                &listener_callbacks, fake, &err) == 0,
                  "%s", err.text);
    ck_assert_int_eq(address_parse(address_format(&fake->listener.address, text), NULL,
                                   &address, &err),
                     0);
    return address;
}

static void fake_close(struct fake *fake)
{
    listener_close(&fake->listener);
    if (fake->stream_open) {
        stream_abort(&fake->stream);
    }
    if (fake->held_fd >= 0) {
        close(fake->held_fd);
    }
    loop_finish(&fake->loop);
    tls_session_destroy(fake->session);
    tls_server_config_destroy(fake->config);
    forge_credential_finish(&fake->credential);
}

/* ---- the client */

static struct tls_client_config *make_config(const char *case_name,
                                             enum tls_version version, bool insecure)
{
    const struct world_case *found = case_name == NULL ? NULL : world_case(case_name);
    struct slice chain[CHAIN_PRESENTED_MAX];
    struct tls_client_config *config;
    struct err err = ERR_INIT;
    const struct certificate *cas[] = { forge_authority(world_get(), "stranger") };
    struct tls_client_options options = { .cas = cas,
                                          .n_cas = 1,
                                          .insecure = insecure,
                                          .server_name = "localhost",
                                          .verify_name = !insecure,
                                          .min_version = version,
                                          .max_version = version };
    if (found != NULL) {
        for (size_t i = 0; i < found->credential.n_chain; i++) {
            chain[i] = buf_slice(&found->credential.chain[i]);
        }
        options.chain = chain;
        options.n_chain = found->credential.n_chain;
        options.key = found->credential.key;
    }
    ck_assert_msg(tls_client_config_create(&options, &config, &err) == 0, "%s",
                  err.text);
    return config;
}

static void on_done(void *user)
{
    bool *done = user;
    ck_assert_msg(!*done, "on_done comes twice");
    *done = true;
}

static struct attempt attempt;

static void run(struct fake *fake, const struct sockaddr_storage *addresses,
                size_t n_addresses, struct tls_client_config *config,
                bool has_certificate, struct attempt_result *result)
{
    struct attempt_options options = {
        .addresses = addresses,
        .n_addresses = n_addresses,
        .config = config,
        .has_certificate = has_certificate,
        .request = slice_from_string("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        .max_time_ms = fake->row->end == ATTEMPT_END_TIMEOUT ? PATIENCE_MS : 0,
    };
    attempt_start(&attempt, &fake->loop.uv, &options, result, on_done, &fake->done);
    ck_assert_msg(!fake->done, "on_done inside attempt_start");
    loop_run_until(&fake->loop, &fake->done);
}

START_TEST(ends_are_told)
{
    const struct row *row = &rows[(size_t)_i / ARRAY_LEN(versions)];
    enum tls_version version = versions[(size_t)_i % ARRAY_LEN(versions)];
    struct fake fake;
    struct attempt_result result;
    struct sockaddr_storage address = fake_open(&fake, row);
    struct tls_client_config *config =
        row->is_tls ? make_config(row->case_name, version, true) : NULL;
    run(&fake, &address, 1, config, row->case_name != NULL, &result);
    ck_assert_msg(result.end == row->end, "%s, 1.%d: %s (%s)", row->label,
                  1 + (int)version, attempt_end_name(result.end), result.detail);
    /* How much of the request is out when the server ends it is a race. */
    ck_assert_msg(result.phase == row->phase || (result.phase == ATTEMPT_PHASE_SEND &&
                                                 row->phase == ATTEMPT_PHASE_RECEIVE),
                  "%s: %s", row->label, attempt_phase_name(result.phase));
    ck_assert_msg(result.status == row->status, "%s: %d", row->label, result.status);
    ck_assert_msg(result.substatus == row->substatus, "%s: %d", row->label,
                  result.substatus);
    if (row->is_tls && result.times.ready_us > 0) {
        ck_assert_msg(result.handshake_done && result.server.known &&
                          result.certificate_requested &&
                          result.certificate_sent == (row->case_name != NULL),
                      "%s: facts", row->label);
    }
    tls_client_config_destroy(config);
    attempt_result_finish(&result);
    fake_close(&fake);
}
END_TEST

/* In TLS 1.2 the refusal is a part of the handshake, in TLS 1.3 it comes after it:
 * as an alert, or, from a server that is still at its handshake keys, as a record
 * that cannot be decrypted. */
START_TEST(refusals_are_early_and_late)
{
    static const struct row row = { .label = "wrong key",
                                    .is_tls = true,
                                    .deed = ANSWER,
                                    .text = "HTTP/1.1 200 OK\r\n\r\n" };
    struct fake fake;
    struct attempt_result result;
    struct sockaddr_storage address = fake_open(&fake, &row);
    struct tls_client_config *config = make_config("wrong-key", versions[_i], true);
    run(&fake, &address, 1, config, true, &result);
    if (versions[_i] == TLS_VERSION_1_2) {
        ck_assert_msg(result.end == ATTEMPT_END_ALERT && result.alert_received == 51 &&
                          !result.handshake_done,
                      "%s %d", attempt_end_name(result.end), result.alert_received);
    } else {
        ck_assert_msg((result.end == ATTEMPT_END_LATE_ALERT ||
                       result.end == ATTEMPT_END_BAD_RECORD) &&
                          result.handshake_done && result.phase >= ATTEMPT_PHASE_SEND,
                      "%s", attempt_end_name(result.end));
    }
    ck_assert(attempt_result_is_refusal(&result));
    tls_client_config_destroy(config);
    attempt_result_finish(&result);
    fake_close(&fake);
}
END_TEST

START_TEST(strange_servers_are_not_trusted)
{
    static const struct row row = { .label = "untrusted",
                                    .is_tls = true,
                                    .deed = ANSWER,
                                    .text = "HTTP/1.1 200 OK\r\n\r\n" };
    struct fake fake;
    struct attempt_result result;
    struct sockaddr_storage address = fake_open(&fake, &row);
    struct tls_client_config *config = make_config(NULL, versions[_i], false);
    run(&fake, &address, 1, config, false, &result);
    ck_assert_msg(result.end == ATTEMPT_END_UNTRUSTED, "%s",
                  attempt_end_name(result.end));
    ck_assert_int_eq(attempt_result_curl_exit(&result), 60);
    ck_assert(result.server.problem[0] != 0);
    ck_assert_str_eq(result.server.subject, "localhost");
    tls_client_config_destroy(config);
    attempt_result_finish(&result);
    fake_close(&fake);
}
END_TEST

/* A port that nobody listens at: bound and closed again. */
static struct sockaddr_storage dead_address(void)
{
    struct fake fake;
    struct sockaddr_storage address = fake_open(&fake, &rows[0]);
    fake_close(&fake);
    return address;
}

START_TEST(addresses_are_tried_in_turn)
{
    struct fake fake;
    struct attempt_result result;
    struct sockaddr_storage addresses[3] = { dead_address() };
    addresses[1] = addresses[0];
    addresses[2] = fake_open(&fake, &rows[0]);
    struct tls_client_config *config = make_config(NULL, TLS_VERSION_1_3, true);
    run(&fake, addresses, 3, config, false, &result);
    ck_assert_msg(result.end == ATTEMPT_END_ANSWER, "%s", attempt_end_name(result.end));
    attempt_result_finish(&result);
    fake.done = false;
    run(&fake, addresses, 2, config, false, &result);
    ck_assert_msg(result.end == ATTEMPT_END_UNREACHABLE, "%s",
                  attempt_end_name(result.end));
    ck_assert_int_eq(attempt_result_curl_exit(&result), 7);
    ck_assert(result.detail[0] != 0);
    attempt_result_finish(&result);
    fake.done = false;
    run(&fake, addresses, 0, config, false, &result);
    ck_assert_msg(result.end == ATTEMPT_END_BROKEN, "%s", attempt_end_name(result.end));
    attempt_result_finish(&result);
    tls_client_config_destroy(config);
    fake_close(&fake);
}
END_TEST

/* ---- connections that are asked again */

struct asker {
    struct fake fake;
    struct attempt_result result;
    int n_answers;
    bool has_answer;
};

static struct asker asker;

static void on_answer(void *user)
{
    (void)user;
    ck_assert_msg(!asker.has_answer && !asker.fake.done, "an answer out of turn");
    asker.has_answer = true;
    asker.n_answers++;
}

static void start_asking(const struct row *row, struct tls_client_config *config)
{
    static struct sockaddr_storage address;
    memset(&asker, 0, sizeof(asker));
    address = fake_open(&asker.fake, row);
    struct attempt_options options = {
        .addresses = &address,
        .n_addresses = 1,
        .config = config,
        .request = slice_from_string("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        .on_answer = on_answer,
    };
    attempt_start(&attempt, &asker.fake.loop.uv, &options, &asker.result, on_done,
                  &asker.fake.done);
}

static void await_answer(const char *detail)
{
    loop_run_until(&asker.fake.loop, &asker.has_answer);
    asker.has_answer = false;
    ck_assert_msg(asker.result.end == ATTEMPT_END_ANSWER &&
                      asker.result.status == 200 && asker.result.handshake_done &&
                      asker.result.times.total_us > 0,
                  "%s", detail);
    attempt_result_finish(&asker.result);
    memset(&asker.result, 0xa5, sizeof(asker.result)); /* it is ours again */
}

static void stop_asking(struct tls_client_config *config)
{
    loop_run_until(&asker.fake.loop, &asker.fake.done);
    tls_client_config_destroy(config);
    fake_close(&asker.fake);
}

#define SHORT_ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"

START_TEST(an_open_connection_is_asked_again)
{
    static const struct row row = { .is_tls = true,
                                    .deed = ANSWER_AND_HOLD,
                                    .text = SHORT_ANSWER };
    struct tls_client_config *config = make_config(NULL, versions[_i], true);
    start_asking(&row, config);
    await_answer("the first");
    for (int i = 0; i < 3; i++) {
        attempt_ask(&attempt, &asker.result);
        ck_assert(!asker.has_answer);
        await_answer("another");
    }
    ck_assert_int_eq(asker.n_answers, 4);
    attempt_close(&attempt);
    stop_asking(config);
    ck_assert_int_eq(asker.n_answers, 4);
}
END_TEST

START_TEST(a_server_may_end_a_connection_that_waits)
{
    static const struct row row = { .is_tls = true,
                                    .deed = ANSWER_AND_HOLD,
                                    .text = SHORT_ANSWER };
    struct tls_client_config *config = make_config(NULL, versions[_i], true);
    start_asking(&row, config);
    await_answer("the first");
    stream_close(&asker.fake.stream);
    stop_asking(config);
    ck_assert_int_eq(asker.n_answers, 1);
}
END_TEST

/* It may close, or has said more than the answer: nothing stays open then. */
static const struct row final_rows[] = {
    { .is_tls = true,
      .deed = ANSWER_AND_HOLD,
      .text = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi" },
    { .is_tls = true, .deed = ANSWER_AND_HOLD, .text = SHORT_ANSWER "more" },
    { .is_tls = true,
      .deed = ANSWER_AND_HOLD,
      .text = "HTTP/1.0 200 OK\r\n"
              "Content-Length: 2\r\n\r\nhi" },
};

START_TEST(a_last_answer_ends_it)
{
    struct tls_client_config *config = make_config(NULL, TLS_VERSION_1_3, true);
    start_asking(&final_rows[_i], config);
    stop_asking(config);
    ck_assert_int_eq(asker.n_answers, 0);
    ck_assert_int_eq(asker.result.end, ATTEMPT_END_ANSWER);
    ck_assert_int_eq(asker.result.status, 200);
    attempt_result_finish(&asker.result);
}
END_TEST

START_TEST(a_request_can_be_given_up)
{
    static const struct row row = { .is_tls = true, .deed = IGNORE_REQUEST };
    struct tls_client_config *config = make_config(NULL, versions[_i], true);
    start_asking(&row, config);
    while (attempt.state != ATTEMPT_STATE_RECEIVE) {
        uv_run(&asker.fake.loop.uv, UV_RUN_ONCE);
    }
    attempt_cancel(&attempt);
    ck_assert_msg(!asker.fake.done, "on_done inside attempt_cancel");
    stop_asking(config);
    ck_assert_int_eq(asker.result.end, ATTEMPT_END_BROKEN);
    attempt_result_finish(&asker.result);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("attempt");
    TCase *tc = tcase_create("attempt");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, ends_are_told, 0,
                        (int)(ARRAY_LEN(rows) * ARRAY_LEN(versions)));
    tcase_add_loop_test(tc, refusals_are_early_and_late, 0, ARRAY_LEN(versions));
    tcase_add_loop_test(tc, strange_servers_are_not_trusted, 0, ARRAY_LEN(versions));
    tcase_add_test(tc, addresses_are_tried_in_turn);
    tcase_add_loop_test(tc, an_open_connection_is_asked_again, 0, ARRAY_LEN(versions));
    tcase_add_loop_test(tc, a_server_may_end_a_connection_that_waits, 0,
                        ARRAY_LEN(versions));
    tcase_add_loop_test(tc, a_last_answer_ends_it, 0, (int)ARRAY_LEN(final_rows));
    tcase_add_loop_test(tc, a_request_can_be_given_up, 0, ARRAY_LEN(versions));
    suite_add_tcase(s, tc);
    return s;
}
