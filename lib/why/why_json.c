/* SPDX-License-Identifier: MIT
 *
 * An answer put together from the tables.
 */
#include "describe/json_value.h"
#include "tls/tls_alert.h"
#include "why/browser_view.h"
#include "why/why.h"
#include "why/why_internal.h"

#include <jansson.h>

#include <string.h>

/* ---- the first line */

static bool append_verdict(struct buf *out, enum verdict verdict)
{
    const struct verdict_info *info = verdict_get(verdict);
    return buf_printf(out, "%s 0x%08lX %s: %s", verdict_code(verdict),
                      (unsigned long)info->hresult, info->symbol,
                      why_verdict_get(verdict)->answer);
}

bool why_append_answer(struct buf *out, const struct why_topic *topic)
{
    enum verdict verdict = (enum verdict)topic->value;
    switch (topic->kind) {
    case WHY_VERDICT:
        return append_verdict(out, verdict);
    case WHY_CODE:
        return buf_printf(out, "%s %s. Most often: %s", verdict_code(verdict),
                          verdict_get(verdict)->title,
                          why_verdict_get(verdict)->answer);
    case WHY_HRESULT:
        return buf_printf(
            out, "0x%08lX %s: several answers of IIS have it. Most often it is %s: %s",
            (unsigned long)verdict_get(verdict)->hresult, verdict_get(verdict)->symbol,
            verdict_code(verdict), why_verdict_get(verdict)->answer);
    case WHY_ALERT:
        return buf_printf(out, "alert %u %s: %s", topic->value,
                          tls_alert_name((int)topic->value),
                          tls_alert_meaning((int)topic->value));
    case WHY_SITUATION:
    default:
        return buf_append_string(out, why_situation_get(topic->value)->answer);
    }
}

/* ---- parts */

static json_t *text_list(const char *const *texts)
{
    json_t *list = json_array();
    bool failed = false;
    for (size_t i = 0; texts[i] != NULL; i++) {
        json_value_add(list, json_string(texts[i]), &failed);
    }
    return json_value_finish(list, failed);
}

static void add_text(json_t *list, const char *text, bool *failed)
{
    json_value_add(list, json_string(text), failed);
}

/* What the same is called elsewhere. */
static json_t *verdict_names(enum verdict verdict, bool *failed)
{
    const struct verdict_info *info = verdict_get(verdict);
    json_t *list = json_array();
    uint32_t win32 = verdict_win32_status(info->hresult);
    add_text(list, info->name, failed);
    json_value_add(
        list, json_sprintf("%lu in the log (sc-win32-status)", (unsigned long)win32),
        failed);
    if (info->hresult > INT32_MAX) {
        json_value_add(list,
                       json_sprintf("-%lu as a signed number",
                                    (unsigned long)((uint32_t)0 - info->hresult)),
                       failed);
    }
    return list;
}

static json_t *alert_names(int alert, bool *failed)
{
    const struct browser_view *view = browser_view_of_alert(alert);
    json_t *list = json_array();
    if (view != NULL) {
        json_value_add(list, json_sprintf("%s in Chrome and Edge", view->chrome),
                       failed);
        json_value_add(list, json_sprintf("%s in Firefox", view->firefox), failed);
    }
    return list;
}

static json_t *variant(enum verdict verdict, bool *failed)
{
    struct why_topic topic = { .kind = WHY_VERDICT, .value = verdict };
    struct buf text = BUF_EMPTY;
    char id[WHY_ID_MAX];
    json_t *object = json_object();
    append_verdict(&text, verdict);
    json_value_set(object, "id", json_string(why_id(&topic, id)), failed);
    json_value_set(object, "answer", json_value_buf(&text), failed);
    return object;
}

/* Which of several it can be; empty for a topic that is one. */
static json_t *variants(const struct why_topic *topic, bool *failed)
{
    json_t *list = json_array();
    enum verdict verdict;
    for (size_t i = 0;
         topic->kind != WHY_VERDICT && why_nth_verdict(topic, i, &verdict); i++) {
        json_value_add(list, variant(verdict, failed), failed);
    }
    return list;
}

/* ---- the kinds */

static void put_lists(json_t *object, const char *const *causes,
                      const char *const *tries, bool *failed)
{
    json_value_set(object, "causes", text_list(causes), failed);
    json_value_set(object, "remedies", text_list(tries), failed);
}

static const char page_in_browser[] =
    "IIS's page; on other machines than the server that is *Access is denied*, "
    "without the sub-status.";

static void put_verdict(json_t *object, const struct why_topic *topic, bool *failed)
{
    enum verdict verdict = (enum verdict)topic->value;
    const struct verdict_info *info = verdict_get(verdict);
    const struct why_verdict_info *why = why_verdict_get(verdict);
    const struct verdict_advice *advice = verdict_advice(verdict);
    json_value_set(object, "said_by",
                   json_sprintf("IIS, on its page; in its log `%u %u %lu`.",
                                info->status, info->substatus,
                                (unsigned long)verdict_win32_status(info->hresult)),
                   failed);
    json_value_set(object, "also",
                   topic->kind == WHY_VERDICT ? verdict_names(verdict, failed)
                                              : json_array(),
                   failed);
    json_value_set(object, "variants", variants(topic, failed), failed);
    json_value_set(object, "browser", json_string(page_in_browser), failed);
    put_lists(object, advice->causes, advice->tries, failed);
    json_value_set(object, "look", text_list(why->look), failed);
    json_value_set(object, "others", text_list(why->others), failed);
    json_value_set(object, "make", text_list(why->make), failed);
    json_value_set(object, "more", json_string(advice->more), failed);
}

/* That every alert can be had from a site that says it on purpose. */
static json_t *alert_commands(int alert, const char *const *make, bool *failed)
{
    json_t *list = text_list(make);
    json_value_add(list,
                   json_sprintf("certgate run -o --listen=8445,enforce=alert:%s -- "
                                "certgate get -k https://127.0.0.1:8445/",
                                tls_alert_name(alert)),
                   failed);
    return list;
}

static void put_alert(json_t *object, int alert, bool *failed)
{
    static const char *const look[] = {
        "Event Viewer, *System*, source Schannel: 36887 is an alert that came in, "
        "36888 "
        "one that was sent; each has its number.",
        NULL,
    };
    const struct why_alert_info *row = why_alert_find(alert);
    json_value_set(object, "said_by", json_string(row->who), failed);
    json_value_set(object, "also", alert_names(alert, failed), failed);
    put_lists(object, row->causes, row->tries, failed);
    if (browser_view_of_alert(alert) != NULL) {
        json_value_set(object, "browser",
                       json_string(browser_view_of_alert(alert)->text), failed);
    }
    json_value_set(object, "look", text_list(look), failed);
    json_value_set(object, "make", alert_commands(alert, row->make, failed), failed);
}

static void put_situation(json_t *object, unsigned situation, bool *failed)
{
    const struct why_situation_info *row = why_situation_get(situation);
    json_value_set(object, "said_by", json_string(row->who), failed);
    put_lists(object, row->causes, row->tries, failed);
    json_value_set(object, "look", text_list(row->look), failed);
    json_value_set(object, "make", text_list(row->make), failed);
}

/* Whether the problem explains the topic, or the most frequent of those that it is. */
static bool is_of(const struct why_problem *problem, const struct why_topic *topic)
{
    struct why_topic single = *topic;
    char id[WHY_ID_MAX];
    if (topic->kind == WHY_CODE || topic->kind == WHY_HRESULT) {
        single.kind = WHY_VERDICT;
    }
    why_id(&single, id);
    for (size_t i = 0; problem->ids[i] != NULL; i++) {
        if (strcmp(problem->ids[i], id) == 0) {
            return true;
        }
    }
    return false;
}

static json_t *problems(const struct why_topic *topic, bool *failed)
{
    const struct why_problem *problem;
    json_t *list = json_array();
    for (size_t i = 0; (problem = why_problem_row(i)) != NULL; i++) {
        if (!is_of(problem, topic)) {
            continue;
        }
        json_t *object = json_object();
        json_value_set(object, "anchor", json_string(problem->anchor), failed);
        json_value_set(object, "title", json_string(problem->title), failed);
        json_value_add(list, object, failed);
    }
    return list;
}

json_t *why_json(const struct why_topic *topic)
{
    json_t *object = json_object();
    struct buf answer = BUF_EMPTY;
    char id[WHY_ID_MAX];
    bool failed = object == NULL;

    json_value_set(object, "schema", json_string("certgate-why-1"), &failed);
    json_value_set(object, "id", json_string(why_id(topic, id)), &failed);
    why_append_answer(&answer, topic);
    json_value_set(object, "answer", json_value_buf(&answer), &failed);
    if (topic->program != NULL) {
        json_value_set(object, "program", json_string(topic->program), &failed);
    }
    switch (topic->kind) {
    case WHY_ALERT:
        put_alert(object, (int)topic->value, &failed);
        break;
    case WHY_SITUATION:
        put_situation(object, topic->value, &failed);
        break;
    case WHY_VERDICT:
    case WHY_CODE:
    case WHY_HRESULT:
    default:
        put_verdict(object, topic, &failed);
        break;
    }
    json_value_set(object, "problems", problems(topic, &failed), &failed);
    return json_value_finish(object, failed);
}
