#include <curses.h>
// Its names for capabilities are those of everyday variables, so it has a file of its own.
#include <term.h>

#include "scrolling.h"

// ncurses shifts rows that look alike though `idlok` is off, if the terminal has scrolling regions.
void ct_forbid_scrolling(void) {
  change_scroll_region = NULL;
  scroll_forward = NULL;
  scroll_reverse = NULL;
  parm_index = NULL;
  parm_rindex = NULL;
}
