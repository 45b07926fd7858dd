/* SPDX-License-Identifier: MIT */
#include "bundle/foreign_file.h"

#include "base/compiler.h"
#include "pki/der.h"

#include <string.h>

#define JAVA                                                                    \
    "convert it with `keytool -importkeystore -srckeystore FILE -destkeystore " \
    "NEW.p12 "                                                                  \
    "-deststoretype PKCS12`"
#define REQUEST                                                                      \
    "is a certificate request, no certificate: send it to the CA and take the CA's " \
    "answer to it"
#define SSH "is a key of OpenSSH, which has no certificates of this kind"

/* By their first bytes. */
static const struct {
    const char *start;
    size_t len;
    const char *name;
} starts[] = {
    { "\xff\xfe", 2,
      "is UTF-16 text, as PowerShell's > writes it; save it as ASCII or UTF-8" },
    { "\xfe\xff", 2, "is UTF-16 text; save it as ASCII or UTF-8" },
    { "\xfe\xed\xfe\xed", 4, "is a Java keystore (JKS): " JAVA },
    { "\xce\xce\xce\xce", 4, "is a Java keystore (JCEKS): " JAVA },
    { "SQLite format 3", 15,
      "is an SQLite database, perhaps the store of Firefox or NSS (cert9.db, key4.db): "
      "export from it with `pk12util -o NEW.p12 -n NAME -d FOLDER`" },
    { "PK\x03\x04", 4, "is a ZIP archive: unpack it, and name the file in it" },
    { "\x1f\x8b", 2, "is compressed by gzip: unpack it" },
    { "ssh-", 4, SSH },
    { "ecdsa-sha2-", 11, SSH },
    { "---- BEGIN SSH2", 15, SSH },
    { "PuTTY-User-Key-File", 19, "is a key of PuTTY, which has no certificates" },
    { "MII", 3,
      "is base64 text that was cut off, or has other letters in it; copy it again" },
    { "{", 1, "is JSON, no certificate: take the certificate out of it" },
    { "<", 1, "is a web page, no certificate; download it again" },
};

static const struct {
    const char *label;
    const char *name;
} labels[] = {
    { "CERTIFICATE REQUEST", REQUEST },
    { "NEW CERTIFICATE REQUEST", REQUEST },
    { "OPENSSH PRIVATE KEY", SSH },
    { "SSH2 PUBLIC KEY", SSH },
    { "PUBLIC KEY", "holds a public key, no certificate: name the certificate's file" },
    { "RSA PUBLIC KEY",
      "holds a public key, no certificate: name the certificate's file" },
    { "PGP PUBLIC KEY BLOCK",
      "is a key of OpenPGP, which has no certificates of this kind" },
    { "PGP PRIVATE KEY BLOCK",
      "is a key of OpenPGP, which has no certificates of this kind" },
    { "ATTRIBUTE CERTIFICATE",
      "is an attribute certificate, which nobody can log in with" },
    { "OCSP RESPONSE", "is an answer of an OCSP responder, no certificate" },
    { "OCSP REQUEST", "is a question to an OCSP responder, no certificate" },
};

const char *foreign_file_name_label(struct slice label)
{
    for (size_t i = 0; i < ARRAY_LEN(labels); i++) {
        if (slice_equals_string(label, labels[i].label)) {
            return labels[i].name;
        }
    }
    return NULL;
}

/* CertificationRequestInfo has no [0] version and its subject after an INTEGER. */
static bool is_request(struct slice der)
{
    struct slice content;
    struct slice info;
    struct slice field;
    return der_read(&der, DER_SEQUENCE, &content) &&
           der_read(&content, DER_SEQUENCE, &info) &&
           der_read(&info, DER_INTEGER, &field) && field.len == 1 &&
           field.data[0] == 0 && der_read(&info, DER_SEQUENCE, &field) &&
           der_read(&info, DER_SEQUENCE, &field) &&
           der_next_is(info, DER_CONTEXT | DER_CONSTRUCTED | 0);
}

/* OCSPResponse begins with its status, an ENUMERATED (RFC 6960 4.2.1). */
static bool is_ocsp_response(struct slice der)
{
    struct slice content;
    return der_read(&der, DER_SEQUENCE, &content) &&
           der_next_is(content, DER_ENUMERATED);
}

/* OCSPRequest: TBSRequest { requestList of Request { CertID { AlgorithmIdentifier,
 * OCTET STRING ... (RFC 6960 4.1.1) */
static bool is_ocsp_request(struct slice der)
{
    struct slice level;
    for (int i = 0; i < 5; i++) {
        if (!der_read(&der, DER_SEQUENCE, &level)) {
            return false;
        }
        while (i == 1 && level.len > 0 && (level.data[0] & DER_CONTEXT) != 0) {
            if (!der_read_any(&level, NULL, NULL, NULL)) {
                return false;
            }
        }
        der = level;
    }
    return der_read(&der, DER_SEQUENCE, &level) && der_next_is(level, DER_OID) &&
           der_next_is(der, DER_OCTET_STRING);
}

/* SubjectPublicKeyInfo: an algorithm and a BIT STRING. */
static bool is_public_key(struct slice der)
{
    struct slice content;
    struct slice algorithm;
    return der_read(&der, DER_SEQUENCE, &content) &&
           der_read(&content, DER_SEQUENCE, &algorithm) &&
           der_next_is(algorithm, DER_OID) && der_next_is(content, DER_BIT_STRING);
}

const char *foreign_file_name_bytes(struct slice bytes)
{
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        if (bytes.len >= starts[i].len &&
            memcmp(bytes.data, starts[i].start, starts[i].len) == 0) {
            return starts[i].name;
        }
    }
    if (is_request(bytes)) {
        return REQUEST;
    }
    if (is_public_key(bytes)) {
        return foreign_file_name_label(slice_from_string("PUBLIC KEY"));
    }
    return is_ocsp_response(bytes)
               ? foreign_file_name_label(slice_from_string("OCSP RESPONSE"))
           : is_ocsp_request(bytes)
               ? foreign_file_name_label(slice_from_string("OCSP REQUEST"))
               : NULL;
}
