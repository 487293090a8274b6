/* What the files of sim/json share: the scanner's marks, and the nodes that join them with cJSON's.
 *
 * Only sim/json includes this. A document owns its cJSON tree, its nodes, and the documents that json_set
 * grafted on. */
#ifndef TCPLAB_JSON_INTERNAL_H
#define TCPLAB_JSON_INTERNAL_H

#include <cjson/cJSON.h>

#include "sim/json/json.h"

struct json_place {
    uint32_t line, column; /* from 1; the column in characters */
};

/* One value as the scanner met it. Marks stand in the order of the text, a container before what it holds. */
struct json_mark {
    struct json_place at, key; /* key equals at, where there is no key */
    enum json_type type;
};

struct json_marks {
    struct json_mark *mark; /* malloc'd */
    size_t count, cap;
    char *rewritten; /* NULL, or a copy of the text in which numbers too long for cJSON are written shorter */
};

/* Validates text. False on failure, with *d filled. Either way the caller releases *marks with
 * json_marks_free. start is the place of the first byte. */
bool json_scan(const char *name, struct json_place start, const char *text, size_t len,
               struct json_marks *marks, struct diag *d);
void json_marks_free(struct json_marks *marks);

/* The file of which a value was read stands in its doc, its content in its cJSON node. */
struct json_value {
    const struct json_doc *doc;
    cJSON *node;
    struct json_value *parent, *first, *next;
    size_t index, count;
    struct json_place at, key;
};

struct json_doc {
    cJSON *tree; /* NULL in a graft: its nodes hang in the tree of the document it was grafted on */
    struct json_value *root;
    struct json_doc *graft; /* the one grafted before; NULL at the end */
    char *text;             /* as read by json_load, else NULL */
    size_t text_len;
    const char *name;
    struct json_value value[]; /* in the order of the text, then the name's characters */
};

/* json_parse with any start; the place counts characters and lines from there. */
struct json_doc *json_parse_from(const char *name, struct json_place start, const char *text, size_t len,
                                 struct diag *d);

/* Appends one reference token, with "/" before it and "~" and "/" escaped (RFC 6901 sec 3). */
void json_pointer_token(struct sbuf *b, const char *token, size_t n);

#endif
