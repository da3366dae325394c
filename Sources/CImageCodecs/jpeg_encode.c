#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

// jpeglib.h needs FILE and size_t to be known.
#include <jpeglib.h>

#include "internal.h"

// Lives in the caller of the function that calls setjmp, so that its members survive a longjmp.
typedef struct writer {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  jmp_buf escape;
  unsigned char *bytes;
  unsigned long count;
  char *message;
} writer;

static void on_error(j_common_ptr jpeg) {
  writer *w = jpeg->client_data;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  px_image_fail(w->message, PX_IMAGE_NO_MEMORY, "%s", text);
  longjmp(w->escape, 1);
}

static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static px_image_status encode(writer *w, const uint8_t *rgb, uint32_t width, uint32_t height,
                              int quality) {
  struct jpeg_compress_struct *jpeg = &w->jpeg;
  if (setjmp(w->escape)) return PX_IMAGE_NO_MEMORY;
  jpeg_create_compress(jpeg);  // keeps err and client_data
  jpeg_mem_dest(jpeg, &w->bytes, &w->count);
  jpeg->image_width = width;
  jpeg->image_height = height;
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg_start_compress(jpeg, TRUE);
  while (jpeg->next_scanline < height) {
    JSAMPROW row = (JSAMPROW)(rgb + (size_t)jpeg->next_scanline * width * 3);
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
  return PX_IMAGE_OK;
}

px_image_status px_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality,
                               uint8_t **bytes, size_t *count, char *message) {
  *bytes = NULL;
  *count = 0;
  message[0] = 0;
  writer w = {.message = message};
  w.jpeg.err = jpeg_std_error(&w.errors);
  w.errors.error_exit = on_error;
  w.errors.output_message = on_output;
  w.jpeg.client_data = &w;
  px_image_status status = encode(&w, rgb, width, height, quality);
  jpeg_destroy_compress(&w.jpeg);
  if (status != PX_IMAGE_OK) {
    free(w.bytes);
    return status;
  }
  *bytes = w.bytes;
  *count = w.count;
  return PX_IMAGE_OK;
}
