#define _GNU_SOURCE
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

#include "scrolling.h"
#include "terminal.h"

static SCREEN *screen;
static FILE *out;
static FILE *in;
static uint8_t *taken;
static size_t capacity;
static uint8_t farewell[256];
static size_t farewell_count;

/// Character types as the user has set them, and UTF-8 where no encoding is named.
static void choose_encoding(void) {
  if (!setlocale(LC_CTYPE, "") || !strcmp(setlocale(LC_CTYPE, NULL), "C") ||
      !strcmp(setlocale(LC_CTYPE, NULL), "POSIX"))
    setlocale(LC_CTYPE, "C.UTF-8");
}

/// Appends a capability without its `$<...>` delays.
static void add_farewell(const char *name) {
  const char *text = tigetstr(name);
  if (!text || text == (char *)-1) return;
  while (*text && farewell_count < sizeof farewell) {
    if (text[0] == '$' && text[1] == '<') {
      const char *end = strchr(text, '>');
      if (!end) return;
      text = end + 1;
    } else {
      farewell[farewell_count++] = (uint8_t)*text++;
    }
  }
}

/// `LINES` or `COLUMNS` for the time of newterm, which cannot measure memory.
static char *swap_variable(const char *name, const char *value) {
  const char *old = getenv(name);
  char *kept = old ? strdup(old) : NULL;
  if (value) setenv(name, value, 1);
  else unsetenv(name);
  return kept;
}

/// newterm without the handlers it leaves, which end the process with 1 and no word.
static SCREEN *open_quietly(const char *term) {
  static const int handled[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
  enum { count = sizeof handled / sizeof *handled };
  struct sigaction before[count];
  for (int i = 0; i < count; ++i) sigaction(handled[i], NULL, &before[i]);
  SCREEN *opened = newterm(term, out, in);
  for (int i = 0; i < count; ++i) sigaction(handled[i], &before[i], NULL);
  return opened;
}

static void open_screen(const char *term, int rows, int columns) {
  char row_text[16], column_text[16];
  snprintf(row_text, sizeof row_text, "%d", rows);
  snprintf(column_text, sizeof column_text, "%d", columns);
  char *old_rows = swap_variable("LINES", row_text);
  char *old_columns = swap_variable("COLUMNS", column_text);
  screen = open_quietly(term);
  free(swap_variable("LINES", old_rows));
  free(swap_variable("COLUMNS", old_columns));
  free(old_rows);
  free(old_columns);
}

const char *ct_canvas_open(const char *term, int rows, int columns) {
  if (screen) return "there is one already";
  choose_encoding();
  int memory = memfd_create("screen", MFD_CLOEXEC);
  out = memory < 0 ? NULL : fdopen(memory, "w");
  in = fopen("/dev/null", "re");
  if (!out || !in) {
    if (!out && memory >= 0) close(memory);
    ct_canvas_close();
    return "no memory file can be opened";
  }
  open_screen(term, rows, columns);
  if (!screen) {
    ct_canvas_close();
    return "the terminal database does not know it";
  }
  resizeterm(rows, columns);
  nonl();
  typeahead(-1);
  // Shifting the rest of a row would shift pictures that ncurses knows nothing of.
  idcok(stdscr, FALSE);
  ct_forbid_scrolling();
  leaveok(stdscr, FALSE);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  farewell_count = 0;
  add_farewell("sgr0");
  add_farewell("cnorm");
  add_farewell("rmcup");
  return NULL;
}

int ct_canvas_colors(void) { return has_colors() ? COLORS : 0; }

bool ct_canvas_is_unicode(void) { return !strcmp(nl_langinfo(CODESET), "UTF-8"); }

void ct_canvas_pair(int pair, int foreground, int background) {
  init_extended_pair(pair, foreground, background);
}

void ct_canvas_put(int row, int column, const uint32_t *scalars, int count, int attributes,
                   int pair) {
  attr_t attrs = A_NORMAL;
  if (attributes & CT_BOLD) attrs |= A_BOLD;
  if (attributes & CT_DIM) attrs |= A_DIM;
  if (attributes & CT_ITALIC) attrs |= A_ITALIC;
  if (attributes & CT_UNDERLINE) attrs |= A_UNDERLINE;
  if (attributes & CT_REVERSE) attrs |= A_REVERSE;
  wattr_set(stdscr, attrs, (short)pair, NULL);
  if (wmove(stdscr, row, column) == ERR) return;
  wchar_t piece[256];
  while (count > 0) {
    int length = 0;
    for (; length < 255 && length < count; ++length)
      piece[length] = iswprint((wint_t)scalars[length]) ? (wchar_t)scalars[length] : L'?';
    // At the end of the last row this says ERR, having written everything.
    waddnwstr(stdscr, piece, length);
    scalars += length;
    count -= length;
  }
}

void ct_canvas_cursor(int row, int column) {
  curs_set(row >= 0);
  if (row >= 0) wmove(stdscr, row, column);
}

void ct_canvas_update(void) {
  wnoutrefresh(stdscr);
  doupdate();
}

void ct_canvas_forget(void) { clearok(curscr, TRUE); }

void ct_canvas_resize(int rows, int columns) {
  resizeterm(rows, columns);
  clearok(curscr, TRUE);
}

void ct_canvas_leave(void) { endwin(); }

size_t ct_canvas_take(const uint8_t **bytes) {
  *bytes = taken;
  if (!out) return 0;
  fflush(out);
  int memory = fileno(out);
  off_t end = lseek(memory, 0, SEEK_CUR);
  if (end <= 0) return 0;
  if ((size_t)end > capacity) {
    uint8_t *larger = realloc(taken, (size_t)end);
    if (!larger) return 0;
    taken = larger;
    capacity = (size_t)end;
  }
  ssize_t count = pread(memory, taken, (size_t)end, 0);
  if (ftruncate(memory, 0) == 0) lseek(memory, 0, SEEK_SET);
  *bytes = taken;
  return count > 0 ? (size_t)count : 0;
}

size_t ct_canvas_farewell(const uint8_t **bytes) {
  *bytes = farewell;
  return farewell_count;
}

void ct_canvas_close(void) {
  if (screen) {
    if (!isendwin()) endwin();
    delscreen(screen);
  }
  screen = NULL;
  if (out) fclose(out);
  if (in) fclose(in);
  out = in = NULL;
  free(taken);
  taken = NULL;
  capacity = 0;
}
