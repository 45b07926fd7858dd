/* SPDX-License-Identifier: MIT */
#include "roles/control_revocations.h"

#include "base/compiler.h"
#include "base/timestamp.h"
#include "describe/json_value.h"
#include "forge/forge_mint.h"
#include "pages/values.h"
#include "roles/revocation_service.h"

#include <stdio.h>
#include <string.h>

#define ERROR_MAX 320
#define WORD_MAX  64 /* how much of a peer's text a sentence quotes */

static int fail(struct role_answer *answer, enum response_status status,
                const char *sentence, struct err *err)
{
    struct values v;
    values_init(&v);
    values_text(&v, "error", sentence);
    return role_json(answer, status, values_take(&v), err);
}

/* ---- reading */

/* The name to switch it by: an authority with the name of a case needs its "ca/".
 */
static void put_name(struct values *v, const struct revocation_service *service,
                     const struct recipe *recipe)
{
    const struct recipe *found = revocation_service_find(service, recipe->name);
    values_printf(v, "name", "%s%s", found == recipe ? "" : "ca/", recipe->name);
}

static json_t *describe(const struct revocation_service *service,
                        const struct recipe *recipe)
{
    enum revocation_state state = revocation_service_get(service, recipe);
    struct values v;
    values_init(&v);
    put_name(&v, service, recipe);
    values_text(&v, "title", recipe->title);
    values_text(&v, "issuer", recipe->issuer);
    values_text(&v, "state", revocation_state_name(state));
    bool switched = revocation_service_is_set(service, recipe);
    if (switched) {
        values_text(&v, "means", revocation_state_text(state));
    } else if (recipe->is_revoked) {
        values_printf(&v, "means", "revoked, %s",
                      crl_reason_name(recipe->revocation_reason));
    } else {
        values_text(&v, "means", "not revoked");
    }
    values_flag(&v, "switched", switched);
    return values_take(&v);
}

static void add_table(struct values *list, const struct revocation_service *service,
                      const struct recipe_table *table)
{
    for (size_t i = 0; i < table->n_recipes; i++) {
        const struct recipe *recipe = &table->recipes[i];
        if (recipe->issuer != NULL) {
            values_add(list, describe(service, recipe));
        }
    }
}

static int answer_list(const struct role_input *input, struct role_answer *answer,
                       struct err *err)
{
    const struct revocation_service *service = input->services->revocation;
    const struct recipe_book *book = forge_book(input->services->world);
    struct values v;
    struct values list = values_list();
    struct values states = values_list();
    values_init(&v);
    add_table(&list, service, &book->cases);
    add_table(&list, service, forge_minted(input->services->world));
    add_table(&list, service, &book->authorities);
    for (int i = 0; i < REVOCATION_STATE_COUNT; i++) {
        const char *name = revocation_state_name((enum revocation_state)i);
        values_add(&states, json_string(name));
    }
    values_put(&v, "states", values_take(&states));
    values_put(&v, "revocations", values_take(&list));
    return role_json(answer, RESPONSE_OK, values_take(&v), err);
}

/* ---- switching */

/* What keeps the switch from having an effect here; NULL = nothing. */
static const char *find_hindrance(const struct role_services *services)
{
    if (services->forget_fetched == NULL) {
        return "This server was started with --fetch none, so it will not ask; others "
               "may.";
    }
    if (!services->has_pki) {
        return "This server has no site with the role pki, so nobody answers for the "
               "certificate: expect 403.13, offline. Start it with --listen PORT,pki.";
    }
    return NULL;
}

static int fail_state(const char *word, struct role_answer *answer, struct err *err)
{
    char text[ERROR_MAX];
    struct buf names = BUF_EMPTY;
    for (int i = 0; i < REVOCATION_STATE_COUNT; i++) {
        buf_printf(&names, "%s, ", revocation_state_name((enum revocation_state)i));
    }
    snprintf(text, sizeof text, "'%.*s' is no state: %sor reset.", WORD_MAX, word,
             buf_string(&names));
    buf_finish(&names);
    return fail(answer, RESPONSE_BAD_REQUEST, text, err);
}

static int change(const struct role_input *input, const struct recipe *recipe,
                  const char *word, struct role_answer *answer, struct err *err)
{
    const struct role_services *services = input->services;
    enum revocation_state state;
    if (strcmp(word, "reset") == 0) {
        revocation_service_reset(services->revocation, recipe);
    } else if (revocation_state_parse(word, &state)) {
        revocation_service_set(services->revocation, recipe, state,
                               input->exchange->context->now);
    } else {
        return fail_state(word, answer, err);
    }
    json_t *body = describe(services->revocation, recipe);
    const char *hindrance = find_hindrance(services);
    bool failed = false;
    if (hindrance != NULL) {
        json_value_set(body, "note", json_string(hindrance), &failed);
    }
    if (role_json(answer, RESPONSE_OK, json_value_finish(body, failed), err) != 0) {
        return -1;
    }
    /* Last, because it answers the requests that wait. */
    if (services->forget_fetched != NULL) {
        services->forget_fetched(services->forget_user);
    }
    return 0;
}

static int answer_change(const struct role_input *input, struct role_answer *answer,
                         struct err *err)
{
    struct slice body = input->exchange->request->body;
    char text[ERROR_MAX];
    json_t *wish =
        json_loadb((const char *)body.data, body.len, JSON_REJECT_DUPLICATES, NULL);
    const char *name = json_string_value(json_object_get(wish, "name"));
    const char *state = json_string_value(json_object_get(wish, "state"));
    const struct recipe *recipe =
        name == NULL ? NULL
                     : revocation_service_find(input->services->revocation, name);
    int result;
    if (name == NULL || state == NULL || json_object_size(wish) != 2) {
        result = fail(answer, RESPONSE_BAD_REQUEST,
                      "Send {\"name\": NAME, \"state\": STATE}.", err);
    } else if (recipe == NULL) {
        const char *meant =
            recipe_suggest(&forge_book(input->services->world)->cases, name);
        snprintf(text, sizeof text, "No certificate '%.*s' was issued here%s%s%s",
                 WORD_MAX, name, meant != NULL ? "; did you mean " : "",
                 meant != NULL ? meant : "", meant != NULL ? "?" : ".");
        result = fail(answer, RESPONSE_NOT_FOUND, text, err);
    } else {
        result = change(input, recipe, state, answer, err);
    }
    json_decref(wish);
    return result;
}

int control_answer_revocations(const struct role_input *input,
                               struct role_answer *answer, struct err *err)
{
    if (input->services->revocation == NULL) {
        return fail(answer, RESPONSE_UNAVAILABLE, "There are no test CAs here.", err);
    }
    return input->exchange->request->method == REQUEST_METHOD_POST
               ? answer_change(input, answer, err)
               : answer_list(input, answer, err);
}
