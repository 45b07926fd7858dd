/* SPDX-License-Identifier: MIT */
#include "mapping/mapping_read_internal.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static void on_begin(void *user, const char *name, const char **attributes)
{
    struct mapping_reader *reader = user;
    if (reader->xml.failed) {
        return;
    }
    if (reader->depth + 1 >= MAPPING_DEPTH_MAX) {
        MAPPING_FAIL(reader, "elements stand more than %zu deep", MAPPING_DEPTH_MAX);
        return;
    }
    enum mapping_place within = reader->places[reader->depth];
    reader->depth++;
    reader->places[reader->depth] =
        mapping_element_begin(reader, within, name, (const char *const *)attributes);
}

static void on_end(void *user, const char *name)
{
    struct mapping_reader *reader = user;
    (void)name;
    if (reader->xml.failed) {
        return;
    }
    if (reader->location_depth == reader->depth) {
        reader->location_depth = 0;
        reader->location[0] = 0;
        reader->is_below_site = false;
    }
    reader->depth--;
}

/* Another site's <anonymousAuthentication> does not count. */
static void settle_anonymous(const struct mapping_reader *reader)
{
    if (reader->anonymous_site[0] != 0 && reader->site[0] != 0 &&
        strcmp(reader->anonymous_site, reader->site) != 0) {
        reader->mapping->has_anonymous = false;
        reader->mapping->anonymous = true;
    }
}

/* What is written and does nothing, seen from the whole. */
static void note_idle(const struct mapping_reader *reader)
{
    const struct mapping *mapping = reader->mapping;
    if (!mapping->enabled && mapping->n_entries[0] + mapping->n_entries[1] > 0) {
        mapping_reader_note(
            reader, true,
            "there are mappings, but enabled=\"true\" is missing at <" MAPPING_SECTION
            ">, so they do nothing");
    }
}

static int parse(struct slice xml, const char *path, const char *only_site,
                 mapping_on_note_fn on_note, void *user, struct mapping **ret_mapping,
                 struct err *err)
{
    const char *base = strrchr(path, '/');
    struct mapping_reader reader = {
        .is_web_config =
            text_equal_ignoring_case(base != NULL ? base + 1 : path, "web.config"),
        .only_site = only_site,
        .on_note = on_note,
        .user = user,
    };
    const char *fault = NULL;
    int result = -1;

    if (xml.len > MAPPING_FILE_MAX) {
        return err_set(err, ERR_LIMIT, 0, "%s is larger than %zu bytes", path,
                       MAPPING_FILE_MAX);
    }
    reader.mapping = mapping_create();
    if (reader.mapping == NULL) {
        err_memory(err);
        goto out;
    }
    if (iis_xml_open(&reader.xml, path, on_begin, on_end, err) != 0) {
        goto out;
    }
    int read = iis_xml_parse(&reader.xml, xml, &fault);
    if (read != 0) {
        result = read < 0 ? -1 : iis_xml_malformed(&reader.xml, fault);
        goto out;
    }
    if (!reader.has_section) {
        err_set(err, ERR_CONFIG, 0, "%s has no <" MAPPING_SECTION ">", path);
        goto out;
    }
    settle_anonymous(&reader);
    note_idle(&reader);
    *ret_mapping = reader.mapping;
    reader.mapping = NULL;
    result = 0;
out:
    iis_xml_close(&reader.xml);
    mapping_destroy(reader.mapping);
    return result;
}

int mapping_parse(struct slice xml, const char *path, mapping_on_note_fn on_note,
                  void *user, struct mapping **ret_mapping, struct err *err)
{
    return parse(xml, path, NULL, on_note, user, ret_mapping, err);
}

int mapping_read(const char *path, mapping_on_note_fn on_note, void *user,
                 struct mapping **ret_mapping, struct err *err)
{
    return mapping_read_site(path, NULL, on_note, user, ret_mapping, err);
}

int mapping_read_site(const char *path, const char *site, mapping_on_note_fn on_note,
                      void *user, struct mapping **ret_mapping, struct err *err)
{
    struct buf text = BUF_EMPTY;
    int result = file_read_all(path, MAPPING_FILE_MAX, &text, err);
    if (result == 0) {
        result = parse(buf_slice(&text), path, site, on_note, user, ret_mapping, err);
    }
    buf_finish_secret(&text); /* it may hold passwords */
    return result;
}
