#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// What libFuzzer calls: one input to a target, with a look at the memory it takes.
//
// Without the address sanitizer, which has an allocator of its own, the C library's is wrapped: a
// reader that holds more at once than it may ends the run, and libFuzzer keeps the input.

/// A target in Swift, which returns how many bytes it may take beyond `BOUND`: for what a sound file
/// unpacks to.
size_t pixart_fuzz(const uint8_t *bytes, size_t count);

/// Twice the file, and what readers take whatever the file is (see the targets).
#define BOUND(count) (2 * (count) + FUZZ_CONSTANT)

static __thread bool metered;
static __thread int64_t live, peak;
/// Beyond twice the input and what it unpacks to, of all inputs so far.
static int64_t most = INT64_MIN;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  live = peak = 0;
  metered = true;
  size_t more = pixart_fuzz(bytes, count);
  metered = false;
  int64_t beyond = peak - (int64_t)(2 * count + more);
  if (beyond > most) most = beyond;
  if (peak > (int64_t)(BOUND(count) + more)) {
    fprintf(stderr, "%lld bytes of memory for %zu bytes, %zu were allowed\n", (long long)peak, count,
            BOUND(count) + more);
    abort();
  }
  return 0;
}

#if !__has_feature(address_sanitizer)

__attribute__((destructor)) static void tell(void) {
  if (most != INT64_MIN)
    fprintf(stderr, "most memory beyond twice an input: %lld bytes\n", (long long)most);
}

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

/// Counts memory that came or, with a negative sign, went.
static void *noted(void *memory, int sign) {
  if (metered && memory) {
    live += sign * (int64_t)malloc_usable_size(memory);
    if (live > peak) peak = live;
  }
  return memory;
}

void *malloc(size_t count) { return noted(__libc_malloc(count), 1); }

void *calloc(size_t count, size_t size) { return noted(__libc_calloc(count, size), 1); }

void *memalign(size_t alignment, size_t count) {
  return noted(__libc_memalign(alignment, count), 1);
}

void *aligned_alloc(size_t alignment, size_t count) { return memalign(alignment, count); }

int posix_memalign(void **memory, size_t alignment, size_t count) {
  *memory = memalign(alignment, count);
  return *memory ? 0 : 12;  // ENOMEM
}

void *realloc(void *memory, size_t count) {
  noted(memory, -1);
  void *moved = __libc_realloc(memory, count);
  // What could not grow is still there.
  noted(moved || count == 0 ? moved : memory, 1);
  return moved;
}

void free(void *memory) { __libc_free(noted(memory, -1)); }

#endif
