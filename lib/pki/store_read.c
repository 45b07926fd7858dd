/* SPDX-License-Identifier: MIT */
#include "pki/store_read.h"

#include "base/file.h"
#include "base/text.h"
#include "pki/der.h"
#include "pki/pem.h"
#include "pki/store_text.h"

#include <string.h>
#include <sys/stat.h>

enum content { CONTENT_CERTIFICATES, CONTENT_KEY, CONTENT_CRL, CONTENT_NOT_READ };

/* What a file is expected to hold, and for those that are not read: what to do. */
static const struct {
    const char *suffix;
    enum content content;
    const char *mend;
} suffixes[] = {
    { ".cer", CONTENT_CERTIFICATES, NULL },
    { ".crt", CONTENT_CERTIFICATES, NULL },
    { ".der", CONTENT_CERTIFICATES, NULL },
    { ".pem", CONTENT_CERTIFICATES, NULL },
    { ".key", CONTENT_KEY, NULL },
    { ".crl", CONTENT_CRL, NULL },
    { ".pfx", CONTENT_NOT_READ,
      "PKCS #12 files are not read yet: convert it with openssl pkcs12 -in FILE -nodes "
      "-out "
      "FILE.pem" },
    { ".p12", CONTENT_NOT_READ,
      "PKCS #12 files are not read yet: convert it with openssl pkcs12 -in FILE -nodes "
      "-out "
      "FILE.pem" },
    { ".p7b", CONTENT_NOT_READ,
      "PKCS #7 files are not read: convert it with openssl pkcs7 -in FILE -print_certs "
      "-out "
      "FILE.pem (-inform DER if it is binary)" },
    { ".p7c", CONTENT_NOT_READ,
      "PKCS #7 files are not read: convert it with openssl pkcs7 -in FILE -print_certs "
      "-out "
      "FILE.pem (-inform DER if it is binary)" },
    { ".sst", CONTENT_NOT_READ,
      "serialized stores are not read: export each certificate as a .cer file" },
    { ".csr", CONTENT_NOT_READ,
      "a certificate request is no certificate: have a CA answer it and put the answer "
      "here" },
    { ".req", CONTENT_NOT_READ,
      "a certificate request is no certificate: have a CA answer it and put the answer "
      "here" },
};

/* PEM labels (RFC 7468 and OpenSSL's). An ignored one has no action. */
enum block { BLOCK_CERTIFICATE, BLOCK_TRUSTED, BLOCK_CRL, BLOCK_KEY, BLOCK_IGNORED };
static const struct {
    const char *label;
    enum block block;
} labels[] = {
    { "CERTIFICATE", BLOCK_CERTIFICATE },
    { "X509 CERTIFICATE", BLOCK_CERTIFICATE },
    { "TRUSTED CERTIFICATE", BLOCK_TRUSTED },
    { "X509 CRL", BLOCK_CRL },
    { "PRIVATE KEY", BLOCK_KEY },
    { "ENCRYPTED PRIVATE KEY", BLOCK_KEY },
    { "RSA PRIVATE KEY", BLOCK_KEY },
    { "EC PRIVATE KEY", BLOCK_KEY },
    { "DSA PRIVATE KEY", BLOCK_KEY },
    { "OPENSSH PRIVATE KEY", BLOCK_KEY },
    { "EC PARAMETERS", BLOCK_IGNORED },
    { "DH PARAMETERS", BLOCK_IGNORED },
    { "PUBLIC KEY", BLOCK_IGNORED },
};

struct reader {
    struct store_builder *builder;
    const char *path;
    enum content content;
    struct err *err;
};

static bool folder_holds_keys(enum store_folder folder)
{
    return folder == STORE_MY || folder == STORE_CURRENT_USER_MY;
}

/* The reason without its final stop, for it goes into the middle of a sentence. */
static int note_unreadable(const struct reader *reader, const char *reason)
{
    if (reader->content == CONTENT_KEY && folder_holds_keys(reader->builder->folder)) {
        struct store_text file = store_text_file(reader->path);
        struct err problem = ERR_INIT;
        err_set(&problem, ERR_CONFIG, 0, "%.60s %s", file.text, reason);
        return store_builder_add_key(reader->builder, NULL, problem.text, reader->path,
                                     reader->err);
    }
    return store_builder_note(reader->builder, false, reader->err, "%s %s.",
                              store_text_path(reader->path).text, reason);
}

static int note_key_mode(const struct reader *reader)
{
    struct stat status;
    if (stat(reader->path, &status) != 0 || (status.st_mode & 077) == 0) {
        return 0;
    }
    return store_builder_note(
        reader->builder, false, reader->err,
        "%s: other users of this machine may read this private key "
        "(its mode is %04o). Run chmod 600 on it.",
        store_text_path(reader->path).text, (unsigned)status.st_mode & 07777);
}

static int add_key(const struct reader *reader, struct slice bytes)
{
    struct store_builder *builder = reader->builder;
    struct err problem = ERR_INIT;
    struct key *key = NULL;

    if (!folder_holds_keys(builder->folder)) {
        return store_builder_note(builder, false, reader->err,
                                  "%s: a private key has no business in %s and is not "
                                  "used. Remove it: whoever "
                                  "reads this store could pass for its owner.",
                                  store_text_path(reader->path).text,
                                  store_folder_name(builder->folder));
    }
    if (key_is_encrypted(bytes)) {
        /* key_parse would name an option that a store does not have. */
        err_set(&problem, ERR_CONFIG, 0,
                "%.60s is protected by a password: remove it with "
                "`openssl pkey -in FILE -out NEW`, for nobody is asked for it here",
                store_text_file(reader->path).text);
    } else if (key_parse(bytes, NULL, store_text_file(reader->path).text, &key,
                         &problem) != 0) {
        if (problem.domain == ERR_MEMORY) {
            *reader->err = problem;
            return -1;
        }
        size_t len = strlen(problem.text);
        if (len > 0 && problem.text[len - 1] == '.') {
            problem.text[len - 1] = 0;
        }
    }
    if (store_builder_add_key(builder, key, problem.text, reader->path, reader->err) !=
        0) {
        return -1;
    }
    return note_key_mode(reader);
}

static int add_block(const struct reader *reader, enum block block,
                     const struct pem_block *pem)
{
    struct store_builder *builder = reader->builder;
    struct buf der = BUF_EMPTY;
    int result;

    if (block == BLOCK_IGNORED) {
        return 0;
    }
    if (block == BLOCK_KEY) {
        return add_key(reader, pem->whole);
    }
    if (!pem_decode(pem, &der)) {
        result = der.failed
                     ? err_memory(reader->err)
                     : note_unreadable(reader, "holds a PEM block that is no base64 "
                                               "text; copy it again");
    } else if (block == BLOCK_CRL) {
        result = store_builder_add_crl(builder, crl_create(buf_slice(&der)),
                                       reader->path, reader->err);
    } else {
        struct slice content = buf_slice(&der);
        struct slice rest = content;
        /* OpenSSL's "trusted" form: its own data behind the certificate. */
        if (block == BLOCK_TRUSTED && !der_read_whole(&rest, DER_SEQUENCE, &content)) {
            content = buf_slice(&der);
        }
        result =
            content.len > CERTIFICATE_SIZE_MAX
                ? note_unreadable(reader, "holds a certificate of over 64 KiB, which "
                                          "is not read")
                : store_builder_add_certificate(builder, certificate_create(content),
                                                reader->path, reader->err);
    }
    buf_finish(&der);
    return result;
}

static int note_label(const struct reader *reader, const struct pem_block *pem)
{
    char label[40];
    size_t n = 0;
    while (n < pem->label.len && n < sizeof(label) - 1) {
        uint8_t c = pem->label.data[n];
        label[n++] = c >= 0x20 && c < 0x7f ? (char)c : '?';
    }
    label[n] = 0;
    return store_builder_note(
        reader->builder, false, reader->err,
        "%s: the block \"%s\" is nothing that a store reads; it wants CERTIFICATE, "
        "PRIVATE KEY or X509 CRL.",
        store_text_path(reader->path).text, label);
}

static int read_pem(const struct reader *reader, struct slice text)
{
    struct pem_block pem;
    enum pem_result found;
    int result = 0;

    while (result == 0 && (found = pem_next(&text, &pem)) != PEM_END) {
        size_t i = 0;
        while (i < ARRAY_LEN(labels) && !pem_has_label(&pem, labels[i].label)) {
            i++;
        }
        if (found == PEM_OPEN) {
            result =
                note_unreadable(reader, "holds a PEM block without its END line; it "
                                        "was cut off: copy it again");
        } else if (i == ARRAY_LEN(labels)) {
            result = note_label(reader, &pem);
        } else {
            result = add_block(reader, labels[i].block, &pem);
        }
    }
    return result;
}

/* Bytes that are neither PEM nor DER: the likely accidents by their first bytes. */
static const char *strange_content(struct slice content)
{
    static const struct {
        const char *start;
        size_t len;
        const char *reason;
    } accidents[] = {
        { "\xff\xfe", 2,
          "is UTF-16 text, as PowerShell's > writes it; save it as ASCII or UTF-8" },
        { "\xfe\xff", 2, "is UTF-16 text; save it as ASCII or UTF-8" },
        { "<", 1, "is a web page, no certificate; download it again" },
        { "MII", 3,
          "is base64 text without its -----BEGIN and -----END lines; add them, or save "
          "it "
          "as DER" },
    };
    for (size_t i = 0; i < ARRAY_LEN(accidents); i++) {
        if (content.len >= accidents[i].len &&
            memcmp(content.data, accidents[i].start, accidents[i].len) == 0) {
            return accidents[i].reason;
        }
    }
    return "is neither PEM nor DER; copy it again from where it came from";
}

static int read_der(const struct reader *reader, struct slice content)
{
    if (content.data[0] != DER_SEQUENCE) {
        return note_unreadable(reader, strange_content(content));
    }
    if (reader->content == CONTENT_KEY) {
        return add_key(reader, content);
    }
    if (reader->content == CONTENT_CRL) {
        return store_builder_add_crl(reader->builder, crl_create(content), reader->path,
                                     reader->err);
    }
    if (content.len > CERTIFICATE_SIZE_MAX) {
        return note_unreadable(reader, "is over 64 KiB, which no certificate is");
    }
    return store_builder_add_certificate(reader->builder, certificate_create(content),
                                         reader->path, reader->err);
}

/* The system's reason alone: the notes name the file themselves. */
static int note_open_failure(const struct reader *reader, const struct err *problem)
{
    char reason[128] = "cannot be read: ";
    const char *text = problem->domain == ERR_SYSTEM  ? strerror(problem->code)
                       : problem->domain == ERR_LIMIT ? "it is larger than 32 MiB"
                                                      : "it is not a regular file";
    strncat(reason, text, sizeof(reason) - strlen(reason) - 1);
    return note_unreadable(reader, reason);
}

/* By the suffix of its name; -1 for a file that a store does not look at. */
static int find_suffix(const char *path)
{
    for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
        if (text_has_suffix_ignoring_case(path, suffixes[i].suffix)) {
            return (int)i;
        }
    }
    return -1;
}

int store_read_bytes(struct store_builder *builder, const char *path,
                     struct slice bytes, struct err *err)
{
    int i = find_suffix(path);
    if (i < 0) {
        return 0;
    }
    struct reader reader = { builder, path, suffixes[i].content, err };
    if (suffixes[i].content == CONTENT_NOT_READ) {
        return store_builder_note(builder, false, err, "%s: %s.",
                                  store_text_path(path).text, suffixes[i].mend);
    }
    if (bytes.len == 0) {
        return note_unreadable(&reader, "is empty; copy it again");
    }
    return pem_is(bytes) ? read_pem(&reader, bytes) : read_der(&reader, bytes);
}

int store_read_file(struct store_builder *builder, const char *path, struct err *err)
{
    int i = find_suffix(path);
    if (i < 0 || suffixes[i].content == CONTENT_NOT_READ) {
        return store_read_bytes(builder, path, SLICE_EMPTY, err);
    }
    struct buf content = BUF_EMPTY;
    struct err problem = ERR_INIT;
    int result;
    if (file_read_all(path, STORE_FILE_MAX, &content, &problem) == 0) {
        result = store_read_bytes(builder, path, buf_slice(&content), err);
    } else if (problem.domain == ERR_MEMORY) {
        *err = problem;
        result = -1;
    } else {
        struct reader reader = { builder, path, suffixes[i].content, err };
        result = note_open_failure(&reader, &problem);
    }
    buf_finish_secret(&content);
    return result;
}
