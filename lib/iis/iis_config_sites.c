/* SPDX-License-Identifier: MIT
 *
 * <sites>, and which URL a web.config stands for: the last parts of its folder are
 * those of a physicalPath, and what comes after them are folders below that.
 */
#include "iis/iis_config_internal.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SITE "Default Web Site"
#define PORT_MAX     65535u
#define ID_MAX       ((uint64_t)4294967295)

static const char *file_name(const struct iis_reader *reader)
{
    return reader->config->files[reader->file].name;
}

static struct iis_site *last_site(struct iis_reader *reader)
{
    return &reader->config->sites[reader->config->n_sites - 1];
}

static int no_memory(struct iis_reader *reader)
{
    reader->config->no_memory = true;
    IIS_FAIL(reader, ERR_MEMORY, "out of memory");
    return -1;
}

static int copy_attribute(struct iis_reader *reader, char **target,
                          const char *const *attributes, const char *name)
{
    const char *value = iis_xml_attribute(attributes, name);
    value = value != NULL ? value : "";
    if (strlen(value) >= IIS_CONFIG_PATH_MAX) {
        IIS_FAIL(reader, ERR_LIMIT, "%s is longer than %zu bytes", name,
                 IIS_CONFIG_PATH_MAX - 1);
        return -1;
    }
    *target = mem_copy_string(value, strlen(value));
    return *target == NULL ? no_memory(reader) : 0;
}

static bool has_room(struct iis_reader *reader)
{
    if (reader->config->n_places++ == IIS_CONFIG_PLACES_MAX) {
        IIS_FAIL(reader, ERR_LIMIT,
                 "there are more than %zu applications, virtual directories and "
                 "bindings",
                 IIS_CONFIG_PLACES_MAX);
    }
    return !reader->xml.failed;
}

/* ---- <site> */

static struct iis_site *add_site(struct iis_config *config)
{
    struct iis_site *sites =
        iis_config_grow(config->sites, config->n_sites, sizeof *sites);
    if (sites == NULL) {
        return NULL;
    }
    config->sites = sites;
    sites[config->n_sites] = (struct iis_site){ .name = NULL };
    return &sites[config->n_sites++];
}

static enum iis_place begin_site(struct iis_reader *reader,
                                 const char *const *attributes)
{
    struct iis_config *config = reader->config;
    const char *id = iis_xml_attribute(attributes, "id");
    const char *name = iis_xml_attribute(attributes, "name");
    uint64_t number = 0;
    if (config->n_sites == IIS_CONFIG_SITES_MAX) {
        IIS_FAIL(reader, ERR_LIMIT, "there are more than %zu sites",
                 IIS_CONFIG_SITES_MAX);
        return IIS_PLACE_SKIPPED;
    }
    if (name == NULL || name[0] == 0 || strpbrk(name, "/\\") != NULL ||
        iis_config_find_site(config, slice_from_string(name)) != NULL ||
        (id != NULL && !text_read_number(id, ID_MAX, &number))) {
        iis_config_tell(config, true, file_name(reader), iis_xml_line(&reader->xml),
                        "a <site> has a name of its own, without '/', and a number as "
                        "its id; this one is left out");
        return IIS_PLACE_SKIPPED;
    }
    struct iis_site *site = add_site(config);
    if (site == NULL || copy_attribute(reader, &site->name, attributes, "name") != 0) {
        no_memory(reader);
        return IIS_PLACE_SKIPPED;
    }
    site->id = id != NULL ? (uint32_t)number : UINT32_MAX;
    site->at = (struct iis_origin){ file_name(reader), iis_xml_line(&reader->xml) };
    return IIS_PLACE_SITE;
}

/* "*:443:www.example.com", "192.0.2.1:443:", "[::1]:443:" */
static void cut_binding(struct iis_binding *binding)
{
    uint64_t port = 0;
    char *host = strrchr(binding->parts, ':');
    if (host != NULL) {
        *host++ = 0;
        char *number = strrchr(binding->parts, ':');
        if (number != NULL) {
            *number++ = 0;
            if (text_read_number(number, PORT_MAX, &port)) {
                binding->port = (uint16_t)port;
            }
        }
    }
    binding->address = binding->parts;
    binding->host = host != NULL ? host : "";
}

static void add_binding(struct iis_reader *reader, const char *const *attributes)
{
    struct iis_site *site = last_site(reader);
    const char *flags = iis_xml_attribute(attributes, "sslFlags");
    uint64_t number = 0;
    if (!has_room(reader)) {
        return;
    }
    struct iis_binding *bindings =
        iis_config_grow(site->bindings, site->n_bindings, sizeof *bindings);
    if (bindings == NULL) {
        no_memory(reader);
        return;
    }
    site->bindings = bindings;
    struct iis_binding *binding = &bindings[site->n_bindings++];
    *binding = (struct iis_binding){
        .address = "",
        .host = "",
        .at = { file_name(reader), iis_xml_line(&reader->xml) },
    };
    if (copy_attribute(reader, &binding->protocol, attributes, "protocol") != 0 ||
        copy_attribute(reader, &binding->information, attributes,
                       "bindingInformation") != 0 ||
        copy_attribute(reader, &binding->parts, attributes, "bindingInformation") !=
            0) {
        return;
    }
    if (flags != NULL && text_read_number(flags, UINT32_MAX, &number)) {
        binding->ssl_flags = (uint32_t)number;
    }
    cut_binding(binding);
}

bool iis_sites_append_url(char *url, size_t size, const char *path)
{
    size_t len = strlen(url);
    while (*path == '/' || *path == '\\') {
        path++;
    }
    if (*path == 0) {
        return true;
    }
    if (strlen(path) + len + 2 > size) {
        return false;
    }
    url[len++] = '/';
    for (; *path != 0; path++) {
        url[len++] = *path == '\\' ? '/' : *path;
    }
    while (len > 0 && url[len - 1] == '/') {
        len--;
    }
    url[len] = 0;
    return true;
}

static void add_folder(struct iis_reader *reader, const char *const *attributes)
{
    struct iis_site *site = last_site(reader);
    const char *path = iis_xml_attribute(attributes, "path");
    const char *allow = iis_xml_attribute(attributes, "allowSubDirConfig");
    char url[IIS_CONFIG_PATH_MAX];
    if (!has_room(reader)) {
        return;
    }
    memcpy(url, reader->application, sizeof url);
    if (!iis_sites_append_url(url, sizeof url, path != NULL ? path : "/")) {
        IIS_FAIL(reader, ERR_LIMIT, "the path is longer than %zu bytes",
                 IIS_CONFIG_PATH_MAX - 1);
        return;
    }
    struct iis_folder *folders =
        iis_config_grow(site->folders, site->n_folders, sizeof *folders);
    if (folders == NULL) {
        no_memory(reader);
        return;
    }
    site->folders = folders;
    struct iis_folder *folder = &folders[site->n_folders++];
    *folder = (struct iis_folder){
        .url = mem_copy_string(url, strlen(url)),
        .is_application = strcmp(url, reader->application) == 0,
        .has_allow_sub_dir_config = allow != NULL,
        .allow_sub_dir_config =
            allow == NULL || !text_equal_ignoring_case(allow, "false"),
        .at = { file_name(reader), iis_xml_line(&reader->xml) },
    };
    if (folder->url == NULL ||
        copy_attribute(reader, &folder->physical, attributes, "physicalPath") != 0) {
        no_memory(reader);
    }
}

static enum iis_place begin_application(struct iis_reader *reader,
                                        const char *const *attributes)
{
    const char *path = iis_xml_attribute(attributes, "path");
    reader->application[0] = 0;
    if (!iis_sites_append_url(reader->application, sizeof reader->application,
                              path != NULL ? path : "/")) {
        IIS_FAIL(reader, ERR_LIMIT, "the path is longer than %zu bytes",
                 IIS_CONFIG_PATH_MAX - 1);
    }
    return IIS_PLACE_APPLICATION;
}

enum iis_place iis_sites_begin(struct iis_reader *reader, enum iis_place within,
                               const char *name, const char *const *attributes)
{
    const char *allow = iis_xml_attribute(attributes, "allowSubDirConfig");
    if (within == IIS_PLACE_APPLICATION_HOST && strcmp(name, "sites") == 0) {
        return IIS_PLACE_SITES;
    }
    if (within == IIS_PLACE_SITES && strcmp(name, "site") == 0) {
        return begin_site(reader, attributes);
    }
    if (within == IIS_PLACE_SITES && strcmp(name, "virtualDirectoryDefaults") == 0 &&
        allow != NULL && text_equal_ignoring_case(allow, "false")) {
        reader->config->deny_sub_dir_config = true;
    }
    if (within == IIS_PLACE_SITE && strcmp(name, "bindings") == 0) {
        return IIS_PLACE_BINDINGS;
    }
    if (within == IIS_PLACE_SITE && strcmp(name, "application") == 0) {
        return begin_application(reader, attributes);
    }
    if (within == IIS_PLACE_BINDINGS && strcmp(name, "binding") == 0) {
        add_binding(reader, attributes);
    } else if (within == IIS_PLACE_APPLICATION &&
               strcmp(name, "virtualDirectory") == 0) {
        add_folder(reader, attributes);
    }
    return IIS_PLACE_SKIPPED;
}

/* ---- without <sites> */

static int add_named_site(struct iis_config *config, struct slice name, struct err *err)
{
    if (name.len == 0 || iis_config_find_site(config, name) != NULL) {
        return 0;
    }
    if (config->n_sites == IIS_CONFIG_SITES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "there are more than %zu sites",
                       IIS_CONFIG_SITES_MAX);
    }
    struct iis_site *site = add_site(config);
    char *copy = mem_copy_string((const char *)name.data, name.len);
    if (site == NULL || copy == NULL) {
        free(copy);
        return err_memory(err);
    }
    site->name = copy;
    site->id = (uint32_t)config->n_sites;
    return 0;
}

/* Those that a <location> of the server's file names, else one. */
int iis_sites_invent(struct iis_config *config, struct err *err)
{
    if (config->n_sites > 0) {
        return 0;
    }
    for (size_t i = 0; i < config->n_uses; i++) {
        const struct iis_use *use = &config->uses[i];
        struct slice path = slice_from_string(use->location);
        if (config->files[use->file].is_server &&
            add_named_site(config, slice_part(path, 0, slice_find(path, '/')), err) !=
                0) {
            return -1;
        }
    }
    for (size_t i = 0; i < config->n_files; i++) {
        const char *url = config->files[i].url;
        struct slice path = slice_from_string(url != NULL ? url : "");
        if (add_named_site(config, slice_part(path, 0, slice_find(path, '/')), err) !=
            0) {
            return -1;
        }
    }
    return config->n_sites > 0
               ? 0
               : add_named_site(config, slice_from_string(DEFAULT_SITE), err);
}

char *iis_sites_key(const char *site, const char *url, const char *location)
{
    size_t len = 0;
    char *key = mem_alloc(strlen(site) + strlen(url) + strlen(location) + 2, 1);
    if (key == NULL) {
        return NULL;
    }
    for (; *site != 0; site++) {
        key[len++] = text_lower(*site);
    }
    for (; *url != 0; url++) {
        key[len++] = text_lower(*url);
    }
    if (len > 0 && *location != 0) {
        key[len++] = '/';
    }
    for (; *location != 0; location++) {
        key[len++] = text_lower(*location);
    }
    return key;
}
