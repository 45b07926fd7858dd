/* SPDX-License-Identifier: MIT */
#include "roles/desk_why.h"

#include "base/mem.h"
#include "base/text.h"
#include "describe/json_value.h"
#include "http/query.h"
#include "pages/pages.h"
#include "roles/desk_values.h"
#include "why/why.h"

#include <stdlib.h>
#include <string.h>

#define PREFIX "/why/"
#define TEXT_MAX \
    ((size_t)4096) /* of what is pasted; the request line has little more */
#define SHA256_LEN ((size_t)32)
#define HEX_MAX    (3 * SHA256_LEN)

/* ---- texts with the marks of advice_list.h */

/* One part of a text, up to the mark that begins or ends it. */
static void add_part(json_t *parts, const char *key, const char *text, size_t len,
                     bool *failed)
{
    json_t *part = json_object();
    json_value_set(part, key,
                   json_value_text((struct slice){ (const uint8_t *)text, len }),
                   failed);
    json_value_add(parts, part, failed);
}

/* {"parts": [{"plain": ...}, {"typed": ...}, {"named": ...}]} */
static json_t *marked(const char *text, bool *failed)
{
    json_t *object = json_object();
    json_t *parts = json_array();
    while (*text != 0) {
        char mark = *text == '`' || *text == '*' ? *text : 0;
        const char *key = mark == '`' ? "typed" : mark == '*' ? "named" : "plain";
        const char stop[] = { mark, 0 };
        text += mark != 0 ? 1 : 0;
        size_t len = strcspn(text, mark != 0 ? stop : "`*");
        add_part(parts, key, text, len, failed);
        text += len + (mark != 0 && text[len] != 0 ? 1 : 0);
    }
    json_value_set(object, "parts", parts, failed);
    return object;
}

static void put_marked(struct values *v, const char *key, const char *text)
{
    if (text != NULL) {
        values_put(v, key, marked(text, &v->failed));
    }
}

static json_t *marked_list(const json_t *texts, bool *failed)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(texts); i++) {
        json_value_add(
            list, marked(json_string_value(json_array_get(texts, i)), failed), failed);
    }
    return list;
}

static void put_list(struct values *v, const char *key, const json_t *answer)
{
    json_t *list = marked_list(json_object_get(answer, key), &v->failed);
    if (json_array_size(list) > 0) {
        struct values section;
        values_init(&section);
        values_put(&section, "items", list);
        values_put(v, key, values_take(&section));
    } else {
        json_decref(list);
    }
}

/* A text as its lines: the pages' escape shows what would end one. */
static json_t *lines(struct slice text, bool *failed)
{
    json_t *list = json_array();
    while (text.len > 0) {
        json_value_add(list, json_value_text(slice_take_line(&text)), failed);
    }
    return list;
}

/* ---- the report */

static void append_items(struct buf *out, const json_t *answer, const char *key,
                         const char *heading)
{
    const json_t *list = json_object_get(answer, key);
    if (json_array_size(list) > 0) {
        buf_printf(out, "\n%s:\n\n", heading);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_printf(out, "- %s\n", json_string_value(json_array_get(list, i)));
    }
}

/* Markdown, which advice_list.h's marks are, too. The certificate by its fingerprint.
 */
static json_t *report(const struct role_input *input, const json_t *answer,
                      bool *failed)
{
    struct buf out = BUF_EMPTY;
    char hex[HEX_MAX + 1];
    uint8_t sha256[SHA256_LEN];
    size_t len = 0;
    const json_t *make = json_object_get(answer, "make");
    buf_printf(&out, "**%s**\n\n",
               json_string_value(json_object_get(answer, "answer")));
    buf_printf(&out, "- Said by: %s\n",
               json_string_value(json_object_get(answer, "said_by")));
    if (query_find(input->exchange->request->query, "sha256", hex, sizeof hex) &&
        text_read_hex(hex, sha256, sizeof sha256, &len) && len == sizeof sha256) {
        buf_append_string(&out, "- Certificate (SHA-256): `");
        text_append_hex(&out, (struct slice){ sha256, sizeof sha256 }, 0);
        buf_append_string(&out, "`\n");
    }
    buf_printf(&out, "- Server: certgated %s, which plays IIS %s on %s\n",
               CERTGATE_VERSION, input->exchange->config->windows->iis,
               input->exchange->config->windows->title);
    append_items(&out, answer, "causes", "Causes, the most frequent first");
    append_items(&out, answer, "look", "To look on Windows");
    append_items(&out, answer, "remedies", "What to do");
    for (size_t i = 0; i < json_array_size(make); i++) {
        buf_printf(&out, "%s    %s\n", i == 0 ? "\nTo make it happen again:\n\n" : "",
                   json_string_value(json_array_get(make, i)));
    }
    json_t *list = lines(buf_slice(&out), failed);
    *failed |= !buf_ok(&out);
    buf_finish(&out);
    return list;
}

/* ---- pages */

/* A member as it is; some answers do not have it. */
static void put_same(struct values *v, const char *key, const json_t *answer)
{
    json_t *value = json_object_get(answer, key);
    if (value != NULL) {
        values_put(v, key, json_incref(value));
    }
}

static void put_answer(struct values *v, const struct role_input *input,
                       const struct why_topic *topic)
{
    static const char *const lists[] = { "causes", "look", "remedies", "others" };
    json_t *answer = why_json(topic);
    struct values found;
    values_init(&found);
    found.failed = found.failed || answer == NULL;
    values_text(&found, "first", json_string_value(json_object_get(answer, "answer")));
    values_flag(&found, "has_variants",
                json_array_size(json_object_get(answer, "variants")) > 0);
    put_marked(&found, "said_by",
               json_string_value(json_object_get(answer, "said_by")));
    put_marked(&found, "browser",
               json_string_value(json_object_get(answer, "browser")));
    put_marked(&found, "more", json_string_value(json_object_get(answer, "more")));
    values_text(&found, "program",
                json_string_value(json_object_get(answer, "program")));
    put_same(&found, "also", answer);
    put_same(&found, "variants", answer);
    put_same(&found, "make", answer);
    put_same(&found, "problems", answer);
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        put_list(&found, lists[i], answer);
    }
    values_put(&found, "report", report(input, answer, &found.failed));
    values_put(v, "found", values_take(&found));
    json_decref(answer);
}

static json_t *all_topics(bool *failed)
{
    json_t *list = json_array();
    struct why_topic topic;
    for (size_t i = 0; why_list(i, &topic); i++) {
        struct buf answer = BUF_EMPTY;
        char id[WHY_ID_MAX];
        json_t *row = json_object();
        why_append_answer(&answer, &topic);
        json_value_set(row, "id", json_string(why_id(&topic, id)), failed);
        json_value_set(row, "answer", json_value_buf(&answer), failed);
        json_value_add(list, row, failed);
    }
    return list;
}

/* The text that was asked for, or "" for the list. */
static void find_question(const struct request *request, char text[static TEXT_MAX])
{
    const char *id = request->path + strlen(PREFIX) - 1;
    text[0] = 0;
    if (*id == '/') {
        size_t len = strlen(id + 1);
        if (len < TEXT_MAX) {
            memcpy(text, id + 1, len + 1);
        }
    } else {
        query_find(request->query, "q", text, TEXT_MAX);
    }
}

static int answer_with(const struct role_input *input, struct role_answer *answer,
                       const char *text, struct err *err)
{
    struct why_topic topic;
    struct values v;
    char id[WHY_ID_MAX];
    bool is_found = text[0] != 0 && why_read(slice_from_string(text), &topic);
    values_init(&v);
    desk_values_frame(&v, input, "/why", is_found ? why_id(&topic, id) : "Why");
    values_put(&v, "asked", lines(slice_from_string(text), &v.failed));
    if (is_found) {
        put_answer(&v, input, &topic);
    } else {
        values_put(&v, "topics", all_topics(&v.failed));
        values_flag(&v, "has_topics", true);
        values_flag(&v, "is_unknown", text[0] != 0);
        answer->response.status = text[0] != 0 ? RESPONSE_NOT_FOUND : RESPONSE_OK;
    }
    return desk_answer_page(answer, "desk/why", &v, PAGES_FORM, err);
}

int desk_why_answer(const struct role_input *input, struct role_answer *answer,
                    struct err *err)
{
    char *text = mem_alloc(TEXT_MAX, 1);
    if (text == NULL) {
        return err_memory(err);
    }
    find_question(input->exchange->request, text);
    int result = answer_with(input, answer, text, err);
    free(text);
    return result;
}
