/* SPDX-License-Identifier: MIT */
#include "daemon/material.h"

#include "config/config_path.h"

#include "base/mem.h"
#include "chain/issuers.h"
#include "chain/windows_tls.h"
#include "daemon/accounts.h"
#include "daemon/material_iis.h"
#include "forge/forge_staple.h"
#include "iis/iis_config.h"
#include "mapping/mapping_read.h"
#include "net/address.h"
#include "site/site_host.h"
#include "store/store_damage.h"
#include "store/store_load.h"

#include <stdio.h>
#include <stdlib.h>

#define CHAIN_SENT_MAX ((size_t)16)
#define LABEL_LEN      (ADDRESS_TEXT_LEN + 24)

/* Schannel logs its event 36885 when the list is too long, and cuts it. */
static void note_left_out(const struct material_options *options,
                          const struct issuers_list *list)
{
    char text[ERR_TEXT_MAX];
    if (list->n_left_out > 0) {
        snprintf(
            text, sizeof text,
            "Schannel event 36885: the list of trusted issuers is over 16 KB, so "
            "%zu of %zu names are left out, and clients of these CAs offer no "
            "certificate (403.7). Remove roots that are not needed, name a smaller "
            "store with --sslctlstorename, or send no list.",
            list->n_left_out, list->n_left_out + list->n);
        options->on_note(options->note_user, true, text);
    }
    if (list->is_broken) {
        options->on_note(
            options->note_user, true,
            "The list of trusted issuers lacks the roots, for one "
            "certificate in LocalMachine\\Root is not self-signed: browsers "
            "offer nothing and get 403.7 (Microsoft KB 2802568).");
    }
}

static uint16_t port_of(const struct config_listen *site)
{
    struct sockaddr_storage copy = site->address;
    return (uint16_t)address_from_sockaddr((struct sockaddr *)&copy).port;
}

static bool asks_by_file(const struct material_asking *asking)
{
    const struct iis_site *site =
        asking->material->iis_sites[asking->site - asking->config->listen];
    return site != NULL && iis_config_asks(asking->material->iis, site);
}

static bool asks_by_name(void *user, const char *server_name)
{
    const struct material_asking *asking = user;
    struct site_view view;
    site_view_init(&view, asking->site, asking->cases, server_name);
    return !view.listen.late &&
           (view.listen.flags != SSL_FLAGS_IGNORE ||
            (!view.is_named && view.listen.roles == 0 &&
             (config_path_asks(asking->config, port_of(asking->site)) ||
              asks_by_file(asking))));
}

/* Others have the TLS library's own list, and staple nothing. */
static bool plays_iis(const struct config_listen *site)
{
    return site->roles == 0 && site->dialect == CONFIG_DIALECT_IIS;
}

/* Windows' list, as far as the TLS library has it. */
static void list_suites(const struct config *config, const char **ret_names)
{
    const char *names[WINDOWS_TLS_SUITES_MAX + 1];
    size_t n = 0;

    windows_tls_suites(config->windows, names);
    for (size_t i = 0; names[i] != NULL; i++) {
        if (tls_cipher_find(names[i]) != 0) {
            ret_names[n++] = names[i];
        }
    }
    ret_names[n] = NULL;
}

static void speak_as_schannel(const struct config *config,
                              const struct material *material, const char **suites,
                              struct tls_server_options *tls)
{
    list_suites(config, suites);
    tls->ciphers = suites;
    tls->groups = windows_tls_groups(config->windows);
    tls->staple = buf_slice(&material->staple);
}

/* Where the server's certificate is. */
static const struct store *own_store(const struct material *material)
{
    return material->own.dir != NULL ? &material->own : &material->store;
}

static int create_config(const struct material_options *options,
                         struct material *material, size_t index,
                         const struct issuers_list *list, struct err *err)
{
    const struct config *config = options->config;
    const struct config_listen *site = &config->listen[index];
    const struct certificate *chain[CHAIN_SENT_MAX];
    const char *suites[WINDOWS_TLS_SUITES_MAX + 1];
    char address_text[ADDRESS_TEXT_LEN];
    char label[LABEL_LEN];
    struct sockaddr_storage copy = site->address;
    struct address address = address_from_sockaddr((struct sockaddr *)&copy);

    material->asking[index] =
        (struct material_asking){ config, site, options->cases, &material->lent };
    /* Two sites may both be 127.0.0.1:0, hence the number. */
    snprintf(label, sizeof label, "%zu %s", index,
             address_format(&address, address_text));
    struct tls_server_options tls = {
        .listener = label,
        .chain = chain,
        .n_chain = store_server_chain(own_store(material), material->entry, chain,
                                      CHAIN_SENT_MAX),
        .key = material->entry->key,
        .min_version = site->tls_min,
        .max_version = site->tls_max,
        .allow_null_cipher = config->null_ciphers,
        .ask_certificate = asks_by_name(&material->asking[index], NULL),
        .asks = asks_by_name,
        .asks_user = &material->asking[index],
        .ca_names = list->names,
        .n_ca_names = list->n,
        .resumption = config->servercachetime_ms > 0 ? options->resumption : NULL,
        .no_tickets = !config->enablesessionticket,
        .no_session_ids = config->disablesessionid,
        .on_key_log = options->on_key_log,
        .key_log_user = options->key_log_user,
    };
    if (plays_iis(site)) {
        speak_as_schannel(config, material, suites, &tls);
    }
    if (config->ciphers[0] != NULL) {
        tls.ciphers = config->ciphers;
    }
    return tls_server_config_create(&tls, &material->lent.configs[index], err);
}

static int create_configs(const struct material_options *options,
                          struct material *material, struct err *err)
{
    const struct config *config = options->config;
    bool noted = false;
    int result = 0;

    for (size_t i = 0; i < config->n_listen && result == 0; i++) {
        const struct config_listen *site = &config->listen[i];
        struct issuers_list list = { .notice = BUF_EMPTY };
        if (site->plain) {
            continue;
        }
        if (config->send_trusted_issuer_list) {
            result = issuers_list_init(&list, &material->store, &site->policy,
                                       TLS_CA_NAMES_MAX, err);
        }
        if (result == 0 && !noted && (list.n_left_out > 0 || list.is_broken)) {
            note_left_out(options, &list);
            noted = true;
        }
        if (result == 0) {
            result = create_config(options, material, i, &list, err);
        }
        issuers_list_finish(&list);
    }
    return result;
}

/* The CA that issued it answers for it; of another's certificate there is no word. */
static int make_staple(const struct material_options *options,
                       struct material *material, struct err *err)
{
    const struct certificate *chain[CHAIN_SENT_MAX];
    size_t n =
        store_server_chain(own_store(material), material->entry, chain, CHAIN_SENT_MAX);

    if (options->world == NULL || options->config->disableocspstapling || n < 2 ||
        !tls_can_staple()) {
        return 0;
    }
    return forge_staple(options->world, chain[0], chain[1], options->now,
                        &material->staple, err);
}

static bool needs_tls(const struct config *config)
{
    for (size_t i = 0; i < config->n_listen; i++) {
        if (!config->listen[i].plain) {
            return true;
        }
    }
    return false;
}

static void on_mapping_note(void *user, bool is_trap, const char *text)
{
    const struct material_options *options = user;
    options->on_note(options->note_user, is_trap, text);
}

static int load_iis(const struct material_options *options, struct material *material,
                    struct err *err)
{
    if (options->config->n_iis == 0) {
        return 0;
    }
    if (material_iis_read(options->config, &material->iis, err) != 0) {
        return -1;
    }
    material_iis_lend(options->config, material->iis, &material->lent);
    material_iis_tell(material->iis, options->on_note, options->note_user);
    return 0;
}

/* Of a file of --iis: what is not reproduced of it is told, and no error. */
static int load_mapping_by_file(struct material_options *options,
                                struct material *material, struct err *err)
{
    const struct iis_site *site = iis_config_choose_site(material->iis, "https", 0);
    const struct iis_settings *settings =
        iis_config_lookup(material->iis, site, "/", NULL);
    const char *file = settings->origins[IIS_SETTING_CERT_MAPPING].file;
    struct err trouble = ERR_INIT;
    if (file == NULL || mapping_read_site(file, site->name, on_mapping_note, options,
                                          &material->mapping, &trouble) == 0) {
        return 0;
    }
    if (trouble.domain == ERR_MEMORY) {
        *err = trouble;
        return -1;
    }
    err_wrap(&trouble, "the mappings are left out");
    options->on_note(options->note_user, true, trouble.text);
    return 0;
}

static int load_mapping(const struct material_options *options,
                        struct material *material, struct err *err)
{
    const struct config *config = options->config;
    struct material_options copy = *options;
    if (config->mapping[0] != 0) {
        if (mapping_read(config->mapping, on_mapping_note, &copy, &material->mapping,
                         err) != 0) {
            return err_wrap(err, "--mapping");
        }
    } else if (material->iis != NULL &&
               load_mapping_by_file(&copy, material, err) != 0) {
        return -1;
    }
    if (config->accounts[0] == 0) {
        return 0;
    }
    if (material->mapping == NULL) {
        return err_set(err, ERR_CONFIG, 0,
                       "--accounts is for the accounts of --mapping, which is "
                       "not given");
    }
    return accounts_read(config->accounts, material->mapping, err) != 0
               ? err_wrap(err, "--accounts")
               : 0;
}

/* With --like, clients are judged by that folder's stores, and of the other one nothing
 * counts but the server's own certificate. */
static int load_stores(const struct material_options *options,
                       struct material *material, struct err *err)
{
    const struct config *config = options->config;
    bool is_like = config->like_read != NULL;
    if ((is_like &&
         store_load(&material->own, config->store, options->now, err) != 0) ||
        store_load(&material->store, is_like ? config->like : config->store,
                   options->now, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < material->store.n_notes; i++) {
        options->on_note(options->note_user, material->store.notes[i].is_trap,
                         material->store.notes[i].text);
    }
    if (config->ignore_damaged_store) {
        material->store.n_damaged = 0;
        return 0;
    }
    return store_damage_check(&material->store, options->previous, err);
}

int material_read(const struct material_options *options,
                  struct material **ret_material, struct err *err)
{
    struct material *material = mem_alloc(1, sizeof *material);

    if (material == NULL) {
        return err_memory(err);
    }
    if (load_stores(options, material, err) != 0) {
        goto fail;
    }
    if (load_iis(options, material, err) != 0 ||
        load_mapping(options, material, err) != 0) {
        goto fail;
    }
    material->lent.store = &material->store;
    material->lent.mapping = material->mapping;
    material->made_at = options->now;
    *ret_material = material;
    return 0;
fail:
    material_destroy(material);
    return -1;
}

int material_equip(const struct material_options *options, struct material *material,
                   struct err *err)
{
    const struct config *config = options->config;
    const struct store_server_query query = {
        .certhash = config->certhash[0] != 0 ? config->certhash : NULL,
        .host = config->host[0] != 0 ? config->host : NULL,
        .now = options->now,
    };
    if (!needs_tls(config)) {
        return 0;
    }
    if (store_find_server(own_store(material), &query, &material->entry, err) != 0) {
        return -1;
    }
    material->lent.own = material->entry->cert;
    return make_staple(options, material, err) != 0 ||
                   create_configs(options, material, err) != 0
               ? -1
               : 0;
}

void material_destroy(struct material *material)
{
    if (material == NULL) {
        return;
    }
    /* The configurations borrow the key from the store. */
    for (size_t i = 0; i < CONFIG_LISTEN_MAX; i++) {
        tls_server_config_destroy(material->lent.configs[i]);
    }
    mapping_destroy(material->mapping);
    iis_config_destroy(material->iis);
    store_finish(&material->store);
    buf_finish(&material->staple);
    store_finish(&material->own);
    free(material);
}
