/* SPDX-License-Identifier: MIT */
#include "iis/iis_config.h"

#include "base/mem.h"
#include "base/text.h"
#include "iis/iis_config_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTE_TEXT_MAX  ((size_t)1024)
#define FAULT_TEXT_MAX ((size_t)1024)

struct iis_config *iis_config_create(void)
{
    return mem_alloc(1, sizeof(struct iis_config));
}

static void finish_site(struct iis_site *site)
{
    for (size_t i = 0; i < site->n_folders; i++) {
        free(site->folders[i].url);
        free(site->folders[i].physical);
    }
    for (size_t i = 0; i < site->n_bindings; i++) {
        free(site->bindings[i].protocol);
        free(site->bindings[i].information);
        free(site->bindings[i].parts);
    }
    free(site->folders);
    free(site->bindings);
    free(site->name);
}

void iis_config_destroy(struct iis_config *config)
{
    if (config == NULL) {
        return;
    }
    for (size_t i = 0; i < config->n_files; i++) {
        free(config->files[i].name);
        free(config->files[i].url);
        free(config->files[i].key);
    }
    for (size_t i = 0; i < config->n_uses; i++) {
        free(config->uses[i].location);
        free(config->uses[i].key);
    }
    for (size_t i = 0; i < config->n_sites; i++) {
        finish_site(&config->sites[i]);
    }
    for (size_t i = 0; i < config->n_notes; i++) {
        free(config->notes[i].text);
    }
    for (size_t i = 0; i < config->n_texts; i++) {
        free(config->texts[i]);
    }
    free(config->files);
    free(config->uses);
    free(config->errors);
    free(config->sites);
    free(config->texts);
    free(config->nodes);
    free(config);
}

void *iis_config_grow(void *list, size_t n, size_t size)
{
    size_t cap = 8;
    while (cap < n + 1) {
        cap *= 2;
    }
    /* Powers of two: a step now and then. */
    if (list != NULL && n > 0 && (n < 8 || (n & (n - 1)) != 0)) {
        return list;
    }
    return mem_resize(list, cap, size);
}

/* The text of a buf, as an owned string. */
static char *take_text(struct buf *text)
{
    char *copy = buf_ok(text) ? mem_copy_string(buf_string(text), text->len) : NULL;
    buf_finish(text);
    return copy;
}

static char *format(size_t max, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

static char *format(size_t max, const char *fmt, va_list args)
{
    struct buf text = BUF_EMPTY;
    if (buf_reserve(&text, max)) {
        int len = vsnprintf((char *)text.data, max, fmt, args);
        text.len = len < 0 ? 0 : (size_t)len < max ? (size_t)len : max - 1;
    }
    return take_text(&text);
}

void iis_config_tell(struct iis_config *config, bool is_trap, const char *file,
                     unsigned long line, const char *fmt, ...)
{
    va_list args;
    if (config->n_notes == IIS_CONFIG_NOTES_MAX) {
        return;
    }
    struct iis_note *note = &config->notes[config->n_notes];
    if (config->n_notes == IIS_CONFIG_NOTES_MAX - 1) {
        fmt = "there are more notes than these";
        is_trap = false;
    }
    va_start(args, fmt);
    note->text = format(NOTE_TEXT_MAX, fmt, args);
    va_end(args);
    if (note->text == NULL) {
        config->no_memory = true;
        return;
    }
    note->is_trap = is_trap;
    note->at = (struct iis_origin){ file, line };
    config->n_notes++;
}

const char *iis_config_keep(struct iis_config *config, const char *fmt, ...)
{
    va_list args;
    char **texts = iis_config_grow(config->texts, config->n_texts, sizeof *texts);
    if (texts == NULL) {
        config->no_memory = true;
        return "";
    }
    config->texts = texts;
    va_start(args, fmt);
    char *text = format(FAULT_TEXT_MAX, fmt, args);
    va_end(args);
    if (text == NULL) {
        config->no_memory = true;
        return "";
    }
    config->texts[config->n_texts++] = text;
    return text;
}

/* ---- what was settled */

size_t iis_config_n_sites(const struct iis_config *config)
{
    return config->n_sites;
}

const struct iis_site *iis_config_site(const struct iis_config *config, size_t i)
{
    return &config->sites[i];
}

const struct iis_site *iis_config_find_site(const struct iis_config *config,
                                            struct slice name)
{
    char text[IIS_CONFIG_PATH_MAX];
    if (name.len >= sizeof text) {
        return NULL;
    }
    memcpy(text, name.data, name.len);
    text[name.len] = 0;
    for (size_t i = 0; i < config->n_sites; i++) {
        if (text_equal_ignoring_case(config->sites[i].name, text)) {
            return &config->sites[i];
        }
    }
    return NULL;
}

static bool has_binding(const struct iis_site *site, const char *protocol,
                        uint16_t port)
{
    for (size_t i = 0; i < site->n_bindings; i++) {
        if (site->bindings[i].port == port && port != 0 &&
            text_equal_ignoring_case(site->bindings[i].protocol, protocol)) {
            return true;
        }
    }
    return false;
}

const struct iis_site *iis_config_choose_site(const struct iis_config *config,
                                              const char *protocol, uint16_t port)
{
    const struct iis_site *first = &config->sites[0];
    for (size_t i = 0; i < config->n_sites; i++) {
        const struct iis_site *site = &config->sites[i];
        if (has_binding(site, protocol, port)) {
            return site;
        }
        if (site->id < first->id) {
            first = site;
        }
    }
    return first;
}

size_t iis_config_n_notes(const struct iis_config *config)
{
    return config->n_notes;
}

const struct iis_note *iis_config_note(const struct iis_config *config, size_t i)
{
    return &config->notes[i];
}

static char lower(char c)
{
    return c == '\\' ? '/' : text_lower(c);
}

/* How many bytes of `text` the key begins with, whole parts only; SIZE_MAX = it begins
 * with something else. `key` is in lower case. */
static size_t skip_part(const char *key, const char *text)
{
    size_t i = 0;
    for (; text[i] != 0; i++) {
        if (key[i] == 0 || key[i] != lower(text[i])) {
            return SIZE_MAX;
        }
    }
    return key[i] == 0 || key[i] == '/' ? i : SIZE_MAX;
}

/* The part of the path that lies in the node; SIZE_MAX = it lies elsewhere. */
static size_t lies_below(const struct iis_node *node, const char *site,
                         const char *path)
{
    if (node->key[0] == 0) {
        return 0;
    }
    size_t used = skip_part(node->key, site);
    if (used == SIZE_MAX) {
        return SIZE_MAX;
    }
    return text_skip_path(path, node->key + used);
}

const struct iis_settings *iis_config_lookup(const struct iis_config *config,
                                             const struct iis_site *site,
                                             const char *path, size_t *ret_base_len)
{
    const struct iis_node *found = &config->nodes[0];
    size_t base_len = 0;
    for (size_t i = 1; i < config->n_nodes; i++) {
        const struct iis_node *node = &config->nodes[i];
        size_t len = lies_below(node, site->name, path);
        if (len != SIZE_MAX && strlen(node->key) >= strlen(found->key)) {
            found = node;
            base_len = len;
        }
    }
    for (size_t i = 0; i < site->n_folders; i++) {
        size_t len = text_skip_path(path, site->folders[i].url);
        base_len = len != SIZE_MAX && len > base_len ? len : base_len;
    }
    if (ret_base_len != NULL) {
        *ret_base_len = base_len;
    }
    return &found->settings;
}

bool iis_config_asks(const struct iis_config *config, const struct iis_site *site)
{
    const uint32_t asking = IIS_SSL_NEGOTIATE_CERT | IIS_SSL_REQUIRE_CERT;
    for (size_t i = 0; i < config->n_nodes; i++) {
        const struct iis_node *node = &config->nodes[i];
        if ((node->key[0] == 0 || skip_part(node->key, site->name) != SIZE_MAX) &&
            (node->settings.values[IIS_SETTING_SSL_FLAGS] & asking) != 0) {
            return true;
        }
    }
    return false;
}
