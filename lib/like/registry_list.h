/* SPDX-License-Identifier: MIT
 *
 * Values of the registry that decide about client certificates (iis.md 3a, 3c, 11.11).
 *
 * X(area, subkey, name, option, what is done)
 *   area    the key that the subkey is below: registry_areas in like_registry.c
 *   option  of certgated; "" = none takes it
 *   done    NUMBER: the option takes the number; FLAG: enable or disable by it, as
 * INVERSE the other way round; SET: enable, else nothing is said; LEFT: it is noted, as
 *           not reproduced, unless it is 0; NOTHING: it has nothing to do with client
 *           certificates; LOGGING: Schannel's EventLogging
 */
#pragma once

/* clang-format off */
#define REGISTRY_VALUES(X)                                                                       \
    X(SCHANNEL, "", "ClientAuthTrustMode", "clientauthtrustmode", NUMBER)                        \
    X(SCHANNEL, "", "SendTrustedIssuerList", "send-trusted-issuer-list", FLAG)                   \
    X(SCHANNEL, "", "ServerCacheTime", "servercachetime", NUMBER)                                \
    X(SCHANNEL, "", "EventLogging", "", LOGGING)                                                 \
    X(SCHANNEL, "", "CertificateMappingMethods", "", LEFT)                                       \
    X(SCHANNEL, "", "ClientCacheTime", "", NOTHING)                                              \
    X(SCHANNEL, "", "MaximumCacheSize", "", NOTHING)                                             \
    X(SCHANNEL, "Protocols\\TLS 1.2\\Server", "Enabled", "disabletls12", INVERSE)                \
    X(SCHANNEL, "Protocols\\TLS 1.3\\Server", "Enabled", "disabletls13", INVERSE)                \
    X(SCHANNEL, "Protocols\\TLS 1.2\\Server", "DisabledByDefault", "", LEFT)                     \
    X(SCHANNEL, "Protocols\\TLS 1.3\\Server", "DisabledByDefault", "", LEFT)                     \
    X(SCHANNEL, "Protocols\\TLS 1.1\\Server", "Enabled", "", LEFT)                               \
    X(SCHANNEL, "Protocols\\TLS 1.0\\Server", "Enabled", "", LEFT)                               \
    X(SCHANNEL, "Protocols\\SSL 3.0\\Server", "Enabled", "", LEFT)                               \
    X(CHAIN, "", "MinRsaPubKeyBitLength", "minrsapubkeybitlength", NUMBER)                       \
    X(CHAIN, "", "ChainUrlRetrievalTimeoutMilliseconds", "urlretrievaltimeout", NUMBER)          \
    X(CHAIN, "", "ChainRevAccumulativeUrlRetrievalTimeoutMilliseconds", "", LEFT)                \
    X(CHAIN, "", "EnableWeakSignatureFlags", "", LEFT)                                           \
    X(HTTP, "", "EnableHttp2Tls", "", NOTHING)                                                   \
    X(HTTP, "", "EnableHttp2Cleartext", "", NOTHING)                                             \
    X(HTTP, "", "EnableHttp3", "", NOTHING)                                                      \
    X(HTTP, "", "EnableAltSvc", "", NOTHING)                                                     \
    X(HTTP, "", "MaxFieldLength", "", LEFT)                                                      \
    X(HTTP, "", "MaxRequestBytes", "", LEFT)
/* clang-format on */
