/* SPDX-License-Identifier: MIT
 *
 * Which URL a web.config stands for: the last parts of its folder are those of a
 * physicalPath, and what comes after them are folders below that.
 */
#include "iis/iis_config_internal.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Parts of a folder's path that are looked at. */
#define PARTS_MAX ((size_t)64)

struct parts {
    struct slice part[PARTS_MAX];
    size_t n;
};

/* The last of them, if there are too many. */
static void cut_path(const char *path, bool with_last, struct parts *parts)
{
    parts->n = 0;
    while (*path != 0) {
        size_t len = strcspn(path, "/\\");
        bool is_last = path[len] == 0;
        bool is_dot = len == 1 && path[0] == '.';
        if (len > 0 && !is_dot && (with_last || !is_last)) {
            if (parts->n == PARTS_MAX) {
                memmove(&parts->part[0], &parts->part[1],
                        (PARTS_MAX - 1) * sizeof parts->part[0]);
                parts->n--;
            }
            parts->part[parts->n++] = (struct slice){ (const uint8_t *)path, len };
        }
        path += len + (is_last ? 0 : 1);
    }
}

/* How many parts of `folder`, ending before `end`, are the last ones of `physical`.
 * A drive or a variable is none of them. */
static size_t count_same(const struct parts *physical, const struct parts *folder,
                         size_t end)
{
    size_t n = 0;
    while (n < physical->n && n < end &&
           text_equal_slices_ignoring_case(physical->part[physical->n - 1 - n],
                                           folder->part[end - 1 - n])) {
        n++;
    }
    return n;
}

struct placing {
    const struct iis_site *site;
    const struct iis_folder *folder;
    size_t n_same;
    size_t end; /* parts of the folder up to the virtual directory */
};

static void look_at_folder(const struct iis_site *site, const struct iis_folder *folder,
                           const struct parts *where, struct placing *best)
{
    struct parts physical;
    cut_path(folder->physical, true, &physical);
    for (size_t end = where->n; end > 0; end--) {
        size_t n = count_same(&physical, where, end);
        if (n > best->n_same || (n > 0 && n == best->n_same && end > best->end)) {
            *best = (struct placing){ site, folder, n, end };
        }
    }
}

static const struct iis_folder *find_folder(const struct iis_site *site,
                                            const char *url)
{
    for (size_t i = 0; i < site->n_folders; i++) {
        if (text_equal_ignoring_case(site->folders[i].url, url)) {
            return &site->folders[i];
        }
    }
    return NULL;
}

static void place_at(struct iis_file *file, const struct iis_site *site,
                     const char *url)
{
    const struct iis_folder *folder = find_folder(site, url);
    file->key = iis_sites_key(site->name, url, "");
    file->is_application = url[0] == 0 || (folder != NULL && folder->is_application);
    file->level = 1;
    for (; *url != 0; url++) {
        file->level += *url == '/' ? 1 : 0;
    }
}

static int place_by_url(struct iis_config *config, struct iis_file *file,
                        struct err *err)
{
    const char *slash = strchr(file->url, '/');
    struct slice name = { (const uint8_t *)file->url, slash != NULL
                                                          ? (size_t)(slash - file->url)
                                                          : strlen(file->url) };
    const struct iis_site *site = name.len > 0 ? iis_config_find_site(config, name)
                                               : iis_config_choose_site(config, "", 0);
    char url[IIS_CONFIG_PATH_MAX] = { 0 };
    if (site == NULL) {
        return err_set(err, ERR_CONFIG, 0, "%s: there is no site '%.*s'", file->name,
                       (int)(name.len < IIS_SHOWN_MAX ? name.len : IIS_SHOWN_MAX),
                       (const char *)name.data);
    }
    if (!iis_sites_append_url(url, sizeof url, slash != NULL ? slash : "")) {
        return err_set(err, ERR_LIMIT, 0, "%s: the path is longer than %zu bytes",
                       file->name, IIS_CONFIG_PATH_MAX - 1);
    }
    place_at(file, site, url);
    return 0;
}

/* Whether folders below it have a web.config of their own. */
static bool has_sub_dirs(const struct iis_config *config,
                         const struct iis_folder *folder)
{
    return folder->has_allow_sub_dir_config ? folder->allow_sub_dir_config
                                            : !config->deny_sub_dir_config;
}

static int place_by_folder(struct iis_config *config, struct iis_file *file,
                           struct err *err)
{
    struct placing best = { .n_same = 0 };
    struct parts where;
    char url[IIS_CONFIG_PATH_MAX] = { 0 };
    cut_path(file->name, false, &where);
    for (size_t i = 0; i < config->n_sites; i++) {
        for (size_t k = 0; k < config->sites[i].n_folders; k++) {
            look_at_folder(&config->sites[i], &config->sites[i].folders[k], &where,
                           &best);
        }
    }
    if (best.folder == NULL) {
        best.site = iis_config_choose_site(config, "", 0);
        if (config->has_server_file) {
            iis_config_tell(config, true, file->name, 0,
                            "its folder is none that a site's physicalPath names; it "
                            "is taken for the root of '%s'",
                            best.site->name);
        }
        place_at(file, best.site, "");
        return 0;
    }
    (void)iis_sites_append_url(url, sizeof url, best.folder->url);
    for (size_t i = best.end; i < where.n; i++) {
        char part[IIS_CONFIG_PATH_MAX];
        int len = (int)where.part[i].len;
        if (snprintf(part, sizeof part, "%.*s", len,
                     (const char *)where.part[i].data) != len ||
            !iis_sites_append_url(url, sizeof url, part)) {
            return err_set(err, ERR_LIMIT, 0, "%s: the path is longer than %zu bytes",
                           file->name, IIS_CONFIG_PATH_MAX - 1);
        }
    }
    if (best.end < where.n && !has_sub_dirs(config, best.folder)) {
        file->is_ignored = true;
        iis_config_tell(config, false, file->name, 0,
                        "is not read: allowSubDirConfig is false for the folder above");
    }
    place_at(file, best.site, url);
    return 0;
}

int iis_place_files(struct iis_config *config, struct err *err)
{
    for (size_t i = 0; i < config->n_files; i++) {
        struct iis_file *file = &config->files[i];
        if (file->is_server) {
            file->key = iis_sites_key("", "", "");
        } else if ((file->url != NULL ? place_by_url(config, file, err)
                                      : place_by_folder(config, file, err)) != 0) {
            return -1;
        }
        if (file->key == NULL) {
            return err_memory(err);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(config->files[k].key, file->key) == 0) {
                return err_set(err, ERR_CONFIG, 0,
                               "%s and %s both stand for '%s'; say which URL each has: "
                               "SITE/PATH=FILE",
                               config->files[k].name, file->name, file->key);
            }
        }
    }
    return 0;
}
