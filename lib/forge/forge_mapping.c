/* SPDX-License-Identifier: MIT
 *
 * DIR/mapping.config: certs/mapping.config with the certificates of the cases that it
 * names as @NAME@. Certificates are made anew each day, and a one-to-one mapping is for
 * one certificate only, so the file follows them.
 */
#include "forge/forge_files.h"
#include "forge/forge_internal.h"
#include "pki/pem_write.h"

#include <string.h>

#define MAPPING_FILE "mapping.config"
#define CASE_MAX     ((size_t)64)

/* Made by scripts/embed from certs/mapping.config. */
extern const unsigned char forge_mapping_template[];
extern const size_t forge_mapping_template_len;

/* "@good@" at the start of `rest`: the case's name. */
static bool take_case(struct slice *rest, char name[static CASE_MAX])
{
    struct slice inner = slice_part(*rest, 1, rest->len);
    size_t len = slice_find(inner, '@');
    if (rest->data[0] != '@' || len == 0 || len == inner.len || len >= CASE_MAX) {
        return false;
    }
    memcpy(name, inner.data, len);
    name[len] = 0;
    *rest = slice_part(inner, len + 1, inner.len);
    return true;
}

static int fill(const struct forge_world *world, struct buf *out, struct err *err)
{
    struct slice rest = { forge_mapping_template, forge_mapping_template_len };
    char name[CASE_MAX];
    while (rest.len > 0) {
        if (!take_case(&rest, name)) {
            buf_append_byte(out, rest.data[0]);
            rest = slice_part(rest, 1, rest.len);
            continue;
        }
        const struct recipe *recipe = recipe_find(&world->book.cases, name);
        if (recipe == NULL) {
            return err_set(err, ERR_CONFIG, 0, "certs/mapping.config: no case '%s'",
                           name);
        }
        (void)pem_write_line(out, buf_slice(&forge_leaf_of(world, recipe)->der));
    }
    return buf_ok(out) ? 0 : err_memory(err);
}

int forge_sync_mapping(const struct forge_refresh *refresh, struct err *err)
{
    char path[FILE_PATH_MAX];
    struct buf wanted = BUF_EMPTY;
    struct buf there = BUF_EMPTY;
    struct err ignored = ERR_INIT;
    int result = -1;

    if (!file_join(path, refresh->world->dir, MAPPING_FILE)) {
        err_set(err, ERR_LIMIT, 0, "the path of " MAPPING_FILE " is too long");
        goto out;
    }
    if (fill(refresh->world, &wanted, err) != 0) {
        goto out;
    }
    bool same = file_kind(path) == FILE_REGULAR &&
                file_read_all(path, FORGE_FILE_MAX, &there, &ignored) == 0 &&
                slice_equal(buf_slice(&wanted), buf_slice(&there));
    result = same ? 0 : file_write(path, 0644, buf_slice(&wanted), err);
out:
    buf_finish(&wanted);
    buf_finish(&there);
    return result;
}
