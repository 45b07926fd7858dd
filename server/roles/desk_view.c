/* SPDX-License-Identifier: MIT */
#include "roles/desk_view.h"

#include "base/mem.h"
#include "bundle/bundle.h"
#include "chain/explain.h"
#include "http/form.h"
#include "pages/pages.h"
#include "pages/viewer.h"
#include "roles/desk_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD_MAX ((size_t)256)
#define HOST_MAX     ((size_t)256)
#define LABEL_MAX    ((size_t)120)

/* One look at something, from the form to the page. Large: not for the stack. */
struct look {
    const struct role_input *input;
    struct form form;
    struct bundle bundle;
    char label[LABEL_MAX]; /* what it is called in sentences; a stranger's */
    char password[PASSWORD_MAX];
    char host[HOST_MAX];
    enum explain_role role;
    struct explain_answer answer;
    /* What went wrong with what was sent: one sentence, for the page. */
    struct err problem;
};

/* ---- the form */

/* A field as text; what is too long is cut, and a NUL ends it. */
static void copy_field(const struct form *form, const char *name, char *text,
                       size_t size)
{
    const struct form_field *field = form_find(form, name);
    size_t len = field == NULL ? 0 : field->value.len;
    len = len < size ? len : size - 1;
    if (len > 0) {
        memcpy(text, field->value.data, len);
    }
    text[len] = 0;
}

/* What is to be looked at: the file, or else the text. Empty: nothing was given. */
static struct slice find_bytes(struct look *look)
{
    const struct form_field *file = form_find(&look->form, "file");
    const struct form_field *text = form_find(&look->form, "text");
    if (file != NULL && file->value.len > 0) {
        size_t len = file->file_name.len < LABEL_MAX ? file->file_name.len : 0;
        (void)snprintf(look->label, sizeof look->label, "%.*s", (int)len,
                       (const char *)file->file_name.data);
        if (look->label[0] == 0) {
            (void)snprintf(look->label, sizeof look->label, "the file");
        }
        return file->value;
    }
    (void)snprintf(look->label, sizeof look->label, "the text");
    return text == NULL ? SLICE_EMPTY : text->value;
}

static int judge(struct look *look, struct certificate *const *certs, size_t n,
                 struct err *err)
{
    const struct chain_context *context = look->input->exchange->context;
    const struct explain_question question = {
        .source = look->label,
        .presented = certs,
        .n_presented = n,
        .store = context->store,
        .policy = context->policy,
        .flags = SSL_FLAGS_REQUIRE,
        .role = look->role,
        .host = look->host[0] == 0 ? NULL : look->host,
        .now = context->now,
    };
    return explain_judge(&question, &look->answer, err);
}

/* Reads what came. The peer's faults are `problem`; -1 when out of memory. */
static int read_form(struct look *look, bool *ret_has_answer, struct err *err)
{
    const struct request *request = look->input->exchange->request;
    char as[16];
    *ret_has_answer = false;
    switch (form_read(request_find_header(request, "Content-Type"), request->body,
                      &look->form)) {
    case FORM_MEMORY:
        return err_memory(err);
    case FORM_OK:
        break;
    case FORM_OTHER_TYPE:
    case FORM_MALFORMED:
    default:
        (void)err_set(&look->problem, ERR_CONFIG, 0,
                      "this is not what a form sends (multipart/form-data, or "
                      "application/x-www-form-urlencoded)");
        return 0;
    }
    copy_field(&look->form, "password", look->password, sizeof look->password);
    copy_field(&look->form, "host", look->host, sizeof look->host);
    copy_field(&look->form, "as", as, sizeof as);
    look->role = strcmp(as, "server") == 0 ? EXPLAIN_SERVER : EXPLAIN_CLIENT;
    struct slice bytes = find_bytes(look);
    if (bytes.len == 0) {
        (void)err_set(&look->problem, ERR_CONFIG, 0,
                      "nothing was sent: paste a certificate, or choose a file");
        return 0;
    }
    enum bundle_result read = bundle_read_bounded(
        bytes, look->password[0] == 0 ? NULL : look->password, DESK_VIEW_WORK_MAX,
        look->label, &look->bundle, &look->problem);
    if (read == BUNDLE_NO_PASSWORD) {
        (void)err_set(&look->problem, ERR_CONFIG, 0,
                      "%s has a password; send it again with that", look->label);
    }
    if (read != BUNDLE_OK) {
        return 0;
    }
    if (look->bundle.n_certs == 0) {
        (void)err_set(&look->problem, ERR_CONFIG, 0,
                      "%s holds a revocation list and no certificate", look->label);
        return 0;
    }
    if (judge(look, look->bundle.certs, look->bundle.n_certs, err) != 0) {
        return -1;
    }
    *ret_has_answer = true;
    return 0;
}

/* ---- the page */

static json_t *offers_list(const struct look *look)
{
    json_t *list = json_array();
    for (int i = 0; i < OFFER_PROGRAM_COUNT; i++) {
        const struct offer *offer = &look->answer.offers[i];
        json_t *reasons = json_array();
        struct values v;
        values_init(&v);
        values_text(&v, "name", offer_program_name((enum offer_program)i));
        values_flag(&v, "is_offered", offer->is_offered);
        for (size_t k = 0; k < offer->n_reasons; k++) {
            const char *fault = finding_get(offer->reasons[k]->kind)->fault;
            json_array_append_new(reasons, json_string(fault));
        }
        values_put(&v, "reasons", reasons);
        json_array_append_new(list, values_take(&v));
    }
    return list;
}

static void put_verdict(struct values *v, const struct look *look)
{
    const struct explain_answer *answer = &look->answer;
    bool is_client = look->role == EXPLAIN_CLIENT;
    values_flag(v, "is_client", is_client);
    values_flag(v, "is_let_in", answer->is_let_in);
    values_text(v, "chrome", is_client ? NULL : answer->server.chrome);
    if (is_client) {
        const struct verdict_info *info = verdict_get(answer->judgement.verdict);
        values_text(v, "code", verdict_code(answer->judgement.verdict));
        values_text(v, "symbol", info->symbol);
        values_text(v, "title", info->title);
        values_printf(v, "hresult", "0x%08lX", (unsigned long)info->hresult);
        values_put(v, "offers", offers_list(look));
    }
}

/* The certificates behind the first, which belong to no path here. */
static json_t *others_list(struct certificate *const *certs, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 1; i < n && i < DESK_VIEW_CERTIFICATES_MAX; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "c%zu", i);
        struct viewer_subject subject = { .id = id, .cert = certs[i] };
        json_array_append_new(list, viewer_create(&subject));
    }
    return list;
}

static void put_answer(struct values *v, const struct look *look,
                       struct certificate *const *certs, size_t n,
                       const char *friendly_name)
{
    bool is_client = look->role == EXPLAIN_CLIENT;
    struct viewer_subject subject = {
        .id = "c0",
        .cert = certs[0],
        .friendly_name = friendly_name,
        .judgement = is_client ? &look->answer.judgement : NULL,
        .check = is_client ? NULL : &look->answer.server,
        .shows_files = true,
    };
    struct values result;
    values_init(&result);
    values_text(&result, "label", look->label);
    put_verdict(&result, look);
    values_put(&result, "viewer", viewer_create(&subject));
    values_put(&result, "others", others_list(certs, n));
    if (n > DESK_VIEW_CERTIFICATES_MAX) {
        values_number(&result, "n_more", (int64_t)(n - DESK_VIEW_CERTIFICATES_MAX));
    }
    values_put(v, "result", values_take(&result));
}

static int render(struct look *look, struct values *v, struct role_answer *answer,
                  struct err *err)
{
    struct buf policy = BUF_EMPTY;
    values_flag(v, "as_server", look->role == EXPLAIN_SERVER);
    values_text(v, "host", look->host);
    if (look->problem.text[0] != 0) {
        values_text(v, "problem", look->problem.text);
        answer->response.status = RESPONSE_BAD_REQUEST;
    }
    json_t *object = values_take(v);
    bool ok = object != NULL && pages_append_form_policy(&policy) &&
              pages_render(&answer->body, "desk/view", object);
    response_add(&answer->response, "Content-Type", "text/html; charset=utf-8");
    response_add(&answer->response, "Content-Security-Policy", buf_string(&policy));
    json_decref(object);
    buf_finish(&policy);
    return ok ? 0 : err_memory(err);
}

static struct look *look_create(const struct role_input *input, struct err *err)
{
    struct look *look = mem_alloc(1, sizeof *look);
    if (look == NULL) {
        (void)err_memory(err);
        return NULL;
    }
    look->input = input;
    look->problem = (struct err)ERR_INIT;
    return look;
}

static void look_destroy(struct look *look)
{
    form_finish(&look->form);
    bundle_finish(&look->bundle);
    mem_wipe(look->password, sizeof look->password);
    free(look);
}

int desk_view_answer(const struct role_input *input, struct role_answer *answer,
                     struct err *err)
{
    struct look *look = look_create(input, err);
    bool has_answer = false;
    int result = -1;
    struct values v;
    if (look == NULL) {
        return -1;
    }
    if (input->exchange->request->method != REQUEST_METHOD_POST ||
        read_form(look, &has_answer, err) == 0) {
        values_init(&v);
        desk_values_frame(&v, input, "/view", "Look at a certificate");
        if (has_answer) {
            put_answer(&v, look, look->bundle.certs, look->bundle.n_certs,
                       buf_string(&look->bundle.friendly_name));
        }
        result = render(look, &v, answer, err);
    }
    look_destroy(look);
    return result;
}

/* The server's certificate and what it sends with it; borrowed. 0 = it has none. */
static size_t find_own(const struct role_input *input, struct certificate **certs,
                       size_t max)
{
    const struct config *config = input->exchange->config;
    const struct chain_context *context = input->exchange->context;
    const struct store_server_query query = {
        .certhash = config->certhash[0] != 0 ? config->certhash : NULL,
        .now = context->now,
    };
    const struct certificate *chain[DESK_VIEW_CERTIFICATES_MAX];
    const struct store_entry *entry;
    struct err err = ERR_INIT;
    if (store_find_server(context->store, &query, &entry, &err) != 0) {
        return 0;
    }
    size_t n = store_server_chain(context->store, entry, chain, max);
    for (size_t i = 0; i < n; i++) {
        /* The judges ask for pointers to what they do not change. */
        certs[i] = (struct certificate *)(uintptr_t)chain[i];
    }
    return n;
}

int desk_view_answer_server(const struct role_input *input, struct role_answer *answer,
                            struct err *err)
{
    struct look *look = look_create(input, err);
    struct certificate *certs[DESK_VIEW_CERTIFICATES_MAX];
    int result = -1;
    struct values v;
    if (look == NULL) {
        return -1;
    }
    size_t n = find_own(input, certs, DESK_VIEW_CERTIFICATES_MAX);
    look->role = EXPLAIN_SERVER;
    (void)snprintf(look->label, sizeof look->label, "this server's own certificate");
    (void)snprintf(look->host, sizeof look->host, "localhost");
    if (n == 0) {
        (void)err_set(&look->problem, ERR_CONFIG, 0,
                      "this server has no certificate: none of its sites has TLS");
    }
    if (n == 0 || judge(look, certs, n, err) == 0) {
        values_init(&v);
        desk_values_frame(&v, input, "/view", "This server's certificate");
        if (n > 0) {
            put_answer(&v, look, certs, n, NULL);
        }
        result = render(look, &v, answer, err);
    }
    look_destroy(look);
    return result;
}
