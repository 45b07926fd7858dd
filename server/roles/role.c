/* SPDX-License-Identifier: MIT */
#include "roles/role.h"

#include "base/compiler.h"
#include "describe/json_value.h"

#include <string.h>

#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_JSON "application/json"

static const struct role_info {
    enum config_role role;
    const struct role_route *(*routes)(size_t *ret_n);
    const char *(*guard)(const struct exchange_input *input); /* NULL = for everybody */
    bool json_only; /* what is posted must be JSON, which no form of a page can send */
} roles[] = {
    { CONFIG_ROLE_DESK, desk_routes, role_guard_local, false },
    { CONFIG_ROLE_PKI, pki_site_routes, NULL, false },
    { CONFIG_ROLE_CONTROL, control_routes, role_guard_strict, true },
};

/* ---- answers */

/* {"error": "a sentence"}; without memory the body fails. */
static void append_error(struct buf *out, const char *sentence)
{
    json_t *object = json_object();
    bool failed = false;
    json_value_set(object, "error", json_value_text(slice_from_string(sentence)),
                   &failed);
    out->failed |= failed || !json_value_dump(object, JSON_INDENT(2), out);
    buf_append_byte(out, '\n');
    json_decref(object);
}

void role_text(struct role_answer *answer, enum response_status status,
               const char *sentence)
{
    answer->response.status = status;
    buf_clear(&answer->body);
    if (answer->is_for_programs) {
        append_error(&answer->body, sentence);
        response_add(&answer->response, "Content-Type", TYPE_JSON);
        return;
    }
    buf_append_string(&answer->body, sentence);
    answer->is_sentence = answer->is_for_people;
    if (!answer->is_sentence) {
        response_add(&answer->response, "Content-Type", TYPE_TEXT);
        buf_append_string(&answer->body, "\n");
    }
}

int role_json(struct role_answer *answer, enum response_status status, json_t *value,
              struct err *err)
{
    answer->response.status = status;
    response_add(&answer->response, "Content-Type", TYPE_JSON);
    buf_clear(&answer->body);
    bool ok = value != NULL && json_value_dump(value, JSON_INDENT(2), &answer->body) &&
              buf_append_byte(&answer->body, '\n');
    json_decref(value);
    return ok ? 0 : err_memory(err);
}

bool role_is_json(const struct request *request)
{
    const char *type = request_find_header(request, "Content-Type");
    size_t len = sizeof TYPE_JSON - 1;
    return type != NULL && strncmp(type, TYPE_JSON, len) == 0 &&
           (type[len] == 0 || type[len] == ';' || type[len] == ' ');
}

void role_stream_finish(struct role_stream *stream)
{
    if (stream->finish != NULL) {
        stream->finish(stream->user);
    }
    *stream = (struct role_stream){ .pull = NULL };
}

void role_work_finish(struct role_work *work)
{
    if (work->job != NULL) {
        work->destroy(work->job);
    }
    *work = (struct role_work){ .run = NULL };
}

void role_answer_finish(struct role_answer *answer)
{
    role_work_finish(&answer->work);
    response_finish(&answer->response);
    buf_finish(&answer->body);
    role_stream_finish(&answer->stream);
}

/* ---- which */

static bool matches(const struct role_route *route, const char *path)
{
    size_t len = strlen(route->path);
    return strcmp(route->path, path) == 0 || (len > 1 && route->path[len - 1] == '/' &&
                                              strncmp(route->path, path, len) == 0);
}

static const struct role_route *find_route(unsigned site_roles, const char *path,
                                           const struct role_info **ret_role)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        size_t n = 0;
        if ((site_roles & roles[i].role) == 0) {
            continue;
        }
        const struct role_route *routes = roles[i].routes(&n);
        for (size_t j = 0; j < n; j++) {
            if (matches(&routes[j], path)) {
                *ret_role = &roles[i];
                return &routes[j];
            }
        }
    }
    return NULL;
}

static bool allows(const struct role_route *route, enum request_method method)
{
    bool reads = method == REQUEST_METHOD_GET || method == REQUEST_METHOD_HEAD;
    return (reads && (route->methods & ROLE_GET) != 0) ||
           (method == REQUEST_METHOD_POST && (route->methods & ROLE_POST) != 0);
}

/* The guards of all roles of this site, also for paths that do not exist: a stranger
 * must not learn even that. */
static const char *find_refusal(const struct exchange_input *input)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        const char *refusal =
            (input->site->roles & roles[i].role) == 0 || roles[i].guard == NULL
                ? NULL
                : roles[i].guard(input);
        if (refusal != NULL) {
            return refusal;
        }
    }
    return NULL;
}

/* Browsers say so of everything that is typed, clicked or sent by a form. */
static bool wants_page(const struct exchange_input *input)
{
    const char *accept = request_find_header(input->request, "Accept");
    return (input->site->roles & CONFIG_ROLE_DESK) != 0 && accept != NULL &&
           strstr(accept, "text/html") != NULL;
}

/* By either way: a port that others reach, or a name in the handshake with a judged
 * site that they reach. */
static const char *find_stranger(const struct exchange_input *input)
{
    return exchange_is_local(input->peer) || input->config->unsafe_roles
               ? NULL
               : "Only its own machine is answered here, unless certgated runs with "
                 "--unsafe-roles.";
}

/* The desk's pages that take files say how large one may be. */
static void refuse_size(const struct exchange_input *input, struct role_answer *answer)
{
    role_text(answer, RESPONSE_CONTENT_TOO_LARGE,
              (input->site->roles & CONFIG_ROLE_DESK) != 0
                  ? "That is more than 1 MiB, the most that is looked at here. A "
                    "certificate has a few KiB: choose another file, or take the "
                    "certificate out of this one. certgate explain FILE, in a "
                    "terminal, reads larger ones."
                  : "That is too much.");
}

static const char *nothing_here(const struct config_listen *site)
{
    return (site->roles & CONFIG_ROLE_DESK) != 0
               ? "There is nothing at this address. The desk has /, /live, /2026, "
                 "/mint, /view and /why, and files below /download/."
           : (site->roles & CONFIG_ROLE_CONTROL) != 0
               ? "There is nothing at this address. The control has /revocations and "
                 "/events."
               : "There is nothing here.";
}

/* False: the client may ask. With `is_guarded` other sites' pages may not, either. */
static bool refuse_client(const struct role_input *input, bool is_guarded,
                          struct role_answer *answer)
{
    const char *refusal = find_stranger(input->exchange);
    if (refusal == NULL && is_guarded) {
        refusal = find_refusal(input->exchange);
    }
    if (refusal != NULL) {
        answer->is_for_people = false; /* no page of ours for another site's */
        role_text(answer, RESPONSE_FORBIDDEN, refusal);
    }
    return refusal != NULL;
}

static int answer_route(const struct role_input *input, struct role_answer *answer,
                        struct err *err)
{
    const struct request *request = input->exchange->request;
    const struct role_info *role = NULL;
    const struct role_route *route =
        find_route(input->exchange->site->roles, request->path, &role);

    if (refuse_client(input, route == NULL || role->guard != NULL, answer)) {
        return 0;
    }
    if (request->form == REQUEST_TARGET_ASTERISK) { /* RFC 9110 9.3.7 */
        answer->response.status = RESPONSE_NO_CONTENT;
        response_add(&answer->response, "Allow", "GET, HEAD, POST, OPTIONS");
    } else if (route == NULL) {
        role_text(answer, RESPONSE_NOT_FOUND, nothing_here(input->exchange->site));
    } else if (!allows(route, request->method)) {
        role_text(answer, RESPONSE_METHOD_NOT_ALLOWED, "Not with this method.");
        response_add(&answer->response, "Allow",
                     (route->methods & ROLE_POST) == 0  ? "GET, HEAD"
                     : (route->methods & ROLE_GET) == 0 ? "POST"
                                                        : "GET, HEAD, POST");
    } else if (request->body.len > ROLE_BODY_MAX &&
               (route->methods & ROLE_LARGE) == 0) {
        refuse_size(input->exchange, answer);
    } else if (role->json_only && request->method == REQUEST_METHOD_POST &&
               !role_is_json(request)) {
        role_text(answer, RESPONSE_UNSUPPORTED_MEDIA_TYPE,
                  "Send JSON, with Content-Type: " TYPE_JSON ".");
    } else {
        return route->answer(input, answer, err);
    }
    return 0;
}

static void begin(const struct role_input *input, struct role_answer *answer)
{
    unsigned own = input->exchange->site->roles;
    *answer =
        (struct role_answer){ .body = BUF_EMPTY,
                              .is_for_people = wants_page(input->exchange),
                              .is_for_programs = (own & CONFIG_ROLE_CONTROL) != 0 &&
                                                 (own & CONFIG_ROLE_DESK) == 0 };
    response_init(&answer->response, RESPONSE_OK, input->exchange->request);
    response_add(&answer->response, "Server", "certgated");
    response_add(&answer->response, "X-Content-Type-Options", "nosniff");
    /* With "no-referrer" a browser would post our own forms with "Origin: null". */
    response_add(&answer->response, "Referrer-Policy", "same-origin");
}

/* Makes an answer of a route's result in any case. */
static int complete(const struct role_input *input, int result,
                    struct role_answer *ret_answer, struct err *err)
{
    ret_answer->is_for_people = false;
    if (result == 0 && ret_answer->is_sentence) {
        result = desk_answer_sentence(input, ret_answer, err);
    }
    if (result != 0) {
        role_answer_finish(ret_answer);
        begin(input, ret_answer);
        ret_answer->is_for_people = false;
        role_text(ret_answer, RESPONSE_INTERNAL_ERROR,
                  "certgated could not answer; its terminal says why.");
    }
    response_add(&ret_answer->response, "Cache-Control",
                 ret_answer->is_kept_for_back ? "private, max-age=0" : "no-store");
    return result;
}

int role_answer(const struct role_input *input, struct role_answer *ret_answer,
                struct err *err)
{
    begin(input, ret_answer);
    return complete(input, answer_route(input, ret_answer, err), ret_answer, err);
}

int role_answer_too_large(const struct role_input *input,
                          struct role_answer *ret_answer, struct err *err)
{
    begin(input, ret_answer);
    if (!refuse_client(input, true, ret_answer)) {
        refuse_size(input->exchange, ret_answer);
    }
    int result = complete(input, 0, ret_answer, err);
    ret_answer->response.keep_alive = false; /* the rest of it is not read */
    return result;
}

int role_answer_done(const struct role_input *input, struct role_work *work,
                     struct role_answer *ret_answer, struct err *err)
{
    begin(input, ret_answer);
    int result = work->answer(input, work->job, ret_answer, err);
    if (ret_answer->work.job == work->job) {
        work->job = NULL;
    }
    return complete(input, result, ret_answer, err);
}
