/* SPDX-License-Identifier: MIT
 *
 * --like: what was taken from the server's own files, and what looks wrong in them.
 */
#include "daemon/server.h"

#include "base/clock.h"
#include "like/like.h"

static const struct {
    const char *word;
    enum terminal_level level;
} kinds[] = {
    [LIKE_TAKEN] = { "taken", TERMINAL_INFO },
    [LIKE_LEFT_OUT] = { "left-out", TERMINAL_INFO },
    [LIKE_UNREAD] = { "unread", TERMINAL_WARNING },
    [LIKE_TRAP] = { "trap", TERMINAL_WARNING },
};

static void tell(const struct server *server, const char *word,
                 enum terminal_level level, const char *text)
{
    terminal_log_say(&server->terminal, level, word, clock_now_s(), text);
}

static void tell_lines(const struct server *server, size_t first)
{
    const struct like *like = server->config->like_read;
    for (size_t i = first; i < like->n_lines; i++) {
        struct buf text = BUF_EMPTY;
        like_append_line(&text, &like->lines[i]);
        tell(server, kinds[like->lines[i].kind].word, kinds[like->lines[i].kind].level,
             buf_string(&text));
        buf_finish(&text);
    }
}

void server_tell_like(const struct server *server)
{
    if (server->config->like_read != NULL) {
        tell_lines(server, 0);
    }
}

static bool checks_revocation(const struct config *config)
{
    for (size_t i = 0; i < config->n_listen; i++) {
        if (config->listen[i].plays != NULL &&
            config->listen[i].policy.verifyclientcertrevocation) {
            return true;
        }
    }
    return false;
}

void server_tell_like_store(const struct server *server)
{
    const struct config *config = server->config;
    struct like *like = config->like_read;
    if (like == NULL) {
        return;
    }
    size_t n = like->n_lines;
    like_check_store(like, &server->material->store);
    tell_lines(server, n);
    if (checks_revocation(config) && config->fetch != CONFIG_FETCH_ANY) {
        tell(
            server, "left-out", TERMINAL_INFO,
            "Revocation lists are not fetched from where the clients' certificates "
            "say: --fetch any does so, or put them into LocalMachine/CA as .crl files. "
            "Until then such certificates get 403.13.");
    }
    if (like->n_left_off > 0) {
        tell(server, "unread", TERMINAL_WARNING,
             "There is more to say about the folder than is said here.");
    }
}
