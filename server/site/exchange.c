/* SPDX-License-Identifier: MIT */
#include "site/exchange.h"

#include "describe/json_value.h"
#include "http/query.h"
#include "pages/pages.h"
#include "site/access.h"
#include "site/dialect.h"
#include "site/exchange_note.h"
#include "site/page_values.h"
#include "site/whoami.h"
#include "site/why_link.h"

#include <stdio.h>
#include <string.h>

#define HRESULT_NOT_FOUND   0x80070002u
#define HRESULT_NOT_ALLOWED 0x80070001u
#define METHODS             "OPTIONS, GET, HEAD, POST"
#define TYPE_HTML           "text/html; charset=utf-8"
#define TYPE_HTML_CUSTOM \
    "text/html" /* the files in IIS's custerr folder name no charset */
#define TYPE_HTML_HTTP_SYS "text/html; charset=us-ascii"
#define TYPE_JSON          "application/json"
#define TYPE_TEXT          "text/plain; charset=utf-8"

/* One exchange in progress. */
struct job {
    const struct exchange_input *input;
    struct access access;
    struct exchange_result *result;
    struct response response;
    struct buf body;
};

struct route {
    const char *path;
    bool is_open;  /* independent of the certificate */
    bool is_quiet; /* no line on the terminal */
    bool (*answer)(struct job *job);
};

/* ---- answers */

static void begin(struct job *job, unsigned status, unsigned substatus,
                  uint32_t hresult, const char *type)
{
    job->result->status = status;
    job->result->substatus = substatus;
    job->result->hresult = hresult;
    response_init(&job->response, (enum response_status)status, job->input->request);
    response_add(&job->response, "Content-Type", type);
}

static bool answer_page(struct job *job, const char *page,
                        const struct page_subject *subject, bool with_findings)
{
    json_t *values = page_values_create(job->input, subject);
    bool ok = values != NULL &&
              (!with_findings ||
               page_values_add_findings(values, job->input, &job->access)) &&
              pages_render(&job->body, page, values);
    json_decref(values);
    return ok;
}

static bool answer_home(struct job *job)
{
    struct page_subject subject = { .status = 200, .fragment = "verdicts/ok" };
    begin(job, 200, 0, 0, TYPE_HTML);
    return answer_page(job, "home", &subject, true);
}

static bool answer_json(struct job *job)
{
    const struct verdict_info *info = verdict_get(job->access.verdict);
    begin(job, info->status, info->substatus, info->hresult, TYPE_JSON);
    json_t *whoami = whoami_create(job->input, &job->access);
    bool ok = whoami != NULL && json_value_dump(whoami, JSON_INDENT(2), &job->body) &&
              buf_append_byte(&job->body, '\n');
    json_decref(whoami);
    return ok;
}

static bool answer_health(struct job *job)
{
    begin(job, 200, 0, 0, TYPE_TEXT);
    return buf_append_string(&job->body, "ok\n");
}

/* IIS's error page: the detailed one, or the one for remote clients, which gives no
 * details. */
static bool answer_error(struct job *job, const struct page_subject *subject,
                         bool with_findings)
{
    char custom[PAGES_NAME_MAX];
    if (exchange_may_detail(job->input)) {
        begin(job, subject->status, subject->substatus, subject->hresult, TYPE_HTML);
        return answer_page(job, "detailed", subject,
                           with_findings && !job->input->config->plain_iis);
    }
    begin(job, subject->status, subject->substatus, subject->hresult, TYPE_HTML_CUSTOM);
    snprintf(custom, sizeof custom, "custom/%u", subject->status);
    struct page_subject plain = { .status = subject->status, .fragment = custom };
    return answer_page(job, pages_has(custom) ? "custom" : "bare", &plain, false);
}

/* Only mapped users are named: what IIS shows for anonymous requests is not
 * documented. */
static void put_logon(const struct job *job, struct page_subject *subject)
{
    if (job->access.reached_logon && job->access.logon.user[0] != 0) {
        subject->logon_method = job->access.logon.method;
        subject->logon_user = job->access.logon.user;
    }
}

static bool answer_refusal(struct job *job)
{
    char fragment[PAGES_NAME_MAX];
    const struct verdict_info *info = verdict_get(job->access.verdict);
    struct page_subject subject = {
        .status = info->status,
        .substatus = info->substatus,
        .hresult = info->hresult,
        .fragment = pages_verdict_name(job->access.verdict, fragment),
        .module = "IIS Web Core",
        .notification = "BeginRequest",
    };
    if (job->access.reached_logon) {
        subject.notification = "AuthenticateRequest";
        put_logon(job, &subject);
    }
    bool ok = answer_error(job, &subject, true);
    /* The body could not be skipped, so the next request cannot be told apart from
     * it. */
    if (job->access.verdict == VERDICT_ENTITY_TOO_LARGE) {
        job->response.keep_alive = false;
    }
    return ok;
}

/* Another server's error page. */
static bool answer_foreign(struct job *job, unsigned status, const char *sentence)
{
    const struct dialect *dialect = dialect_get(job->input->site->dialect);
    struct values v;
    values_init(&v);
    values_printf(&v, "heading", "%u %s", status, response_reason((int)status));
    values_text(&v, "reason", response_reason((int)status));
    values_printf(&v, "title", "%u %s", status,
                  sentence != NULL && status == 400 ? sentence
                                                    : response_reason((int)status));
    values_text(&v, "sentence", sentence);
    values_text(&v, "server", dialect->server);
    begin(job, status, 0, 0, dialect->type);
    bool ok = !v.failed && pages_render(&job->body, dialect->page, v.object);
    json_decref(v.object);
    return ok;
}

static bool answer_foreign_not_found(struct job *job)
{
    bool is_apache = job->input->site->dialect == CONFIG_DIALECT_APACHE;
    return answer_foreign(job, RESPONSE_NOT_FOUND,
                          is_apache ? "The requested URL was not found on this server."
                                    : NULL);
}

static bool answer_not_found(struct job *job)
{
    if (dialect_get(job->input->site->dialect)->page != NULL) {
        return answer_foreign_not_found(job);
    }
    struct page_subject subject = { .status = 404,
                                    .hresult = HRESULT_NOT_FOUND,
                                    .fragment = "errors/404",
                                    .module = "IIS Web Core",
                                    .notification = "MapRequestHandler" };
    put_logon(job, &subject);
    return answer_error(job, &subject, false);
}

/* The request is for the origin of a minted certificate that no longer exists. */
static bool answer_gone(struct job *job)
{
    struct page_subject subject = { .status = 404,
                                    .hresult = HRESULT_NOT_FOUND,
                                    .fragment = "errors/minted",
                                    .module = "IIS Web Core",
                                    .notification = "BeginRequest" };
    return answer_error(job, &subject, false);
}

static bool answer_not_allowed(struct job *job)
{
    struct page_subject subject = { .status = 405,
                                    .hresult = HRESULT_NOT_ALLOWED,
                                    .fragment = "errors/405",
                                    .module = "StaticFileModule",
                                    .notification = "ExecuteRequestHandler" };
    put_logon(job, &subject);
    bool ok = answer_error(job, &subject, false);
    response_add(&job->response, "Allow", METHODS);
    return ok;
}

static bool answer_options(struct job *job)
{
    begin(job, 200, 0, 0, TYPE_TEXT);
    response_add(&job->response, "Allow", METHODS);
    response_add(&job->response, "Public", METHODS);
    return true;
}

/* ---- which */

static const struct route routes[] = {
    { "/", false, false, answer_home },
    { "/whoami", false, false, answer_json },
    { "/healthz", true, true, answer_health },
    { "/favicon.ico", true, true, answer_not_found },
};
static const struct route route_unknown = { "", false, false, answer_not_found };
static const struct route route_gone = { "", true, false, answer_gone };

static const struct route *find_route(const struct exchange_input *input)
{
    const char *path = input->request->path + input->base_len;
    bool has_base = input->base_len > 0;
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (strcmp(routes[i].path, path[0] == 0 ? "/" : path) == 0 &&
            !(has_base && routes[i].is_open)) {
            return !site_host_is_gone(input->host) || routes[i].is_open ? &routes[i]
                                                                        : &route_gone;
        }
    }
    return site_host_is_gone(input->host) ? &route_gone : &route_unknown;
}

bool exchange_needs_evidence(const struct exchange_input *input)
{
    return input->context->evidence != NULL && !dialect_is_foreign(input->site) &&
           !find_route(input)->is_open && input->site->flags != SSL_FLAGS_IGNORE &&
           exchange_n_presented(input->tls) > 0;
}

enum access_late exchange_late(const struct exchange_input *input)
{
    if (input->tls == NULL || find_route(input)->is_open ||
        site_host_is_misdirected(input->tls->server_name, input->request->host_name)) {
        return ACCESS_LATE_NONE;
    }
    return access_late(input);
}

/* Safari replaces a 403 page of a site that asks for a certificate with its own. The
 * page can be requested with status 200; the logs keep IIS's status. */
static bool wants_200(const struct exchange_input *input)
{
    char status[sizeof "200"];
    return input->host->as_200 ||
           (query_find(input->request->query, "as", status, sizeof status) &&
            strcmp(status, "200") == 0);
}

bool exchange_wants_offers(const struct exchange_input *input)
{
    return input->tls != NULL && input->site->flags != SSL_FLAGS_IGNORE &&
           (!input->site->late || input->tls->asked_late) &&
           exchange_n_presented(input->tls) == 0 && !find_route(input)->is_open &&
           exchange_may_detail(input);
}

/* The page is byte for byte that server's; the desk's page is named in a Link field
 * (RFC 8288). */
static void add_help_link(struct job *job, bool is_missing)
{
    const struct exchange_input *input = job->input;
    struct buf url = BUF_EMPTY;
    struct buf link = BUF_EMPTY;
    if (why_link_append(&url, input->places, is_missing ? "496" : "495", NULL) &&
        (url.len == 0 || input->config->plain_iis || !exchange_may_detail(input))) {
        buf_finish(&url);
        return;
    }
    buf_printf(&link, "<%s>; rel=\"help\"", buf_string(&url));
    link.failed = link.failed || !buf_ok(&url);
    response_add_buf(&job->response, "Link", &link);
    buf_finish(&url);
}

/* Only dialects that refuse with a page reach this. */
static bool answer_foreign_refusal(struct job *job)
{
    const struct dialect *dialect = dialect_get(job->input->site->dialect);
    const struct dialect_judgement *judgement = &job->access.foreign;
    bool ok =
        answer_foreign(job, RESPONSE_BAD_REQUEST,
                       judgement->is_missing ? dialect->missing : dialect->refused);
    add_help_link(job, judgement->is_missing);
    job->response.keep_alive = false;
    job->result->reached_site = false;
    return ok;
}

static bool answer(struct job *job, const struct route *route)
{
    const struct request *request = job->input->request;
    if (job->access.foreign.refused) {
        return answer_foreign_refusal(job);
    }
    if (job->access.verdict != VERDICT_OK) {
        bool as_json = route->answer == answer_json && exchange_may_detail(job->input);
        return as_json ? answer_json(job) : answer_refusal(job);
    }
    switch (request->method) {
    case REQUEST_METHOD_OPTIONS:
        return answer_options(job);
    case REQUEST_METHOD_GET:
    case REQUEST_METHOD_HEAD:
    case REQUEST_METHOD_POST:
        return route->answer(job);
    case REQUEST_METHOD_OTHER:
    case REQUEST_METHOD_COUNT:
    default:
        return answer_not_allowed(job);
    }
}

static void add_headers(struct job *job)
{
    const struct config *config = job->input->config;
    const struct dialect *dialect = dialect_get(job->input->site->dialect);
    struct buf value = BUF_EMPTY;

    if (dialect_is_foreign(job->input->site)) {
        if (dialect->server != NULL) {
            response_add(&job->response, "Server", dialect->server);
        }
        return;
    }
    response_add(&job->response, "Cache-Control", "private");
    buf_printf(&value, "Microsoft-IIS/%s", config->windows->iis);
    response_add_buf(&job->response, "Server", &value);
    response_add(&job->response, "X-Powered-By", "ASP.NET");
    pages_append_policy(&value, PAGES_READ);
    response_add_buf(&job->response, "Content-Security-Policy", &value);
    response_add(&job->response, "X-Content-Type-Options", "nosniff");
    response_add(&job->response, "Referrer-Policy", "no-referrer");
    if (config->reveal_header) {
        const struct verdict_info *info = verdict_get(job->access.verdict);
        buf_printf(&value, "%s %s 0x%08lX", verdict_code(job->access.verdict),
                   info->name, (unsigned long)info->hresult);
        response_add_buf(&job->response, "X-Certgate-Verdict", &value);
    }
}

/* ---- the whole */

int exchange_answer(const struct exchange_input *input, struct buf *out,
                    struct exchange_result *ret_exchange, struct err *err)
{
    const struct route *route = find_route(input);
    struct exchange_result result = { .reached_site = true, .quiet = route->is_quiet };
    struct job job = { .input = input, .result = &result, .body = BUF_EMPTY };
    int outcome = -1;

    if (input->tls != NULL &&
        site_host_is_misdirected(input->tls->server_name, input->request->host_name)) {
        return exchange_answer_unread(input, RESPONSE_MISDIRECTED_REQUEST,
                                      EXCHANGE_MISDIRECTED_REASON, out, ret_exchange,
                                      err);
    }
    if (!route->is_open && access_decide(input, &job.access, err) != 0) {
        goto out;
    }
    result.verdict = job.access.verdict;
    exchange_note(&result, input, &job.access);
    if (job.access.reset) {
        result.reset = true;
        outcome = 0;
        goto out;
    }
    if (!answer(&job, route)) {
        err_memory(err);
        goto out;
    }
    add_headers(&job);
    if (wants_200(input)) {
        job.response.status = RESPONSE_OK;
    }
    if (!response_write(&job.response, input->context->now, buf_slice(&job.body),
                        out)) {
        err_memory(err);
        goto out;
    }
    result.keep_alive = job.response.keep_alive;
    outcome = 0;
out:
    if (outcome == 0) {
        *ret_exchange = result;
    }
    response_finish(&job.response);
    buf_finish(&job.body);
    return outcome;
}

int exchange_answer_unread(const struct exchange_input *input,
                           enum response_status status, const char *reason,
                           struct buf *out, struct exchange_result *ret_exchange,
                           struct err *err)
{
    struct exchange_result result = { .status = status };
    struct response response;
    struct buf body = BUF_EMPTY;
    struct values v;

    values_init(&v);
    values_number(&v, "status", status);
    values_text(&v, "reason", response_reason((int)status));
    values_text(&v, "sentence", reason);
    response_init(&response, status, NULL);
    response.head_only =
        input->request != NULL && input->request->method == REQUEST_METHOD_HEAD;
    response_add(&response, "Content-Type", TYPE_HTML_HTTP_SYS);
    response_add(&response, "Server", "Microsoft-HTTPAPI/2.0");
    bool ok = !v.failed && pages_render(&body, "http_sys", v.object) &&
              response_write(&response, input->context->now, buf_slice(&body), out);
    snprintf(result.fault, sizeof result.fault, "%s", reason);
    json_decref(v.object);
    response_finish(&response);
    buf_finish(&body);
    if (!ok) {
        return err_memory(err);
    }
    *ret_exchange = result;
    return 0;
}
