/* SPDX-License-Identifier: MIT
 *
 * One X.509 certificate (RFC 5280 section 4), read by ourselves.
 *
 * mbedTLS's parser refuses what certgate exists to explain (unknown critical
 * extensions, critical name constraints, empty EKU, duplicate extensions, keys it
 * cannot use), so this one reads the fields, judges nothing and never fails on
 * untrusted input: bytes that are no certificate at all become a
 * certificate whose `malformed` says why, and chain/chain makes a finding of it.
 */
#pragma once

#include "base/buf.h"
#include "pki/oid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CERTIFICATE_SIZE_MAX       ((size_t)64 * 1024)
#define CERTIFICATE_EXTENSIONS_MAX ((size_t)64)
#define CERTIFICATE_PATH_LEN_NONE  (-1)

/* KeyUsage bits (RFC 5280 4.2.1.3), bit 0 = most significant of the BIT STRING. */
enum key_usage {
    KEY_USAGE_DIGITAL_SIGNATURE = 1 << 0,
    KEY_USAGE_NON_REPUDIATION = 1 << 1,
    KEY_USAGE_KEY_ENCIPHERMENT = 1 << 2,
    KEY_USAGE_DATA_ENCIPHERMENT = 1 << 3,
    KEY_USAGE_KEY_AGREEMENT = 1 << 4,
    KEY_USAGE_KEY_CERT_SIGN = 1 << 5,
    KEY_USAGE_CRL_SIGN = 1 << 6,
    KEY_USAGE_ENCIPHER_ONLY = 1 << 7,
    KEY_USAGE_DECIPHER_ONLY = 1 << 8,
};

struct extension {
    struct slice oid_der; /* content bytes */
    enum oid oid;
    bool critical;
    struct slice value; /* content of extnValue's OCTET STRING */
};

/* All slices borrow from `der`. */
struct certificate {
    struct slice der; /* owned copy */
    uint8_t sha1[20]; /* thumbprint, as Windows says */
    uint8_t sha256[32];

    /* NULL, or the first field that broke the structure ("tbsCertificate.validity"):
     * then nothing below may be relied on. Fields that could be read are kept for
     * display; the others are zeroed. */
    const char *malformed;

    int version;         /* 1, 2, 3 */
    struct slice tbs;    /* whole TLV: what is signed */
    struct slice serial; /* content bytes, as encoded */
    struct slice issuer; /* whole Name TLV */
    struct slice subject;
    bool self_issued;   /* see certificate_is_self_issued() */
    bool has_validity;  /* false only if malformed */
    bool has_odd_times; /* not in the form of RFC 5280 4.1.2.5; Windows accepts it */
    int64_t not_before; /* inclusive */
    int64_t not_after;  /* inclusive */
    struct slice spki;  /* whole SubjectPublicKeyInfo TLV */
    enum oid key_oid;   /* OID_RSA_ENCRYPTION, OID_EC_PUBLIC_KEY, ... */
    enum oid curve;     /* for EC keys, else OID_UNKNOWN */
    size_t key_bits;    /* 0 = unknown */
    uint8_t spki_sha256[32];

    struct slice signature_oid; /* content bytes of signatureAlgorithm's OID */
    enum oid signature_alg;
    struct slice signature_params; /* whole TLV or empty */
    bool signature_algs_differ;    /* tbsCertificate.signature != signatureAlgorithm */
    /* BIT STRING without its unused-bits byte; empty if that byte is not zero: such a
     * value is well-formed, but all signatures consist of whole bytes. */
    struct slice signature;

    struct extension *extensions; /* owned; at most CERTIFICATE_EXTENSIONS_MAX */
    size_t n_extensions;
    /* The first extension that occurs twice, and the first that does not decode; NULL =
     * none. Points into `extensions`. */
    const struct extension *duplicate_extension;
    const struct extension *malformed_extension;

    bool has_basic_constraints;
    bool is_ca;
    int path_len; /* CERTIFICATE_PATH_LEN_NONE = no limit */
    bool has_key_usage;
    unsigned key_usage; /* enum key_usage bits */
    bool has_eku;
    struct slice eku; /* content of the SEQUENCE OF OID; may be empty */
    /* Microsoft's application policies (MS-WCCE 2.2.2.7.7.3), written like certificate
     * policies: content of the SEQUENCE. */
    bool has_application_policies;
    struct slice application_policies;
    struct slice subject_key_id;   /* content; empty = none */
    struct slice authority_key_id; /* keyIdentifier; empty = none */
    struct slice subject_alt_name; /* content of GeneralNames; empty = none */
    bool has_subject_alt_name;
    struct slice name_constraints; /* content of the SEQUENCE; empty = none */
    bool has_name_constraints;
    struct slice policies; /* content of the SEQUENCE; empty = none */
    bool has_crl_distribution_points;
    struct slice crl_distribution_points; /* content of the SEQUENCE */
    struct slice authority_info_access;   /* content of the SEQUENCE; empty = none */
};

/* Reads `der`, which is copied. NULL only when out of memory (or over
 * CERTIFICATE_SIZE_MAX); owned by the caller. */
struct certificate *certificate_create(struct slice der);
void certificate_destroy(struct certificate *cert);
/* Makes the caller one more owner, who has to destroy it, too. Owners of one
 * certificate live in one thread. */
struct certificate *certificate_share(struct certificate *cert);

/* The same bytes. */
bool certificate_equal(const struct certificate *a, const struct certificate *b);
/* Issuer and subject are the same name (RFC 5280 3.2 "self-issued"). Says
 * nothing about the signature. */
bool certificate_is_self_issued(const struct certificate *cert);
const struct extension *certificate_find_extension(const struct certificate *cert,
                                                   enum oid oid);

/* Calls on_url for each http URL of cRLDistributionPoints, or of
 * authorityInfoAccess with the given access method. */
typedef void (*certificate_on_url_fn)(void *user, struct slice url);
void certificate_walk_crl_urls(const struct certificate *cert,
                               certificate_on_url_fn on_url, void *user);
/* The same for addresses of every scheme: ldap:, https:, ... */
void certificate_walk_crl_addresses(const struct certificate *cert,
                                    certificate_on_url_fn on_url, void *user);
void certificate_walk_aia_addresses(const struct certificate *cert,
                                    enum oid access_method,
                                    certificate_on_url_fn on_url, void *user);
/* It begins with http://, the only scheme that is fetched. */
bool certificate_is_http(struct slice url);
/* authorityInfoAccess names an OCSP responder, by a URL of any scheme. */
bool certificate_names_responder(const struct certificate *cert);
void certificate_walk_aia_urls(const struct certificate *cert, enum oid access_method,
                               certificate_on_url_fn on_url, void *user);

/* Walks the EKU once: calls on_purpose with the content of each OID. False if the
 * extension does not decode. */
typedef void (*certificate_on_purpose_fn)(void *user, struct slice oid_der,
                                          enum oid oid);
bool certificate_walk_purposes(const struct certificate *cert,
                               certificate_on_purpose_fn on_purpose, void *user);
/* The same for its application policies; false also if it has none. */
bool certificate_walk_application_policies(const struct certificate *cert,
                                           certificate_on_purpose_fn on_purpose,
                                           void *user);
/* EKU lists this purpose explicitly (anyExtendedKeyUsage does not count). */
bool certificate_lists_purpose(const struct certificate *cert, enum oid purpose);
/* The same for its application policies. */
bool certificate_lists_application_policy(const struct certificate *cert,
                                          enum oid purpose);

/* subjectAltName matches this DNS name or IP address (RFC 6125: one left-most wildcard
 * label; the CN is used only if there is no SAN). */
bool certificate_matches_host(const struct certificate *cert, const char *host);

/* Appends PEM. */
bool certificate_append_pem(struct buf *out, const struct certificate *cert);
