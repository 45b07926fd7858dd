/* SPDX-License-Identifier: MIT
 *
 * Puts what all files say into one order, by place and then by file, and works out
 * each place once, so that a request only looks one up.
 */
#include "iis/iis_config_internal.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static size_t count_parts(const char *key)
{
    size_t n = key[0] != 0 ? 1 : 0;
    for (; *key != 0; key++) {
        n += *key == '/' ? 1 : 0;
    }
    return n;
}

static int make_keys(struct iis_config *config, struct err *err)
{
    for (size_t i = 0; i < config->n_uses; i++) {
        struct iis_use *use = &config->uses[i];
        use->key = iis_sites_key(config->files[use->file].key, "", use->location);
        if (use->key == NULL) {
            return err_memory(err);
        }
        use->depth = count_parts(use->key);
    }
    return 0;
}

/* Such a use stays, and says nothing. */
static void silence_ignored(struct iis_config *config)
{
    for (size_t i = 0; i < config->n_uses; i++) {
        struct iis_use *use = &config->uses[i];
        if (config->files[use->file].is_ignored) {
            use->section = IIS_SECTION_COUNT;
            use->hresult = 0;
            use->n_errors = 0;
        }
    }
}

static void note_unknown_sites(struct iis_config *config)
{
    for (size_t i = 0; i < config->n_uses; i++) {
        const struct iis_use *use = &config->uses[i];
        struct slice path = slice_from_string(use->location);
        struct slice name = slice_part(path, 0, slice_find(path, '/'));
        if (config->files[use->file].is_server && name.len > 0 &&
            iis_config_find_site(config, name) == NULL) {
            iis_config_tell(config, true, config->files[use->file].name, use->line,
                            "<location path> begins with '%.*s', and no site has that "
                            "name; it does nothing",
                            IIS_SHOWN_MAX, use->location);
        }
    }
}

/* The files of a place lie above one another, so their level is their order. */
struct sorting {
    size_t depth;
    const char *key;
    size_t level;
    size_t number;
};

static int compare_sizes(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare(const void *a, const void *b)
{
    const struct sorting *one = a;
    const struct sorting *two = b;
    int order = compare_sizes(one->depth, two->depth);
    if (order == 0) {
        order = strcmp(one->key, two->key);
    }
    if (order == 0) {
        order = compare_sizes(one->level, two->level);
    }
    return order != 0 ? order : compare_sizes(one->number, two->number);
}

static int sort_uses(struct iis_config *config, struct err *err)
{
    struct sorting *order = mem_alloc(config->n_uses, sizeof *order);
    struct iis_use *sorted = mem_alloc(config->n_uses, sizeof *sorted);
    if (order == NULL || sorted == NULL) {
        free(order);
        free(sorted);
        return err_memory(err);
    }
    for (size_t i = 0; i < config->n_uses; i++) {
        const struct iis_use *use = &config->uses[i];
        order[i] =
            (struct sorting){ use->depth, use->key, config->files[use->file].level, i };
    }
    qsort(order, config->n_uses, sizeof *order, compare);
    for (size_t i = 0; i < config->n_uses; i++) {
        sorted[i] = config->uses[order[i].number];
    }
    free(order);
    free(config->uses);
    config->uses = sorted;
    return 0;
}

static bool lies_below(const char *key, const char *above)
{
    size_t len = strlen(above);
    return len == 0 || (strncmp(key, above, len) == 0 && key[len] == '/');
}

/* The deepest of those before it. */
static size_t find_parent(const struct iis_config *config, const char *key)
{
    size_t i = config->n_nodes;
    while (i > 1 && !lies_below(key, config->nodes[i - 1].key)) {
        i--;
    }
    return i > 1 ? i - 1 : 0;
}

/* What holds where no file says anything. */
static void init_server(struct iis_config *config, struct iis_node *node)
{
    static const uint32_t initial[IIS_SETTING_COUNT] = {
#define X(name, section, attribute, value) [IIS_SETTING_##name] = (value),
        IIS_SETTING_LIST(X)
#undef X
    };
    *node = (struct iis_node){ .key = "" };
    memcpy(node->settings.values, initial, sizeof initial);
    for (size_t i = 0; i < IIS_SECTION_COUNT; i++) {
        struct iis_registration *known = &config->sections[i];
        bool is_locked = known->mode == IIS_MODE_INHERIT
                             ? iis_schema_get((enum iis_section)i)->is_locked
                             : known->mode == IIS_MODE_DENY;
        node->sections[i] =
            (struct iis_lock){ is_locked ? 0 : IIS_UNLOCKED, known->at };
        for (size_t k = 0; k < IIS_ATTRIBUTES_MAX; k++) {
            node->attributes[i][k].level = IIS_UNLOCKED;
        }
        for (size_t k = 0; k < IIS_CHILDREN_MAX; k++) {
            node->children[i][k].level = IIS_UNLOCKED;
        }
    }
}

static int make_nodes(struct iis_config *config, struct err *err)
{
    size_t i = 0;
    init_server(config, &config->nodes[0]);
    config->n_nodes = 1;
    while (i < config->n_uses) {
        const char *key = config->uses[i].key;
        size_t n = 1;
        struct iis_node *node = &config->nodes[0];
        while (i + n < config->n_uses && strcmp(config->uses[i + n].key, key) == 0) {
            n++;
        }
        if (key[0] != 0) {
            size_t parent = find_parent(config, key);
            node = &config->nodes[config->n_nodes];
            *node = config->nodes[parent];
            node->parent = parent;
            node->key = key;
            config->n_nodes++;
        }
        node->first_use = i;
        node->n_uses = n;
        if (iis_inherit(config, node, err) != 0) {
            return -1;
        }
        i += n;
    }
    return 0;
}

int iis_config_settle(struct iis_config *config, struct err *err)
{
    if (iis_sites_invent(config, err) != 0 || iis_place_files(config, err) != 0 ||
        make_keys(config, err) != 0) {
        return -1;
    }
    silence_ignored(config);
    note_unknown_sites(config);
    if (config->n_uses > 0 && sort_uses(config, err) != 0) {
        return -1;
    }
    config->nodes = mem_alloc(config->n_uses + 1, sizeof *config->nodes);
    if (config->nodes == NULL) {
        return err_memory(err);
    }
    if (make_nodes(config, err) != 0) {
        return -1;
    }
    return config->no_memory ? err_memory(err) : 0;
}
