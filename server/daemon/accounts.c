/* SPDX-License-Identifier: MIT */
#include "daemon/accounts.h"

#include "base/file.h"
#include "base/mem.h"
#include "mapping/mapping.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct accounts_reader {
    struct mapping *mapping;
    struct err *err;
    bool failed;
};

static int copy_text(char **target, const char *text, struct err *err)
{
    free(*target);
    *target = mem_copy_string(text, strlen(text));
    return *target == NULL ? err_memory(err) : 0;
}

/* The section's account: the last one, unless a new section has begun. */
static int find_or_add(struct accounts_reader *reader, const char *name,
                       struct mapping_account **ret_account)
{
    struct mapping *mapping = reader->mapping;
    struct mapping_account *account = NULL;
    if (mapping->n_accounts > 0) {
        account = &mapping->accounts[mapping->n_accounts - 1];
        if (strcmp(account->name, name) == 0) {
            *ret_account = account;
            return 0;
        }
    }
    if (mapping_find_account(mapping, name) != NULL) {
        return err_set(reader->err, ERR_CONFIG, 0, "there is a second [%s]", name);
    }
    char *copy = mem_copy_string(name, strlen(name));
    if (copy == NULL) {
        return err_memory(reader->err);
    }
    if (mapping_add_account(mapping, &account, reader->err) != 0) {
        free(copy);
        return -1;
    }
    account->name = copy;
    *ret_account = account;
    return 0;
}

static int read_entry(struct accounts_reader *reader, const char *section,
                      const char *name, const char *value)
{
    struct mapping_account *account = NULL;
    if (section[0] == 0) {
        return err_set(reader->err, ERR_CONFIG, 0,
                       "a section [ACCOUNT] must stand before '%s'", name);
    }
    if (find_or_add(reader, section, &account) != 0) {
        return -1;
    }
    assert(account != NULL);
    if (strcmp(name, "password") == 0) {
        return copy_text(&account->password, value, reader->err);
    }
    if (strcmp(name, "no-access") == 0) {
        return value[0] == '/' ? copy_text(&account->no_access, value, reader->err)
                               : err_set(reader->err, ERR_CONFIG, 0,
                                         "no-access is a path that begins with /");
    }
    return err_set(reader->err, ERR_CONFIG, 0,
                   "unknown key '%s'; an account has password and no-access", name);
}

/* For libinih 0 means that this line is wrong. It reads on all the same, so the lines
 * after an error are skipped here. */
static int on_ini_entry(void *user, const char *section, const char *name,
                        const char *value)
{
    struct accounts_reader *reader = user;
    if (reader->failed) {
        return 1;
    }
    reader->failed = read_entry(reader, section, name, value) != 0;
    return reader->failed ? 0 : 1;
}

static int check_mode(const char *path, struct err *err)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return err_set(err, ERR_SYSTEM, errno, "cannot read %s", path);
    }
    if ((status.st_mode & 077) != 0) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s holds passwords, and other users of this machine may read "
                       "it (its mode is %04o). Run chmod 600 on it",
                       path, (unsigned)status.st_mode & 07777);
    }
    return 0;
}

int accounts_read(const char *path, struct mapping *mapping, struct err *err)
{
    struct buf text = BUF_EMPTY;
    struct accounts_reader reader = { mapping, err, false };
    int result = -1;

    if (check_mode(path, err) != 0 ||
        file_read_all(path, ACCOUNTS_FILE_MAX, &text, err) != 0) {
        goto out;
    }
    int line = ini_parse_string(buf_string(&text), on_ini_entry, &reader);
    if (line != 0) {
        if (!reader.failed) {
            err_set(err, ERR_CONFIG, 0, "this is no 'name = value'");
        }
        err_wrap(err, "%s, line %d", path, line);
        goto out;
    }
    mapping->has_accounts = true;
    result = 0;
out:
    buf_finish_secret(&text);
    return result;
}
