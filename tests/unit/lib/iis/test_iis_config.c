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
#define SITES                                                                       \
    "<system.applicationHost><sites>"                                               \
    "<site name='Default Web Site' id='1'><application path='/'>"                   \
    "<virtualDirectory path='/' physicalPath='%SystemDrive%\\inetpub\\wwwroot'/>"   \
    "</application><application path='/CRM'>"                                       \
    "<virtualDirectory path='/' physicalPath='C:\\Contoso\\CRM'/>"                  \
    "<virtualDirectory path='/Images' physicalPath='E:\\Images'/></application>"    \
    "<bindings><binding protocol='https' bindingInformation='*:443:'/></bindings>"  \
    "</site><site name='Intern' id='2'><application path='/'>"                      \
    "<virtualDirectory path='/' physicalPath='D:\\intern'/></application>"          \
    "<bindings><binding protocol='https' bindingInformation='[::1]:8443:i.example'" \
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
    HOLDS("Intern", "/a/b", SSL_FLAGS, "Ssl @ any:2", WITH("Allow", ""), URL("any", "Intern/a", CONFIG(ACCESS("Ssl")))),
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

Suite *suite(void)
{
    Suite *s = suite_create("iis_config");
    TCase *tc = tcase_create("all");
    tcase_add_loop_test(tc, tells_what_holds, 0, ARRAY_LEN(rows));
    suite_add_tcase(s, tc);
    return s;
}
