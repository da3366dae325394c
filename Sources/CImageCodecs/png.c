#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

// deflate cannot shrink data by more than this (zlib, "Maximum Compression Factor").
enum { DEFLATE_LIMIT = 1032 };

// Lives in the caller of the function that calls setjmp, so that its members survive a longjmp.
typedef struct reader {
  png_structp png;
  png_infop info;
  const uint8_t *bytes;
  size_t count;
  size_t position;
  png_bytep *rows;
  uint8_t *buffer;
  char *message;
} reader;

static void on_error(png_structp png, png_const_charp text) {
  px_image_fail(png_get_error_ptr(png), PX_IMAGE_DAMAGED, "%s", text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void on_read(png_structp png, png_bytep to, size_t count) {
  reader *r = png_get_io_ptr(png);
  if (count > r->count - r->position) png_error(png, "the file ends too early");
  memcpy(to, r->bytes + r->position, count);
  r->position += count;
}

static px_image_status open_reader(reader *r) {
  r->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, r->message, on_error, on_warning);
  if (r->png) r->info = png_create_info_struct(r->png);
  if (!r->info) return px_image_fail(r->message, PX_IMAGE_NO_MEMORY, "libpng could not start");
  png_set_read_fn(r->png, r, on_read);
  png_set_benign_errors(r->png, 1);
  // Our own limits come later and say more.
  png_set_user_limits(r->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  return PX_IMAGE_OK;
}

static void close_reader(reader *r) {
  png_destroy_read_struct(&r->png, &r->info, NULL);
  free(r->rows);
  free(r->buffer);
}

static px_image_status decode(reader *r, px_image_limits limits, px_image *image) {
  static const png_byte skipped[] = "iCCP\0sPLT\0tEXt\0zTXt\0iTXt\0eXIf";
  if (setjmp(png_jmpbuf(r->png))) return PX_IMAGE_DAMAGED;
  png_set_keep_unknown_chunks(r->png, PNG_HANDLE_CHUNK_NEVER, skipped, sizeof skipped / 5);
  png_read_info(r->png, r->info);
  png_uint_32 width = png_get_image_width(r->png, r->info);
  png_uint_32 height = png_get_image_height(r->png, r->info);
  px_image_status status = px_image_measure(image, width, height, limits, r->message);
  if (status) return status;
  if ((uint64_t)png_get_rowbytes(r->png, r->info) * height / DEFLATE_LIMIT > r->count)
    return px_image_fail(r->message, PX_IMAGE_DAMAGED, "%zu bytes cannot hold %ux%u pixels",
                         r->count, width, height);

  bool has_alpha = (png_get_color_type(r->png, r->info) & PNG_COLOR_MASK_ALPHA) ||
                   png_get_valid(r->png, r->info, PNG_INFO_tRNS);
  png_set_expand(r->png);
  png_set_scale_16(r->png);
  png_set_gray_to_rgb(r->png);
  png_set_interlace_handling(r->png);
  png_read_update_info(r->png, r->info);
  size_t channels = has_alpha ? 4 : 3;
  if (png_get_rowbytes(r->png, r->info) != channels * width)
    png_error(r->png, "unexpected row length");

  r->buffer = px_image_allocate(image, channels, r->message);
  r->rows = malloc(height * sizeof *r->rows);
  if (!r->buffer || !r->rows)
    return px_image_fail(r->message, PX_IMAGE_NO_MEMORY, "%u row pointers", height);
  for (size_t y = 0; y < height; ++y) r->rows[y] = r->buffer + y * channels * width;
  png_read_image(r->png, r->rows);
  png_read_end(r->png, NULL);

  if (has_alpha)
    px_image_adopt_rgba(image, r->buffer);
  else
    image->rgb = r->buffer;
  r->buffer = NULL;
  return PX_IMAGE_OK;
}

px_image_status px_png_decode(const uint8_t *bytes, size_t count, px_image_limits limits,
                              px_image *image, char *message) {
  *image = (px_image){0};
  message[0] = 0;
  reader r = {.bytes = bytes, .count = count, .message = message};
  px_image_status status = open_reader(&r);
  if (status == PX_IMAGE_OK) status = decode(&r, limits, image);
  close_reader(&r);
  return status;
}

static bool is_chunk(const uint8_t *type, const char *name) { return memcmp(type, name, 4) == 0; }

/// Copies signature, header, texts (they may follow the pixels) and the start of an IDAT chunk.
///
/// libpng would otherwise have to inflate all pixels on its way. `kept` has room for `count` bytes.
static px_image_status keep_texts(reader *r, uint8_t *kept, size_t *kept_count) {
  static const uint8_t idat[8] = {0, 0, 0, 0, 'I', 'D', 'A', 'T'};
  enum { SIGNATURE = 8, FRAME = 12 };  // a chunk's length, type and checksum
  size_t at = SIGNATURE, to = SIGNATURE;
  if (r->count >= SIGNATURE) memcpy(kept, r->bytes, SIGNATURE);
  for (;;) {
    if (at + FRAME > r->count) break;
    const uint8_t *chunk = r->bytes + at;
    size_t length = png_get_uint_32(chunk);
    if (length > r->count - at - FRAME) break;
    const uint8_t *type = chunk + 4;
    if (is_chunk(type, "IEND")) {
      memcpy(kept + to, idat, sizeof idat);  // IEND, which is longer, was left out
      *kept_count = to + sizeof idat;
      return PX_IMAGE_OK;
    }
    if (is_chunk(type, "IHDR") || is_chunk(type, "tEXt") || is_chunk(type, "zTXt") ||
        is_chunk(type, "iTXt")) {
      memcpy(kept + to, chunk, length + FRAME);
      to += length + FRAME;
    }
    at += length + FRAME;
  }
  return px_image_fail(r->message, PX_IMAGE_DAMAGED, "the file ends too early");
}

static px_image_status read_texts(reader *r) {
  if (setjmp(png_jmpbuf(r->png))) return PX_IMAGE_DAMAGED;
  r->buffer = malloc(r->count + 1);
  if (!r->buffer) png_error(r->png, "no memory for its texts");
  size_t kept = 0;
  px_image_status status = keep_texts(r, r->buffer, &kept);
  if (status) return status;
  r->bytes = r->buffer;
  r->count = kept;
  png_set_crc_action(r->png, PNG_CRC_DEFAULT, PNG_CRC_ERROR_QUIT);
  png_read_info(r->png, r->info);
  return PX_IMAGE_OK;
}

px_image_status px_png_read_texts(const uint8_t *bytes, size_t count, void *context,
                                  void (*handle)(void *context, const px_png_text *text),
                                  char *message) {
  message[0] = 0;
  reader r = {.bytes = bytes, .count = count, .message = message};
  px_image_status status = open_reader(&r);
  if (status == PX_IMAGE_OK) status = read_texts(&r);
  if (status == PX_IMAGE_OK) {
    png_textp found = NULL;
    int found_count = png_get_text(r.png, r.info, &found, NULL);
    for (int i = 0; i < found_count; ++i) {
      px_png_text text = {.keyword = found[i].key,
                          .text = found[i].text ? found[i].text : "",
                          .utf8 = found[i].compression >= PNG_ITXT_COMPRESSION_NONE};
      handle(context, &text);
    }
  }
  close_reader(&r);
  return status;
}

typedef struct writer {
  png_structp png;
  png_infop info;
  png_textp texts;
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  char *message;
} writer;

static void on_write(png_structp png, png_bytep from, size_t count) {
  writer *w = png_get_io_ptr(png);
  if (count > w->capacity - w->count) {
    size_t capacity = 2 * w->capacity + count;
    uint8_t *bytes = realloc(w->bytes, capacity);
    if (!bytes) png_error(png, "no memory for the compressed picture");
    w->bytes = bytes;
    w->capacity = capacity;
  }
  memcpy(w->bytes + w->count, from, count);
  w->count += count;
}

static void on_flush(png_structp png) { (void)png; }

static px_image_status encode(writer *w, const uint8_t *rgb, uint32_t width, uint32_t height,
                              const px_png_text *texts, size_t text_count) {
  if (setjmp(png_jmpbuf(w->png))) return PX_IMAGE_NO_MEMORY;
  png_set_write_fn(w->png, w, on_write, on_flush);
  png_set_IHDR(w->png, w->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  w->texts = calloc(text_count + 1, sizeof *w->texts);
  if (!w->texts) png_error(w->png, "no memory for the texts");
  for (size_t i = 0; i < text_count; ++i) {
    w->texts[i].compression =
        texts[i].utf8 ? PNG_ITXT_COMPRESSION_NONE : PNG_TEXT_COMPRESSION_NONE;
    w->texts[i].key = (png_charp)texts[i].keyword;
    w->texts[i].text = (png_charp)texts[i].text;
  }
  png_set_text(w->png, w->info, w->texts, (int)text_count);
  png_write_info(w->png, w->info);
  for (uint32_t y = 0; y < height; ++y) png_write_row(w->png, rgb + (size_t)y * width * 3);
  png_write_end(w->png, NULL);
  return PX_IMAGE_OK;
}

px_image_status px_png_encode(const uint8_t *rgb, uint32_t width, uint32_t height,
                              const px_png_text *texts, size_t text_count, uint8_t **png,
                              size_t *png_count, char *message) {
  *png = NULL;
  *png_count = 0;
  message[0] = 0;
  writer w = {.message = message};
  w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  if (w.png) w.info = png_create_info_struct(w.png);
  px_image_status status =
      w.info ? encode(&w, rgb, width, height, texts, text_count)
             : px_image_fail(message, PX_IMAGE_NO_MEMORY, "libpng could not start");
  png_destroy_write_struct(&w.png, &w.info);
  free(w.texts);
  if (status != PX_IMAGE_OK) {
    free(w.bytes);
    return status;
  }
  *png = w.bytes;
  *png_count = w.count;
  return PX_IMAGE_OK;
}
