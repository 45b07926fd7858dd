/* SPDX-License-Identifier: MIT */
#include "site/site_iis.h"

static bool has(const struct iis_settings *settings, uint32_t flag)
{
    return (settings->values[IIS_SETTING_SSL_FLAGS] & flag) != 0;
}

static bool is_said(const struct iis_settings *settings, enum iis_setting setting)
{
    return settings->origins[setting].file != NULL;
}

void site_iis_apply(const struct iis_settings *settings, struct config_listen *site)
{
    bool requires = has(settings, IIS_SSL_REQUIRE_CERT);
    bool negotiates = has(settings, IIS_SSL_NEGOTIATE_CERT);

    site->flags = requires     ? SSL_FLAGS_REQUIRE
                  : negotiates ? SSL_FLAGS_ACCEPT
                               : SSL_FLAGS_IGNORE;
    site->never_asks = requires && !negotiates;
    site->ssl128 = has(settings, IIS_SSL_128);
    site->ssl = has(settings, IIS_SSL) || site->ssl128 || requires;
    site->map_cert = has(settings, IIS_SSL_MAP_CERT);
    if (is_said(settings, IIS_SETTING_READ_AHEAD)) {
        site->upload_read_ahead = settings->values[IIS_SETTING_READ_AHEAD];
    }
    if (settings->fault.text != NULL) {
        site->flags = SSL_FLAGS_IGNORE;
    }
}

enum verdict site_iis_verdict(const struct iis_settings *settings)
{
    if (settings->fault.text == NULL) {
        return VERDICT_OK;
    }
    switch (settings->fault.hresult) {
    case IIS_HRESULT_LOCKED:
        return VERDICT_CONFIG_LOCKED;
    case IIS_HRESULT_DUPLICATE:
        return VERDICT_CONFIG_DUPLICATE;
    default:
        return VERDICT_CONFIG_INVALID;
    }
}

bool site_iis_error_mode(const struct iis_settings *settings,
                         enum config_error_mode *ret_mode)
{
    static const enum config_error_mode modes[] = {
        [IIS_ERRORS_DETAILED_LOCAL_ONLY] = CONFIG_ERRORS_DETAILED_LOCAL_ONLY,
        [IIS_ERRORS_CUSTOM] = CONFIG_ERRORS_CUSTOM,
        [IIS_ERRORS_DETAILED] = CONFIG_ERRORS_DETAILED,
    };
    if (!is_said(settings, IIS_SETTING_ERROR_MODE)) {
        return false;
    }
    *ret_mode = modes[settings->values[IIS_SETTING_ERROR_MODE]];
    return true;
}

bool site_iis_anonymous(const struct iis_settings *settings, bool *ret_on)
{
    if (!is_said(settings, IIS_SETTING_ANONYMOUS)) {
        return false;
    }
    *ret_on = settings->values[IIS_SETTING_ANONYMOUS] != 0;
    return true;
}
