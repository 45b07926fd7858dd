/* SPDX-License-Identifier: MIT
 *
 * `certgate get`: one request (or, to look at resumption, some in a row), with
 * curl's option names and exit codes.
 */
#include "attempt/attempt.h"
#include "attempt/result_json.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "commands/commands.h"
#include "common/command.h"
#include "describe/json_value.h"
#include "get/browser.h"
#include "get/get_options.h"
#include "get/get_show.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SESSION_FILE_MAX ((size_t)256 * 1024)

/* curl's exit codes that are no attempt's end. */
enum get_exit {
    GET_OK = 0,
    GET_USAGE = 2,
    GET_NO_ADDRESS = 6,
    GET_HTTP_ERROR = 22,
    GET_WRITE = 23,
    GET_MEMORY = 27,
    GET_OUR_CERTIFICATE = 58,
    GET_CA_FILE = 77,
};

/* A certificate to show, and where it came from. */
struct shown {
    struct forge_credential credential; /* owned */
    const char *name;
};

struct get {
    struct get_options options;
    struct forge_world *world; /* owned; NULL until a case is asked for */
    struct shown first;
    struct shown later; /* for resumed requests */
    struct target target;
    struct buf request;
    struct buf session; /* a secret */
    uv_loop_t loop;
    struct attempt attempt;
    struct attempt_result result;
};

static int complain(const struct get *get, int code, const struct err *err)
{
    if (!get->options.silent || get->options.show_error) {
        fprintf(stderr, "certgate get: (%d) %s\n", code, err->text);
    }
    return code;
}

/* ---- before the first connection */

static int load_case(struct get *get, const char *name, struct shown *shown,
                     struct err *err)
{
    int64_t now = clock_now_s();
    const struct recipe *recipe;
    if (get->world == NULL &&
        forge_world_open(get->options.target.dir, now, &get->world, err) != 0) {
        return -1;
    }
    recipe = recipe_find(&forge_book(get->world)->cases, name);
    if (recipe == NULL) {
        const char *meant = recipe_suggest(&forge_book(get->world)->cases, name);
        return err_set(err, ERR_CONFIG, 0, "no case \"%s\"%s%s%s (certgate list)", name,
                       meant == NULL ? "" : ": is ", meant == NULL ? "" : meant,
                       meant == NULL ? "" : " meant?");
    }
    shown->name = recipe->name;
    return forge_case(get->world, recipe, now, &shown->credential, err);
}

/* Schannel sends the leaf, and such issuers as lie in its machine's stores: none of the
 * file's (dotnet/runtime 47680, 55368). */
static void drop_issuers(struct forge_credential *credential)
{
    for (size_t i = 1; i < credential->n_chain; i++) {
        buf_finish(&credential->chain[i]);
    }
    credential->n_chain = 1;
}

/* --offer-as: what the program would hide is not shown. */
static int hide(const struct get *get, struct shown *shown, struct err *err)
{
    const struct get_options *options = &get->options;
    struct buf why = BUF_EMPTY;
    bool offers = true;

    if (!options->offers_as || shown->credential.n_chain == 0) {
        return 0;
    }
    if (browser_offers(&shown->credential, options->program, clock_now_s(), &offers,
                       &why, err) != 0) {
        buf_finish(&why);
        return -1;
    }
    if (!offers) {
        if (!options->silent) {
            fprintf(stderr, "certgate get: %s would not offer %s: %s\n",
                    offer_program_name(options->program), shown->name,
                    buf_string(&why));
        }
        forge_credential_finish(&shown->credential);
        shown->credential = (struct forge_credential){ .n_chain = 0 };
        shown->name = "none";
    } else if (options->program == OFFER_DOTNET) {
        drop_issuers(&shown->credential);
    }
    buf_finish(&why);
    return 0;
}

static int load_certificates(struct get *get, struct err *err)
{
    const struct get_options *options = &get->options;
    get->first.name = "none";
    if (options->cert_file != NULL) {
        get->first.name = options->cert_file;
        if (credential_load(options->cert_file, options->key_file, options->password,
                            &get->first.credential, err) != 0) {
            return -1;
        }
    } else if (options->case_name != NULL && strcmp(options->case_name, "none") != 0 &&
               load_case(get, options->case_name, &get->first, err) != 0) {
        return -1;
    }
    get->later.name = "none";
    if (options->resume_case == NULL || strcmp(options->resume_case, "none") == 0) {
        return 0;
    }
    return load_case(get, options->resume_case, &get->later, err);
}

/* 0, or curl's exit code for what is missing. */
static int prepare(struct get *get, struct err *err)
{
    const struct get_options *options = &get->options;
    if (tls_init(err) != 0) {
        return GET_MEMORY;
    }
    if (load_certificates(get, err) != 0 || hide(get, &get->first, err) != 0 ||
        hide(get, &get->later, err) != 0) {
        return GET_OUR_CERTIFICATE;
    }
    if (target_load_trust(&get->target, &options->target, get->world, err) != 0) {
        return GET_CA_FILE;
    }
    if (options->session_in != NULL &&
        file_read_all(options->session_in, SESSION_FILE_MAX, &get->session, err) != 0) {
        return GET_USAGE;
    }
    if (!request_text_write(&options->request, &options->target.url, &get->request)) {
        err_memory(err);
        return GET_MEMORY;
    }
    return target_resolve(&get->target, &get->loop, err) == 0 ? GET_OK : GET_NO_ADDRESS;
}

/* ---- one request */

static void on_done(void *user)
{
    (void)user;
}

static int run_attempt(struct get *get, const struct shown *shown, struct err *err)
{
    const struct get_options *options = &get->options;
    struct tls_client_config *config = NULL;
    struct target_use use = { .credential = &shown->credential,
                              .min_version = options->min_version,
                              .max_version = options->max_version,
                              .tickets = true,
                              .honour_ca_names = options->offers_as };
    if (options->target.url.is_tls &&
        target_make_config(&get->target, &use, &config, err) != 0) {
        return -1;
    }
    struct attempt_options attempt = {
        .addresses = get->target.addresses,
        .n_addresses = get->target.n_addresses,
        .config = config,
        .has_certificate = shown->credential.n_chain > 0,
        .resume = buf_slice(&get->session),
        .request = buf_slice(&get->request),
        .to_head = strcmp(options->request.method, "HEAD") == 0,
        .body_max = GET_BODY_MAX,
        .max_time_ms = options->target.max_time_ms,
    };
    attempt_start(&get->attempt, &get->loop, &attempt, &get->result, on_done, NULL);
    uv_run(&get->loop, UV_RUN_DEFAULT);
    tls_client_config_destroy(config);
    return 0;
}

/* ---- what is shown of it */

/* Whether the text would control a terminal instead of being shown on it: invalid
 * UTF-8, and control characters, which begin escape sequences. */
static bool is_for_no_terminal(struct slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t c = bytes.data[i];
        bool is_space = c == '\t' || c == '\n' || c == '\r' || c == '\f';
        bool is_c1 = c == 0xc2 && i + 1 < bytes.len && bytes.data[i + 1] < 0xa0;
        if ((c < ' ' && !is_space) || c == 0x7f || is_c1) {
            return true;
        }
    }
    return !text_is_utf8(bytes);
}

static void show_messages(const struct get *get, const struct shown *shown)
{
    const struct get_options *options = &get->options;
    struct buf text = BUF_EMPTY;
    if (isatty(STDOUT_FILENO) && !options->silent && !options->json &&
        options->output == NULL) {
        get_show_verdict(&text, &get->result);
    }
    if (options->verbose) {
        get_show_verbose(&text, &get->result, &shown->credential, shown->name,
                         buf_slice(&get->request));
    }
    if (get->result.end != ATTEMPT_END_ANSWER &&
        (!options->silent || options->show_error)) {
        buf_append_string(&text, "certgate get: ");
        get_show_failure(&text, &get->result);
    }
    fputs(buf_string(&text), stderr);
    buf_finish(&text);
}

static bool append_json(struct buf *out, const struct attempt_result *result)
{
    json_t *json = result_json(result);
    bool made = json != NULL &&
                json_value_dump(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9), out) &&
                buf_append_byte(out, '\n');
    json_decref(json);
    return made;
}

static int write_output(struct get *get, struct err *err)
{
    const struct get_options *options = &get->options;
    bool to_stdout = options->output == NULL || strcmp(options->output, "-") == 0;
    struct slice body = buf_slice(&get->result.body);
    struct slice shown = body; /* no copy of what may be large */
    struct buf out = { .limit = get->result.head.len + body.len };
    int result = GET_OK;
    if (options->json) {
        out.limit = 0;
        if (!append_json(&out, &get->result)) {
            out.failed = true;
        }
        shown = buf_slice(&out);
    } else if (options->include || options->head_only) {
        buf_append_slice(&out, buf_slice(&get->result.head));
        buf_append_slice(&out, body);
        shown = buf_slice(&out);
    }
    if (!buf_ok(&out)) {
        err_memory(err);
        result = GET_MEMORY;
    } else if (!to_stdout) {
        result =
            file_write(options->output, 0644, shown, err) == 0 ? GET_OK : GET_WRITE;
    } else if (options->output == NULL && isatty(STDOUT_FILENO) &&
               is_for_no_terminal(shown)) {
        err_set(
            err, ERR_CONFIG, 0,
            "the answer is binary or has control characters, which would act on the "
            "terminal: -o FILE writes it to a file, -o - shows it in spite of that");
        result = GET_WRITE;
    } else if (!command_print(shown)) {
        err_set(err, ERR_CONFIG, 0, "cannot write to standard output");
        result = GET_WRITE;
    }
    buf_finish(&out);
    return result;
}

static int show(struct get *get, const struct shown *shown)
{
    const struct attempt_result *result = &get->result;
    struct err err = ERR_INIT;
    bool refused = get->options.fail && result->status >= 400;
    show_messages(get, shown);
    if (get->options.json || (result->status != 0 && !refused)) {
        int code = write_output(get, &err);
        if (code != GET_OK) {
            return complain(get, code, &err);
        }
    }
    if (result->end == ATTEMPT_END_ANSWER && refused) {
        err_set(&err, ERR_CONFIG, 0, "the answer is %d", result->status);
        return complain(get, GET_HTTP_ERROR, &err);
    }
    return attempt_result_curl_exit(result);
}

/* ---- all of them */

/* Keeps the session for the next request. */
static void take_session(struct get *get)
{
    if (!attempt_result_keeps_session(&get->result)) {
        buf_finish_secret(&get->session);
        get->session = get->result.ticket;
        get->result.ticket = (struct buf)BUF_EMPTY;
    }
}

static int request_all(struct get *get)
{
    const struct get_options *options = &get->options;
    struct err err = ERR_INIT;
    int code = prepare(get, &err);
    if (code != GET_OK) {
        return complain(get, code, &err);
    }
    for (unsigned i = 0; i <= options->n_resumes && code == GET_OK; i++) {
        bool is_later = i > 0 && options->resume_case != NULL;
        const struct shown *shown = is_later ? &get->later : &get->first;
        if (i > 0 && get->session.len == 0 && !options->silent) {
            fprintf(stderr, "certgate get: the server gave no session to resume: "
                            "this is a full handshake again\n");
        }
        if (run_attempt(get, shown, &err) != 0) {
            return complain(get, GET_OUR_CERTIFICATE, &err);
        }
        code = show(get, shown);
        take_session(get);
        attempt_result_finish(&get->result);
    }
    if (options->session_out != NULL && get->session.len == 0 && code == GET_OK) {
        err_set(&err, ERR_CONFIG, 0, "the server gave no session to keep in %s",
                options->session_out);
        return complain(get, GET_WRITE, &err);
    }
    if (options->session_out != NULL && get->session.len > 0 &&
        file_write(options->session_out, 0600, buf_slice(&get->session), &err) != 0) {
        return complain(get, GET_WRITE, &err);
    }
    return code;
}

static void finish(struct get *get)
{
    forge_credential_finish(&get->first.credential);
    forge_credential_finish(&get->later.credential);
    target_finish(&get->target);
    buf_finish(&get->request);
    buf_finish_secret(&get->session);
    forge_world_destroy(get->world);
    get_options_finish(&get->options);
    free(get);
}

int command_get(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct get *get = mem_alloc(1, sizeof(*get));
    int result;
    if (get == NULL) {
        err_memory(&err);
        return command_fail("get", &err);
    }
    if (get_options_parse(argc, argv, &get->options, &err) != 0) {
        result = command_fail_usage("get", &err);
    } else if (get->options.help) {
        result = get_options_print_help();
    } else {
        uv_loop_init(&get->loop);
        result = request_all(get);
        uv_run(&get->loop, UV_RUN_DEFAULT);
        uv_loop_close(&get->loop);
    }
    finish(get);
    tls_finish();
    return result;
}
