/* SPDX-License-Identifier: MIT */
#include "roles/desk_mint.h"

#include "base/mem.h"
#include "forge/forge_export.h"
#include "pages/pages.h"
#include "pages/viewer.h"
#include "roles/desk_values.h"
#include "roles/mint_order.h"
#include "roles/revocation_service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One order, from the request to the answer; its keys are made in a thread. Too large
 * for the stack. */
struct minting {
    const struct role_input *input; /* of the current call */
    bool is_json;
    struct form form;
    struct mint_order order;
    struct forge_mint_keys keys;
    bool has_keys;
    const struct recipe *recipe; /* the result; NULL = none */
    enum response_status status;
    struct err problem; /* what is wrong with the order; one sentence */
    struct judgement judgement;
    struct certificate *chain[RECIPE_LIST_MAX + 1]; /* owned */
    size_t n_chain;
    bool must_fetch_anew; /* what was fetched from our own service is outdated */
};

static void refuse(struct minting *m, enum response_status status, const char *why)
{
    m->status = status;
    (void)err_set(&m->problem, ERR_CONFIG, 0, "%s", why);
}

/* NULL, or what is wrong with what came. */
static const char *read_order(struct minting *m)
{
    const struct request *request = m->input->exchange->request;
    if (m->is_json) {
        json_t *object = json_loadb((const char *)request->body.data, request->body.len,
                                    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
        const char *problem = mint_order_read_json(object, &m->order);
        json_decref(object);
        return problem;
    }
    return form_read(request_find_header(request, "Content-Type"), request->body,
                     &m->form) == FORM_OK
               ? mint_order_read_form(&m->form, &m->order)
               : "this is neither a form nor JSON";
}

/* What was ordered, as IIS would judge it. */
static int judge(struct minting *m, struct err *err)
{
    const struct chain_context *context = m->input->exchange->context;
    struct forge_credential credential;
    if (forge_case(m->input->services->world, m->recipe, context->now, &credential,
                   err) != 0) {
        return -1;
    }
    bool ok = true;
    for (size_t i = 0; i < credential.n_chain && i < ARRAY_LEN(m->chain) && ok; i++) {
        m->chain[i] = certificate_create(buf_slice(&credential.chain[i]));
        ok = m->chain[i] != NULL;
        m->n_chain += ok;
    }
    forge_credential_finish(&credential);
    return ok ? judge_client(m->chain, m->n_chain, SSL_FLAGS_REQUIRE, context,
                             &m->judgement, err)
              : err_memory(err);
}

/* Its slot may have held another one whose state was switched; what was fetched for one
 * of the same name would be used for it, too. */
static void forget_predecessor(struct minting *m)
{
    const struct role_services *services = m->input->services;
    if (services->revocation != NULL &&
        revocation_service_is_set(services->revocation, m->recipe)) {
        revocation_service_reset(services->revocation, m->recipe);
        m->must_fetch_anew = services->forget_fetched != NULL;
    }
}

/* In a thread. */
static void make_keys(void *job)
{
    struct minting *m = job;
    const struct forge_mint_order order = mint_order_view(&m->order);
    m->has_keys = forge_mint_make_keys(&order, &m->keys, &m->problem) == 0;
}

/* -1 for failures of our own; mistakes in the order are in `problem`. */
static int mint(struct minting *m, struct err *err)
{
    struct forge_world *world = m->input->services->world;
    struct forge_mint_order order = mint_order_view(&m->order);
    order.keys = &m->keys;
    if (forge_mint(world, &order, m->input->exchange->context->now, &m->recipe,
                   &m->problem) == 0) {
        forget_predecessor(m);
        return judge(m, err);
    }
    if (m->problem.domain == ERR_CONFIG || m->problem.domain == ERR_LIMIT) {
        m->status = m->problem.domain == ERR_LIMIT ? RESPONSE_UNAVAILABLE
                                                   : RESPONSE_BAD_REQUEST;
        return 0;
    }
    *err = m->problem;
    return -1;
}

/* ---- answers */

static void put_places(struct values *v, const struct minting *m)
{
    const char *name = m->recipe->name;
    uint16_t port = m->input->services->places.tls;
    values_text(v, "name", name);
    if (port != 0) {
        values_printf(v, "url", "https://%s.mint.localhost:%u/", name, (unsigned)port);
    }
    values_printf(v, "p12", "/download/%s.p12", name);
    values_printf(v, "p12_modern", "/download/%s-modern.p12", name);
    values_printf(v, "pem", "/download/%s.pem", name);
    values_printf(v, "crt", "/download/%s.crt", name);
    values_text(v, "password", FORGE_PASSWORD);
}

static int answer_json(const struct minting *m, struct role_answer *answer,
                       struct err *err)
{
    struct values v;
    values_init(&v);
    if (m->recipe == NULL) {
        values_text(&v, "error", m->problem.text);
    } else {
        const struct verdict_info *info = verdict_get(m->judgement.verdict);
        put_places(&v, m);
        values_text(&v, "verdict", info->name);
        values_text(&v, "status", verdict_code(m->judgement.verdict));
    }
    return role_json(answer, m->status, values_take(&v), err);
}

/* What the form calls the columns that the forge names, and where they are in it. */
static const struct field_words {
    const char *column;
    const char *words;
    const char *id;
} field_words[] = {
    { "name", "Its name", "name" },
    { "issuer", "Issued by", "issuer" },
    { "subject", "Subject", "subject" },
    { "eku", "Enhanced Key Usage", "eku-7" },
    { "ku", "Key Usage", "ku-1" },
    { "from", "Validity, from", "not-before" },
    { "until", "Validity, until", "not-after" },
    { "not_before", "Validity, from", "not-before" },
    { "not_after", "Validity, until", "not-after" },
    { "key", "Key", "key" },
    { "revoked", "Revoked", "revoked" },
    { "details", "Subject alternative names", "san" },
};

/* "eku: ..." and "eku has ..." become sentences about the form's field. */
static void put_problem(struct values *v, const char *text)
{
    size_t len = strcspn(text, ": ");
    for (size_t i = 0; i < ARRAY_LEN(field_words); i++) {
        const char *column = field_words[i].column;
        if (strlen(column) == len && strncmp(column, text, len) == 0) {
            values_text(v, "field", field_words[i].words);
            values_text(v, "field_id", field_words[i].id);
            text += len;
            break;
        }
    }
    values_text(v, "problem", text);
}

#define FORM_KEY_MAX ((size_t)80)
#define FORM_KEY_BYTES \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=-"

/* As it can be sent again: a NUL by its escape. */
static void put_text(struct values *v, const char *name, struct slice value)
{
    struct buf text = BUF_EMPTY;
    for (size_t i = 0; i < value.len; i++) {
        if (value.data[i] == 0) {
            buf_append_string(&text, "\\x00");
        } else {
            buf_append_byte(&text, value.data[i]);
        }
    }
    values_put(v, name, values_buf(&text));
}

static void put_form_value(struct values *v, const char *name, struct slice value)
{
    char key[FORM_KEY_MAX];
    int n = snprintf(key, sizeof key, "%s=%.*s", name,
                     (int)(value.len < sizeof key ? value.len : sizeof key),
                     value.len == 0 ? "" : (const char *)value.data);
    put_text(v, name, value);
    for (char *dot = strchr(key, '.'); dot != NULL; dot = strchr(dot, '.')) {
        *dot = '_';
    }
    /* None of our names is longer or has other characters. */
    if (n > 0 && (size_t)n < sizeof key && strspn(key, FORM_KEY_BYTES) == (size_t)n) {
        values_flag(v, key, true);
    }
}

/* What the form held, so that a mistake does not lose all input: the texts by their
 * names, and NAME=VALUE for what can be ticked or chosen, with '_' for '.', which
 * templates use otherwise. Once minted, the name is in use, so it is left out. */
static json_t *form_values(const struct minting *m)
{
    static const struct {
        const char *name;
        const char *at_first; /* NULL = empty */
        bool is_ticked;       /* not a text */
    } known[] = {
        { "subject", NULL, false },    { "san", NULL, false },
        { "eku", "clientAuth", true }, { "ku", "digitalSignature", true },
        { "not_before", NULL, false }, { "not_after", NULL, false },
        { "from_days", "-1", false },  { "until_days", "30", false },
        { "issuer", "issuing", true }, { "key", "p256", true },
        { "revoked", NULL, true },     { "faults", NULL, true },
        { "name", NULL, false },
    };
    struct values v;
    values_init(&v);
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        const char *name = known[i].name;
        if (m->form.n_fields == 0 && known[i].at_first != NULL) {
            put_form_value(&v, name, slice_from_string(known[i].at_first));
            if (known[i].is_ticked) {
                values_text(&v, name, "");
            }
        }
        for (size_t j = 0; j < m->form.n_fields; j++) {
            const struct form_field *field = &m->form.fields[j];
            if (slice_equals_string(field->name, name) &&
                (m->recipe == NULL || strcmp(name, "name") != 0)) {
                put_form_value(&v, name, field->value);
            }
        }
    }
    return values_take(&v);
}

static bool is_chosen(const struct minting *m, const char *issuer)
{
    const struct form_field *field = form_find(&m->form, "issuer");
    return field == NULL ? strcmp(issuer, "issuing") == 0
                         : slice_equals_string(field->value, issuer);
}

static json_t *issuers_list(const struct minting *m)
{
    struct values list = values_list();
    const struct recipe_table *table =
        &forge_book(m->input->services->world)->authorities;
    for (size_t i = 0; i < table->n_recipes; i++) {
        struct values v;
        values_init(&v);
        values_text(&v, "name", table->recipes[i].name);
        values_text(&v, "title", table->recipes[i].title);
        values_flag(&v, "is_default", is_chosen(m, table->recipes[i].name));
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

static void put_minted(struct values *v, const struct minting *m)
{
    const struct verdict_info *info = verdict_get(m->judgement.verdict);
    struct viewer_subject subject = {
        .id = "minted",
        .cert = m->chain[0],
        .judgement = &m->judgement,
        .shows_files = true,
    };
    struct values minted;
    values_init(&minted);
    put_places(&minted, m);
    values_flag(&minted, "is_ok", m->judgement.verdict == VERDICT_OK);
    values_text(&minted, "code", verdict_code(m->judgement.verdict));
    values_text(&minted, "symbol", info->symbol);
    values_flag(&minted, "is_revoked", m->recipe->is_revoked);
    values_put(&minted, "viewer", viewer_create(&subject));
    values_put(v, "minted", values_take(&minted));
}

static int answer_page(const struct minting *m, struct role_answer *answer,
                       struct err *err)
{
    struct values v;
    values_init(&v);
    desk_values_frame(&v, m->input, "/mint", "Mint your own");
    values_put(&v, "was", form_values(m));
    if (m->input->services->world != NULL) {
        values_put(&v, "issuers", issuers_list(m));
    }
    if (m->recipe != NULL) {
        put_minted(&v, m);
    } else if (m->problem.text[0] != 0) {
        put_problem(&v, m->problem.text);
    }
    answer->response.status = m->status;
    answer->is_kept_for_back = true;
    return desk_answer_page(answer, "desk/mint", &v, PAGES_FORM, err);
}

/* NULL, or why nothing is minted for this client. */
static const char *find_refusal(const struct role_input *input)
{
    const struct exchange_input *exchange = input->exchange;
    if (input->services->world == NULL) {
        return "there are no test CAs here: this server was started with a store of "
               "its "
               "own";
    }
    if (!exchange_is_local(exchange->local) || !exchange_is_local(exchange->peer)) {
        return "private keys are made for this machine only; there, certgate forge "
               "makes certificates";
    }
    return role_guard_strict(exchange);
}

static int conclude(struct minting *m, struct role_answer *answer, struct err *err)
{
    return m->is_json ? answer_json(m, answer, err) : answer_page(m, answer, err);
}

static void destroy(void *job)
{
    struct minting *m = job;
    for (size_t i = 0; i < m->n_chain; i++) {
        certificate_destroy(m->chain[i]);
    }
    forge_mint_keys_finish(&m->keys);
    mint_order_finish(&m->order);
    form_finish(&m->form);
    free(m);
}

/* Its keys are made. */
static int answer_minted(const struct role_input *input, void *job,
                         struct role_answer *answer, struct err *err)
{
    struct minting *m = job;
    m->input = input;
    if (!m->has_keys) {
        *err = m->problem;
        return -1;
    }
    int result = mint(m, err);
    if (result == 0) {
        result = conclude(m, answer, err);
    }
    if (m->must_fetch_anew) { /* last, because it answers the requests that wait */
        input->services->forget_fetched(input->services->forget_user);
    }
    return result;
}

/* True: it continues in a thread. */
static bool begin(struct minting *m, struct role_answer *answer)
{
    const char *refusal = find_refusal(m->input);
    m->is_json = role_is_json(m->input->exchange->request);
    if (refusal != NULL) {
        refuse(m, RESPONSE_FORBIDDEN, refusal);
        return false;
    }
    refusal = read_order(m);
    refusal = refusal != NULL ? refusal : mint_order_refuse_key(&m->order);
    if (refusal != NULL) {
        refuse(m, RESPONSE_BAD_REQUEST, refusal);
        return false;
    }
    answer->work = (struct role_work){ make_keys, answer_minted, destroy, m };
    return true;
}

int desk_mint_answer(const struct role_input *input, struct role_answer *answer,
                     struct err *err)
{
    struct minting *m = mem_alloc(1, sizeof *m);
    if (m == NULL) {
        return err_memory(err);
    }
    m->input = input;
    m->status = RESPONSE_OK;
    m->problem = (struct err)ERR_INIT;
    if (input->exchange->request->method == REQUEST_METHOD_POST && begin(m, answer)) {
        return 0;
    }
    int result = conclude(m, answer, err);
    destroy(m);
    return result;
}
