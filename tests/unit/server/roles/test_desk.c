/* SPDX-License-Identifier: MIT
 *
 * The desk's pages: whole, light, and without a request to anywhere;
 * every case with its address and its files; and nothing for those who must not ask.
 */
#include "http/escape.h"
#include "logs/event_bus.h"
#include "roles/role.h"
#include "support/check_main.h"
#include "support/html.h"
#include "support/world.h"
#include "why/why.h"

#include <stdio.h>
#include <string.h>

/* What the desk may weigh, with its style sheets. */
#define WEIGHT_MAX ((size_t)100 * 1000)

struct question {
    const char *path;
    const char *query; /* NULL = "" */
    const char *host;
    const char *peer;
    struct header header; /* name NULL = none */
    const char *user_agent;
    bool no_world;
    bool no_tls;
    bool unsafe_roles;
};

static struct role_answer ask(const struct question *question)
{
    static struct role_services services;
    const struct config config = { .policy = policy_default(),
                                   .windows = windows_default(),
                                   .unsafe_listen = true, /* or no stranger comes */
                                   .unsafe_roles = question->unsafe_roles };
    const struct config_listen site = { .plain = true, .roles = CONFIG_ROLE_DESK };
    const struct site_host host = { .recipe = NULL };
    const struct chain_context context = { .store = world_store(),
                                           .policy = &config.policy,
                                           .now = WORLD_NOW };
    const struct address local = { .ip = "127.0.0.1", .port = 8440 };
    struct address peer = { .ip = "127.0.0.1", .port = 50000 };
    if (question->peer != NULL) {
        (void)snprintf(peer.ip, sizeof(peer.ip), "%s", question->peer);
    }
    const struct request request = {
        .method_text = "GET",
        .target = question->path,
        .path = question->path,
        .query = question->query != NULL ? question->query : "",
        .version_minor = 1,
        .host = question->host != NULL ? question->host : "localhost:8440",
        .host_name = question->host != NULL ? question->host : "localhost",
        .user_agent = question->user_agent != NULL ? question->user_agent : "test",
        .referer = "",
        .headers = &question->header,
        .n_headers = question->header.name != NULL ? 1 : 0,
    };
    const struct exchange_input exchange = {
        .config = &config,
        .site = &site,
        .host = &host,
        .context = &context,
        .local = &local,
        .peer = &peer,
        .request = &request,
    };
    const struct role_input input = { &exchange, &services };
    struct role_answer answer;
    struct err err = ERR_INIT;

    if (services.bus == NULL) {
        services.bus = event_bus_create(1, 1);
        ck_assert_ptr_nonnull(services.bus);
    }
    services.world = question->no_world ? NULL : world_get();
    services.places = (struct places){ .desk = 8440 };
    if (!question->no_tls) {
        services.places.tls = services.places.require = 8443;
        services.places.accept = 8444;
    }
    ck_assert_msg(role_answer(&input, &answer, &err) == 0, "%s: %s", question->path,
                  err.text);
    while (answer.work.run != NULL) {
        struct role_work work = answer.work;
        answer.work = (struct role_work){ .run = NULL };
        role_answer_finish(&answer);
        work.run(work.job);
        ck_assert_msg(role_answer_done(&input, &work, &answer, &err) == 0, "%s: %s",
                      question->path, err.text);
        role_work_finish(&work);
    }
    offers_finish(&services.offers);
    return answer;
}

/* ---- pages */

static const struct {
    const char *label;
    struct question question;
    const char *present;
    const char *absent;
} pages[] = {
    { "the CA", { .path = "/" }, "href=\"/download/certgate-root.crt\"", NULL },
    { "a certificate", { .path = "/" }, "href=\"/download/good.p12\"", NULL },
    { "the password", { .path = "/" }, "<code>certgate</code>", NULL },
    { "a mode", { .path = "/" }, "href=\"https://accept.localhost:8443/\"", NULL },
    { "ports", { .path = "/" }, "href=\"https://localhost:8444/\"", NULL },
    { "which page", { .path = "/" }, "<a href=\"/\" aria-current=\"page\">", NULL },
    { "hidden", { .path = "/" }, "browsers do not offer it", NULL },
    { "a server", { .path = "/" }, "href=\"https://nginx.localhost:8443/\"", NULL },
    { "what browsers offer",
      { .path = "/" },
      "href=\"/download/both-purposes.p12\"",
      "href=\"/download/expired.p12\">expired.p12" },
    { "its system",
      { .path = "/",
        .user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0" },
      "<details open><summary>Firefox, everywhere",
      "<details open><summary>Linux" },
    { "its system, Chromium",
      { .path = "/", .user_agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0" },
      "<details open><summary>Linux: Chrome",
      "<details open><summary>Firefox" },
    { "its system, a phone",
      { .path = "/", .user_agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)" },
      "<details open><summary>iPhone, iPad",
      "<details open><summary>macOS" },
    { "search",
      { .path = "/", .query = "q=CRL-EXP" },
      "<li id=\"case-crl-expired\">",
      "<li id=\"case-good\">" },
    { "search by code",
      { .path = "/", .query = "q=403.17" },
      "<li id=\"case-not-yet-valid\">",
      "<li id=\"case-good\">" },
    { "search by symbol",
      { .path = "/", .query = "q=cert_e_untrusted" },
      "<li id=\"case-unknown-root\">",
      "<li id=\"case-expired\">" },
    { "search, what is shown",
      { .path = "/", .query = "mine=1" },
      "<li id=\"case-revoked\">",
      "<li id=\"case-expired\">" },
    { "search finds nothing",
      { .path = "/", .query = "q=zzzz" },
      "No case fits.",
      "<li id=\"case-" },
    { "search, hostile",
      { .path = "/", .query = "q=%22%3E%3Cscript%3Ealert(1)" },
      "value=\"&quot;&gt;&lt;script&gt;alert(1)\"",
      "<script>alert" },
    { "no test CAs",
      { .path = "/", .no_world = true },
      "bring certificates of your own",
      "/download/" },
    { "no judging site",
      { .path = "/", .no_tls = true },
      "No site that judges",
      "https://" },
    { "2026",
      { .path = "/2026" },
      "href=\"https://eku-server.localhost:8443/\"",
      NULL },
    { "2026, not sent",
      { .path = "/2026" },
      "sends nothing: <span class=\"code bad\">403.7</span>",
      NULL },
    { "why: all",
      { .path = "/why" },
      "<a class=\"mono\" href=\"/why/alert-48\">",
      NULL },
    { "why: marks",
      { .path = "/why/403.17" },
      "<code>w32tm /query /status</code>",
      NULL },
    { "why: what is pasted",
      { .path = "/why", .query = "q=tlsv13+alert+certificate+required" },
      "<h1>alert-116</h1>",
      NULL },
    { "why: a certificate",
      { .path = "/why/403.17",
        .query =
            "sha256=00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF" },
      "- Certificate (SHA-256): "
      "`00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff`",
      NULL },
    { "why: no certificate",
      { .path = "/why/403.17", .query = "sha256=%3Cscript%3E" },
      "- Server: certgated",
      "Certificate (SHA-256)" },
    { "2026, no test CAs",
      { .path = "/2026", .no_world = true },
      "eku-server",
      "/download/" },
};

START_TEST(page_row)
{
    const char *label = pages[_i].label;
    struct role_answer answer = ask(&pages[_i].question);
    const char *html = buf_string(&answer.body);

    ck_assert_msg(answer.response.status == RESPONSE_OK, "%s", label);
    ck_assert_msg(strstr(html, pages[_i].present) != NULL, "%s: no %s in\n%.3000s",
                  label, pages[_i].present, html);
    ck_assert_msg(pages[_i].absent == NULL || strstr(html, pages[_i].absent) == NULL,
                  "%s: %s", label, pages[_i].absent);
    html_check(label, html);
    ck_assert_msg(strstr(html, "{{") == NULL, "%s: a tag is left", label);
    ck_assert_msg(strstr(html, "<script ") == NULL && strstr(html, " src=") == NULL &&
                      strstr(html, "style=\"") == NULL,
                  "%s: something that is fetched, or a style of its own", label);
    ck_assert_msg(answer.body.len < WEIGHT_MAX, "%s: %zu bytes", label,
                  answer.body.len);
    role_answer_finish(&answer);
}
END_TEST

START_TEST(every_case_is_there)
{
    const struct recipe_table *cases = &forge_book(world_get())->cases;
    const struct question question = { .path = "/" };
    struct role_answer answer = ask(&question);
    const char *html = buf_string(&answer.body);

    for (size_t i = 0; i < cases->n_recipes; i++) {
        const struct recipe *recipe = &cases->recipes[i];
        static const char *const forms[] = {
            "<li id=\"case-%s\">",
            "href=\"https://%s.localhost:8443/\"",
            "href=\"https://%s.as200.localhost:8443/\"",
            "href=\"/download/%s.p12\"",
            "href=\"/download/%s-modern.p12\"",
            "href=\"/download/%s.pem\"",
            "href=\"/download/%s.crt\"",
        };
        for (size_t j = 0; j < ARRAY_LEN(forms); j++) {
            char text[256];
            const char *name = strstr(forms[j], "%s");
            (void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(name - forms[j]),
                           forms[j], recipe->name, name + 2);
            bool has = strstr(html, text) != NULL;
            ck_assert_msg(has == (!recipe->is_none || j < 3), "%s: %s", recipe->name,
                          text);
        }
    }
    role_answer_finish(&answer);
}
END_TEST

/* ---- reasons */

START_TEST(every_reason_has_a_page)
{
    struct why_topic topic;
    size_t i = 0;
    for (; why_list(i, &topic); i++) {
        char path[WHY_ID_MAX + sizeof "/why/"];
        char id[WHY_ID_MAX];
        struct buf first = BUF_EMPTY;
        struct buf want = BUF_EMPTY;
        (void)snprintf(path, sizeof path, "/why/%s", why_id(&topic, id));
        const struct question question = { .path = path };
        struct role_answer answer = ask(&question);
        const char *html = buf_string(&answer.body);
        ck_assert_msg(answer.response.status == RESPONSE_OK, "%s", path);
        html_check(path, html);
        why_append_answer(&first, &topic);
        first.len = first.len < 40 ? first.len : 40;
        buf_append_string(&want, "**");
        escape_html(&want, buf_slice(&first));
        ck_assert_msg(strstr(html, buf_string(&want)) != NULL, "%s: no \"%s\"", path,
                      buf_string(&want));
        ck_assert_msg(strstr(html, "\\u{") == NULL, "%s: a line is not one", path);
        ck_assert_msg(answer.body.len < WEIGHT_MAX, "%s", path);
        buf_finish(&first);
        buf_finish(&want);
        role_answer_finish(&answer);
    }
    ck_assert_int_gt((int)i, 90);
}
END_TEST

START_TEST(unknown_reason)
{
    static const struct question questions[] = {
        { .path = "/why/<script>alert(1)</script>" },
        { .path = "/why", .query = "q=%3Cscript%3Ealert(1)%3C/script%3E" },
    };
    for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
        struct role_answer answer = ask(&questions[i]);
        const char *html = buf_string(&answer.body);
        ck_assert_int_eq((int)answer.response.status, RESPONSE_NOT_FOUND);
        html_check(questions[i].path, html);
        ck_assert(strstr(html, "That is not known.") != NULL);
        ck_assert(strstr(html, "&lt;script&gt;alert(1)") != NULL);
        ck_assert(strstr(html, "<script>alert") == NULL);
        role_answer_finish(&answer);
    }
}
END_TEST

/* ---- who may ask */

static const struct {
    const char *label;
    struct question question;
    enum response_status status;
} askers[] = {
    { "here", { .path = "/download/good.p12" }, RESPONSE_OK },
    { "by a name",
      { .path = "/download/good.p12", .host = "desk.localhost" },
      RESPONSE_OK },
    { "a foreign name",
      { .path = "/download/good.p12", .host = "evil.example" },
      RESPONSE_FORBIDDEN },
    { "a foreign page",
      { .path = "/download/good.pem", .header = { "Sec-Fetch-Site", "cross-site" } },
      RESPONSE_FORBIDDEN },
    { "a foreign page, no key",
      { .path = "/download/good.crt", .header = { "Sec-Fetch-Site", "cross-site" } },
      RESPONSE_OK },
    { "from elsewhere, a key",
      { .path = "/download/good.p12", .peer = "192.0.2.7", .unsafe_roles = true },
      RESPONSE_FORBIDDEN },
    { "from elsewhere, no key",
      { .path = "/download/good.crt", .peer = "192.0.2.7", .unsafe_roles = true },
      RESPONSE_OK },
    { "from elsewhere, the root",
      { .path = "/download/certgate-root.crt",
        .peer = "192.0.2.7",
        .unsafe_roles = true },
      RESPONSE_OK },
    { "from elsewhere, the root, not opened",
      { .path = "/download/certgate-root.crt", .peer = "192.0.2.7" },
      RESPONSE_FORBIDDEN },
    { "from elsewhere, what is not there",
      { .path = "/nothing", .peer = "192.0.2.7" },
      RESPONSE_FORBIDDEN },
    { "by ::1", { .path = "/download/good.crt", .peer = "::1" }, RESPONSE_OK },
    { "no test CAs",
      { .path = "/download/good.p12", .no_world = true },
      RESPONSE_UNAVAILABLE },
    { "no such file", { .path = "/download/x" }, RESPONSE_NOT_FOUND },
};

/* Every role, and every path of it that there is: strangers see one sentence. */
START_TEST(strangers_see_nothing)
{
    static const char *const paths[] = {
        "/",
        "/live",
        "/live/events.jsonl",
        "/live/w3c.log",
        "/live/events",
        "/view",
        "/mint",
        "/2026",
        "/why",
        "/ocsp",
        "/ca/root.crt",
        "/crl/issuing.crl",
        "/events",
        "/revocations",
        "/status",
    };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        const struct question question = { .path = paths[i], .peer = "192.0.2.7" };
        struct role_answer answer = ask(&question);
        ck_assert_msg(answer.response.status == RESPONSE_FORBIDDEN, "%s", paths[i]);
        ck_assert_str_eq(buf_string(&answer.body),
                         "Only its own machine is answered here, unless certgated runs "
                         "with --unsafe-roles.\n");
        role_answer_finish(&answer);
    }
}
END_TEST

START_TEST(asker_row)
{
    struct role_answer answer = ask(&askers[_i].question);
    const char *fields = buf_string(&answer.response.headers);
    bool given = askers[_i].status == RESPONSE_OK;

    ck_assert_msg(answer.response.status == askers[_i].status, "%s: %d",
                  askers[_i].label, (int)answer.response.status);
    ck_assert_msg(strstr(fields, "Cache-Control: no-store") != NULL, "%s",
                  askers[_i].label);
    ck_assert_msg((strstr(fields, "Content-Disposition") != NULL) == given, "%s",
                  askers[_i].label);
    role_answer_finish(&answer);
}
END_TEST

/* In the parent, so that not every forked test makes the world for itself. */
static void make_world(void)
{
    (void)world_store();
    for (size_t i = 0; i < forge_book(world_get())->cases.n_recipes; i++) {
        (void)world_case(forge_book(world_get())->cases.recipes[i].name);
    }
}

Suite *suite(void)
{
    Suite *s = suite_create("desk");
    TCase *tcase = tcase_create("desk");
    tcase_add_unchecked_fixture(tcase, make_world, NULL);
    tcase_add_loop_test(tcase, page_row, 0, (int)ARRAY_LEN(pages));
    tcase_add_test(tcase, every_case_is_there);
    tcase_add_test(tcase, every_reason_has_a_page);
    tcase_add_test(tcase, unknown_reason);
    tcase_add_loop_test(tcase, asker_row, 0, (int)ARRAY_LEN(askers));
    tcase_add_test(tcase, strangers_see_nothing);
    suite_add_tcase(s, tcase);
    return s;
}
