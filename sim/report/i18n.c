#define _POSIX_C_SOURCE 200809L /* setenv, readlink */

#include "sim/report/i18n.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/core/sbuf.h"

#define DOMAIN "tcplab"

const char *const i18n_languages[2] = {"en", "zh-Hant"};

bool i18n_known(const char *lang)
{
    return !strcmp(lang, i18n_languages[0]) || !strcmp(lang, i18n_languages[1]);
}

/* What the environment asks for, by the rules of POSIX: the first that is set counts. */
static const char *language_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *v = getenv(names[i]);

        if (v && *v)
            return !strncmp(v, "zh", 2) ? i18n_languages[1] : i18n_languages[0];
    }
    return i18n_languages[0];
}

static bool has_catalogue(const char *folder)
{
    struct sbuf b = SBUF_INIT;
    bool found;

    sbuf_printf(&b, "%s/zh_TW/LC_MESSAGES/" DOMAIN ".mo", folder);
    found = access(sbuf_str(&b), R_OK) == 0;
    sbuf_free(&b);
    return found;
}

/* Tells gettext where the catalogues are: in the first of these folders that has one. */
static bool find_catalogues(const char *locale_dir)
{
    static const char *const beside[] = {"locale",       "../locale",       "../share/locale",
                                         "../../locale", "../../../locale", "../../../../locale"};
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    bool found = false;

    if (n > 0) {
        char *slash;

        exe[n] = '\0';
        slash = strrchr(exe, '/');
        for (size_t i = 0; slash && !found && i < ARRAY_LEN(beside); i++) {
            struct sbuf b = SBUF_INIT;

            sbuf_put(&b, exe, (size_t)(slash - exe) + 1);
            sbuf_puts(&b, beside[i]);
            found = has_catalogue(sbuf_str(&b));
            if (found)
                bindtextdomain(DOMAIN, sbuf_str(&b));
            sbuf_free(&b);
        }
    }
    if (!found && locale_dir && has_catalogue(locale_dir)) {
        bindtextdomain(DOMAIN, locale_dir);
        found = true;
    }
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    bind_textdomain_codeset("libc", "UTF-8"); /* strerror's */
    return found;
}

void i18n_use(const char *lang)
{
    /* gettext translates in any locale but "C"; which language, LANGUAGE says: the system's locales need not
     * be installed */
    if (!setlocale(LC_MESSAGES, "C.UTF-8") && !setlocale(LC_MESSAGES, "en_US.UTF-8"))
        setlocale(LC_MESSAGES, "");
    setenv("LANGUAGE", !strcmp(lang, i18n_languages[1]) ? "zh_TW" : "en", 1);
    textdomain(DOMAIN); /* makes gettext look again */
}

bool i18n_init(const char *lang, const char *locale_dir)
{
    bool found = find_catalogues(locale_dir);

    if (!lang)
        lang = language_of_environment();
    i18n_use(lang);
    return found || !strcmp(lang, i18n_languages[0]);
}

const char *tr(const char *message)
{
    return *message ? dgettext(DOMAIN, message) : message;
}

const char *i18n_language(void)
{
    return tr("en"); /* the catalogue says its own language here */
}

const char *i18n_pick(struct trace_text t)
{
    if (!strcmp(i18n_language(), i18n_languages[1]))
        return t.zh ? t.zh : t.en;
    return t.en ? t.en : t.zh;
}
