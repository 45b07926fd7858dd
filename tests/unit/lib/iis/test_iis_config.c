/* SPDX-License-Identifier: MIT
 *
 * iis/iis_config: what holds for a URL, and what is a 500.19, from IIS's XML as
 * careless and hostile hands write it.
 */
#include "base/mem.h"
#include "iis/iis_config.h"
#include "support/check_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX ((size_t)4)

struct file {
    const char *name;
    const char *url;
    const char *text;
};

#define HOST     "/srv/applicationHost.config"
#define ROOT_DIR "/srv/inetpub/wwwroot/"
#define SITES                                                                      \
    "<system.applicationHost><sites>"                                              \
    "<site name='Default Web Site' id='1'><application path='/'>"                  \
    "<virtualDirectory path='/' physicalPath='%SystemDrive%\\inetpub\\wwwroot'/>"  \
    "</application><application path='/CRM'>"                                      \
    "<virtualDirectory path='/' physicalPath='C:\\Contoso\\CRM'/>"                 \
    "<virtualDirectory path='/Images' physicalPath='E:\\Images'/></application>"   \
    "<bindings><binding protocol='https' bindingInformation='*:443:'/></bindings>" \
    "</site><site name='Intern' id='2'><application path='/'>"                     \
    "<virtualDirectory path='/' physicalPath='D:\\intern'/></application>"         \
    "<bindings><clear/><binding protocol='https' "                                 \
    "bindingInformation='[::1]:8443:i.example'"                                    \
    " sslFlags='1'/></bindings></site></sites></system.applicationHost>"
#define SECTIONS(mode)                                                         \
    "<configSections><sectionGroup name='system.webServer'>"                   \
    "<section name='serverRuntime' overrideModeDefault='" mode "'/>"           \
    "<section name='httpErrors'/><sectionGroup name='security'>"               \
    "<section name='access' overrideModeDefault='" mode "'/>"                  \
    "<sectionGroup name='authentication'>"                                     \
    "<section name='anonymousAuthentication' overrideModeDefault='" mode "'/>" \
    "</sectionGroup></sectionGroup></sectionGroup></configSections>"
#define CONFIG(text)   "<?xml version='1.0'?>\n<configuration>" text "</configuration>"
#define SERVER(text)   "<system.webServer>" text "</system.webServer>"
#define SECURITY(text) SERVER("<security>" text "</security>")
#define ACCESS(flags)  SECURITY("<access sslFlags='" flags "'/>")
#define AT(path, text) "<location path='" path "'>" text "</location>"

#define ACCESS_HERE SECURITY("<access/>")
#define AUTH(text)  SECURITY("<authentication>" text "</authentication>")
#define ONE_SECTION(words)                                                        \
    "<configSections><sectionGroup name='system.webServer'><sectionGroup name="   \
    "'security'><section name='access' " words "/></sectionGroup></sectionGroup>" \
    "</configSections>"
#define NO_SUB                                                                    \
    "<system.applicationHost><sites><site name='Default Web Site' id='1'>"        \
    "<application path='/'><virtualDirectory path='/' physicalPath='c:\\wwwroot'" \
    " allowSubDirConfig='false'/></application></site></sites>"                   \
    "</system.applicationHost>"
#define BY_DEFAULT(words)                                                  \
    "<system.applicationHost><sites><site name='Default Web Site' id='1'>" \
    "<application path='/'><virtualDirectory path='/' "                    \
    "physicalPath='c:\\wwwroot' " words "/></application></site>"          \
    "<virtualDirectoryDefaults allowSubDirConfig='false'/></sites>"        \
    "</system.applicationHost>"
#define FILE(name, text) \
    {                    \
        name, NULL, text \
    }
#define URL(name, url, text) \
    {                        \
        name, url, text      \
    }
#define HOLDS(site, path, setting, expected, ...)                          \
    {                                                                      \
        { __VA_ARGS__ }, site, path, IIS_SETTING_##setting, expected, NULL \
    }
#define FAULT(site, path, expected, part, ...)                         \
    {                                                                  \
        { __VA_ARGS__ }, site, path, IIS_SETTING_COUNT, expected, part \
    }
#define ALONE(text)      FILE(HOST, CONFIG(SITES text))
#define WITH(mode, text) FILE(HOST, CONFIG(SECTIONS(mode) SITES text))
#define IN_SUB(text)     FILE(ROOT_DIR "sub/web.config", CONFIG(text))

/* clang-format off */
static const struct row {
    struct file files[FILES_MAX];
    const char *site; /* NULL = the first */
    const char *path;
    enum iis_setting setting;
    /* "Ssl @ FILE:LINE", or without @ IIS's default; "80070021 @ FILE:LINE" */
    const char *expected;
    const char *fault; /* is in its text */
} rows[] = {
    HOLDS(NULL, "/", SSL_FLAGS, "None", ALONE("")),
    HOLDS(NULL, "/", READ_AHEAD, "49152", ALONE("")),
    HOLDS(NULL, "/", ERROR_MODE, "DetailedLocalOnly", ALONE("")),
    HOLDS(NULL, "/", ANONYMOUS, "true", ALONE("")),
    HOLDS(NULL, "/secure/x", SSL_FLAGS, "Ssl, SslNegotiateCert, SslRequireCert @ " HOST ":3",
          ALONE("\n" AT("Default Web Site/secure", ACCESS("ssl , SslNegotiateCert,SslRequireCert")))),
    HOLDS(NULL, "/secureX", SSL_FLAGS, "None", ALONE(AT("Default Web Site/secure", ACCESS("Ssl")))),
    HOLDS(NULL, "/SECURE", SSL_FLAGS, "Ssl @ " HOST ":2", ALONE(AT("Default Web Site/secure", ACCESS("Ssl")))),
    HOLDS("Intern", "/secure", SSL_FLAGS, "None", ALONE(AT("Default Web Site/secure", ACCESS("Ssl")))),
    HOLDS("INTERN", "/", SSL_FLAGS, "Ssl128 @ " HOST ":2", ALONE(AT("intern", ACCESS("Ssl128")))),
    /* a child path of another location's path */
    HOLDS(NULL, "/a/b/c", SSL_FLAGS, "None @ " HOST ":2",
          ALONE(AT("Default Web Site/a/b", ACCESS("None")) AT("Default Web Site/a", ACCESS("Ssl")))),
    /* the section is locked as IIS ships it */
    FAULT(NULL, "/", "80070021 @ " ROOT_DIR "web.config:3", "<access> is locked",
          ALONE(""), FILE(ROOT_DIR "web.config", CONFIG("\n" ACCESS("Ssl")))),
    FAULT(NULL, "/sub/x", "80070021 @ " ROOT_DIR "sub/web.config:2",
          "locked at a parent level: " HOST ", line 2", WITH("Deny", ""), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/other", SSL_FLAGS, "None", WITH("Deny", ""), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/sub/x", SSL_FLAGS, "Ssl @ " ROOT_DIR "sub/web.config:2", WITH("Allow", ""), IN_SUB(ACCESS("Ssl"))),
    /* the folder of an application, and what is said of it */
    HOLDS(NULL, "/crm/V2/x", SSL_FLAGS, "Ssl @ /copy/contoso/crm/v2/web.config:2",
          WITH("Allow", ""), FILE("/copy/contoso/crm/v2/web.config", CONFIG(ACCESS("Ssl")))),
    HOLDS(NULL, "/crm/images/x", SSL_FLAGS, "Ssl @ E:/images/web.config:2",
          WITH("Allow", ""), FILE("E:/images/web.config", CONFIG(ACCESS("Ssl")))),
    HOLDS("Intern", "/a/b", SSL_FLAGS, "Ssl @ any:2", WITH("Allow", ""), URL("any", "Intern/a", CONFIG(ACCESS("Ssl")))),
    HOLDS(NULL, "/a/b", SSL_FLAGS, "Ssl @ any:2", WITH("Allow", ""), URL("any", "/a/", CONFIG(ACCESS("Ssl")))),
    HOLDS(NULL, "/", SSL_FLAGS, "Ssl @ /nowhere/web.config:2", WITH("Allow", ""), FILE("/nowhere/web.config", CONFIG(ACCESS("Ssl")))),
    HOLDS(NULL, "/sub", SSL_FLAGS, "Ssl @ c:\\inetpub\\wwwroot\\sub\\Web.config:2",
          WITH("Allow", ""), FILE("c:\\inetpub\\wwwroot\\sub\\Web.config", CONFIG(ACCESS("Ssl")))),
    /* whole parts of a folder's path, the most of them */
    HOLDS(NULL, "/", SSL_FLAGS, "Ssl @ /copy/contoso/cxx/web.config:2",
          WITH("Allow", ""), FILE("/copy/contoso/cxx/web.config", CONFIG(ACCESS("Ssl")))),
    HOLDS(NULL, "/", SSL_FLAGS, "Ssl @ /intern/inetpub/wwwroot/web.config:2",
          WITH("Allow", ""), FILE("/intern/inetpub/wwwroot/web.config", CONFIG(ACCESS("Ssl")))),
    HOLDS("Intern", "/inetpub", SSL_FLAGS, "Ssl @ /intern/inetpub/web.config:2",
          WITH("Allow", ""), FILE("/intern/inetpub/web.config", CONFIG(ACCESS("Ssl")))),
    /* nearer places count more, whoever says it; each attribute by itself */
    HOLDS(NULL, "/sub/x", SSL_FLAGS, "None @ " ROOT_DIR "sub/web.config:2",
          WITH("Allow", AT("Default Web Site/sub", ACCESS("Ssl"))), IN_SUB(ACCESS("None"))),
    HOLDS(NULL, "/sub/deep/x", SSL_FLAGS, "Ssl128 @ " HOST ":2",
          WITH("Allow", AT("Default Web Site/sub/deep", ACCESS("Ssl128"))), IN_SUB(ACCESS("None"))),
    HOLDS(NULL, "/sub/one/x", SSL_FLAGS, "Ssl @ " ROOT_DIR "sub/web.config:2", WITH("Allow", ""),
          IN_SUB(ACCESS("None") AT("one", ACCESS("Ssl")))),
    HOLDS(NULL, "/sub", READ_AHEAD, "0 @ " HOST ":2",
          WITH("Allow", SERVER("<serverRuntime uploadReadAheadSize='0'/>")), IN_SUB(SERVER("<serverRuntime enableNagling='TRUE'/>"))),
    HOLDS(NULL, "/sub", READ_AHEAD, "2147483647 @ " HOST ":2", ALONE(SERVER("<serverRuntime uploadReadAheadSize='2147483647'/>"))),
    HOLDS(NULL, "/", ERROR_MODE, "Detailed @ " HOST ":2", ALONE(SERVER("<httpErrors errorMode='detailed'/>"))),
    HOLDS(NULL, "/", ANONYMOUS, "false @ " HOST ":2", ALONE(AUTH("<anonymousAuthentication enabled='False' password='p'/>"))),
    HOLDS(NULL, "/", SSL_FLAGS, "None @ " HOST ":2", ALONE(ACCESS(""))),
    HOLDS(NULL, "/", SSL_FLAGS, "SslMapCert @ " HOST ":2", ALONE(ACCESS(" SslMapCert , None "))),
    /* who may unlock, and for whom */
    HOLDS(NULL, "/sub/x", SSL_FLAGS, "Ssl @ " ROOT_DIR "sub/web.config:2",
          WITH("Deny", "<location overrideMode='Allow'>" ACCESS("None") "</location>"), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/sub/x", SSL_FLAGS, "Ssl @ " ROOT_DIR "sub/web.config:2",
          WITH("Deny", "<location path='Default Web Site' allowOverride='true'>" ACCESS_HERE "</location>"), IN_SUB(ACCESS("Ssl"))),
    FAULT(NULL, "/sub/x", "80070021 @ " ROOT_DIR "sub/web.config:2", "locked at a parent level",
          WITH("Deny", "<location path='Intern' overrideMode='Allow'>" ACCESS_HERE "</location>"), IN_SUB(ACCESS("Ssl"))),
    FAULT(NULL, "/sub/x", "80070021 @ " ROOT_DIR "sub/web.config:2", HOST ", line 2",
          WITH("Allow", "<location path='Default Web Site' overrideMode='Deny'>" ACCESS_HERE "</location>"), IN_SUB(ACCESS("Ssl"))),
    FAULT(NULL, "/sub/x", "80070021 @ " ROOT_DIR "sub/web.config:2", HOST ", line 2",
          WITH("Allow", "<location path='Default Web Site' allowOverride='false'>" ACCESS_HERE "</location>"), IN_SUB(ACCESS("Ssl"))),
    FAULT(NULL, "/sub/x", "80070021 @ " ROOT_DIR "sub/web.config:2", "locked at a parent level",
          WITH("Deny", "<location path='Default Web Site' overrideMode='Inherit'>" ACCESS_HERE "</location>"), IN_SUB(ACCESS("Ssl"))),
    /* the same file may say more below its own lock */
    HOLDS(NULL, "/a", SSL_FLAGS, "Ssl @ " HOST ":2",
          WITH("Allow", "<location overrideMode='Deny'>" ACCESS("None") "</location>" AT("Default Web Site/a", ACCESS("Ssl")))),
    FAULT(NULL, "/sub/deep", "80070021 @ " ROOT_DIR "sub/deep/web.config:2", ROOT_DIR "sub/web.config, line 2",
          WITH("Allow", ""), IN_SUB("<location path='deep' overrideMode='Deny'>" ACCESS_HERE "</location>"),
          FILE(ROOT_DIR "sub/deep/web.config", CONFIG(ACCESS_HERE))),
    HOLDS(NULL, "/sub/other", SSL_FLAGS, "Ssl @ " ROOT_DIR "sub/other/web.config:2",
          WITH("Allow", ""), IN_SUB("<location path='deep' overrideMode='Deny'>" ACCESS_HERE "</location>"),
          FILE(ROOT_DIR "sub/other/web.config", CONFIG(ACCESS("Ssl")))),
    FAULT(NULL, "/sub/shop", "80070021 @ " HOST ":2", "unlocked here and locked at " ROOT_DIR "sub/web.config",
          WITH("Allow", "<location path='Default Web Site/sub/shop' overrideMode='Allow'>" ACCESS_HERE "</location>"),
          IN_SUB("<location overrideMode='Deny'>" ACCESS_HERE "</location>")),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "locked at a parent level",
          WITH("Allow", SECURITY("<access lockItem='true'/>")), IN_SUB(ACCESS_HERE)),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "allowDefinition at " HOST,
          FILE(HOST, CONFIG(ONE_SECTION("allowDefinition='MachineToApplication'") SITES)), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/", SSL_FLAGS, "Ssl @ " ROOT_DIR "web.config:2",
          FILE(HOST, CONFIG(ONE_SECTION("allowDefinition='MachineToApplication'") SITES)), FILE(ROOT_DIR "web.config", CONFIG(ACCESS("Ssl")))),
    FAULT(NULL, "/", "80070021 @ " ROOT_DIR "web.config:2", "allowDefinition at " HOST,
          FILE(HOST, CONFIG(ONE_SECTION("allowDefinition='AppHostOnly'") SITES)), FILE(ROOT_DIR "web.config", CONFIG(ACCESS("Ssl")))),
    HOLDS(NULL, "/a", SSL_FLAGS, "Ssl @ " HOST ":2",
          FILE(HOST, CONFIG(ONE_SECTION("allowDefinition='MachineOnly'") SITES AT("Default Web Site/a", ACCESS("Ssl"))))),
    /* parts of a section */
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "attribute sslFlags of <access> is locked: " HOST ", line 2",
          WITH("Allow", SECURITY("<access sslFlags='Ssl' lockAttributes='sslFlags'/>")), IN_SUB(ACCESS("Ssl"))),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "attribute sslFlags",
          WITH("Allow", SECURITY("<access lockAttributes='*'/>")), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/sub", SSL_FLAGS, "Ssl @ " HOST ":2",
          WITH("Allow", SECURITY("<access sslFlags='Ssl' lockAttributes='*'/>")), IN_SUB(ACCESS_HERE)),
    HOLDS(NULL, "/sub", READ_AHEAD, "7 @ " ROOT_DIR "sub/web.config:2",
          WITH("Allow", SERVER("<serverRuntime lockAllAttributesExcept='uploadReadAheadSize'/>")), IN_SUB(SERVER("<serverRuntime uploadReadAheadSize='7'/>"))),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "attribute enabled",
          WITH("Allow", SERVER("<serverRuntime lockAllAttributesExcept='uploadReadAheadSize'/>")), IN_SUB(SERVER("<serverRuntime enabled='true'/>"))),
    HOLDS(NULL, "/a", SSL_FLAGS, "None @ " HOST ":2",
          WITH("Allow", SECURITY("<access lockAttributes='sslFlags'/>") AT("Default Web Site/a", ACCESS("None")))),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "element clear of <httpErrors>",
          ALONE(SERVER("<httpErrors lockElements='remove, clear'/>")), IN_SUB(SERVER("<httpErrors><clear/></httpErrors>"))),
    HOLDS(NULL, "/sub", ERROR_MODE, "DetailedLocalOnly",
          ALONE(SERVER("<httpErrors lockElements='remove, clear'/>")), IN_SUB(SERVER("<httpErrors><error statusCode='404'/></httpErrors>"))),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "element remove",
          ALONE(SERVER("<httpErrors lockAllElementsExcept='error,clear'/>")), IN_SUB(SERVER("<httpErrors><remove statusCode='404'/></httpErrors>"))),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:3", "statusCode 404, subStatusCode -1",
          ALONE(SERVER("<httpErrors><error statusCode='404' lockItem='true'/></httpErrors>")), IN_SUB(SERVER("<httpErrors>\n<remove statusCode='404' subStatusCode='-1'/></httpErrors>"))),
    FAULT(NULL, "/sub", "80070021 @ " ROOT_DIR "sub/web.config:2", "is locked",
          ALONE(SERVER("<httpErrors><error statusCode='404' lockItem='true'/></httpErrors>")), IN_SUB(SERVER("<httpErrors><clear/></httpErrors>"))),
    HOLDS(NULL, "/a", ERROR_MODE, "DetailedLocalOnly",
          ALONE(SERVER("<httpErrors><error statusCode='404' lockItem='true'/></httpErrors>")
                AT("Default Web Site/a", SERVER("<httpErrors><remove statusCode='404'/><clear/></httpErrors>")))),
    /* what is there already */
    FAULT(NULL, "/sub", "800700B7 @ " ROOT_DIR "sub/web.config:3", "statusCode 404, subStatusCode -1",
          ALONE(SERVER("<httpErrors><error statusCode='404'/></httpErrors>")), IN_SUB(SERVER("<httpErrors>\n<error statusCode='404'/></httpErrors>"))),
    HOLDS(NULL, "/sub", ERROR_MODE, "DetailedLocalOnly", ALONE(SERVER("<httpErrors><error statusCode='404'/></httpErrors>")),
          IN_SUB(SERVER("<httpErrors><remove statusCode='404'/><error statusCode='404'/><error statusCode='404' subStatusCode='3'/></httpErrors>"))),
    HOLDS(NULL, "/sub", ERROR_MODE, "DetailedLocalOnly", ALONE(SERVER("<httpErrors><error statusCode='404'/></httpErrors>")),
          IN_SUB(SERVER("<httpErrors><clear/><error statusCode='404'/></httpErrors>"))),
    FAULT(NULL, "/", "800700B7 @ " HOST ":3", "in line 2", ALONE(ACCESS("Ssl") "\n" ACCESS("Ssl"))),
    FAULT(NULL, "/", "800700B7 @ " HOST ":3", "in line 2", ALONE(ACCESS("Ssl") "\n" AT(".", ACCESS("Ssl")))),
    FAULT(NULL, "/a", "800700B7 @ " HOST ":2", "stands in this file", ALONE(AT("Default Web Site/a", ACCESS("Ssl")) AT("default web site\\A\\", ACCESS("Ssl")))),
    HOLDS(NULL, "/", SSL_FLAGS, "None", ALONE(AT("Default Web Site/a", ACCESS("Ssl")) AT("Default Web Site/a", ACCESS("Ssl")))),
    FAULT(NULL, "/", "800700B7 @ " HOST ":2", "second <section>", FILE(HOST, CONFIG(SECTIONS("Deny") SECTIONS("Allow") SITES))),
    /* what is not known */
    FAULT(NULL, "/sub", "8007000D @ " ROOT_DIR "sub/web.config:2", "sslFlags of <access> is 'Sll'; it can be: None, Ssl, SslNegotiateCert",
          WITH("Allow", ""), IN_SUB(ACCESS("Sll"))),
    FAULT(NULL, "/sub/x", "8007000D @ " ROOT_DIR "sub/web.config:2", "no attribute 'sslflags'",
          WITH("Allow", ""), IN_SUB(SECURITY("<access sslflags='Ssl'/>"))),
    FAULT(NULL, "/sub", "8007000D @ " ROOT_DIR "sub/web.config:2", "<add> cannot stand in <access>",
          WITH("Allow", ""), IN_SUB(SECURITY("<access><add/></access>"))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "'-1'; it can be: a number from 0", ALONE(SERVER("<serverRuntime uploadReadAheadSize='-1'/>"))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "'2147483648'", ALONE(SERVER("<serverRuntime uploadReadAheadSize='2147483648'/>"))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "true, false", ALONE(AUTH("<basicAuthentication enabled='yes'/>"))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "DetailedLocalOnly, Custom, Detailed", ALONE(SERVER("<httpErrors errorMode='On'/>"))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "statusCode", ALONE(SERVER("<httpErrors><error/></httpErrors>"))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "no attribute 'all'", ALONE(SECURITY("<access lockAttributes='all'/>"))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "lockItem is true or false", ALONE(SECURITY("<access lockItem='1'/>"))),
    FAULT(NULL, "/a", "8007000D @ " HOST ":2", "not both",
          ALONE("<location path='Default Web Site/a' overrideMode='Allow' allowOverride='true'>" ACCESS_HERE "</location>")),
    FAULT(NULL, "/a", "8007000D @ " HOST ":2", "overrideMode is Allow, Deny or Inherit",
          ALONE("<location path='Default Web Site/a' overrideMode='Maybe'/>")),
    FAULT(NULL, "/a", "8007000D @ " HOST ":2", "cannot stand in another", ALONE(AT("Default Web Site/a", AT("b", "")))),
    FAULT(NULL, "/", "8007000D @ " HOST ":2", "in <configuration> only", ALONE(SERVER(AT("b", "")))),
    FAULT(NULL, "/sub/x", "8007000D @ " ROOT_DIR "sub/web.config:2", "no XML", ALONE(""), FILE(ROOT_DIR "sub/web.config", "<configuration>\n<system.webServer>")),
    FAULT(NULL, "/sub/x", "8007000D @ " ROOT_DIR "sub/web.config:1", "no XML", ALONE(""), FILE(ROOT_DIR "sub/web.config", "")),
    HOLDS(NULL, "/", SSL_FLAGS, "None", ALONE(""), FILE(ROOT_DIR "sub/web.config", "")),
    /* not the site's own level */
    HOLDS(NULL, "/a", CERT_MAPPING, "false", ALONE(AT("Default Web Site/a", AUTH("<iisClientCertificateMappingAuthentication enabled='true'/>")))),
    HOLDS(NULL, "/a", CERT_MAPPING, "true @ " HOST ":2", ALONE(AT("Default Web Site", AUTH("<iisClientCertificateMappingAuthentication enabled='true'><manyToOneMappings><add/></manyToOneMappings></iisClientCertificateMappingAuthentication>")))),
    /* pieces of files */
    HOLDS("Contoso", "/x", SSL_FLAGS, "Ssl @ " HOST ":1", FILE(HOST, AT("Contoso", ACCESS("ssl")))),
    HOLDS("Default Web Site", "/x", SSL_FLAGS, "Ssl @ " HOST ":1", FILE(HOST, ACCESS("ssl"))),
    HOLDS("b", "/", SSL_FLAGS, "Ssl @ " HOST ":2", FILE(HOST, CONFIG(AT("a/x", ACCESS("None")) AT("B/", ACCESS("Ssl"))))),
    HOLDS(NULL, "/", SSL_FLAGS, "None", FILE(HOST, CONFIG("<x:y xmlns:x='urn:z'/><system.web><location/></system.web>"))),
    HOLDS(NULL, "/", SSL_FLAGS, "Ssl @ " HOST ":2", FILE(HOST, "\xef\xbb\xbf" CONFIG(SITES ACCESS("Ssl")))),
    /* allowSubDirConfig */
    HOLDS(NULL, "/sub", SSL_FLAGS, "None",
          FILE(HOST, CONFIG(SECTIONS("Allow") NO_SUB)), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/sub", SSL_FLAGS, "None", FILE(HOST, CONFIG(SECTIONS("Allow") BY_DEFAULT(""))), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/sub", SSL_FLAGS, "Ssl @ " ROOT_DIR "sub/web.config:2",
          FILE(HOST, CONFIG(SECTIONS("Allow") BY_DEFAULT("allowSubDirConfig='true'"))), IN_SUB(ACCESS("Ssl"))),
    HOLDS(NULL, "/", SSL_FLAGS, "Ssl @ " ROOT_DIR "web.config:2",
          FILE(HOST, CONFIG(SECTIONS("Allow") BY_DEFAULT(""))), FILE(ROOT_DIR "web.config", CONFIG(ACCESS("Ssl")))),
    HOLDS(NULL, "/", SSL_FLAGS, "Ssl @ " ROOT_DIR "web.config:2",
          FILE(HOST, CONFIG(SECTIONS("Allow") NO_SUB)), FILE(ROOT_DIR "web.config", CONFIG(ACCESS("Ssl")))),
};
/* clang-format on */

static void add(struct iis_config *config, const struct file *file)
{
    struct err err = ERR_INIT;
    ck_assert_msg(iis_config_add(config, file->name, file->url,
                                 slice_from_string(file->text), &err) == 0,
                  "%s", err.text);
}

static struct iis_config *make(const struct file files[FILES_MAX])
{
    struct iis_config *config = iis_config_create();
    struct err err = ERR_INIT;
    ck_assert_ptr_nonnull(config);
    for (size_t i = 0; i < FILES_MAX && files[i].name != NULL; i++) {
        add(config, &files[i]);
    }
    ck_assert_msg(iis_config_settle(config, &err) == 0, "%s", err.text);
    return config;
}

static void append_origin(struct buf *out, struct iis_origin at)
{
    if (at.file != NULL) {
        buf_printf(out, "%s:%lu", at.file, at.line);
    }
}

START_TEST(tells_what_holds)
{
    const struct row *row = &rows[_i];
    struct iis_config *config = make(row->files);
    const struct iis_site *site =
        row->site == NULL ? iis_config_choose_site(config, "", 0)
                          : iis_config_find_site(config, slice_from_string(row->site));
    struct buf text = BUF_EMPTY;
    ck_assert_ptr_nonnull(site);
    const struct iis_settings *settings =
        iis_config_lookup(config, site, row->path, NULL);
    if (row->setting == IIS_SETTING_COUNT) {
        ck_assert_ptr_nonnull(settings->fault.text);
        buf_printf(&text, "%lX @ ", (unsigned long)settings->fault.hresult);
        append_origin(&text, settings->fault.at);
        ck_assert_str_eq(buf_string(&text), row->expected);
        ck_assert_msg(strstr(settings->fault.text, row->fault) != NULL, "%s",
                      settings->fault.text);
    } else {
        ck_assert_msg(settings->fault.text == NULL, "%s", settings->fault.text);
        iis_setting_format(&text, row->setting, settings->values[row->setting]);
        if (settings->origins[row->setting].file != NULL) {
            buf_append_string(&text, " @ ");
            append_origin(&text, settings->origins[row->setting]);
        }
        ck_assert_str_eq(buf_string(&text), row->expected);
    }
    buf_finish(&text);
    iis_config_destroy(config);
}
END_TEST

/* ---- what is told */

static const struct {
    struct file files[FILES_MAX];
    bool is_trap;
    const char *note; /* "FILE:LINE: part of the text" */
} notes[] = {
    { { ALONE(SERVER("<serverRuntime maxRequestEntityAllowed='1'/>")) },
      false,
      HOST ":2: maxRequestEntityAllowed of <serverRuntime> is read and not" },
    { { ALONE(AUTH("\n<windowsAuthentication enabled='true'/>")) },
      true,
      HOST ":3: <windowsAuthentication> is on; certgated does not play it" },
    { { ALONE(ACCESS("Ssl, SslRequireCert")) },
      true,
      HOST ":2: SslRequireCert without SslNegotiateCert" },
    { { ALONE(SECURITY("<access configSource='a.config'/>")) },
      true,
      HOST ":2: <access> stands in another file (configSource)" },
    { { ALONE(AUTH("<basicAuthentication configProtectionProvider='x'>"
                   "<EncryptedData/></basicAuthentication>")) },
      true,
      HOST ":2: <basicAuthentication> is encrypted" },
    { { ALONE(AT("Contoso", ACCESS("Ssl"))) },
      true,
      HOST ":2: <location path> begins with 'Contoso'" },
    { { ALONE(AT("Default Web Site/a",
                 AUTH("<iisClientCertificateMappingAuthentication/>"))) },
      true,
      HOST ":2: IIS reads <iisClientCertificateMappingAuthentication> at" },
    { { ALONE("<location inheritInChildApplications='false'/>") },
      true,
      HOST ":2: inheritInChildApplications is not reproduced" },
    { { FILE(HOST, ACCESS("Ssl")) }, true, HOST ":1: <system.webServer> stands alone" },
    { { ALONE("<system.applicationHost><sites><site name='Intern' id='9'/></sites>"
              "</system.applicationHost>") },
      true,
      HOST ":2: a <site> has a name of its own" },
    { { ALONE(""), FILE("/nowhere/web.config", CONFIG("")) },
      true,
      "/nowhere/web.config:0: its folder is none" },
    { { FILE(HOST, CONFIG(NO_SUB)), IN_SUB(ACCESS("Ssl")) },
      false,
      ROOT_DIR "sub/web.config:0: is not read: allowSubDirConfig" },
    { { ALONE(""), FILE(ROOT_DIR "web.config", CONFIG(ACCESS("Ssl"))) },
      true,
      ROOT_DIR "web.config:2: 500.19 with 0x80070021 for 'default web site'" },
};

START_TEST(tells_notes)
{
    struct iis_config *config = make(notes[_i].files);
    ck_assert_uint_eq(iis_config_n_notes(config), 1);
    const struct iis_note *note = iis_config_note(config, 0);
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%s:%lu: %s", note->at.file, note->at.line, note->text);
    ck_assert_msg(strstr(buf_string(&text), notes[_i].note) == buf_string(&text), "%s",
                  buf_string(&text));
    ck_assert_int_eq(note->is_trap, notes[_i].is_trap);
    buf_finish(&text);
    iis_config_destroy(config);
}
END_TEST

/* What most files have is not worth a note. */
START_TEST(tells_no_more)
{
    static const struct file files[FILES_MAX] = { ALONE(
        SERVER("<serverRuntime uploadReadAheadSize='1' alternateHostName='a' "
               "enableNagling='false' frequentHitThreshold='1' "
               "frequentHitTimePeriod='00:00:10' "
               "authenticatedUserOverride='UseWorkerProcessUser'/>"
               "<httpErrors errorMode='Custom' existingResponse='Auto' "
               "defaultResponseMode='File' defaultPath='a' "
               "detailedMoreInformationLink='a' "
               "allowAbsolutePathsWhenDelegated='false' "
               "lockAttributes='defaultPath'/><other/>")
            SECURITY("<access sslFlags='Ssl, SslNegotiateCert, "
                     "SslRequireCert'/><other/>")
                AUTH("<anonymousAuthentication enabled='true' userName='a' "
                     "password='a' logonMethod='Batch'/>"
                     "<basicAuthentication enabled='false' realm='a' "
                     "defaultLogonDomain='a' logonMethod='ClearText'/>"
                     "<digestAuthentication enabled='false' realm='a'/>"
                     "<windowsAuthentication enabled='false' useKernelMode='true' "
                     "authPersistSingleRequest='true' authPersistNonNTLM='true' "
                     "useAppPoolCredentials='true'><providers><clear/>"
                     "<add value='NTLM'/></providers><extendedProtection/>"
                     "</windowsAuthentication>"
                     "<clientCertificateMappingAuthentication enabled='false'/>"
                     "<iisClientCertificateMappingAuthentication enabled='true' "
                     "oneToOneCertificateMappingsEnabled='false' "
                     "manyToOneCertificateMappingsEnabled='false' "
                     "logonMethod='Network' defaultLogonDomain='a'>"
                     "<oneToOneMappings/></"
                     "iisClientCertificateMappingAuthentication>")) };
    struct iis_config *config = make(files);
    const struct iis_settings *settings =
        iis_config_lookup(config, iis_config_site(config, 0), "/", NULL);
    ck_assert_msg(settings->fault.text == NULL, "%s", settings->fault.text);
    ck_assert_msg(iis_config_n_notes(config) == 0, "%s",
                  iis_config_note(config, 0)->text);
    ck_assert_uint_eq(settings->values[IIS_SETTING_ONE_TO_ONE], 0);
    ck_assert_uint_eq(settings->values[IIS_SETTING_MANY_TO_ONE], 0);
    iis_config_destroy(config);
}
END_TEST

/* ---- what is refused at once */

static const struct {
    struct file files[FILES_MAX];
    const char *words;
} bad[] = {
    { { FILE(HOST, "<configuration>") }, HOST ", line 1: this is no XML" },
    { { FILE(HOST, "") }, HOST ", line 1: this is no XML" },
    { { FILE(HOST,
             "<!DOCTYPE a [<!ENTITY b 'c'>]><configuration>&b;</configuration>") },
      HOST ", line 1: a document type declaration" },
    { { ALONE(""), IN_SUB(""), FILE(ROOT_DIR "web.config", "<!DOCTYPE a><a/>") },
      ROOT_DIR "web.config, line 1: a document type declaration" },
    { { ALONE(""), FILE("/b/redirection.config", CONFIG("")) },
      "/b/redirection.config is the second file that is no web.config" },
    { { ALONE(""), IN_SUB(""), URL("x", "/SUB/", CONFIG("")) },
      "both stand for 'default web site/sub'" },
    { { ALONE(""), URL("x", "Contoso/a", CONFIG("")) },
      "x: there is no site 'Contoso'" },
};

START_TEST(refuses)
{
    struct iis_config *config = iis_config_create();
    struct err err = ERR_INIT;
    bool ok = true;
    for (size_t i = 0; i < FILES_MAX && bad[_i].files[i].name != NULL && ok; i++) {
        const struct file *file = &bad[_i].files[i];
        ok = iis_config_add(config, file->name, file->url,
                            slice_from_string(file->text), &err) == 0;
    }
    ck_assert(!ok || iis_config_settle(config, &err) != 0);
    ck_assert_msg(strstr(err.text, bad[_i].words) != NULL, "%s", err.text);
    iis_config_destroy(config);
}
END_TEST

/* `n` times `what`, with its number for #, between `begin` and `end`. */
static void check_many(const char *begin, const char *what, size_t n, const char *end,
                       const char *words)
{
    struct iis_config *config = iis_config_create();
    struct err err = ERR_INIT;
    struct buf text = BUF_EMPTY;
    buf_append_string(&text, begin);
    for (size_t i = 0; i < n; i++) {
        const char *mark = strchr(what, '#');
        buf_append(&text, what, (size_t)(mark - what));
        buf_printf(&text, "%08zu%s", i, mark + 1);
    }
    buf_append_string(&text, end);
    ck_assert(buf_ok(&text));
    bool ok = iis_config_add(config, HOST, NULL, buf_slice(&text), &err) == 0 &&
              iis_config_settle(config, &err) == 0;
    if (words == NULL) {
        ck_assert_msg(ok, "%s", err.text);
    } else {
        ck_assert_msg(!ok && strstr(err.text, words) != NULL, "%zu %s: %s", n, what,
                      err.text);
    }
    buf_finish(&text);
    iis_config_destroy(config);
}

START_TEST(limits)
{
    static const char uses[] =
        "<location path='Default Web Site/#'>" SECURITY("<access/>") "</location>";
    static const char places[] = "<application path='/#'><virtualDirectory path='/' "
                                 "physicalPath='x'/></application>";
    static const char site[] =
        "<configuration><system.applicationHost><sites><site name='a' id='1'>";
    static const char end[] =
        "</site></sites></system.applicationHost></configuration>";
    check_many("<configuration>", uses, IIS_CONFIG_USES_MAX, "</configuration>", NULL);
    check_many("<configuration>", uses, IIS_CONFIG_USES_MAX + 1, "</configuration>",
               "more than 2000 sections");
    check_many(site, places, IIS_CONFIG_PLACES_MAX, end, NULL);
    check_many(site, places, IIS_CONFIG_PLACES_MAX + 1, end, "more than 1000");
    check_many("<configuration><system.webServer><httpErrors>",
               "<error statusCode='404' subStatusCode='#'/>", 999,
               "</httpErrors></system.webServer></configuration>", NULL);
    check_many("<configuration><system.webServer><httpErrors>", "<clear x='#'/>",
               IIS_CONFIG_ERRORS_MAX + 1,
               "</httpErrors></system.webServer></configuration>", "entries");
    check_many("<configuration><system.applicationHost><sites>",
               "<site name='s#' id='1'/>", IIS_CONFIG_SITES_MAX + 1,
               "</sites></system.applicationHost></configuration>",
               "more than 200 sites");
    check_many("<configuration>", "<a b='#'>", IIS_CONFIG_DEPTH_MAX, "", "deep");
    check_many("<configuration><location path='", "#", IIS_CONFIG_PATH_MAX,
               "'/></configuration>", "longer than 511 bytes");
    check_many("<!--", "#", IIS_CONFIG_FILE_MAX / 8, "--><configuration/>",
               "larger than 2097152 bytes");
    static const char *const texts[] = {
        "<application path='", "<application path='/'><virtualDirectory path='",
        "<application path='/'><virtualDirectory path='/' physicalPath='",
        "<bindings><binding bindingInformation='", "<bindings><binding protocol='"
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct buf begin = BUF_EMPTY;
        buf_printf(&begin, "%s%s", site, texts[i]);
        check_many(buf_string(&begin), "#", IIS_CONFIG_PATH_MAX / 8, "'/>",
                   "longer than 511 bytes");
        buf_finish(&begin);
    }
}
END_TEST

/* What IIS's own applicationHost.config locks. */
START_TEST(knows_what_is_locked)
{
    static const struct {
        struct file web;
        bool is_locked;
    } sections[] = {
        { IN_SUB(ACCESS_HERE), true },
        { IN_SUB(SERVER("<serverRuntime/>")), true },
        { IN_SUB(SERVER("<httpErrors/>")), false },
        { IN_SUB(AUTH("<anonymousAuthentication/>")), true },
        { IN_SUB(AUTH("<basicAuthentication/>")), true },
        { IN_SUB(AUTH("<digestAuthentication/>")), true },
        { IN_SUB(AUTH("<windowsAuthentication/>")), true },
        { IN_SUB(AUTH("<clientCertificateMappingAuthentication/>")), true },
        { IN_SUB(AUTH("<iisClientCertificateMappingAuthentication/>")), true },
    };
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        const struct file files[FILES_MAX] = { ALONE(""), sections[i].web };
        struct iis_config *config = make(files);
        const struct iis_settings *settings =
            iis_config_lookup(config, iis_config_site(config, 0), "/sub", NULL);
        ck_assert_msg((settings->fault.text != NULL) == sections[i].is_locked, "%s",
                      sections[i].web.text);
        ck_assert(settings->fault.text == NULL ||
                  strstr(settings->fault.text, "IIS's own overrideModeDefault") !=
                      NULL);
        iis_config_destroy(config);
    }
}
END_TEST

START_TEST(keeps_the_first_notes)
{
    struct iis_config *config = iis_config_create();
    struct err err = ERR_INIT;
    struct buf text = BUF_EMPTY;
    buf_append_string(&text, "<configuration>" SITES);
    for (size_t i = 0; i <= IIS_CONFIG_NOTES_MAX; i++) {
        buf_printf(&text, "<location path='no%zu'>" SECURITY("<access/>") "</location>",
                   i);
    }
    buf_append_string(&text, "</configuration>");
    ck_assert(iis_config_add(config, HOST, NULL, buf_slice(&text), &err) == 0 &&
              iis_config_settle(config, &err) == 0);
    ck_assert_uint_eq(iis_config_n_notes(config), IIS_CONFIG_NOTES_MAX);
    ck_assert(!iis_config_note(config, IIS_CONFIG_NOTES_MAX - 1)->is_trap);
    ck_assert_str_eq(iis_config_note(config, IIS_CONFIG_NOTES_MAX - 1)->text,
                     "there are more notes than these");
    ck_assert_ptr_nonnull(
        strstr(iis_config_note(config, IIS_CONFIG_NOTES_MAX - 2)->text, "'no98'"));
    buf_finish(&text);
    iis_config_destroy(config);
}
END_TEST

/* Of those with the same id, or none, the first. */
START_TEST(chooses_the_first_site)
{
    static const struct file files[FILES_MAX] = { FILE(
        HOST, CONFIG("<system.applicationHost><sites><site name='a'/><site name='b'/>"
                     "<bindings/></sites></system.applicationHost>")) };
    struct iis_config *config = make(files);
    ck_assert_str_eq(iis_config_choose_site(config, "https", 0)->name, "a");
    iis_config_destroy(config);
}
END_TEST

START_TEST(chooses_a_site)
{
    static const struct file files[FILES_MAX] = { ALONE("") };
    struct iis_config *config = make(files);
    ck_assert_uint_eq(iis_config_n_sites(config), 2);
    const struct iis_site *intern = iis_config_site(config, 1);
    ck_assert_str_eq(intern->name, "Intern");
    ck_assert_uint_eq(intern->n_bindings, 1);
    ck_assert_str_eq(intern->bindings[0].protocol, "https");
    ck_assert_str_eq(intern->bindings[0].information, "[::1]:8443:i.example");
    ck_assert_str_eq(intern->bindings[0].address, "[::1]");
    ck_assert_str_eq(intern->bindings[0].host, "i.example");
    ck_assert_uint_eq(intern->bindings[0].port, 8443);
    ck_assert_uint_eq(intern->bindings[0].ssl_flags, 1);
    ck_assert_ptr_eq(iis_config_choose_site(config, "https", 8443), intern);
    ck_assert_str_eq(iis_config_choose_site(config, "http", 8443)->name,
                     "Default Web Site");
    ck_assert_str_eq(iis_config_choose_site(config, "https", 1)->name,
                     "Default Web Site");
    ck_assert_ptr_null(iis_config_find_site(config, slice_from_string("Inter")));
    iis_config_destroy(config);
}
END_TEST

/* How much of a path the last known place is, and who is asked. */
START_TEST(knows_places)
{
    static const struct file files[FILES_MAX] = { ALONE(
        AT("Default Web Site/secure", ACCESS("SslNegotiateCert"))) };
    static const struct {
        const char *path;
        size_t base_len;
    } paths[] = { { "/", 0 },           { "/secure", 7 },  { "/secure/x", 7 },
                  { "\\Secure\\x", 7 }, { "/secured", 0 }, { "/crm/images/y", 11 },
                  { "/crm", 4 },        { "/crmx", 0 } };
    struct iis_config *config = make(files);
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        size_t base_len = SIZE_MAX;
        (void)iis_config_lookup(config, iis_config_site(config, 0), paths[i].path,
                                &base_len);
        ck_assert_msg(base_len == paths[i].base_len, "%s: %zu", paths[i].path,
                      base_len);
    }
    ck_assert(iis_config_asks(config, iis_config_site(config, 0)));
    ck_assert(!iis_config_asks(config, iis_config_site(config, 1)));
    iis_config_destroy(config);
}
END_TEST

START_TEST(survives_lack_of_memory)
{
    static const struct file files[] = {
        WITH("Deny", AT("Default Web Site/a", ACCESS("Ssl")) AT(
                         "Contoso",
                         SERVER("<httpErrors><error statusCode='1'/></httpErrors>"))),
        IN_SUB(ACCESS("Sll")
                   SERVER("<httpErrors><error statusCode='1'/></httpErrors>")),
        URL("x", "/b", "<a>"),
    };
    bool done = false;
    for (size_t n = 1; !done; n++) {
        struct err err = ERR_INIT;
        mem_fail_after(n);
        struct iis_config *config = iis_config_create();
        bool ok = config != NULL;
        for (size_t i = 0; i < ARRAY_LEN(files) && ok; i++) {
            ok = iis_config_add(config, files[i].name, files[i].url,
                                slice_from_string(files[i].text), &err) == 0;
        }
        ok = ok && iis_config_settle(config, &err) == 0;
        mem_fail_after(0);
        ck_assert_msg(ok || config == NULL || err.domain == ERR_MEMORY, "%zu: %s", n,
                      err.text);
        iis_config_destroy(config);
        done = ok;
        ck_assert_uint_lt(n, 2000);
    }
}
END_TEST

Suite *suite(void)
{
    Suite *s = suite_create("iis_config");
    TCase *tc = tcase_create("all");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, tells_what_holds, 0, ARRAY_LEN(rows));
    tcase_add_loop_test(tc, tells_notes, 0, ARRAY_LEN(notes));
    tcase_add_test(tc, tells_no_more);
    tcase_add_loop_test(tc, refuses, 0, ARRAY_LEN(bad));
    tcase_add_test(tc, limits);
    tcase_add_test(tc, knows_what_is_locked);
    tcase_add_test(tc, keeps_the_first_notes);
    tcase_add_test(tc, chooses_the_first_site);
    tcase_add_test(tc, chooses_a_site);
    tcase_add_test(tc, knows_places);
    tcase_add_test(tc, survives_lack_of_memory);
    suite_add_tcase(s, tc);
    return s;
}
