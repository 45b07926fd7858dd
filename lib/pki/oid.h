/* SPDX-License-Identifier: MIT
 *
 * Object identifiers that certgate knows, with the names people know them by.
 * An OID travels as its DER content bytes (no tag), borrowed from a certificate.
 */
#pragma once

#include "base/buf.h"

/* The table is OID_LIST in oid_list.h: dotted form, short name (RFC 5280, RFC 4519 or
 * OpenSSL's), Windows' display name, and for purposes Windows' sentence. */
enum oid {
    OID_UNKNOWN,
    /* purposes (id-kp, and Microsoft's) */
    OID_ANY_EXTENDED_KEY_USAGE,
    OID_SERVER_AUTH,
    OID_CLIENT_AUTH,
    OID_CODE_SIGNING,
    OID_EMAIL_PROTECTION,
    OID_TIME_STAMPING,
    OID_OCSP_SIGNING,
    OID_IPSEC_END_SYSTEM,
    OID_IPSEC_TUNNEL,
    OID_IPSEC_USER,
    OID_IPSEC_IKE,
    OID_SMART_CARD_LOGON,
    OID_ENCRYPTING_FILE_SYSTEM,
    OID_DOCUMENT_SIGNING,
    OID_ANY_APPLICATION_POLICY,
    OID_KDC_AUTHENTICATION,
    /* certificate and CRL extensions (id-ce, id-pe) */
    OID_SUBJECT_KEY_IDENTIFIER,
    OID_KEY_USAGE,
    OID_SUBJECT_ALT_NAME,
    OID_ISSUER_ALT_NAME,
    OID_BASIC_CONSTRAINTS,
    OID_CRL_NUMBER,
    OID_CRL_REASON,
    OID_INVALIDITY_DATE,
    OID_DELTA_CRL_INDICATOR,
    OID_ISSUING_DISTRIBUTION_POINT,
    OID_CERTIFICATE_ISSUER,
    OID_NAME_CONSTRAINTS,
    OID_CRL_DISTRIBUTION_POINTS,
    OID_CERTIFICATE_POLICIES,
    OID_POLICY_MAPPINGS,
    OID_AUTHORITY_KEY_IDENTIFIER,
    OID_POLICY_CONSTRAINTS,
    OID_EXTENDED_KEY_USAGE,
    OID_FRESHEST_CRL,
    OID_INHIBIT_ANY_POLICY,
    OID_SUBJECT_DIRECTORY_ATTRIBUTES,
    OID_AUTHORITY_INFO_ACCESS,
    OID_SUBJECT_INFO_ACCESS,
    OID_TLS_FEATURE,
    OID_NETSCAPE_CERT_TYPE,
    OID_NETSCAPE_COMMENT,
    OID_MS_CERTIFICATE_TEMPLATE,
    OID_MS_ENROLL_CERTTYPE,
    OID_MS_APPLICATION_POLICIES,
    OID_MS_SID,
    OID_SCT_LIST,
    OID_QC_STATEMENTS,
    OID_MS_CA_VERSION,
    OID_MS_PREVIOUS_CA_HASH,
    OID_MS_APPLICATION_POLICY_MAPPINGS,
    OID_MS_APPLICATION_POLICY_CONSTRAINTS,
    OID_PIV_INTERIM,
    OID_ANY_POLICY,
    OID_AD_OCSP,
    OID_AD_CA_ISSUERS,
    OID_UPN, /* otherName: user principal name */
    OID_NTDS_OBJECT_SID,
    OID_NTDS_REPLICATION,
    OID_FASC_N,
    OID_KRB5_PRINCIPAL,
    OID_SMTP_UTF8_MAILBOX,
    OID_DNS_SRV,
    OID_XMPP_ADDRESS,
    OID_AD_REPOSITORY,
    /* attribute types of names */
    OID_COMMON_NAME,
    OID_SURNAME,
    OID_SERIAL_NUMBER,
    OID_COUNTRY,
    OID_LOCALITY,
    OID_STATE,
    OID_STREET,
    OID_ORGANIZATION,
    OID_ORGANIZATIONAL_UNIT,
    OID_TITLE,
    OID_DESCRIPTION,
    OID_GIVEN_NAME,
    OID_INITIALS,
    OID_GENERATION_QUALIFIER,
    OID_DN_QUALIFIER,
    OID_PSEUDONYM,
    OID_POSTAL_CODE,
    OID_USER_ID,
    OID_DOMAIN_COMPONENT,
    OID_EMAIL_ADDRESS,
    OID_UNIQUE_IDENTIFIER,
    OID_ORGANIZATION_IDENTIFIER,
    OID_BUSINESS_CATEGORY,
    OID_NAME,
    OID_TELEPHONE_NUMBER,
    OID_POST_OFFICE_BOX,
    OID_HOUSE_IDENTIFIER,
    OID_ROLE,
    OID_JURISDICTION_LOCALITY,
    OID_JURISDICTION_STATE,
    OID_JURISDICTION_COUNTRY,
    OID_DATE_OF_BIRTH,
    OID_PLACE_OF_BIRTH,
    OID_GENDER,
    OID_COUNTRY_OF_CITIZENSHIP,
    OID_COUNTRY_OF_RESIDENCE,
    OID_UNSTRUCTURED_NAME,
    OID_UNSTRUCTURED_ADDRESS,
    OID_FNMT_NAME,
    OID_FNMT_SURNAME_1,
    OID_FNMT_SURNAME_2,
    OID_FNMT_NIF,
    /* keys and curves */
    OID_RSA_ENCRYPTION,
    OID_RSASSA_PSS,
    OID_EC_PUBLIC_KEY,
    OID_CURVE_P256,
    OID_CURVE_P384,
    OID_CURVE_P521,
    OID_CURVE_SECP256K1,
    OID_CURVE_BP256R1,
    OID_CURVE_BP384R1,
    OID_CURVE_BP512R1,
    OID_ED25519,
    OID_ED448,
    OID_X25519,
    OID_DSA,
    /* signatures and hashes */
    OID_MD2_WITH_RSA,
    OID_MD5_WITH_RSA,
    OID_SHA1_WITH_RSA,
    OID_SHA224_WITH_RSA,
    OID_SHA256_WITH_RSA,
    OID_SHA384_WITH_RSA,
    OID_SHA512_WITH_RSA,
    OID_ECDSA_WITH_SHA1,
    OID_ECDSA_WITH_SHA224,
    OID_ECDSA_WITH_SHA256,
    OID_ECDSA_WITH_SHA384,
    OID_ECDSA_WITH_SHA512,
    OID_DSA_WITH_SHA1,
    OID_DSA_WITH_SHA256,
    OID_MD5,
    OID_SHA1,
    OID_SHA224,
    OID_SHA256,
    OID_SHA384,
    OID_SHA512,
    OID_MGF1,
    OID_COUNT
};

struct oid_info {
    const char *dotted;     /* "1.3.6.1.5.5.7.3.2" */
    const char *short_name; /* "clientAuth" */
    const char *display;    /* Windows: "Client Authentication" */
    const char
        *purpose; /* Windows: "Proves your identity to a remote computer"; or NULL */
    struct slice der; /* content bytes */
};

/* The OID of these content bytes; OID_UNKNOWN if it is not in the table. */
enum oid oid_find(struct slice content);
const struct oid_info *oid_get(enum oid oid);
/* "1.2.840.113549.1.1.1"; "(malformed OID 06..)" for bytes that are not an OID. */
bool oid_format(struct buf *out, struct slice content);
/* A dotted OID or a short name ("clientAuth", any case) to content bytes,
 * appended to `out`. False if it is neither. */
bool oid_parse(const char *text, struct buf *out);
