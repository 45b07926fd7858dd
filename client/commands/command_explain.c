/* SPDX-License-Identifier: MIT
 *
 * `certgate explain`: gathers files, stores and a server's certificates; the judging
 * and telling is explain's.
 */
#include "base/file.h"
#include "base/mem.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/prompt.h"
#include "describe/json_value.h"
#include "explain/explain_events.h"
#include "explain/explain_fetch.h"
#include "explain/explain_like.h"
#include "explain/explain_options.h"
#include "explain/explain_show.h"
#include "explain/server_chain.h"
#include "explain/trust.h"
#include "forge/forge_request.h"
#include "pki/request.h"
#include "tls/tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
    struct explain_options options;
    struct target target;
    struct buf password; /* owned: from --pass-file or a prompt */
    struct trust trust;
    struct bundle with; /* all of --with */
    struct explain_fetch fetch;
    json_t *results;
    struct buf text;
    bool is_refused;
    bool has_failed;
};

/* ---- reading */

/* Reads one file and asks for its password if there is a terminal. */
static int read_file(struct run *run, const char *name, struct bundle *ret_bundle,
                     struct err *err)
{
    struct buf bytes = BUF_EMPTY;
    const char *password = run->options.password;
    int result = -1;
    if (file_read_all(name, BUNDLE_SIZE_MAX, &bytes, err) == 0) {
        enum bundle_result read =
            bundle_read(buf_slice(&bytes), password, name, ret_bundle, err);
        if (read == BUNDLE_NO_PASSWORD && prompt_is_possible()) {
            struct buf answer = BUF_LIMITED(PROMPT_MAX);
            if (prompt_password(name, &answer, err) == 0) {
                read = bundle_read(buf_slice(&bytes), buf_string(&answer), name,
                                   ret_bundle, err);
            }
            buf_finish_secret(&answer);
        }
        result = read == BUNDLE_OK ? 0 : -1;
    }
    buf_finish_secret(&bytes);
    return result;
}

static int load_password(struct run *run, struct err *err)
{
    const char *name = run->options.password_file;
    if (name == NULL) {
        return 0;
    }
    if (file_read_all(name, PROMPT_MAX, &run->password, err) != 0) {
        return -1;
    }
    char *text = (char *)run->password.data;
    run->password.len = slice_find(buf_slice(&run->password), '\n');
    if (run->password.len > 0 && text[run->password.len - 1] == '\r') {
        run->password.len--;
    }
    run->options.password = buf_string(&run->password);
    return 0;
}

/* Moves the certificates of `from` behind those of `to`. */
static int append_certificates(struct bundle *to, struct bundle *from, struct err *err)
{
    struct certificate **certs = mem_resize(to->certs, to->n_certs + from->n_certs + 1,
                                            sizeof(struct certificate *));
    if (certs == NULL) {
        return err_memory(err);
    }
    to->certs = certs;
    for (size_t i = 0; i < from->n_certs; i++) {
        certs[to->n_certs++] = from->certs[i];
    }
    from->n_certs = 0;
    return 0;
}

static int load_with(struct run *run, struct err *err)
{
    for (size_t i = 0; i < run->options.with.n_names; i++) {
        struct bundle bundle = { .format = BUNDLE_PEM };
        if (read_file(run, run->options.with.names[i], &bundle, err) != 0) {
            return -1;
        }
        int result = append_certificates(&run->with, &bundle, err);
        bundle_finish(&bundle);
        if (result != 0) {
            return -1;
        }
    }
    return 0;
}

/* ---- judging */

/* `bundle` with those of --with behind; all borrowed. */
static struct certificate **list_presented(const struct run *run,
                                           const struct bundle *bundle, size_t *ret_n)
{
    size_t n = 0;
    struct certificate **all =
        mem_alloc(bundle->n_certs + run->with.n_certs, sizeof(struct certificate *));
    for (size_t i = 0; i < bundle->n_certs && all != NULL; i++) {
        all[n++] = bundle->certs[i];
    }
    for (size_t i = 0; i < run->with.n_certs && all != NULL; i++) {
        all[n++] = run->with.certs[i];
    }
    *ret_n = n;
    return all;
}

static int tell(struct run *run, const struct explain_question *question,
                const struct explain_answer *answer, struct err *err)
{
    if (run->options.json) {
        bool failed = false;
        json_value_add(run->results, explain_json(question, answer), &failed);
        return failed ? err_memory(err) : 0;
    }
    if (run->text.len > 0) {
        buf_append_string(&run->text, "\n\n");
    }
    return explain_append_text(&run->text, question, answer) &&
                   (!run->options.windows_events ||
                    explain_events_append(&run->text, question, answer,
                                          run->options.like_read))
               ? 0
               : err_memory(err);
}

/* With --fetch, what the judgement needs first. */
static int fetch_for(struct run *run, struct explain_question *question,
                     struct err *err)
{
    const struct chain_context context = {
        .store = question->store,
        .policy = question->policy,
        .now = question->now,
    };
    if (!run->options.fetches) {
        return 0;
    }
    if (explain_fetch_run(&run->fetch, question->presented, question->n_presented,
                          &context, err) != 0) {
        return -1;
    }
    question->evidence = retrieval_evidence(run->fetch.retrieval);
    question->fetched = buf_string(&run->fetch.lines);
    return 0;
}

static int explain_bundle(struct run *run, const char *source, const char *format,
                          struct bundle *bundle, struct err *err)
{
    const struct explain_options *options = &run->options;
    struct explain_answer *answer = mem_alloc(1, sizeof(*answer));
    size_t n_presented;
    struct certificate **presented = list_presented(run, bundle, &n_presented);
    int result = -1;
    struct explain_question question = {
        .source = source,
        .format = format,
        .friendly_name = buf_string(&bundle->friendly_name),
        .remarks = buf_string(&bundle->remarks),
        .has_key = bundle->has_key,
        .pkcs12_uses = bundle->pkcs12_uses,
        .presented = presented,
        .n_presented = n_presented,
        .store_dir = run->trust.store.dir,
        .store = &run->trust.store,
        .policy = &options->policy,
        .flags = options->flags,
        .role = options->role,
        .all_paths = options->all_paths,
        .host = options->role == EXPLAIN_SERVER ? options->host : NULL,
        .now = options->now,
    };
    if (answer == NULL || presented == NULL) {
        err_memory(err);
    } else if (bundle->n_certs == 0) {
        err_set(err, ERR_CONFIG, 0,
                "%s holds a revocation list and no certificate; --crl reads it",
                source);
    } else if (fetch_for(run, &question, err) == 0 &&
               explain_judge(&question, answer, err) == 0) {
        run->is_refused |= !answer->is_let_in;
        result = tell(run, &question, answer, err);
    }
    free(presented);
    if (answer != NULL) {
        explain_finish(answer);
    }
    free(answer);
    return result;
}

/* A request for a certificate, as what it would become. */
static int explain_request(struct run *run, const char *name, struct slice der,
                           struct err *err)
{
    struct bundle bundle = { .format = BUNDLE_DER };
    struct buf ca = BUF_EMPTY;
    struct request request;
    int result = -1;
    if (request_read(der, &request) &&
        forge_request(&request, run->options.now, &ca, &bundle, err) == 0 &&
        trust_add_root(&run->trust, buf_slice(&ca), FORGE_REQUEST_CA, err) == 0) {
        result = explain_bundle(run, name, EXPLAIN_REQUEST, &bundle, err);
    }
    bundle_finish(&bundle);
    buf_finish(&ca);
    return result;
}

/* A file that cannot be read is read_file's to tell. */
static bool find_request(const char *name, struct buf *der)
{
    struct err ignored = ERR_INIT;
    struct buf bytes = BUF_EMPTY;
    bool found = file_read_all(name, BUNDLE_SIZE_MAX, &bytes, &ignored) == 0 &&
                 request_find(buf_slice(&bytes), der);
    buf_finish_secret(&bytes);
    return found;
}

static int explain_file(struct run *run, const char *name, struct err *err)
{
    struct bundle bundle = { .format = BUNDLE_PEM };
    struct buf request = BUF_EMPTY;
    if (find_request(name, &request)) {
        int told = explain_request(run, name, buf_slice(&request), err);
        buf_finish(&request);
        return told;
    }
    buf_finish(&request);
    if (read_file(run, name, &bundle, err) != 0) {
        return -1;
    }
    int result =
        explain_bundle(run, name, bundle_format_name(bundle.format), &bundle, err);
    bundle_finish(&bundle);
    return result;
}

static int explain_url(struct run *run, struct err *err)
{
    char url[URL_TEXT_MAX];
    struct bundle bundle = { .format = BUNDLE_DER };
    uv_loop_t loop;
    int result = -1;
    run->options.target.insecure = true; /* only to see it: it need not be trusted */
    if (tls_init(err) != 0) {
        return -1;
    }
    uv_loop_init(&loop);
    if (target_resolve(&run->target, &loop, err) == 0 &&
        server_chain_fetch(&run->target, &loop, &bundle, err) == 0) {
        result = explain_bundle(run, url_format(&run->options.target.url, url), "TLS",
                                &bundle, err);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    bundle_finish(&bundle);
    return result;
}

/* ---- all of it */

static int prepare(struct run *run, struct err *err)
{
    const struct explain_options *options = &run->options;
    if (load_password(run, err) != 0 ||
        trust_load(&run->trust, options->like != NULL ? options->like : options->store,
                   options->now, err) != 0 ||
        load_with(run, err) != 0) {
        return -1;
    }
    if (options->like_read != NULL) {
        like_check_store(options->like_read, &run->trust.store);
    }
    /* What browsers trust anyway; for clients, only what the user names. */
    bool needs_cas = options->role == EXPLAIN_SERVER || options->target.cacert != NULL;
    if (needs_cas &&
        (target_load_trust(&run->target, &options->target, NULL, err) != 0 ||
         trust_add_roots(&run->trust, &run->target.cas, run->target.ca_source, err) !=
             0)) {
        return -1;
    }
    run->target.options = options->has_url ? &options->target : run->target.options;
    for (size_t i = 0; i < options->crls.n_names; i++) {
        if (trust_add_crls(&run->trust, options->crls.names[i], err) != 0) {
            return -1;
        }
    }
    if (options->fetches &&
        explain_fetch_open(&run->fetch, options->allow, options->now, err) != 0) {
        return -1;
    }
    run->results = json_array();
    return run->results == NULL ? err_memory(err) : 0;
}

static bool print_text(struct slice text)
{
    struct buf coloured = BUF_EMPTY;
    if (!command_may_colour(STDOUT_FILENO)) {
        return command_print(text);
    }
    bool printed =
        explain_append_coloured(&coloured, text) && command_print(buf_slice(&coloured));
    buf_finish(&coloured);
    return printed;
}

static bool print(struct run *run)
{
    if (!run->options.json) {
        const struct like *shown = run->options.like_read;
        if (shown != NULL && run->text.len > 0) {
            buf_append_byte(&run->text, '\n');
            run->text.failed |= !explain_like_append(&run->text, shown);
        }
        return buf_ok(&run->text) && print_text(buf_slice(&run->text));
    }
    const struct like *like = run->options.like_read;
    json_t *document = json_pack("{s:s, s:O}", "schema", "certgate-explain-2",
                                 "results", run->results);
    struct buf out = BUF_EMPTY;
    bool failed = document == NULL;
    if (like != NULL) {
        json_value_set(document, "like", explain_like_json(like), &failed);
    }
    bool printed = !failed && json_value_dump(document, JSON_INDENT(2), &out) &&
                   buf_append_byte(&out, '\n') && command_print(buf_slice(&out));
    buf_finish(&out);
    json_decref(document);
    return printed;
}

static int explain_all(struct run *run)
{
    struct err err = ERR_INIT;
    if (prepare(run, &err) != 0) {
        return command_fail("explain", &err);
    }
    for (size_t i = 0; i < run->options.files.n_names; i++) {
        if (explain_file(run, run->options.files.names[i], &err) != 0) {
            command_fail("explain", &err);
            run->has_failed = true;
        }
    }
    if (run->options.has_url && explain_url(run, &err) != 0) {
        command_fail("explain", &err);
        run->has_failed = true;
    }
    if (!print(run)) {
        err_set(&err, ERR_CONFIG, 0, "cannot write to standard output");
        return command_fail("explain", &err);
    }
    return run->has_failed   ? COMMAND_FAILED
           : run->is_refused ? COMMAND_DIFFERS
                             : COMMAND_OK;
}

int command_explain(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct run *run = mem_alloc(1, sizeof(*run));
    int result;
    if (run == NULL) {
        err_memory(&err);
        return command_fail("explain", &err);
    }
    if (explain_options_parse(argc, argv, &run->options, &err) != 0) {
        result = command_fail_usage("explain", &err);
    } else if (run->options.help) {
        result = explain_options_print_help();
    } else {
        result = explain_all(run);
    }
    target_finish(&run->target);
    explain_options_finish(&run->options);
    trust_finish(&run->trust);
    explain_fetch_close(&run->fetch);
    bundle_finish(&run->with);
    buf_finish_secret(&run->password);
    buf_finish(&run->text);
    json_decref(run->results);
    free(run);
    tls_finish();
    return result;
}
