/* SPDX-License-Identifier: MIT */
#include "get/get_options.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "common/command.h"
#include "common/setter.h"

#include <stdlib.h>
#include <string.h>

#define FORM_TYPE "application/x-www-form-urlencoded"

SETTER(key, struct get_options, key_file, value)
SETTER(password, struct get_options, password, value)
SETTER(case, struct get_options, case_name, value)
SETTER(no_cert, struct get_options, case_name, "none")
SETTER(tls_1_2, struct get_options, min_version, TLS_VERSION_1_2)
SETTER(tls_1_3, struct get_options, min_version, TLS_VERSION_1_3)
SETTER(resume_case, struct get_options, resume_case, value)
SETTER(session_in, struct get_options, session_in, value)
SETTER(session_out, struct get_options, session_out, value)
SETTER(output, struct get_options, output, value)
SETTER(include, struct get_options, include, true)
SETTER(head_only, struct get_options, head_only, true)
SETTER(fail, struct get_options, fail, true)
SETTER(silent, struct get_options, silent, true)
SETTER(show_error, struct get_options, show_error, true)
SETTER(verbose, struct get_options, verbose, true)
SETTER(json, struct get_options, json, true)
SETTER(help, struct get_options, help, true)

static int set_cert(void *target, const char *value, struct err *err)
{
    struct get_options *options = target;
    free(options->cert);
    options->cert = mem_copy_string(value, strlen(value));
    if (options->cert == NULL) {
        return err_memory(err);
    }
    credential_split(options->cert, &options->cert_file, &options->password);
    return 0;
}

static int set_tls_max(void *target, const char *value, struct err *err)
{
    struct get_options *options = target;
    if (text_equal_ignoring_case(value, "default")) {
        options->max_version = TLS_VERSION_DEFAULT;
    } else if (!tls_version_parse(value, &options->max_version)) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": 1.2 or 1.3 is meant", value);
    }
    return 0;
}

static int set_offer_as(void *target, const char *value, struct err *err)
{
    struct get_options *options = target;
    if (!offer_program_parse(value, &options->program)) {
        return err_set(err, ERR_CONFIG, 0,
                       "\"%s\": chrome, edge, firefox or dotnet is meant", value);
    }
    options->offers_as = true;
    return 0;
}

static int add_header(void *target, const char *value, struct err *err)
{
    struct request_text *request = &((struct get_options *)target)->request;
    if (request_text_check_header(value, err) != 0) {
        return -1;
    }
    if (request->n_headers == REQUEST_TEXT_HEADERS_MAX) {
        return err_set(err, ERR_LIMIT, 0, "more than %d headers",
                       REQUEST_TEXT_HEADERS_MAX);
    }
    request->headers[request->n_headers++] = value;
    return 0;
}

static int set_method(void *target, const char *value, struct err *err)
{
    if (!request_text_is_method(value)) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" is no method", value);
    }
    ((struct get_options *)target)->request.method = value;
    return 0;
}

static int add_data(void *target, const char *value, struct err *err)
{
    struct get_options *options = target;
    if (options->request.has_body) {
        buf_append_byte(&options->data, '&');
    }
    options->request.has_body = true;
    if (value[0] == '@') {
        return file_read_all(value + 1, GET_BODY_MAX, &options->data, err);
    }
    return buf_append_string(&options->data, value) ? 0 : err_memory(err);
}

static int set_resume(void *target, const char *value, struct err *err)
{
    uint64_t number;
    if (!text_read_number(value, GET_RESUME_MAX, &number)) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\": a number up to %d is meant", value,
                       GET_RESUME_MAX);
    }
    ((struct get_options *)target)->n_resumes = (unsigned)number;
    return 0;
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("The client's certificate"),
    { "case", 0, NULL, "NAME", "a case of the test world: certgate list", set_case, ARGS_ONCE },
    { "cert", 'E', NULL, "FILE[:PASS]", "certificate, chain and key: PEM, DER or PKCS #12, sent as it is", set_cert, ARGS_ONCE },
    { "key", 0, NULL, "FILE", "its private key, if it is not in the same file", set_key, ARGS_ONCE },
    { "pass", 0, NULL, "WORD", "the key's password", set_password, ARGS_ONCE },
    { "no-cert", 0, NULL, NULL, "none (the default)", set_no_cert, ARGS_ONCE },
    { "offer-as", 0, NULL, "PROGRAM", "send it only if chrome, edge, firefox or dotnet would", set_offer_as, ARGS_ONCE },
    ARGS_HEADING("TLS"),
    { "cacert", 0, "CAfile", "FILE", "CAs to trust", target_set_cacert, ARGS_ONCE },
    { "insecure", 'k', NULL, NULL, "trust any server certificate", target_set_insecure, ARGS_ONCE },
    { "tlsv1.2", 0, NULL, NULL, "at least TLS 1.2 (the default)", set_tls_1_2, ARGS_ONCE },
    { "tlsv1.3", 0, NULL, NULL, "at least TLS 1.3", set_tls_1_3, ARGS_ONCE },
    { "tls-max", 0, NULL, "VERSION", "at most this version", set_tls_max, ARGS_ONCE },
    { "ciphers", 0, "tls13-ciphers", "LIST", "cipher suites by IANA's or OpenSSL's names", target_set_ciphers, ARGS_ONCE },
    { "no-alpn", 0, NULL, NULL, "do not offer http/1.1 by ALPN", target_set_no_alpn, ARGS_ONCE },
    { "resume", 0, NULL, "N", "N more requests, each on a resumed session", set_resume, ARGS_ONCE },
    { "resume-case", 0, NULL, "NAME", "the certificate for those", set_resume_case, ARGS_ONCE },
    { "session-out", 0, NULL, "FILE", "keep the session (a secret) for later", set_session_out, ARGS_ONCE },
    { "session-in", 0, NULL, "FILE", "resume the session that was kept", set_session_in, ARGS_ONCE },
    ARGS_HEADING("The request"),
    { "request", 'X', NULL, "METHOD", "instead of GET", set_method, ARGS_ONCE },
    { "header", 'H', NULL, "LINE", "add or replace a header; \"Name:\" removes it", add_header, ARGS_REPEATABLE },
    { "data", 'd', NULL, "DATA", "POST this, or @FILE", add_data, ARGS_REPEATABLE },
    { "head", 'I', NULL, NULL, "HEAD", set_head_only, ARGS_ONCE },
    { "resolve", 0, NULL, "H:P:A", "connect to address A for host H and port P", target_add_resolve, ARGS_REPEATABLE },
    { "connect-to", 0, NULL, "H:P:H:P", "connect to the second host and port for the first", target_add_connect_to, ARGS_REPEATABLE },
    { "max-time", 'm', NULL, "S", "seconds for each connection", target_set_max_time, ARGS_ONCE },
    ARGS_HEADING("What is shown"),
    { "verbose", 'v', NULL, NULL, "show TLS and the certificate that was sent", set_verbose, ARGS_ONCE },
    { "include", 'i', NULL, NULL, "also show the answer's head", set_include, ARGS_ONCE },
    { "json", 0, NULL, NULL, "the connection and the answer as JSON, instead of the body", set_json, ARGS_ONCE },
    { "output", 'o', NULL, "FILE", "write the body to FILE", set_output, ARGS_ONCE },
    { "fail", 'f', NULL, NULL, "exit with 22 on a status of 400 and above", set_fail, ARGS_ONCE },
    { "silent", 's', NULL, NULL, "no messages", set_silent, ARGS_ONCE },
    { "show-error", 'S', NULL, NULL, "except errors", set_show_error, ARGS_ONCE },
    { "cases", 0, NULL, "DIR", "the test world; default $XDG_DATA_HOME/certgate", target_set_dir, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] = "Usage: certgate get URL [OPTION...]\n"
                            "Sends one request, with any client certificate.\n";
static const char closing[] =
    "Exit, as curl: 0 answered, 2 usage, 6 no address, 7 no connection, 8 no HTTP,\n"
    "18 cut off, 22 refused (-f), 23 cannot write, 28 timeout, 35 handshake failed,\n"
    "52 no answer, 56 refused or broken after the handshake, 58 our certificate,\n"
    "60 server not trusted, 77 CA file.\n";

int get_options_print_help(void)
{
    return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
}

static int set_url(void *target, const char *operand, struct err *err)
{
    struct get_options *options = target;
    if (options->has_url) {
        return err_set(err, ERR_CONFIG, 0, "more than one URL");
    }
    options->has_url = true;
    return url_parse(operand, &options->target.url, err);
}

/* Checks and completes the options as a whole. */
static int settle(struct get_options *options, struct err *err)
{
    struct request_text *request = &options->request;
    if (!options->has_url) {
        return err_set(err, ERR_CONFIG, 0, "no URL");
    }
    if (options->cert != NULL && options->case_name != NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "--cert and --case are two certificates: which?");
    }
    if (options->key_file != NULL && options->cert == NULL) {
        return err_set(err, ERR_CONFIG, 0, "--key without --cert");
    }
    if (options->max_version == TLS_VERSION_1_2 &&
        options->min_version == TLS_VERSION_1_3) {
        return err_set(err, ERR_CONFIG, 0,
                       "--tlsv1.3 and --tls-max 1.2 leave no version");
    }
    if (options->head_only && request->has_body) {
        return err_set(err, ERR_CONFIG, 0,
                       "--head and --data are two requests: which?");
    }
    if (request->method == NULL) {
        request->method = options->head_only  ? "HEAD"
                          : request->has_body ? "POST"
                                              : "GET";
    }
    request->body = buf_slice(&options->data);
    request->body_type = FORM_TYPE;
    return 0;
}

int get_options_parse(int argc, char **argv, struct get_options *ret_options,
                      struct err *err)
{
    memset(ret_options, 0, sizeof(*ret_options));
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, ret_options, set_url, err) != 0) {
        return -1;
    }
    return ret_options->help ? 0 : settle(ret_options, err);
}

void get_options_finish(struct get_options *options)
{
    buf_finish(&options->data);
    free(options->cert);
    options->cert = NULL;
}
