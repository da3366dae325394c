#include <stdlib.h>
#include <webp/decode.h>

#include "internal.h"

static px_image_status fail(VP8StatusCode code, char *message) {
  switch (code) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return px_image_fail(message, PX_IMAGE_NO_MEMORY, "libwebp ran out of memory");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return px_image_fail(message, PX_IMAGE_UNSUPPORTED, "a feature that libwebp does not know");
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return px_image_fail(message, PX_IMAGE_DAMAGED, "the file ends too early");
    default:
      return px_image_fail(message, PX_IMAGE_DAMAGED, "its data make no sense");
  }
}

/// Whether the length that the container states goes beyond the file.
static int is_cut(const uint8_t *bytes, size_t count) {
  if (count < 12) return 1;
  uint32_t length = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | (uint32_t)bytes[7] << 24;
  return length > count - 8;
}

px_image_status px_webp_decode(const uint8_t *bytes, size_t count, px_image_limits limits,
                               px_image *image, char *message) {
  *image = (px_image){0};
  message[0] = 0;
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config))
    return px_image_fail(message, PX_IMAGE_UNSUPPORTED, "libwebp has another version");
  if (is_cut(bytes, count)) return fail(VP8_STATUS_NOT_ENOUGH_DATA, message);
  VP8StatusCode code = WebPGetFeatures(bytes, count, &config.input);
  if (code != VP8_STATUS_OK) return fail(code, message);
  if (config.input.has_animation)
    return px_image_fail(message, PX_IMAGE_UNSUPPORTED, "an animation");
  px_image_status status = px_image_measure(image, (uint32_t)config.input.width,
                                            (uint32_t)config.input.height, limits, message);
  if (status) return status;

  size_t channels = config.input.has_alpha ? 4 : 3;
  uint8_t *pixels = px_image_allocate(image, channels, message);
  if (!pixels) return PX_IMAGE_NO_MEMORY;
  config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels;
  config.output.u.RGBA.stride = (int)(channels * image->width);
  config.output.u.RGBA.size = channels * image->width * image->height;
  code = WebPDecode(bytes, count, &config);
  WebPFreeDecBuffer(&config.output);
  if (code != VP8_STATUS_OK) {
    free(pixels);
    return fail(code, message);
  }
  if (channels == 4)
    px_image_adopt_rgba(image, pixels);
  else
    image->rgb = pixels;
  return PX_IMAGE_OK;
}
