/* SPDX-License-Identifier: MIT */
#include "tls/tls_info.h"

#include "tls/wire.h"

#include <string.h>

bool tls_info_is_1_3(const struct tls_info *info)
{
    return info->version != NULL && strcmp(info->version, "TLSv1.3") == 0;
}

bool tls_info_next_ca_name(struct slice *names, struct slice *ret_name)
{
    return wire_read_vector(names, 2, ret_name);
}
