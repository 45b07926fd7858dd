/* SPDX-License-Identifier: MIT */
#include "roles/desk_view.h"

#include "base/mem.h"
#include "bundle/bundle.h"
#include "chain/explain.h"
#include "chain/signature_batch.h"
#include "http/form.h"
#include "pages/pages.h"
#include "pages/viewer.h"
#include "roles/desk_request.h"
#include "roles/desk_sending.h"
#include "roles/desk_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD_MAX ((size_t)256)
#define HOST_MAX     ((size_t)256)
#define LABEL_MAX    ((size_t)120)

/* One look at something, from the form to the page; it is read and judged in a thread.
 * Too large for the stack. */
struct look {
    const struct role_input *input; /* of the current call */
    struct buf content_type;        /* copies of what was sent; it may hold a key */
    struct buf body;
    bool failed; /* out of memory */
    struct bundle bundle;
    struct desk_request as_request; /* it was one: what is judged is what it becomes */
    int64_t now;                    /* when it came */
    struct signature_batch batch;
    bool is_read; /* there was something to read, and `read` is what came of it */
    enum bundle_result read;
    char label[LABEL_MAX]; /* what it is called in sentences; a stranger's */
    char password[PASSWORD_MAX];
    char host[HOST_MAX];
    enum explain_role role;
    struct explain_answer answer;
    /* What is wrong with the input: one sentence, for the page. */
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

/* The input: the file, or else the text. Empty: nothing was given. */
static struct slice find_bytes(struct look *look, const struct form *form)
{
    const struct form_field *file = form_find(form, "file");
    const struct form_field *text = form_find(form, "text");
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
    const struct store *store = desk_request_trust(&look->as_request, context->store);
    const struct explain_question question = {
        .source = look->label,
        .presented = certs,
        .n_presented = n,
        .store = store,
        .policy = context->policy,
        .flags = SSL_FLAGS_REQUIRE,
        .role = look->role,
        .host = look->host[0] == 0 ? NULL : look->host,
        .now = context->now,
        .batch = &look->batch,
    };
    explain_finish(&look->answer);
    return store == NULL ? err_memory(err)
                         : explain_judge(&question, &look->answer, err);
}

/* The form's fields, and what they hold; the peer's faults are `problem`. */
static void read_fields(struct look *look, const struct form *form)
{
    char as[16];
    copy_field(form, "password", look->password, sizeof look->password);
    copy_field(form, "host", look->host, sizeof look->host);
    copy_field(form, "as", as, sizeof as);
    look->role = strcmp(as, "server") == 0 ? EXPLAIN_SERVER : EXPLAIN_CLIENT;
    struct slice bytes = find_bytes(look, form);
    if (bytes.len == 0) {
        (void)err_set(&look->problem, ERR_CONFIG, 0,
                      "nothing was sent: paste a certificate, or choose a file");
        return;
    }
    look->is_read = true;
    if (desk_request_read(&look->as_request, bytes, look->now, &look->bundle,
                          &look->problem)) {
        look->read = BUNDLE_OK;
        return;
    }
    look->read = bundle_read_bounded(
        bytes, look->password[0] == 0 ? NULL : look->password, DESK_VIEW_WORK_MAX,
        look->label, &look->bundle, &look->problem);
}

/* In a thread: a form of a mebibyte takes as long as the loop has, and the input itself
 * says how often its password is hashed. */
static void read_form(void *job)
{
    struct look *look = job;
    struct form form = { .n_fields = 0 };
    switch (form_read(buf_string(&look->content_type), buf_slice(&look->body), &form)) {
    case FORM_MEMORY:
        look->failed = true;
        break;
    case FORM_OK:
        read_fields(look, &form);
        break;
    case FORM_OTHER_TYPE:
    case FORM_MALFORMED:
    default:
        (void)err_set(&look->problem, ERR_CONFIG, 0,
                      "this is not what a form sends (multipart/form-data, or "
                      "application/x-www-form-urlencoded)");
        break;
    }
    form_finish(&form);
}

static bool copy_form(struct look *look)
{
    const struct request *request = look->input->exchange->request;
    const char *type = request_find_header(request, "Content-Type");
    return buf_append_string(&look->content_type, type == NULL ? "" : type) &&
           buf_append_slice(&look->body, request->body);
}

static void check_signatures(void *job)
{
    struct look *look = job;
    signature_batch_run(&look->batch);
}

/* ---- the page */

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
        values_put(v, "clients", desk_sending_clients(&answer->sendings));
        values_put(v, "key_problems", desk_sending_problems(&answer->sendings));
    }
}

/* What decided: for a browser, the first fault that it minds. */
static void put_decided(struct values *v, const struct look *look,
                        const struct viewer_subject *subject)
{
    size_t n = viewer_n_findings(subject);
    size_t i = 0;
    if (subject->judgement != NULL) {
        i = subject->judgement->deciding;
    } else {
        while (i < n && (viewer_finding(subject, i).chrome == NULL ||
                         strcmp(viewer_finding(subject, i).chrome,
                                look->answer.server.chrome) != 0)) {
            i++;
        }
    }
    if (!look->answer.is_let_in && i < n) {
        values_put(v, "decided", viewer_fault(subject, i));
    }
}

/* The certificates behind the first, which belong to no path here. */
static json_t *others_list(struct certificate *const *certs, size_t n)
{
    struct values list = values_list();
    for (size_t i = 1; i < n && i < DESK_VIEW_CERTIFICATES_MAX; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "c%zu", i);
        struct viewer_subject subject = { .id = id, .cert = certs[i] };
        values_add(&list, viewer_create(&subject));
    }
    return values_take(&list);
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
    values_flag(&result, "is_request", look->as_request.ca != NULL);
    values_put(&result, "remarks",
               desk_sending_lines(buf_slice(&look->bundle.remarks)));
    desk_sending_importers(&result, look->bundle.pkcs12_uses);
    put_verdict(&result, look);
    put_decided(&result, look, &subject);
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
    values_flag(v, "as_server", look->role == EXPLAIN_SERVER);
    values_text(v, "host", look->host);
    if (look->problem.text[0] != 0) {
        values_text(v, "problem", look->problem.text);
        answer->response.status = RESPONSE_BAD_REQUEST;
    }
    answer->is_kept_for_back = true;
    return desk_answer_page(answer, "desk/view", v, PAGES_FORM, err);
}

static struct look *look_create(const struct role_input *input, struct err *err)
{
    struct look *look = mem_alloc(1, sizeof *look);
    if (look == NULL) {
        (void)err_memory(err);
        return NULL;
    }
    look->input = input;
    look->now = input->exchange->context->now;
    look->problem = (struct err)ERR_INIT;
    signature_batch_init(&look->batch, SIGNATURE_BATCH_ALLOWANCE);
    return look;
}

static void look_destroy(void *job)
{
    struct look *look = job;
    buf_finish(&look->content_type);
    buf_finish_secret(&look->body);
    bundle_finish(&look->bundle);
    explain_finish(&look->answer);
    desk_request_finish(&look->as_request);
    signature_batch_finish(&look->batch);
    mem_wipe(look->password, sizeof look->password);
    free(look);
}

static int answer_look(const struct role_input *input, void *job,
                       struct role_answer *answer, struct err *err);

/* The look goes on in a thread; the answer owns it from now on. */
static void look_on(struct look *look, void (*run)(void *job),
                    struct role_answer *answer)
{
    answer->work = (struct role_work){ run, answer_look, look_destroy, look };
}

/* In this page's words; NULL = nothing that the reader would not have said. */
static const char *find_problem(const struct look *look)
{
    if (!look->is_read) {
        return NULL;
    }
    switch (look->read) {
    case BUNDLE_NO_PASSWORD:
        return "is protected by a password: choose it again, and type the password";
    case BUNDLE_WRONG_PASSWORD:
        return "does not open with that password: choose it again, and type the right "
               "one (or it was changed on its way: export it again)";
    case BUNDLE_OK:
        return look->bundle.n_certs == 0 ? "holds a revocation list and no certificate"
                                         : NULL;
    case BUNDLE_FAILED:
    default:
        return NULL;
    }
}

static int show(struct look *look, bool has_answer, struct role_answer *answer,
                struct err *err)
{
    struct values v;
    values_init(&v);
    desk_values_frame(&v, look->input, "/view", "Look at a certificate");
    if (has_answer) {
        put_answer(&v, look, look->bundle.certs, look->bundle.n_certs,
                   buf_string(&look->bundle.friendly_name));
    }
    return render(look, &v, answer, err);
}

/* When it has been read, and again when its signatures have been checked. */
static int answer_look(const struct role_input *input, void *job,
                       struct role_answer *answer, struct err *err)
{
    struct look *look = job;
    const char *problem = find_problem(look);
    look->input = input;
    if (look->failed) {
        return err_memory(err);
    }
    if (problem != NULL) {
        look->problem = (struct err)ERR_INIT;
        (void)err_set(&look->problem, ERR_CONFIG, 0, "%s %s", look->label, problem);
    }
    if (look->problem.text[0] != 0) {
        return show(look, false, answer, err);
    }
    if (judge(look, look->bundle.certs, look->bundle.n_certs, err) != 0) {
        return -1;
    }
    if (signature_batch_is_pending(&look->batch)) {
        look_on(look, check_signatures, answer);
        return 0;
    }
    return show(look, true, answer, err);
}

int desk_view_answer(const struct role_input *input, struct role_answer *answer,
                     struct err *err)
{
    struct look *look = look_create(input, err);
    if (look == NULL) {
        return -1;
    }
    if (input->exchange->request->method == REQUEST_METHOD_POST) {
        if (!copy_form(look)) {
            look_destroy(look);
            return err_memory(err);
        }
        look_on(look, read_form, answer);
        return 0;
    }
    int result = show(look, false, answer, err);
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
        /* The functions that judge take pointers to const. */
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
    signature_batch_init(&look->batch, UINT32_MAX); /* they are the user's own */
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
