/* SPDX-License-Identifier: MIT */

#include "config/config_internal.h"
#include "like/like.h"

#include <stdio.h>
#include <string.h>

static void apply(struct config *config, struct like *like,
                  const struct like_settings *settings)
{
    for (size_t i = 0; i < settings->n; i++) {
        const struct like_setting *setting = &settings->all[i];
        const struct args_option *option = config_options_find(setting->option);
        struct err problem = ERR_INIT;
        if (option == NULL) {
            like_refuse(like, setting, "certgated has no such option");
        } else if (option->set(config, setting->value, &problem) != 0) {
            like_refuse(like, setting, problem.text);
        }
    }
}

void config_like_apply(struct config *config, struct like *like, size_t binding)
{
    apply(config, like, &like->settings);
    if (binding < like->n_bindings) {
        apply(config, like, &like->bindings[binding].settings);
    }
}

int config_like_add_sites(struct config *config, struct err *err)
{
    static const char *const roles[] = { "8440,desk,pki", "8441,control" };
    const struct like *like = config->like_read;
    size_t n = like->n_bindings > 0 ? like->n_bindings : 1;
    for (size_t i = 0; i < n; i++) {
        char port[sizeof "65535"];
        snprintf(port, sizeof port, "%u",
                 like->n_bindings > 0 ? (unsigned)like->bindings[i].local_port : 8443u);
        if (config_options_listen(config, port, err) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        size_t first = config->n_listen;
        if (config_options_listen(config, roles[i], err) != 0) {
            return -1;
        }
        for (size_t j = first; j < config->n_listen; j++) {
            config->listen[j].may_be_taken = true;
        }
    }
    return 0;
}

void config_like_settle(struct config *config, const struct config_part *parts,
                        size_t n_parts)
{
    const struct like *like = config->like_read;
    size_t n_sites = 0;
    for (size_t i = 0; i < config->n_listen; i++) {
        struct config_listen *listen = &config->listen[i];
        if (listen->roles != 0 || listen->plain) {
            continue;
        }
        n_sites += listen->is_optional ? 0 : 1; /* ::1 is the site before it */
        size_t binding = n_sites <= n_parts ? n_sites - 1 : n_parts - 1;
        listen->part = &parts[binding];
        if (binding < like->n_bindings) {
            listen->plays = like->bindings[binding].address;
            listen->plays_port = like->bindings[binding].port;
        }
    }
}

const uint32_t *config_event_logging(const struct config *config)
{
    const struct like *like = config->like_read;
    return like != NULL && like->has_logging ? &like->logging : NULL;
}
