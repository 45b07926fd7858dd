/* SPDX-License-Identifier: MIT
 *
 * client/load's pure parts: the histogram, the schedule, both together against a server
 * that stalls; the tally; whom load may be put on.
 */
#include "base/err.h"
#include "load/histogram.h"
#include "load/load_options.h"
#include "load/load_run.h"
#include "load/schedule.h"
#include "load/tally.h"
#include "net/address.h"
#include "support/check_main.h"
#include "tls/tls_alert.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* ---- the histogram */

static struct histogram histogram;

static void begin(void)
{
    memset(&histogram, 0, sizeof(histogram));
}

START_TEST(one_value_is_near_itself)
{
    static const uint64_t values[] = { 0,    1,        127,      128,        129,  255,
                                       256,  257,      258,      1000,       1023, 1024,
                                       9999, 1u << 20, 87654321, 3600000000u };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        begin();
        histogram_record(&histogram, (int64_t)values[i]);
        histogram_record(&histogram, (int64_t)HISTOGRAM_VALUE_MAX);
        uint64_t got = histogram_percentile(&histogram, 50000);
        ck_assert_msg(got >= values[i] && got - values[i] <= values[i] / 128,
                      "%llu is told as %llu", (unsigned long long)values[i],
                      (unsigned long long)got);
    }
}
END_TEST

START_TEST(bounds_hold)
{
    begin();
    ck_assert_uint_eq(histogram_percentile(&histogram, 99000), 0);
    histogram_record(&histogram, -5);
    ck_assert_uint_eq(histogram_percentile(&histogram, 100000), 0);
    histogram_record(&histogram, INT64_MAX);
    ck_assert_uint_eq(histogram_percentile(&histogram, 100000), INT64_MAX);
    ck_assert_uint_eq(histogram_percentile(&histogram, 50000), 0);
    ck_assert_uint_eq(histogram.n, 2);
    ck_assert_uint_eq(histogram.counts[HISTOGRAM_BUCKETS - 1], 1);
}
END_TEST

static int compare(const void *a, const void *b)
{
    const uint64_t *first = a;
    const uint64_t *second = b;
    return (*first > *second) - (*first < *second);
}

/* Against the definition: sorted, the value at the rank. */
START_TEST(percentiles_are_those_of_the_sorted_values)
{
    enum { N = 12345 };
    static uint64_t values[N];
    uint64_t seed = 1;
    begin();
    for (size_t i = 0; i < N; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        values[i] = (seed >> 33) % (1u << (seed >> 60) << 8);
        histogram_record(&histogram, (int64_t)values[i]);
    }
    qsort(values, N, sizeof(values[0]), compare);
    for (size_t i = 0; i < HISTOGRAM_MARKS; i++) {
        uint64_t rank = (N * histogram_marks[i].per_100000 + 99999) / 100000;
        uint64_t want = values[rank - 1];
        uint64_t got = histogram_percentile(&histogram, histogram_marks[i].per_100000);
        ck_assert_msg(got >= want && got - want <= want / 128, "%s: %llu, not %llu",
                      histogram_marks[i].name, (unsigned long long)got,
                      (unsigned long long)want);
    }
    ck_assert_uint_eq(histogram_percentile(&histogram, 100000), values[N - 1]);
}
END_TEST

START_TEST(ranks_are_rounded_up)
{
    begin();
    for (int64_t value = 1; value <= 3; value++) {
        histogram_record(&histogram, value);
    }
    ck_assert_uint_eq(histogram_percentile(&histogram, 33333), 1);
    ck_assert_uint_eq(histogram_percentile(&histogram, 50000), 2);
    ck_assert_uint_eq(histogram_percentile(&histogram, 90000), 3);
}
END_TEST

START_TEST(nobody_is_above_the_maximum)
{
    begin();
    for (size_t i = 0; i < 1000; i++) {
        histogram_record(&histogram, 1000000);
    }
    ck_assert_uint_eq(histogram_percentile(&histogram, 50000), 1000000);
}
END_TEST

/* ---- the schedule */

START_TEST(each_begins_at_its_time)
{
    static const uint64_t rates[] = { 1, 3, 7, 100, 333, 49999, 50000 };
    for (size_t i = 0; i < ARRAY_LEN(rates); i++) {
        struct schedule schedule;
        struct schedule_turn turn;
        schedule_init(&schedule, rates[i], 2000);
        ck_assert_uint_eq(schedule.n_planned, rates[i] * 2);
        for (uint64_t n = 0; n < schedule.n_planned; n++) {
            int64_t at = schedule_next_us(&schedule);
            ck_assert_int_eq(at, (int64_t)(n * 1000000 / rates[i]));
            ck_assert(at == 0 || !schedule_take(&schedule, at - 1, &turn));
            ck_assert(schedule_take(&schedule, at, &turn));
            ck_assert_uint_eq(turn.number, n);
            ck_assert_int_eq(turn.intended_us, at);
            ck_assert(!turn.was_barred);
        }
        ck_assert_int_eq(schedule_next_us(&schedule), SCHEDULE_NEVER);
        ck_assert(!schedule_take(&schedule, INT64_C(1000000000), &turn));
    }
}
END_TEST

START_TEST(a_schedule_has_one_at_least_and_can_end)
{
    struct schedule schedule;
    struct schedule_turn turn;
    schedule_init(&schedule, 1, 10);
    ck_assert_uint_eq(schedule.n_planned, 1);
    schedule_init(&schedule, 10, 10000);
    schedule_end(&schedule, 250000);
    ck_assert_uint_eq(schedule.n_planned, 3);
    while (schedule_take(&schedule, 9000000, &turn)) {
    }
    ck_assert_uint_eq(schedule.n_begun, 3);
    ck_assert_int_eq(turn.intended_us, 200000);
}
END_TEST

/* ---- both, against a server that stalls for a second */

#define SERVICE_US  2000
#define STALL_US    3000000
#define STALL_END   4000000
#define CONNECTIONS 4

/* When the server has answered what came at this time. */
static int64_t answered_at(int64_t now)
{
    int64_t end = now + SERVICE_US;
    return end > STALL_US && now < STALL_END ? STALL_END + SERVICE_US : end;
}

START_TEST(a_stall_of_a_second_shows_in_p99)
{
    static struct histogram closed; /* what counting from the real start would say */
    struct schedule schedule;
    int64_t busy_until[CONNECTIONS] = { 0 };
    uint64_t n_barred = 0;
    begin();
    memset(&closed, 0, sizeof(closed));
    schedule_init(&schedule, 100, 10000);
    for (int64_t now = 0; schedule.n_begun < schedule.n_planned; now += 1000) {
        size_t i = 0;
        while (schedule.n_begun < schedule_due(&schedule, now)) {
            struct schedule_turn turn;
            while (i < CONNECTIONS && busy_until[i] > now) {
                i++;
            }
            if (i == CONNECTIONS) {
                schedule_bar(&schedule, now);
                break;
            }
            ck_assert(schedule_take(&schedule, now, &turn));
            busy_until[i] = answered_at(now);
            n_barred += turn.was_barred;
            histogram_record(&histogram, busy_until[i] - turn.intended_us);
            histogram_record(&closed, busy_until[i] - now);
        }
    }
    ck_assert_uint_eq(histogram.n, 1000);
    ck_assert_uint_ge(histogram_percentile(&histogram, 99000), 850000);
    ck_assert_uint_ge(histogram_percentile(&histogram, 99900), 950000);
    ck_assert_uint_le(histogram_percentile(&histogram, 50000), 3000);
    ck_assert_uint_ge(n_barred, 90);
    ck_assert_uint_le(n_barred, 110);
    /* The trap: only those that had begun show it, one for each connection. */
    ck_assert_uint_le(histogram_percentile(&closed, 99000), 3000);
}
END_TEST

START_TEST(the_client_knows_that_it_was_the_limit)
{
    static struct load_result result;
    result = (struct load_result){ .schedule = { .n_begun = 1000 },
                                   .duration_us = 1000000,
                                   .n_slow = 10,
                                   .n_barred = 900,
                                   .cpu_us = 900000 };
    ck_assert(!load_result_is_overtaxed(&result));
    result.n_slow = 11;
    ck_assert(load_result_is_overtaxed(&result));
    result.n_slow = 0;
    result.cpu_us = 900001;
    ck_assert(load_result_is_overtaxed(&result));
}
END_TEST

/* ---- the tally */

START_TEST(kinds_are_counted_apart)
{
    static struct tally tally;
    struct attempt_result result;
    struct buf name = BUF_EMPTY;
    memset(&tally, 0, sizeof(tally));
    attempt_result_init(&result);
    result.end = ATTEMPT_END_TIMEOUT;
    result.phase = ATTEMPT_PHASE_HANDSHAKE;
    tally_count(&tally, &result, TALLY_UNEXPECTED);
    result.phase = ATTEMPT_PHASE_RECEIVE;
    tally_count(&tally, &result, TALLY_UNEXPECTED);
    result.phase = ATTEMPT_PHASE_SEND;
    tally_count(&tally, &result, TALLY_UNEXPECTED);
    result.end = ATTEMPT_END_LATE_ALERT;
    result.alert_received = 48;
    tally_count(&tally, &result, TALLY_EXPECTED);
    result.end = ATTEMPT_END_ANSWER;
    result.alert_received = TLS_ALERT_NONE;
    result.status = 403;
    result.substatus = 16;
    tally_count(&tally, &result, TALLY_UNJUDGED);
    ck_assert_uint_eq(tally.n_kinds, 4);
    ck_assert_uint_eq(tally.kinds[1].count, 2);
    ck_assert_uint_eq(tally.n_unexpected, 3);
    for (size_t i = 0; i < tally.n_kinds; i++) {
        tally_append_name(&name, &tally.kinds[i]);
        buf_append_byte(&name, '/');
    }
    ck_assert_str_eq(buf_string(&name), "timeout in the handshake/timeout before an "
                                        "answer/late alert 48/403.16/");
    buf_finish(&name);
}
END_TEST

START_TEST(what_a_peer_invents_is_bounded)
{
    static struct tally tally;
    struct attempt_result result;
    memset(&tally, 0, sizeof(tally));
    attempt_result_init(&result);
    result.end = ATTEMPT_END_ANSWER;
    for (int status = 200; status < 300; status++) {
        result.status = status;
        tally_count(&tally, &result, TALLY_UNEXPECTED);
    }
    ck_assert_uint_eq(tally.n_kinds, TALLY_KINDS_MAX);
    ck_assert_uint_eq(tally.n_others, 100 - TALLY_KINDS_MAX);
    ck_assert_uint_eq(tally.n_unexpected, 100);
    result.status = 200;
    tally_count(&tally, &result, TALLY_UNEXPECTED);
    ck_assert_uint_eq(tally.kinds[0].count, 2);
}
END_TEST

/* ---- whom it may be turned on */

static const struct allowed_row {
    const char *address;
    const char *allowed;
    uint64_t rate;
    const char *complaint; /* NULL = it may */
} allowed_rows[] = {
    { "127.0.0.1:1", NULL, 50000, NULL },
    { "127.255.0.9:1", NULL, 10, NULL },
    { "[::1]:1", NULL, 10, NULL },
    { "[::ffff:127.0.0.1]:1", NULL, 10, NULL },
    { "[::ffff:192.0.2.1]:1", NULL, 10, "--allow-host www.example.test" },
    { "192.0.2.1:1", NULL, 10, "--allow-host www.example.test" },
    { "128.0.0.1:1", NULL, 10, "--allow-host www.example.test" },
    { "[2001:db8::1]:1", NULL, 10, "--allow-host www.example.test" },
    { "0.0.0.0:1", NULL, 10, "--allow-host www.example.test" },
    { "192.0.2.1:1", "example.test", 10, "--allow-host www.example.test" },
    { "192.0.2.1:1", "WWW.example.test", 1000, NULL },
    { "192.0.2.1:1", "www.example.test", 1001, "at most 1000 a second" },
};

START_TEST(only_named_hosts_are_loaded)
{
    const struct allowed_row *row = &allowed_rows[_i];
    static struct load_options options;
    struct sockaddr_storage addresses[2];
    struct err err = ERR_INIT;
    memset(&options, 0, sizeof(options));
    ck_assert_int_eq(url_parse("https://www.example.test/", &options.target.url, &err),
                     0);
    ck_assert_int_eq(address_parse("127.0.0.1:1", NULL, &addresses[0], &err), 0);
    ck_assert_msg(address_parse(row->address, NULL, &addresses[1], &err) == 0, "%s",
                  err.text);
    options.allowed_host = row->allowed;
    options.rate = row->rate;
    int result = load_options_allow(&options, addresses, 2, &err);
    if (row->complaint == NULL) {
        ck_assert_msg(result == 0, "%s: %s", row->address, err.text);
    } else {
        ck_assert_msg(result != 0 && strstr(err.text, row->complaint) != NULL, "%s: %s",
                      row->address, err.text);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("load");
    TCase *tc = tcase_create("load");
    tcase_add_test(tc, one_value_is_near_itself);
    tcase_add_test(tc, bounds_hold);
    tcase_add_test(tc, percentiles_are_those_of_the_sorted_values);
    tcase_add_test(tc, ranks_are_rounded_up);
    tcase_add_test(tc, nobody_is_above_the_maximum);
    tcase_add_test(tc, each_begins_at_its_time);
    tcase_add_test(tc, a_schedule_has_one_at_least_and_can_end);
    tcase_add_test(tc, a_stall_of_a_second_shows_in_p99);
    tcase_add_test(tc, the_client_knows_that_it_was_the_limit);
    tcase_add_test(tc, kinds_are_counted_apart);
    tcase_add_test(tc, what_a_peer_invents_is_bounded);
    tcase_add_loop_test(tc, only_named_hosts_are_loaded, 0,
                        (int)ARRAY_LEN(allowed_rows));
    suite_add_tcase(s, tc);
    return s;
}
