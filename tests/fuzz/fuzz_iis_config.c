/* SPDX-License-Identifier: MIT
 *
 * Any bytes as IIS's configuration: an applicationHost.config with its length in two
 * bytes before it, then a web.config in the same way, then another. All that is found
 * is asked for, at the site's root and at paths from the bytes themselves.
 */
#include "fuzz.h"

#include "iis/iis_config.h"

#include <stdio.h>
#include <string.h>

#define PATH_MAX_TRIED ((size_t)128)

static void look_at(const struct iis_config *config, const struct iis_site *site,
                    const char *path)
{
    size_t base_len = SIZE_MAX;
    const struct iis_settings *settings =
        iis_config_lookup(config, site, path, &base_len);
    assert(base_len <= strlen(path));
    assert((settings->fault.text == NULL) == (settings->fault.hresult == 0));
    for (int i = 0; i < IIS_SETTING_COUNT; i++) {
        struct buf text = BUF_EMPTY;
        bool ok = iis_setting_format(&text, (enum iis_setting)i, settings->values[i]);
        assert(ok && text.len > 0);
        assert((settings->origins[i].file == NULL) == (settings->origins[i].line == 0));
        buf_finish(&text);
    }
}

static void look_at_all(const struct iis_config *config, struct slice tail)
{
    char path[PATH_MAX_TRIED + 2] = "/";
    assert(iis_config_n_sites(config) > 0);
    tail = slice_part(tail, 0, PATH_MAX_TRIED);
    if (tail.len > 0) {
        memcpy(path + 1, tail.data, tail.len);
    }
    for (size_t i = 0; i < iis_config_n_sites(config); i++) {
        const struct iis_site *site = iis_config_site(config, i);
        struct slice name = slice_from_string(site->name);
        assert(iis_config_find_site(config, name) == site ||
               strlen(site->name) >= IIS_CONFIG_PATH_MAX);
        look_at(config, site, "/");
        look_at(config, site, path);
        for (size_t k = 0; k < site->n_folders; k++) {
            look_at(config, site, site->folders[k].url);
        }
        (void)iis_config_asks(config, site);
    }
    for (size_t i = 0; i < iis_config_n_notes(config); i++) {
        const struct iis_note *note = iis_config_note(config, i);
        assert(note->text[0] != 0 && note->at.file != NULL);
    }
    assert(iis_config_choose_site(config, "https", 443) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char *const names[] = { "applicationHost.config",
                                         "inetpub/wwwroot/web.config",
                                         "inetpub/wwwroot/app/web.config" };
    struct slice input = { data, len };
    struct iis_config *config = iis_config_create();
    struct err err = ERR_INIT;
    bool ok = true;

    assert(config != NULL);
    for (size_t i = 0; i < 3 && ok; i++) {
        struct slice part = fuzz_take_part(&input);
        ok = iis_config_add(config, names[i], NULL, part, &err) == 0;
    }
    if (ok && iis_config_settle(config, &err) == 0) {
        look_at_all(config, input);
    } else {
        assert(err.text[0] != 0);
    }
    iis_config_destroy(config);
    return 0;
}
