/* The nearest of several names: what somebody who mistyped most likely meant. */
#include <string.h>

#include "sim/json/json.h"

enum { NAME_MAX_BYTES = 48 }; /* longer words are not compared; no key of ours comes near */

/* Case, and the choice of "-" or "_", count for nothing. */
static char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c == '-' ? '_' : c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string alignment).
 */
static int distance(const char *a, size_t m, const char *b, size_t n)
{
    int row[3][NAME_MAX_BYTES + 1];
    int *before = row[0], *last = row[1], *now = row[2];

    for (size_t j = 0; j <= n; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= m; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= n; j++) {
            int same = fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1;
            now[j] = least(least(last[j] + 1, now[j - 1] + 1), last[j - 1] + same);
            if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
        int *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[n];
}

/* A third of the letters may be wrong, but of one or two none. */
static int tolerance(size_t len)
{
    return len < 3 ? 0 : len < 6 ? 1 : len < 9 ? 2 : 3;
}

const char *json_nearest(const char *word, const char *const *names, size_t n)
{
    const char *best = NULL;
    size_t m = strlen(word);
    int best_distance = NAME_MAX_BYTES;

    if (m == 0 || m > NAME_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        size_t len = strlen(names[i]);
        if (len == 0 || len > NAME_MAX_BYTES)
            continue;
        int dist = distance(word, m, names[i], len);
        if (dist <= tolerance(m > len ? m : len) && dist < best_distance) {
            best = names[i];
            best_distance = dist;
        }
    }
    return best;
}
