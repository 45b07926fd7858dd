/* SPDX-License-Identifier: MIT */
#include "site/page_absence.h"

#include "base/text.h"
#include "chain/issuers.h"
#include "pki/name.h"
#include "tls/tls_config.h"

#include <stdio.h>
#include <string.h>

#define HOST_MAX          ((size_t)128)
#define ISSUERS_SHOWN_MAX ((size_t)20)

/* ---- which certificates a browser lists */

static json_t *hidden_names(const struct offers *offers, enum offer_program program,
                            enum finding_kind reason)
{
    struct values names = values_list();
    for (size_t i = 0; i < offers->n_rows; i++) {
        const struct offers_row *row = &offers->rows[i];
        if (!row->by[program].is_offered && row->by[program].reason == reason) {
            values_add(&names, values_string(slice_from_string(row->recipe->name)));
        }
    }
    return values_take(&names);
}

/* What a browser hides, by reason. */
static json_t *hidden_values(const struct offers *offers, enum offer_program program)
{
    struct values list = values_list();
    for (int kind = 0; kind < FINDING_COUNT; kind++) {
        struct values v;
        json_t *names = hidden_names(offers, program, (enum finding_kind)kind);
        if (names != NULL && json_array_size(names) == 0) {
            json_decref(names);
            continue;
        }
        values_init(&v);
        values_text(&v, "reason", finding_get((enum finding_kind)kind)->fault);
        values_put(&v, "names", names);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

static json_t *programs_values(const struct offers *offers)
{
    struct values list = values_list();
    for (int i = 0; i < OFFER_PROGRAM_COUNT; i++) {
        enum offer_program program = (enum offer_program)i;
        size_t n = offers_count(offers, program);
        struct values v;
        values_init(&v);
        values_text(&v, "program", offer_program_name(program));
        values_number(&v, "n_offered", (int64_t)n);
        values_number(&v, "n_hidden", (int64_t)(offers->n_rows - n));
        values_put(&v, "hidden", hidden_values(offers, program));
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

/* ---- which issuers the server named */

static bool named_issuers(const struct exchange_input *input)
{
    const struct tls_info *tls = input->tls;
    return input->config->send_trusted_issuer_list && tls != NULL &&
           tls->version != NULL &&
           (text_equal_ignoring_case(tls->version, "TLSv1.2") ||
            tls_can_name_cas_in_tls13());
}

/* The names as of now: those of the handshake, unless the store has changed since. */
static void put_issuers(struct values *v, const struct exchange_input *input)
{
    struct issuers_list list = { .notice = BUF_EMPTY };
    struct err err = ERR_INIT;
    struct values names = values_list();

    if (issuers_list_init(&list, input->context->store, input->context->policy,
                          TLS_CA_NAMES_MAX, &err) != 0) {
        v->failed = true;
    }
    for (size_t i = 0; i < list.n && i < ISSUERS_SHOWN_MAX; i++) {
        struct buf text = BUF_EMPTY;
        v->failed |= !name_format_simple(&text, list.names[i]);
        values_add(&names, values_buf(&text));
    }
    values_flag(v, "issuer_list", true);
    values_number(v, "n_issuers", (int64_t)list.n);
    values_flag(v, "has_more_issuers", list.n > ISSUERS_SHOWN_MAX);
    values_put(v, "issuers", values_take(&names));
    issuers_list_finish(&list);
}

/* ---- where to go */

/* The origin as a browser's policy writes it. The host is the client's text and goes
 * into JSON that people copy, so only a plain name is used. */
static void put_pattern(struct values *v, const struct exchange_input *input)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
    const char *host = input->request->host_name;
    size_t len = strlen(host);
    bool is_plain = len > 0 && len < HOST_MAX && strspn(host, allowed) == len;

    values_printf(v, "address", "https://%s:%u/", is_plain ? host : "good.localhost",
                  (unsigned)input->local->port);
    if (!is_plain || text_equal_ignoring_case(host, "localhost") ||
        text_has_suffix_ignoring_case(host, ".localhost")) {
        host = "[*.]localhost";
    }
    values_printf(v, "pattern", "https://%s:%u", host, (unsigned)input->local->port);
}

static void put_places(struct values *v, const struct exchange_input *input)
{
    const struct places *places = input->places;
    if (places != NULL && places->desk != 0) {
        values_number(v, "desk_port", places->desk);
    }
    if (places != NULL && places->tls != 0) {
        values_number(v, "tls_port", places->tls);
    }
}

/* The answer differs from the one that the case gets elsewhere; the page says so, lest
 * it be taken for a mistake. */
static void put_difference(struct values *origin, const struct recipe *recipe,
                           enum verdict verdict)
{
    struct values now;
    values_init(&now);
    values_text(&now, "code", verdict_code(verdict));
    values_text(&now, "symbol",
                verdict == VERDICT_OK ? "" : verdict_get(verdict)->symbol);
    values_flag(&now, "is_without_root",
                recipe->require.verdict == VERDICT_UNTRUSTED_ROOT &&
                    verdict == VERDICT_CHAINING);
    values_put(origin, "now", values_take(&now));
}

void page_absence_add_origin(struct values *v, const struct exchange_input *input,
                             const struct access *access)
{
    const struct recipe *recipe = site_host_recipe(input->host);
    struct values origin;
    if (recipe == NULL) {
        return;
    }
    values_init(&origin);
    values_text(&origin, "name", recipe->name);
    values_text(&origin, "title", recipe->title);
    if (recipe->require.is_alert) {
        values_flag(&origin, "is_alert", true);
    } else {
        values_text(&origin, "code", verdict_code(recipe->require.verdict));
        if (recipe->require.verdict != VERDICT_OK) {
            values_text(&origin, "symbol",
                        verdict_get(recipe->require.verdict)->symbol);
        }
    }
    if (access->judged && !recipe->require.is_alert &&
        recipe->require.verdict != access->verdict) {
        put_difference(&origin, recipe, access->verdict);
    }
    put_places(&origin, input);
    values_put(v, "origin", values_take(&origin));
}

/* ---- all */

void page_absence_add(struct values *v, const struct exchange_input *input)
{
    const struct tls_info *tls = input->tls;
    bool asked = tls != NULL && tls->certificate_requested && !tls->resumed;

    values_flag(v, "is_plain", tls == NULL);
    values_flag(v, "is_ignored", tls != NULL && input->site->flags == SSL_FLAGS_IGNORE);
    values_flag(v, "is_late",
                tls != NULL && input->site->late && !asked &&
                    input->site->flags != SSL_FLAGS_IGNORE);
    values_flag(v, "was_asked", asked);
    values_flag(v, "is_resumed_empty", tls != NULL && tls->resumed);
    if (named_issuers(input)) {
        put_issuers(v, input);
    }
    if (tls != NULL && tls->chain_problem != NULL) {
        values_text(v, "chain_problem", tls->chain_problem);
    }
    if (!asked) {
        return;
    }
    values_text(v, "host", input->request->host);
    put_pattern(v, input);
    put_places(v, input);
    if (input->offers != NULL) {
        values_number(v, "n_tests", (int64_t)input->offers->n_rows);
        values_put(v, "programs", programs_values(input->offers));
    }
}
