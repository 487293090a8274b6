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
