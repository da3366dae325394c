#define _GNU_SOURCE
#include <locale.h>
#include <wchar.h>

#include "terminal.h"

int ct_scalar_width(uint32_t scalar) {
  // The tables are those of a locale; this one is always there and always UTF-8.
  static locale_t utf8;
  if (!utf8) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
  locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
  int width = wcwidth((wchar_t)scalar);
  if (before) uselocale(before);
  return width < 0 ? 1 : width;
}
