#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// jpeglib.h needs FILE and size_t to be known.
#include <jerror.h>
#include <jpeglib.h>

#include "internal.h"

// A progressive file may repeat scans over a large picture for hours; real ones have about ten.
enum { SCAN_LIMIT = 200 };

// Lives in the caller of the function that calls setjmp, so that its members survive a longjmp.
typedef struct reader {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf escape;
  uint8_t *rgb;
  int orientation;
  char *message;
} reader;

static void on_error(j_common_ptr jpeg) {
  reader *r = jpeg->client_data;
  char text[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, text);
  px_image_fail(r->message, PX_IMAGE_DAMAGED, "%s", text);
  longjmp(r->escape, 1);
}

/// libjpeg only warns of missing data and paints it grey; we would rather not hand that on.
static void on_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;  // a trace, not a warning
  switch (jpeg->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
      return;
    default:
      on_error(jpeg);
  }
}

static void on_output(j_common_ptr jpeg) { (void)jpeg; }

static void on_progress(j_common_ptr jpeg) {
  reader *r = jpeg->client_data;
  if (r->jpeg.input_scan_number <= SCAN_LIMIT) return;
  px_image_fail(r->message, PX_IMAGE_DAMAGED, "more than %d scans", SCAN_LIMIT);
  longjmp(r->escape, 1);
}

/// Fails where the file is too short for its extents: Huffman codes spend a bit or more on each block.
static px_image_status check_length(reader *r, size_t count) {
  if (r->jpeg.arith_code) return PX_IMAGE_OK;
  uint64_t blocks = 0;
  for (int i = 0; i < r->jpeg.num_components; ++i)
    blocks += (uint64_t)r->jpeg.comp_info[i].width_in_blocks * r->jpeg.comp_info[i].height_in_blocks;
  if (blocks / 8 <= count) return PX_IMAGE_OK;
  return px_image_fail(r->message, PX_IMAGE_DAMAGED, "%zu bytes cannot hold %ux%u pixels", count,
                       r->jpeg.image_width, r->jpeg.image_height);
}

static int orientation(const reader *r) {
  for (jpeg_saved_marker_ptr marker = r->jpeg.marker_list; marker; marker = marker->next) {
    int found = px_exif_orientation(marker->data, marker->data_length);
    if (found != 1) return found;
  }
  return 1;
}

/// Reads one row of CMYK; Adobe's programs store it inverted, and their marker says so.
static void read_cmyk_row(reader *r, JSAMPARRAY cmyk, uint8_t *rgb) {
  jpeg_read_scanlines(&r->jpeg, cmyk, 1);
  unsigned flip = r->jpeg.saw_Adobe_marker ? 0 : 255;
  for (size_t x = 0; x < r->jpeg.output_width; ++x) {
    const JSAMPLE *inks = cmyk[0] + 4 * x;
    for (size_t c = 0; c < 3; ++c)
      rgb[3 * x + c] = (uint8_t)(((inks[c] ^ flip) * (inks[3] ^ flip) + 127) / 255);
  }
}

static px_image_status decode(reader *r, const uint8_t *bytes, size_t count,
                              px_image_limits limits, px_image *image) {
  struct jpeg_decompress_struct *jpeg = &r->jpeg;
  if (setjmp(r->escape)) return PX_IMAGE_DAMAGED;
  jpeg_create_decompress(jpeg);  // keeps err and client_data
  r->progress.progress_monitor = on_progress;
  jpeg->progress = &r->progress;
  jpeg_mem_src(jpeg, bytes, count);
  jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xFFFF);
  jpeg_read_header(jpeg, TRUE);
  px_image_status status =
      px_image_measure(image, jpeg->image_width, jpeg->image_height, limits, r->message);
  if (!status) status = check_length(r, count);
  if (status) return status;

  bool cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(jpeg);
  r->rgb = px_image_allocate(image, 3, r->message);
  if (!r->rgb) return PX_IMAGE_NO_MEMORY;
  JSAMPARRAY inks = cmyk ? jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE,
                                                   4 * jpeg->output_width, 1)
                         : NULL;
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *row = r->rgb + (size_t)jpeg->output_scanline * jpeg->output_width * 3;
    if (cmyk)
      read_cmyk_row(r, inks, row);
    else
      jpeg_read_scanlines(jpeg, &row, 1);
  }
  r->orientation = orientation(r);
  jpeg_finish_decompress(jpeg);  // forgets the markers
  return PX_IMAGE_OK;
}

px_image_status px_jpeg_decode(const uint8_t *bytes, size_t count, px_image_limits limits,
                               px_image *image, char *message) {
  *image = (px_image){0};
  message[0] = 0;
  reader r = {.message = message};
  r.jpeg.err = jpeg_std_error(&r.errors);
  r.errors.error_exit = on_error;
  r.errors.emit_message = on_message;
  r.errors.output_message = on_output;
  r.jpeg.client_data = &r;
  px_image_status status = decode(&r, bytes, count, limits, image);
  if (status == PX_IMAGE_OK) {
    image->rgb = r.rgb;
    r.rgb = NULL;
    status = px_image_orient(image, r.orientation, message);
    if (status != PX_IMAGE_OK) px_image_free(image);
  }
  jpeg_destroy_decompress(&r.jpeg);
  free(r.rgb);
  return status;
}
