/* SPDX-License-Identifier: MIT
 *
 * The running server, or the ports that it would take; what the system trusts.
 */
#include "attempt/credential.h"
#include "attempt/target.h"
#include "control/control.h"
#include "doctor/doctor.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- ports */

/* 0, or why nobody can listen there now. */
static int try_port(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    int on = 1;
    int code = 0;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0) {
        return errno;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, 1) != 0) {
        code = errno;
    }
    (void)close(fd);
    return code;
}

static void look_at_ports(struct doctor *doctor)
{
    size_t n_free = 0;
    for (size_t i = 0; i < doctor->n_ports; i++) {
        unsigned port = doctor->ports[i];
        int code = try_port(doctor->ports[i]);
        if (code == 0) {
            n_free++;
            continue;
        }
        struct doctor_line *line = doctor_add(doctor, "ports", DOCTOR_BAD);
        if (code == EADDRINUSE) {
            doctor_say(line,
                       "something else listens on 127.0.0.1:%u, where certgated would",
                       port);
            doctor_fix(line,
                       "ss -ltnp 'sport = :%u' shows what; certgated --listen PORT "
                       "takes another",
                       port);
        } else {
            doctor_say(line, "nobody can listen on 127.0.0.1:%u: %s", port,
                       strerror(code));
            doctor_fix(line, "certgated --listen PORT takes another, from 1024 on");
        }
    }
    if (n_free == doctor->n_ports) {
        doctor_say(doctor_add(doctor, "ports", DOCTOR_OK),
                   "certgated does not run, and its ports are free");
    }
}

void doctor_look_at_server(struct doctor *doctor)
{
    const char *variable = getenv("CERTGATE_CONTROL");
    char url[CONTROL_URL_MAX];
    struct err err = ERR_INIT;
    json_t *body = NULL;
    if (control_find(doctor->control, url, &err) == 0 &&
        control_ask(url, "/revocations", NULL, &body, &err) == 0) {
        doctor_say(doctor_add(doctor, "server", DOCTOR_OK),
                   "certgated runs; its control is %s", url);
        json_decref(body);
        return;
    }
    if (doctor->control != NULL || (variable != NULL && variable[0] != 0)) {
        struct doctor_line *line = doctor_add(doctor, "server", DOCTOR_BAD);
        doctor_say(line, "%s", err.text);
        doctor_fix(line, doctor->control == NULL
                             ? "unset CERTGATE_CONTROL, or start that server again"
                             : "start certgated, or name another --control");
    }
    look_at_ports(doctor);
}

/* ---- the system */

static bool holds(const struct credential_cas *cas, const struct certificate *root)
{
    for (size_t i = 0; i < cas->n_certs; i++) {
        if (certificate_equal(cas->certs[i], root)) {
            return true;
        }
    }
    return false;
}

static void look_at_system_cas(struct doctor *doctor, const char *path)
{
    struct credential_cas cas = { NULL, 0 };
    struct err err = ERR_INIT;
    if (credential_cas_load(path, &cas, &err) != 0) {
        struct doctor_line *line = doctor_add(doctor, "system", DOCTOR_BAD);
        doctor_say(line, "%s", err.text);
        doctor_fix(line, "update-ca-certificates --fresh makes it anew");
    } else if (holds(&cas, doctor->root)) {
        struct doctor_line *line = doctor_add(doctor, "system", DOCTOR_BAD);
        doctor_say(line,
                   "every program of this system trusts the test CA (%s): whoever "
                   "reads its key can be any site to them",
                   path);
        doctor_fix(line, "remove it from /usr/local/share/ca-certificates, then: "
                         "update-ca-certificates --fresh");
    } else {
        doctor_say(doctor_add(doctor, "system", DOCTOR_OK),
                   "%s does not trust the test CA, as it should be", path);
    }
    credential_cas_finish(&cas);
}

void doctor_look_at_system(struct doctor *doctor)
{
    const char *path = target_find_system_cas();
    const char *variable = getenv("SSL_CERT_FILE");
    if (doctor->root == NULL) {
        return;
    }
    if (path != NULL) {
        look_at_system_cas(doctor, path);
    }
    if (variable != NULL && variable[0] != 0 && file_kind(variable) != FILE_REGULAR) {
        struct doctor_line *line = doctor_add(doctor, "environment", DOCTOR_BAD);
        doctor_say(line,
                   "SSL_CERT_FILE is %s, which is no file: programs that use OpenSSL "
                   "trust nobody",
                   variable);
        doctor_fix(line, "unset SSL_CERT_FILE");
    }
}
