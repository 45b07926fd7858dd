/* SPDX-License-Identifier: MIT */
#include "iis/iis_config_internal.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define STATUS_MAX     ((uint64_t)999)
#define SUB_STATUS_MAX ((uint64_t)999)
#define NO_SUB_STATUS  ((int64_t)-1)

static const char *file_name(const struct iis_reader *reader)
{
    return reader->config->files[reader->file].name;
}

struct iis_use *iis_section_use(struct iis_reader *reader, enum iis_section section)
{
    struct iis_config *config = reader->config;
    if (config->n_uses == IIS_CONFIG_USES_MAX) {
        IIS_FAIL(reader, ERR_LIMIT, "there are more than %zu sections",
                 IIS_CONFIG_USES_MAX);
        return NULL;
    }
    struct iis_use *uses = iis_config_grow(config->uses, config->n_uses, sizeof *uses);
    char *location = mem_copy_string(reader->location, strlen(reader->location));
    if (uses == NULL || location == NULL) {
        config->no_memory = true;
        config->uses = uses != NULL ? uses : config->uses;
        free(location);
        if (!reader->xml.failed) {
            err_memory(reader->xml.err);
            iis_xml_fail(&reader->xml);
        }
        return NULL;
    }
    config->uses = uses;
    struct iis_use *use = &uses[config->n_uses++];
    *use = (struct iis_use){
        .section = section,
        .file = reader->file,
        .line = iis_xml_line(&reader->xml),
        .location = location,
        .mode = reader->mode,
        .first_error = config->n_errors,
    };
    return use;
}

void iis_section_fault(struct iis_reader *reader, struct iis_use *use, uint32_t hresult,
                       const char *text)
{
    if (use->hresult == 0) {
        use->hresult = hresult;
        use->fault = text;
        use->fault_line = iis_xml_line(&reader->xml);
    }
}

/* ---- the words that lock */

/* "a, b" or "*"; what is not in the schema cannot be locked. */
static unsigned read_names(struct iis_reader *reader, struct iis_use *use,
                           const char *text, bool of_children)
{
    const struct iis_schema *schema = iis_schema_get(use->section);
    const unsigned all = ~0u;
    unsigned bits = 0;
    while (*text != 0) {
        char name[64];
        text += strspn(text, " \t\r\n,");
        size_t len = strcspn(text, " \t\r\n,");
        if (len == 0) {
            break;
        }
        if (len >= sizeof name) {
            len = sizeof name - 1;
        }
        memcpy(name, text, len);
        name[len] = 0;
        text += strcspn(text, " \t\r\n,");
        size_t i = of_children ? iis_schema_child(schema, name)
                               : iis_schema_attribute(schema, name);
        if (strcmp(name, "*") == 0) {
            bits = all;
        } else if (i == (of_children ? IIS_CHILDREN_MAX : IIS_ATTRIBUTES_MAX)) {
            iis_section_fault(
                reader, use, IIS_HRESULT_INVALID,
                iis_config_keep(
                    reader->config, "<%s> has no %s '%s' that could be locked",
                    schema->name, of_children ? "element" : "attribute", name));
        } else {
            bits |= 1u << i;
        }
    }
    return bits;
}

static bool read_lock(struct iis_reader *reader, struct iis_use *use, const char *name,
                      const char *value)
{
    if (strcmp(name, "lockAttributes") == 0) {
        use->lock_attributes |= read_names(reader, use, value, false);
    } else if (strcmp(name, "lockAllAttributesExcept") == 0) {
        use->lock_attributes |= ~read_names(reader, use, value, false);
    } else if (strcmp(name, "lockElements") == 0) {
        use->lock_children |= read_names(reader, use, value, true);
    } else if (strcmp(name, "lockAllElementsExcept") == 0) {
        use->lock_children |= ~read_names(reader, use, value, true);
    } else if (strcmp(name, "lockItem") == 0) {
        use->lock_item = text_equal_ignoring_case(value, "true");
        if (!use->lock_item && !text_equal_ignoring_case(value, "false")) {
            iis_section_fault(reader, use, IIS_HRESULT_INVALID,
                              "lockItem is true or false");
        }
    } else {
        return false;
    }
    return true;
}

/* ---- its attributes */

static void read_attribute(struct iis_reader *reader, struct iis_use *use, size_t i,
                           const char *text)
{
    const struct iis_schema *schema = iis_schema_get(use->section);
    const struct iis_attribute *attribute = &schema->attributes[i];
    struct buf choices = BUF_EMPTY;
    if (iis_schema_read(attribute, text, &use->values[i], &choices)) {
        use->set |= 1u << i;
    } else {
        iis_section_fault(reader, use, IIS_HRESULT_INVALID,
                          iis_config_keep(reader->config,
                                          "%s of <%s> is '%.*s'; it can be: %s",
                                          attribute->name, schema->name, IIS_SHOWN_MAX,
                                          text, buf_string(&choices)));
    }
    reader->config->no_memory |= choices.failed;
    buf_finish(&choices);
    if (attribute->is_noted) {
        iis_config_tell(
            reader->config, false, file_name(reader), iis_xml_line(&reader->xml),
            "%s of <%s> is read and not reproduced", attribute->name, schema->name);
    }
}

/* What stands elsewhere, or is not to be read by everybody. */
static bool is_kept_elsewhere(struct iis_reader *reader,
                              const struct iis_schema *schema, const char *name)
{
    const char *what = NULL;
    if (strcmp(name, "configSource") == 0) {
        what = "stands in another file (configSource), which is not read";
    } else if (strcmp(name, "configProtectionProvider") == 0) {
        what = "is encrypted (configProtectionProvider), so it is not read";
    }
    if (what != NULL) {
        iis_config_tell(reader->config, true, file_name(reader),
                        iis_xml_line(&reader->xml), "<%s> %s", schema->name, what);
    }
    return what != NULL;
}

void iis_section_begin(struct iis_reader *reader, enum iis_section section,
                       const char *const *attributes)
{
    const struct iis_schema *schema = iis_schema_get(section);
    struct iis_use *use = iis_section_use(reader, section);
    if (use == NULL) {
        return;
    }
    reader->use = reader->config->n_uses - 1;
    for (; attributes[0] != NULL; attributes += 2) {
        size_t i = iis_schema_attribute(schema, attributes[0]);
        if (i != IIS_ATTRIBUTES_MAX) {
            read_attribute(reader, use, i, attributes[1]);
        } else if (!read_lock(reader, use, attributes[0], attributes[1]) &&
                   !is_kept_elsewhere(reader, schema, attributes[0]) &&
                   strchr(attributes[0], ':') == NULL) {
            iis_section_fault(
                reader, use, IIS_HRESULT_INVALID,
                iis_config_keep(reader->config, "<%s> has no attribute '%.*s'",
                                schema->name, IIS_SHOWN_MAX, attributes[0]));
        }
    }
}

/* ---- what stands in it */

static bool read_status(const char *text, uint64_t max, int64_t *ret_value)
{
    uint64_t value = 0;
    if (text == NULL || strcmp(text, "-1") == 0) {
        *ret_value = NO_SUB_STATUS;
        return true;
    }
    if (!text_read_number(text, max, &value)) {
        return false;
    }
    *ret_value = (int64_t)value;
    return true;
}

/* <error>, <remove> and <clear> of <httpErrors>: only their keys count. */
static void read_error(struct iis_reader *reader, struct iis_use *use, size_t child,
                       const char *const *attributes)
{
    struct iis_config *config = reader->config;
    const char *lock = iis_xml_attribute(attributes, "lockItem");
    struct iis_error_entry entry = { .what = (enum iis_error_element)child,
                                     .line = iis_xml_line(&reader->xml) };
    const char *status = iis_xml_attribute(attributes, "statusCode");

    if (config->n_errors == IIS_CONFIG_ERRORS_MAX) {
        IIS_FAIL(reader, ERR_LIMIT, "<httpErrors> have more than %zu entries",
                 IIS_CONFIG_ERRORS_MAX);
        return;
    }
    struct iis_error_entry *errors =
        iis_config_grow(config->errors, config->n_errors, sizeof *errors);
    if (errors == NULL) {
        config->no_memory = true;
        return;
    }
    config->errors = errors;
    if (entry.what != IIS_ERROR_CLEAR &&
        (status == NULL || !read_status(status, STATUS_MAX, &entry.status) ||
         !read_status(iis_xml_attribute(attributes, "subStatusCode"), SUB_STATUS_MAX,
                      &entry.sub_status))) {
        iis_section_fault(reader, use, IIS_HRESULT_INVALID,
                          "an entry of <httpErrors> has a statusCode and maybe a "
                          "subStatusCode, which are numbers up to 999");
    }
    entry.lock_item = lock != NULL && text_equal_ignoring_case(lock, "true");
    errors[config->n_errors++] = entry;
    use->n_errors++;
}

void iis_section_child(struct iis_reader *reader, const char *name,
                       const char *const *attributes)
{
    struct iis_use *use = &reader->config->uses[reader->use];
    const struct iis_schema *schema = iis_schema_get(use->section);
    size_t child = iis_schema_child(schema, name);
    if (child == IIS_CHILDREN_MAX) {
        if (strcmp(name, "EncryptedData") != 0) {
            iis_section_fault(reader, use, IIS_HRESULT_INVALID,
                              iis_config_keep(reader->config,
                                              "<%.*s> cannot stand in <%s>",
                                              IIS_SHOWN_MAX, name, schema->name));
        }
        return;
    }
    use->children |= 1u << child;
    if (use->section == IIS_SECTION_HTTP_ERRORS) {
        read_error(reader, use, child, attributes);
    }
}
