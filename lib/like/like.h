/* SPDX-License-Identifier: MIT
 *
 * A server with IIS, from the folder that `certgate collect`'s script leaves
 * (docs/your-server.md): its settings as options of certgated, and a line for each
 * thing that was taken, is not reproduced, cannot be read, or looks wrong. Whatever the
 * files hold, the rest is read; only a folder that cannot be listed is an error. The
 * certificates are store/store_load's, which reads the same folder.
 */
#pragma once

#include "base/err.h"
#include "store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIKE_FILE_MAX     ((size_t)4 * 1024 * 1024)
#define LIKE_LINES_MAX    ((size_t)1000)
#define LIKE_BINDINGS_MAX ((size_t)24)
#define LIKE_SETTINGS_MAX ((size_t)400)

enum like_kind {
    LIKE_TAKEN,
    LIKE_LEFT_OUT, /* IIS does something with it that certgate does not */
    LIKE_UNREAD,   /* damaged, or not known */
    LIKE_TRAP,     /* looks wrong on the server itself */
};

struct like_line {
    enum like_kind kind;
    char *file;  /* owned; within the folder, escaped for a terminal */
    size_t line; /* 0 = the whole file */
    char *text;  /* owned; one sentence, escaped */
};

/* An option of certgated, with what it was taken from. */
struct like_setting {
    const char *option;
    char *value; /* owned; hostile */
    size_t line; /* index of its like_line; LIKE_LINES_MAX = it has none */
};

struct like_settings {
    struct like_setting *all; /* owned */
    size_t n;
};

/* A binding of http.sys, in the order of its file. */
struct like_binding {
    char *address;       /* owned; escaped: "0.0.0.0:443", "www.example.com:443" */
    uint16_t port;       /* 0 = it has none */
    uint16_t local_port; /* where certgated plays it unless told otherwise */
    struct like_settings settings;
    char *file; /* owned; as of like_line */
    size_t line;
};

struct like {
    char *dir;                     /* owned */
    struct like_settings settings; /* of the whole server */
    struct like_binding *bindings; /* owned */
    size_t n_bindings;
    struct like_line *lines; /* owned; at most LIKE_LINES_MAX */
    size_t n_lines;
    size_t n_left_off; /* more of them */
    unsigned build;    /* of Windows; 0 = not known */
    bool has_logging;  /* EventLogging is known */
    uint32_t logging;  /* Schannel's EventLogging */
    bool failed;       /* while it is read: memory is out */
};

int like_read(const char *dir, struct like **ret_like, struct err *err) MUST_CHECK;
void like_destroy(struct like *like); /* accepts NULL */

/* "taken", "not reproduced", "not read", "trap" */
const char *like_kind_name(enum like_kind kind);
/* The value of an option for a binding (NULL: of the server alone); NULL = not said. */
const struct like_setting *like_find(const struct like *like,
                                     const struct like_binding *binding,
                                     const char *option);
/* An option did not take the value: `why` is its sentence. */
void like_refuse(struct like *like, const struct like_setting *setting,
                 const char *why);
/* Adds what looks wrong about its certificates with these settings. */
void like_check_store(struct like *like, const struct store *store);
/* Appends " FILE:LINE: text" as it stands for people, without the kind. */
struct buf;
void like_append_line(struct buf *out, const struct like_line *line);
