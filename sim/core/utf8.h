/* UTF-8, strictly as RFC 3629 defines it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
 *
 * Pure functions over bytes that the caller owns. Never allocates, never looks at the locale. */
#ifndef TCPLAB_CORE_UTF8_H
#define TCPLAB_CORE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Decodes the character at s, of which n bytes (n > 0) may be read. Returns its length, 1 to 4, and stores
 * the code point in *cp (cp may be NULL); returns 0 if the bytes are no valid character, or are cut off. */
size_t utf8_decode(const char *s, size_t n, uint32_t *cp);

/* Length in bytes of the longest valid prefix of s[0..n). Equal to n: all of it is valid. */
size_t utf8_valid_prefix(const char *s, size_t n);

/* Characters (code points) in s[0..n); a byte that belongs to no valid character counts as one. */
size_t utf8_length(const char *s, size_t n);

/* The largest length <= n at which s, of n + 1 or more readable bytes, can be cut without splitting a
 * character. */
size_t utf8_cut(const char *s, size_t n);

#endif
