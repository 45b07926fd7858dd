/* SPDX-License-Identifier: MIT
 *
 * server/logs/event_bus: the ring, its bounds, who waits and who was overtaken, the
 * filters. server/connection/event_json and lib/why/browser_view: what an
 * event says, whatever a peer sent.
 */
#include "base/mem.h"
#include "connection/event_json.h"
#include "logs/event_bus.h"
#include "support/check_main.h"
#include "support/visit.h"
#include "why/browser_view.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_event(struct event_bus *bus, const char *type, int n)
{
    struct event_text event = { .members = BUF_EMPTY };
    event_text_fact(&event, EVENT_FACT_TYPE, slice_from_string(type));
    event_text_number(&event, "n", n);
    event_bus_add(bus, &event);
    event_text_finish(&event);
}

/* What is read of an event: a new reference. */
static struct json_t *read_event(struct event_text *event)
{
    struct event_bus *bus = event_bus_create(1, EVENT_BUS_BYTES_MAX);
    struct event_bus_entry entry;
    uint64_t since = 0;
    uint64_t lost;
    event_bus_add(bus, event);
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    struct json_t *json = json_loadb((const char *)entry.json.data, entry.json.len,
                                     JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(json);
    event_bus_destroy(bus);
    return json;
}

/* ---- the ring */

START_TEST(numbers_grow_from_one)
{
    struct event_bus *bus = event_bus_create(4, 10000);
    struct event_bus_entry entry;
    uint64_t since = 0;
    uint64_t lost;
    ck_assert(!event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert_uint_eq(event_bus_last(bus), 0);
    add_event(bus, "request", 1);
    add_event(bus, "request", 2);
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert_uint_eq(entry.sequence, 1);
    ck_assert_uint_eq(lost, 0);
    ck_assert(slice_equals_string(entry.json,
                                  "{\"sequence\":1,\"type\":\"request\",\"n\":1}"));
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert_uint_eq(entry.sequence, 2);
    ck_assert(!event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert_uint_eq(since, 2);
    event_bus_destroy(bus);
}
END_TEST

START_TEST(the_oldest_make_room_and_are_counted)
{
    struct event_bus *bus = event_bus_create(4, 10000);
    struct event_bus_entry entry;
    uint64_t since = 0;
    uint64_t lost;
    add_event(bus, "request", 0);
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    for (int i = 1; i < 10; i++) {
        add_event(bus, "request", i);
    }
    ck_assert_uint_eq(event_bus_first(bus), 7);
    ck_assert_uint_eq(event_bus_last(bus), 10);
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert_uint_eq(entry.sequence, 7);
    ck_assert_uint_eq(lost, 5); /* 2 to 6 */
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert_uint_eq(lost, 0);
    event_bus_destroy(bus);
}
END_TEST

START_TEST(bytes_are_bounded)
{
    struct event_bus *bus = event_bus_create(1000, 2000);
    for (int i = 0; i < 500; i++) {
        add_event(bus, "request", i);
        ck_assert_uint_le(event_bus_bytes(bus), 2000);
    }
    ck_assert_uint_gt(event_bus_bytes(bus), 1900);
    ck_assert_uint_eq(event_bus_last(bus), 500);
    event_bus_destroy(bus);
}
END_TEST

START_TEST(a_long_event_is_cut_to_what_it_is)
{
    struct event_bus *bus = event_bus_create(4, EVENT_BUS_BYTES_MAX);
    struct event_text event = { .members = BUF_EMPTY };
    char *text = mem_alloc(EVENT_BUS_TEXT_MAX + 1, 1);
    struct event_bus_entry entry;
    uint64_t since = 0;
    uint64_t lost;
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', EVENT_BUS_TEXT_MAX);
    event_text_fact(&event, EVENT_FACT_TIME, slice_from_string("now"));
    event_text_fact(&event, EVENT_FACT_TYPE, slice_from_string("request"));
    for (size_t i = 0; i < EVENT_BUS_TEXT_MAX / EVENT_TEXT_VALUE_MAX; i++) {
        event_text_put(&event, "path", text); /* each is cut */
    }
    free(text);
    event_bus_add(bus, &event);
    event_text_finish(&event);
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert(slice_equals_string(
        entry.json,
        "{\"sequence\":1,\"time\":\"now\",\"type\":\"request\",\"cut\":true}"));
    event_bus_destroy(bus);
}
END_TEST

START_TEST(without_memory_a_number_is_lost)
{
    struct event_bus *bus = event_bus_create(4, 10000);
    struct event_bus_entry entry;
    uint64_t since = 0;
    uint64_t lost;
    struct event_text failed = { .members = BUF_LIMITED(1) };
    event_text_put(&failed, "type", "request");
    event_bus_add(bus, &failed);
    event_text_finish(&failed);
    add_event(bus, "request", 2);
    ck_assert(event_bus_next(bus, NULL, &since, &lost, &entry));
    ck_assert_uint_eq(entry.sequence, 2);
    ck_assert_uint_eq(lost, 1);
    event_bus_destroy(bus);
}
END_TEST

/* ---- the text */

static const struct {
    const char *label;
    const char *value;
    const char *json;
} strings[] = {
    { "plain", "a b", "\"n\":\"a b\"" },
    { "quotes", "a\"\\", "\"n\":\"a\\\"\\\\\"" },
    { "controls", "\n\x7f", "\"n\":\"\\u000a\\u007f\"" },
    { "two bytes", "\xc3\xa4", "\"n\":\"\\u00e4\"" },
    { "beyond the BMP", "\xf0\x9f\x98\x80", "\"n\":\"\\ud83d\\ude00\"" },
    { "no UTF-8", "\xff\xc3", "\"n\":\"\\ufffd\\ufffd\"" },
};

START_TEST(string_row)
{
    struct event_text event = { .members = BUF_EMPTY };
    event_text_put(&event, "n", strings[_i].value);
    ck_assert_msg(slice_equals_string(buf_slice(&event.members), strings[_i].json),
                  "%s: %s", strings[_i].label, buf_string(&event.members));
    event_text_finish(&event);
}
END_TEST

/* No character is cut in parts. */
START_TEST(a_long_text_is_cut)
{
    struct event_text event = { .members = BUF_EMPTY };
    struct buf text = BUF_EMPTY;
    buf_append_byte(&text, 'a');
    while (text.len <= EVENT_TEXT_VALUE_MAX) {
        buf_append_string(&text, "\xe2\x82\xac");
    }
    event_text_slice(&event, "n", buf_slice(&text));
    const char *json = buf_string(&event.members);
    ck_assert_ptr_null(strstr(json, "\\ufffd"));
    ck_assert_ptr_nonnull(strstr(json, "\\u20ac\\u2026\""));
    buf_finish(&text);
    event_text_finish(&event);
}
END_TEST

START_TEST(a_part_is_taken_over_with_its_facts)
{
    struct event_text part = { .members = BUF_EMPTY };
    struct event_text event = { .members = BUF_EMPTY };
    event_text_fact(&part, EVENT_FACT_SUBJECT, slice_from_string("CN=a"));
    event_text_fact(&event, EVENT_FACT_TYPE, slice_from_string("request"));
    event_text_join(&event, &part);
    event_text_number(&event, "ms", 1);
    ck_assert_str_eq(buf_string(&event.members),
                     "\"type\":\"request\",\"subject\":\"CN=a\",\"ms\":1");
    ck_assert_str_eq(event_text_get_fact(&event, EVENT_FACT_SUBJECT), "CN=a");
    ck_assert_str_eq(event_text_get_fact(&event, EVENT_FACT_TYPE), "request");
    ck_assert_str_eq(event_text_get_fact(&event, EVENT_FACT_STATUS), "");
    event_text_finish(&part);
    event_text_finish(&event);
}
END_TEST

/* ---- watching */

struct watch_test {
    struct event_bus *bus;
    struct event_bus_watcher watcher;
    int told;
    bool leaves;
};

static void on_event(void *user)
{
    struct watch_test *test = user;
    test->told++;
    if (test->leaves) {
        event_bus_leave(test->bus, &test->watcher);
    }
}

START_TEST(watchers_are_told_and_may_leave)
{
    struct event_bus *bus = event_bus_create(4, 10000);
    struct watch_test tests[3];
    for (int i = 0; i < 3; i++) {
        tests[i] = (struct watch_test){ .bus = bus, .leaves = i != 1 };
        tests[i].watcher.on_event = on_event;
        tests[i].watcher.user = &tests[i];
        event_bus_watch(bus, &tests[i].watcher);
    }
    add_event(bus, "request", 1);
    add_event(bus, "request", 2);
    ck_assert_int_eq(tests[0].told, 1);
    ck_assert_int_eq(tests[1].told, 2);
    ck_assert_int_eq(tests[2].told, 1);
    event_bus_leave(bus, &tests[0].watcher);
    event_bus_leave(bus, &tests[1].watcher);
    add_event(bus, "request", 3);
    ck_assert_int_eq(tests[1].told, 2);
    event_bus_destroy(bus);
}
END_TEST

/* ---- filters */

static const struct {
    const char *label;
    const char *subject;
    const char *wanted;
    bool has;
} subjects[] = {
    { "whole", "CN=alice,O=Acme", "CN=alice,O=Acme", true },
    { "first", "CN=alice,O=Acme", "CN=alice", true },
    { "second, other case", "CN=alice,O=Acme", "o=ACME", true },
    { "one of an RDN", "CN=alice+OU=x,O=Acme", "OU=x", true },
    { "a part of a value", "CN=alice,O=Acme", "CN=ali", false },
    { "no type", "CN=alice,O=Acme", "alice", false },
    { "an escaped comma ends nothing", "CN=x\\,CN=alice", "CN=alice", false },
    { "an escaped comma is in a value", "CN=x\\,CN=alice", "CN=x\\,CN=alice", true },
    { "a backslash at the end", "CN=x\\", "CN=x", false },
    { "nothing", "", "CN=alice", false },
};

START_TEST(subject_row)
{
    ck_assert_msg(event_filter_subject_has(subjects[_i].subject, subjects[_i].wanted) ==
                      subjects[_i].has,
                  "%s", subjects[_i].label);
}
END_TEST

static const struct {
    const char *label;
    struct event_filter filter;
    bool takes;
} filters[] = {
    { "anything", { "", "", "" }, true },
    { "type", { "request", "", "" }, true },
    { "other type", { "handshake", "", "" }, false },
    { "status", { "", "403.16", "" }, true },
    { "other status", { "", "403.7", "" }, false },
    { "verdict", { "", "wrong_usage", "" }, true },
    { "subject", { "", "", "cn=alice" }, true },
    { "issued to", { "", "", "alice" }, true },
    { "both", { "", "403.16", "CN=alice" }, true },
    { "one of both", { "", "403.16", "CN=bob" }, false },
};

START_TEST(filter_row)
{
    static const char *const facts[EVENT_FACT_COUNT] = {
        [EVENT_FACT_TYPE] = "request",        [EVENT_FACT_STATUS] = "403.16",
        [EVENT_FACT_VERDICT] = "WRONG_USAGE", [EVENT_FACT_SUBJECT] = "CN=alice,O=Acme",
        [EVENT_FACT_ISSUED_TO] = "alice",
    };
    struct event_text event = { .members = BUF_EMPTY };
    for (int i = 0; i < EVENT_FACT_COUNT; i++) {
        if (facts[i] != NULL) {
            event_text_fact(&event, (enum event_fact)i, slice_from_string(facts[i]));
        }
    }
    ck_assert_msg(event_filter_takes(&filters[_i].filter, &event) == filters[_i].takes,
                  "%s", filters[_i].label);
    event_text_finish(&event);
}
END_TEST

START_TEST(the_ring_is_filtered)
{
    struct event_bus *bus = event_bus_create(8, 10000);
    const struct event_filter filter = { .type = "handshake" };
    struct event_bus_entry entry;
    uint64_t since = 0;
    uint64_t lost;
    for (int i = 0; i < 5; i++) {
        add_event(bus, i == 3 ? "handshake" : "request", i);
    }
    ck_assert(event_bus_next(bus, &filter, &since, &lost, &entry));
    ck_assert_uint_eq(entry.sequence, 4);
    ck_assert_uint_eq(lost, 0);
    ck_assert(!event_bus_next(bus, &filter, &since, &lost, &entry));
    ck_assert_uint_eq(since, 5);
    event_bus_destroy(bus);
}
END_TEST

/* ---- what the browser shows */

static const struct {
    const char *label;
    struct tls_failure failure;
    const char *step;
    bool asked;
    bool timed_out;
    const char *chrome;
    const char *text; /* a part of it */
} views[] = {
    { "bad certificate",
      { .end = TLS_END_OUR_ALERT, .alert_received = -1, .alert_sent = 42 },
      "client-certificate",
      true,
      false,
      "ERR_BAD_SSL_CLIENT_AUTH_CERT",
      "refused the client certificate" },
    { "certificate required",
      { .end = TLS_END_OUR_ALERT, .alert_received = -1, .alert_sent = 116 },
      "client-certificate",
      true,
      false,
      "ERR_BAD_SSL_CLIENT_AUTH_CERT",
      "refused the client certificate" },
    { "version",
      { .end = TLS_END_OUR_ALERT, .alert_received = -1, .alert_sent = 70 },
      "client-hello",
      false,
      false,
      "ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
      "no TLS version" },
    { "an alert without a row",
      { .end = TLS_END_INTERNAL, .alert_received = -1, .alert_sent = 113 },
      "client-hello",
      false,
      false,
      "ERR_SSL_PROTOCOL_ERROR",
      "browser's own" },
    { "our CA is unknown",
      { .end = TLS_END_PEER_ALERT, .alert_received = 48, .alert_sent = -1 },
      "client-certificate",
      true,
      false,
      "ERR_CERT_AUTHORITY_INVALID",
      "root.crt" },
    { "it does not renegotiate",
      { .end = TLS_END_PEER_ALERT, .alert_received = 100, .alert_sent = -1 },
      "client-hello",
      true,
      false,
      "ERR_CONNECTION_RESET",
      "does not renegotiate" },
    { "it asks its user",
      { .end = TLS_END_EOF, .alert_received = -1, .alert_sent = -1 },
      "client-certificate",
      true,
      false,
      NULL,
      "which certificate to show" },
    { "it was not asked",
      { .end = TLS_END_EOF, .alert_received = -1, .alert_sent = -1 },
      "client-finished",
      false,
      false,
      NULL,
      "went away" },
    { "a reset while it asks",
      { .end = TLS_END_NONE, .alert_received = -1, .alert_sent = -1 },
      "client-certificate",
      true,
      false,
      NULL,
      "which certificate to show" },
    { "too early to be asked",
      { .end = TLS_END_EOF, .alert_received = -1, .alert_sent = -1 },
      "start",
      true,
      false,
      NULL,
      "went away" },
    { "too slow",
      { .end = TLS_END_NONE, .alert_received = -1, .alert_sent = -1 },
      "client-certificate",
      true,
      true,
      "ERR_CONNECTION_CLOSED",
      "gave up" },
};

START_TEST(view_row)
{
    const struct tls_info tls = { .certificate_requested = views[_i].asked };
    const struct browser_view view =
        browser_view_get(&views[_i].failure, &tls, views[_i].step, views[_i].timed_out);
    ck_assert_msg(
        (view.chrome == NULL) == (views[_i].chrome == NULL) &&
            (view.chrome == NULL || strcmp(view.chrome, views[_i].chrome) == 0),
        "%s: chrome %s", views[_i].label, view.chrome);
    ck_assert_msg(strstr(view.text, views[_i].text) != NULL, "%s: %s", views[_i].label,
                  view.text);
}
END_TEST

/* ---- events as JSON */

static const struct address local = { "127.0.0.1", 8443 };
static const struct address peer = { "::1", 50000 };
static const struct config_listen site = { .flags = SSL_FLAGS_REQUIRE };

static struct event_json_source make_source(const struct tls_info *tls)
{
    return (struct event_json_source){ .time_ms = 1795348800123, /* 2026-11-22T12:00Z */
                                       .connection = 7,
                                       .local = &local,
                                       .peer = &peer,
                                       .site = &site,
                                       .tls = tls };
}

static const char *text_of(const struct json_t *event, const char *key)
{
    const char *text = json_string_value(json_object_get(event, key));
    return text == NULL ? "(none)" : text;
}

START_TEST(a_failed_handshake)
{
    const struct tls_info tls = { .server_name = "a\"\xff\xe2\x80\xae",
                                  .certificate_requested = true };
    const struct tls_failure failure = { .end = TLS_END_OUR_ALERT,
                                         .alert_received = TLS_ALERT_NONE,
                                         .alert_sent = 42,
                                         .in_handshake = true,
                                         .text = "A sentence." };
    const struct stream_step step = {
        100, 200, 300, 400, "start", "client-certificate"
    };
    const struct event_json_source source = make_source(&tls);
    const struct event_json_handshake handshake = { .failure = &failure,
                                                    .step = "client-certificate",
                                                    .transport = "never used",
                                                    .steps = &step,
                                                    .n_steps = 1,
                                                    .duration_us = 500 };
    struct event_text said = { .members = BUF_EMPTY };
    event_json_handshake(&said, &source, &handshake);
    struct json_t *event = read_event(&said);
    ck_assert_ptr_nonnull(event);
    ck_assert_str_eq(text_of(event, "type"), "handshake");
    ck_assert_str_eq(text_of(event, "outcome"), "failed");
    ck_assert_str_eq(text_of(event, "time"), "2026-11-22T12:00:00.123Z");
    ck_assert_str_eq(text_of(event, "peer"), "[::1]:50000");
    ck_assert_str_eq(text_of(event, "sni"), "a\"\xef\xbf\xbd\xe2\x80\xae");
    ck_assert_str_eq(text_of(event, "reason"), "A sentence.");
    ck_assert_str_eq(text_of(json_object_get(event, "alert_sent"), "name"),
                     "bad_certificate");
    ck_assert_ptr_null(json_object_get(event, "alert_received"));
    ck_assert_str_eq(text_of(json_object_get(event, "browser"), "firefox"),
                     "SSL_ERROR_BAD_CERT_ALERT");
    struct json_t *first = json_array_get(json_object_get(event, "steps"), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(first, "at_us")), 100);
    ck_assert_str_eq(text_of(first, "to"), "client-certificate");
    json_decref(event);
    event_text_finish(&said);
}
END_TEST

/* What the site did with a certificate of that verdict, and the words for it. */
static const struct {
    struct enforcement enforced;
    enum config_dialect dialect;
    const char *words[6]; /* enforced, status, verdict, hresult, fault, dialect */
} ends[] = {
    { { ENFORCE_ALERT, 43, VERDICT_WRONG_USAGE, "EKU" },
      CONFIG_DIALECT_IIS,
      { "alert", "403.16", "WRONG_USAGE", "0x800B0110", "EKU", "(none)" } },
    { { ENFORCE_RESET, -1, VERDICT_CERT_REQUIRED, "" },
      CONFIG_DIALECT_IIS,
      { "reset", "403.7", "CERT_REQUIRED", "0x80070005", "(none)", "(none)" } },
    { { ENFORCE_DROP, -1, VERDICT_OK, "EXPIRED" },
      CONFIG_DIALECT_KESTREL,
      { "close", "(none)", "(none)", "(none)", "EXPIRED", "kestrel" } },
};

START_TEST(a_handshake_that_was_ended_on_purpose)
{
    static const char *const keys[] = { "enforced", "status", "verdict",
                                        "hresult",  "fault",  "dialect" };
    const struct tls_info tls = { .certificate_requested = true };
    const struct tls_failure failure = { .alert_received = -1, .alert_sent = -1 };
    const struct config_listen own = { .flags = SSL_FLAGS_REQUIRE,
                                       .dialect = ends[_i].dialect };
    struct event_json_source source = make_source(&tls);
    const struct event_json_handshake handshake = { .failure = &failure,
                                                    .step = "client-certificate",
                                                    .enforced = &ends[_i].enforced };
    source.site = &own;
    struct event_text said = { .members = BUF_EMPTY };
    event_json_handshake(&said, &source, &handshake);
    struct json_t *event = read_event(&said);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        ck_assert_str_eq(text_of(event, keys[i]), ends[_i].words[i]);
    }
    const struct event_filter filter = { .type = "failed", .verdict = "403.16" };
    ck_assert(event_filter_takes(&filter, &said) ==
              (ends[_i].enforced.verdict == VERDICT_WRONG_USAGE));
    json_decref(event);
    event_text_finish(&said);
}
END_TEST

START_TEST(a_handshake_that_came_to_nothing_in_time)
{
    const struct tls_info tls = { .certificate_requested = true };
    const struct tls_failure failure = { .alert_received = -1, .alert_sent = -1 };
    const struct event_json_source source = make_source(&tls);
    const struct event_json_handshake handshake = { .failure = &failure,
                                                    .timed_out = true,
                                                    .step = "client-certificate" };
    struct event_text said = { .members = BUF_EMPTY };
    event_json_handshake(&said, &source, &handshake);
    struct json_t *event = read_event(&said);
    ck_assert_str_eq(text_of(event, "end"), "timeout");
    ck_assert_ptr_nonnull(strstr(text_of(event, "reason"), "client-certificate"));
    json_decref(event);
    event_text_finish(&said);
}
END_TEST

START_TEST(a_refused_request)
{
    const struct visit visit = { .label = "expired for servers",
                                 .case_name = "expired-server",
                                 .flags = SSL_FLAGS_REQUIRE };
    const struct request request = { .method_text = "GET",
                                     .path = "/x",
                                     .query = "",
                                     .host = "localhost",
                                     .user_agent = "a\nb",
                                     .referer = "" };
    struct visit_result result;
    visit_run(&visit, &result);
    const struct event_json_source source = make_source(NULL);
    const struct event_json_request said = { &request, &result.exchange, 3 };
    struct event_text text = { .members = BUF_EMPTY };
    event_json_request(&text, &source, &said);
    struct json_t *event = read_event(&text);
    event_text_finish(&text);
    ck_assert_str_eq(text_of(event, "type"), "request");
    ck_assert_str_eq(text_of(event, "status"), "403.16");
    ck_assert_str_eq(text_of(event, "verdict"), "WRONG_USAGE");
    ck_assert_str_eq(text_of(event, "hresult"), "0x800B0110");
    ck_assert_str_eq(text_of(event, "user_agent"), "a\nb");
    ck_assert_str_eq(text_of(event, "query"), "(none)");
    struct json_t *finding;
    size_t i;
    int n_decided = 0;
    bool expired = false;
    json_array_foreach(json_object_get(event, "findings"), i, finding)
    {
        if (json_is_true(json_object_get(finding, "decided"))) {
            n_decided++;
            ck_assert_str_eq(text_of(finding, "name"), "EKU_NOT_CLIENT_AUTH");
        }
        expired = expired || strcmp(text_of(finding, "name"), "EXPIRED") == 0;
    }
    ck_assert_int_eq(n_decided, 1);
    ck_assert(expired); /* all faults are told, not only the one that decided */
    json_decref(event);
    visit_finish(&result);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("events");
    TCase *tc = tcase_create("events");
    tcase_add_test(tc, numbers_grow_from_one);
    tcase_add_test(tc, the_oldest_make_room_and_are_counted);
    tcase_add_test(tc, bytes_are_bounded);
    tcase_add_test(tc, a_long_event_is_cut_to_what_it_is);
    tcase_add_test(tc, without_memory_a_number_is_lost);
    tcase_add_loop_test(tc, string_row, 0, (int)ARRAY_LEN(strings));
    tcase_add_test(tc, a_long_text_is_cut);
    tcase_add_test(tc, a_part_is_taken_over_with_its_facts);
    tcase_add_test(tc, watchers_are_told_and_may_leave);
    tcase_add_loop_test(tc, subject_row, 0, (int)ARRAY_LEN(subjects));
    tcase_add_loop_test(tc, filter_row, 0, (int)ARRAY_LEN(filters));
    tcase_add_test(tc, the_ring_is_filtered);
    tcase_add_loop_test(tc, view_row, 0, (int)ARRAY_LEN(views));
    tcase_add_test(tc, a_failed_handshake);
    tcase_add_test(tc, a_handshake_that_came_to_nothing_in_time);
    tcase_add_loop_test(tc, a_handshake_that_was_ended_on_purpose, 0,
                        (int)ARRAY_LEN(ends));
    tcase_add_test(tc, a_refused_request);
    tcase_set_timeout(tc, 60);
    suite_add_tcase(s, tc);
    return s;
}
