/* Drives the window with real SDL events, as a script says, and looks at the application's description.
 *
 *     drive SCRIPT...     runs each script twice, prints TAP: one test an expectation, and one that both runs
 *                         gave the same pixels
 *     drive -v SCRIPT     once; prints the description after each line
 *
 * A script has a command a line; # begins a comment. Names are the widgets' (drive -v lists them):
 *
 *     theme|lang|size|motion|patience VALUE   how the window begins; only before the first other command
 *     recent                         files opened lately are kept, in a folder of the script's own; likewise
 *     folder                         makes a temporary folder, called %T in what follows
 *     write FILE TEXT                writes a file
 *     program FILE TEXT              writes a script for the shell
 *     copy FROM TO
 *     replace FILE OLD NEW           changes a file
 *     path FOLDERS                   where programs are looked for
 *     open FILE                      a lesson or trace, named from the root of the tree
 *     at TIME                        puts the playhead to this virtual time, in milliseconds
 *     key [Ctrl+|Shift+|Alt+]NAME    a key goes down and up; letters also type themselves
 *     type TEXT                      text is typed
 *     tick MS                        so much time passes, in frames of 16 ms
 *     click NAME | click X Y         a click in the middle of a widget, or at a place
 *     rightclick ..., doubleclick ...
 *     hover NAME | hover X Y         moves the pointer there
 *     drag NAME FROM% TO%            presses, moves and releases within a widget
 *     wheel NAME|PANEL N [Ctrl]      turns the wheel over a widget or a panel
 *     resize WxH
 *     drop FILE                      drops a file on the window
 *     wait KEY=VALUE | KEY~PART      until the description says so, a minute at most; frames do not count
 *     pixels off|on                  from now on frames do not count: how fast another process is, shows
 *     audience new|same|FILE.png     whether the audience sees another picture than when last asked
 *     there FILE                     it can be read
 *     expect KEY=VALUE               a line of the description
 *     expect KEY~PART                its value contains this
 *     expect not KEY=VALUE | not KEY~PART
 *     shot FILE.png                  writes a picture, to look at */
#define _XOPEN_SOURCE 700 /* nftw */
#include <SDL.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gui/window.h"
#include "sim/report/i18n.h"

enum { LINE = 512, FRAME_MS = 16 };

struct drive {
    struct app app;
    struct window *w;
    struct app_options o;
    const char *script;
    int line, test, failed;
    bool quiet, verbose, blind;
    uint64_t pixels; /* hash of all frames so far */
    uint64_t audience;
    char folder[256]; /* a temporary one, made when a script wants it */
    char recent[272];
};

static void begin(struct drive *d)
{
    const char *error = NULL;

    if (d->w)
        return;
    app_init(&d->app, &d->o);
    d->w = window_open(&d->app, &error);
    if (!d->w) {
        printf("Bail out! no window: %s\n", error);
        exit(1);
    }
    d->app.reduced_motion = d->o.reduced_motion;
}

static void frame(struct drive *d, int64_t ns)
{
    cairo_surface_t *s;

    window_frame(d->w, ns);
    s = window_canvas(d->w);
    if (d->app.scene.n_drawn && !d->blind)
        d->pixels =
            hash_bytes(d->pixels, cairo_image_surface_get_data(s),
                       (size_t)cairo_image_surface_get_stride(s) * (size_t)cairo_image_surface_get_height(s));
}

static void complain(const struct drive *d, const char *what, const char *text)
{
    printf("Bail out! %s:%d: %s: %s\n", d->script, d->line, what, text);
    exit(1);
}

/* ---- events ---- */

static void push(SDL_Event *e)
{
    if (SDL_PushEvent(e) < 0)
        printf("# SDL_PushEvent: %s\n", SDL_GetError());
}

static SDL_Keycode sdl_key(uint32_t key)
{
    static const SDL_Keycode keys[] = {SDLK_RETURN, SDLK_ESCAPE, SDLK_TAB,      SDLK_BACKSPACE,  SDLK_DELETE,
                                       SDLK_LEFT,   SDLK_RIGHT,  SDLK_UP,       SDLK_DOWN,       SDLK_HOME,
                                       SDLK_END,    SDLK_PAGEUP, SDLK_PAGEDOWN, SDLK_APPLICATION};

    if (key >= KEY_F1 && key <= KEY_F12)
        return (SDL_Keycode)(SDLK_F1 + (int)(key - KEY_F1));
    if (key > KEY_FIRST && key - KEY_FIRST - 1 < ARRAY_LEN(keys))
        return keys[key - KEY_FIRST - 1];
    return (SDL_Keycode)key;
}

/* An event holds so many bytes at most: a longer text comes in several. */
static void type(const char *text)
{
    while (*text) {
        SDL_Event e = {.type = SDL_TEXTINPUT};
        size_t n = strlen(text), room = sizeof e.text.text - 1;

        n = n < room ? n : room;
        while (n > 1 && ((unsigned char)text[n] & 0xc0) == 0x80) /* no half character */
            n--;
        memcpy(e.text.text, text, n);
        push(&e);
        text += n;
    }
}

static void press_key(struct drive *d, const char *name)
{
    SDL_Event e = {.type = SDL_KEYDOWN};
    unsigned mods = 0;
    uint32_t key;

    for (;;) {
        if (!strncmp(name, "Ctrl+", 5))
            mods |= KMOD_LCTRL, name += 5;
        else if (!strncmp(name, "Shift+", 6))
            mods |= KMOD_LSHIFT, name += 6;
        else if (!strncmp(name, "Alt+", 4))
            mods |= KMOD_LALT, name += 4;
        else
            break;
    }
    key = input_key(name);
    if (key == KEY_NONE)
        complain(d, "no such key", name);
    e.key.state = SDL_PRESSED;
    e.key.keysym.sym = sdl_key(key);
    e.key.keysym.mod = (Uint16)mods;
    push(&e);
    if (key > ' ' && key < 0x7f && !mods)
        type(name);
    e.type = SDL_KEYUP;
    e.key.state = SDL_RELEASED;
    push(&e);
    frame(d, 0);
}

static void move(double x, double y)
{
    SDL_Event e = {.type = SDL_MOUSEMOTION};

    e.motion.x = (int)x;
    e.motion.y = (int)y;
    push(&e);
}

static void button(Uint32 what, Uint8 which, int clicks, double x, double y)
{
    SDL_Event e = {.type = what};

    e.button.button = which;
    e.button.clicks = (Uint8)clicks;
    e.button.x = (int)x;
    e.button.y = (int)y;
    push(&e);
}

/* A place named by a widget, a panel or two numbers. */
static struct rect place(struct drive *d, const char *name)
{
    const struct widget *w = scene_named(&d->app, name);
    enum panel_id panel = panel_find(name);
    double x, y;
    char rest;

    if (w)
        return w->r;
    if (panel != PANEL_NONE && d->app.scene.place[panel].shown)
        return d->app.scene.place[panel].r;
    if (sscanf(name, "%lf %lf%c", &x, &y, &rest) == 2)
        return (struct rect){x, y, 1, 1};
    complain(d, "no such widget, panel or place", name);
    return (struct rect){0, 0, 0, 0};
}

static void click(struct drive *d, const char *name, Uint8 which, int clicks)
{
    struct rect r = place(d, name);
    double x = r.x + r.w / 2, y = r.y + r.h / 2;

    move(x, y);
    for (int i = 1; i <= clicks; i++) {
        button(SDL_MOUSEBUTTONDOWN, which, i, x, y);
        button(SDL_MOUSEBUTTONUP, which, i, x, y);
    }
    frame(d, 0);
}

static void drag(struct drive *d, const char *args)
{
    char name[LINE];
    double from, to;
    struct rect r;

    if (sscanf(args, "%511s %lf%% %lf%%", name, &from, &to) != 3)
        complain(d, "expected: drag NAME FROM% TO%", args);
    r = place(d, name);
    move(r.x + r.w * from / 100, r.y + r.h / 2);
    button(SDL_MOUSEBUTTONDOWN, SDL_BUTTON_LEFT, 1, r.x + r.w * from / 100, r.y + r.h / 2);
    frame(d, 0);
    for (int i = 1; i <= 4; i++) {
        move(r.x + r.w * (from + (to - from) * i / 4) / 100, r.y + r.h / 2);
        frame(d, 0);
    }
    button(SDL_MOUSEBUTTONUP, SDL_BUTTON_LEFT, 1, r.x + r.w * to / 100, r.y + r.h / 2);
    frame(d, 0);
}

static void wheel(struct drive *d, const char *args)
{
    SDL_Event e = {.type = SDL_MOUSEWHEEL};
    char name[LINE], ctrl[8] = "";
    struct rect r;
    int n;

    if (sscanf(args, "%511s %d %7s", name, &n, ctrl) < 2)
        complain(d, "expected: wheel NAME N [Ctrl]", args);
    r = place(d, name);
    e.wheel.y = n;
    e.wheel.preciseY = (float)n;
    e.wheel.mouseX = (int)(r.x + r.w / 2);
    e.wheel.mouseY = (int)(r.y + r.h / 2);
    SDL_SetModState(*ctrl ? KMOD_LCTRL : KMOD_NONE);
    push(&e);
    frame(d, 0);
    SDL_SetModState(KMOD_NONE);
}

static void drop(struct drive *d, const char *path)
{
    SDL_Event e = {.type = SDL_DROPFILE};

    e.drop.file = SDL_strdup(path);
    push(&e);
    frame(d, 0);
}

static void resize(struct drive *d, const char *args)
{
    int w, h;

    if (sscanf(args, "%dx%d", &w, &h) != 2)
        complain(d, "expected: resize WxH", args);
    SDL_SetWindowSize(SDL_GetWindowFromID(1), w, h);
    frame(d, 0);
}

static void tick(struct drive *d, const char *args)
{
    for (int ms = atoi(args); ms > 0; ms -= FRAME_MS)
        frame(d, (ms < FRAME_MS ? ms : FRAME_MS) * NS_PER_MS);
}

/* ---- looking ---- */

/* The value of a key in the description; NULL: there is none such. */
static const char *value_of(const char *text, const char *key, size_t n, size_t *length)
{
    while (*text) {
        const char *end = strchr(text, '\n');

        if (!strncmp(text, key, n) && text[n] == '=') {
            *length = (size_t)(end - text) - n - 1;
            return text + n + 1;
        }
        text = end + 1;
    }
    return NULL;
}

/* Whether a line of the description is as wanted. value: what it is, if not NULL, to be freed; NULL: no such
 * line. */
static bool holds(struct drive *d, const char *args, char **value)
{
    bool not = !strncmp(args, "not ", 4), well;
    const char *want = not ? args + 4 : args, *sign = want + strcspn(want, "=~"), *found;
    struct sbuf b = SBUF_INIT;
    char *copy = NULL;
    size_t n = 0;

    if (!*sign)
        complain(d, "expected KEY=VALUE or KEY~PART", args);
    app_describe(&d->app, &b);
    found = value_of(sbuf_str(&b), want, (size_t)(sign - want), &n);
    if (found) {
        copy = calloc(1, n + 1);
        CHECK(copy);
        memcpy(copy, found, n);
    }
    well = copy && (*sign == '=' ? !strcmp(copy, sign + 1) : strstr(copy, sign + 1) != NULL);
    well = copy && well != not ;
    if (value)
        *value = copy;
    else
        free(copy);
    sbuf_free(&b);
    return well;
}

/* Lets real time pass until the description says so. */
static void wait_for(struct drive *d, const char *args)
{
    const struct timespec nap = {.tv_nsec = 20 * 1000000};
    uint64_t pixels = d->pixels;

    for (int i = 0; i < 3000 && !holds(d, args, NULL); i++) {
        nanosleep(&nap, NULL);
        frame(d, 0);
    }
    d->pixels = pixels;
    if (!holds(d, args, NULL))
        complain(d, "did not come", args);
}

static void expect(struct drive *d, const char *args)
{
    char *value = NULL;
    bool well = holds(d, args, &value);

    if (!d->quiet) {
        printf("%sok %d - %s:%d %s\n", well ? "" : "not ", ++d->test, d->script, d->line, args);
        if (!well)
            printf("# it is %s\n", value ? value : "no line of the description");
        d->failed += !well;
    }
    free(value);
}

static void there(struct drive *d, const char *path)
{
    bool well = access(path, R_OK) == 0;

    if (!d->quiet)
        printf("%sok %d - %s:%d %s is there\n", well ? "" : "not ", ++d->test, d->script, d->line,
               strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
    d->failed += !well && !d->quiet;
}

static void tell(const struct drive *d)
{
    struct sbuf b = SBUF_INIT;

    app_describe(&d->app, &b);
    printf("---- %s:%d\n%s", d->script, d->line, sbuf_str(&b));
    for (int i = 0; i < PANEL_COUNT; i++)
        for (size_t k = 0; d->app.scene.place[i].shown && k < d->app.scene.place[i].n_widgets; k++) {
            const struct widget *w = &d->app.scene.place[i].widget[k];

            printf("  %s: %s at %.0f,%.0f\n", panel_get((enum panel_id)i)->name, w->id.name,
                   w->r.x + w->r.w / 2, w->r.y + w->r.h / 2);
        }
    sbuf_free(&b);
}

/* Whether the audience sees something else than when it was last asked, or the same; or a picture of it. */
static void audience(struct drive *d, const char *args)
{
    cairo_surface_t *s = window_audience(d->w);
    uint64_t now =
        s ? hash_bytes(1, cairo_image_surface_get_data(s),
                       (size_t)cairo_image_surface_get_stride(s) * (size_t)cairo_image_surface_get_height(s))
          : 0;
    bool well = !strcmp(args, "new") ? s && now != d->audience : s && now == d->audience;

    d->pixels = hash_bytes(d->pixels, &now, sizeof now);
    if (strcmp(args, "new") != 0 && strcmp(args, "same") != 0) {
        if (s)
            cairo_surface_write_to_png(s, args);
        return;
    }
    if (!d->quiet) {
        printf("%sok %d - %s:%d audience sees %s\n", well ? "" : "not ", ++d->test, d->script, d->line, args);
        d->failed += !well;
    }
    d->audience = now;
}

/* ---- scripts ---- */

/* A temporary folder of the script's own. */
static void make_folder(struct drive *d)
{
    if (*d->folder)
        return;
    snprintf(d->folder, sizeof d->folder, "%s/drive.%ld", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
             (long)getpid()); /* the same in both runs */
    if (mkdir(d->folder, 0700) != 0)
        complain(d, "no temporary folder", d->folder);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static void drop_folder(struct drive *d)
{
    if (*d->folder)
        nftw(d->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    *d->folder = '\0';
}

/* The line with %T replaced by the folder. */
static void expand(const struct drive *d, char line[LINE])
{
    char out[2 * LINE] = "", *at = line, *t;

    while ((t = strstr(at, "%T")) != NULL) {
        snprintf(out + strlen(out), sizeof out - strlen(out), "%.*s%s", (int)(t - at), at, d->folder);
        at = t + 2;
    }
    snprintf(out + strlen(out), sizeof out - strlen(out), "%s", at);
    snprintf(line, LINE, "%.*s", LINE - 1, out);
}

static void put_file(struct drive *d, const char *path, const char *text, size_t n)
{
    char temporary[LINE + 8];
    FILE *f;

    snprintf(temporary, sizeof temporary, "%s.new", path);
    f = fopen(temporary, "w");
    if (!f || fwrite(text, 1, n, f) != n || fclose(f) != 0 || rename(temporary, path) != 0)
        complain(d, "cannot be written", path);
}

static char *get_file(struct drive *d, const char *path)
{
    enum { MOST = 1 << 20 };
    char *text = calloc(1, MOST);
    FILE *f = fopen(path, "r");

    CHECK(text);
    if (!f)
        complain(d, "cannot be read", path);
    (void)!fread(text, 1, MOST - 1, f);
    fclose(f);
    return text;
}

static void files(struct drive *d, const char *word, const char *args)
{
    char path[LINE], old[LINE], new[LINE], *text, *at;
    struct sbuf b = SBUF_INIT;
    int rest = 0;

    if (!strcmp(word, "write") && sscanf(args, "%511s %n", path, &rest) == 1) {
        put_file(d, path, args + rest, strlen(args + rest));
    } else if (!strcmp(word, "program") && sscanf(args, "%511s %n", path, &rest) == 1) {
        sbuf_printf(&b, "#!/bin/sh\n%s\n", args + rest);
        put_file(d, path, sbuf_str(&b), b.len);
        chmod(path, 0755);
        sbuf_free(&b);
    } else if (!strcmp(word, "copy") && sscanf(args, "%511s %511s", old, path) == 2) {
        text = get_file(d, old);
        put_file(d, path, text, strlen(text));
        free(text);
    } else if (!strcmp(word, "replace") && sscanf(args, "%511s %511s %511s", path, old, new) == 3) {
        text = get_file(d, path);
        at = strstr(text, old);
        if (!at)
            complain(d, "does not hold this", old);
        sbuf_put(&b, text, (size_t)(at - text));
        sbuf_puts(&b, new);
        sbuf_puts(&b, at + strlen(old));
        put_file(d, path, sbuf_str(&b), b.len);
        sbuf_free(&b);
        free(text);
    } else {
        complain(d, "not understood", args);
    }
}

static bool start_with(struct drive *d, const char *word, const char *args)
{
    if (!strcmp(word, "recent")) {
        make_folder(d);
        snprintf(d->recent, sizeof d->recent, "%s/recent", d->folder);
        d->o.recent = d->recent;
        return true;
    }
    if (!strcmp(word, "theme"))
        d->o.theme = (enum theme_id)theme_find(args);
    else if (!strcmp(word, "lang"))
        d->o.lang = (enum figure_lang)figure_lang_find(args);
    else if (!strcmp(word, "motion"))
        d->o.reduced_motion = !strcmp(args, "reduced");
    else if (!strcmp(word, "patience"))
        d->o.patience = atoi(args);
    else if (strcmp(word, "size") != 0 || sscanf(args, "%dx%d", &d->o.width, &d->o.height) != 2)
        return false;
    return true;
}

static void run_line(struct drive *d, const char *word, const char *args)
{
    if (!d->w && start_with(d, word, args))
        return;
    begin(d);
    if (!strcmp(word, "open")) {
        app_open(&d->app, args);
        frame(d, 0);
    } else if (!strcmp(word, "at")) {
        app_seek(&d->app, strtoll(args, NULL, 10) * NS_PER_MS);
        frame(d, 0);
    } else if (!strcmp(word, "key")) {
        press_key(d, args);
    } else if (!strcmp(word, "type")) {
        type(args);
        frame(d, 0);
    } else if (!strcmp(word, "tick")) {
        tick(d, args);
    } else if (!strcmp(word, "click")) {
        click(d, args, SDL_BUTTON_LEFT, 1);
    } else if (!strcmp(word, "rightclick")) {
        click(d, args, SDL_BUTTON_RIGHT, 1);
    } else if (!strcmp(word, "doubleclick")) {
        click(d, args, SDL_BUTTON_LEFT, 2);
    } else if (!strcmp(word, "hover")) {
        struct rect r = place(d, args);

        move(r.x + r.w / 2, r.y + r.h / 2);
        frame(d, 0);
    } else if (!strcmp(word, "drag")) {
        drag(d, args);
    } else if (!strcmp(word, "wheel")) {
        wheel(d, args);
    } else if (!strcmp(word, "resize")) {
        resize(d, args);
    } else if (!strcmp(word, "drop")) {
        drop(d, args);
    } else if (!strcmp(word, "folder")) {
        make_folder(d);
    } else if (!strcmp(word, "write") || !strcmp(word, "program") || !strcmp(word, "copy") ||
               !strcmp(word, "replace")) {
        files(d, word, args);
    } else if (!strcmp(word, "path")) {
        SDL_setenv("PATH", args, 1);
    } else if (!strcmp(word, "audience")) {
        audience(d, args);
    } else if (!strcmp(word, "pixels")) {
        d->blind = !strcmp(args, "off");
    } else if (!strcmp(word, "wait")) {
        wait_for(d, args);
    } else if (!strcmp(word, "there")) {
        there(d, args);
    } else if (!strcmp(word, "expect")) {
        expect(d, args);
    } else if (!strcmp(word, "shot")) {
        cairo_surface_write_to_png(window_canvas(d->w), args);
    } else {
        complain(d, "no such command", word);
    }
    if (d->verbose)
        tell(d);
}

static uint64_t run_script(struct drive *d, const char *path)
{
    FILE *f = fopen(path, "r");
    char line[LINE];

    d->script = path;
    d->line = 0;
    d->pixels = 1;
    d->blind = false;
    d->audience = 0;
    d->w = NULL;
    d->o = (struct app_options){.width = 1280, .height = 720};
    if (!f)
        complain(d, "cannot be read", path);
    while (f && fgets(line, sizeof line, f)) {
        char *word = line + strspn(line, " \t"), *args;

        d->line++;
        word[strcspn(word, "\n")] = '\0';
        if (!*word || *word == '#')
            continue;
        expand(d, word);
        args = word + strcspn(word, " ");
        if (*args)
            *args++ = '\0';
        run_line(d, word, args);
    }
    fclose(f);
    if (d->w) {
        window_close(d->w);
        app_free(&d->app);
    }
    drop_folder(d);
    return d->pixels;
}

int main(int argc, char **argv)
{
    struct drive d = {.verbose = argc > 1 && !strcmp(argv[1], "-v")};

    SDL_setenv("SDL_VIDEODRIVER", "dummy", 1);
    i18n_init("en", NULL);
    for (int i = d.verbose ? 2 : 1; i < argc; i++) {
        uint64_t first, second;

        d.quiet = false;
        first = run_script(&d, argv[i]);
        if (d.verbose)
            continue;
        d.quiet = true;
        second = run_script(&d, argv[i]);
        printf("%sok %d - %s: the same events give the same pixels\n", first == second ? "" : "not ",
               ++d.test, argv[i]);
        d.failed += first != second;
    }
    printf("1..%d\n", d.test);
    return d.failed != 0;
}
