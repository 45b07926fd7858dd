/* SPDX-License-Identifier: MIT */
#include "site/exchange_input.h"

#include "base/text.h"
#include "site/site_iis.h"

bool exchange_is_local(const struct address *peer)
{
    return text_equal_ignoring_case(peer->ip, "::1") ||
           (peer->ip[0] == '1' && peer->ip[1] == '2' && peer->ip[2] == '7' &&
            peer->ip[3] == '.');
}

bool exchange_may_detail(const struct exchange_input *input)
{
    enum config_error_mode mode = input->config->error_mode;
    if (input->iis != NULL) {
        (void)site_iis_error_mode(input->iis, &mode);
    }
    switch (mode) {
    case CONFIG_ERRORS_DETAILED:
        return true;
    case CONFIG_ERRORS_CUSTOM:
        return false;
    case CONFIG_ERRORS_DETAILED_LOCAL_ONLY:
    default:
        return exchange_is_local(input->peer);
    }
}

size_t exchange_n_presented(const struct tls_info *tls)
{
    return tls != NULL && tls->possession_proved ? tls->n_chain : 0;
}
