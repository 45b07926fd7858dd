/* SPDX-License-Identifier: MIT */
#include "iis/iis_config_internal.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands where it may not: whatever reads there gets a 500.19. */
static void fault_here(struct iis_reader *reader, const char *text)
{
    struct iis_use *use = iis_section_use(reader, IIS_SECTION_COUNT);
    if (use != NULL) {
        iis_section_fault(reader, use, IIS_HRESULT_INVALID, text);
    }
}

/* ---- <location> */

/* ".", "" and none is the level of the file; '\' is '/', and neither ends a path. */
static bool read_location_path(struct iis_reader *reader, const char *path)
{
    size_t len = 0;
    if (path == NULL || strcmp(path, ".") == 0) {
        path = "";
    }
    while (*path == '/' || *path == '\\') {
        path++;
    }
    for (; path[len] != 0 && len < sizeof reader->location; len++) {
        reader->location[len] = path[len] == '\\' ? '/' : path[len];
    }
    if (len >= sizeof reader->location) {
        reader->location[0] = 0;
        return false;
    }
    while (len > 0 && reader->location[len - 1] == '/') {
        len--;
    }
    reader->location[len] = 0;
    return true;
}

static const char *read_mode(struct iis_reader *reader, const char *mode,
                             const char *allow)
{
    static const char *const modes[] = {
        [IIS_MODE_INHERIT] = "Inherit",
        [IIS_MODE_ALLOW] = "Allow",
        [IIS_MODE_DENY] = "Deny",
    };
    reader->mode = IIS_MODE_INHERIT;
    if (mode != NULL && allow != NULL) {
        return "a <location> has overrideMode or allowOverride, not both";
    }
    for (size_t i = 0; mode != NULL && i < ARRAY_LEN(modes); i++) {
        if (text_equal_ignoring_case(mode, modes[i])) {
            reader->mode = (enum iis_mode)i;
            return NULL;
        }
    }
    if (mode != NULL) {
        return "overrideMode is Allow, Deny or Inherit";
    }
    if (allow != NULL && text_equal_ignoring_case(allow, "true")) {
        reader->mode = IIS_MODE_ALLOW;
    } else if (allow != NULL && text_equal_ignoring_case(allow, "false")) {
        reader->mode = IIS_MODE_DENY;
    } else if (allow != NULL) {
        return "allowOverride is true or false";
    }
    return NULL;
}

static enum iis_place begin_location(struct iis_reader *reader,
                                     const char *const *attributes)
{
    const char *path = iis_xml_attribute(attributes, "path");
    const char *inherit = iis_xml_attribute(attributes, "inheritInChildApplications");
    if (reader->location_depth != 0) {
        fault_here(reader, "a <location> cannot stand in another");
        return IIS_PLACE_SKIPPED;
    }
    if (!read_location_path(reader, path)) {
        IIS_FAIL(reader, ERR_LIMIT, "the path is longer than %zu bytes",
                 IIS_CONFIG_PATH_MAX - 1);
        return IIS_PLACE_SKIPPED;
    }
    reader->location_depth = reader->depth;
    const char *fault = read_mode(reader, iis_xml_attribute(attributes, "overrideMode"),
                                  iis_xml_attribute(attributes, "allowOverride"));
    if (fault != NULL) {
        fault_here(reader, fault);
    }
    if (inherit != NULL && !text_equal_ignoring_case(inherit, "true")) {
        iis_config_tell(reader->config, true, reader->config->files[reader->file].name,
                        iis_xml_line(&reader->xml),
                        "inheritInChildApplications is not reproduced: what stands in "
                        "this <location> is inherited");
    }
    return IIS_PLACE_CONFIGURATION;
}

/* ---- <configSections> */

static enum iis_place begin_group(struct iis_reader *reader, const char *name)
{
    size_t len = strlen(reader->group);
    int more = snprintf(reader->group + len, sizeof reader->group - len, "%s%s",
                        len > 0 ? "/" : "", name);
    if (more < 0 || (size_t)more >= sizeof reader->group - len) {
        IIS_FAIL(reader, ERR_LIMIT,
                 "the name of a section group is longer than %zu bytes",
                 sizeof reader->group - 1);
    }
    return IIS_PLACE_SECTIONS;
}

static enum iis_definition read_definition(const char *text)
{
    if (text == NULL || text_equal_ignoring_case(text, "Everywhere")) {
        return IIS_DEFINITION_EVERYWHERE;
    }
    return text_equal_ignoring_case(text, "MachineToApplication")
               ? IIS_DEFINITION_APPLICATION
               : IIS_DEFINITION_SERVER;
}

/* A web.config can only add sections of its own, which nobody here reads. */
static void register_section(struct iis_reader *reader, const char *const *attributes)
{
    const struct iis_file *file = &reader->config->files[reader->file];
    const char *name = iis_xml_attribute(attributes, "name");
    const char *mode = iis_xml_attribute(attributes, "overrideModeDefault");
    enum iis_section section =
        name == NULL ? IIS_SECTION_COUNT : iis_schema_find(reader->group, name);
    if (section == IIS_SECTION_COUNT) {
        return;
    }
    struct iis_registration *known = &reader->config->sections[section];
    if (!file->is_server || known->mode != IIS_MODE_INHERIT) {
        struct iis_use *use = iis_section_use(reader, IIS_SECTION_COUNT);
        if (use != NULL) {
            iis_section_fault(reader, use, IIS_HRESULT_DUPLICATE,
                              iis_config_keep(reader->config,
                                              "there is a second <section> for %s",
                                              iis_schema_get(section)->path));
        }
        return;
    }
    known->mode = IIS_MODE_ALLOW; /* also if it does not say */
    if (mode != NULL && text_equal_ignoring_case(mode, "Deny")) {
        known->mode = IIS_MODE_DENY;
    } else if (mode != NULL && !text_equal_ignoring_case(mode, "Allow")) {
        fault_here(reader, "overrideModeDefault is Allow or Deny");
    }
    known->definition =
        read_definition(iis_xml_attribute(attributes, "allowDefinition"));
    known->at = (struct iis_origin){ file->name, iis_xml_line(&reader->xml) };
}

static enum iis_place begin_in_sections(struct iis_reader *reader, const char *name,
                                        const char *const *attributes)
{
    const char *group = iis_xml_attribute(attributes, "name");
    reader->config->has_sections |= reader->config->files[reader->file].is_server;
    if (strcmp(name, "sectionGroup") == 0 && group != NULL) {
        return begin_group(reader, group);
    }
    if (strcmp(name, "section") == 0) {
        register_section(reader, attributes);
    }
    return IIS_PLACE_SKIPPED;
}

/* ---- which element is what */

static enum iis_place begin_in_configuration(struct iis_reader *reader,
                                             const char *name,
                                             const char *const *attributes)
{
    if (strcmp(name, "location") == 0) {
        return begin_location(reader, attributes);
    }
    if (strcmp(name, "system.webServer") == 0) {
        begin_group(reader, name);
        return IIS_PLACE_GROUP;
    }
    if (reader->location_depth != 0) {
        return IIS_PLACE_SKIPPED;
    }
    if (strcmp(name, "configSections") == 0) {
        return IIS_PLACE_SECTIONS;
    }
    return strcmp(name, "system.applicationHost") == 0 ? IIS_PLACE_APPLICATION_HOST
                                                       : IIS_PLACE_SKIPPED;
}

static enum iis_place begin_in_group(struct iis_reader *reader, const char *name,
                                     const char *const *attributes)
{
    enum iis_section section = iis_schema_find(reader->group, name);
    if (section != IIS_SECTION_COUNT) {
        iis_section_begin(reader, section, attributes);
        return IIS_PLACE_SECTION;
    }
    if (strcmp(name, "location") == 0) {
        fault_here(reader, "<location> stands in <configuration> only");
        return IIS_PLACE_SKIPPED;
    }
    if (strcmp(name, "security") == 0 || strcmp(name, "authentication") == 0) {
        begin_group(reader, name);
        return IIS_PLACE_GROUP;
    }
    return IIS_PLACE_SKIPPED;
}

static enum iis_place begin_document(struct iis_reader *reader, const char *name,
                                     const char *const *attributes)
{
    if (strcmp(name, "configuration") == 0) {
        return IIS_PLACE_CONFIGURATION;
    }
    iis_config_tell(reader->config, true, reader->config->files[reader->file].name,
                    iis_xml_line(&reader->xml),
                    "<%.*s> stands alone; IIS reads it in <configuration> only. It is "
                    "read as if it did",
                    IIS_SHOWN_MAX, name);
    return begin_in_configuration(reader, name, attributes);
}

static enum iis_place begin(struct iis_reader *reader, enum iis_place within,
                            const char *name, const char *const *attributes)
{
    switch (within) {
    case IIS_PLACE_DOCUMENT:
        return begin_document(reader, name, attributes);
    case IIS_PLACE_CONFIGURATION:
        return begin_in_configuration(reader, name, attributes);
    case IIS_PLACE_SECTIONS:
        return begin_in_sections(reader, name, attributes);
    case IIS_PLACE_GROUP:
        return begin_in_group(reader, name, attributes);
    case IIS_PLACE_SECTION:
        iis_section_child(reader, name, attributes);
        return IIS_PLACE_SKIPPED;
    case IIS_PLACE_APPLICATION_HOST:
    case IIS_PLACE_SITES:
    case IIS_PLACE_SITE:
    case IIS_PLACE_BINDINGS:
    case IIS_PLACE_APPLICATION:
        return iis_sites_begin(reader, within, name, attributes);
    case IIS_PLACE_SKIPPED:
    default:
        return IIS_PLACE_SKIPPED;
    }
}

/* ---- expat */

static void on_begin(void *user, const char *name, const char **attributes)
{
    struct iis_reader *reader = user;
    if (reader->xml.failed) {
        return;
    }
    if (reader->depth + 1 >= IIS_CONFIG_DEPTH_MAX) {
        IIS_FAIL(reader, ERR_LIMIT, "elements stand more than %zu deep",
                 IIS_CONFIG_DEPTH_MAX);
        return;
    }
    enum iis_place within = reader->places[reader->depth];
    reader->depth++;
    reader->places[reader->depth] =
        begin(reader, within, name, (const char *const *)attributes);
}

/* Leaves "a/b" as "a". */
static void end_group(struct iis_reader *reader)
{
    char *slash = strrchr(reader->group, '/');
    if (slash != NULL) {
        *slash = 0;
    } else {
        reader->group[0] = 0;
    }
}

static void on_end(void *user, const char *name)
{
    struct iis_reader *reader = user;
    if (reader->xml.failed) {
        return;
    }
    enum iis_place ended = reader->places[reader->depth];
    if (ended == IIS_PLACE_GROUP ||
        (ended == IIS_PLACE_SECTIONS && strcmp(name, "sectionGroup") == 0)) {
        end_group(reader);
    }
    if (reader->location_depth == reader->depth) {
        reader->location_depth = 0;
        reader->location[0] = 0;
        reader->mode = IIS_MODE_INHERIT;
    }
    reader->depth--;
}

/* A web.config that is no XML is IIS's 500.19 for all that lies below it; without an
 * applicationHost.config IIS does not start. */
static int parse(struct iis_reader *reader, struct slice xml)
{
    const char *fault = NULL;
    int result = iis_xml_parse(&reader->xml, xml, &fault);
    if (result <= 0) {
        return result;
    }
    if (reader->config->files[reader->file].is_server) {
        return iis_xml_malformed(&reader->xml, fault);
    }
    reader->location[0] = 0;
    fault_here(reader,
               iis_config_keep(reader->config, "the file is no XML: %s", fault));
    return reader->xml.failed ? -1 : 0;
}

static int read_file(struct iis_config *config, size_t file, struct slice xml,
                     struct err *err)
{
    struct iis_reader reader = { .config = config, .file = file };
    reader.places[0] = IIS_PLACE_DOCUMENT;
    if (iis_xml_open(&reader.xml, config->files[file].name, on_begin, on_end, err) !=
        0) {
        return -1;
    }
    int result = parse(&reader, xml);
    iis_xml_close(&reader.xml);
    return result == 0 && config->no_memory ? err_memory(err) : result;
}

/* On Windows' paths, too. */
static bool is_web_config(const char *name)
{
    size_t base = strlen(name);
    while (base > 0 && name[base - 1] != '/' && name[base - 1] != '\\') {
        base--;
    }
    return text_equal_ignoring_case(name + base, "web.config");
}

int iis_config_add(struct iis_config *config, const char *name, const char *url,
                   struct slice xml, struct err *err)
{
    bool is_server = url == NULL && !is_web_config(name);
    if (xml.len > IIS_CONFIG_FILE_MAX) {
        return err_set(err, ERR_LIMIT, 0, "%s is larger than %zu bytes", name,
                       IIS_CONFIG_FILE_MAX);
    }
    if (config->n_files == IIS_CONFIG_FILES_MAX) {
        return err_set(err, ERR_LIMIT, 0, "there are more than %zu files",
                       IIS_CONFIG_FILES_MAX);
    }
    if (is_server && config->has_server_file) {
        return err_set(err, ERR_CONFIG, 0,
                       "%s is the second file that is no web.config; there is one "
                       "applicationHost.config. Say what it stands for: /PATH=%s",
                       name, name);
    }
    /* All at once: their names are borrowed. */
    if (config->files == NULL) {
        config->files = mem_alloc(IIS_CONFIG_FILES_MAX, sizeof *config->files);
    }
    struct iis_file file = { .is_server = is_server };
    file.name = mem_copy_string(name, strlen(name));
    file.url = url != NULL ? mem_copy_string(url, strlen(url)) : NULL;
    if (config->files == NULL || file.name == NULL ||
        (url != NULL && file.url == NULL)) {
        free(file.name);
        free(file.url);
        return err_memory(err);
    }
    config->files[config->n_files] = file;
    config->has_server_file |= is_server;
    return read_file(config, config->n_files++, xml, err);
}
