/* SPDX-License-Identifier: MIT
 *
 * server/site/site_host: which names are origins of their own, what a site is like
 * under them, and when a request is for another host than the handshake.
 */
#include "site/site_host.h"
#include "support/check_main.h"

#include <stdio.h>
#include <string.h>

static struct recipe_book book;

static void set_up(void)
{
    struct err err = ERR_INIT;
    ck_assert_msg(recipe_book_load(&book, &err) == 0, "%s", err.text);
}

static void tear_down(void)
{
    recipe_book_finish(&book);
}

#define REQUIRE SSL_FLAGS_REQUIRE
#define LONG_50 "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"

/* clang-format off */
static const struct {
    const char *name; /* NULL = no SNI */
    bool found;
    enum ssl_flags flags;
    const char *recipe; /* NULL = none */
    bool as_200;
    bool is_desk;
} names[] = {
    { "require.localhost",        true,  REQUIRE,          NULL,      false, false },
    { "accept.localhost",         true,  SSL_FLAGS_ACCEPT, NULL,      false, false },
    { "ignore.localhost",         true,  SSL_FLAGS_IGNORE, NULL,      false, false },
    { "desk.localhost",           true,  SSL_FLAGS_IGNORE, NULL,      false, true },
    { "ACCEPT.LocalHost",         true,  SSL_FLAGS_ACCEPT, NULL,      false, false },
    { "accept.localhost.",        true,  SSL_FLAGS_ACCEPT, NULL,      false, false },
    { "expired.localhost",        true,  REQUIRE,          "expired", false, false },
    { "none.localhost",           true,  REQUIRE,          "none",    false, false },
    { "expired.as200.localhost",  true,  REQUIRE,          "expired", true,  false },
    { "accept.as200.localhost",   true,  SSL_FLAGS_ACCEPT, NULL,      true,  false },
    { "expired-3f.again.localhost", true, REQUIRE,         "expired", false, false },
    { "accept-0.again.localhost", true,  SSL_FLAGS_ACCEPT, NULL,      false, false },
    { "eku-server-1.again.localhost", true, REQUIRE, "eku-server",    false, false },
    { "eku-server.again.localhost", false, 0, NULL, false, false },
    { "expired-.again.localhost", false, 0, NULL, false, false },
    { "-3f.again.localhost",      false, 0, NULL, false, false },
    { "expired-3f.localhost",     false, 0, NULL, false, false },
    { NULL,                       false, 0, NULL, false, false },
    { "",                         false, 0, NULL, false, false },
    { ".",                        false, 0, NULL, false, false },
    { "localhost",                false, 0, NULL, false, false },
    { ".localhost",               false, 0, NULL, false, false },
    { "as200.localhost",          false, 0, NULL, false, false },
    { ".as200.localhost",         false, 0, NULL, false, false },
    { "a.expired.localhost",      false, 0, NULL, false, false },
    { "expired.localhost.test",   false, 0, NULL, false, false },
    { "expired.example",          false, 0, NULL, false, false },
    { "accept.localhost..",       false, 0, NULL, false, false },
    { "no-such-case.localhost",   false, 0, NULL, false, false },
    { "127.0.0.1",                false, 0, NULL, false, false },
    { LONG_50 LONG_50 LONG_50 ".localhost", false, 0, NULL, false, false },
};
/* clang-format on */

START_TEST(name_row)
{
    struct site_host host = { .flags = REQUIRE };
    const char *name = names[_i].name;
    const char *label = name == NULL ? "no name" : name;
    bool found = site_host_find(&book.cases, name, &host);

    ck_assert_msg(found == names[_i].found, "%s", label);
    if (found) {
        ck_assert_msg(host.flags == names[_i].flags, "%s", label);
        ck_assert_msg(host.as_200 == names[_i].as_200, "%s", label);
        ck_assert_msg(host.is_desk == names[_i].is_desk, "%s", label);
        ck_assert_msg((host.recipe != NULL) == (names[_i].recipe != NULL) &&
                          (host.recipe == NULL ||
                           strcmp(host.recipe->name, names[_i].recipe) == 0),
                      "%s", label);
    }
}
END_TEST

/* What is minted comes and goes while a connection stays. */
START_TEST(a_minted_name)
{
    struct recipe row = { .name = "mine" };
    struct recipe_table minted = { .recipes = &row, .n_recipes = 1 };
    struct site_host host;
    ck_assert(!site_host_find(&book.cases, "mine.mint.localhost", &host));
    book.cases.more = &minted;
    ck_assert(site_host_find(&book.cases, "Mine.MINT.localhost", &host));
    ck_assert(host.flags == REQUIRE && !site_host_is_gone(&host));
    ck_assert_ptr_eq(site_host_recipe(&host), &row);
    row.name = "another";
    ck_assert(site_host_is_gone(&host));
    ck_assert_ptr_null(site_host_recipe(&host));
    ck_assert(site_host_find(&book.cases, "mine.mint.localhost", &host));
    ck_assert(host.flags == SSL_FLAGS_IGNORE && site_host_is_gone(&host));
    row.name = "mine";
    ck_assert(!site_host_is_gone(&host));
    ck_assert(!site_host_find(&book.cases, "a.mine.mint.localhost", &host));
    ck_assert(!site_host_find(&book.cases, ".mint.localhost", &host));
    ck_assert(!site_host_find(&book.cases, "mint.localhost", &host));
    ck_assert(
        !site_host_find(&book.cases, LONG_50 "bbbbbbbbbbbbbbb.mint.localhost", &host));
    ck_assert(site_host_find(&book.cases, "expired.localhost", &host) &&
              strcmp(site_host_recipe(&host)->name, "expired") == 0);
    ck_assert(!site_host_is_gone(&host));
    book.cases.more = NULL;
}
END_TEST

/* Every case is one label of a host name (RFC 1035 2.3.1), so it has an origin. */
START_TEST(every_case_has_an_origin)
{
    for (size_t i = 0; i < book.cases.n_recipes; i++) {
        char name[128];
        struct site_host host;
        (void)snprintf(name, sizeof(name), "%s.localhost", book.cases.recipes[i].name);
        ck_assert_msg(site_host_find(&book.cases, name, &host), "%s", name);
        ck_assert_ptr_eq(host.recipe, &book.cases.recipes[i]);
    }
}
END_TEST

START_TEST(view)
{
    struct site_view v;
    const struct config_listen site = { .flags = SSL_FLAGS_ACCEPT };
    const struct config_listen plain = { .flags = SSL_FLAGS_ACCEPT, .plain = true };

    site_view_init(&v, &site, &book.cases, "expired.localhost");
    ck_assert(v.listen.flags == REQUIRE && v.host.recipe != NULL);
    site_view_init(&v, &site, &book.cases, "example.test");
    ck_assert(v.listen.flags == SSL_FLAGS_ACCEPT && v.host.recipe == NULL);
    site_view_init(&v, &site, &book.cases, NULL);
    ck_assert(v.listen.flags == SSL_FLAGS_ACCEPT && v.host.recipe == NULL);
    const struct config_listen own = { .flags = SSL_FLAGS_ACCEPT,
                                       .host = "expired.as200" };
    site_view_init(&v, &own, &book.cases, NULL);
    ck_assert(v.listen.flags == REQUIRE && v.host.as_200 &&
              strcmp(v.host.recipe->name, "expired") == 0);
    site_view_init(&v, &own, &book.cases, "localhost");
    ck_assert(v.listen.flags == REQUIRE && v.host.as_200);
    site_view_init(&v, &own, &book.cases, "ignore.localhost");
    ck_assert(v.listen.flags == SSL_FLAGS_IGNORE && !v.host.as_200);
    site_view_init(&v, &plain, &book.cases, "require.localhost");
    ck_assert(v.listen.flags == SSL_FLAGS_ACCEPT && v.listen.plain);
}
END_TEST

static const struct {
    struct config_listen listen;
    const char *says; /* NULL = nothing */
} checks[] = {
    { { .host = "" }, NULL },
    { { .host = "expired" }, NULL },
    { { .host = "accept.as200" }, NULL },
    { { .host = "EXPIRED" }, NULL },
    { { .host = "no-such-case" }, "host=no-such-case: that is no case" },
    { { .host = "expired.localhost" }, "that is no case" },
    { { .host = "expired", .plain = true }, "only a site that judges" },
    { { .host = "expired", .roles = CONFIG_ROLE_DESK }, "only a site that judges" },
};

START_TEST(check_row)
{
    static struct config config;
    struct err err = ERR_INIT;
    config.listen[0] = (struct config_listen){ .flags = REQUIRE };
    config.listen[1] = checks[_i].listen;
    config.n_listen = 2;
    int result = site_host_check(&config, &book.cases, &err);
    ck_assert_msg((result == 0) == (checks[_i].says == NULL), "%s",
                  checks[_i].listen.host);
    ck_assert_msg(checks[_i].says == NULL || strstr(err.text, checks[_i].says) != NULL,
                  "%s", err.text);
}
END_TEST

static const struct {
    const char *server_name;
    const char *host;
    bool misdirected;
} requests[] = {
    { "localhost", "localhost", false },
    { "localhost", "LOCALHOST", false },
    { "localhost.", "localhost", false },
    { "localhost", "localhost.", false },
    { NULL, "localhost", false },
    { NULL, "127.0.0.1", false },
    { "localhost", "", false },
    { "localhost", "127.0.0.1", true },
    { "localhost", "accept.localhost", true },
    { "accept.localhost", "localhost", true },
    { "accept.localhost", "require.localhost", true },
    { "localhost", "localhost..", true },
    { "localhost", LONG_50 LONG_50 LONG_50, true },
    { LONG_50 LONG_50 LONG_50, LONG_50 LONG_50 LONG_50, false },
};

START_TEST(request_row)
{
    ck_assert_msg(
        site_host_is_misdirected(requests[_i].server_name, requests[_i].host) ==
            requests[_i].misdirected,
        "row %d", _i);
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("site_host");
    TCase *tcase = tcase_create("site_host");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_minted_name);
    tcase_add_loop_test(tcase, name_row, 0, (int)ARRAY_LEN(names));
    tcase_add_test(tcase, every_case_has_an_origin);
    tcase_add_test(tcase, view);
    tcase_add_loop_test(tcase, check_row, 0, (int)ARRAY_LEN(checks));
    tcase_add_loop_test(tcase, request_row, 0, (int)ARRAY_LEN(requests));
    suite_add_tcase(s, tcase);
    return s;
}
