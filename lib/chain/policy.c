/* SPDX-License-Identifier: MIT */
#include "chain/policy.h"

struct policy policy_default(void)
{
    return (struct policy){
        .usagecheck = true,
        .verifyclientcertrevocation = true,
        .minrsapubkeybitlength = 1024, /* Microsoft KB 2661254 */
        .non_self_signed_root_breaks_all = true,
    };
}
