/* SPDX-License-Identifier: MIT */
#include "forge/forge_files.h"

#include "pki/pem.h"
#include "pki/pem_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define MODE_PUBLIC 0644u

static int check_path(int n, const char *name, struct err *err)
{
    return n >= 0 && n < FILE_PATH_MAX
               ? 0
               : err_set(err, ERR_LIMIT, 0, "the path of %.60s is too long", name);
}

int forge_path(char path[static FILE_PATH_MAX], const struct forge_world *world,
               const char *folder, const char *name, const char *suffix,
               struct err *err)
{
    return check_path(
        snprintf(path, FILE_PATH_MAX, "%s/%s/%s%s", world->dir, folder, name, suffix),
        name, err);
}

int forge_store_path(char path[static FILE_PATH_MAX], const struct forge_world *world,
                     enum store_folder folder, const char *name, const char *suffix,
                     struct err *err)
{
    return check_path(snprintf(path, FILE_PATH_MAX, "%s/%s/" STORE_OWN_PREFIX "%s%s",
                               world->store_dir, store_folder_path(folder), name,
                               suffix),
                      name, err);
}

int forge_write_pem(const char *path, unsigned mode, const struct key *key,
                    const struct buf *chain, size_t n_chain, struct err *err)
{
    struct buf pem = BUF_EMPTY;
    int result = key == NULL ? 0 : key_append_pem(key, &pem, err);
    for (size_t i = 0; i < n_chain; i++) {
        (void)pem_write(&pem, "CERTIFICATE", buf_slice(&chain[i]));
    }
    if (result == 0) {
        result = buf_ok(&pem) ? file_write_unsynced(path, mode, buf_slice(&pem), err)
                              : err_memory(err);
    }
    buf_finish_secret(&pem);
    return result;
}

int forge_write_certificate(const char *path, struct slice der, struct err *err)
{
    struct buf pem = BUF_EMPTY;
    int result = pem_write(&pem, "CERTIFICATE", der)
                     ? file_write_unsynced(path, MODE_PUBLIC, buf_slice(&pem), err)
                     : err_memory(err);
    buf_finish(&pem);
    return result;
}

static int take_block(const struct pem_block *block, const char *path,
                      struct forge_credential *credential, struct err *err)
{
    if (pem_has_label(block, "CERTIFICATE")) {
        struct buf der = BUF_EMPTY;
        int result = 0;
        if (pem_decode(block, &der)) {
            result = forge_credential_add(credential, buf_slice(&der), err);
        } else if (der.failed) {
            result = err_memory(err);
        }
        buf_finish(&der);
        return result;
    }
    if (pem_has_label(block, "PRIVATE KEY") && credential->key == NULL &&
        key_parse(block->whole, NULL, path, &credential->key, err) != 0) {
        return err_wrap(err, "restore this file, or delete it to have it made anew");
    }
    return 0;
}

int forge_read_pem(const char *path, struct forge_credential *ret_credential,
                   struct err *err)
{
    struct forge_credential credential = { .key = NULL };
    struct buf text = BUF_EMPTY;
    int result = 0;
    if (file_kind(path) != FILE_MISSING) {
        result = file_read_all(path, FORGE_FILE_MAX, &text, err);
        struct slice rest = buf_slice(&text);
        struct pem_block block;
        while (result == 0 && pem_next(&rest, &block) == PEM_BLOCK) {
            result = take_block(&block, path, &credential, err);
        }
    }
    buf_finish_secret(&text);
    if (result != 0) {
        forge_credential_finish(&credential);
        return -1;
    }
    *ret_credential = credential;
    return 0;
}

int forge_lock(const struct forge_world *world)
{
    char path[FILE_PATH_MAX];
    struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (!file_join(path, world->dir, ".lock")) {
        return -1;
    }
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    while (fd >= 0 && fcntl(fd, F_SETLKW, &whole) != 0) {
        if (errno != EINTR) {
            (void)close(fd);
            return -1;
        }
    }
    return fd;
}

void forge_unlock(int lock)
{
    if (lock >= 0) {
        (void)close(lock); /* which gives the lock back */
    }
}
