#pragma once

#include "image_codecs.h"

/// Writes one line into `message` unless an earlier call already did, and returns `status`.
px_image_status px_image_fail(char *message, px_image_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/// Fails for an empty picture or one beyond `limits`; otherwise notes its extents in `image`.
px_image_status px_image_measure(px_image *image, uint32_t width, uint32_t height,
                                 px_image_limits limits, char *message);

/// width * height * channels bytes (within size_t after px_image_measure), or NULL.
uint8_t *px_image_allocate(const px_image *image, size_t channels, char *message);

/// Composites RGBA pixels on white in place and hands the buffer, cut to RGB, over to `image`.
void px_image_adopt_rgba(px_image *image, uint8_t *rgba);

/// EXIF orientation 1...8 of a JPEG APP1 segment; 1 where it says nothing sensible.
int px_exif_orientation(const uint8_t *segment, size_t count);

/// Turns and mirrors `image` so that orientation 1 is what results.
px_image_status px_image_orient(px_image *image, int orientation, char *message);
