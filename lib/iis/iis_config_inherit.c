/* SPDX-License-Identifier: MIT
 *
 * What a place inherits, and whether its files may say what they say. A lock binds the
 * files below the one that sets it: <location> counts as its file, as Microsoft has it.
 */
#include "iis/iis_config_internal.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const char *file_name(const struct iis_config *config, const struct iis_use *use)
{
    return config->files[use->file].name;
}

static void fault(struct iis_node *node, struct iis_config *config,
                  const struct iis_use *use, uint32_t hresult, const char *text)
{
    if (node->settings.fault.text == NULL) {
        iis_config_tell(config, true, file_name(config, use), use->line,
                        "500.19 with 0x%08lX for '%s' and what lies below: %s",
                        (unsigned long)hresult, node->key, text);
        node->settings.fault =
            (struct iis_fault){ hresult, text, { file_name(config, use), use->line } };
    }
}

static const char *describe(struct iis_config *config, struct iis_origin at)
{
    return at.file != NULL ? iis_config_keep(config, "%s, line %lu", at.file, at.line)
                           : "IIS's own overrideModeDefault=\"Deny\"";
}

/* ---- locks */

static void check_section_lock(struct iis_config *config, struct iis_node *node,
                               const struct iis_use *use)
{
    const struct iis_file *file = &config->files[use->file];
    const struct iis_schema *schema = iis_schema_get(use->section);
    const struct iis_lock *lock = &node->sections[use->section];
    enum iis_definition definition = config->sections[use->section].definition;

    if ((definition == IIS_DEFINITION_SERVER && file->level > 0) ||
        (definition == IIS_DEFINITION_APPLICATION && file->level > 0 &&
         !file->is_application)) {
        fault(node, config, use, IIS_HRESULT_LOCKED,
              iis_config_keep(config, "<%s> cannot stand here: allowDefinition at %s",
                              schema->name,
                              describe(config, config->sections[use->section].at)));
    } else if (lock->level != IIS_UNLOCKED && lock->level < file->level) {
        fault(node, config, use, IIS_HRESULT_LOCKED,
              iis_config_keep(config, "<%s> is locked at a parent level: %s",
                              schema->name, describe(config, lock->at)));
    } else if (lock->level != IIS_UNLOCKED && lock->level > file->level &&
               use->mode == IIS_MODE_ALLOW) {
        fault(node, config, use, IIS_HRESULT_LOCKED,
              iis_config_keep(config, "<%s> is unlocked here and locked at %s",
                              schema->name, describe(config, lock->at)));
    }
}

static void check_part(struct iis_config *config, struct iis_node *node,
                       const struct iis_use *use, const struct iis_lock *lock,
                       const char *what, const char *name)
{
    if (lock->level < config->files[use->file].level) {
        fault(node, config, use, IIS_HRESULT_LOCKED,
              iis_config_keep(config, "the %s %s of <%s> is locked: %s", what, name,
                              iis_schema_get(use->section)->name,
                              describe(config, lock->at)));
    }
}

static void check_part_locks(struct iis_config *config, struct iis_node *node,
                             const struct iis_use *use)
{
    const struct iis_schema *schema = iis_schema_get(use->section);
    for (size_t i = 0; i < IIS_ATTRIBUTES_MAX; i++) {
        if ((use->set & 1u << i) != 0) {
            check_part(config, node, use, &node->attributes[use->section][i],
                       "attribute", schema->attributes[i].name);
        }
    }
    for (size_t i = 0; i < IIS_CHILDREN_MAX; i++) {
        if ((use->children & 1u << i) != 0) {
            check_part(config, node, use, &node->children[use->section][i], "element",
                       schema->children[i]);
        }
    }
}

static void lock_parts(struct iis_lock *locks, size_t n, unsigned bits, size_t level,
                       struct iis_origin at)
{
    for (size_t i = 0; i < n; i++) {
        if ((bits & 1u << i) != 0 && locks[i].level == IIS_UNLOCKED) {
            locks[i] = (struct iis_lock){ (uint16_t)level, at };
        }
    }
}

static void set_locks(const struct iis_config *config, struct iis_node *node,
                      const struct iis_use *use)
{
    size_t level = config->files[use->file].level;
    struct iis_origin at = { file_name(config, use), use->line };
    struct iis_lock *lock = &node->sections[use->section];

    if (use->mode == IIS_MODE_ALLOW) {
        *lock = (struct iis_lock){ IIS_UNLOCKED, at };
    }
    if (use->mode == IIS_MODE_DENY || use->lock_item) {
        *lock = (struct iis_lock){ (uint16_t)level, at };
    }
    lock_parts(node->attributes[use->section], IIS_ATTRIBUTES_MAX, use->lock_attributes,
               level, at);
    lock_parts(node->children[use->section], IIS_CHILDREN_MAX, use->lock_children,
               level, at);
}

/* ---- entries of httpErrors */

struct error_key {
    int64_t status;
    int64_t sub_status;
    size_t locked_level;
};

static size_t find_key(const struct error_key *keys, size_t n,
                       const struct iis_error_entry *entry)
{
    size_t i = 0;
    while (i < n && (keys[i].status != entry->status ||
                     keys[i].sub_status != entry->sub_status)) {
        i++;
    }
    return i;
}

static void fault_entry(struct iis_config *config, struct iis_node *node,
                        const struct iis_use *use, const struct iis_error_entry *entry,
                        bool is_locked)
{
    struct iis_use at = *use;
    at.line = entry->line;
    fault(node, config, &at, is_locked ? IIS_HRESULT_LOCKED : IIS_HRESULT_DUPLICATE,
          iis_config_keep(config,
                          is_locked
                              ? "an <error> that this removes is locked "
                                "(statusCode %lld, subStatusCode %lld)"
                              : "<httpErrors> has an <error> with this key already "
                                "(statusCode %lld, subStatusCode %lld): <remove> it "
                                "first",
                          (long long)entry->status, (long long)entry->sub_status));
}

static bool is_any_locked(const struct error_key *keys, size_t n, size_t level)
{
    for (size_t i = 0; i < n; i++) {
        if (keys[i].locked_level < level) {
            return true;
        }
    }
    return false;
}

/* One use's entries on top of those before; `keys` has room for all. */
static size_t put_errors(struct iis_config *config, struct iis_node *node,
                         const struct iis_use *use, struct error_key *keys, size_t n)
{
    size_t level = config->files[use->file].level;
    for (size_t i = 0; i < use->n_errors; i++) {
        const struct iis_error_entry *entry = &config->errors[use->first_error + i];
        size_t at = find_key(keys, n, entry);
        if (entry->what == IIS_ERROR_CLEAR) {
            if (is_any_locked(keys, n, level)) {
                fault_entry(config, node, use, entry, true);
            }
            n = 0;
        } else if (entry->what == IIS_ERROR_REMOVE && at < n) {
            if (keys[at].locked_level < level) {
                fault_entry(config, node, use, entry, true);
            }
            keys[at] = keys[--n];
        } else if (entry->what == IIS_ERROR_ADD && at < n) {
            fault_entry(config, node, use, entry, false);
        } else if (entry->what == IIS_ERROR_ADD) {
            keys[n++] = (struct error_key){ entry->status, entry->sub_status,
                                            entry->lock_item ? level : SIZE_MAX };
        }
    }
    return n;
}

/* From the server down to this node. */
static int check_errors(struct iis_config *config, struct iis_node *node,
                        struct err *err)
{
    size_t chain[IIS_CONFIG_PATH_MAX];
    size_t n_chain = 0;
    size_t n_keys = 0;
    size_t at = (size_t)(node - config->nodes);
    struct error_key *keys = mem_alloc(config->n_errors, sizeof *keys);
    if (keys == NULL) {
        return err_memory(err);
    }
    while (at != 0 && n_chain + 1 < IIS_CONFIG_PATH_MAX) {
        chain[n_chain++] = at;
        at = config->nodes[at].parent;
    }
    chain[n_chain++] = 0;
    while (n_chain > 0) {
        const struct iis_node *above = &config->nodes[chain[--n_chain]];
        for (size_t i = 0; i < above->n_uses; i++) {
            const struct iis_use *use = &config->uses[above->first_use + i];
            if (use->section == IIS_SECTION_HTTP_ERRORS) {
                n_keys = put_errors(config, node, use, keys, n_keys);
            }
        }
    }
    free(keys);
    return 0;
}

/* ---- values */

/* As the metabase's reference has it (iis.md 3b: inferred for IIS 7 and later). */
static void note_flags(struct iis_config *config, const struct iis_use *use,
                       uint32_t flags)
{
    if ((flags & IIS_SSL_REQUIRE_CERT) != 0 && (flags & IIS_SSL_NEGOTIATE_CERT) == 0) {
        iis_config_tell(
            config, true, file_name(config, use), use->line,
            "SslRequireCert without SslNegotiateCert: IIS then does not ask "
            "for a certificate by itself, and where the binding does not "
            "either, every request is 403.7");
    }
}

static void note_value(struct iis_config *config, const struct iis_use *use,
                       enum iis_setting setting, uint32_t value)
{
    bool is_other = setting == IIS_SETTING_BASIC || setting == IIS_SETTING_DIGEST ||
                    setting == IIS_SETTING_WINDOWS || setting == IIS_SETTING_AD_MAPPING;
    if (setting == IIS_SETTING_SSL_FLAGS) {
        note_flags(config, use, value);
    }
    if (is_other && value != 0) {
        iis_config_tell(config, true, file_name(config, use), use->line,
                        "<%s> is on; certgated does not play it",
                        iis_schema_get(use->section)->name);
    }
}

static void set_values(struct iis_config *config, struct iis_node *node,
                       const struct iis_use *use)
{
    const struct iis_schema *schema = iis_schema_get(use->section);
    if (use->section == IIS_SECTION_CERT_MAPPING && use->depth > 1) {
        iis_config_tell(config, true, file_name(config, use), use->line,
                        "IIS reads <%s> at the level of the server and the site only; "
                        "this one is below, and does nothing",
                        schema->name);
        return;
    }
    for (size_t i = 0; i < IIS_SETTING_COUNT; i++) {
        enum iis_setting setting = (enum iis_setting)i;
        size_t attribute = iis_schema_attribute(schema, iis_setting_attribute(setting));
        if (iis_schema_section_of(setting) == use->section &&
            (use->set & 1u << attribute) != 0) {
            node->settings.values[i] = use->values[attribute];
            node->settings.origins[i] =
                (struct iis_origin){ file_name(config, use), use->line };
            note_value(config, use, setting, use->values[attribute]);
        }
    }
}

static void apply(struct iis_config *config, struct iis_node *node,
                  const struct iis_use *use, const struct iis_use *before)
{
    if (use->hresult != 0) {
        struct iis_use at = *use;
        at.line = use->fault_line;
        fault(node, config, &at, use->hresult, use->fault);
    }
    if (use->section == IIS_SECTION_COUNT) {
        return;
    }
    if (before != NULL) {
        fault(node, config, use, IIS_HRESULT_DUPLICATE,
              iis_config_keep(config,
                              "<%s> stands in this file for the same place "
                              "already, in line %lu",
                              iis_schema_get(use->section)->name, before->line));
    }
    check_section_lock(config, node, use);
    check_part_locks(config, node, use);
    set_values(config, node, use);
    set_locks(config, node, use);
}

/* Another use of the same section in the same file before this one. */
static const struct iis_use *find_before(const struct iis_config *config,
                                         const struct iis_node *node, size_t i)
{
    const struct iis_use *use = &config->uses[node->first_use + i];
    while (i-- > 0) {
        const struct iis_use *other = &config->uses[node->first_use + i];
        if (other->section == use->section && other->file == use->file) {
            return other;
        }
    }
    return NULL;
}

int iis_inherit(struct iis_config *config, struct iis_node *node, struct err *err)
{
    bool has_errors = false;
    for (size_t i = 0; i < node->n_uses; i++) {
        const struct iis_use *use = &config->uses[node->first_use + i];
        apply(config, node, use, find_before(config, node, i));
        has_errors |= use->n_errors > 0;
    }
    return has_errors ? check_errors(config, node, err) : 0;
}
