/* SPDX-License-Identifier: MIT */
#include "roles/desk_try.h"

#include "http/form.h"
#include "pages/pages.h"
#include "roles/desk_values.h"
#include "roles/revocation_service.h"

#include <stdio.h>
#include <string.h>

#define AGAIN    "/again/"
#define TRY      "/try/"
#define WORD_MAX ((size_t)50)

/* Behind the prefix: a name as cases and sites have them; NULL = none such. */
static const char *name_of(const struct role_input *input, const char *prefix)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const char *name = input->exchange->request->path + strlen(prefix);
    size_t len = strlen(name);
    return len > 0 && len <= WORD_MAX && strspn(name, allowed) == len ? name : NULL;
}

static void send_to(struct role_answer *answer, const char *where)
{
    answer->response.status = RESPONSE_SEE_OTHER;
    response_add(&answer->response, "Location", where);
}

int desk_try_answer_again(const struct role_input *input, struct role_answer *answer,
                          struct err *err)
{
    const char *name = name_of(input, AGAIN);
    uint16_t port = input->services->places.tls;
    char where[160];
    (void)err;
    if (name == NULL || port == 0) {
        role_text(answer, RESPONSE_NOT_FOUND,
                  port == 0 ? "No site of this server judges certificates."
                            : "That is no name of a site here.");
        return 0;
    }
    /* Unlike all before, also those before a restart. */
    (void)snprintf(where, sizeof where, "https://%s-%llx%03x.again.localhost:%u/", name,
                   (unsigned long long)input->exchange->context->now,
                   input->services->n_again++ & 0xfffu, (unsigned)port);
    answer->quiet = true;
    send_to(answer, where);
    return 0;
}

/* What the form wants; the other words are of `certgate revoke`. */
static int change(const struct role_input *input, const struct recipe *recipe,
                  struct role_answer *answer, struct err *err)
{
    const struct request *request = input->exchange->request;
    struct role_services *services = input->services;
    const char *refusal = role_guard_strict(input->exchange);
    struct form form = { .n_fields = 0 };
    char where[sizeof TRY + WORD_MAX];
    if (refusal != NULL) {
        role_text(answer, RESPONSE_FORBIDDEN, refusal);
        return 0;
    }
    enum form_result read =
        form_read(request_find_header(request, "Content-Type"), request->body, &form);
    const struct form_field *field = read == FORM_OK ? form_find(&form, "state") : NULL;
    bool revoke = field != NULL && slice_equals_string(field->value, "revoked");
    bool reset = field != NULL && slice_equals_string(field->value, "reset");
    form_finish(&form);
    if (read == FORM_MEMORY) {
        return err_memory(err);
    }
    if (!revoke && !reset) {
        role_text(answer, RESPONSE_BAD_REQUEST, "The state is revoked, or reset.");
        return 0;
    }
    if (revoke) {
        revocation_service_set(services->revocation, recipe, REVOCATION_REVOKED,
                               input->exchange->context->now);
    } else {
        revocation_service_reset(services->revocation, recipe);
    }
    (void)snprintf(where, sizeof where, TRY "%s", name_of(input, TRY));
    send_to(answer, where);
    if (services->forget_fetched != NULL) {
        services->forget_fetched(services->forget_user);
    }
    return 0;
}

static int show(const struct role_input *input, const struct recipe *recipe,
                struct role_answer *answer, struct err *err)
{
    const struct role_services *services = input->services;
    enum revocation_state state = revocation_service_get(services->revocation, recipe);
    struct values v;
    values_init(&v);
    desk_values_frame(&v, input, "", recipe->name);
    values_text(&v, "name", recipe->name);
    values_text(&v, "case_title", recipe->title);
    values_text(&v, "state", revocation_state_name(state));
    values_text(&v, "meaning", revocation_state_text(state));
    values_flag(&v, "is_good", state == REVOCATION_GOOD);
    values_flag(&v, "is_set", revocation_service_is_set(services->revocation, recipe));
    values_flag(&v, "is_asked", services->forget_fetched != NULL && services->has_pki);
    return desk_answer_page(answer, "desk/try", &v, PAGES_FORM, err);
}

int desk_try_answer(const struct role_input *input, struct role_answer *answer,
                    struct err *err)
{
    const char *name = name_of(input, TRY);
    const struct revocation_service *service = input->services->revocation;
    const struct recipe *recipe =
        name == NULL || service == NULL ? NULL : revocation_service_find(service, name);
    if (recipe == NULL) {
        role_text(answer, RESPONSE_NOT_FOUND,
                  "No certificate of that name was issued here, so nobody here can "
                  "revoke it.");
        return 0;
    }
    return input->exchange->request->method == REQUEST_METHOD_POST
               ? change(input, recipe, answer, err)
               : show(input, recipe, answer, err);
}
