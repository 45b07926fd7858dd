/* SPDX-License-Identifier: MIT
 *
 * `certgate wait`: until a server answers, for scripts that started one. It retries
 * after growing pauses, and takes a refusal in the handshake for an answer.
 */
#include "attempt/attempt.h"
#include "attempt/target.h"
#include "base/args.h"
#include "base/clock.h"
#include "base/timestamp.h"
#include "commands/commands.h"
#include "common/command.h"
#include "common/setter.h"
#include "tls/tls.h"

#include <poll.h>
#include <stdio.h>

#define PAUSE_FIRST_MS    10
#define PAUSE_MAX_MS      250
#define TIMEOUT_DEFAULT_S 30
#define TIMEOUT_MAX_S     ((int64_t)86400)
/* For one attempt: a server that accepts and stays silent is not ready. */
#define ATTEMPT_MS 2000
#define US_PER_MS  1000
#define MS_PER_S   1000

struct options {
    struct target_options target; /* first: its setters know it only */
    bool has_url;
    int64_t timeout_s;
    bool quiet;
    bool help;
};

struct wait {
    const struct options *options;
    uv_loop_t loop;
    struct target target;
    struct attempt attempt;
    struct attempt_result result;
    int64_t end_us;
};

static int set_timeout(void *target, const char *value, struct err *err)
{
    struct options *options = target;
    if (!timestamp_parse_duration(value, &options->timeout_s) ||
        options->timeout_s <= 0 || options->timeout_s > TIMEOUT_MAX_S) {
        return err_set(err, ERR_CONFIG, 0, "\"%s\" is no duration as 5s or 2m", value);
    }
    return 0;
}

SETTER(quiet, struct options, quiet, true)
SETTER(help, struct options, help, true)

static int add_url(void *target, const char *operand, struct err *err)
{
    struct options *options = target;
    if (options->has_url) {
        return err_set(err, ERR_CONFIG, 0, "one URL is meant, and \"%s\" is another",
                       operand);
    }
    options->has_url = true;
    return url_parse(operand, &options->target.url, err);
}

/* clang-format off */
static const struct args_option rows[] = {
    ARGS_HEADING("Options"),
    { "timeout", 0, "max-time", "TIME", "give up after 5s, 2m; default 30s", set_timeout, ARGS_ONCE },
    { "resolve", 0, NULL, "H:P:A", "connect to address A for host H and port P", target_add_resolve, ARGS_REPEATABLE },
    { "connect-to", 0, NULL, "H:P:H:P", "connect to the second host and port for the first", target_add_connect_to, ARGS_REPEATABLE },
    { "quiet", 'q', NULL, NULL, "the exit code only", set_quiet, ARGS_ONCE },
    { "help", 'h', NULL, NULL, "show this help", set_help, ARGS_ONCE },
};
/* clang-format on */

static const char usage[] =
    "Usage: certgate wait [OPTION...] URL\n"
    "Waits until the server answers: with TLS, or for http:// with HTTP. It presents\n"
    "no certificate, and trusts any server certificate.\n";
static const char closing[] =
    "Exit: 0 it answers, 1 it did not in time, 2 wrong usage.\n";

/* The server speaks TLS, even if it refuses us. */
static bool has_answered(const struct attempt_result *result)
{
    return result->end == ATTEMPT_END_ANSWER || result->handshake_done ||
           result->alert_received != TLS_ALERT_NONE || result->server.known;
}

static void on_done(void *user)
{
    (void)user;
}

/* Milliseconds until the end; at least one, because 0 means no limit. */
static uint64_t find_time_left(const struct wait *wait)
{
    int64_t left_ms = (wait->end_us - clock_monotonic_us()) / US_PER_MS;
    return left_ms > 0 ? (uint64_t)left_ms : 1;
}

static int try_once(struct wait *wait, struct err *err)
{
    const struct target_use use = { .min_version = TLS_VERSION_1_2,
                                    .max_version = TLS_VERSION_1_3 };
    struct tls_client_config *config = NULL;
    char authority[URL_TEXT_MAX];
    char request[URL_TEXT_MAX + 64];
    uint64_t left_ms = find_time_left(wait);

    url_format_authority(&wait->options->target.url, authority);
    int n =
        snprintf(request, sizeof request,
                 "HEAD / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", authority);
    if (wait->options->target.url.is_tls &&
        target_make_config(&wait->target, &use, &config, err) != 0) {
        return -1;
    }
    const struct attempt_options attempt = {
        .addresses = wait->target.addresses,
        .n_addresses = wait->target.n_addresses,
        .config = config,
        .request = { (const uint8_t *)request, (size_t)n },
        .to_head = true,
        .max_time_ms = left_ms < ATTEMPT_MS ? left_ms : ATTEMPT_MS,
    };
    attempt_start(&wait->attempt, &wait->loop, &attempt, &wait->result, on_done, NULL);
    uv_run(&wait->loop, UV_RUN_DEFAULT);
    tls_client_config_destroy(config);
    return 0;
}

static int wait_for_it(struct wait *wait, bool *ret_answered, struct err *err)
{
    int pause_ms = PAUSE_FIRST_MS;
    for (;;) {
        attempt_result_finish(&wait->result);
        if (try_once(wait, err) != 0) {
            return -1;
        }
        *ret_answered = has_answered(&wait->result);
        int64_t left_ms = (wait->end_us - clock_monotonic_us()) / US_PER_MS;
        if (*ret_answered || left_ms <= 0) {
            return 0;
        }
        (void)poll(NULL, 0, left_ms < pause_ms ? (int)left_ms : pause_ms);
        pause_ms = pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause_ms * 2;
    }
}

static void complain(const struct options *options, const struct attempt_result *result)
{
    struct buf what = BUF_EMPTY;
    attempt_result_format(result, &what);
    fprintf(stderr, "certgate wait: no answer in %lld s: %s\n",
            (long long)options->timeout_s, buf_string(&what));
    buf_finish(&what);
}

static int run(const struct options *options, struct err *err)
{
    static struct wait wait;
    bool answered = false;
    int result = -1;

    wait.options = options;
    wait.end_us = clock_monotonic_us() + options->timeout_s * MS_PER_S * US_PER_MS;
    uv_loop_init(&wait.loop);
    if (tls_init(err) == 0 &&
        target_load_trust(&wait.target, &options->target, NULL, err) == 0 &&
        target_resolve(&wait.target, &wait.loop, err) == 0) {
        result = wait_for_it(&wait, &answered, err);
    }
    if (result == 0 && !answered && !options->quiet) {
        complain(options, &wait.result);
    }
    attempt_result_finish(&wait.result);
    target_finish(&wait.target);
    uv_run(&wait.loop, UV_RUN_DEFAULT);
    uv_loop_close(&wait.loop);
    tls_finish();
    return result != 0 ? -1 : answered ? COMMAND_OK : COMMAND_DIFFERS;
}

int command_wait(int argc, char **argv)
{
    static struct options options = { .timeout_s = TIMEOUT_DEFAULT_S,
                                      .target.insecure = true };
    struct err err = ERR_INIT;
    if (args_parse(rows, ARRAY_LEN(rows), argc, argv, &options, add_url, &err) != 0) {
        return command_fail_usage("wait", &err);
    }
    if (options.help) {
        return command_print_help(usage, rows, ARRAY_LEN(rows), closing);
    }
    if (!options.has_url) {
        err_set(&err, ERR_CONFIG, 0, "which URL?");
        return command_fail_usage("wait", &err);
    }
    int code = run(&options, &err);
    return code < 0 ? command_fail("wait", &err) : code;
}
