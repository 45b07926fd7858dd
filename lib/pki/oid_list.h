/* SPDX-License-Identifier: MIT
 *
 * The object identifiers that certgate knows; part of pki/oid.
 */
#pragma once

/* X(enum, dotted, short name, Windows' display name, Windows' sentence, DER) */
/* clang-format off */
#define OID_LIST(X) \
    /* ---- purposes (id-kp, and Microsoft's) */ \
    X(ANY_EXTENDED_KEY_USAGE, "2.5.29.37.0", "anyExtendedKeyUsage", "Any Purpose", NULL, \
      "\x55\x1d\x25\x00") \
    X(SERVER_AUTH, "1.3.6.1.5.5.7.3.1", "serverAuth", "Server Authentication", "Ensures the identity of a remote computer", \
      "\x2b\x06\x01\x05\x05\x07\x03\x01") \
    X(CLIENT_AUTH, "1.3.6.1.5.5.7.3.2", "clientAuth", "Client Authentication", "Proves your identity to a remote computer", \
      "\x2b\x06\x01\x05\x05\x07\x03\x02") \
    X(CODE_SIGNING, "1.3.6.1.5.5.7.3.3", "codeSigning", "Code Signing", "Ensures software came from software publisher", \
      "\x2b\x06\x01\x05\x05\x07\x03\x03") \
    X(EMAIL_PROTECTION, "1.3.6.1.5.5.7.3.4", "emailProtection", "Secure Email", "Protects e-mail messages", \
      "\x2b\x06\x01\x05\x05\x07\x03\x04") \
    X(TIME_STAMPING, "1.3.6.1.5.5.7.3.8", "timeStamping", "Time Stamping", "Allows data to be signed with the current time", \
      "\x2b\x06\x01\x05\x05\x07\x03\x08") \
    X(OCSP_SIGNING, "1.3.6.1.5.5.7.3.9", "OCSPSigning", "OCSP Signing", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x03\x09") \
    X(IPSEC_END_SYSTEM, "1.3.6.1.5.5.7.3.5", "ipsecEndSystem", "IP security end system", "Allows secured communication on the Internet", \
      "\x2b\x06\x01\x05\x05\x07\x03\x05") \
    X(IPSEC_TUNNEL, "1.3.6.1.5.5.7.3.6", "ipsecTunnel", "IP security tunnel termination", "Allows secured communication on the Internet", \
      "\x2b\x06\x01\x05\x05\x07\x03\x06") \
    X(IPSEC_USER, "1.3.6.1.5.5.7.3.7", "ipsecUser", "IP security user", "Allows secured communication on the Internet", \
      "\x2b\x06\x01\x05\x05\x07\x03\x07") \
    X(IPSEC_IKE, "1.3.6.1.5.5.7.3.17", "ipsecIKE", "IP security IKE intermediate", "Allows secured communication on the Internet", \
      "\x2b\x06\x01\x05\x05\x07\x03\x11") \
    X(SMART_CARD_LOGON, "1.3.6.1.4.1.311.20.2.2", "msSmartcardLogin", "Smart Card Logon", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x02") \
    X(ENCRYPTING_FILE_SYSTEM, "1.3.6.1.4.1.311.10.3.4", "msEFS", "Encrypting File System", "Allows data on disk to be encrypted", \
      "\x2b\x06\x01\x04\x01\x82\x37\x0a\x03\x04") \
    X(DOCUMENT_SIGNING, "1.3.6.1.4.1.311.10.3.12", "msDocumentSigning", "Document Signing", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x0a\x03\x0c") \
    X(ANY_APPLICATION_POLICY, "1.3.6.1.4.1.311.10.12.1", "msAnyApplicationPolicy", "All application policies", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x0a\x0c\x01") \
    X(KDC_AUTHENTICATION, "1.3.6.1.5.2.3.5", "pkInitKDC", "KDC Authentication", NULL, \
      "\x2b\x06\x01\x05\x02\x03\x05") \
    /* ---- certificate and CRL extensions (id-ce, id-pe) */ \
    X(SUBJECT_KEY_IDENTIFIER, "2.5.29.14", "subjectKeyIdentifier", "Subject Key Identifier", NULL, \
      "\x55\x1d\x0e") \
    X(KEY_USAGE, "2.5.29.15", "keyUsage", "Key Usage", NULL, \
      "\x55\x1d\x0f") \
    X(SUBJECT_ALT_NAME, "2.5.29.17", "subjectAltName", "Subject Alternative Name", NULL, \
      "\x55\x1d\x11") \
    X(ISSUER_ALT_NAME, "2.5.29.18", "issuerAltName", "Issuer Alternative Name", NULL, \
      "\x55\x1d\x12") \
    X(BASIC_CONSTRAINTS, "2.5.29.19", "basicConstraints", "Basic Constraints", NULL, \
      "\x55\x1d\x13") \
    X(CRL_NUMBER, "2.5.29.20", "crlNumber", "CRL Number", NULL, \
      "\x55\x1d\x14") \
    X(CRL_REASON, "2.5.29.21", "reasonCode", "CRL Reason Code", NULL, \
      "\x55\x1d\x15") \
    X(INVALIDITY_DATE, "2.5.29.24", "invalidityDate", "Invalidity Date", NULL, \
      "\x55\x1d\x18") \
    X(DELTA_CRL_INDICATOR, "2.5.29.27", "deltaCRLIndicator", "Delta CRL Indicator", NULL, \
      "\x55\x1d\x1b") \
    X(ISSUING_DISTRIBUTION_POINT, "2.5.29.28", "issuingDistributionPoint", "Issuing Distribution Point", NULL, \
      "\x55\x1d\x1c") \
    X(CERTIFICATE_ISSUER, "2.5.29.29", "certificateIssuer", "Certificate Issuer", NULL, \
      "\x55\x1d\x1d") \
    X(NAME_CONSTRAINTS, "2.5.29.30", "nameConstraints", "Name Constraints", NULL, \
      "\x55\x1d\x1e") \
    X(CRL_DISTRIBUTION_POINTS, "2.5.29.31", "crlDistributionPoints", "CRL Distribution Points", NULL, \
      "\x55\x1d\x1f") \
    X(CERTIFICATE_POLICIES, "2.5.29.32", "certificatePolicies", "Certificate Policies", NULL, \
      "\x55\x1d\x20") \
    X(POLICY_MAPPINGS, "2.5.29.33", "policyMappings", "Policy Mappings", NULL, \
      "\x55\x1d\x21") \
    X(AUTHORITY_KEY_IDENTIFIER, "2.5.29.35", "authorityKeyIdentifier", "Authority Key Identifier", NULL, \
      "\x55\x1d\x23") \
    X(POLICY_CONSTRAINTS, "2.5.29.36", "policyConstraints", "Policy Constraints", NULL, \
      "\x55\x1d\x24") \
    X(EXTENDED_KEY_USAGE, "2.5.29.37", "extendedKeyUsage", "Enhanced Key Usage", NULL, \
      "\x55\x1d\x25") \
    X(FRESHEST_CRL, "2.5.29.46", "freshestCRL", "Freshest CRL", NULL, \
      "\x55\x1d\x2e") \
    X(INHIBIT_ANY_POLICY, "2.5.29.54", "inhibitAnyPolicy", "Inhibit Any Policy", NULL, \
      "\x55\x1d\x36") \
    X(SUBJECT_DIRECTORY_ATTRIBUTES, "2.5.29.9", "subjectDirectoryAttributes", "Subject Directory Attributes", NULL, \
      "\x55\x1d\x09") \
    X(AUTHORITY_INFO_ACCESS, "1.3.6.1.5.5.7.1.1", "authorityInfoAccess", "Authority Information Access", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x01\x01") \
    X(SUBJECT_INFO_ACCESS, "1.3.6.1.5.5.7.1.11", "subjectInfoAccess", "Subject Information Access", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x01\x0b") \
    X(TLS_FEATURE, "1.3.6.1.5.5.7.1.24", "tlsfeature", "TLS Feature", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x01\x18") \
    X(NETSCAPE_CERT_TYPE, "2.16.840.1.113730.1.1", "nsCertType", "Netscape Cert Type", NULL, \
      "\x60\x86\x48\x01\x86\xf8\x42\x01\x01") \
    X(NETSCAPE_COMMENT, "2.16.840.1.113730.1.13", "nsComment", "Netscape Comment", NULL, \
      "\x60\x86\x48\x01\x86\xf8\x42\x01\x0d") \
    X(MS_CERTIFICATE_TEMPLATE, "1.3.6.1.4.1.311.21.7", "msCertificateTemplate", "Certificate Template Information", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x15\x07") \
    X(MS_ENROLL_CERTTYPE, "1.3.6.1.4.1.311.20.2", "msEnrollCerttype", "Certificate Template Name", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x14\x02") \
    X(MS_APPLICATION_POLICIES, "1.3.6.1.4.1.311.21.10", "msApplicationPolicies", "Application Policies", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x15\x0a") \
    X(MS_SID, "1.3.6.1.4.1.311.25.2", "msNtdsSecurityExt", "Security Identifier", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x19\x02") \
    X(SCT_LIST, "1.3.6.1.4.1.11129.2.4.2", "ctPrecertScts", "SCT List", NULL, \
      "\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02") \
    X(QC_STATEMENTS, "1.3.6.1.5.5.7.1.3", "qcStatements", "Qualified Certificate Statements", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x01\x03") \
    X(MS_CA_VERSION, "1.3.6.1.4.1.311.21.1", "msCaVersion", "CA Version", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x15\x01") \
    X(MS_PREVIOUS_CA_HASH, "1.3.6.1.4.1.311.21.2", "msPreviousCaCertHash", "Previous CA Certificate Hash", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x15\x02") \
    X(MS_APPLICATION_POLICY_MAPPINGS, "1.3.6.1.4.1.311.21.11", "msApplicationPolicyMappings", "Application Policy Mappings", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x15\x0b") \
    X(MS_APPLICATION_POLICY_CONSTRAINTS, "1.3.6.1.4.1.311.21.12", "msApplicationPolicyConstraints", "Application Policy Constraints", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x15\x0c") \
    X(PIV_INTERIM, "2.16.840.1.101.3.6.9.1", "pivInterim", "PIV NACI Indicator", NULL, \
      "\x60\x86\x48\x01\x65\x03\x06\x09\x01") \
    X(ANY_POLICY, "2.5.29.32.0", "anyPolicy", "All issuance policies", NULL, \
      "\x55\x1d\x20\x00") \
    X(AD_OCSP, "1.3.6.1.5.5.7.48.1", "OCSP", "On-line Certificate Status Protocol", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x30\x01") \
    X(AD_CA_ISSUERS, "1.3.6.1.5.5.7.48.2", "caIssuers", "Certification Authority Issuer", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x30\x02") \
    X(UPN, "1.3.6.1.4.1.311.20.2.3", "msUPN", "Principal Name", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03") \
    X(NTDS_OBJECT_SID, "1.3.6.1.4.1.311.25.2.1", "msNtdsObjectSid", "Object SID", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x19\x02\x01") \
    X(NTDS_REPLICATION, "1.3.6.1.4.1.311.25.1", "msNtdsReplication", "DS Object Guid", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x19\x01") \
    X(FASC_N, "2.16.840.1.101.3.6.6", "fascN", "FASC-N", NULL, \
      "\x60\x86\x48\x01\x65\x03\x06\x06") \
    X(KRB5_PRINCIPAL, "1.3.6.1.5.2.2", "krb5PrincipalName", "KRB5 Principal Name", NULL, \
      "\x2b\x06\x01\x05\x02\x02") \
    X(SMTP_UTF8_MAILBOX, "1.3.6.1.5.5.7.8.9", "smtpUTF8Mailbox", "SmtpUTF8Mailbox", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x08\x09") \
    X(DNS_SRV, "1.3.6.1.5.5.7.8.7", "dnsSRV", "SRV Name", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x08\x07") \
    X(XMPP_ADDRESS, "1.3.6.1.5.5.7.8.5", "xmppAddr", "XMPP Address", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x08\x05") \
    X(AD_REPOSITORY, "1.3.6.1.5.5.7.48.5", "caRepository", "CA Repository", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x30\x05") \
    /* ---- attribute types of names (RFC 4514 section 3, RFC 4519, PKCS #9) */ \
    X(COMMON_NAME, "2.5.4.3", "CN", "Common Name", NULL, \
      "\x55\x04\x03") \
    X(SURNAME, "2.5.4.4", "SN", "Surname", NULL, \
      "\x55\x04\x04") \
    X(SERIAL_NUMBER, "2.5.4.5", "serialNumber", "Serial Number", NULL, \
      "\x55\x04\x05") \
    X(COUNTRY, "2.5.4.6", "C", "Country/Region", NULL, \
      "\x55\x04\x06") \
    X(LOCALITY, "2.5.4.7", "L", "Locality", NULL, \
      "\x55\x04\x07") \
    X(STATE, "2.5.4.8", "ST", "State or Province", NULL, \
      "\x55\x04\x08") \
    X(STREET, "2.5.4.9", "STREET", "Street Address", NULL, \
      "\x55\x04\x09") \
    X(ORGANIZATION, "2.5.4.10", "O", "Organization", NULL, \
      "\x55\x04\x0a") \
    X(ORGANIZATIONAL_UNIT, "2.5.4.11", "OU", "Organizational Unit", NULL, \
      "\x55\x04\x0b") \
    X(TITLE, "2.5.4.12", "title", "Title", NULL, \
      "\x55\x04\x0c") \
    X(DESCRIPTION, "2.5.4.13", "description", "Description", NULL, \
      "\x55\x04\x0d") \
    X(GIVEN_NAME, "2.5.4.42", "GN", "Given Name", NULL, \
      "\x55\x04\x2a") \
    X(INITIALS, "2.5.4.43", "initials", "Initials", NULL, \
      "\x55\x04\x2b") \
    X(GENERATION_QUALIFIER, "2.5.4.44", "generationQualifier", "Generation Qualifier", NULL, \
      "\x55\x04\x2c") \
    X(DN_QUALIFIER, "2.5.4.46", "dnQualifier", "Distinguished Name Qualifier", NULL, \
      "\x55\x04\x2e") \
    X(PSEUDONYM, "2.5.4.65", "pseudonym", "Pseudonym", NULL, \
      "\x55\x04\x41") \
    X(POSTAL_CODE, "2.5.4.17", "postalCode", "Postal Code", NULL, \
      "\x55\x04\x11") \
    X(USER_ID, "0.9.2342.19200300.100.1.1", "UID", "User ID", NULL, \
      "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01") \
    X(DOMAIN_COMPONENT, "0.9.2342.19200300.100.1.25", "DC", "Domain Component", NULL, \
      "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19") \
    X(EMAIL_ADDRESS, "1.2.840.113549.1.9.1", "emailAddress", "E-mail", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01") \
    X(UNIQUE_IDENTIFIER, "2.5.4.45", "x500UniqueIdentifier", "Unique Identifier", NULL, \
      "\x55\x04\x2d") \
    X(ORGANIZATION_IDENTIFIER, "2.5.4.97", "organizationIdentifier", "Organization Identifier", NULL, \
      "\x55\x04\x61") \
    X(BUSINESS_CATEGORY, "2.5.4.15", "businessCategory", "Business Category", NULL, \
      "\x55\x04\x0f") \
    X(NAME, "2.5.4.41", "name", "Name", NULL, \
      "\x55\x04\x29") \
    X(TELEPHONE_NUMBER, "2.5.4.20", "telephoneNumber", "Phone", NULL, \
      "\x55\x04\x14") \
    X(POST_OFFICE_BOX, "2.5.4.18", "postOfficeBox", "Post Office Box", NULL, \
      "\x55\x04\x12") \
    X(HOUSE_IDENTIFIER, "2.5.4.51", "houseIdentifier", "House Identifier", NULL, \
      "\x55\x04\x33") \
    X(ROLE, "2.5.4.72", "role", "Role", NULL, \
      "\x55\x04\x48") \
    X(JURISDICTION_LOCALITY, "1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL", "Jurisdiction Locality", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01") \
    X(JURISDICTION_STATE, "1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST", "Jurisdiction State", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02") \
    X(JURISDICTION_COUNTRY, "1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC", "Jurisdiction Country", NULL, \
      "\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03") \
    X(DATE_OF_BIRTH, "1.3.6.1.5.5.7.9.1", "dateOfBirth", "Date of Birth", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x09\x01") \
    X(PLACE_OF_BIRTH, "1.3.6.1.5.5.7.9.2", "placeOfBirth", "Place of Birth", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x09\x02") \
    X(GENDER, "1.3.6.1.5.5.7.9.3", "gender", "Gender", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x09\x03") \
    X(COUNTRY_OF_CITIZENSHIP, "1.3.6.1.5.5.7.9.4", "countryOfCitizenship", "Country of Citizenship", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x09\x04") \
    X(COUNTRY_OF_RESIDENCE, "1.3.6.1.5.5.7.9.5", "countryOfResidence", "Country of Residence", NULL, \
      "\x2b\x06\x01\x05\x05\x07\x09\x05") \
    X(UNSTRUCTURED_NAME, "1.2.840.113549.1.9.2", "unstructuredName", "Unstructured Name", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x02") \
    X(UNSTRUCTURED_ADDRESS, "1.2.840.113549.1.9.8", "unstructuredAddress", "Unstructured Address", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x08") \
    X(FNMT_NAME, "1.3.6.1.4.1.5734.1.1", "fnmtName", "FNMT Given Name", NULL, \
      "\x2b\x06\x01\x04\x01\xac\x66\x01\x01") \
    X(FNMT_SURNAME_1, "1.3.6.1.4.1.5734.1.2", "fnmtSurname1", "FNMT First Surname", NULL, \
      "\x2b\x06\x01\x04\x01\xac\x66\x01\x02") \
    X(FNMT_SURNAME_2, "1.3.6.1.4.1.5734.1.3", "fnmtSurname2", "FNMT Second Surname", NULL, \
      "\x2b\x06\x01\x04\x01\xac\x66\x01\x03") \
    X(FNMT_NIF, "1.3.6.1.4.1.5734.1.4", "fnmtNIF", "FNMT Tax Number", NULL, \
      "\x2b\x06\x01\x04\x01\xac\x66\x01\x04") \
    /* ---- keys and curves */ \
    X(RSA_ENCRYPTION, "1.2.840.113549.1.1.1", "rsaEncryption", "RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01") \
    X(RSASSA_PSS, "1.2.840.113549.1.1.10", "RSASSA-PSS", "RSASSA-PSS", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a") \
    X(EC_PUBLIC_KEY, "1.2.840.10045.2.1", "id-ecPublicKey", "ECC", NULL, \
      "\x2a\x86\x48\xce\x3d\x02\x01") \
    X(CURVE_P256, "1.2.840.10045.3.1.7", "prime256v1", "P-256", NULL, \
      "\x2a\x86\x48\xce\x3d\x03\x01\x07") \
    X(CURVE_P384, "1.3.132.0.34", "secp384r1", "P-384", NULL, \
      "\x2b\x81\x04\x00\x22") \
    X(CURVE_P521, "1.3.132.0.35", "secp521r1", "P-521", NULL, \
      "\x2b\x81\x04\x00\x23") \
    X(CURVE_SECP256K1, "1.3.132.0.10", "secp256k1", "secp256k1", NULL, \
      "\x2b\x81\x04\x00\x0a") \
    X(CURVE_BP256R1, "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", "brainpoolP256r1", NULL, \
      "\x2b\x24\x03\x03\x02\x08\x01\x01\x07") \
    X(CURVE_BP384R1, "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", "brainpoolP384r1", NULL, \
      "\x2b\x24\x03\x03\x02\x08\x01\x01\x0b") \
    X(CURVE_BP512R1, "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", "brainpoolP512r1", NULL, \
      "\x2b\x24\x03\x03\x02\x08\x01\x01\x0d") \
    X(ED25519, "1.3.101.112", "ED25519", "Ed25519", NULL, \
      "\x2b\x65\x70") \
    X(ED448, "1.3.101.113", "ED448", "Ed448", NULL, \
      "\x2b\x65\x71") \
    X(X25519, "1.3.101.110", "X25519", "X25519", NULL, \
      "\x2b\x65\x6e") \
    X(DSA, "1.2.840.10040.4.1", "dsaEncryption", "DSA", NULL, \
      "\x2a\x86\x48\xce\x38\x04\x01") \
    /* ---- signatures and hashes */ \
    X(MD2_WITH_RSA, "1.2.840.113549.1.1.2", "md2WithRSAEncryption", "md2RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02") \
    X(MD5_WITH_RSA, "1.2.840.113549.1.1.4", "md5WithRSAEncryption", "md5RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04") \
    X(SHA1_WITH_RSA, "1.2.840.113549.1.1.5", "sha1WithRSAEncryption", "sha1RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05") \
    X(SHA224_WITH_RSA, "1.2.840.113549.1.1.14", "sha224WithRSAEncryption", "sha224RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0e") \
    X(SHA256_WITH_RSA, "1.2.840.113549.1.1.11", "sha256WithRSAEncryption", "sha256RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b") \
    X(SHA384_WITH_RSA, "1.2.840.113549.1.1.12", "sha384WithRSAEncryption", "sha384RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0c") \
    X(SHA512_WITH_RSA, "1.2.840.113549.1.1.13", "sha512WithRSAEncryption", "sha512RSA", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0d") \
    X(ECDSA_WITH_SHA1, "1.2.840.10045.4.1", "ecdsa-with-SHA1", "sha1ECDSA", NULL, \
      "\x2a\x86\x48\xce\x3d\x04\x01") \
    X(ECDSA_WITH_SHA224, "1.2.840.10045.4.3.1", "ecdsa-with-SHA224", "sha224ECDSA", NULL, \
      "\x2a\x86\x48\xce\x3d\x04\x03\x01") \
    X(ECDSA_WITH_SHA256, "1.2.840.10045.4.3.2", "ecdsa-with-SHA256", "sha256ECDSA", NULL, \
      "\x2a\x86\x48\xce\x3d\x04\x03\x02") \
    X(ECDSA_WITH_SHA384, "1.2.840.10045.4.3.3", "ecdsa-with-SHA384", "sha384ECDSA", NULL, \
      "\x2a\x86\x48\xce\x3d\x04\x03\x03") \
    X(ECDSA_WITH_SHA512, "1.2.840.10045.4.3.4", "ecdsa-with-SHA512", "sha512ECDSA", NULL, \
      "\x2a\x86\x48\xce\x3d\x04\x03\x04") \
    X(DSA_WITH_SHA1, "1.2.840.10040.4.3", "dsaWithSHA1", "sha1DSA", NULL, \
      "\x2a\x86\x48\xce\x38\x04\x03") \
    X(DSA_WITH_SHA256, "2.16.840.1.101.3.4.3.2", "dsa_with_SHA256", "sha256DSA", NULL, \
      "\x60\x86\x48\x01\x65\x03\x04\x03\x02") \
    X(MD5, "1.2.840.113549.2.5", "MD5", "md5", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x02\x05") \
    X(SHA1, "1.3.14.3.2.26", "SHA1", "sha1", NULL, \
      "\x2b\x0e\x03\x02\x1a") \
    X(SHA224, "2.16.840.1.101.3.4.2.4", "SHA224", "sha224", NULL, \
      "\x60\x86\x48\x01\x65\x03\x04\x02\x04") \
    X(SHA256, "2.16.840.1.101.3.4.2.1", "SHA256", "sha256", NULL, \
      "\x60\x86\x48\x01\x65\x03\x04\x02\x01") \
    X(SHA384, "2.16.840.1.101.3.4.2.2", "SHA384", "sha384", NULL, \
      "\x60\x86\x48\x01\x65\x03\x04\x02\x02") \
    X(SHA512, "2.16.840.1.101.3.4.2.3", "SHA512", "sha512", NULL, \
      "\x60\x86\x48\x01\x65\x03\x04\x02\x03") \
    X(MGF1, "1.2.840.113549.1.1.8", "MGF1", "mgf1", NULL, \
      "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08")
/* clang-format on */
