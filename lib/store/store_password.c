/* SPDX-License-Identifier: MIT */
#include "store/store_password.h"

#include "base/file.h"
#include "base/mem.h"
#include "store/store_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char suffix[] = ".pass";

/* "server.pfx.pass", or without the suffix of the file: "server.pass". */
static bool make_path(char path[static FILE_PATH_MAX], const char *pfx, bool is_short)
{
    const char *dot = strrchr(pfx, '.');
    size_t len = is_short && dot != NULL ? (size_t)(dot - pfx) : strlen(pfx);
    if (len + sizeof(suffix) > FILE_PATH_MAX) {
        return false;
    }
    (void)snprintf(path, FILE_PATH_MAX, "%.*s%s", (int)len, pfx, suffix);
    return true;
}

static void keep_first_line(struct buf *text)
{
    text->len = slice_find(buf_slice(text), '\n');
    if (text->len > 0 && text->data[text->len - 1] == '\r') {
        text->len--;
    }
}

static int read_it(struct store_password *password, const char *path, struct err *err)
{
    struct stat status;
    struct err problem = ERR_INIT;
    password->path = mem_copy_string(path, strlen(path));
    if (password->path == NULL) {
        return err_memory(err);
    }
    password->state = STORE_PASSWORD_UNREADABLE;
    if (stat(path, &status) != 0) {
        return 0;
    }
    if ((status.st_mode & 077) != 0) {
        password->state = STORE_PASSWORD_OPEN;
        password->mode = (unsigned)status.st_mode & 07777;
        return 0;
    }
    /* One growth now: later ones would leave copies of the secret behind. */
    if (!buf_reserve(&password->text, STORE_PASSWORD_MAX + 1)) {
        return err_memory(err);
    }
    if (file_read_all(path, STORE_PASSWORD_MAX, &password->text, &problem) == 0) {
        keep_first_line(&password->text);
        password->state = STORE_PASSWORD_READ;
    } else if (problem.domain == ERR_MEMORY) {
        return err_memory(err);
    }
    return 0;
}

int store_password_find(struct store_password *password, const char *pfx,
                        struct err *err)
{
    char path[FILE_PATH_MAX];
    for (int is_short = 0; is_short < 2; is_short++) {
        if (make_path(path, pfx, is_short != 0) && file_kind(path) != FILE_MISSING) {
            return read_it(password, path, err);
        }
    }
    return 0;
}

void store_password_finish(struct store_password *password)
{
    buf_finish_secret(&password->text);
    free(password->path);
    *password = (struct store_password){ .state = STORE_PASSWORD_NONE };
}

const char *store_password_get(struct store_password *password)
{
    return password->state == STORE_PASSWORD_READ ? buf_string(&password->text) : NULL;
}

bool store_password_protects(const struct store_password *password)
{
    return password->state == STORE_PASSWORD_READ && password->text.len > 0;
}

void store_password_explain(const struct store_password *password, const char *pfx,
                            bool is_wrong, struct err *ret_reason)
{
    struct store_text own = store_text_file(pfx);
    struct store_text file =
        store_text_file(password->path == NULL ? "" : password->path);
    switch (password->state) {
    case STORE_PASSWORD_OPEN:
        err_set(ret_reason, ERR_CONFIG, 0,
                "is protected by a password, and %s is not used, for other users of "
                "this machine may read it (its mode is %04o): run chmod 600 on it",
                file.text, password->mode);
        return;
    case STORE_PASSWORD_UNREADABLE:
        err_set(ret_reason, ERR_CONFIG, 0,
                "is protected by a password, and %s cannot be read: it must be a file "
                "of one line, of at most %zu bytes",
                file.text, STORE_PASSWORD_MAX);
        return;
    case STORE_PASSWORD_READ:
        if (is_wrong) {
            err_set(ret_reason, ERR_CONFIG, 0,
                    "does not open with the password in %s, or was changed: put the "
                    "right one into its first line, or export the certificate again",
                    file.text);
            return;
        }
        break;
    case STORE_PASSWORD_NONE:
    default:
        break;
    }
    err_set(ret_reason, ERR_CONFIG, 0,
            "is protected by a password: put it into %s.pass beside it (one line) and "
            "run chmod 600 on that",
            own.text);
}
