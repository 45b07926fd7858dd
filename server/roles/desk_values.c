/* SPDX-License-Identifier: MIT */
#include "roles/desk_values.h"

#include "base/text.h"
#include "base/timestamp.h"
#include "describe/describe.h"
#include "forge/forge_export.h"
#include "logs/event_bus.h"
#include "pages/pages.h"
#include "roles/desk_visitor.h"

#include <stdio.h>
#include <string.h>

/* ---- every page */

/* The pages in the navigation of each. */
static const struct {
    const char *path;
    const char *name;
} pages[] = {
    { "/", "Start" },
    { "/live", "Live" },
    { "/2026", "2026: clientAuth ends" },
    { "/mint", "Mint your own" },
    { "/view", "Look at a certificate" },
    { "/why", "Why" },
};

static json_t *nav_values(const char *path)
{
    struct values list = values_list();
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        struct values v;
        values_init(&v);
        values_text(&v, "path", pages[i].path);
        values_text(&v, "name", pages[i].name);
        values_flag(&v, "is_here", strcmp(pages[i].path, path) == 0);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

static void put_port(struct values *v, const char *key, uint16_t port)
{
    if (port != 0) {
        values_number(v, key, port);
    }
}

void desk_values_frame(struct values *v, const struct role_input *input,
                       const char *path, const char *title)
{
    const struct windows *windows = input->exchange->config->windows;
    const struct places *places = &input->services->places;

    values_text(v, "title", title);
    values_put(v, "nav", nav_values(path));
    values_text(v, "version", CERTGATE_VERSION);
    values_text(v, "iis", windows->iis);
    values_text(v, "windows", windows->title);
    values_text(v, "password", FORGE_PASSWORD);
    values_flag(v, "has_world", input->services->world != NULL);
    values_flag(v, "has_tls", places->tls != 0);
    put_port(v, "tls_port", places->tls);
    put_port(v, "require_port", places->require);
    put_port(v, "accept_port", places->accept);
}

int desk_answer_page(struct role_answer *answer, const char *page, struct values *v,
                     unsigned powers, struct err *err)
{
    struct buf policy = BUF_EMPTY;
    json_t *object = values_take(v);
    bool ok = object != NULL && pages_append_policy(&policy, powers) &&
              pages_render(&answer->body, page, object);
    response_add(&answer->response, "Content-Type", "text/html; charset=utf-8");
    response_add_buf(&answer->response, "Content-Security-Policy", &policy);
    json_decref(object);
    return ok ? 0 : err_memory(err);
}

/* ---- a case */

static void put_url(struct values *v, const char *key, const struct role_input *input,
                    const char *name)
{
    uint16_t port = input->services->places.tls;
    if (port != 0) {
        values_printf(v, key, "https://%s.localhost:%u/", name, (unsigned)port);
    }
}

static void put_urls(struct values *v, const struct role_input *input, const char *name)
{
    char twin[128];
    (void)snprintf(twin, sizeof twin, "%s.as200", name);
    put_url(v, "url", input, name);
    put_url(v, "url_200", input, twin);
}

static const char *code_of(const struct recipe *recipe)
{
    return recipe->require.is_alert ? "alert" : verdict_code(recipe->require.verdict);
}

/* Which of the two browser families would not list it. */
static void put_hidden_by(struct values *v, const struct offers *offers,
                          const struct recipe *recipe)
{
    const struct offers_row *row = offers_find(offers, recipe);
    if (row == NULL) {
        return;
    }
    bool chrome = row->by[OFFER_CHROME].is_offered;
    bool firefox = row->by[OFFER_FIREFOX].is_offered;
    if (!chrome && !firefox) {
        values_text(v, "hidden_by", "browsers do not offer it: 403.7");
    } else if (!chrome || !firefox) {
        values_printf(v, "hidden_by", "%s does not offer it: 403.7",
                      chrome ? "Firefox" : "Chrome");
    }
}

static void put_case(struct values *v, const struct role_input *input,
                     const struct recipe *recipe)
{
    const struct verdict_info *info = verdict_get(recipe->require.verdict);
    values_text(v, "name", recipe->name);
    values_text(v, "case_title", recipe->title);
    values_text(v, "code", code_of(recipe));
    if (!recipe->require.is_alert && recipe->require.verdict != VERDICT_OK) {
        values_text(v, "symbol", info->symbol);
    }
    values_flag(v, "has_files", input->services->world != NULL && !recipe->is_none);
    put_urls(v, input, recipe->name);
}

/* ---- the first page */

/* Its script looks so far back for what this browser has done. */
#define STEPS_EVENTS ((uint64_t)100)

static const struct group {
    const char *code;
    const char *id;
    const char *heading;
    const char *meaning;
} groups[] = {
    { "200", "200", "200", "let in" },
    { "403.7", "403-7", "403.7", "a certificate is required, and none came" },
    { "403.13", "403-13", "403.13", "revoked, or that could not be found out" },
    { "403.16", "403-16", "403.16", "not trusted, or not valid" },
    { "403.17", "403-17", "403.17", "expired, or not yet valid" },
    { "alert", "alert", "No page",
      "the handshake fails, as the proof of the key does" },
};

static json_t *group_cases(const struct role_input *input, const struct group *group,
                           const struct recipe_table *cases,
                           const struct desk_visitor *visitor)
{
    struct values list = values_list();
    for (size_t i = 0; i < cases->n_recipes; i++) {
        const struct recipe *recipe = &cases->recipes[i];
        struct values v;
        if (strcmp(code_of(recipe), group->code) != 0 ||
            !desk_visitor_wants(visitor, recipe, &input->services->offers)) {
            continue;
        }
        values_init(&v);
        put_case(&v, input, recipe);
        put_hidden_by(&v, &input->services->offers, recipe);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

static json_t *groups_values(const struct role_input *input,
                             const struct recipe_table *cases,
                             const struct desk_visitor *visitor)
{
    struct values list = values_list();
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        struct values v;
        json_t *rows = group_cases(input, &groups[i], cases, visitor);
        if (rows != NULL && json_array_size(rows) == 0) {
            json_decref(rows);
            continue;
        }
        values_init(&v);
        values_text(&v, "id", groups[i].id);
        values_text(&v, "heading", groups[i].heading);
        values_text(&v, "meaning", groups[i].meaning);
        values_number(&v, "n", (int64_t)json_array_size(rows));
        values_put(&v, "cases", rows);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

struct mode {
    const char *name;
    const char *meaning;
};
static const struct mode modes[] = {
    { "require", "Asks for a certificate and lets nobody in without a good one." },
    { "accept", "Asks. Who has none gets in; a bad one is refused all the same." },
    { "ignore", "Does not ask." },
};
/* Who else can be played; what each does: server/site/dialect.c. */
static const struct mode others[] = {
    { "nginx", "A page 400: \u201cThe SSL certificate error\u201d." },
    { "apache", "No page: it ends the handshake with an alert." },
    { "haproxy", "No page: it ends the handshake with an alert." },
    { "kestrel", "ASP.NET Core without IIS. No page: it ends the handshake." },
};

static json_t *modes_values(const struct role_input *input, const struct mode *list,
                            size_t n)
{
    struct values all = values_list();
    for (size_t i = 0; i < n; i++) {
        struct values v;
        values_init(&v);
        values_printf(&v, "name", "%s.localhost", list[i].name);
        values_text(&v, "meaning", list[i].meaning);
        put_url(&v, "url", input, list[i].name);
        values_add(&all, values_take(&v));
    }
    return values_take(&all);
}

static json_t *root_values(const struct certificate *root)
{
    struct values v;
    struct buf text = BUF_EMPTY;
    char to[TIMESTAMP_TEXT_LEN];

    values_init(&v);
    v.failed |= !describe_append_issued_to(&text, root);
    values_put(&v, "issued_to", values_buf(&text));
    values_text(&v, "valid_to", timestamp_format(root->not_after, to));
    text_append_hex(&text, (struct slice){ root->sha256, sizeof root->sha256 }, 0);
    values_put(&v, "sha256", values_buf(&text));
    return values_take(&v);
}

void desk_values_home(struct values *v, const struct role_input *input)
{
    struct forge_world *world = input->services->world;
    struct err err = ERR_INIT;
    struct recipe_book book;
    struct desk_visitor visitor;

    if (world != NULL) {
        values_put(v, "root", root_values(forge_authority(world, "root")));
    }
    if (recipe_book_load(&book, &err) != 0) {
        v->failed = true;
        return;
    }
    values_number(v, "n_cases", (int64_t)book.cases.n_recipes);
    desk_visitor_init(&visitor, input);
    desk_visitor_put(v, &visitor);
    json_t *found = groups_values(input, &book.cases, &visitor);
    values_flag(v, "has_found", json_array_size(found) > 0);
    values_put(v, "groups", found);
    values_put(v, "modes", modes_values(input, modes, ARRAY_LEN(modes)));
    values_put(v, "servers", modes_values(input, others, ARRAY_LEN(others)));
    uint64_t last = event_bus_last(input->services->bus);
    values_number(v, "loaded", (int64_t)last);
    values_number(v, "since", (int64_t)(last < STEPS_EVENTS ? 0 : last - STEPS_EVENTS));
    recipe_book_finish(&book);
}

/* ---- 2026 */

static json_t *offers_values(const struct offers_row *row)
{
    struct values list = values_list();
    for (int program = 0; program < OFFER_PROGRAM_COUNT; program++) {
        struct values v;
        values_init(&v);
        values_text(&v, "program", offer_program_name((enum offer_program)program));
        values_flag(&v, "is_offered", row->by[program].is_offered);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

static json_t *kind_values(const struct role_input *input, const struct recipe *recipe,
                           const char *purposes, const char *comment)
{
    const struct offers_row *row = offers_find(&input->services->offers, recipe);
    struct values v;
    values_init(&v);
    values_text(&v, "purposes", purposes);
    values_text(&v, "comment", comment);
    put_case(&v, input, recipe);
    if (row != NULL) {
        values_put(&v, "offers", offers_values(row));
    }
    return values_take(&v);
}

void desk_values_2026(struct values *v, const struct role_input *input)
{
    static const struct {
        const char *name;
        const char *purposes;
        const char *comment;
    } kinds[] = {
        { "eku-server", "serverAuth only", "what public CAs issue now" },
        { "good", "clientAuth only", "what a CA of your own should issue" },
        { "both-purposes", "both", "what public CAs issued until 2026" },
        { "eku-any", "anyExtendedKeyUsage", "rare" },
        { "eku-absent", "no Enhanced Key Usage", "private CAs, often by default" },
    };
    struct err err = ERR_INIT;
    struct recipe_book book;
    struct values list = values_list();
    struct values programs = values_list();

    if (recipe_book_load(&book, &err) != 0) {
        v->failed = true;
    } else {
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
            const struct recipe *recipe = recipe_find(&book.cases, kinds[i].name);
            values_add(&list,
                       kind_values(input, recipe, kinds[i].purposes, kinds[i].comment));
        }
        recipe_book_finish(&book);
    }
    for (int i = 0; i < OFFER_PROGRAM_COUNT && input->services->offers.n_rows > 0;
         i++) {
        values_add(&programs, json_string(offer_program_name((enum offer_program)i)));
    }
    values_put(v, "kinds", values_take(&list));
    values_put(v, "programs", values_take(&programs));
}
