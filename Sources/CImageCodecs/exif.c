#include <stdlib.h>
#include <string.h>

#include "internal.h"

// EXIF 2.3, "Structure of Exif": "Exif\0\0", then a TIFF header and a directory of 12-byte entries.

static uint32_t number(const uint8_t *bytes, size_t width, bool big_endian) {
  uint32_t value = 0;
  for (size_t i = 0; i < width; ++i) value = value << 8 | bytes[big_endian ? i : width - 1 - i];
  return value;
}

int px_exif_orientation(const uint8_t *segment, size_t count) {
  if (count < 6 + 8 || memcmp(segment, "Exif\0\0", 6) != 0) return 1;
  const uint8_t *tiff = segment + 6;
  size_t size = count - 6;
  bool big = memcmp(tiff, "MM\0*", 4) == 0;
  if (!big && memcmp(tiff, "II*\0", 4) != 0) return 1;
  size_t directory = number(tiff + 4, 4, big);
  if (directory > size - 2) return 1;
  size_t entries = number(tiff + directory, 2, big);
  for (size_t i = 0; i < entries; ++i) {
    size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > size) return 1;
    if (number(tiff + entry, 2, big) != 0x0112) continue;
    uint32_t orientation = number(tiff + entry + 8, 2, big);  // one SHORT, stored in the entry
    return orientation >= 1 && orientation <= 8 ? (int)orientation : 1;
  }
  return 1;
}

px_image_status px_image_orient(px_image *image, int orientation, char *message) {
  if (orientation == 1) return PX_IMAGE_OK;
  // EXIF's eight cases are a transposition after mirroring the stored columns, rows or both.
  bool transposed = orientation >= 5;
  bool mirrored_x = orientation == 2 || orientation == 3 || orientation >= 7;
  bool mirrored_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  uint8_t *turned = px_image_allocate(image, 3, message);
  if (!turned) return PX_IMAGE_NO_MEMORY;
  size_t width = image->width, height = image->height;
  for (size_t y = 0; y < height; ++y) {
    size_t to_y = mirrored_y ? height - 1 - y : y;
    for (size_t x = 0; x < width; ++x) {
      size_t to_x = mirrored_x ? width - 1 - x : x;
      size_t to = transposed ? to_x * height + to_y : to_y * width + to_x;
      memcpy(turned + 3 * to, image->rgb + 3 * (y * width + x), 3);
    }
  }
  free(image->rgb);
  image->rgb = turned;
  image->width = (uint32_t)(transposed ? height : width);
  image->height = (uint32_t)(transposed ? width : height);
  return PX_IMAGE_OK;
}
