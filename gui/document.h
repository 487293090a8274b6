/* document: the lesson or trace that the window shows, with what is made from it once and used by all panels:
 * the model of each language, the pace of its film, the number of each segment, how things stood when.
 *
 * Owns all of it. The log holds every record to the end of the run, so going back in time moves nothing but
 * the playhead. Something was done to the session: document_renew, which makes all of it anew; pointers
 * got before are void then, and `generation` tells panels so. No pixels, no SDL, no clock. */
#ifndef TCPLAB_GUI_DOCUMENT_H
#define TCPLAB_GUI_DOCUMENT_H

#include "sim/figure/model.h"
#include "sim/figure/pace.h"
#include "sim/report/fold_index.h"
#include "sim/run/loader.h"

struct document {
    struct source *source;
    const struct trace_header *header;
    const struct log *log;
    struct pace *pace;
    struct fold_index *folds;
    struct model *model[FIGURE_BOTH + 1]; /* by language; NULL: not needed so far */
    unsigned *number;                     /* of each flight as the figure numbers it; 0: a copy */
    uint32_t *numbered; /* which flight has a number; as many as there are flights, from 1 */
    unsigned n_numbered;
    uint64_t generation; /* another one, another content */
};

/* What a loader is to make of a source, for a window in this language: a document. */
struct loader_work document_work(enum figure_lang lang);
/* The loader's two gifts become one. generation: any number not used before. */
struct document *document_take(struct source *source, void *product, uint64_t generation);
void document_close(struct document *d); /* NULL is allowed */
/* The session's log has changed. */
void document_renew(struct document *d, enum figure_lang lang, uint64_t generation);
const struct model *document_model(struct document *d, enum figure_lang lang);
/* The title in both languages; never without an English one. */
struct trace_text document_title(const struct document *d);

/* What a host is called (its number from 1 on, as records have it); both NULL: there is none. */
struct trace_text document_host(const struct document *d, uint64_t host);

/* The flight of this packet (its first, not a copy); NULL: there is none. */
const struct model_flight *document_flight(const struct document *d, uint64_t pkt);
/* Its number in the figure, 0: none. */
unsigned document_number(const struct document *d, uint64_t pkt);
/* The flight with this number; NULL: there is none. */
const struct model_flight *document_numbered(const struct document *d, unsigned number);
/* The segment that left last at or before this time; NULL: none so far. */
const struct model_flight *document_latest(const struct document *d, vtime at);
/* The beat at or before this time as a number from 1 on; 0: before the first. *n: how many there are. */
size_t document_beat(const struct document *d, vtime at, size_t *n);
/* What gave rise to this record (0: nothing that is shown), or the first thing that it gave rise to: both
 * walk over records that are no packet, no change of state, no call, no timer. */
uint64_t document_cause(const struct document *d, uint64_t record);
uint64_t document_consequence(const struct document *d, uint64_t record);

#endif
