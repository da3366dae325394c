#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "internal.h"

px_image_status px_image_fail(char *message, px_image_status status, const char *format, ...) {
  if (message[0] != 0) return status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, PX_IMAGE_MESSAGE_SIZE, format, arguments);
  va_end(arguments);
  return status;
}

px_image_status px_image_measure(px_image *image, uint32_t width, uint32_t height,
                                 px_image_limits limits, char *message) {
  image->width = width;
  image->height = height;
  if (width == 0 || height == 0)
    return px_image_fail(message, PX_IMAGE_DAMAGED, "it measures %ux%u pixels", width, height);
  if (width > limits.side || height > limits.side || (uint64_t)width * height > limits.pixels)
    return px_image_fail(message, PX_IMAGE_TOO_LARGE, "it measures %ux%u pixels", width, height);
  return PX_IMAGE_OK;
}

uint8_t *px_image_allocate(const px_image *image, size_t channels, char *message) {
  size_t bytes = (size_t)image->width * image->height * channels;
  uint8_t *pixels = malloc(bytes);
  if (!pixels) px_image_fail(message, PX_IMAGE_NO_MEMORY, "%zu bytes", bytes);
  return pixels;
}

void px_image_adopt_rgba(px_image *image, uint8_t *rgba) {
  size_t pixels = (size_t)image->width * image->height;
  for (size_t i = 0; i < pixels; ++i) {
    unsigned alpha = rgba[4 * i + 3];
    for (size_t c = 0; c < 3; ++c)
      rgba[3 * i + c] = (uint8_t)((rgba[4 * i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
  uint8_t *rgb = realloc(rgba, 3 * pixels);
  image->rgb = rgb ? rgb : rgba;
}

void px_image_free(px_image *image) {
  free(image->rgb);
  image->rgb = NULL;
}
