/* SPDX-License-Identifier: MIT
 *
 * lib/why/windows_events: which events there are of what is known, their words, and
 * none without memory.
 */
#include "base/mem.h"
#include "support/check_main.h"
#include "why/windows_events.h"

#include <stdio.h>

#define WORKED "36880 The TLS handshake worked: no certificate ends it."
#define FAILED                                                                 \
    "36877 The certificate received from the remote client has not validated " \
    "correctly: 0x800B0109."

static const uint32_t levels[] = { 0, 1, 2, 3, 4, 7 };

static void check(const struct windows_events_input *input, const char *want)
{
    struct windows_event events[WINDOWS_EVENTS_MAX];
    struct buf got = BUF_EMPTY;
    size_t n = windows_events_list(input, events);
    for (size_t i = 0; i < n; i++) {
        ck_assert(buf_ok(&events[i].text));
        ck_assert(i == 0 || events[i].log >= events[i - 1].log);
        buf_printf(&got, "%s%u %s", i > 0 ? "\n" : "", events[i].id,
                   buf_string(&events[i].text));
    }
    ck_assert_str_eq(buf_string(&got), want);
    windows_events_finish(events, n);
    buf_finish(&got);
}

START_TEST(events_of_a_certificate)
{
    struct windows_events_input input = { .is_judged = true,
                                          .name = slice_from_string("Al\xc3\xa9"),
                                          .trust_status = 0x20,
                                          .hresult = 0x800B0109u };
    check(&input,
          WORKED " Written if EventLogging is 4 or more; unless it was set it is 1."
                 "\n" FAILED
                 " Written if EventLogging is 3 or more; unless it was set it is 1."
                 "\n11 BuildChain: subjectName Al\xc3\xa9, TrustStatus "
                 "ErrorStatus 0x20"
                 "\n30 VerifyChainPolicy: subjectName Al\xc3\xa9, Result "
                 "0x800B0109");
    input.hresult = 0;
    input.trust_status = 0;
    check(&input,
          WORKED " Written if EventLogging is 4 or more; unless it was set it is 1."
                 "\n11 BuildChain: subjectName Al\xc3\xa9, TrustStatus "
                 "ErrorStatus 0x0"
                 "\n30 VerifyChainPolicy: subjectName Al\xc3\xa9, Result "
                 "0x00000000");
}
END_TEST

START_TEST(events_without_a_certificate)
{
    /* Its faults are of nobody. */
    struct windows_events_input input = { .hresult = 0x80070005u, .n_left_out = 7 };
    check(&input, "36885 The list of trusted issuers that is sent with the question is "
                  "too long, and was cut: 7 names are left out."
                  "\n" WORKED
                  " Written if EventLogging is 4 or more; unless it was set it is 1.");
}
END_TEST

START_TEST(event_logging)
{
    const uint32_t level = levels[_i];
    struct windows_events_input input = { .is_judged = true,
                                          .hresult = 0x800B0109u,
                                          .logging = &level };
    char want[512];
    snprintf(want, sizeof want,
             WORKED " Written if EventLogging is 4 or more; this server's is %u, so it "
                    "is %swritten.\n" FAILED
                    " Written if EventLogging is 3 or more; this server's is %u, so it "
                    "is %swritten."
                    "\n11 BuildChain: subjectName , TrustStatus ErrorStatus 0x0"
                    "\n30 VerifyChainPolicy: subjectName , Result 0x800B0109",
             (unsigned)level, level < 4 ? "not " : "", (unsigned)level,
             level < 3 ? "not " : "");
    check(&input, want);
}
END_TEST

START_TEST(most_events)
{
    struct windows_event events[WINDOWS_EVENTS_MAX];
    struct windows_events_input input = { .is_judged = true,
                                          .hresult = 1,
                                          .n_left_out = 1 };
    ck_assert_uint_eq(windows_events_list(&input, events), WINDOWS_EVENTS_MAX);
    windows_events_finish(events, WINDOWS_EVENTS_MAX);
    mem_fail_after(1);
    size_t n = windows_events_list(&input, events);
    mem_fail_after(0);
    ck_assert(!buf_ok(&events[0].text));
    windows_events_finish(events, n);
}
END_TEST

START_TEST(titles)
{
    ck_assert_str_eq(windows_log_title(WINDOWS_LOG_SYSTEM),
                     "System log, source Schannel");
    ck_assert_str_eq(windows_log_title(WINDOWS_LOG_CAPI2),
                     "Microsoft-Windows-CAPI2/Operational, once it is enabled");
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("windows_events");
    TCase *t = tcase_create("windows_events");
    tcase_add_test(t, events_of_a_certificate);
    tcase_add_test(t, events_without_a_certificate);
    tcase_add_loop_test(t, event_logging, 0, (int)ARRAY_LEN(levels));
    tcase_add_test(t, most_events);
    tcase_add_test(t, titles);
    suite_add_tcase(s, t);
    return s;
}
