/* SPDX-License-Identifier: MIT
 *
 * site/site_iis: IIS's settings in the words of this program.
 */
#include "site/site_iis.h"
#include "support/check_main.h"

static const struct iis_origin somewhere = { "web.config", 1 };

static const struct {
    uint32_t flags;
    enum ssl_flags site;
    bool ssl, ssl128, map_cert, never_asks;
} flags[] = {
    { 0, SSL_FLAGS_IGNORE, false, false, false, false },
    { IIS_SSL, SSL_FLAGS_IGNORE, true, false, false, false },
    { IIS_SSL_128, SSL_FLAGS_IGNORE, true, true, false, false },
    { IIS_SSL_MAP_CERT, SSL_FLAGS_IGNORE, false, false, true, false },
    { IIS_SSL_NEGOTIATE_CERT, SSL_FLAGS_ACCEPT, false, false, false, false },
    { IIS_SSL_REQUIRE_CERT, SSL_FLAGS_REQUIRE, true, false, false, true },
    { IIS_SSL_REQUIRE_CERT | IIS_SSL_NEGOTIATE_CERT, SSL_FLAGS_REQUIRE, true, false,
      false, false },
};

START_TEST(applies_flags)
{
    /* What the site had does not count. */
    struct config_listen site = { .flags = SSL_FLAGS_REQUIRE,
                                  .ssl = true,
                                  .ssl128 = true,
                                  .map_cert = true,
                                  .never_asks = true,
                                  .upload_read_ahead = 7 };
    struct iis_settings settings = { .fault = { .text = NULL } };
    settings.values[IIS_SETTING_SSL_FLAGS] = flags[_i].flags;
    settings.values[IIS_SETTING_READ_AHEAD] = 49152;
    site_iis_apply(&settings, &site);
    ck_assert_int_eq(site.flags, flags[_i].site);
    ck_assert_int_eq(site.ssl, flags[_i].ssl);
    ck_assert_int_eq(site.ssl128, flags[_i].ssl128);
    ck_assert_int_eq(site.map_cert, flags[_i].map_cert);
    ck_assert_int_eq(site.never_asks, flags[_i].never_asks);
    ck_assert_msg(site.upload_read_ahead == 7, "no file says a size");
    settings.origins[IIS_SETTING_READ_AHEAD] = somewhere;
    settings.values[IIS_SETTING_READ_AHEAD] = 0;
    site_iis_apply(&settings, &site);
    ck_assert_msg(site.upload_read_ahead == 0, "a file says 0");
}
END_TEST

START_TEST(a_fault_wants_no_certificate)
{
    static const struct {
        uint32_t hresult;
        enum verdict verdict;
    } faults[] = { { IIS_HRESULT_LOCKED, VERDICT_CONFIG_LOCKED },
                   { IIS_HRESULT_DUPLICATE, VERDICT_CONFIG_DUPLICATE },
                   { IIS_HRESULT_INVALID, VERDICT_CONFIG_INVALID } };
    struct config_listen site = { .flags = SSL_FLAGS_IGNORE };
    struct iis_settings settings = { .fault = { .text = NULL } };
    settings.values[IIS_SETTING_SSL_FLAGS] =
        IIS_SSL_REQUIRE_CERT | IIS_SSL_NEGOTIATE_CERT;
    ck_assert_int_eq(site_iis_verdict(&settings), VERDICT_OK);
    settings.fault.text = "<access> is locked";
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        settings.fault.hresult = faults[i].hresult;
        ck_assert_int_eq(site_iis_verdict(&settings), faults[i].verdict);
        ck_assert_uint_eq(verdict_get(faults[i].verdict)->hresult, faults[i].hresult);
    }
    site_iis_apply(&settings, &site);
    ck_assert_int_eq(site.flags, SSL_FLAGS_IGNORE);
}
END_TEST

START_TEST(says_what_a_file_says)
{
    static const enum config_error_mode modes[] = {
        [IIS_ERRORS_DETAILED_LOCAL_ONLY] = CONFIG_ERRORS_DETAILED_LOCAL_ONLY,
        [IIS_ERRORS_CUSTOM] = CONFIG_ERRORS_CUSTOM,
        [IIS_ERRORS_DETAILED] = CONFIG_ERRORS_DETAILED,
    };
    struct iis_settings settings = { .fault = { .text = NULL } };
    enum config_error_mode mode = CONFIG_ERRORS_CUSTOM;
    bool on = true;
    ck_assert(!site_iis_error_mode(&settings, &mode));
    ck_assert(!site_iis_anonymous(&settings, &on));
    ck_assert(on && mode == CONFIG_ERRORS_CUSTOM);
    settings.origins[IIS_SETTING_ANONYMOUS] = somewhere;
    settings.origins[IIS_SETTING_ERROR_MODE] = somewhere;
    ck_assert(site_iis_anonymous(&settings, &on) && !on);
    settings.values[IIS_SETTING_ANONYMOUS] = 1;
    ck_assert(site_iis_anonymous(&settings, &on) && on);
    for (uint32_t i = 0; i < ARRAY_LEN(modes); i++) {
        settings.values[IIS_SETTING_ERROR_MODE] = i;
        ck_assert(site_iis_error_mode(&settings, &mode) && mode == modes[i]);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("site_iis");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, applies_flags, 0, ARRAY_LEN(flags));
    tcase_add_test(tc, a_fault_wants_no_certificate);
    tcase_add_test(tc, says_what_a_file_says);
    suite_add_tcase(s, tc);
    return s;
}
