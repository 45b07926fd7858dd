/* SPDX-License-Identifier: MIT
 *
 * like/like: a folder becomes options and lines; lack of memory and too much of
 * everything are survived. tests/integration/like.py has the folders that people have.
 */
#include "base/file.h"
#include "base/mem.h"
#include "chain/windows.h"
#include "like/like.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char dir[TEST_PLACE_MAX];
static struct err err;

static void put(const char *name, const char *text)
{
    char path[FILE_PATH_MAX];
    char folder[FILE_PATH_MAX];
    ck_assert(file_join(path, dir, name));
    memcpy(folder, path, sizeof(folder));
    *strrchr(folder, '/') = 0;
    ck_assert_msg(file_make_folders(folder, &err) == 0, "%s", err.text);
    ck_assert(file_write(path, 0644, slice_from_string(text), &err) == 0);
}

static void setup(void)
{
    test_place(dir, "like");
    ck_assert(mkdtemp(dir) != NULL);
    err = (struct err)ERR_INIT;
}

static void teardown(void)
{
    ck_assert(file_remove_tree(dir, &err) == 0);
}

static struct like *read_it(void)
{
    struct like *like = NULL;
    ck_assert_msg(like_read(dir, &like, &err) == 0, "%s", err.text);
    return like;
}

static const char *value_of(const struct like *like, size_t binding, const char *option)
{
    const struct like_setting *setting = like_find(
        like, binding < like->n_bindings ? &like->bindings[binding] : NULL, option);
    return setting != NULL ? setting->value : "";
}

static bool has_line(const struct like *like, enum like_kind kind, const char *words)
{
    for (size_t i = 0; i < like->n_lines; i++) {
        struct buf text = BUF_EMPTY;
        like_append_line(&text, &like->lines[i]);
        bool found = like->lines[i].kind == kind &&
                     strncmp(buf_string(&text), words, strlen(words)) == 0;
        buf_finish(&text);
        if (found) {
            return true;
        }
    }
    return false;
}

static const char schannel[] =
    "Windows Registry Editor Version 5.00\n\n"
    "[HKEY_LOCAL_"
    "MACHINE\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL]\n"
    "\"ClientAuthTrustMode\"=dword:00000001\n\"SendTrustedIssuerList\"=dword:00000000\n"
    "\"ServerCacheTime\"=dword:000000ff\n\"CertificateMappingMethods\"=dword:0000001f\n"
    "\"EventLogging\"=dword:00000007\n";

static void put_all(void)
{
    put("os.txt", "10.0.20348.169\r\n");
    put("netsh.txt", "    IP:port : 0.0.0.0:443\n    Usage Check : Disabled\n"
                     "    Hostname:port : a.example:443\n    Usage Check : Enabled\n"
                     "    IP:port : [::]:8440\n");
    put("schannel.reg", schannel);
    put("applicationHost.config",
        "<a>\n  <iisClientCertificateMappingAuthentication/>\n</a>\n");
    put("sites/Default Web Site/app/web.config", "<configuration/>");
}

START_TEST(settings)
{
    put_all();
    struct like *like = read_it();
    ck_assert_uint_eq(like->n_bindings, 3);
    ck_assert_str_eq(like->bindings[1].address, "a.example:443");
    ck_assert_uint_eq(like->bindings[0].port, 443);
    ck_assert_uint_eq(like->bindings[0].local_port, 8443);
    ck_assert_uint_eq(like->bindings[1].local_port, 8444);
    ck_assert_uint_eq(like->bindings[2].local_port, 8442); /* the desk has 8440 */
    ck_assert_str_eq(value_of(like, 0, "usagecheck"), "disable");
    ck_assert_str_eq(value_of(like, 1, "usagecheck"), "enable");
    ck_assert_str_eq(value_of(like, 2, "usagecheck"), "");
    ck_assert_str_eq(value_of(like, 1, "clientauthtrustmode"), "1");
    ck_assert_str_eq(value_of(like, 9, "send-trusted-issuer-list"), "disable");
    ck_assert_str_eq(value_of(like, 9, "servercachetime"), "255");
    ck_assert_str_eq(value_of(like, 9, "profile"), "2022");
    ck_assert(strstr(value_of(like, 9, "mapping"), "/applicationHost.config") != NULL);
    ck_assert(strncmp(value_of(like, 9, "iis"), "Default Web Site/app=", 21) == 0);
    ck_assert(like->has_logging && like->logging == 7);
    ck_assert(
        has_line(like, LIKE_TAKEN, "applicationHost.config:2: Certificate mappings"));
    ck_assert(
        has_line(like, LIKE_LEFT_OUT, "schannel.reg:7: CertificateMappingMethods"));
    like_refuse(like, like_find(like, NULL, "profile"), "no \x1b");
    ck_assert(
        has_line(like, LIKE_LEFT_OUT,
                 "os.txt:1: Build 20348: played as Windows Server 2022. Not taken: "
                 "no \\x1b."));
    like_destroy(like);
}
END_TEST

START_TEST(every_lack_of_memory_is_survived)
{
    struct like *like = NULL;
    int result = -1;
    put_all();
    for (size_t n = 1; result != 0; n++) {
        ck_assert_uint_lt(n, 5000);
        mem_fail_after(n);
        result = like_read(dir, &like, &err);
        mem_fail_after(0);
        ck_assert_msg(result == 0 || err.domain == ERR_MEMORY, "%zu: %s", n, err.text);
    }
    ck_assert_uint_eq(like->n_bindings, 3);
    like_destroy(like);
}
END_TEST

START_TEST(too_much_is_left_out)
{
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < 3000; i++) {
        buf_printf(&text, "    IP:port : 0.0.0.0:%zu\n    Usage Check : Maybe\n", i);
    }
    put("netsh.txt", buf_string(&text));
    struct like *like = read_it();
    ck_assert_uint_le(like->n_bindings, LIKE_BINDINGS_MAX);
    ck_assert_uint_eq(like->n_lines, LIKE_LINES_MAX);
    ck_assert_uint_gt(like->n_left_off, 1000);
    like_destroy(like);
    buf_finish(&text);
}
END_TEST

START_TEST(builds)
{
    static const struct {
        unsigned build;
        const char *name;
    } rows[] = { { 9199, NULL },    { 9200, "2012" },  { 9600, "2012R2" },
                 { 14393, "2016" }, { 19045, "2019" }, { 20348, "2022" },
                 { 22631, "2022" }, { 26100, "2025" }, { 99999, "2025" } };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct windows *windows = windows_find_build(rows[i].build);
        ck_assert((windows == NULL) == (rows[i].name == NULL));
        ck_assert(windows == NULL || strcmp(windows->name, rows[i].name) == 0);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("like");
    TCase *c = tcase_create("like");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, 60);
    tcase_add_test(c, settings);
    tcase_add_test(c, every_lack_of_memory_is_survived);
    tcase_add_test(c, too_much_is_left_out);
    tcase_add_test(c, builds);
    suite_add_tcase(s, c);
    return s;
}
