/* SPDX-License-Identifier: MIT */
#include "daemon/server.h"

#include "base/clock.h"
#include "base/text.h"
#include "describe/describe.h"
#include "forge/forge.h"
#include "site/dialect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* ---- before */

static bool some_never_asks(const struct config *config)
{
    for (size_t i = 0; i < config->n_listen; i++) {
        if (config->listen[i].never_asks) {
            return true;
        }
    }
    for (size_t i = 0; i < config->n_paths; i++) {
        if (config->paths[i].says.never_asks) {
            return true;
        }
    }
    return false;
}

void server_print_limits(const struct server *server)
{
    if (some_never_asks(server->config)) {
        terminal_log_say(&server->terminal, TERMINAL_WARNING, "trap", clock_now_s(),
                         "sslFlags has SslRequireCert without SslNegotiateCert: IIS "
                         "then does not ask for a certificate by itself, and with "
                         "--clientcertnegotiation disable every request is 403.7");
    }
    if (!tls_can_accept_any_certificate()) {
        terminal_log_say(
            &server->terminal, TERMINAL_WARNING, "limit", clock_now_s(),
            "this build uses an mbedTLS without certgate's patches: a certificate that "
            "mbedTLS cannot parse, or a chain over 16 KB, ends the handshake and gets "
            "no "
            "page, and on TLS 1.3 a client cannot read the alert that says so");
    }
    if (!tls_can_choose_cipher_in_tls13() || !tls_can_staple()) {
        terminal_log_say(&server->terminal, TERMINAL_WARNING, "limit", clock_now_s(),
                         "this build uses an mbedTLS without certgate's patches: the "
                         "client's order of cipher suites decides on TLS 1.3, and no "
                         "OCSP response is stapled");
    }
    if (server->config->send_trusted_issuer_list && !tls_can_name_cas_in_tls13()) {
        terminal_log_say(
            &server->terminal, TERMINAL_WARNING, "limit", clock_now_s(),
            "this build uses an mbedTLS without certgate's patch: the list "
            "of trusted issuers is sent on TLS 1.2 only");
    }
}

size_t server_count_reserved(const struct config *config)
{
    return SERVER_DESCRIPTORS_RESERVED + config->n_listen +
           (config_has_roles(config) ? SERVER_ROLE_CONNECTIONS : 0);
}

/* As many as the descriptors allow; the soft limit is raised first. */
size_t server_limit_connections(const struct config *config)
{
    struct rlimit limit;
    rlim_t reserved = server_count_reserved(config);
    rlim_t wanted = config->max_connections + reserved;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return config->max_connections;
    }
    if (limit.rlim_cur < wanted && limit.rlim_cur < limit.rlim_max) {
        struct rlimit more = { wanted < limit.rlim_max ? wanted : limit.rlim_max,
                               limit.rlim_max };
        if (setrlimit(RLIMIT_NOFILE, &more) == 0) {
            limit = more;
        }
    }
    if (limit.rlim_cur >= wanted) {
        return config->max_connections;
    }
    return limit.rlim_cur > reserved ? (size_t)(limit.rlim_cur - reserved) : 1;
}

/* ---- binding */

static bool is_missing_family(const struct err *err)
{
    return (err->domain == ERR_UV &&
            (err->code == UV_EADDRNOTAVAIL || err->code == UV_EAFNOSUPPORT)) ||
           (err->domain == ERR_SYSTEM &&
            (err->code == EADDRNOTAVAIL || err->code == EAFNOSUPPORT));
}

static bool is_taken(const struct err *err)
{
    return err->domain == ERR_SYSTEM && err->code == EADDRINUSE;
}

/* Whether a port could not be bound that the server can do without. */
static bool can_be_missed(const struct server *server, const struct site *site,
                          struct err *err)
{
    const struct config_listen *config = site->config;
    if (config->is_optional && is_missing_family(err)) {
        terminal_log_say(&server->terminal, TERMINAL_INFO, "note", clock_now_s(),
                         "this machine has no ::1, so there is only 127.0.0.1");
    } else if (config->may_be_taken && is_taken(err)) {
        char names[CONFIG_ROLES_TEXT_MAX];
        struct terminal_line line;
        terminal_log_begin(&server->terminal, &line, TERMINAL_WARNING, "note",
                           clock_now_s());
        terminal_line_add(&line, "missing", config_roles_format(config, names));
        terminal_line_add_text(&line, err->text);
        terminal_log_emit(&server->terminal, &line);
    } else {
        if (is_taken(err)) {
            const struct err cause = *err;
            err_set(err, ERR_CONFIG, 0,
                    "%s. Does another certgated run? --listen chooses other ports",
                    cause.text);
        }
        return false;
    }
    *err = (struct err)ERR_INIT;
    return true;
}

static void note_port(uint16_t *place, uint16_t port)
{
    *place = *place == 0 ? port : *place;
}

/* For links: the first of each kind. Of the sites that judge over TLS any is good for
 * names, but not one that is a case itself or answers with alerts. */
static void note_place(struct places *places, const struct site *site)
{
    const struct config_listen *config = site->config;
    const uint16_t port = site->listener.address.port;
    uint16_t *by_flags[] = {
        [SSL_FLAGS_REQUIRE] = &places->require,
        [SSL_FLAGS_ACCEPT] = &places->accept,
        [SSL_FLAGS_IGNORE] = &places->ignore,
    };

    if (config->roles != 0) {
        if (config->plain && (config->roles & CONFIG_ROLE_DESK) != 0) {
            note_port(&places->desk, port);
        }
    } else if (!config->plain && config->host[0] == 0 &&
               config->enforce == CONFIG_ENFORCE_HTTP) {
        note_port(by_flags[config->flags], port);
        note_port(&places->tls, port);
    }
}

/* The service manager's socket for it, or one of our own. */
static int open_listener(struct server *server, struct site *site, struct err *err)
{
    int fd = activation_take(&server->activation, site->config);
    return fd >= 0
               ? listener_adopt(&site->listener, &server->loop, fd,
                                &server_listener_callbacks, site, err)
               : listener_open(&site->listener, &server->loop, &site->config->address,
                               &server_listener_callbacks, site, err);
}

static void say_left_over(struct server *server)
{
    struct terminal_line line;
    size_t n = activation_close(&server->activation);
    if (n > 0) {
        terminal_log_begin(&server->terminal, &line, TERMINAL_WARNING, "note",
                           clock_now_s());
        terminal_line_add_number(&line, "sockets", n);
        terminal_line_add_text(&line,
                               "the service manager passed sockets that no site has: "
                               "give the address with --listen, or the site's word as "
                               "FileDescriptorName=");
        terminal_log_emit(&server->terminal, &line);
    }
}

int server_open_sites(struct server *server, struct err *err)
{
    if (activation_open(&server->activation, getenv("LISTEN_FDS"), getenv("LISTEN_PID"),
                        getenv("LISTEN_FDNAMES"), getpid(), err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < server->config->n_listen; i++) {
        struct site *site = &server->sites[i];
        site->server = server;
        site->index = i;
        site->config = &server->config->listen[i];
        if (site->config->may_be_taken && site->config->is_optional &&
            !server->sites[i - 1].is_open) {
            continue; /* one of localhost's two addresses would lead elsewhere */
        }
        if (open_listener(server, site, err) == 0) {
            site->is_open = true;
            note_place(&server->services.places, site);
        } else if (!can_be_missed(server, site, err)) {
            return -1;
        }
    }
    say_left_over(server);
    return 0;
}

/* ---- announcing */

static void print_escaped(const char *label, const char *text)
{
    struct buf line = BUF_EMPTY;
    buf_printf(&line, "%s ", label);
    text_escape_terminal(&line, slice_from_string(text));
    puts(buf_string(&line));
    buf_finish(&line);
}

static void print_certificate(const struct server *server)
{
    const struct store_entry *entry = server->material->entry;
    struct buf name = BUF_EMPTY;
    struct buf line = BUF_EMPTY;
    if (entry != NULL && describe_append_issued_to(&name, entry->cert)) {
        buf_append_string(&line, "certificate issued-to=");
        text_escape_terminal(&line, buf_slice(&name));
        buf_append_string(&line, " sha1=");
        text_append_hex(
            &line, (struct slice){ entry->cert->sha1, sizeof entry->cert->sha1 }, 0);
        puts(buf_string(&line));
    }
    buf_finish(&name);
    buf_finish(&line);
}

static void print_site(const struct site *site)
{
    char text[ADDRESS_TEXT_LEN];
    char names[CONFIG_ROLES_TEXT_MAX];
    if (site->config->roles != 0) {
        printf("listening %s://%s roles=%s\n", site->config->plain ? "http" : "https",
               address_format(&site->listener.address, text),
               config_roles_format(site->config, names));
        return;
    }
    char enforce[CONFIG_ENFORCE_TEXT_MAX];
    config_enforce_format(site->config, enforce);
    bool foreign = dialect_is_foreign(site->config);
    printf("listening %s://%s sslflags=%s%s%s%s%s%s%s%s%s%s%s%s\n",
           site->config->plain ? "http" : "https",
           address_format(&site->listener.address, text),
           ssl_flags_name(site->config->flags), site->config->ssl128 ? " ssl128" : "",
           site->config->plain ? " plain" : "",
           site->config->late ? " clientcertnegotiation=disable" : "",
           enforce[0] != 0 ? " enforce=" : "", enforce, foreign ? " dialect=" : "",
           foreign ? config_dialect_word(site->config->dialect) : "",
           site->config->host[0] != 0 ? " host=" : "", site->config->host,
           site->config->plays != NULL ? " plays=" : "",
           site->config->plays != NULL ? site->config->plays : "");
}

/* The addresses that a person types; one per port. */
static void print_link(const struct server *server, const struct site *site)
{
    static const char *const meanings[] = {
        [SSL_FLAGS_IGNORE] = "asks for no certificate",
        [SSL_FLAGS_ACCEPT] = "a client certificate is accepted",
        [SSL_FLAGS_REQUIRE] = "a client certificate is required",
    };
    for (size_t i = 0; i < site->index; i++) {
        if (server->sites[i].is_open &&
            server->sites[i].listener.address.port == site->listener.address.port) {
            return;
        }
    }
    if (site->config->roles != 0 && (site->config->roles & CONFIG_ROLE_DESK) == 0) {
        return;
    }
    unsigned port = (unsigned)site->listener.address.port;
    printf("open %s://localhost:%u/ (%s)\n", site->config->plain ? "http" : "https",
           port,
           site->config->roles != 0 ? "the desk: pages for people"
                                    : meanings[site->config->flags]);
    for (size_t i = 0; i < server->config->n_paths; i++) {
        const struct config_path *path = &server->config->paths[i];
        if (path->port == port && path->says.has_flags && site->config->roles == 0) {
            printf("open %s://localhost:%u%s/ (%s%s)\n",
                   site->config->plain ? "http" : "https", port, path->prefix,
                   meanings[path->says.flags],
                   site->config->late && path->says.flags != SSL_FLAGS_IGNORE
                       ? ", asked for late"
                       : "");
        }
    }
}

static int write_port_file(const struct server *server, struct err *err)
{
    struct buf text = BUF_EMPTY;
    int result = 0;
    if (server->config->port_file[0] == 0) {
        return 0;
    }
    for (size_t i = 0; i < server->config->n_listen; i++) {
        if (server->sites[i].is_open) {
            buf_printf(&text, "%u\n", (unsigned)server->sites[i].listener.address.port);
        }
    }
    result = buf_ok(&text)
                 ? file_write(server->config->port_file, 0644, buf_slice(&text), err)
                 : err_memory(err);
    buf_finish(&text);
    return result;
}

static int tell_ready(const struct server *server, struct err *err)
{
    int fd = server->config->ready_fd;
    if (fd < 0) {
        return 0;
    }
    if (write(fd, "ready\n", 6) != 6) {
        return err_set(err, ERR_SYSTEM, errno, "--ready-fd %d: cannot write", fd);
    }
    if (fd > STDERR_FILENO) {
        close(fd);
    }
    return 0;
}

/* Certificates name the default port; we ask ourselves where we really are. */
static void find_own_pki(struct server *server)
{
    char text[ADDRESS_TEXT_LEN];
    for (size_t i = 0; i < server->config->n_listen; i++) {
        const struct site *site = &server->sites[i];
        if (!site->is_open || (site->config->roles & CONFIG_ROLE_PKI) == 0) {
            continue;
        }
        struct address address = site->listener.address;
        if (strcmp(address.ip, "0.0.0.0") == 0) {
            memcpy(address.ip, "127.0.0.1", sizeof "127.0.0.1");
        } else if (strcmp(address.ip, "::") == 0) {
            memcpy(address.ip, "::1", sizeof "::1");
        }
        server->services.has_pki = true;
        if (server->host.retrieval != NULL) {
            retrieval_set_own(server->host.retrieval, FORGE_PKI_URL,
                              address_format(&address, text));
        }
        return;
    }
}

/* Without the file the server can be controlled all the same, by its URL. */
static void write_control_file(struct server *server)
{
    char text[ADDRESS_TEXT_LEN];
    struct err err = ERR_INIT;
    for (size_t i = 0; i < server->config->n_listen; i++) {
        const struct site *site = &server->sites[i];
        if (site->is_open && (site->config->roles & CONFIG_ROLE_CONTROL) != 0) {
            snprintf(server->control_url, sizeof server->control_url, "http://%s",
                     address_format(&site->listener.address, text));
            break;
        }
    }
    if (server->control_url[0] != 0 &&
        control_file_write(server->control_url, &err) != 0) {
        server->control_url[0] = 0;
        terminal_log_say(&server->terminal, TERMINAL_WARNING, "note", clock_now_s(),
                         err.text);
    }
}

int server_announce(struct server *server, struct err *err)
{
    const struct config *config = server->config;
    printf("certgated %s plays IIS %s on %s\n", CERTGATE_VERSION, config->windows->iis,
           config->windows->title);
    if (config->file[0] != 0) {
        print_escaped("config", config->file);
    }
    print_escaped("store", config->store);
    if (config->like_read != NULL) {
        print_escaped("like", config->like);
    }
    print_escaped("log", config->log_dir);
    if (config_has_httperr_log(config)) {
        print_escaped("httperr", config->httperr_log);
    }
    print_certificate(server);
    for (size_t i = 0; i < config->n_listen; i++) {
        if (server->sites[i].is_open) {
            print_site(&server->sites[i]);
        }
    }
    for (size_t i = 0; i < config->n_listen; i++) {
        if (server->sites[i].is_open) {
            print_link(server, &server->sites[i]);
        }
    }
    find_own_pki(server);
    write_control_file(server);
    if (write_port_file(server, err) != 0 || tell_ready(server, err) != 0) {
        return -1;
    }
    notify_ready(&server->notify, "serving");
    puts("ready");
    fflush(stdout);
    return 0;
}
