#define _POSIX_C_SOURCE 200809L /* setenv, readlink */

#include "sim/report/i18n.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/core/sbuf.h"

#define DOMAIN "tcplab"
#define MO_MAGIC UINT32_C(0x950412de)
#define MO_MOST ((long)1 << 24) /* bytes: a file larger than that is none of ours */

enum { ENGLISH, CHINESE };

const char *const i18n_languages[2] = {"en", "zh-Hant"};

/* A catalogue as msgfmt writes it: two tables of (length, offset), the messages sorted, and their
 * translations. */
struct catalogue {
    char *bytes; /* the file, and a NUL */
    uint32_t size, n, messages, translations;
    bool swapped; /* written on a machine of the other byte order */
};

/* Read once by i18n_init, before there is a second thread, and kept: texts are borrowed from it. */
static struct catalogue chinese;
/* Each thread speaks its own language, so that a picture can be made beside the one that is shown. */
static int language_at_first = ENGLISH;
static _Thread_local int language = -1; /* -1: the one at first */

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

/* ---- the catalogue ---- */

static uint32_t number_at(const struct catalogue *c, uint32_t at)
{
    uint32_t v;

    memcpy(&v, c->bytes + at, sizeof v);
    return c->swapped ? v >> 24 | (v >> 8 & 0xff00) | (v & 0xff00) << 8 | v << 24 : v;
}

/* A text of one of the tables; NULL: the file is damaged. */
static const char *text_at(const struct catalogue *c, uint32_t table, uint32_t i)
{
    uint32_t length = number_at(c, table + i * 8), at = number_at(c, table + i * 8 + 4);

    return at <= c->size && length <= c->size - at && c->bytes[at + length] == '\0' ? c->bytes + at : NULL;
}

static bool fits(const struct catalogue *c)
{
    if (c->size < 28 || c->n > c->size / 16)
        return false;
    if (c->messages > c->size - c->n * 8 || c->translations > c->size - c->n * 8)
        return false;
    for (uint32_t i = 0; i < c->n; i++)
        if (!text_at(c, c->messages, i) || !text_at(c, c->translations, i))
            return false;
    return true;
}

/* Reads a catalogue; false: there is none, or it is none. */
static bool read_catalogue(struct catalogue *c, const char *path)
{
    FILE *f = fopen(path, "rb");
    long size = -1;

    *c = (struct catalogue){0};
    if (!f)
        return false;
    if (fseek(f, 0, SEEK_END) == 0)
        size = ftell(f);
    if (size >= 28 && size <= MO_MOST && fseek(f, 0, SEEK_SET) == 0 &&
        (c->bytes = calloc((size_t)size + 1, 1))) {
        uint32_t magic;

        c->size = (uint32_t)fread(c->bytes, 1, (size_t)size, f);
        memcpy(&magic, c->bytes, sizeof magic);
        c->swapped = magic != MO_MAGIC;
        magic = number_at(c, 0);
        c->n = number_at(c, 8);
        c->messages = number_at(c, 12);
        c->translations = number_at(c, 16);
        if (magic != MO_MAGIC || !fits(c)) {
            free(c->bytes);
            c->bytes = NULL;
        }
    }
    fclose(f);
    return c->bytes != NULL;
}

static const char *translation(const struct catalogue *c, const char *message)
{
    uint32_t lo = 0, hi = c->n;

    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        int order = strcmp(message, text_at(c, c->messages, mid));

        if (order == 0)
            return text_at(c, c->translations, mid);
        if (order < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

static bool read_from(const char *folder)
{
    struct sbuf b = SBUF_INIT;
    bool found;

    sbuf_printf(&b, "%s/zh_TW/LC_MESSAGES/" DOMAIN ".mo", folder);
    found = read_catalogue(&chinese, sbuf_str(&b));
    sbuf_free(&b);
    return found;
}

/* Takes the catalogue from the first of these folders that has one. */
static bool find_catalogues(const char *locale_dir)
{
    static const char *const beside[] = {"locale",       "../locale",       "../share/locale",
                                         "../../locale", "../../../locale", "../../../../locale"};
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    bool found = chinese.bytes != NULL;

    if (n > 0) {
        char *slash;

        exe[n] = '\0';
        slash = strrchr(exe, '/');
        for (size_t i = 0; slash && !found && i < ARRAY_LEN(beside); i++) {
            struct sbuf b = SBUF_INIT;

            sbuf_put(&b, exe, (size_t)(slash - exe) + 1);
            sbuf_puts(&b, beside[i]);
            found = read_from(sbuf_str(&b));
            sbuf_free(&b);
        }
    }
    return found || (locale_dir && read_from(locale_dir));
}

/* The system's own messages (strerror's) in the user's language, where the system knows it. gettext
 * translates in any locale but "C"; which language, LANGUAGE says: the system's locales need not be
 * installed. */
static void tell_system(int to)
{
    if (!setlocale(LC_MESSAGES, "C.UTF-8") && !setlocale(LC_MESSAGES, "en_US.UTF-8"))
        setlocale(LC_MESSAGES, "");
    setenv("LANGUAGE", to == CHINESE ? "zh_TW" : "en", 1);
}

/* ---- languages ---- */

static int index_of(const char *lang)
{
    return !strcmp(lang, i18n_languages[CHINESE]) ? CHINESE : ENGLISH;
}

static int spoken(void)
{
    return language < 0 ? language_at_first : language;
}

void i18n_use(const char *lang)
{
    language = index_of(lang);
}

bool i18n_init(const char *lang, const char *locale_dir)
{
    bool found = find_catalogues(locale_dir);

    if (!lang)
        lang = language_of_environment();
    language_at_first = index_of(lang);
    language = -1;
    tell_system(language_at_first);
    return found || language_at_first == ENGLISH;
}

const char *i18n_text(const char *lang, const char *message)
{
    const char *ours =
        *message && index_of(lang) == CHINESE && chinese.bytes ? translation(&chinese, message) : NULL;

    return ours && *ours ? ours : message;
}

const char *tr(const char *message)
{
    return i18n_text(i18n_languages[spoken()], message);
}

const char *i18n_language(void)
{
    return i18n_languages[chinese.bytes ? spoken() : ENGLISH];
}

const char *i18n_pick(struct trace_text t)
{
    if (!strcmp(i18n_language(), i18n_languages[1]))
        return t.zh ? t.zh : t.en;
    return t.en ? t.en : t.zh;
}
