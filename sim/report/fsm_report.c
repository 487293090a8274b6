#include "sim/report/fsm_report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "models/record.h"
#include "sim/core/sbuf.h"
#include "sim/report/i18n.h"
#include "sim/report/ladder_draw.h"
#include "sim/report/text_width.h"
#include "sim/report/trace_line.h"

enum { NAME_WIDTH = 24, WIDTH_MIN = 40, COUNT_WIDTH = 8 };

/* What each state means (RFC 9293 sec 3.3.2), in our words. */
static const char *const meanings[ST_COUNT] = {
    [ST_CLOSED] = TR_MARK("There is no connection."),
    [ST_LISTEN] = TR_MARK("Waiting for a connection request from any remote TCP."),
    [ST_SYN_SENT] = TR_MARK("A connection request was sent; waiting for a matching one."),
    [ST_SYN_RECEIVED] = TR_MARK("A request was received and one was sent; waiting for its acknowledgment."),
    [ST_ESTABLISHED] = TR_MARK("The connection is open: data can be sent and received."),
    [ST_FIN_WAIT_1] =
        TR_MARK("We closed first; waiting for the peer's FIN, or for the acknowledgment of ours."),
    [ST_FIN_WAIT_2] = TR_MARK("Our FIN is acknowledged; waiting for the peer's."),
    [ST_CLOSE_WAIT] = TR_MARK("The peer closed; waiting for our own user to CLOSE."),
    [ST_CLOSING] = TR_MARK("Both closed at the same time; waiting for the acknowledgment of our FIN."),
    [ST_LAST_ACK] =
        TR_MARK("The peer closed first, we closed too; waiting for the acknowledgment of our FIN."),
    [ST_TIME_WAIT] =
        TR_MARK("Waiting for 2 MSL, so that the peer has our last ACK and old segments have died out."),
};

int fsm_format_find(const char *name)
{
    static const char *const names[] = {"text", "dot", "json"};

    for (int i = 0; i < (int)ARRAY_LEN(names); i++)
        if (!strcmp(names[i], name))
            return i;
    return -1;
}

/* "3.10.7.4-5": section 3.10.7.4, step 5 */
static void put_section(struct sbuf *b, const char *rfc, const char *section)
{
    const char *dash = strchr(section, '-');

    if (dash)
        sbuf_printf(b, tr("RFC %s section %.*s, step %s"), rfc, (int)(dash - section), section, dash + 1);
    else
        sbuf_printf(b, tr("RFC %s section %s"), rfc, section);
}

/* Appends text, broken to lines of `width` columns of which the first `indent` are spaces (in the first line
 * they are there already, but for those that `column` says are missing). */
static void put_wrapped(struct sbuf *b, const char *text, int column, int indent, int width)
{
    const char *rest;

    sbuf_fill(b, ' ', (size_t)(column < indent ? indent - column : 0));
    for (const char *s = text; *s; s = rest) {
        size_t n = break_line(s, width - indent > 20 ? width - indent : 20, &rest);

        if (s != text)
            sbuf_fill(b, ' ', (size_t)indent);
        sbuf_put(b, s, n);
        sbuf_putc(b, '\n');
    }
}

/* ---- text ---- */

/* Name, perhaps a count, and text in columns; continued under itself. */
static void put_row(struct sbuf *b, const char *name, const uint64_t *count, const char *text, int width)
{
    int column = 2 + NAME_WIDTH;

    sbuf_printf(b, "  %-*s", NAME_WIDTH, name);
    if (count) {
        sbuf_printf(b, "%*llu  ", COUNT_WIDTH - 2, (unsigned long long)*count);
        column += COUNT_WIDTH;
    }
    put_wrapped(b, text, column, column, width);
}

static void put_edge(struct sbuf *b, enum report_edge e, const uint64_t *count, int width)
{
    const struct report_edge_row *r = &report_edges[e];
    struct sbuf text = SBUF_INIT;

    if (count)
        sbuf_printf(&text, "%s -> ", name_state(r->from));
    else
        sbuf_lit(&text, "-> ");
    sbuf_printf(&text, "%s: %s (%s)", name_state(r->to), tr(r->what), r->section);
    put_row(b, name_edge(e), count, sbuf_str(&text), width);
    sbuf_free(&text);
}

static void put_text(struct sbuf *b, int width)
{
    for (unsigned s = 0; s < ST_COUNT; s++) {
        if (s)
            sbuf_putc(b, '\n');
        sbuf_puts(b, name_state(s));
        if (strcmp(tr(name_state(s)), name_state(s)) != 0)
            sbuf_printf(b, " %s", tr(name_state(s)));
        sbuf_putc(b, '\n');
        put_wrapped(b, tr(meanings[s]), 0, 2, width);
        for (unsigned e = 1; e < ED_COUNT; e++)
            if ((unsigned)report_edges[e].from == s)
                put_edge(b, e, NULL, width);
    }
    sbuf_putc(b, '\n');
    put_wrapped(
        b, tr("Behind each edge stands its section of RFC 9293; a number after a dash is the step there."), 0,
        0, width);
}

/* ---- for Graphviz ---- */

/* The edges between two states are one arrow, with a line of label for each. */
static void put_arrow(struct sbuf *b, unsigned from, unsigned to, const struct fsm_coverage *c)
{
    struct sbuf label = SBUF_INIT;
    uint64_t count = 0;

    for (unsigned e = 1; e < ED_COUNT; e++) {
        const struct report_edge_row *r = &report_edges[e];

        if ((unsigned)r->from != from || (unsigned)r->to != to)
            continue;
        if (label.len)
            sbuf_lit(&label, "\\n");
        sbuf_puts(&label, tr(r->what));
        if (c)
            sbuf_printf(&label, " [%llu]", (unsigned long long)c->edge[e]);
        count += c ? c->edge[e] : 0;
    }
    if (label.len)
        sbuf_printf(b, "    \"%s\" -> \"%s\" [label=\"%s\"%s];\n", name_state(from), name_state(to),
                    sbuf_str(&label), c && !count ? ", style=dashed, color=gray, fontcolor=gray" : "");
    sbuf_free(&label);
}

static void put_dot(struct sbuf *b, const struct fsm_coverage *c)
{
    sbuf_lit(b, "digraph tcp {\n"
                "    rankdir=TB;\n"
                "    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
                "    edge [fontname=\"sans-serif\", fontsize=9];\n");
    for (unsigned s = 0; s < ST_COUNT; s++) {
        sbuf_printf(b, "    \"%s\"", name_state(s));
        if (strcmp(tr(name_state(s)), name_state(s)) != 0)
            sbuf_printf(b, " [label=\"%s\\n%s\"]", name_state(s), tr(name_state(s)));
        sbuf_lit(b, ";\n");
    }
    for (unsigned from = 0; from < ST_COUNT; from++)
        for (unsigned to = 0; to < ST_COUNT; to++)
            put_arrow(b, from, to, c);
    sbuf_lit(b, "}\n");
}

/* ---- JSON ---- */

static void put_member(struct sbuf *b, const char *key, const char *value)
{
    sbuf_printf(b, ",\"%s\":", key);
    line_put_string(b, value);
}

static void put_json_edges(struct sbuf *b, const struct fsm_coverage *c)
{
    for (unsigned e = 1; e < ED_COUNT; e++) {
        const struct report_edge_row *r = &report_edges[e];

        sbuf_puts(b, e > 1 ? ",\n{\"id\":" : "{\"id\":");
        line_put_string(b, name_edge(e));
        put_member(b, "from", name_state(r->from));
        put_member(b, "to", name_state(r->to));
        put_member(b, "what", r->what);
        put_member(b, "section", r->section);
        if (c)
            sbuf_printf(b, ",\"count\":%llu", (unsigned long long)c->edge[e]);
        sbuf_putc(b, '}');
    }
}

static void put_json_clauses(struct sbuf *b, const struct fsm_coverage *c)
{
    for (unsigned k = 1; k < CL_COUNT; k++) {
        const struct report_clause_row *r = &report_clauses[k];

        sbuf_puts(b, k > 1 ? ",\n{\"id\":" : "{\"id\":");
        line_put_string(b, name_clause(k));
        put_member(b, "rfc", r->rfc);
        put_member(b, "section", r->section);
        put_member(b, "text", r->text);
        if (c)
            sbuf_printf(b, ",\"count\":%llu", (unsigned long long)c->clause[k]);
        sbuf_putc(b, '}');
    }
}

static void put_json(struct sbuf *b, const struct fsm_coverage *c)
{
    sbuf_putc(b, '{');
    if (c)
        sbuf_printf(b, "\"traces\":%llu,", (unsigned long long)c->traces);
    sbuf_lit(b, "\"states\":[\n");
    for (unsigned s = 0; s < ST_COUNT; s++) {
        sbuf_puts(b, s ? ",\n{\"name\":" : "{\"name\":");
        line_put_string(b, name_state(s));
        put_member(b, "meaning", meanings[s]);
        sbuf_putc(b, '}');
    }
    sbuf_lit(b, "\n],\"edges\":[\n");
    put_json_edges(b, c);
    sbuf_lit(b, "\n],\"clauses\":[\n");
    put_json_clauses(b, c);
    sbuf_lit(b, "\n]}\n");
}

void fsm_print(FILE *out, enum fsm_format format, int width)
{
    struct sbuf b = SBUF_INIT;

    switch (format) {
    case FSM_TEXT: put_text(&b, width < WIDTH_MIN ? WIDTH_MIN : width); break;
    case FSM_DOT: put_dot(&b, NULL); break;
    case FSM_JSON: put_json(&b, NULL); break;
    }
    sbuf_flush(&b, out);
    sbuf_free(&b);
}

/* ---- coverage ---- */

static void tally_clause(struct fsm_coverage *c, unsigned clause)
{
    if (clause > 0 && clause < CL_COUNT)
        c->clause[clause]++;
}

void fsm_coverage_add(struct fsm_coverage *c, const struct log *log)
{
    c->traces++;
    for (size_t i = 0; i < log_count(log); i++) {
        const void *r = log_at(log, i);

        switch (log_at(log, i)->kind) {
        case REC_STATE:
            if (((const struct rec_state *)r)->edge < ED_COUNT)
                c->edge[((const struct rec_state *)r)->edge]++;
            break;
        case REC_CITE: tally_clause(c, ((const struct rec_cite *)r)->clause); break;
        case REC_SEND: tally_clause(c, ((const struct rec_send *)r)->why); break;
        case REC_REJECT: tally_clause(c, ((const struct rec_reject *)r)->clause); break;
        default: break;
        }
    }
}

static void put_clause(struct sbuf *b, enum report_clause k, const uint64_t *count, int width)
{
    struct sbuf text = SBUF_INIT;

    sbuf_printf(&text, "%s (RFC %s %s)", tr(report_clauses[k].text), report_clauses[k].rfc,
                report_clauses[k].section);
    put_row(b, name_clause(k), count, sbuf_str(&text), width);
    sbuf_free(&text);
}

static unsigned count_zeros(const uint64_t *count, unsigned n)
{
    unsigned zeros = 0;

    for (unsigned i = 1; i < n; i++)
        zeros += count[i] == 0;
    return zeros;
}

static void put_coverage(struct sbuf *b, const struct fsm_coverage *c, unsigned edges, unsigned clauses,
                         int width)
{
    sbuf_printf(b, tr("Edges: %u of %u were taken (traces read: %llu)\n"), ED_COUNT - 1 - edges, ED_COUNT - 1,
                (unsigned long long)c->traces);
    for (unsigned e = 1; e < ED_COUNT; e++)
        if (c->edge[e])
            put_edge(b, e, &c->edge[e], width);
    sbuf_printf(b, tr("\nClauses: %u of %u were cited\n"), CL_COUNT - 1 - clauses, CL_COUNT - 1);
    for (unsigned k = 1; k < CL_COUNT; k++)
        if (c->clause[k])
            put_clause(b, k, &c->clause[k], width);
    if (edges)
        sbuf_puts(b, tr("\nEdges never taken\n"));
    for (unsigned e = 1; e < ED_COUNT; e++)
        if (!c->edge[e])
            put_edge(b, e, &c->edge[e], width);
    if (clauses)
        sbuf_puts(b, tr("\nClauses never cited\n"));
    for (unsigned k = 1; k < CL_COUNT; k++)
        if (!c->clause[k])
            put_clause(b, k, &c->clause[k], width);
}

unsigned fsm_coverage_print(FILE *out, enum fsm_format format, const struct fsm_coverage *c, int width)
{
    unsigned edges = count_zeros(c->edge, ED_COUNT), clauses = count_zeros(c->clause, CL_COUNT);
    struct sbuf b = SBUF_INIT;

    switch (format) {
    case FSM_TEXT: put_coverage(&b, c, edges, clauses, width < WIDTH_MIN ? WIDTH_MIN : width); break;
    case FSM_DOT: put_dot(&b, c); break;
    case FSM_JSON: put_json(&b, c); break;
    }
    sbuf_flush(&b, out);
    sbuf_free(&b);
    return edges + clauses;
}

/* ---- explaining ---- */

/* Without regard to case, "-" and "_" the same. */
static bool same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        int x = *a == '_' ? '-' : tolower((unsigned char)*a),
            y = *b == '_' ? '-' : tolower((unsigned char)*b);

        if (x != y)
            return false;
    }
    return *a == *b;
}

static void explain_edge(struct sbuf *b, enum report_edge e, bool first, int width)
{
    const struct report_edge_row *r = &report_edges[e];

    if (first)
        sbuf_printf(b, "%s: %s -> %s\n", name_edge(e), name_state(r->from), name_state(r->to));
    put_wrapped(b, tr(r->what), 0, 2, width);
    sbuf_lit(b, "  ");
    put_section(b, "9293", r->section);
    sbuf_putc(b, '\n');
}

static void explain_clause(struct sbuf *b, enum report_clause k, bool first, int width)
{
    if (first)
        sbuf_printf(b, "%s\n", name_clause(k));
    put_wrapped(b, tr(report_clauses[k].text), 0, 2, width);
    sbuf_lit(b, "  ");
    put_section(b, report_clauses[k].rfc, report_clauses[k].section);
    sbuf_putc(b, '\n');
}

static void explain_state(struct sbuf *b, enum report_state s, bool first, int width)
{
    if (first) {
        sbuf_puts(b, name_state(s));
    } else {
        sbuf_lit(b, "  ");
        sbuf_puts(b, tr(name_state(s)));
    }
    sbuf_putc(b, '\n');
    put_wrapped(b, tr(meanings[s]), 0, 2, width);
    sbuf_lit(b, "  ");
    put_section(b, "9293", "3.3.2");
    sbuf_putc(b, '\n');
    for (unsigned e = 1; e < ED_COUNT; e++)
        if (report_edges[e].from == s)
            put_edge(b, e, NULL, width);
}

/* All that bears this name, in the present language. */
static void explain(struct sbuf *b, const char *name, bool first, int width)
{
    for (unsigned s = 0; s < ST_COUNT; s++)
        if (same_name(name_state(s), name))
            explain_state(b, s, first, width);
    for (unsigned e = 1; e < ED_COUNT; e++)
        if (same_name(name_edge(e), name))
            explain_edge(b, e, first, width);
    for (unsigned k = 1; k < CL_COUNT; k++)
        if (same_name(name_clause(k), name))
            explain_clause(b, k, first, width);
}

bool fsm_explain(FILE *out, const char *name, int width)
{
    const char *lang = i18n_language(), *now = !strcmp(lang, "zh-Hant") ? "zh-Hant" : "en";
    struct sbuf b = SBUF_INIT;
    bool found;

    for (int i = 0; i < 2; i++) {
        i18n_use(i18n_languages[i]);
        explain(&b, name, i == 0, width < WIDTH_MIN ? WIDTH_MIN : width);
    }
    i18n_use(now);
    found = b.len > 0;
    sbuf_flush(&b, out);
    sbuf_free(&b);
    return found;
}

const char *fsm_explain_name(size_t i, const char **text)
{
    if (i < ST_COUNT) {
        *text = meanings[i];
        return name_state((unsigned)i);
    }
    i -= ST_COUNT - 1; /* row 0 of the others is none */
    if (i < ED_COUNT) {
        *text = report_edges[i].what;
        return name_edge((unsigned)i);
    }
    i -= ED_COUNT - 1;
    if (i < CL_COUNT) {
        *text = report_clauses[i].text;
        return name_clause((unsigned)i);
    }
    return NULL;
}
