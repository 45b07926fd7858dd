/* SPDX-License-Identifier: MIT */
#include "check/surveyor.h"

#include "attempt/page.h"
#include "attempt/request_text.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#define HOST_FIELD_MAX (URL_TEXT_MAX + sizeof("Host: "))

static void on_done(void *user)
{
    (void)user;
}

const char *surveyor_find_other(const struct matrix_options *options)
{
    return options->other_host != NULL ? options->other_host : SURVEYOR_OTHER_HOST;
}

/* The field has the port as a browser would send it (RFC 9110 7.2). */
static void format_host(const struct matrix_options *options,
                        char text[static HOST_FIELD_MAX])
{
    struct url other = options->target->options->url;
    char authority[URL_TEXT_MAX];
    snprintf(other.host, sizeof(other.host), "%s", surveyor_find_other(options));
    url_format_authority(&other, authority);
    snprintf(text, HOST_FIELD_MAX, "Host: %s", authority);
}

static int prepare(const struct surveyor *surveyor,
                   const struct surveyor_connection *connection,
                   struct forge_credential *credential,
                   struct tls_client_config **ret_config, struct err *err)
{
    const struct matrix_options *options = surveyor->options;
    const struct recipe *recipe =
        recipe_find(&forge_book(options->world)->cases, connection->case_name);
    struct target_use use = { .credential = credential,
                              .min_version = connection->version,
                              .max_version = connection->version,
                              .tickets = true,
                              .server_name = connection->sni
                                                 ? surveyor_find_other(options)
                                                 : NULL };
    if (recipe == NULL) {
        return err_set(err, ERR_CONFIG, 0, "no case \"%s\"", connection->case_name);
    }
    if (!recipe->is_none &&
        forge_case(options->world, recipe, options->now, credential, err) != 0) {
        return -1;
    }
    return target_make_config(options->target, &use, ret_config, err);
}

static bool append_body(struct buf *body, struct request_text *request, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_append_string(body, "x");
    }
    request->body = buf_slice(body);
    return buf_ok(body);
}

int surveyor_connect(struct surveyor *surveyor,
                     const struct surveyor_connection *connection, struct err *err)
{
    const struct matrix_options *options = surveyor->options;
    struct request_text request = { .method = connection->n_body > 0 ? "POST" : "GET" };
    struct forge_credential credential = { NULL, NULL, 0 };
    struct tls_client_config *config = NULL;
    struct buf text = BUF_EMPTY;
    struct buf body = BUF_EMPTY;
    char host[HOST_FIELD_MAX];
    int result = -1;
    format_host(options, host);
    if (connection->host) {
        request.headers[request.n_headers++] = host;
    }
    if (connection->n_body > 0) {
        request.has_body = true;
        request.body_type = "application/octet-stream";
    }
    attempt_result_finish(&surveyor->result);
    attempt_result_init(&surveyor->result);
    if (prepare(surveyor, connection, &credential, &config, err) != 0) {
        goto out;
    }
    if (!append_body(&body, &request, connection->n_body) ||
        !request_text_write(&request, &options->target->options->url, &text)) {
        err_memory(err);
        goto out;
    }
    struct attempt_options attempt = {
        .addresses = options->target->addresses,
        .n_addresses = options->target->n_addresses,
        .config = config,
        .has_certificate = credential.n_chain > 0,
        .resume = buf_slice(&surveyor->ticket),
        .request = buf_slice(&text),
        .body_max = PAGE_TEXT_MAX,
        .may_cut_body = true,
        .max_time_ms = options->target->options->max_time_ms,
    };
    attempt_start(&surveyor->attempt, options->loop, &attempt, &surveyor->result,
                  on_done, NULL);
    uv_run(options->loop, UV_RUN_DEFAULT);
    result = 0;
out:
    tls_client_config_destroy(config);
    forge_credential_finish(&credential);
    buf_finish(&text);
    buf_finish(&body);
    return result;
}

struct surveyor *surveyor_create(const struct matrix_options *options)
{
    struct surveyor *surveyor = mem_alloc(1, sizeof(*surveyor));
    if (surveyor != NULL) {
        surveyor->options = options;
        attempt_result_init(&surveyor->result);
    }
    return surveyor;
}

void surveyor_destroy(struct surveyor *surveyor)
{
    if (surveyor != NULL) {
        attempt_result_finish(&surveyor->result);
        buf_finish_secret(&surveyor->ticket);
        free(surveyor);
    }
}
