/* fields: the kinds of records and their fields as data, made from models/record.def, for those who walk over
 * a record without knowing its kind: the reader, the diff. (The writer has straight code instead, for its
 * speed.) */
#ifndef TCPLAB_REPORT_FIELDS_H
#define TCPLAB_REPORT_FIELDS_H

#include "models/record.h"
#include "sim/report/names.h"

enum field_type { /* as record.def explains them */
                  FT_U64,
                  FT_U32,
                  FT_U16,
                  FT_U8,
                  FT_O64,
                  FT_O32,
                  FT_O16,
                  FT_O8,
                  FT_TIME,
                  FT_OTIME,
                  FT_SEQ,
                  FT_STR,
                  FT_OSTR,
                  FT_FLAG,
                  FT_HOSTN,
                  FT_CTL,
                  FT_ENUM,
                  FT_OENUM,
                  FT_HEX
};

struct rec_field {
    const char *name;
    enum field_type type;
    const char *table; /* FT_ENUM, FT_OENUM: which table */
    size_t offset;     /* in the record's struct */
    const char *doc;
};

struct rec_kind_row {
    const char *name, *doc;
    const struct rec_field *field; /* NULL, 0 for VARS */
    unsigned n_fields;
};

/* The row of a kind, 1 to REC_KINDS - 1. */
struct rec_kind_row rec_kind_row(unsigned kind);
/* The kind of this name; 0: none. */
unsigned rec_kind_find(const char *name);

struct rec_var_row {
    const char *name, *text; /* JSON's key, and what people read: "SND.UNA" */
};
extern const struct rec_var_row rec_var_rows[VAR_COUNT];

/* Whether the JSON leaves a field of this type out when it has nothing to say. */
bool rec_field_optional(enum field_type type);
/* The largest value of a number of this type; 0 for what is no number. */
uint64_t rec_field_max(enum field_type type);
/* Stores a number of this type at its place in a record. */
void rec_field_store(void *at, enum field_type type, uint64_t n);

/* Room for any record. */
union rec_any {
    struct rec_head head;
    struct rec_send send;
    struct rec_vars vars;
    char bytes[1024];
};

#endif
