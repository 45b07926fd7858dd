/* SPDX-License-Identifier: MIT */
#include "daemon/show_sslcert.h"

#include "base/text.h"
#include "net/address.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What IIS Manager puts into the bindings that it makes. */
#define APPLICATION_ID "{4dc3e181-e14b-4a21-b022-59fc669b0914}"
/* From this build on netsh shows the flags of HTTP_SERVICE_CONFIG_SSL_PARAM. */
#define BUILD_WITH_FLAGS 17763

static void add(struct buf *out, const char *label, const char *value)
{
    buf_printf(out, "    %-29s: %s\n", label, value);
}

static void add_switch(struct buf *out, const char *label, bool on)
{
    add(out, label, on ? "Enabled" : "Disabled");
}

static void add_number(struct buf *out, const char *label, int64_t number)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, number);
    add(out, label, text);
}

static void add_flag(struct buf *out, const char *label, bool set)
{
    add(out, label, set ? "Set" : "Not Set");
}

static void add_certificate(struct buf *out, const struct store_entry *entry)
{
    struct buf hex = BUF_EMPTY;
    if (entry != NULL) {
        text_append_hex(
            &hex, (struct slice){ entry->cert->sha1, sizeof entry->cert->sha1 }, 0);
    }
    add(out, "Certificate Hash", entry != NULL ? buf_string(&hex) : "(null)");
    add(out, "Application ID", APPLICATION_ID);
    add(out, "Certificate Store Name", "MY");
    buf_finish(&hex);
}

static void add_policy(struct buf *out, const struct config_listen *site)
{
    const struct policy *policy = &site->policy;
    const char *store =
        policy->has_sslctlstorename
            ? strchr(store_folder_path(policy->sslctlstorename), '/') + 1
            : "(null)";
    add_switch(out, "Verify Client Certificate Revocation",
               policy->verifyclientcertrevocation);
    add_switch(out, "Verify Revocation Using Cached Client Certificate Only",
               policy->verifyrevocationwithcachedclientcertonly);
    add_switch(out, "Usage Check", policy->usagecheck);
    add_number(out, "Revocation Freshness Time", policy->revocationfreshnesstime);
    add_number(out, "URL Retrieval Timeout", policy->urlretrievaltimeout);
    add(out, "Ctl Identifier", "(null)");
    add(out, "Ctl Store Name", store);
    add_switch(out, "DS Mapper Usage", false);
    add_switch(out, "Negotiate Client Certificate", !site->late);
}

static void add_flags(struct buf *out, const struct config *config,
                      const struct config_listen *site)
{
    add_switch(out, "Reject Connections", false);
    add_flag(out, "Disable HTTP2", true);
    add_flag(out, "Disable QUIC", true);
    add_flag(out, "Disable TLS1.2", site->tls_min == TLS_VERSION_1_3);
    add_flag(out, "Disable TLS1.3", site->tls_max == TLS_VERSION_1_2);
    add_flag(out, "Disable OCSP Stapling", config->disableocspstapling);
    add_flag(out, "Disable Legacy TLS Versions", true);
}

bool show_sslcert(struct buf *out, const struct config *config,
                  const struct store_entry *entry)
{
    buf_append_string(out,
                      "\nSSL Certificate bindings:\n-------------------------\n\n");
    for (size_t i = 0; i < config->n_listen; i++) {
        const struct config_listen *site = &config->listen[i];
        char text[ADDRESS_TEXT_LEN];
        struct sockaddr_storage copy = site->address;
        struct address address = address_from_sockaddr((struct sockaddr *)&copy);
        if (site->plain) {
            continue;
        }
        add(out, "IP:port", address_format(&address, text));
        add_certificate(out, entry);
        add_policy(out, site);
        if (config->windows->build >= BUILD_WITH_FLAGS) {
            add_flags(out, config, site);
        }
        buf_append_byte(out, '\n');
    }
    return buf_ok(out);
}
