/* SPDX-License-Identifier: MIT
 *
 * The folder that a server was copied into: which file is what.
 */
#include "like/like_internal.h"
#include "like/windows_text.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "chain/windows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WEB_CONFIGS_MAX ((size_t)60)
#define DEPTH_MAX       16u /* of sites/, below which web.config files are */
#define OTHERS_MAX      ((size_t)8)
#define MAIN_CONFIG     "applicationHost.config"
#define NETSH_TEXT_FILE "netsh.txt"
#define NETSH_JSON_FILE "netsh.json"
#define SITES           "sites"

struct reading {
    struct like *like;
    size_t n_configs;
    size_t n_others;
    bool has_main;
    bool has_json;
    bool has_text;
    bool has_store;
};

/* ---- texts */

typedef void (*on_text_fn)(struct like *like, const char *name, struct slice text);

static void with_text(struct like *like, const char *name, on_text_fn on_text)
{
    char path[FILE_PATH_MAX];
    struct buf bytes = BUF_EMPTY;
    struct buf text = BUF_EMPTY;
    struct err problem = ERR_INIT;
    if (!file_join(path, like->dir, name)) {
        like_say(like, LIKE_UNREAD, name, 0, "Its path is too long.");
    } else if (file_read_all(path, LIKE_FILE_MAX, &bytes, &problem) != 0) {
        like->failed |= problem.domain == ERR_MEMORY;
        like_say(like, LIKE_UNREAD, name, 0,
                 problem.domain == ERR_LIMIT ? "It is larger than %zu MiB."
                                             : "It cannot be read, or is no file.",
                 LIKE_FILE_MAX >> 20);
    } else if (!windows_text_decode(buf_slice(&bytes), &text)) {
        like->failed = true;
    } else {
        on_text(like, name, buf_slice(&text));
    }
    buf_finish(&bytes);
    buf_finish(&text);
}

static void on_version(struct like *like, const char *name, struct slice text)
{
    struct slice line = windows_text_trim(slice_take_line(&text));
    unsigned parts[3] = { 0 };
    size_t part = 0;
    for (size_t i = 0; i < line.len && part < ARRAY_LEN(parts); i++) {
        uint8_t c = line.data[i];
        if (c == '.') {
            part++;
        } else if (c < '0' || c > '9' || parts[part] > 100000) {
            part = 0;
            break;
        } else {
            parts[part] = parts[part] * 10 + (unsigned)(c - '0');
        }
    }
    const struct windows *windows = windows_find_build(parts[2]);
    if (part < 2 || windows == NULL) {
        like_say(like, LIKE_UNREAD, name, 1,
                 "\"%.*s\" is no version of Windows that can be played: 10.0.20348.0 "
                 "would be one.",
                 like_shown(line), (const char *)line.data);
        return;
    }
    like->build = parts[2];
    like_set(like, NULL, "profile", slice_from_string(windows->name), name, 1,
             "Build %u: played as %s.", like->build, windows->title);
}

static void on_netsh_text(struct like *like, const char *name, struct slice text)
{
    like_netsh(like, name, text, false);
}

static void on_netsh_json(struct like *like, const char *name, struct slice text)
{
    like_netsh(like, name, text, true);
}

static void on_registry(struct like *like, const char *name, struct slice text)
{
    like_registry(like, name, text, false);
}

static void on_registry_bindings(struct like *like, const char *name, struct slice text)
{
    like_registry(like, name, text, true);
}

/* ---- what is what */

static bool is_link(const struct like *like, const char *name)
{
    char path[FILE_PATH_MAX];
    struct stat status;
    return file_join(path, like->dir, name) && lstat(path, &status) == 0 &&
           S_ISLNK(status.st_mode);
}

static enum file_kind kind_of(const struct like *like, const char *name)
{
    char path[FILE_PATH_MAX];
    return file_join(path, like->dir, name) ? file_kind(path) : FILE_OTHER;
}

static void on_other(struct reading *reading, const char *name)
{
    static const char *const certificates[] = { ".sst", ".p7b", ".cer", ".crt",
                                                ".pem" };
    const char *what = "It is not known here, and left alone.";
    for (size_t i = 0; i < ARRAY_LEN(certificates); i++) {
        if (text_has_suffix_ignoring_case(name, certificates[i])) {
            what = "Certificates are read from LocalMachine/Root/ and the folders of "
                   "other stores: move it there.";
        }
    }
    if (reading->n_others++ < OTHERS_MAX) {
        like_say(reading->like, LIKE_UNREAD, name, 0, "%s", what);
    }
}

static bool is_store(const char *name)
{
    return text_equal_ignoring_case(name, "LocalMachine") ||
           text_equal_ignoring_case(name, "CurrentUser");
}

static int on_name(void *user, const char *name)
{
    struct reading *reading = user;
    struct like *like = reading->like;
    if (is_store(name)) {
        reading->has_store |= text_equal_ignoring_case(name, "LocalMachine");
    } else if (strcmp(name, "os.txt") == 0) {
        with_text(like, name, on_version);
    } else if (strcmp(name, NETSH_JSON_FILE) == 0) {
        reading->has_json = true;
    } else if (strcmp(name, NETSH_TEXT_FILE) == 0) {
        reading->has_text = true;
    } else if (text_has_suffix_ignoring_case(name, ".reg")) {
        with_text(like, name, on_registry);
    } else if (text_equal_ignoring_case(name, MAIN_CONFIG)) {
        reading->has_main = true;
    } else if (!text_equal_ignoring_case(name, SITES) && name[0] != '.') {
        on_other(reading, name);
    }
    return like->failed ? 1 : 0;
}

static bool has_bindings(const struct like *like)
{
    for (size_t i = 0; i < like->n_bindings; i++) {
        if (like->bindings[i].settings.n > 0) {
            return true;
        }
    }
    return false;
}

static int on_name_again(void *user, const char *name)
{
    const struct reading *reading = user;
    if (text_has_suffix_ignoring_case(name, ".reg")) {
        with_text(reading->like, name, on_registry_bindings);
    }
    return reading->like->failed ? 1 : 0;
}

/* ---- IIS's configuration, which certgated reads itself (--iis) */

static void take_config(struct reading *reading, const char *url, const char *name)
{
    struct like *like = reading->like;
    struct buf value = BUF_EMPTY;
    buf_printf(&value, "%s%s%s/%s", url, url[0] != 0 ? "=" : "", like->dir, name);
    like->failed |= !buf_ok(&value);
    if (reading->n_configs++ < WEB_CONFIGS_MAX) {
        like_set(like, NULL, "iis", buf_slice(&value), name, 0,
                 "IIS's configuration%s%s.", url[0] != 0 ? " of " : "", url);
    }
    buf_finish(&value);
}

struct tree {
    struct reading *reading;
    const char *folder; /* "sites/Default Web Site/app" */
    unsigned depth;
};

static int on_site_name(void *user, const char *name);

static int walk_sites(struct reading *reading, const char *folder, unsigned depth)
{
    struct like *like = reading->like;
    char path[FILE_PATH_MAX];
    struct tree tree = { reading, folder, depth };
    struct err problem = ERR_INIT;
    if (!file_join(path, like->dir, folder) ||
        file_list(path, on_site_name, &tree, &problem) != 0) {
        like->failed |= problem.domain == ERR_MEMORY;
        like_say(like, LIKE_UNREAD, folder, 0, "The folder is not read as a whole.");
    }
    return like->failed ? 1 : 0;
}

static int on_site_name(void *user, const char *name)
{
    const struct tree *tree = user;
    struct reading *reading = tree->reading;
    struct like *like = reading->like;
    char below[FILE_PATH_MAX];
    if (!file_join(below, tree->folder, name) || reading->n_configs > WEB_CONFIGS_MAX) {
        return 0;
    }
    enum file_kind kind = kind_of(like, below);
    if (is_link(like, below)) {
        like_say(like, LIKE_UNREAD, below, 0, "It is a link, which is not followed.");
    } else if (kind == FILE_FOLDER && tree->depth == DEPTH_MAX) {
        like_say(like, LIKE_UNREAD, below, 0, "It is over %u folders deep.", DEPTH_MAX);
    } else if (kind == FILE_FOLDER) {
        return walk_sites(reading, below, tree->depth + 1);
    } else if (tree->depth > 0 && kind == FILE_REGULAR &&
               text_equal_ignoring_case(name, "web.config")) {
        take_config(reading, tree->folder + sizeof(SITES), below);
    }
    return 0;
}

/* Its mappings are read from the same file. */
static void on_main_config(struct like *like, const char *name, struct slice text)
{
    static const char element[] = "<iisClientCertificateMappingAuthentication";
    struct buf path = BUF_EMPTY;
    for (size_t line = 1; text.len > 0; line++) {
        struct slice one = windows_text_trim(slice_take_line(&text));
        if (!windows_text_begins(one, element)) {
            continue;
        }
        buf_printf(&path, "%s/%s", like->dir, name);
        like->failed |= !buf_ok(&path);
        like_set(like, NULL, "mapping", buf_slice(&path), name, line,
                 "Certificate mappings; their passwords are blank, so each account can "
                 "log on.");
        break;
    }
    buf_finish(&path);
}

static void read_configs(struct reading *reading)
{
    struct like *like = reading->like;
    if (!reading->has_main) {
        like_set(like, NULL, "sslflags", slice_from_string("Require"), MAIN_CONFIG, 0,
                 "It is not there, so the server's sslFlags are not known: a client "
                 "certificate is required everywhere.");
        return;
    }
    take_config(reading, "", MAIN_CONFIG);
    with_text(like, MAIN_CONFIG, on_main_config);
    if (is_link(like, SITES)) {
        like_say(like, LIKE_UNREAD, SITES, 0, "It is a link, which is not followed.");
    } else if (kind_of(like, SITES) == FILE_FOLDER) {
        walk_sites(reading, SITES, 0);
    }
    if (reading->n_configs > WEB_CONFIGS_MAX) {
        like_say(like, LIKE_UNREAD, SITES, 0,
                 "More than %zu files of IIS's configuration: the others are left out.",
                 WEB_CONFIGS_MAX);
    }
}

/* ---- all of it */

/* Of the sources of bindings the first one counts that says something: the text, whose
 * labels are known; the JSON, of which that cannot be said; the registry. */
static void read_bindings(struct reading *reading)
{
    struct like *like = reading->like;
    struct err problem = ERR_INIT;
    if (reading->has_text) {
        with_text(like, NETSH_TEXT_FILE, on_netsh_text);
    }
    if (!has_bindings(like) && reading->has_json) {
        like_drop_bindings(like);
        with_text(like, NETSH_JSON_FILE, on_netsh_json);
    }
    if (!has_bindings(like)) {
        like_drop_bindings(like);
        if (file_list(like->dir, on_name_again, reading, &problem) < 0) {
            like->failed |= problem.domain == ERR_MEMORY;
        }
    }
    if (!has_bindings(like)) {
        like_drop_bindings(like);
    }
}

/* IIS asks late unless it is told. */
static void complete_bindings(struct like *like)
{
    static const char option[] = "clientcertnegotiation";
    const struct slice disable = slice_from_string("disable");
    if (like->n_bindings == 0) {
        like_set(like, NULL, option, disable, NETSH_TEXT_FILE, 0,
                 "No binding is known: the defaults of netsh hold, so that a client "
                 "certificate is asked for late.");
    }
    for (size_t i = 0; i < like->n_bindings; i++) {
        struct like_binding *binding = &like->bindings[i];
        if (like_find(like, binding, option) == NULL) {
            like_set(
                like, binding, option, disable, binding->file, binding->line,
                "Negotiate Client Certificate is not said for %s: netsh's default, "
                "Disabled, holds.",
                binding->address);
        }
    }
}

static void complete(struct reading *reading)
{
    struct like *like = reading->like;
    read_bindings(reading);
    complete_bindings(like);
    read_configs(reading);
    if (like->build == 0) {
        like_say(like, LIKE_UNREAD, "os.txt", 0,
                 "The version of Windows is not known: %s is played.",
                 windows_default()->title);
    }
    if (!reading->has_store) {
        like_say(like, LIKE_UNREAD, "LocalMachine", 0,
                 "The folder with the certificates is not there.");
    }
    if (reading->n_others > OTHERS_MAX) {
        like_say(like, LIKE_UNREAD, ".", 0, "%zu more files are not known here.",
                 reading->n_others - OTHERS_MAX);
    }
    like_check(like);
}

static int check_folder(const char *dir, struct err *err)
{
    struct buf shown = BUF_EMPTY;
    const char *what = NULL;
    switch (file_kind(dir)) {
    case FILE_FOLDER:
        return 0;
    case FILE_MISSING:
        what = "does not exist";
        break;
    case FILE_REGULAR:
    case FILE_OTHER:
    default:
        what = "is no folder";
        break;
    }
    text_escape_terminal(&shown, slice_from_string(dir));
    err_set(err, ERR_CONFIG, 0,
            "%s %s: name the folder that the script of `certgate collect` wrote",
            buf_string(&shown), what);
    buf_finish(&shown);
    return -1;
}

int like_read(const char *dir, struct like **ret_like, struct err *err)
{
    struct like *like = NULL;
    if (check_folder(dir, err) != 0) {
        return -1;
    }
    like = mem_alloc(1, sizeof(*like));
    if (like == NULL) {
        return err_memory(err);
    }
    struct reading reading = { .like = like };
    int result = -1;
    like->dir = mem_copy_string(dir, strlen(dir));
    if (like->dir == NULL) {
        err_memory(err);
        goto out;
    }
    if (file_list(dir, on_name, &reading, err) < 0) {
        goto out;
    }
    complete(&reading);
    if (like->failed) {
        err_memory(err);
        goto out;
    }
    *ret_like = like;
    like = NULL;
    result = 0;
out:
    like_destroy(like);
    return result;
}
