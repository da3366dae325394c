/// The contract between Swift and the C kernels.
///
/// Every kernel exists once for each instruction set (see levels.h); the functions below call the
/// version chosen by px_set_level, at first the best one the processor has. Arrays are dense and
/// row-major unless a stride (in floats) is given. No kernel allocates, blocks or starts threads.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, in rising order.
typedef enum {
  PX_PORTABLE = 0,
  PX_AVX2 = 1,
  PX_AVX512 = 2,
  /// With dot products of 8-bit integers.
  PX_AVX512_VNNI = 3,
  /// With those and dot products of bfloat16.
  PX_AVX512_BF16 = 4
} px_level;

/// The best level this processor and this build have, at most that of PIXART_INSTRUCTIONS if the
/// environment names one.
px_level px_best_level(void);
/// As PIXART_INSTRUCTIONS names a level, such as "avx2".
const char *px_level_name(px_level level);
/// The level in use.
px_level px_current_level(void);
/// Chooses a level, at most the best one; returns what was chosen. For tests and benchmarks.
px_level px_set_level(px_level level);

/// A flag that another thread may raise, or null. Kernels that take one look at it about every
/// millisecond; once it is not 0 they return at once and leave their output unfinished.
typedef const uint8_t *px_stop;

// --- Number formats ---

typedef enum { PX_FLOAT32 = 0, PX_FLOAT16 = 1, PX_BFLOAT16 = 2, PX_INT8 = 3 } px_format;

/// Does nothing but multiply and add in registers, `rounds` times 16 vectors of PX_FLOAT32,
/// PX_BFLOAT16 or PX_INT8; for measuring what the processor can do at most. The result only keeps
/// the compiler from leaving it out.
float px_multiply_add(px_format format, ptrdiff_t rounds);
/// Multiplications and additions of one round of px_multiply_add.
ptrdiff_t px_multiply_add_operations(px_format format);

/// Widens `count` IEEE half floats; the source may be unaligned.
void px_widen_float16(const void *source, float *target, ptrdiff_t count);
/// Widens `count` bfloat16 numbers; the source may be unaligned.
void px_widen_bfloat16(const void *source, float *target, ptrdiff_t count);

/// Rounds rows of floats to bfloat16, ties to even; what a row of y has beyond `columns` is zero.
void px_narrow_rows(const float *x, ptrdiff_t x_stride, uint16_t *y, ptrdiff_t y_stride,
                    ptrdiff_t rows, ptrdiff_t columns);
/// Rows of floats as x = (y - 128) * scale, each row with a scale of its own: its largest magnitude
/// is 127.
void px_quantise_rows(const float *x, ptrdiff_t x_stride, uint8_t *y, ptrdiff_t y_stride,
                      float *scales, ptrdiff_t rows, ptrdiff_t columns);

// --- Activations ---

typedef enum { PX_IDENTITY = 0, PX_GELU_TANH = 1, PX_SILU = 2, PX_RELU = 3 } px_activation;

/// y[r, c] = f(y[r, c] + bias[c]) in place for a block of a larger matrix; bias may be null.
void px_bias_activation(float *y, ptrdiff_t stride, const float *bias, ptrdiff_t rows,
                        ptrdiff_t columns, px_activation activation);
/// x += y, element by element.
void px_add(float *x, const float *y, ptrdiff_t count);
/// x *= y, element by element.
void px_multiply(float *x, const float *y, ptrdiff_t count);

// --- Normalisation ---

/// y = (x - mean) / sqrt(variance + epsilon) * (1 + scale) + shift, row by row, biased variance.
void px_layer_norm(const float *x, const float *scale, const float *shift, float *y,
                   ptrdiff_t rows, ptrdiff_t columns, float epsilon);
/// y = x / sqrt(mean(x^2) + epsilon) * weight, row by row.
void px_rms_norm(const float *x, const float *weight, float *y, ptrdiff_t rows, ptrdiff_t columns,
                 float epsilon);

// --- Attention ---

/// One head of one sequence: queries, keys and values are `[tokens, dim]` with a row stride.
typedef struct {
  const float *queries, *keys, *values;
  float *output;
  ptrdiff_t query_stride, key_stride, value_stride, output_stride;
  ptrdiff_t query_count, key_count, dim;
  float scale;
  /// Null, or added to the scaled score of query i and key j as relative[i - j].
  const float *relative;
  /// Only for packed keys: PX_BFLOAT16 or PX_INT8, of queries and keys.
  px_format format;
  px_stop stop;
} px_attention_head;

/// Queries a call of px_attention_tile takes at most.
enum { PX_ATTENTION_TILE = 64 };
/// Floats of scratch memory px_attention_tile needs.
ptrdiff_t px_attention_scratch(ptrdiff_t dim);
/// softmax(q k^T) v for `count` queries from `first` on, with an online softmax over key blocks.
void px_attention_tile(const px_attention_head *head, ptrdiff_t first, ptrdiff_t count,
                       float *scratch);

/// 32-bit words of packed keys in a format, and of packed values, that `keys` keys need.
ptrdiff_t px_packed_keys(ptrdiff_t keys, ptrdiff_t dim, px_format format);
ptrdiff_t px_packed_values(ptrdiff_t keys, ptrdiff_t dim);
/// The mean of all keys, `dim` floats.
void px_mean_key(const px_attention_head *head, float *mean);
/// Packs all keys and values, where something is missing with zeros. Values are rounded to
/// bfloat16, `[keys / 2, dim, 2]`, and keys, with PX_BFLOAT16, too, `[keys, dim / 2, 2]`. With
/// PX_INT8 the mean is taken off each key, which changes no weight, and the rest becomes 8-bit
/// integers with a scale for each key.
void px_pack_keys(const px_attention_head *head, const float *mean, int32_t *keys,
                  int32_t *values);
/// px_attention_tile with products of bfloat16, its keys and values packed; no `relative`. Its
/// scratch is as large.
void px_narrow_attention_tile(const px_attention_head *head, const int32_t *keys,
                              const int32_t *values, ptrdiff_t first, ptrdiff_t count,
                              float *scratch);

// --- Products ---

/// Outputs that lie side by side in packed weights.
enum { PX_PANEL = 16 };
/// Packs the rows of a matrix `[outputs, depth]`, possibly unaligned, as
/// `[panels of 16 outputs, depth, 16]`; missing outputs of the last panel are zero.
void px_pack_weights(const void *weights, px_format format, ptrdiff_t outputs, ptrdiff_t depth,
                     float *packed);
/// Packs a matrix as bfloat16, `[panels of 16 outputs, depth / 2 rounded up, 16, 2]`.
void px_pack_bfloat16(const void *weights, px_format format, ptrdiff_t outputs, ptrdiff_t depth,
                      uint16_t *packed);
/// Packs a matrix as 8-bit integers, `[panels of 16 outputs, depth / 4 rounded up, 16, 4]`, each
/// output with a scale of its own. `scales` and `starts`, what the product's sums begin with, get
/// a number for each output of the panels.
void px_pack_int8(const void *weights, px_format format, ptrdiff_t outputs, ptrdiff_t depth,
                  int8_t *packed, float *scales, int32_t *starts);

/// Rows times packed weights: output = activation(input W^T + bias), or
/// output += gate * (input W^T + bias).
typedef struct {
  /// PX_FLOAT32, PX_BFLOAT16 or PX_INT8: of input and weights alike.
  px_format format;
  /// `[rows, input_stride]`: floats, or from px_narrow_rows or px_quantise_rows. The stride is
  /// depth, for narrow formats rounded up to a multiple of four.
  const void *input;
  ptrdiff_t input_stride;
  /// From px_pack_weights, px_pack_bfloat16 or px_pack_int8.
  const void *weights;
  /// One for each row; only for PX_INT8, like the two after it.
  const float *input_scales;
  const float *weight_scales;
  const int32_t *weight_starts;
  /// One for each output, or null.
  const float *bias, *gate;
  float *output;
  ptrdiff_t output_stride, outputs, depth;
  /// Whether to add to the output; then there is no activation, else no gate.
  int adds;
  px_activation activation;
  /// A second product for the same outputs, summed up with the first before bias, gate and
  /// activation: of floats with PX_FLOAT32, else of bfloat16. None if its depth is 0.
  const void *side_input, *side_weights;
  ptrdiff_t side_stride, side_depth;
  /// Null, or what the first product is multiplied by, one for each output of the panels; only with
  /// a second one.
  const float *main_scales;
  px_stop stop;
} px_product;

/// Computes `count` rows from `first` on.
void px_multiply_rows(const px_product *product, ptrdiff_t first, ptrdiff_t count);

// --- Convolution ---

/// A picture `[height, width, channels]` whose pixels count `upsampling` times in each direction.
typedef struct {
  const float *pixels;
  ptrdiff_t height, width, channels, upsampling;
} px_picture;

/// activation(convolution(input) + bias + residual); zeros surround the input.
typedef struct {
  px_picture input;
  /// Square kernel; `pad` rows and columns of zeros come before the first pixel.
  ptrdiff_t kernel, stride, pad;
  /// Of products, PX_FLOAT32 or, only for px_winograd, PX_BFLOAT16.
  px_format format;
  /// Packed by px_pack_filters or, in the same format, px_winograd_filters, one block a panel of
  /// outputs.
  const void *weights;
  /// One for each output, or null.
  const float *bias;
  /// As large as the output, perhaps the output itself, or null.
  const float *residual;
  /// `[output_height, output_width, outputs]`.
  float *output;
  ptrdiff_t output_height, output_width, outputs;
  px_activation activation;
  px_stop stop;
} px_convolution;

/// Packs one panel of filters `[outputs <= 16, inputs, taps]` as `[taps, inputs, 16]`.
void px_pack_filters(const float *filters, ptrdiff_t outputs, ptrdiff_t inputs, ptrdiff_t taps,
                     float *packed);
/// Output pixels a call of px_convolve takes at most.
enum { PX_CONVOLUTION_TILE = 96 };
/// Bytes of scratch memory px_convolve needs.
ptrdiff_t px_convolve_scratch(ptrdiff_t inputs, ptrdiff_t taps);
/// Computes `count` output pixels, counted row by row, from `first` on.
void px_convolve(const px_convolution *convolution, ptrdiff_t first, ptrdiff_t count,
                 void *scratch);

/// Outputs and inputs of a Winograd tile in each direction.
enum { PX_WINOGRAD_OUT = 4, PX_WINOGRAD_SPAN = 6 };
/// Transforms one panel of filters `[outputs <= 16, inputs, 3, 3]` to `[36, inputs, 16]` of floats,
/// or to `[36, inputs / 2 rounded up, 16, 2]` of bfloat16.
void px_winograd_filters(const float *filters, px_format format, ptrdiff_t outputs,
                         ptrdiff_t inputs, void *transformed);
/// Floats of scratch memory px_winograd needs for `count` tiles.
ptrdiff_t px_winograd_scratch(ptrdiff_t inputs, ptrdiff_t count);
/// Computes `count` tiles of 4x4 output pixels, counted row by row, from `first` on; 3x3 kernels
/// with stride 1 only.
void px_winograd(const px_convolution *convolution, ptrdiff_t first, ptrdiff_t count,
                 float *scratch);

// --- Group normalisation ---

/// Mean and sum of squared deviations of each group of channels over `[pixels, channels]`.
/// Scratch holds 2 * channels floats.
void px_group_moments(const float *x, ptrdiff_t pixels, ptrdiff_t channels, ptrdiff_t groups,
                      double *mean, double *squares, float *scratch);
/// y[p, c] = f((x[p, c] - mean[c]) * scale[c] + shift[c]); y may be x.
void px_scale_channels(const float *x, const float *mean, const float *scale, const float *shift,
                       float *y, ptrdiff_t pixels, ptrdiff_t channels, px_activation activation);
