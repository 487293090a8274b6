/* text_width: how many columns of a terminal a text takes, and cutting and filling by columns.
 *
 * Own table of the wide characters (East Asian Wide and Fullwidth) and of those that take no room, since
 * libc's depends on the locale. Text is UTF-8; a byte that is none takes one column. Box-drawing and arrows
 * ("ambiguous" ones) take one. */
#ifndef TCPLAB_REPORT_TEXT_WIDTH_H
#define TCPLAB_REPORT_TEXT_WIDTH_H

#include <stddef.h>
#include <stdint.h>

/* 0, 1 or 2. */
int char_columns(uint32_t code_point);
/* Columns of s[0..n); of a whole string. */
int text_columns_n(const char *s, size_t n);
int text_columns(const char *s);
/* Bytes of the longest prefix of s that fits in `columns`. */
size_t text_fit(const char *s, int columns);

#endif
