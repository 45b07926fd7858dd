/* SPDX-License-Identifier: MIT */
#include "site/logon_values.h"

#include <string.h>

/* "Subject OU is not 'Sales*': it has Research, Tests". */
static void put_rule(struct values *v, const struct mapping_step *step)
{
    const struct mapping_rule *rule = step->rule;
    struct buf why = BUF_EMPTY;
    buf_printf(&why, "%s %s is not '%s': ", rule->of_issuer ? "Issuer" : "Subject",
               rule->sub_field, rule->criteria);
    buf_append_string(&why, step->value.len > 0 ? "it has " : "it has none");
    buf_append_slice(&why, step->value);
    values_put(v, "why", values_buf(&why));
}

static void put_entry(struct values *v, const struct mapping_entry *entry,
                      size_t number)
{
    values_text(v, "kind", mapping_kind_name(entry->kind));
    values_number(v, "number", (int64_t)number);
    values_text(v, "name", entry->name);
}

static void on_step(void *user, const struct mapping_step *step)
{
    struct values *steps = user;
    struct values v;
    if (json_array_size(steps->object) >= LOGON_STEPS_MAX && !step->fits) {
        return;
    }
    values_init(&v);
    put_entry(&v, step->entry, step->number);
    values_flag(&v, "fits", step->fits);
    if (step->rule != NULL) {
        put_rule(&v, step);
    } else {
        values_text(&v, "why", step->why);
    }
    values_add(steps, values_take(&v));
}

static json_t *make_steps(const struct exchange_input *input)
{
    struct values steps = values_list();
    struct mapping_outcome outcome;
    struct err err = ERR_INIT;
    if (mapping_decide(input->mapping, input->tls->chain[0], input->context->policy,
                       on_step, &steps, &outcome, &err) != 0) {
        steps.failed = true;
    }
    return values_take(&steps);
}

static json_t *make_mapping(const struct mapping_outcome *outcome)
{
    struct values v;
    if (outcome->entry == NULL) {
        return json_null();
    }
    values_init(&v);
    put_entry(&v, outcome->entry, outcome->number);
    values_flag(&v, "denies", outcome->result == MAPPING_DENIED);
    return values_take(&v);
}

json_t *logon_values_create(const struct exchange_input *input,
                            const struct access *access)
{
    const struct logon *logon = &access->logon;
    struct values v;
    if (!access->reached_logon ||
        (input->mapping == NULL && logon->verdict == VERDICT_OK)) {
        return json_null();
    }
    bool was_mapped =
        access->judged && input->mapping != NULL && input->mapping->enabled;
    values_init(&v);
    values_text(&v, "user", logon->user);
    values_text(&v, "method", logon->method != NULL ? logon->method : "none");
    values_flag(&v, "anonymous_enabled", logon_is_anonymous_on(input));
    values_flag(&v, "has_user", logon->user[0] != 0);
    values_put(&v, "mapping", make_mapping(&logon->mapping));
    if (was_mapped && exchange_may_detail(input)) {
        values_put(&v, "steps", make_steps(input));
    }
    return values_take(&v);
}
