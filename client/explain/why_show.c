/* SPDX-License-Identifier: MIT */
#include "explain/why_show.h"

#include "common/wrap.h"
#include "describe/json_value.h"

#include <jansson.h>

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* *Name* of advice_list.h loses its marks; `command` keeps them. */
static void append_plain(struct buf *out, const char *text)
{
    bool in_command = false;
    for (; *text != 0; text++) {
        in_command ^= *text == '`';
        if (*text != '*' || in_command) {
            buf_append_byte(out, (uint8_t)*text);
        }
    }
}

static void append_wrapped(struct buf *out, const char *before, const char *text)
{
    struct buf line = BUF_EMPTY;
    buf_append_string(&line, before);
    append_plain(&line, text);
    out->failed |= !buf_ok(&line) || !wrap_append(out, buf_slice(&line));
    buf_append_byte(out, '\n');
    buf_finish(&line);
}

static void append_list(struct buf *out, const json_t *object, const char *key,
                        const char *heading)
{
    const json_t *list = json_object_get(object, key);
    if (json_array_size(list) == 0) {
        return;
    }
    buf_printf(out, "\n%s\n", heading);
    for (size_t i = 0; i < json_array_size(list); i++) {
        append_wrapped(out, "- ", json_string_value(json_array_get(list, i)));
    }
}

static void append_variants(struct buf *out, const json_t *object)
{
    const json_t *list = json_object_get(object, "variants");
    if (json_array_size(list) == 0) {
        return;
    }
    buf_append_string(out, "\nWhich it can be, the most frequent first:\n");
    for (size_t i = 0; i < json_array_size(list); i++) {
        append_wrapped(out, "- ", text_of(json_array_get(list, i), "answer"));
    }
}

static void append_commands(struct buf *out, const json_t *object)
{
    const json_t *list = json_object_get(object, "make");
    if (json_array_size(list) == 0) {
        return;
    }
    buf_append_string(out, "\nTo make it happen here:\n");
    for (size_t i = 0; i < json_array_size(list); i++) {
        buf_printf(out, "  %s\n", json_string_value(json_array_get(list, i)));
    }
}

static void append_problems(struct buf *out, const json_t *object)
{
    const json_t *list = json_object_get(object, "problems");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *problem = json_array_get(list, i);
        buf_printf(out, "%s  docs/problems.md#%s: %s\n",
                   i == 0 ? "\nThe whole story:\n" : "", text_of(problem, "anchor"),
                   text_of(problem, "title"));
    }
}

static void append_answer(struct buf *out, const json_t *answer)
{
    append_wrapped(out, "", text_of(answer, "answer"));
    append_wrapped(out, "  Said by    ", text_of(answer, "said_by"));
    if (text_of(answer, "program") != NULL) {
        append_wrapped(out, "  Here by    ", text_of(answer, "program"));
    }
    if (text_of(answer, "browser") != NULL) {
        append_wrapped(out, "  Browsers   ", text_of(answer, "browser"));
    }
    const json_t *also = json_object_get(answer, "also");
    for (size_t i = 0; i < json_array_size(also); i++) {
        append_wrapped(out, i == 0 ? "  Also       " : "             ",
                       json_string_value(json_array_get(also, i)));
    }
    append_variants(out, answer);
    append_list(out, answer, "causes", "Causes, the most frequent first:");
    append_list(out, answer, "look", "To look on Windows:");
    append_commands(out, answer);
    append_list(out, answer, "remedies", "What to do:");
    append_list(out, answer, "others", "With other servers:");
    append_problems(out, answer);
    if (text_of(answer, "more") != NULL) {
        buf_append_byte(out, '\n');
        append_wrapped(out, "", text_of(answer, "more"));
    }
}

bool why_show_text(struct buf *out, const struct why_topic *topic)
{
    json_t *answer = why_json(topic);
    if (answer != NULL) {
        append_answer(out, answer);
    }
    bool ok = answer != NULL && buf_ok(out);
    json_decref(answer);
    return ok;
}

bool why_show_json(struct buf *out, const struct why_topic *topic)
{
    json_t *answer = why_json(topic);
    bool ok = answer != NULL && json_value_dump(answer, JSON_INDENT(2), out) &&
              buf_append_byte(out, '\n');
    json_decref(answer);
    return ok;
}

bool why_show_forms(struct buf *out)
{
    return buf_append_string(
        out,
        "Understood are:\n"
        "  403.16, 403              status and sub-status, as IIS and its log have it\n"
        "  0x800B0109, 2148204809,  an HRESULT or sc-win32-status, in any of these\n"
        "  -2146762487              forms\n"
        "  CERT_E_UNTRUSTEDROOT     its symbol\n"
        "  36887                    an event of Schannel\n"
        "  alert 116, unknown_ca    an alert of TLS\n"
        "  ERR_..., SSL_ERROR_...   a browser's code\n"
        "  a line of IIS's log      with its #Fields, or in the order that is usual;\n"
        "                           or of http.sys' HTTPERR\n"
        "  an error message         of a browser, curl, OpenSSL, Java, .NET, Go, "
        "Node,\n"
        "                           Python, wget, GnuTLS, nginx or Apache\n");
}
