// Everything, once: included by each level's file with its lanes, instructions and name.
#include "lanes.inl"

#include "dots.inl"

#include "peak.inl"

#include "formats.inl"

#include "activations.inl"

#include "norms.inl"

#include "panels.inl"

#include "attention.inl"

#include "products.inl"

#include "narrow.inl"

#include "narrow_products.inl"

#include "narrow_attention.inl"

#include "convolution.inl"

#include "winograd.inl"

#include "group_norm.inl"

const px_table PX_TABLE = {
    .lanes = PX_LANES,
    .multiply_add = multiply_add,
    .widen_float16 = widen_float16,
    .widen_bfloat16 = widen_bfloat16,
    .narrow_rows = narrow_rows,
    .quantise_rows = quantise_rows,
    .pack_weights = pack_weights,
    .pack_bfloat16 = pack_bfloat16,
    .pack_int8 = pack_int8,
    .multiply_rows = multiply_rows,
    .bias_activation = bias_activation,
    .add = add,
    .multiply = multiply,
    .layer_norm = layer_norm,
    .rms_norm = rms_norm,
    .attention_tile = attention_tile,
    .mean_key = mean_key,
    .pack_keys = pack_keys,
    .narrow_attention_tile = narrow_attention_tile,
    .pack_filters = pack_filters,
    .convolve = convolve,
    .winograd_filters = winograd_filters,
    .winograd = winograd,
    .group_moments = group_moments,
    .scale_channels = scale_channels,
};
