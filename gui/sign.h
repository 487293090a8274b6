/* sign: our sign: two life-lines, an arrow there and an arrow back, as in tcplab.svg. */
#ifndef TCPLAB_GUI_SIGN_H
#define TCPLAB_GUI_SIGN_H

#include "sim/figure/paint.h"

/* Draws it into a square, in the colours of the paint's theme. */
void sign_draw(struct paint *p, double x, double y, double size);
/* A picture of it on a plate, for the window's icon: size x size, straight (not premultiplied) ARGB, in the
 * machine's order. To be freed. */
unsigned *sign_pixels(int size);

#endif
