#include "models/record.h"

size_t rec_size(unsigned kind)
{
    static const size_t size[REC_KINDS] = {
#define KIND(ID, id, doc) [REC_##ID] = sizeof(struct rec_##id),
        RECORD_KINDS(KIND)
#undef KIND
    };

    return kind < REC_KINDS ? size[kind] : 0;
}

enum rec_var_meaning rec_var_meaning(enum rec_var var)
{
    static const enum rec_var_meaning meanings[VAR_COUNT] = {
#define V(id, name, meaning, text) VAR_IS_##meaning,
        REC_VARS(V)
#undef V
    };

    CHECK(var < VAR_COUNT);
    return meanings[var];
}
