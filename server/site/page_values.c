/* SPDX-License-Identifier: MIT */
#include "site/page_values.h"

#include "base/text.h"
#include "chain/issuers.h"
#include "describe/describe.h"
#include "forge/forge_mint.h"
#include "http/response.h"
#include "site/enforce.h"
#include "site/logon_values.h"
#include "site/page_absence.h"
#include "site/page_certificates.h"
#include "site/page_events.h"
#include "site/page_why.h"
#include "site/site_iis.h"
#include "site/what_if.h"
#include "site/whoami.h"
#include "site/why_link.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define URL_MAX ((size_t)1024)

/* "https://host:port/path?query" as IIS shows it: scheme, explicit port. */
static void put_requested_url(struct values *v, const struct exchange_input *input)
{
    const struct request *request = input->request;
    struct buf url = BUF_EMPTY;
    const char *host =
        request->host_name[0] != 0 ? request->host_name : input->local->ip;

    buf_printf(&url, "%s://%.*s:%u%.*s%s%.*s", input->tls != NULL ? "https" : "http",
               255, host, (unsigned)input->local->port, (int)URL_MAX, request->path,
               request->query[0] != 0 ? "?" : "", (int)URL_MAX, request->query);
    values_put(v, "requested_url", values_buf(&url));
}

/* The default site's folder with the path below it, as Windows writes it. */
static void put_physical_path(struct values *v, const char *path)
{
    struct buf text = BUF_EMPTY;
    buf_append_string(&text, "C:\\inetpub\\wwwroot");
    for (; *path != 0 && text.len < URL_MAX; path++) {
        buf_append_byte(&text, (uint8_t)(*path == '/' ? '\\' : *path));
    }
    values_put(v, "physical_path", values_buf(&text));
}

/* Of a 500.19. The lines themselves may hold passwords, so they are not shown. */
static void put_config_fault(struct values *v, const struct iis_fault *fault)
{
    values_text(v, "config_error", fault->text);
    values_printf(v, "config_file", "%s, line %lu", fault->at.file, fault->at.line);
}

static void put_minted(struct values *v, const struct exchange_input *input)
{
    values_text(v, "mint_name", input->host->minted_name);
    values_number(v, "mint_max", (int64_t)FORGE_MINTED_MAX);
    if (input->places != NULL && input->places->desk != 0) {
        values_number(v, "desk_port", input->places->desk);
    }
}

json_t *page_values_create(const struct exchange_input *input,
                           const struct page_subject *subject)
{
    const struct windows *windows = input->config->windows;
    const char *reason = response_reason((int)subject->status);
    static const char undetermined[] = "Not yet determined";
    struct values v;

    values_init(&v);
    values_text(&v, "iis", windows->iis);
    values_number(&v, "status", subject->status);
    values_printf(&v, "code", "%u.%u", subject->status, subject->substatus);
    values_text(&v, "reason", reason != NULL ? reason : "Error");
    values_printf(&v, "hresult", "0x%08" PRIx32, subject->hresult);
    values_text(&v, "fragment", subject->fragment);
    values_text(&v, "module", subject->module);
    values_text(&v, "notification", subject->notification);
    bool is_read = input->iis == NULL || input->iis->fault.text == NULL;
    values_text(&v, "handler", is_read ? "StaticFile" : undetermined);
    if (!is_read) {
        put_config_fault(&v, &input->iis->fault);
    }
    bool logged_on = subject->logon_method != NULL;
    values_text(&v, "logon_method", logged_on ? subject->logon_method : undetermined);
    values_text(&v, "logon_user", logged_on ? subject->logon_user : undetermined);
    put_requested_url(&v, input);
    put_physical_path(&v, input->request->path);
    values_printf(
        &v, "more_url",
        "https://go.microsoft.com/fwlink/?LinkID=62293&IIS70Error=%u,%u,0x%08" PRIx32
        ",%u",
        subject->status, subject->substatus, subject->hresult, windows->build);
    if (input->host->minted != NULL) {
        put_minted(&v, input);
    }
    return values_take(&v);
}

/* ---- certgate's own part */

static const char *yes_no(bool flag)
{
    return flag ? "yes" : "no";
}

static json_t *tls_rows(const struct tls_info *tls)
{
    struct values rows = values_list();
    char cipher[TLS_CIPHER_NAME_MAX + 16];
    if (tls == NULL) {
        values_row(&rows, "Transport", "plain HTTP, no TLS");
        return values_take(&rows);
    }
    snprintf(cipher, sizeof cipher, "%s (%u bits)", tls->cipher, tls->cipher_bits);
    values_row(&rows, "Version", tls->version);
    values_row(&rows, "Cipher suite", cipher);
    values_row(&rows, "Key exchange", tls->group);
    values_row(&rows, "Server's signature", tls->signature);
    values_row(&rows, "Server name (SNI)",
               tls->server_name != NULL ? tls->server_name : "none sent");
    values_row(&rows, "Protocol (ALPN)",
               tls->alpn != NULL ? tls->alpn : "none agreed on");
    values_row(&rows, "Session resumed", yes_no(tls->resumed));
    values_row(&rows, "Certificate asked for",
               tls->resumed ? "in the original handshake"
                            : yes_no(tls->certificate_requested));
    return values_take(&rows);
}

static json_t *site_rows(const struct exchange_input *input)
{
    const struct config *config = input->config;
    const struct config_listen *site = input->site;
    const struct policy *policy = input->context->policy;
    char text[64];
    char enforce[CONFIG_ENFORCE_TEXT_MAX];
    struct values rows = values_list();
    snprintf(text, sizeof text, "%s%s%s%s", ssl_flags_name(site->flags),
             site->ssl ? ", Ssl" : "", site->ssl128 ? ", Ssl128" : "",
             site->map_cert ? ", SslMapCert" : "");
    values_row(&rows, "sslFlags", text);
    if (enforce_is_on(site)) {
        values_row(&rows, "enforce", config_enforce_format(site, enforce));
        values_row(&rows, "dialect", config_dialect_word(site->dialect));
    }
    values_row(&rows, "clientcertnegotiation", site->late ? "disable" : "enable");
    values_row(&rows, "usagecheck", policy->usagecheck ? "enable" : "disable");
    values_row(&rows, "verifyclientcertrevocation",
               policy->verifyclientcertrevocation ? "enable" : "disable");
    snprintf(text, sizeof text, "%" PRId64 " s", policy->revocationfreshnesstime);
    values_row(&rows, "revocationfreshnesstime", text);
    if (policy->has_sslctlstorename) {
        values_row(&rows, "sslctlstorename",
                   store_folder_name(policy->sslctlstorename));
    }
    if (policy->clientauthtrustmode != TRUST_MODE_MACHINE) {
        values_row(&rows, "ClientAuthTrustMode",
                   trust_mode_name(policy->clientauthtrustmode));
    }
    values_row(&rows, "Plays", config->windows->title);
    return values_take(&rows);
}

/* Where the desk says more; a link that still works when the page is passed on. */
static void put_link(struct values *v, const struct exchange_input *input,
                     const struct access *access)
{
    const struct tls_info *tls = input->tls;
    const struct certificate *cert =
        tls != NULL && tls->n_chain > 0 ? tls->chain[0] : NULL;
    struct buf url = BUF_EMPTY;
    bool is_there = why_link_append_verdict(&url, input->places, access->verdict, cert);
    if (access->verdict != VERDICT_OK && (url.len > 0 || !is_there)) {
        values_put(v, "why_url", values_buf(&url));
    }
    buf_finish(&url);
}

/* What can be done next with the certificate that came. */
static void put_next(struct values *v, const struct exchange_input *input)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const struct recipe *recipe = site_host_recipe(input->host);
    const char *sentence = what_if_sentence(input);
    struct buf name = BUF_EMPTY;
    struct values next;

    values_init(&next);
    values_text(&next, "host",
                recipe != NULL && input->host->minted == NULL ? recipe->name
                                                              : "require");
    values_text(&next, "what_if", sentence);
    values_text(&next, "path", input->request->path);
    /* The cases' names are those of their subjects; the desk looks whether it is one.
     */
    next.failed |= !describe_append_issued_to(&name, input->tls->chain[0]);
    if (name.len > 0 && strspn(buf_string(&name), allowed) == name.len) {
        values_put(&next, "name", values_buf(&name));
    }
    buf_finish(&name);
    if (input->places != NULL && input->places->desk != 0) {
        values_number(&next, "desk_port", input->places->desk);
    }
    values_put(v, "next", values_take(&next));
}

bool page_values_add_findings(json_t *page, const struct exchange_input *input,
                              const struct access *access)
{
    struct values v;
    struct values own = { page, false };

    values_init(&v);
    values_put(&v, "verdict", whoami_verdict(access->verdict));
    values_flag(&v, "is_ok", access->verdict == VERDICT_OK);
    values_flag(&v, "is_require", input->site->flags == SSL_FLAGS_REQUIRE);
    values_flag(&v, "has_certificate", access->judged);
    if (access->judged) {
        page_certificates_add(&v, input, &access->judgement);
        put_next(&v, input);
    } else {
        page_absence_add(&v, input);
    }
    page_why_add(&v, input, access);
    page_events_add(&v, input, access);
    put_link(&v, input, access);
    values_put(&v, "logon", logon_values_create(input, access));
    page_absence_add_origin(&v, input, access);
    values_put(&v, "tls_rows", tls_rows(input->tls));
    values_put(&v, "site_rows", site_rows(input));
    values_put(&v, "assumptions", whoami_assumptions(input->config));
    values_flag(&v, "is_resumed", input->tls != NULL && input->tls->resumed);
    values_put(&own, "own", values_take(&v));
    return !own.failed;
}
