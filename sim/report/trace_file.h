/* trace_file: what stands around the records of a trace: the header, written before them, and the footer,
 * after them.
 *
 * Plain data. All strings and arrays belong to whoever filled the struct (sim/run from its lesson, trace_read
 * from a file) and must outlive those who use it. The ladder is drawn from a header and a log of records
 * alone, so whatever a reader must know about a lesson stands here. */
#ifndef TCPLAB_REPORT_TRACE_FILE_H
#define TCPLAB_REPORT_TRACE_FILE_H

#include "models/record.h"
#include "sim/core/log.h"

#define TRACE_FORMAT "tcplab-trace"
#define TRACE_VERSION 1

/* A text in both languages; either may be NULL: there is none. */
struct trace_text {
    const char *en, *zh;
};

struct trace_host {
    const char *name;        /* unique key; records name their host by it */
    struct trace_text label; /* for people */
    const char *const *address;
    uint32_t n_addresses;
    vtime processing_delay;
    vtime msl; /* 0: none (a raw peer, a router) */
    bool router, raw;
};

struct trace_path {    /* one direction of a link */
    uint64_t rate_bps; /* 0: infinite */
    vtime delay;
};

struct trace_link {
    uint16_t host[2];          /* index from 0 */
    struct trace_path path[2]; /* [0]: from host[0] to host[1] */
};

struct trace_header {
    const char *lesson; /* its name: the file's, without folder and ending */
    const char *hash;   /* of the lesson's bytes: 16 hexadecimal digits */
    uint64_t seed;
    const char *program;    /* the version that wrote this, "tcplab 0.1" */
    const char *const *set; /* POINTER=VALUE, as --set gave them */
    uint32_t n_sets;
    struct trace_text title;
    const struct trace_host *host; /* record field host == index + 1 */
    uint32_t n_hosts;
    const struct trace_link *link;
    uint32_t n_links;
    const struct trace_text *note; /* the lesson's narration: what the NOTE records' index means */
    uint32_t n_notes;
    /* Of each note, the record at which it came; 0: it did not come, or a NOTE record tells when. Known when
     * the run is over, so it stands in the footer. NULL: none came. */
    const uint64_t *noted;
};

struct trace_footer {
    uint64_t records;     /* lines */
    uint64_t fingerprint; /* of the record lines (see trace_write.h) */
    unsigned end;         /* row of TABLE_end: why the run ended; END_NONE: the trace breaks off */
    vtime at;             /* of the last record */
};

/* Size of a record with its head, as log_init wants it. */
size_t trace_record_size(const struct rec_head *r);

/* Every kind of record: the kinds that a log must hold for trace_read's, the ladder's and the diff's sake. */
#define TRACE_ALL_KINDS (((UINT64_C(1) << REC_KINDS) - 1) & ~UINT64_C(1))

#endif
