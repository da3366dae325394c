#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Pictures in and out of memory as 8-bit RGB.
//
// Every function that can fail returns a status and writes one line of what was found into `message`
// (PX_IMAGE_MESSAGE_SIZE bytes). None of them aborts, exits, prints, or keeps what it was given.

#define PX_IMAGE_MESSAGE_SIZE 200

typedef enum px_image_status {
  PX_IMAGE_OK,
  PX_IMAGE_DAMAGED,      // not what its format demands
  PX_IMAGE_UNSUPPORTED,  // sound, but of a kind we do not show
  PX_IMAGE_TOO_LARGE,    // beyond px_image_limits
  PX_IMAGE_NO_MEMORY,
} px_image_status;

/// What a picture may measure, checked against its header before anything is allocated.
typedef struct px_image_limits {
  uint32_t side;    // pixels, each of width and height
  uint64_t pixels;  // width * height
} px_image_limits;

/// Row by row from the top left, three bytes a pixel; `rgb` belongs to the caller (px_image_free).
///
/// `width` and `height` are also set when the status is PX_IMAGE_TOO_LARGE.
typedef struct px_image {
  uint8_t *rgb;
  uint32_t width;
  uint32_t height;
} px_image;

/// Alpha is composited on white; grey, palette, 16-bit and interlaced pictures are widened to RGB.
px_image_status px_png_decode(const uint8_t *bytes, size_t count, px_image_limits limits,
                              px_image *image, char *message);

/// The picture is turned as its EXIF orientation says; grey and CMYK become RGB.
px_image_status px_jpeg_decode(const uint8_t *bytes, size_t count, px_image_limits limits,
                               px_image *image, char *message);

/// Lossy and lossless; alpha is composited on white; animations are not supported.
px_image_status px_webp_decode(const uint8_t *bytes, size_t count, px_image_limits limits,
                               px_image *image, char *message);

void px_image_free(px_image *image);

/// One text of a PNG: tEXt (Latin-1) or, if `utf8`, iTXt. Both strings end in 0.
typedef struct px_png_text {
  const char *keyword;
  const char *text;
  bool utf8;
} px_png_text;

/// Writes an 8-bit RGB PNG with its texts before the pixels; `*png` is freed with free().
px_image_status px_png_encode(const uint8_t *rgb, uint32_t width, uint32_t height,
                              const px_png_text *texts, size_t text_count, uint8_t **png,
                              size_t *png_count, char *message);

/// Writes a JPEG of a quality from 1 to 100; `*jpeg` is freed with free().
px_image_status px_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality,
                               uint8_t **jpeg, size_t *jpeg_count, char *message);

/// Calls `handle` with every text in the file (zTXt and compressed iTXt are inflated, at most 8 MB each).
///
/// The text lives only as long as the call. Nothing is called unless all of them could be read; the pixels are not.
px_image_status px_png_read_texts(const uint8_t *bytes, size_t count, void *context,
                                  void (*handle)(void *context, const px_png_text *text),
                                  char *message);
