/* SPDX-License-Identifier: MIT
 *
 * certgated: reads the configuration and runs the server.
 */
#include "config/config.h"
#include "daemon/server.h"
#include "daemon/show_config.h"

#include <stdio.h>
#include <stdlib.h>

static const char *get_environment(void *user, const char *name)
{
    (void)user;
    return getenv(name);
}

static int print_help(void)
{
    struct buf text = BUF_EMPTY;
    bool ok = config_append_help(&text);
    fputs(buf_string(&text), stdout);
    buf_finish(&text);
    return ok ? SERVER_EXIT_OK : SERVER_EXIT_FAILED;
}

static int print_config(const struct config *config)
{
    struct buf text = BUF_EMPTY;
    struct err err = ERR_INIT;
    int result = show_config(&text, config, &err);
    if (result == 0) {
        fputs(buf_string(&text), stdout);
    } else {
        fprintf(stderr, "certgated: %s\n", err.text);
    }
    buf_finish(&text);
    return result == 0 ? SERVER_EXIT_OK : SERVER_EXIT_CONFIG;
}

int main(int argc, char **argv)
{
    static struct config config;
    static struct server server;
    struct err err = ERR_INIT;

    if (config_read(&config, argc, argv, get_environment, NULL, &err) != 0) {
        fprintf(stderr, "certgated: %s\n", err.text);
        config_finish(&config);
        return SERVER_EXIT_CONFIG;
    }
    switch (config.action) {
    case CONFIG_HELP:
        return print_help();
    case CONFIG_VERSION:
        printf("certgated %s, %s\n", CERTGATE_VERSION, tls_library());
        return SERVER_EXIT_OK;
    case CONFIG_SHOW_CONFIG:
    case CONFIG_RUN:
    case CONFIG_CHECK:
    case CONFIG_SHOW:
    default:
        break;
    }
    int code = config.action == CONFIG_SHOW_CONFIG ? print_config(&config)
                                                   : server_run(&server, &config);
    config_finish(&config);
    return code;
}
