/* SPDX-License-Identifier: MIT */
#include "daemon/material_iis.h"

#include "base/file.h"
#include "base/text.h"
#include "iis/iis_config.h"
#include "net/address.h"

#include <stdio.h>
#include <string.h>

/* "Default Web Site/app=FILE", "/app=FILE", "FILE", which may have a '=' in it. */
static int add_file(struct iis_config *iis, const char *value, struct err *err)
{
    char url[CONFIG_TEXT_MAX];
    struct buf text = BUF_EMPTY;
    const char *equals = file_kind(value) == FILE_REGULAR ? NULL : strchr(value, '=');
    const char *name = equals != NULL ? equals + 1 : value;
    if (equals != NULL) {
        (void)snprintf(url, sizeof url, "%.*s", (int)(equals - value), value);
    }
    int result = file_read_all(name, IIS_CONFIG_FILE_MAX, &text, err);
    if (result == 0) {
        result = iis_config_add(iis, name, equals != NULL ? url : NULL,
                                buf_slice(&text), err);
    }
    buf_finish_secret(&text); /* it may hold passwords */
    return result;
}

int material_iis_read(const struct config *config, struct iis_config **ret_iis,
                      struct err *err)
{
    struct iis_config *iis = iis_config_create();
    int result = iis == NULL ? err_memory(err) : 0;
    for (size_t i = 0; i < config->n_iis && result == 0; i++) {
        result = add_file(iis, config->iis[i], err);
    }
    if (result == 0) {
        result = iis_config_settle(iis, err);
    }
    if (result != 0) {
        iis_config_destroy(iis);
        return err_wrap(err, "--iis");
    }
    *ret_iis = iis;
    return 0;
}

void material_iis_tell(const struct iis_config *iis, material_iis_on_note_fn on_note,
                       void *user)
{
    for (size_t i = 0; i < iis_config_n_notes(iis); i++) {
        const struct iis_note *note = iis_config_note(iis, i);
        struct buf text = BUF_EMPTY;
        buf_append_string(&text, note->at.file);
        if (note->at.line > 0) {
            buf_printf(&text, ", line %lu", note->at.line);
        }
        buf_printf(&text, ": %s", note->text);
        on_note(user, note->is_trap, buf_string(&text));
        buf_finish(&text);
    }
}

void material_iis_lend(const struct config *config, const struct iis_config *iis,
                       struct connection_material *lent)
{
    lent->iis = iis;
    for (size_t i = 0; i < config->n_listen; i++) {
        const struct config_listen *listen = &config->listen[i];
        struct sockaddr_storage copy = listen->address;
        struct address address = address_from_sockaddr((struct sockaddr *)&copy);
        uint16_t port =
            listen->plays_port != 0 ? listen->plays_port : (uint16_t)address.port;
        if (config_listen_is_by_file(config, listen)) {
            lent->iis_sites[i] =
                iis_config_choose_site(iis, listen->plain ? "http" : "https", port);
        }
    }
}
