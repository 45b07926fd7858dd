/* SPDX-License-Identifier: MIT */
#include "site/whoami.h"
#include "chain/chain_show.h"

#include "base/timestamp.h"
#include "chain/assume.h"
#include "describe/describe.h"
#include "describe/describe_memo.h"
#include "site/logon_values.h"
#include "site/site_iis.h"

json_t *whoami_verdict(enum verdict verdict)
{
    const struct verdict_info *info = verdict_get(verdict);
    struct values v;
    values_init(&v);
    values_text(&v, "name", info->name);
    values_text(&v, "code", verdict_code(verdict));
    values_number(&v, "status", info->status);
    values_number(&v, "substatus", info->substatus);
    values_text(&v, "title", info->title);
    values_printf(&v, "hresult", "0x%08lX", (unsigned long)info->hresult);
    values_text(&v, "symbol", info->symbol);
    values_number(&v, "win32_status", verdict_win32_status(info->hresult));
    return values_take(&v);
}

/* ---- TLS */

typedef const char *(*name_fn)(uint16_t code);

static json_t *code_list(const uint16_t *codes, size_t n, name_fn name_of)
{
    struct values list = values_list();
    for (size_t i = 0; i < n; i++) {
        const char *name = name_of(codes[i]);
        values_add(&list,
                   name != NULL ? json_string(name) : json_sprintf("0x%04x", codes[i]));
    }
    return values_take(&list);
}

static const char *cipher_name(uint16_t code)
{
    static char name[TLS_CIPHER_NAME_MAX];
    return tls_cipher_format(code, name) ? name : NULL;
}

static json_t *hello_json(const struct client_hello *hello)
{
    struct values v;
    values_init(&v);
    struct values alpn = values_list();
    for (size_t i = 0; i < hello->n_alpn; i++) {
        values_add(&alpn,
                   values_string(slice_from_string(client_hello_alpn(hello, i))));
    }
    values_put(
        &v, "versions",
        code_list(hello->versions, hello->n_versions, client_hello_version_name));
    values_put(&v, "ciphers", code_list(hello->ciphers, hello->n_ciphers, cipher_name));
    values_put(&v, "groups",
               code_list(hello->groups, hello->n_groups, client_hello_group_name));
    values_put(&v, "signature_algorithms",
               code_list(hello->signature_algorithms, hello->n_signature_algorithms,
                         client_hello_signature_name));
    values_put(&v, "alpn", values_take(&alpn));
    values_flag(&v, "post_handshake_auth", hello->post_handshake_auth);
    values_flag(&v, "offers_ticket", hello->offers_ticket);
    return values_take(&v);
}

json_t *whoami_tls(const struct tls_info *tls)
{
    struct values v;
    if (tls == NULL) {
        return json_null();
    }
    values_init(&v);
    values_text(&v, "version", tls->version);
    values_text(&v, "cipher", tls->cipher);
    values_number(&v, "cipher_bits", tls->cipher_bits);
    values_text(&v, "group", tls->group);
    values_text(&v, "signature", tls->signature);
    values_text(&v, "server_name", tls->server_name);
    values_text(&v, "alpn", tls->alpn);
    values_flag(&v, "resumed", tls->resumed);
    values_flag(&v, "certificate_requested", tls->certificate_requested);
    values_flag(&v, "asked_late", tls->asked_late);
    values_flag(&v, "possession_proved", tls->possession_proved);
    if (tls->hello != NULL) {
        values_put(&v, "client_hello", hello_json(tls->hello));
    }
    return values_take(&v);
}

/* ---- the rest */

json_t *whoami_site(const struct exchange_input *input)
{
    const struct policy *policy = input->context->policy;
    char local[ADDRESS_TEXT_LEN];
    char text[CONFIG_ENFORCE_TEXT_MAX];
    const char *enforce = config_enforce_format(input->site, text);
    struct values v;
    values_init(&v);
    values_text(&v, "listen", address_format(input->local, local));
    values_text(&v, "scheme", input->tls != NULL ? "https" : "http");
    values_text(&v, "sslflags", ssl_flags_name(input->site->flags));
    values_text(&v, "enforce", enforce[0] != 0 ? enforce : "http");
    values_text(&v, "dialect", config_dialect_word(input->site->dialect));
    values_flag(&v, "ssl", input->site->ssl);
    values_flag(&v, "ssl128", input->site->ssl128);
    values_flag(&v, "clientcertnegotiation", !input->site->late);
    values_flag(&v, "usagecheck", policy->usagecheck);
    values_flag(&v, "verifyclientcertrevocation", policy->verifyclientcertrevocation);
    values_number(&v, "revocationfreshnesstime", policy->revocationfreshnesstime);
    if (policy->has_sslctlstorename) {
        values_text(&v, "sslctlstorename", store_folder_name(policy->sslctlstorename));
    }
    values_number(&v, "clientauthtrustmode", policy->clientauthtrustmode);
    values_text(&v, "profile", input->config->windows->title);
    return values_take(&v);
}

json_t *whoami_assumptions(const struct config *config)
{
    struct values list = values_list();
    for (size_t i = 0; i < ASSUME_COUNT; i++) {
        struct assumption assumption = assume_get(&config->policy, i);
        struct values v;
        values_init(&v);
        values_text(&v, "name", assumption.name);
        values_text(&v, "value", assumption.value);
        values_flag(&v, "default", assumption.is_default);
        values_text(&v, "question", assumption.question);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

static json_t *request_json(const struct exchange_input *input)
{
    char peer[ADDRESS_TEXT_LEN];
    const struct request *request = input->request;
    struct values v;
    values_init(&v);
    values_text(&v, "method", request->method_text);
    values_text(&v, "path", request->path);
    values_text(&v, "query", request->query);
    values_text(&v, "host", request->host);
    values_text(&v, "user_agent", request->user_agent);
    values_text(&v, "peer", address_format(input->peer, peer));
    return values_take(&v);
}

static json_t *presented_json(const struct exchange_input *input)
{
    const struct tls_info *tls = input->tls;
    struct values list = values_list();
    for (size_t i = 0; i < exchange_n_presented(tls); i++) {
        values_add(&list, describe_memo_get(input->memo, DESCRIBE_MEMO_JSON,
                                            tls->chain[i], describe_json));
    }
    return values_take(&list);
}

/* A remote client may know the path, but not where the store lies. */
static json_t *without_files(json_t *chain)
{
    size_t index;
    json_t *element;
    json_array_foreach(json_object_get(chain, "path"), index, element)
    {
        json_object_del(element, "file");
    }
    return chain;
}

static void put_judgement(struct values *v, const struct exchange_input *input,
                          const struct judgement *judgement)
{
    const struct chain *chain = &judgement->chain;
    json_t *described = chain_show_json(chain, input->memo);
    if (described != NULL && !exchange_may_detail(input)) {
        described = without_files(described);
    }
    values_put(v, "chain", described);
    values_put(v, "deciding",
               judgement->deciding < chain->n_findings
                   ? chain_show_finding_json(&chain->findings[judgement->deciding])
                   : json_null());
}

/* Of a 500.19. */
static json_t *config_fault_json(const struct iis_fault *fault)
{
    struct values v;
    values_init(&v);
    values_text(&v, "text", fault->text);
    values_text(&v, "file", fault->at.file);
    values_number(&v, "line", (int64_t)fault->at.line);
    return values_take(&v);
}

json_t *whoami_create(const struct exchange_input *input, const struct access *access)
{
    char now[TIMESTAMP_TEXT_LEN];
    struct values v;
    values_init(&v);
    values_text(&v, "time", timestamp_format(input->context->now, now));
    values_put(&v, "verdict", whoami_verdict(access->verdict));
    values_put(&v, "site", whoami_site(input));
    values_put(&v, "request", request_json(input));
    values_put(&v, "tls", whoami_tls(input->tls));
    values_put(&v, "presented", presented_json(input));
    if (access->judged) {
        put_judgement(&v, input, &access->judgement);
    } else {
        values_put(&v, "chain", json_null());
        values_put(&v, "deciding", json_null());
    }
    if (input->iis != NULL && input->iis->fault.text != NULL &&
        exchange_may_detail(input)) {
        values_put(&v, "config_fault", config_fault_json(&input->iis->fault));
    }
    values_put(&v, "logon", logon_values_create(input, access));
    values_put(&v, "assumptions", whoami_assumptions(input->config));
    return values_take(&v);
}
