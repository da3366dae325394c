// Everything, once: included by portable.c, avx2.c and avx512.c with their lanes and name.
#include "lanes.inl"

#include "peak.inl"

#include "formats.inl"

#include "activations.inl"

#include "norms.inl"

#include "attention.inl"

#include "panels.inl"

#include "products.inl"

#include "convolution.inl"

#include "winograd.inl"

#include "group_norm.inl"

const px_table PX_TABLE = {
    .lanes = PX_LANES,
    .multiply_add = multiply_add,
    .widen_float16 = widen_float16,
    .widen_bfloat16 = widen_bfloat16,
    .pack_weights = pack_weights,
    .multiply_rows = multiply_rows,
    .bias_activation = bias_activation,
    .add = add,
    .multiply = multiply,
    .layer_norm = layer_norm,
    .rms_norm = rms_norm,
    .attention_tile = attention_tile,
    .pack_filters = pack_filters,
    .convolve = convolve,
    .winograd_filters = winograd_filters,
    .winograd = winograd,
    .group_moments = group_moments,
    .scale_channels = scale_channels,
};
