#include "sentencepiece_c.h"

#include <sentencepiece_processor.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>

struct sentencepiece_model {
  sentencepiece::SentencePieceProcessor processor;
};

namespace {

std::string_view view(const uint8_t *bytes, size_t count) {
  return {reinterpret_cast<const char *>(bytes), count};
}

void report(const char *text, char *message, size_t capacity) {
  if (capacity > 0) std::snprintf(message, capacity, "%s", text);
}

/// Runs something that may throw; false if it did, with the reason in `message`.
template <typename Work>
bool guarded(Work work, char *message, size_t capacity) noexcept {
  try {
    return work();
  } catch (const std::exception &error) {
    report(error.what(), message, capacity);
  } catch (...) {
    report("unknown error", message, capacity);
  }
  return false;
}

}  // namespace

sentencepiece_model *sentencepiece_open(const uint8_t *bytes, size_t count, char *message,
                                        size_t message_capacity) {
  std::unique_ptr<sentencepiece_model> model;
  const bool loaded = guarded(
      [&] {
        model = std::make_unique<sentencepiece_model>();
        const auto status = model->processor.LoadFromSerializedProto(view(bytes, count));
        if (!status.ok()) report(status.error_message(), message, message_capacity);
        return status.ok();
      },
      message, message_capacity);
  return loaded ? model.release() : nullptr;
}

void sentencepiece_close(sentencepiece_model *model) { delete model; }

int32_t sentencepiece_piece_count(const sentencepiece_model *model) {
  return model->processor.GetPieceSize();
}

int32_t sentencepiece_id(const sentencepiece_model *model, const uint8_t *piece, size_t count) {
  return model->processor.PieceToId(view(piece, count));
}

int sentencepiece_encode(const sentencepiece_model *model, const uint8_t *text, size_t count,
                         sentencepiece_token **tokens, size_t *token_count, char *message,
                         size_t message_capacity) {
  *tokens = nullptr;
  *token_count = 0;
  const bool encoded = guarded(
      [&] {
        sentencepiece::ImmutableSentencePieceText pieces;
        const auto status = model->processor.Encode(view(text, count), pieces.mutable_proto());
        if (!status.ok()) {
          report(status.error_message(), message, message_capacity);
          return false;
        }
        const size_t found = pieces.pieces_size();
        if (found == 0) return true;
        *tokens = static_cast<sentencepiece_token *>(std::calloc(found, sizeof **tokens));
        if (*tokens == nullptr) throw std::bad_alloc();
        for (size_t index = 0; index < found; ++index) {
          const auto piece = pieces.pieces(static_cast<int>(index));
          (*tokens)[index] = {static_cast<int32_t>(piece.id()), piece.begin()};
        }
        *token_count = found;
        return true;
      },
      message, message_capacity);
  return encoded ? 0 : 1;
}

void sentencepiece_free_tokens(sentencepiece_token *tokens) { std::free(tokens); }
