/* JSON in and out: a scanner as strict as RFC 8259, with a position for every value, over cJSON's tree.
 *
 * The scanner reads the whole text first and refuses, with line and column, everything that a reader could
 * take in two ways: besides what RFC 8259 forbids, that is duplicate keys, \u0000, lone surrogates, invalid
 * UTF-8, a byte order mark, numbers that a double does not hold exactly as written, and texts too deep or too
 * large. Only then does cJSON parse it, and each of cJSON's nodes gets a `struct json_value` that knows its
 * place in the file. Nobody else uses cJSON. Keys are compared exactly, byte for byte.
 *
 * A json_doc owns everything reached from it: values, keys and strings are valid until json_free (or, under
 * the value that json_set replaces, until json_set). Loaders only read. Never prints, never exits; a fault
 * goes into the caller's `struct diag` (which may be NULL everywhere, if nobody wants to know).
 *
 * A loader reads like this:
 *
 *     static const char *const keys[] = {"name", "delay"};
 *     if (!json_want(v, JSON_OBJECT, d) || json_unknown_key(d, v, keys, 2))
 *         return false;
 *     const struct json_value *name = json_need(v, "name", d);
 *     if (!name || !json_want_string(name, &host->name, d))
 *         return false;
 *     const struct json_value *delay = json_get(v, "delay");
 *     if (delay && !units_time(json_string(delay), &host->delay))
 *         return json_error(d, delay, "expected a time such as \"20ms\"");
 */
#ifndef TCPLAB_JSON_H
#define TCPLAB_JSON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/core/diag.h"
#include "sim/core/sbuf.h"

enum {
    JSON_MAX_DEPTH = 64,               /* arrays and objects within each other; a scalar alone has depth 0 */
    JSON_MAX_BYTES = 16 * 1024 * 1024, /* of a text */
    JSON_MAX_VALUES = 1000 * 1000,     /* of a text, all counted; a value takes some 200 bytes of memory */
    JSON_MAX_DIGITS = 15, /* significant digits of a number that is no integer within JSON_MAX_INT */
};

/* Integers from -JSON_MAX_INT to JSON_MAX_INT are exact in a double (2^53). */
#define JSON_MAX_INT INT64_C(9007199254740992)

enum json_type {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
};

struct json_doc;
struct json_value;

/* ---- Reading ---- */

/* Reads and checks a file; "-" is standard input, named "<stdin>" in diagnoses. NULL on failure, with *d
 * filled. */
struct json_doc *json_load(const char *path_or_dash, struct diag *d);

/* The same for a text in memory, named name in diagnoses. The text need not be terminated and is not kept. */
struct json_doc *json_parse(const char *name, const char *text, size_t len, struct diag *d);

/* The same for a part of a file that starts at the beginning of line (from 1), as one record of a trace does.
 */
struct json_doc *json_parse_line(const char *name, int line, const char *text, size_t len, struct diag *d);

/* Releases a document and all its values; NULL is allowed. */
void json_free(struct json_doc *doc);

/* Reads a whole file ("-": standard input) of at most JSON_MAX_BYTES as it is, unchecked. The result is
 * terminated by a NUL that *len does not count; the caller frees it. NULL on failure, with *d filled. For
 * hashes, and other formats. */
char *json_read_bytes(const char *path_or_dash, size_t *len, struct diag *d);

/* The bytes of a document that json_load read, before any json_set (for a hash); NULL for one that json_parse
 * made. */
const char *json_bytes(const struct json_doc *doc, size_t *len);

/* The name under which diagnoses report this document: the path, or "<stdin>". */
const char *json_name(const struct json_doc *doc);

/* ---- The tree. A NULL value is allowed in json_get, json_find, json_first, json_next and JSON_EACH. ---- */

/* The top value, which may be of any type; never NULL. */
const struct json_value *json_root(const struct json_doc *doc);

enum json_type json_type(const struct json_value *v);

/* "null", "true or false", "a number", "a string", "an array", "an object". */
const char *json_type_name(enum json_type type);

/* The member of an object, by its exact key; NULL if there is none, or if obj is no object. */
const struct json_value *json_get(const struct json_value *obj, const char *key);

/* Members of an object, elements of an array; 0 for a scalar. */
size_t json_length(const struct json_value *v);

/* Element i of an array or object, from 0, in the order of the text; NULL beyond the end. Takes i steps:
 * iterate with JSON_EACH where all are wanted. */
const struct json_value *json_at(const struct json_value *v, size_t i);

/* First element or member, and the one after v, in the order of the text; NULL at the end. */
const struct json_value *json_first(const struct json_value *v);
const struct json_value *json_next(const struct json_value *v);

#define JSON_EACH(item, container)                                                                           \
    for (const struct json_value *item = json_first(container); item; item = json_next(item))

/* The array or object around v; NULL for the root. */
const struct json_value *json_parent(const struct json_value *v);

/* The key of a member; NULL for an array's element and the root. UTF-8, without NUL. */
const char *json_key(const struct json_value *v);

/* Position of an element in its array or object, from 0. */
size_t json_index(const struct json_value *v);

/* The string's content, UTF-8 without NUL; NULL if v is no string. */
const char *json_string(const struct json_value *v);

/* Stores the number and returns true if v is one without a fraction, within JSON_MAX_INT (1.0 and 1e3 are; -0
 * is 0). */
bool json_int(const struct json_value *v, int64_t *out);

/* Stores the number, and returns true, if v is one. For drawing and prose; the simulator computes in
 * integers. */
bool json_real(const struct json_value *v, double *out);

/* Stores the value, and returns true, if v is true or false. */
bool json_bool(const struct json_value *v, bool *out);

/* Where the value starts (line and column from 1, the column in characters), and where a member's key does
 * (for others the same as the value). line or column may be NULL. */
void json_position(const struct json_value *v, int *line, int *column);
void json_key_position(const struct json_value *v, int *line, int *column);

/* The name of what v was read from: of the file, or "--set" if json_set put it there. */
const char *json_source(const struct json_value *v);

/* The JSON pointer (RFC 6901) of v, as a string in buf; "" for the root. If it does not fit, the tail behind
 * "...". */
void json_pointer(const struct json_value *v, char *buf, size_t size);

/* The value at a JSON pointer; NULL if there is none or the pointer is malformed ("-" names nothing here). */
const struct json_value *json_find(const struct json_doc *doc, const char *pointer);

/* ---- Diagnoses of loaders. All that return bool return true for "well"; json_error returns false, to be
 * returned. ---- */

/* Fills *d with a fault of v: its file, line, column and pointer, and the message. Always returns false. */
bool json_error(struct diag *d, const struct json_value *v, const char *fmt, ...) DIAG_PRINTF(3, 4);

/* The same, pointing to the key of member v. */
bool json_key_error(struct diag *d, const struct json_value *v, const char *fmt, ...) DIAG_PRINTF(3, 4);

/* Whether v is of this type; if not, *d says what was expected and what was found. */
bool json_want(const struct json_value *v, enum json_type type, struct diag *d);

/* The same, and stores the content. json_want_int also refuses what is not within [min, max]. */
bool json_want_string(const struct json_value *v, const char **out, struct diag *d);
bool json_want_bool(const struct json_value *v, bool *out, struct diag *d);
bool json_want_int(const struct json_value *v, int64_t min, int64_t max, int64_t *out, struct diag *d);

/* Which of n names the string v is: its index, or -1 with a diagnosis that suggests the nearest name or lists
 * them. */
int json_want_name(const struct json_value *v, const char *const *names, size_t n, struct diag *d);

/* The member of an object that must be there; NULL, with *d filled, if it is not (or obj is no object). */
const struct json_value *json_need(const struct json_value *obj, const char *key, struct diag *d);

/* Looks for the first member of an object whose key is none of allowed[0..n). Returns true if there is one,
 * and *d says unknown key "delya"; did you mean "delay"? or, if nothing is near, which keys were expected.
 * Returns false if all keys are known. */
bool json_unknown_key(struct diag *d, const struct json_value *obj, const char *const *allowed, size_t n);

/* The name nearest to word (Damerau-Levenshtein, without regard to case and to "-" or "_"), the first among
 * equals; NULL if none is near enough to be what was meant. Also for subcommands, options, lesson names. */
const char *json_nearest(const char *word, const char *const *names, size_t n);

/* ---- --set POINTER=VALUE ---- */

/* Replaces the value at a JSON pointer, or adds a member to an object that exists, or an element at the end
 * of an array
 * ("-"). value_text is JSON if it can be read as such, else a string. "" replaces the whole document. False
 * on failure: the document is unchanged, and d->path is "--set". The new values' positions count within the
 * argument POINTER=VALUE; json_source says "--set" for them. Pointers to what was replaced are invalid
 * afterwards. */
bool json_set(struct json_doc *doc, const char *pointer, const char *value_text, struct diag *d);

/* The same for the whole argument, "POINTER=VALUE", split at the first "=". */
bool json_set_argument(struct json_doc *doc, const char *argument, struct diag *d);

/* ---- Writing. Numbers: sbuf_i64, sbuf_u64. ---- */

/* Appends s as a JSON string with its quotes. Only what must be escaped is; UTF-8 stays as it is, and a byte
 * that is no UTF-8 becomes U+FFFD, so that the output is always valid JSON. */
void json_put_string(struct sbuf *b, const char *s);
void json_put_string_n(struct sbuf *b, const char *s, size_t n);
void json_print_string(FILE *f, const char *s);

/* Appends a value and all below it, without white space, in the order of the text. Reading it back gives the
 * same. */
void json_put_value(struct sbuf *b, const struct json_value *v);

#endif
