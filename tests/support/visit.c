/* SPDX-License-Identifier: MIT */
#include "support/visit.h"

#include "support/world.h"

#include <check.h>

#include <stdio.h>
#include <string.h>

static const char *const methods[REQUEST_METHOD_COUNT] = {
    [REQUEST_METHOD_GET] = "GET",      [REQUEST_METHOD_HEAD] = "HEAD",
    [REQUEST_METHOD_POST] = "POST",    [REQUEST_METHOD_OPTIONS] = "OPTIONS",
    [REQUEST_METHOD_OTHER] = "DELETE",
};

static struct config make_config(const struct visit *visit)
{
    struct config config = {
        .policy = policy_default(),
        .windows = windows_default(),
        .send_trusted_issuer_list = visit->names_issuers,
        .error_mode = visit->error_mode,
        .reveal_header = visit->reveal,
        .plain_iis = visit->plain_iis,
    };
    if (visit->profile != NULL) {
        config.windows = windows_find(visit->profile);
        ck_assert_ptr_nonnull(config.windows);
    }
    return config;
}

static struct tls_info make_tls(const struct visit *visit)
{
    struct tls_info tls = {
        .version = visit->tls_1_2 ? "TLSv1.2" : "TLSv1.3",
        .cipher = "TLS_AES_128_GCM_SHA256",
        .cipher_bits = visit->weak ? 0 : 128,
        .handshake_done = true,
        .certificate_requested = !visit->late,
        .server_name = visit->server_name,
    };
    if (visit->case_name != NULL) {
        const struct world_case *found = world_case(visit->case_name);
        tls.chain = found->chain;
        tls.n_chain = found->n_chain;
        tls.possession_proved = !visit->unproved;
    }
    return tls;
}

void visit_prepare(const struct visit *visit, struct visit_scene *scene)
{
    static uint8_t body[64 * 1024];
    static const struct places places = { .tls = 8443, .require = 8443, .desk = 8440 };
    struct err err = ERR_INIT;

    *scene = (struct visit_scene){ .config = make_config(visit),
                                   .host = { .as_200 = visit->as_200 } };
    scene->site =
        (struct config_listen){ .flags = visit->flags,
                                .plain = visit->plain,
                                .ssl = visit->ssl,
                                .ssl128 = visit->ssl128,
                                .late = visit->late,
                                .upload_read_ahead = CONFIG_UPLOAD_READ_AHEAD };
    if (visit->host_case != NULL) {
        scene->host.recipe = world_case(visit->host_case)->recipe;
    }
    scene->tls = make_tls(visit);
    scene->context = (struct chain_context){ .store = world_store(),
                                             .policy = &scene->config.policy,
                                             .now = WORLD_NOW };
    scene->local = (struct address){ .ip = "127.0.0.1", .port = 8443 };
    scene->peer = (struct address){ .ip = "127.0.0.1", .port = 50000 };
    if (visit->remote) {
        memcpy(scene->peer.ip, "192.0.2.7", sizeof("192.0.2.7"));
    }
    ck_assert_uint_le(visit->body_len, sizeof(body));
    scene->request = (struct request){
        .method = visit->method,
        .method_text = methods[visit->method],
        .target = visit->path != NULL ? visit->path : "/",
        .path = visit->path != NULL ? visit->path : "/",
        .query = visit->query != NULL ? visit->query : "",
        .version_minor = 1,
        .host = "localhost:8443",
        .host_name = visit->host_name != NULL ? visit->host_name : "localhost",
        .user_agent = "test",
        .referer = "",
        .keep_alive = !visit->close,
        .has_body = visit->body_len > 0,
        .body_size = visit->body_len,
        .body = { body, visit->body_len },
    };
    if (visit->knows_all) {
        ck_assert_msg(offers_make(&scene->offers, world_get(), &scene->context, &err) ==
                          0,
                      "%s", err.text);
    }
    scene->input = (struct exchange_input){
        .memo = visit->memo,
        .config = &scene->config,
        .site = &scene->site,
        .host = &scene->host,
        .context = &scene->context,
        .local = &scene->local,
        .peer = &scene->peer,
        .tls = visit->plain ? NULL : &scene->tls,
        .request = &scene->request,
        .places = visit->knows_all ? &places : NULL,
        .offers = visit->knows_all ? &scene->offers : NULL,
    };
}

void visit_clear(struct visit_scene *scene)
{
    offers_finish(&scene->offers);
}

void visit_run(const struct visit *visit, struct visit_result *ret_result)
{
    struct visit_scene scene;
    struct err err = ERR_INIT;

    visit_prepare(visit, &scene);
    memset(ret_result, 0, sizeof(*ret_result));
    ck_assert_msg(exchange_answer(&scene.input, &ret_result->answer,
                                  &ret_result->exchange, &err) == 0,
                  "%s: %s", visit->label, err.text);
    visit_clear(&scene);
    ret_result->head = buf_string(&ret_result->answer);
    const char *end = strstr(ret_result->head, "\r\n\r\n");
    ret_result->body = "";
    if (end != NULL) {
        ret_result->answer.data[end + 2 - ret_result->head] = 0;
        ret_result->body = end + 4;
    }
}

void visit_finish(struct visit_result *result)
{
    buf_finish(&result->answer);
}
