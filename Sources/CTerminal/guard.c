#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include "terminal.h"

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
static const int wakers[] = {SIGWINCH, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGINT};
enum { crash_count = sizeof crashes / sizeof *crashes, waker_count = sizeof wakers / sizeof *wakers };

static struct sigaction crash_before[crash_count], waker_before[waker_count];
static struct termios modes_before;
static uint8_t goodbye[512];
static size_t goodbye_count;
static int guarded = -1;
static int waker = -1;
static int events = -1;
static uint8_t *crash_stack;
static atomic_int pending;
/// Whether the terminal is ours and would have to be given back.
static atomic_bool is_away;

/// Only what a signal handler may do.
static void give_back(void) {
  if (guarded < 0 || !atomic_exchange(&is_away, false)) return;
  const uint8_t *rest = goodbye;
  size_t count = goodbye_count;
  // A terminal that takes nothing for a while must not keep the process alive.
  for (int tries = 0; count > 0 && tries < 20;) {
    ssize_t written = write(guarded, rest, count);
    if (written > 0) {
      rest += written;
      count -= (size_t)written;
    } else {
      struct pollfd entry = {.fd = guarded, .events = POLLOUT};
      poll(&entry, 1, 50);
      ++tries;
    }
  }
  tcsetattr(guarded, TCSANOW, &modes_before);
}

static void on_crash(int number, siginfo_t *info, void *context) {
  (void)context;
  give_back();
  // Blocked until this handler returns, then it comes again to whom it would have come without us:
  // to one that prints where the fault was and expects it to happen again. If another process sent
  // the signal it would not, and the program would go on without its terminal.
  if (info->si_code == SI_USER) signal(number, SIG_DFL);
  else
    for (int i = 0; i < crash_count; ++i)
      if (crashes[i] == number) sigaction(number, &crash_before[i], NULL);
  raise(number);
}

static void on_wake(int number) {
  int saved = errno;
  int flag = number == SIGWINCH  ? CT_SIGNAL_WINDOW
             : number == SIGTERM ? CT_SIGNAL_TERMINATE
             : number == SIGHUP  ? CT_SIGNAL_HANGUP
             : number == SIGTSTP ? CT_SIGNAL_STOP
             : number == SIGINT  ? CT_SIGNAL_INTERRUPT
                                 : CT_SIGNAL_CONTINUE;
  atomic_fetch_or(&pending, flag);
  ct_guard_wake();
  errno = saved;
}

void ct_guard_wake(void) {
  uint64_t one = 1;
  // A full counter is readable already.
  if (waker >= 0 && write(waker, &one, sizeof one) < 0) return;
}

static void install(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigfillset(&action.sa_mask);
  action.sa_sigaction = on_crash;
  action.sa_flags = SA_ONSTACK | SA_SIGINFO;
  for (int i = 0; i < crash_count; ++i) sigaction(crashes[i], &action, &crash_before[i]);
  action.sa_handler = on_wake;
  action.sa_flags = SA_RESTART;
  for (int i = 0; i < waker_count; ++i) sigaction(wakers[i], &action, &waker_before[i]);
}

static void close_descriptors(void) {
  // The waker stays: other threads may be about to use it.
  if (events >= 0) close(events);
  events = -1;
}

int ct_guard_open(int terminal, const uint8_t *farewell, size_t count) {
  static bool has_exit_handler;
  if (guarded >= 0 || count > sizeof goodbye || tcgetattr(terminal, &modes_before) != 0) return -1;
  if (waker < 0) waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  events = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event input = {.events = EPOLLIN};
  if (waker < 0 || events < 0 || epoll_ctl(events, EPOLL_CTL_ADD, waker, &input) != 0 ||
      epoll_ctl(events, EPOLL_CTL_ADD, terminal, &input) != 0) {
    close_descriptors();
    return -1;
  }
  memcpy(goodbye, farewell, count);
  goodbye_count = count;
  guarded = terminal;
  // A stack overflow has no stack left for a handler of its own.
  stack_t stack = {.ss_size = 65536};
  if (!crash_stack) crash_stack = malloc(stack.ss_size);
  stack.ss_sp = crash_stack;
  if (crash_stack) sigaltstack(&stack, NULL);
  install();
  if (!has_exit_handler) atexit(give_back);
  has_exit_handler = true;
  return events;
}

void ct_guard_watch_output(bool is_watched) {
  struct epoll_event event = {.events = is_watched ? EPOLLIN | EPOLLOUT : EPOLLIN};
  if (guarded >= 0) epoll_ctl(events, EPOLL_CTL_MOD, guarded, &event);
}

int ct_guard_signals(void) {
  uint64_t count;
  if (waker >= 0 && read(waker, &count, sizeof count) < 0 && errno != EAGAIN) return 0;
  return atomic_exchange(&pending, 0);
}

bool ct_guard_enter_raw_mode(void) {
  struct termios raw = modes_before;
  raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  raw.c_oflag &= ~(tcflag_t)OPOST;
  raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  atomic_store(&is_away, true);
  return tcsetattr(guarded, TCSANOW, &raw) == 0;
}

void ct_guard_restore_modes(void) {
  if (guarded >= 0) tcsetattr(guarded, TCSADRAIN, &modes_before);
  atomic_store(&is_away, false);
}

void ct_guard_stop(void) {
  struct sigaction ours, plain = {.sa_handler = SIG_DFL};
  sigaction(SIGTSTP, &plain, &ours);
  // The whole job, as a terminal's Ctrl-Z would.
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &ours, NULL);
}

void ct_guard_close(void) {
  if (guarded < 0) return;
  for (int i = 0; i < crash_count; ++i) sigaction(crashes[i], &crash_before[i], NULL);
  for (int i = 0; i < waker_count; ++i) sigaction(wakers[i], &waker_before[i], NULL);
  atomic_store(&is_away, false);
  guarded = -1;
  close_descriptors();
  atomic_store(&pending, 0);
}
