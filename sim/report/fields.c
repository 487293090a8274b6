#include "sim/report/fields.h"

#include <string.h>

#define FTYPE_U64 FT_U64, NULL
#define FTYPE_U32 FT_U32, NULL
#define FTYPE_U16 FT_U16, NULL
#define FTYPE_U8 FT_U8, NULL
#define FTYPE_O64 FT_O64, NULL
#define FTYPE_O32 FT_O32, NULL
#define FTYPE_O16 FT_O16, NULL
#define FTYPE_O8 FT_O8, NULL
#define FTYPE_TIME FT_TIME, NULL
#define FTYPE_OTIME FT_OTIME, NULL
#define FTYPE_SEQ FT_SEQ, NULL
#define FTYPE_STR FT_STR, NULL
#define FTYPE_OSTR FT_OSTR, NULL
#define FTYPE_FLAG FT_FLAG, NULL
#define FTYPE_HOSTN FT_HOSTN, NULL
#define FTYPE_CTL FT_CTL, NULL
#define FTYPE_ENUM(t) FT_ENUM, #t
#define FTYPE_OENUM(t) FT_OENUM, #t
#define FTYPE_HEX FT_HEX, NULL

#define FIELD(type, name, doc) {#name, FTYPE_##type, offsetof(self, name), doc},

/* One function a kind, so that FIELD can name the kind's struct: `self` is a typedef of its own in each. */
#define FIELDS_OF(ID, id)                                                                                    \
    static const struct rec_field *fields_##id(unsigned *n)                                                  \
    {                                                                                                        \
        typedef struct rec_##id self;                                                                        \
        static const struct rec_field field[] = {REC_FIELDS_##ID(FIELD)};                                    \
        *n = ARRAY_LEN(field);                                                                               \
        return field;                                                                                        \
    }
FIELDS_OF(CONN, conn)
FIELDS_OF(DATA, data)
FIELDS_OF(SEND, send)
FIELDS_OF(ICMP, icmp)
FIELDS_OF(ENQUEUE, enqueue)
FIELDS_OF(TRANSMIT, transmit)
FIELDS_OF(ARRIVE, arrive)
FIELDS_OF(DROP, drop)
FIELDS_OF(DUPLICATE, duplicate)
FIELDS_OF(FAULT, fault)
FIELDS_OF(REJECT, reject)
FIELDS_OF(STATE, state)
FIELDS_OF(CITE, cite)
FIELDS_OF(TIMER, timer)
FIELDS_OF(CALL, call)
FIELDS_OF(SIGNAL, signal)
FIELDS_OF(DELIVER, deliver)
FIELDS_OF(SYMBOL, symbol)
FIELDS_OF(HOSTEV, host_event)
FIELDS_OF(LINKEV, link_event)
FIELDS_OF(SCRIPT, script)
FIELDS_OF(NOTE, note)
FIELDS_OF(INVARIANT, invariant)
FIELDS_OF(END, end)

static const struct rec_field *fields_vars(unsigned *n)
{
    *n = 0;
    return NULL;
}

static const struct {
    const char *name, *doc;
    const struct rec_field *(*fields)(unsigned *n);
} kinds[] = {
#define KIND(ID, id, doc) {#id, doc, fields_##id},
    RECORD_KINDS(KIND)
#undef KIND
};

const struct rec_var_row rec_var_rows[VAR_COUNT] = {
#define V(id, name, meaning, text) {#name, text},
    REC_VARS(V)
#undef V
};

struct rec_kind_row rec_kind_row(unsigned kind)
{
    struct rec_kind_row row;

    CHECK(kind >= 1 && kind < REC_KINDS);
    row.name = kinds[kind - 1].name;
    row.doc = kinds[kind - 1].doc;
    row.field = kinds[kind - 1].fields(&row.n_fields);
    return row;
}

unsigned rec_kind_find(const char *name)
{
    for (unsigned i = 0; i < ARRAY_LEN(kinds); i++)
        if (!strcmp(kinds[i].name, name))
            return i + 1;
    return 0;
}

uint64_t rec_field_max(enum field_type type)
{
    switch (type) {
    case FT_U64:
    case FT_O64: return UINT64_MAX;
    case FT_U32:
    case FT_O32:
    case FT_SEQ: return UINT32_MAX;
    case FT_U16:
    case FT_O16: return UINT16_MAX;
    case FT_U8:
    case FT_O8: return UINT8_MAX;
    case FT_TIME:
    case FT_OTIME: return INT64_MAX;
    case FT_STR:
    case FT_OSTR:
    case FT_FLAG:
    case FT_HOSTN:
    case FT_CTL:
    case FT_ENUM:
    case FT_OENUM:
    case FT_HEX: return 0;
    }
    return 0;
}

void rec_field_store(void *at, enum field_type type, uint64_t n)
{
    switch (type) {
    case FT_U64:
    case FT_O64: *(uint64_t *)at = n; break;
    case FT_U32:
    case FT_O32: *(uint32_t *)at = (uint32_t)n; break;
    case FT_SEQ: *(seq32 *)at = seq((uint32_t)n); break;
    case FT_U16:
    case FT_O16: *(uint16_t *)at = (uint16_t)n; break;
    case FT_U8:
    case FT_O8: *(uint8_t *)at = (uint8_t)n; break;
    case FT_TIME:
    case FT_OTIME: *(vtime *)at = (vtime)n; break;
    case FT_STR:
    case FT_OSTR:
    case FT_FLAG:
    case FT_HOSTN:
    case FT_CTL:
    case FT_ENUM:
    case FT_OENUM:
    case FT_HEX: break;
    }
}

bool rec_field_optional(enum field_type type)
{
    switch (type) {
    case FT_O64:
    case FT_O32:
    case FT_O16:
    case FT_O8:
    case FT_OTIME:
    case FT_OSTR:
    case FT_FLAG:
    case FT_HOSTN:
    case FT_OENUM:
    case FT_HEX: return true;
    case FT_U64:
    case FT_U32:
    case FT_U16:
    case FT_U8:
    case FT_TIME:
    case FT_SEQ:
    case FT_STR:
    case FT_CTL:
    case FT_ENUM: return false;
    }
    return false;
}
