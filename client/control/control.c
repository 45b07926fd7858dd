/* SPDX-License-Identifier: MIT */
#include "control/control.h"

#include "base/file.h"
#include "base/text.h"
#include "describe/json_value.h"
#include "net/fetch.h"

#include <string.h>

#define FILE_NAME  "control" /* as server/daemon/control_file.h */
#define TIMEOUT_MS 10000
#define BODY_MAX   ((size_t)1024 * 1024)

/* ---- where */

static int take_url(const char *text, size_t len, const char *origin,
                    char url[static CONTROL_URL_MAX], struct err *err)
{
    static const char scheme[] = "http://";
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '/')) {
        len--;
    }
    if (len >= CONTROL_URL_MAX || strncmp(text, scheme, sizeof scheme - 1) != 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s: the control's address is an http: URL such as %s", origin,
                       CONTROL_URL_DEFAULT);
    }
    memcpy(url, text, len);
    url[len] = 0;
    return 0;
}

int control_find(const char *given, char url[static CONTROL_URL_MAX], struct err *err)
{
    const char *variable = getenv("CERTGATE_CONTROL");
    char path[FILE_PATH_MAX];
    struct buf text = BUF_EMPTY;
    struct err ignored = ERR_INIT;
    int result;

    if (given != NULL && given[0] != 0) {
        return take_url(given, strlen(given), "--control", url, err);
    }
    if (variable != NULL && variable[0] != 0) {
        return take_url(variable, strlen(variable), "CERTGATE_CONTROL", url, err);
    }
    if (file_find_place(FILE_PLACE_RUNTIME, FILE_NAME, path, &ignored) == 0 &&
        file_read_all(path, CONTROL_URL_MAX, &text, &ignored) == 0) {
        result = take_url(buf_string(&text), text.len, path, url, err);
    } else {
        result =
            take_url(CONTROL_URL_DEFAULT, strlen(CONTROL_URL_DEFAULT), "", url, err);
    }
    buf_finish(&text);
    return result;
}

/* ---- asking */

struct question {
    struct buf body; /* owned: of the answer */
    enum fetch_result result;
    int status;
    char detail[128];
    struct fetch_pool *pool;
};

static void on_done(void *user, const struct fetch_answer *answer)
{
    struct question *question = user;
    question->result = answer->result;
    question->status = answer->status;
    buf_append_slice(&question->body, answer->body);
    (void)snprintf(question->detail, sizeof question->detail, "%s", answer->detail);
    fetch_pool_close(question->pool, NULL, NULL);
}

static int fetch(const char *url, struct slice wish, struct question *question,
                 struct err *err)
{
    uv_loop_t loop;
    struct fetch_pool pool;
    const struct fetch_order order = {
        .url = url,
        .body = wish,
        .content_type = "application/json",
        .accept = "application/json",
        .body_max = BODY_MAX,
        .timeout_ms = TIMEOUT_MS,
    };
    if (uv_loop_init(&loop) != 0) {
        return err_memory(err);
    }
    fetch_pool_init(&pool, &loop, FETCH_ALLOW_LOOPBACK);
    question->pool = &pool;
    int result = 0;
    if (fetch_start(&pool, &order, on_done, question, err) == NULL) {
        result = -1;
        fetch_pool_close(&pool, NULL, NULL);
    }
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    return result;
}

/* What the server said, or why there is nothing; safe for a terminal. */
static int fail(const struct question *question, const char *url, const json_t *body,
                struct err *err)
{
    const char *sentence = json_string_value(json_object_get(body, "error"));
    struct buf text = BUF_EMPTY;
    if (question->result != FETCH_OK && question->result != FETCH_STATUS) {
        err_set(
            err, ERR_CONFIG, 0,
            "no certgated answers at %s: %s. Start one, or say where its control is "
            "with --control URL",
            url, question->detail);
    } else if (sentence != NULL &&
               text_escape_terminal(&text, slice_from_string(sentence))) {
        err_set(err, ERR_CONFIG, 0, "%s", buf_string(&text));
    } else {
        err_set(err, ERR_CONFIG, 0,
                "%s answers %d and nothing that certgated's control would say", url,
                question->status);
    }
    buf_finish(&text);
    return -1;
}

int control_ask(const char *url, const char *path, const json_t *wish,
                json_t **ret_body, struct err *err)
{
    struct question question = { .body = BUF_EMPTY };
    struct buf whole = BUF_EMPTY;
    struct buf text = BUF_EMPTY;
    json_t *body = NULL;
    int result = -1;
    if (!buf_printf(&whole, "%s%s", url, path) ||
        (wish != NULL && !json_value_dump(wish, JSON_COMPACT, &text))) {
        err_memory(err);
        goto out;
    }
    if (fetch(buf_string(&whole), buf_slice(&text), &question, err) != 0) {
        goto out;
    }
    body = json_loadb((const char *)question.body.data, question.body.len, 0, NULL);
    if (question.result == FETCH_OK && json_is_object(body)) {
        *ret_body = json_incref(body);
        result = 0;
    } else {
        result = fail(&question, url, body, err);
    }
out:
    json_decref(body);
    buf_finish(&text);
    buf_finish(&whole);
    buf_finish(&question.body);
    return result;
}
