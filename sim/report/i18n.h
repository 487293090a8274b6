/* i18n: the words people read, in English and in Traditional Chinese (Taiwan), from gettext's catalogues.
 *
 * The message's identifier is the English text. The catalogue is read once, by i18n_init, and looked up here,
 * not by libintl, whose language belongs to the whole process: here each thread has its own, so that a trace
 * can be loaded and a figure's words be made beside a window that speaks another language. Besides that,
 * everything is a pure function. Models and records know no sentences: they know rows of tables, whose texts
 * are looked up here. */
#ifndef TCPLAB_REPORT_I18N_H
#define TCPLAB_REPORT_I18N_H

#include <stdbool.h>

#include "sim/report/trace_file.h"

/* Finds the message catalogues and chooses a language. lang: "en" or "zh-Hant"; NULL: as LC_ALL, LC_MESSAGES,
 * LANG say. locale_dir: where `make install` puts catalogues, NULL if unknown; folders beside the running
 * program (locale, ../locale, ../share/locale) are tried first. False: no catalogue was found and it is
 * wanted; messages stay English. To be called before there is a second thread. Texts hold for good. */
bool i18n_init(const char *lang, const char *locale_dir);
/* Whether lang is one that i18n_init knows. */
bool i18n_known(const char *lang);
/* The languages, for a diagnosis: "en", "zh-Hant". */
extern const char *const i18n_languages[2];
/* Changes the language of this thread; i18n_init must have been called before. A new thread speaks the
 * language that i18n_init chose. */
void i18n_use(const char *lang);
/* "en" or "zh-Hant". */
const char *i18n_language(void);

/* The message in that language; itself where there is no translation. */
const char *i18n_text(const char *lang, const char *message);
/* The message in the present language. Marks it for the catalogue, too. */
const char *tr(const char *message);
/* Marks a message for the catalogue and leaves it as it is. */
#define TR_MARK(message) message

/* The text in the present language, the other one if it is not given in that; NULL if in none. */
const char *i18n_pick(struct trace_text t);

#endif
