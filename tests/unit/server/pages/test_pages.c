/* SPDX-License-Identifier: MIT
 *
 * server/pages: every verdict has a page, every page has IIS's parts, and nothing
 * that stands in a certificate or a request becomes HTML.
 */
#include "pages/pages.h"

#include "site/page_why.h"
#include "support/check_main.h"
#include "support/html.h"
#include "support/visit.h"
#include "support/world.h"

#include <jansson.h>

#include <string.h>

/* ---- completeness */

START_TEST(verdict_row)
{
    static const char *const parts[] = { "description", "causes", "tries", "more" };
    char name[PAGES_NAME_MAX];
    const char *label = verdict_get((enum verdict)_i)->name;
    json_t *values = json_object();

    pages_verdict_name((enum verdict)_i, name);
    ck_assert_msg(pages_has(name), "%s: no server/pages/%s.html", label, name);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        char reference[PAGES_NAME_MAX + 16];
        struct buf out = BUF_EMPTY;
        (void)snprintf(reference, sizeof(reference), "%s#%s", name, parts[i]);
        ck_assert_msg(pages_render(&out, reference, values), "%s: no part %s", label,
                      parts[i]);
        ck_assert_msg(out.len > 10, "%s: nothing in %s", label, parts[i]);
        ck_assert_msg(strncmp(parts[i], "c", 1) != 0 ||
                          strstr(buf_string(&out), "<li>") != NULL,
                      "%s: causes are no list", label);
        buf_finish(&out);
    }
    json_decref(values);
}
END_TEST

/* ---- IIS's parts, as clients look for them */

static const char *const labels[] = {
    "<title>IIS 10.0 Detailed Error - 403.16 - Forbidden</title>",
    "<h3>HTTP Error 403.16 - Forbidden</h3>",
    "<h4>Your client certificate is either not trusted or is invalid.</h4>",
    "Most likely causes:",
    "Things you can try:",
    "Detailed Error Information:",
    "id=\"details-left\"",
    "id=\"details-right\"",
    "<th>Module</th><td>IIS Web Core</td>",
    "<th>Notification</th><td>BeginRequest</td>",
    "<th>Handler</th><td>StaticFile</td>",
    "<th>Error Code</th><td>0x800b0109</td>",
    "<th>Requested URL</th><td>https://localhost:8443/</td>",
    "<th>Physical Path</th><td>C:\\inetpub\\wwwroot\\</td>",
    "<th>Logon Method</th><td>Not yet determined</td>",
    "<th>Logon User</th><td>Not yet determined</td>",
    "More Information:",
    ("https://go.microsoft.com/fwlink/"
     "?LinkID=62293&amp;IIS70Error=403,16,0x800b0109,26100"),
    "View more information &raquo;",
    "class=\"content-container\"",
    /* and certgate's own, set apart */
    ("<a href=\"#own\">certgate: why</a>\n"
     "<p><strong><bdi>self-signed</bdi></strong> is self-signed and not in "),
    "certgate's own findings",
    "What decided",
    "The certificate that came",
    "Certification path",
    "this one decides",
    "Assumptions in force",
    /* the viewer: General, Details, Certification path with its box */
    ">Critical Extensions Only</label>",
    "<div class=\"ext critical\"><dt><bdi>Key Usage</bdi>",
    "<bdi>Digital Signature (80)</bdi>",
    ("<p class=\"instead\">This CA Root certificate is not trusted. To enable trust, "
     "install "
     "this certificate"),
    "<div class=\"path\" role=\"radiogroup\"",
    ("<p class=\"status-is\">This CA Root certificate is not trusted because it is not "
     "in "
     "the Trusted"),
};

START_TEST(detailed_page_has)
{
    const struct visit visit = { .label = "detailed",
                                 .case_name = "self-signed",
                                 .flags = SSL_FLAGS_REQUIRE };
    struct visit_result r;
    visit_run(&visit, &r);
    ck_assert_msg(strstr(r.body, labels[_i]) != NULL, "no %s in\n%.3000s", labels[_i],
                  r.body);
    visit_finish(&r);
}
END_TEST

START_TEST(own_part_comes_after_iis)
{
    const struct visit visit = { .label = "order",
                                 .case_name = "self-signed",
                                 .flags = SSL_FLAGS_REQUIRE };
    struct visit_result r;
    visit_run(&visit, &r);
    const char *iis = strstr(r.body, "View more information");
    const char *own = strstr(r.body, "<section id=\"own\"");
    ck_assert(iis != NULL && own != NULL && iis < own);
    visit_finish(&r);
}
END_TEST

/* ---- why, in one sentence with its fix */

static const struct {
    struct visit visit;
    const char *why; /* up to the end of the tab */
} whys[] = {
    { { .label = "time", .case_name = "expired" },
      "<p><strong><bdi>expired</bdi></strong> ended 1 day ago, at " },
    { { .label = "time to come", .case_name = "not-yet-valid" },
      "<p><strong><bdi>not-yet-valid</bdi></strong> begins in " },
    { { .label = "its", .case_name = "eku-server" },
      "<p><strong><bdi>eku-server</bdi></strong>&#39;s Enhanced Key Usage does not "
      "list" },
    { { .label = "another's", .case_name = "issuer-expired" },
      "<p><strong><bdi>certgate tests expired</bdi></strong> ended " },
    { { .label = "neither", .case_name = "bad-signature" },
      "<p><strong><bdi>bad-signature</bdi></strong>: The signature does not fit" },
    { { .label = "its fix", .case_name = "expired" },
      "<p>Renew it, and check this machine&#39;s clock.</p>" },
    { { .label = "none" },
      "<p>The client was asked for a certificate and sent none.</p>" },
    { { .label = "its fix" }, "<p>Import one with its private key" },
    { { .label = "hidden", .host_case = "expired", .knows_all = true },
      "<p>This is the case expired, and your browser hides this one, because: It has "
      "expired.</p>" },
    { { .label = "how to send it", .host_case = "expired", .knows_all = true },
      "<p>To send it: certgate get https://localhost:8443/ --case expired</p>" },
    { { .label = "not hidden", .host_case = "good", .knows_all = true },
      "<p>The client was asked for a certificate and sent none.</p>" },
    { { .label = "late", .late = true },
      "<p>The server asks for the certificate late" },
    { { .label = "plain", .plain = true, .ssl = true },
      "<p>The request came over plain HTTP" },
};

START_TEST(why_row)
{
    struct visit visit = whys[_i].visit;
    struct visit_result r;
    visit.flags = SSL_FLAGS_REQUIRE;
    visit_run(&visit, &r);
    const char *tab = strstr(r.body, "<section class=\"why\"");
    ck_assert_msg(tab != NULL, "%s: no tab in\n%.3000s", visit.label, r.body);
    const char *found = strstr(tab, whys[_i].why);
    ck_assert_msg(found != NULL && found < strstr(tab, "</section>"), "%s:\n%.800s",
                  visit.label, tab);
    visit_finish(&r);
}
END_TEST

/* A verdict that no finding about a certificate stands for has a sentence of its own.
 */
START_TEST(why_of_verdict)
{
    enum verdict verdict = (enum verdict)_i;
    bool of_findings = verdict == VERDICT_OK;
    for (int kind = 0; kind < FINDING_COUNT; kind++) {
        of_findings |= finding_get((enum finding_kind)kind)->verdict == verdict;
    }
    /* Of findings, by --assume. */
    of_findings |= verdict == VERDICT_ROLE || verdict == VERDICT_TIME_NESTING;
    ck_assert_msg((page_why_get(verdict) != NULL) != of_findings, "%s",
                  verdict_get(verdict)->name);
}
END_TEST

START_TEST(plain_iis_is_iis_alone)
{
    const struct visit visit = { .label = "plain-iis",
                                 .case_name = "expired",
                                 .flags = SSL_FLAGS_REQUIRE,
                                 .plain_iis = true };
    struct visit_result r;
    visit_run(&visit, &r);
    ck_assert_ptr_nonnull(strstr(r.body, "<h3>HTTP Error 403.17 - Forbidden</h3>"));
    ck_assert_ptr_null(strstr(r.body, "certgate"));
    visit_finish(&r);
}
END_TEST

/* The page of a fault lists all faults, each with rule and remedy. */
START_TEST(every_fault_is_shown)
{
    const struct visit visit = { .label = "faults",
                                 .case_name = "expired-server",
                                 .flags = SSL_FLAGS_REQUIRE };
    struct visit_result r;
    visit_run(&visit, &r);
    ck_assert_ptr_nonnull(
        strstr(r.body, "CERT_E_WRONG_USAGE &ndash; this one decides"));
    ck_assert_ptr_nonnull(strstr(r.body, "CERT_E_EXPIRED"));
    ck_assert_ptr_nonnull(strstr(r.body, "RFC 5280 4.2.1.12"));
    ck_assert_ptr_nonnull(strstr(r.body, "Renew it, and check this machine"));
    visit_finish(&r);
}
END_TEST

/* ---- the viewer */

#define PURPOSE "<li><bdi>Proves your identity to a remote computer</bdi></li>"

/* What General says instead of the purposes, and the box of the one that is chosen. */
static const struct {
    const char *case_name;
    const char *general;
    const char *status;
    bool is_unsure;
} dialogs[] = {
    { "good", PURPOSE, "This certificate is OK.", false },
    { "eku-server", "<li><bdi>Ensures the identity of a remote computer</bdi></li>",
      "Its Enhanced Key Usage does not list Client Authentication "
      "(1.3.6.1.5.5.7.3.2).",
      false },
    { "expired",
      "<p class=\"instead\">This certificate has expired or is not yet valid.</p>",
      "This certificate has expired or is not yet valid.", false },
    { "not-yet-valid",
      "<p class=\"instead\">This certificate has expired or is not yet valid.</p>",
      "This certificate has expired or is not yet valid.", false },
    { "revoked",
      "<p class=\"instead\">This certificate has been revoked by its certification "
      "authority.</p>",
      "This certificate was revoked by its certification authority.", false },
    { "unknown-root",
      "<p class=\"instead\">This certificate cannot be verified up to a trusted "
      "certification authority.</p>",
      "This CA Root certificate is not trusted because it is not in the Trusted Root "
      "Certification Authorities store.",
      false },
    { "chain-missing",
      "<p class=\"instead\">Windows does not have enough information to verify this "
      "certificate.</p>",
      "The issuer of this certificate could not be found.", true },
    { "bad-signature",
      "<p class=\"instead\">The integrity of this certificate cannot be guaranteed. "
      "The "
      "certificate may be corrupted or may have been altered.</p>",
      "This certificate has an invalid digital signature.", false },
    { "issuer-expired", PURPOSE, "This certificate has expired or is not yet valid.",
      false },
};

START_TEST(dialog_row)
{
    const char *label = dialogs[_i].case_name;
    const struct visit visit = { .label = label,
                                 .case_name = label,
                                 .flags = SSL_FLAGS_REQUIRE };
    struct visit_result r;
    visit_run(&visit, &r);
    bool is_instead = strstr(dialogs[_i].general, "instead") != NULL;
    ck_assert_msg(strstr(r.body, dialogs[_i].general) != NULL, "%s: no %s", label,
                  dialogs[_i].general);
    ck_assert_msg((strstr(r.body, "intended for the following") == NULL) == is_instead,
                  "%s", label);
    ck_assert_msg((strstr(r.body, "<circle class=\"unsure\"") != NULL) ==
                      dialogs[_i].is_unsure,
                  "%s: the sign", label);
    ck_assert_msg((strstr(r.body, "<circle class=\"refused\"") != NULL) ==
                      (is_instead && !dialogs[_i].is_unsure),
                  "%s: the sign", label);
    const char *chosen = strstr(r.body, "-path-");
    while (chosen != NULL && strncmp(strchr(chosen, '"'), "\" checked>", 10) != 0) {
        chosen = strstr(chosen + 1, "-path-");
    }
    ck_assert_msg(chosen != NULL, "%s: none is chosen", label);
    const char *status = strstr(chosen, "<p class=\"status-is\">");
    status = strchr(status, '>') + 1;
    ck_assert_msg(strncmp(status, dialogs[_i].status, strlen(dialogs[_i].status)) == 0,
                  "%s: %.200s", label, status);
    visit_finish(&r);
}
END_TEST

START_TEST(dates_are_times)
{
    const struct visit visit = { .label = "dates",
                                 .case_name = "good",
                                 .flags = SSL_FLAGS_REQUIRE };
    struct visit_result r;
    size_t n = 0;
    visit_run(&visit, &r);
    for (const char *at = strstr(r.body, "<time datetime=\"20"); at != NULL;
         at = strstr(at + 1, "<time datetime=\"20")) {
        n++;
    }
    ck_assert_uint_eq(n, 4); /* from and to, on General and on Details */
    visit_finish(&r);
}
END_TEST

/* ---- hostile text */

static const struct {
    struct visit visit;
    const char *absent;
    const char *present;
} hostile[] = {
    { { .label = "script in the subject",
        .case_name = "subject-script",
        .flags = SSL_FLAGS_REQUIRE },
      "<script>alert",
      "&lt;script&gt;alert(1)&lt;/script&gt;" },
    { { .label = "image in the subject",
        .case_name = "subject-script",
        .flags = SSL_FLAGS_REQUIRE },
      "<img",
      "&lt;img" },
    { { .label = "escape sequences in the subject",
        .case_name = "subject-escapes",
        .flags = SSL_FLAGS_REQUIRE },
      "\x1b",
      NULL },
    { { .label = "letters stay",
        .case_name = "subject-unicode",
        .flags = SSL_FLAGS_REQUIRE },
      NULL,
      "東京" },
    { { .label = "script in the path",
        .case_name = NULL,
        .flags = SSL_FLAGS_REQUIRE,
        .path = "/<script>x" },
      "<script>x",
      "/&lt;script&gt;x" },
    { { .label = "quotes in the path",
        .case_name = NULL,
        .flags = SSL_FLAGS_REQUIRE,
        .path = "/\"'><b>" },
      "<b>",
      "&quot;&#39;&gt;&lt;b&gt;" },
    { { .label = "template in the path",
        .case_name = NULL,
        .flags = SSL_FLAGS_REQUIRE,
        .path = "/{{iis}}" },
      "/10.0",
      "/{{iis}}" },
    { { .label = "path that is no UTF-8",
        .case_name = NULL,
        .flags = SSL_FLAGS_REQUIRE,
        .path = "/\xff\xfe" },
      "\xff",
      "/\xef\xbf\xbd" },
    { { .label = "bidirectional path",
        .case_name = NULL,
        .flags = SSL_FLAGS_REQUIRE,
        .path = "/\xe2\x80\xaegpj" },
      "\xe2\x80\xae",
      "u{202e}" },
    { { .label = "script in JSON",
        .case_name = "subject-script",
        .flags = SSL_FLAGS_REQUIRE,
        .path = "/whoami" },
      NULL,
      "<script>alert(1)</script>" },
};

START_TEST(hostile_row)
{
    struct visit_result r;
    const char *label = hostile[_i].visit.label;
    visit_run(&hostile[_i].visit, &r);
    ck_assert_msg(hostile[_i].absent == NULL ||
                      strstr(r.body, hostile[_i].absent) == NULL,
                  "%s:\n%.3000s", label, r.body);
    ck_assert_msg(hostile[_i].present == NULL ||
                      strstr(r.body, hostile[_i].present) != NULL,
                  "%s: no %s in\n%.3000s", label, hostile[_i].present, r.body);
    visit_finish(&r);
}
END_TEST

/* ---- you sent nothing */

static const struct {
    struct visit visit;
    const char *present;
    const char *absent;
} nothing[] = {
    { { .label = "what was asked" }, "named no issuers", "below one of them" },
    { { .label = "whom it named", .names_issuers = true, .tls_1_2 = true },
      "<li><bdi>certgate tests root</bdi></li>",
      "named no issuers" },
    { { .label = "nothing is known" }, "hides it", "test certificates, hides" },
    { { .label = "no desk" }, "private key", "http://localhost:" },
    { { .label = "what is hidden", .knows_all = true },
      "Chrome and Edge on Windows: lists ",
      NULL },
    { { .label = "and why", .knows_all = true },
      "<dt>It has expired.</dt><dd><code>expired</code> ",
      NULL },
    { { .label = "the desk", .knows_all = true },
      "href=\"http://localhost:8440/#import\"",
      NULL },
    { { .label = "another name", .knows_all = true },
      "href=\"https://good.localhost:8443/\"",
      NULL },
    { { .label = "a policy below localhost", .host_name = "good.localhost" },
      "\\\"https://[*.]localhost:8443",
      NULL },
    { { .label = "a policy elsewhere", .host_name = "www.example.test" },
      "https://www.example.test:8443",
      "[*.]localhost" },
    { { .label = "a policy for no strange name", .host_name = "a\\\"},{x" },
      "[*.]localhost:8443",
      "\\\"https://a" },
    { { .label = "the case of a host", .host_case = "expired", .knows_all = true },
      "This is the address of the case <strong>expired</strong>",
      NULL },
    { { .label = "its files", .host_case = "expired", .knows_all = true },
      "href=\"http://localhost:8440/#case-expired\"",
      NULL },
    { { .label = "another answer than the case's",
        .case_name = "good",
        .host_case = "none" },
      "This time it is <strong>200</strong>:",
      NULL },
    { { .label = "no case" }, "403.7", "This is the address" },
};

START_TEST(nothing_row)
{
    struct visit visit = nothing[_i].visit;
    struct visit_result r;
    visit.flags = SSL_FLAGS_REQUIRE;
    visit_run(&visit, &r);
    ck_assert_msg(strstr(r.body, nothing[_i].present) != NULL, "%s: no %s in\n%.3000s",
                  visit.label, nothing[_i].present, strstr(r.body, "<section"));
    ck_assert_msg(nothing[_i].absent == NULL ||
                      strstr(r.body, nothing[_i].absent) == NULL,
                  "%s: %s", visit.label, nothing[_i].absent);
    visit_finish(&r);
}
END_TEST

/* ---- well-formed: every element that is opened is closed, in order */

static const struct visit whole_pages[] = {
    { .label = "home", .case_name = "good", .flags = SSL_FLAGS_REQUIRE },
    { .label = "home without a certificate",
      .case_name = NULL,
      .flags = SSL_FLAGS_ACCEPT },
    { .label = "403.7", .case_name = NULL, .flags = SSL_FLAGS_REQUIRE },
    { .label = "403.7 with all that is known",
      .flags = SSL_FLAGS_REQUIRE,
      .knows_all = true },
    { .label = "the host of a case",
      .case_name = "good",
      .flags = SSL_FLAGS_REQUIRE,
      .host_case = "expired",
      .knows_all = true },
    { .label = "403.17", .case_name = "expired", .flags = SSL_FLAGS_REQUIRE },
    { .label = "403.17 of IIS alone",
      .case_name = "expired",
      .flags = SSL_FLAGS_REQUIRE,
      .plain_iis = true },
    { .label = "403.16 of a long path",
      .case_name = "chain-two",
      .flags = SSL_FLAGS_REQUIRE },
    { .label = "403.4",
      .case_name = NULL,
      .flags = SSL_FLAGS_REQUIRE,
      .plain = true,
      .ssl = true },
    { .label = "500.0", .case_name = NULL, .flags = SSL_FLAGS_REQUIRE, .late = true },
    { .label = "404", .case_name = "good", .flags = SSL_FLAGS_REQUIRE, .path = "/x" },
    { .label = "405",
      .case_name = "good",
      .flags = SSL_FLAGS_REQUIRE,
      .method = REQUEST_METHOD_OTHER },
    { .label = "custom 403",
      .case_name = NULL,
      .flags = SSL_FLAGS_REQUIRE,
      .remote = true },
};

START_TEST(page_is_well_formed)
{
    struct visit_result r;
    visit_run(&whole_pages[_i], &r);
    ck_assert_msg(strstr(r.body, "<!DOCTYPE html") == r.body, "%s: %.60s",
                  whole_pages[_i].label, r.body);
    ck_assert_msg(strstr(r.body, "{{") == NULL, "%s: a tag is left",
                  whole_pages[_i].label);
    html_check(whole_pages[_i].label, r.body);
    visit_finish(&r);
}
END_TEST

/* Once for the suite, before the tests are forked off. */
static void forge_the_world(void)
{
    (void)world_store();
}

Suite *suite(void)
{
    Suite *s = suite_create("pages");
    TCase *t = tcase_create("pages");
    tcase_add_unchecked_fixture(t, forge_the_world, NULL);
    tcase_set_timeout(t, 60); /* the world is forged at the first use */
    tcase_add_loop_test(t, verdict_row, 0, VERDICT_COUNT);
    tcase_add_loop_test(t, detailed_page_has, 0, (int)ARRAY_LEN(labels));
    tcase_add_test(t, own_part_comes_after_iis);
    tcase_add_test(t, every_fault_is_shown);
    tcase_add_loop_test(t, why_row, 0, (int)ARRAY_LEN(whys));
    tcase_add_loop_test(t, why_of_verdict, 0, VERDICT_COUNT);
    tcase_add_test(t, plain_iis_is_iis_alone);
    tcase_add_loop_test(t, dialog_row, 0, (int)ARRAY_LEN(dialogs));
    tcase_add_test(t, dates_are_times);
    tcase_add_loop_test(t, hostile_row, 0, (int)ARRAY_LEN(hostile));
    tcase_add_loop_test(t, nothing_row, 0, (int)ARRAY_LEN(nothing));
    tcase_add_loop_test(t, page_is_well_formed, 0, (int)ARRAY_LEN(whole_pages));
    suite_add_tcase(s, t);
    return s;
}
