#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Text widths ------------------------------------------------------------------------------

/// Columns of a Unicode scalar: 0, 1 or 2; 1 for what the C library does not know.
int ct_scalar_width(uint32_t scalar);

// The canvas: ncurses, writing into memory -------------------------------------------------
//
// ncurses finds out what has to be sent to make one screen into the next. Its bytes are taken
// with ct_canvas_take and sent by the caller, so nothing here waits for a terminal. There is one
// canvas a process, and one thread that uses it.

enum { CT_BOLD = 1, CT_DIM = 2, CT_ITALIC = 4, CT_UNDERLINE = 8, CT_REVERSE = 16 };

/// Makes the canvas for a terminal of this kind.
///
/// Returns NULL, or what is wrong in a few words.
const char *ct_canvas_open(const char *term, int rows, int columns);
/// Colours that the terminal's description names; 0 for none.
int ct_canvas_colors(void);
/// Whether wide characters and no-break spaces can be written.
bool ct_canvas_is_unicode(void);
/// Defines colour pair 1...63; -1 is the terminal's own colour.
void ct_canvas_pair(int pair, int foreground, int background);
/// Writes one line of text, without control characters, that fits into the row.
void ct_canvas_put(int row, int column, const uint32_t *scalars, int count, int attributes, int pair);
/// Where the cursor will stand; hidden if row is negative.
void ct_canvas_cursor(int row, int column);
/// Finds the differences to what was sent before.
void ct_canvas_update(void);
/// Takes the screen as unknown: the next update sends everything.
void ct_canvas_forget(void);
/// Changes the size; the next update sends everything.
void ct_canvas_resize(int rows, int columns);
/// Leaves the alternate screen; the next update enters it again.
void ct_canvas_leave(void);
/// Bytes to send since the last call; they stay valid until the next call.
size_t ct_canvas_take(const uint8_t **bytes);
/// Bytes that leave the alternate screen and show the cursor; valid until the canvas is closed.
size_t ct_canvas_farewell(const uint8_t **bytes);
/// Frees everything; harmless if nothing is open.
void ct_canvas_close(void);

// Signals and the way out ------------------------------------------------------------------

enum {
  CT_SIGNAL_WINDOW = 1,
  CT_SIGNAL_TERMINATE = 2,
  CT_SIGNAL_HANGUP = 4,
  CT_SIGNAL_STOP = 8,
  CT_SIGNAL_CONTINUE = 16,
  CT_SIGNAL_INTERRUPT = 32,
};

/// Takes over the signals of a full-screen program.
///
/// A crash, and an exit that forgot to close, write `farewell` to the terminal, bring its modes back
/// to what they are now, and go on as usual. Other signals only wake the reader of the descriptor.
///
/// Returns a descriptor that becomes readable with every signal, when the terminal has input, and
/// while it is watched when it can take output; or -1.
int ct_guard_open(int terminal, const uint8_t *farewell, size_t count);
/// Whether the descriptor is readable when the terminal can take output.
void ct_guard_watch_output(bool is_watched);
/// CT_SIGNAL_... that arrived since the last call.
int ct_guard_signals(void);
/// Makes the descriptor readable; from any thread.
void ct_guard_wake(void);
/// Bytes at a time, no echo, Ctrl-C as a key. Returns whether that worked.
bool ct_guard_enter_raw_mode(void);
/// The modes from before ct_guard_open.
void ct_guard_restore_modes(void);
/// Stops the process as Ctrl-Z does elsewhere; returns when it goes on.
void ct_guard_stop(void);
/// Gives all signals back; harmless if nothing is open.
void ct_guard_close(void);
