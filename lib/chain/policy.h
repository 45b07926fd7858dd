/* SPDX-License-Identifier: MIT
 *
 * The settings of a judgement: what http.sys and Schannel let an administrator say, and
 * our own assumptions.
 */
#pragma once

#include "chain/verdict.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

/* Schannel's ClientAuthTrustMode; chain/issuers says what each means. */
enum trust_mode {
    TRUST_MODE_MACHINE,
    TRUST_MODE_EXCLUSIVE_ROOT,
    TRUST_MODE_EXCLUSIVE_CA,
};

/* Which extensions say what a certificate is good for. */
enum app_policies {
    APP_POLICIES_OVERRIDE, /* application policies, where it has them, in place of EKU
                            */
    APP_POLICIES_UNION,    /* a purpose that either of them lists */
    APP_POLICIES_IGNORE,   /* EKU alone, as every system but Windows */
};

/* The settings of http.sys and our own assumptions; names as in iis.md 3a. Initialize
 * with policy_default(), then apply the user's options. */
struct policy {
    bool usagecheck;                 /* netsh usagecheck, default enable */
    bool verifyclientcertrevocation; /* netsh, default enable */
    int64_t revocationfreshnesstime; /* seconds, 0 = until the CRL's next update */
    bool verifyrevocationwithcachedclientcertonly; /* netsh, default disable */
    /* CertDllCreateCertificateChainEngine's MinRsaPubKeyBitLength: RSA keys with fewer
     * bits are weak. Default 1024; 0 = none is. */
    uint32_t minrsapubkeybitlength;
    bool allow_md5;                  /* MD2 and MD5 are no weak hashes; default false */
    bool disableauthorityinfoaccess; /* no issuers from caIssuers; default false */
    int64_t urlretrievaltimeout;     /* ms for each URL; 0 = the system's default */
    bool has_sslctlstorename; /* netsh: a store of trusted issuers; default none */
    enum store_folder sslctlstorename;
    enum trust_mode clientauthtrustmode; /* the registry's, default 0 */
    enum precedence precedence;
    /* Assumptions: what Microsoft does not document (the U rows). true = refuse.
     */
    bool refuse_any_eku;               /* row 17, default false */
    bool refuse_no_digital_signature;  /* row 20, default false */
    bool refuse_ca_as_client;          /* row 22, default false */
    bool refuse_no_revocation_pointer; /* row 14, default false */
    bool refuse_sha1;                  /* row 30, default false */
    enum app_policies app_policies;    /* iis.md 11.1, default override */
    bool ca_time_is_nesting;           /* iis.md 11.6, default false */
    bool refuse_crl_without_number;    /* RFC 5280 5.2.3, default false */
    bool accept_crl_of_other_key;      /* RFC 5280 6.3.3 (f), default false */
    bool mapping_many_to_one_first;    /* mapping/mapping, default false */
    bool mapping_after_anonymous; /* Anonymous comes before a mapping, default false */
    bool mapping_no_match_is_401_1; /* row 36, default false */
    /* Quirks of Windows versions. */
    bool non_self_signed_root_breaks_all; /* row 5 (IIS 8+), default true */
    bool large_root_store_breaks_all;     /* row 32 (2012 only), default false */
};
struct policy policy_default(void);
