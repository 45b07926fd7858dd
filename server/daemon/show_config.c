/* SPDX-License-Identifier: MIT */
#include "daemon/show_config.h"

#include "base/text.h"
#include "config/config_path.h"
#include "daemon/material_iis.h"
#include "pages/values.h"
#include "site/site_iis.h"

#include "describe/json_value.h"

#include <jansson.h>

#include <stdio.h>
#include <string.h>

/* One setting as it is in the end. */
struct row {
    const char *section;
    const char *attribute;
    struct buf value;
    struct iis_origin at;
    const char *option; /* of the command line, which counts more; NULL = none */
};

struct report {
    const struct config *config;
    const struct iis_config *iis;
    const struct iis_site *site;
    const char *path;
    const struct iis_settings *settings;
    const struct config_path *by_path; /* --path */
};

static bool has_option(const struct report *report, enum iis_setting setting,
                       struct row *row)
{
    const struct config *config = report->config;
    const struct config_path *path = report->by_path;
    if (setting == IIS_SETTING_SSL_FLAGS && path != NULL && path->says.has_flags) {
        const struct config_listen *says = &path->says;
        row->option = "--path";
        buf_printf(&row->value, "%s%s%s", ssl_flags_name(says->flags),
                   says->ssl ? ", Ssl" : "", says->ssl128 ? ", Ssl128" : "");
    } else if (setting == IIS_SETTING_READ_AHEAD && path != NULL &&
               path->says.upload_read_ahead != 0) {
        row->option = "--path";
        buf_printf(&row->value, "%lu", (unsigned long)path->says.upload_read_ahead);
    } else if (setting == IIS_SETTING_ERROR_MODE && row->at.file == NULL &&
               config->error_mode != CONFIG_ERRORS_DETAILED_LOCAL_ONLY) {
        row->option = "--errormode";
        buf_append_string(&row->value, config_error_mode_name(config->error_mode));
    } else if (setting == IIS_SETTING_ANONYMOUS &&
               config->anonymous != CONFIG_ANONYMOUS_BY_FILE) {
        row->option = "--anonymous";
        buf_append_string(&row->value, config->anonymous == CONFIG_ANONYMOUS_ENABLE
                                           ? "true"
                                           : "false");
    }
    return row->option != NULL;
}

static struct row make_row(const struct report *report, enum iis_setting setting)
{
    const struct iis_settings *settings = report->settings;
    struct row row = {
        .section = iis_setting_section(setting),
        .attribute = iis_setting_attribute(setting),
        .value = BUF_EMPTY,
        .at = settings->origins[setting],
    };
    if (has_option(report, setting, &row)) {
        row.at = (struct iis_origin){ NULL, 0 };
    } else {
        iis_setting_format(&row.value, setting, settings->values[setting]);
    }
    return row;
}

/* ---- text */

static void append_escaped(struct buf *out, const char *text)
{
    text_escape_terminal(out, slice_from_string(text));
}

static void append_origin(struct buf *out, struct iis_origin at)
{
    append_escaped(out, at.file);
    if (at.line > 0) {
        buf_printf(out, ", line %lu", at.line);
    }
}

static void append_row(struct buf *out, const struct report *report,
                       enum iis_setting setting)
{
    struct row row = make_row(report, setting);
    buf_printf(out, "  %s %s: ", row.section, row.attribute);
    append_escaped(out, buf_string(&row.value));
    if (row.option != NULL) {
        buf_printf(out, " (%s)\n", row.option);
    } else if (row.at.file != NULL) {
        buf_append_string(out, " (");
        append_origin(out, row.at);
        buf_append_string(out, ")\n");
    } else {
        buf_append_string(out, " (default)\n");
    }
    out->failed = out->failed || row.value.failed;
    buf_finish(&row.value);
}

static bool append_text(struct buf *out, const struct report *report)
{
    const struct iis_fault *fault = &report->settings->fault;
    append_escaped(out, report->site->name);
    append_escaped(out, report->path);
    buf_append_byte(out, '\n');
    if (fault->text != NULL) {
        buf_printf(out, "  500.19 with 0x%08lX: ", (unsigned long)fault->hresult);
        append_escaped(out, fault->text);
        buf_append_string(out, " (");
        append_origin(out, fault->at);
        buf_append_string(out, ")\n");
    }
    for (int i = 0; i < IIS_SETTING_COUNT && fault->text == NULL; i++) {
        append_row(out, report, (enum iis_setting)i);
    }
    for (size_t i = 0; i < iis_config_n_notes(report->iis); i++) {
        const struct iis_note *note = iis_config_note(report->iis, i);
        buf_printf(out, "%s: ", note->is_trap ? "trap" : "note");
        append_origin(out, note->at);
        buf_append_string(out, ": ");
        append_escaped(out, note->text);
        buf_append_byte(out, '\n');
    }
    return buf_ok(out);
}

/* ---- JSON */

static void put_origin(struct values *v, struct iis_origin at)
{
    if (at.file == NULL) {
        values_put(v, "file", json_null());
        values_put(v, "line", json_null());
    } else {
        values_text(v, "file", at.file);
        values_number(v, "line", (int64_t)at.line);
    }
}

static json_t *row_json(const struct report *report, enum iis_setting setting)
{
    struct row row = make_row(report, setting);
    struct values v;
    values_init(&v);
    values_text(&v, "section", row.section);
    values_text(&v, "attribute", row.attribute);
    values_put(&v, "value", json_value_buf(&row.value));
    put_origin(&v, row.at);
    if (row.option != NULL) {
        values_text(&v, "option", row.option);
    }
    return values_take(&v);
}

static json_t *fault_json(const struct iis_fault *fault)
{
    struct values v;
    if (fault->text == NULL) {
        return json_null();
    }
    values_init(&v);
    values_text(&v, "code", "500.19");
    values_put(&v, "hresult", json_value_code(fault->hresult));
    values_text(&v, "text", fault->text);
    put_origin(&v, fault->at);
    return values_take(&v);
}

static json_t *notes_json(const struct iis_config *iis)
{
    struct values list = values_list();
    for (size_t i = 0; i < iis_config_n_notes(iis); i++) {
        const struct iis_note *note = iis_config_note(iis, i);
        struct values v;
        values_init(&v);
        values_flag(&v, "trap", note->is_trap);
        values_text(&v, "text", note->text);
        put_origin(&v, note->at);
        values_add(&list, values_take(&v));
    }
    return values_take(&list);
}

static bool append_json(struct buf *out, const struct report *report)
{
    const struct iis_fault *fault = &report->settings->fault;
    struct values list = values_list();
    struct values v;
    for (int i = 0; i < IIS_SETTING_COUNT && fault->text == NULL; i++) {
        values_add(&list, row_json(report, (enum iis_setting)i));
    }
    values_init(&v);
    values_text(&v, "site", report->site->name);
    values_text(&v, "path", report->path);
    values_put(&v, "fault", fault_json(fault));
    values_put(&v, "settings", values_take(&list));
    values_put(&v, "notes", notes_json(report->iis));
    json_t *all = values_take(&v);
    bool ok = all != NULL && json_value_dump(all, JSON_INDENT(2), out) &&
              buf_append_byte(out, '\n');
    json_decref(all);
    return ok;
}

/* ---- the whole */

/* "/path" of the first site, or "SITE/path". */
static int find_site(struct report *report, const char *asked, struct err *err)
{
    size_t len = strcspn(asked, "/");
    struct slice name = { (const uint8_t *)asked, len };
    report->path = asked[len] == 0 ? "/" : asked + len;
    report->site = len > 0 ? iis_config_find_site(report->iis, name)
                           : iis_config_choose_site(report->iis, "https", 0);
    return report->site != NULL
               ? 0
               : err_set(err, ERR_CONFIG, 0,
                         "--show config: the files have no site '%.*s'; a path of the "
                         "first one begins with '/'",
                         (int)len, asked);
}

int show_config(struct buf *out, const struct config *config, struct err *err)
{
    struct iis_config *iis = NULL;
    struct report report = { .config = config };
    int result = -1;
    if (material_iis_read(config, &iis, err) != 0) {
        return -1;
    }
    report.iis = iis;
    if (find_site(&report, config->show_path, err) == 0) {
        report.settings = iis_config_lookup(iis, report.site, report.path, NULL);
        report.by_path = config_path_find(config, 0, report.path);
        result = (config->json ? append_json(out, &report) : append_text(out, &report))
                     ? 0
                     : err_memory(err);
    }
    iis_config_destroy(iis);
    return result;
}
