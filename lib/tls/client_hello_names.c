/* SPDX-License-Identifier: MIT
 *
 * Names of TLS code points, from IANA's registries.
 */
#include "tls/client_hello.h"

#include "base/compiler.h"

struct name {
    uint16_t value;
    const char *name;
};

/* clang-format off */
static const struct name versions[] = {
    { 0x0002, "SSLv2" },   { 0x0300, "SSLv3" },   { 0x0301, "TLSv1.0" },
    { 0x0302, "TLSv1.1" }, { 0x0303, "TLSv1.2" }, { 0x0304, "TLSv1.3" },
};

static const struct name groups[] = {
    { 0x0016, "secp256k1" },       { 0x0017, "secp256r1" },       { 0x0018, "secp384r1" },
    { 0x0019, "secp521r1" },       { 0x001a, "brainpoolP256r1" }, { 0x001b, "brainpoolP384r1" },
    { 0x001c, "brainpoolP512r1" }, { 0x001d, "x25519" },          { 0x001e, "x448" },
    { 0x0100, "ffdhe2048" },       { 0x0101, "ffdhe3072" },       { 0x0102, "ffdhe4096" },
    { 0x0103, "ffdhe6144" },       { 0x0104, "ffdhe8192" },       { 0x11eb, "SecP256r1MLKEM768" },
    { 0x11ec, "X25519MLKEM768" },  { 0x11ed, "SecP384r1MLKEM1024" },
};

static const struct name signatures[] = {
    { 0x0101, "rsa_pkcs1_md5" },          { 0x0201, "rsa_pkcs1_sha1" },
    { 0x0202, "dsa_sha1" },               { 0x0203, "ecdsa_sha1" },
    { 0x0301, "rsa_pkcs1_sha224" },       { 0x0303, "ecdsa_sha224" },
    { 0x0401, "rsa_pkcs1_sha256" },       { 0x0402, "dsa_sha256" },
    { 0x0403, "ecdsa_secp256r1_sha256" }, { 0x0501, "rsa_pkcs1_sha384" },
    { 0x0503, "ecdsa_secp384r1_sha384" }, { 0x0601, "rsa_pkcs1_sha512" },
    { 0x0603, "ecdsa_secp521r1_sha512" }, { 0x0804, "rsa_pss_rsae_sha256" },
    { 0x0805, "rsa_pss_rsae_sha384" },    { 0x0806, "rsa_pss_rsae_sha512" },
    { 0x0807, "ed25519" },                { 0x0808, "ed448" },
    { 0x0809, "rsa_pss_pss_sha256" },     { 0x080a, "rsa_pss_pss_sha384" },
    { 0x080b, "rsa_pss_pss_sha512" },     { 0x0904, "mldsa44" },
    { 0x0905, "mldsa65" },                { 0x0906, "mldsa87" },
};
/* clang-format on */

static const char *find(const struct name *names, size_t n, uint16_t value)
{
    for (size_t i = 0; i < n; i++) {
        if (names[i].value == value) {
            return names[i].name;
        }
    }
    return NULL;
}

const char *client_hello_version_name(uint16_t version)
{
    return find(versions, ARRAY_LEN(versions), version);
}

const char *client_hello_group_name(uint16_t group)
{
    return find(groups, ARRAY_LEN(groups), group);
}

const char *client_hello_signature_name(uint16_t scheme)
{
    return find(signatures, ARRAY_LEN(signatures), scheme);
}
