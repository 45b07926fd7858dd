/* SPDX-License-Identifier: MIT */
#include "bundle/pkcs12_importers.h"

#include "base/compiler.h"

#define OLD (PKCS12_USES_3DES | PKCS12_USES_RC | PKCS12_USES_MAC_SHA1)
#define NEW (OLD | PKCS12_USES_PBES2 | PKCS12_USES_MAC_SHA2)
#define OLD_APPLE                                                             \
    "of AES or SHA-2 its older versions say that the password is wrong; new " \
    "ones take it by `security import -f pkcs12`"

/* Sources (more of them in docs/verdicts.md): Windows 10 1709 and Server 2019 brought
 * AES256_SHA256 (Export-PfxCertificate, -CryptoAlgorithmOption); Android up to 13
 * (reported for 9 to 13) and Apple's keychain refuse PBES2 with a SHA-2 MAC
 * (pyca/cryptography pull request 7458, tauri issue 15843 for macOS 26); Java:
 * JDK-8076190 in 8u301 and 11.0.12, PBMAC1 (JDK-8343232) in later versions than these;
 * OpenSSL 3 has RC2 and RC4 in its legacy provider only, PBMAC1 since 3.4 (its
 * CHANGES). OpenSSL 3.0, Java 17 and NSS are asked by the tests. */
static const struct row {
    const char *name;
    unsigned takes;
    unsigned perhaps;
    const char *note;
} rows[] = {
    { "Windows Server 2012 to 2016", OLD, 0, NULL },
    { "Windows Server 2019 to 2025", NEW, 0, NULL },
    { "macOS, iOS", OLD, PKCS12_USES_PBES2 | PKCS12_USES_MAC_SHA2, OLD_APPLE },
    { "Android up to 13", OLD, 0, NULL },
    { "Android 14 and later", NEW, 0, NULL },
    { "Java 8 before 8u301, 11 before 11.0.12", OLD, 0, NULL },
    { "Java 8u301, 11.0.12, 17", NEW | PKCS12_USES_NO_MAC, 0, NULL },
    { "OpenSSL 1.1", NEW | PKCS12_USES_NO_MAC, 0, NULL },
    { "OpenSSL 3", (NEW & ~(unsigned)PKCS12_USES_RC) | PKCS12_USES_NO_MAC,
      PKCS12_USES_RC | PKCS12_USES_PBMAC1,
      "RC2 and RC4 with -legacy only, PBMAC1 from 3.4 on" },
    { "NSS (Firefox)", NEW, PKCS12_USES_PBMAC1, "PBMAC1 in recent versions only" },
};

size_t pkcs12_importer_count(void)
{
    return ARRAY_LEN(rows);
}

struct pkcs12_importer pkcs12_importer_get(size_t index, unsigned uses)
{
    const struct row *row = &rows[index];
    unsigned strange = uses & ~row->takes;
    struct pkcs12_importer result = { row->name, PKCS12_IMPORTS, NULL };
    if (strange != 0) {
        bool perhaps = (strange & ~row->perhaps) == 0;
        result.import = perhaps ? PKCS12_IMPORTS_PERHAPS : PKCS12_REFUSES;
        result.note = perhaps ? row->note : NULL;
    }
    return result;
}

bool pkcs12_append_uses(struct buf *out, unsigned uses)
{
    static const struct {
        unsigned use;
        const char *words;
    } names[] = {
        { PKCS12_USES_3DES, "Triple DES" },
        { PKCS12_USES_RC, "RC2 or RC4" },
        { PKCS12_USES_PBES2, "PBES2 (AES)" },
        { PKCS12_USES_MAC_SHA1, "MAC with SHA-1" },
        { PKCS12_USES_MAC_SHA2, "MAC with SHA-2" },
        { PKCS12_USES_PBMAC1, "PBMAC1" },
        { PKCS12_USES_NO_MAC, "no MAC" },
    };
    const char *between = "";
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if ((uses & names[i].use) != 0) {
            buf_printf(out, "%s%s", between, names[i].words);
            between = ", ";
        }
    }
    return buf_ok(out);
}

bool pkcs12_append_importers(struct buf *out, unsigned uses)
{
    static const char *const heads[] = {
        [PKCS12_IMPORTS] = "  Imported by",
        [PKCS12_IMPORTS_PERHAPS] = "  Perhaps by",
        [PKCS12_REFUSES] = "  Not by",
    };
    for (int import = PKCS12_IMPORTS; import <= PKCS12_REFUSES; import++) {
        bool is_first = true;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            struct pkcs12_importer importer = pkcs12_importer_get(i, uses);
            if ((int)importer.import != import) {
                continue;
            }
            buf_printf(out, "%s %s", is_first ? heads[import] : ";", importer.name);
            if (importer.note != NULL) {
                buf_printf(out, " (%s)", importer.note);
            }
            is_first = false;
        }
        buf_append_string(out, is_first ? "" : ".\n");
    }
    return buf_ok(out);
}
