/* The file on disk has changed: it is opened anew, and everything else stays as it was: the playhead, what is
 * selected, the user's acts as far as there still is something to do them to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gui/acts.h"
#include "sim/report/i18n.h"

/* The same act is in the new file already: it was saved there. */
static bool has(const struct app *a, const struct lesson_act *act)
{
    size_t n;
    const struct session_intervention *list = acts_list(a, &n);

    for (size_t i = 0; i < n; i++)
        if (list[i].act.kind == act->kind && list[i].act.target == act->target && list[i].act.at == act->at &&
            list[i].act.amount == act->amount)
            return true;
    return false;
}

/* What was done to a segment is done to the one that has its number now. False: there is none. */
static bool translate(const struct app *a, const struct document *before, struct session_act *act)
{
    const struct model_flight *f;

    if (act_upon(act->kind) != UPON_PACKET)
        return true;
    f = document_numbered(a->doc, document_number(before, act->target));
    if (f)
        act->target = f->pkt;
    return f != NULL;
}

/* How many acts there was nothing to do to any more. */
static unsigned carry_over(struct app *a, const struct document *before)
{
    const struct session_intervention *list = NULL;
    unsigned dropped = 0;
    size_t n = 0;

    if (source_session(before->source))
        list = session_interventions(source_session(before->source), &n);
    for (size_t i = 0; i < n; i++) {
        struct session_act act = {list[i].act.kind, list[i].act.target, list[i].act.amount};

        if (has(a, &list[i].act))
            continue;
        if (translate(a, before, &act) && acts_do(a, act, list[i].act.at)) {
            if (*list[i].act.note)
                acts_note(a, acts_newest(a), list[i].act.note);
        } else {
            diag_clear(&a->diag);
            dropped++;
        }
    }
    return dropped;
}

/* What was selected, if it is still the same thing. */
static uint64_t same_record(const struct app *a, const struct document *before)
{
    const struct rec_head *old = a->selected ? log_find(before->log, a->selected) : NULL,
                          *new = old ? log_find(a->doc->log, a->selected) : NULL;

    return new &&new->kind == old->kind &&new->at == old->at ? a->selected : 0;
}

void app_replace(struct app *a, struct document *doc)
{
    struct document *before = a->doc;
    bool playing = a->playing;
    vtime at = a->at;
    unsigned dropped;
    char text[16];

    a->doc = doc;
    if (a->overlay == PANEL_overlay_act)
        app_overlay(a, PANEL_NONE);
    dropped = carry_over(a, before);
    a->selected = same_record(a, before);
    document_close(before);
    app_seek(a, at);
    a->playing = playing;
    snprintf(text, sizeof text, "%u", dropped);
    if (dropped)
        app_say(a, TR_MARK("The file was read again; acts that no longer fit: %s"), text);
    else
        app_say(a, TR_MARK("The file has changed and was read again."), "");
}
