#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded SentencePiece model. May be used by several threads at once.
typedef struct sentencepiece_model sentencepiece_model;

/// One token of a text.
typedef struct {
  int32_t id;
  /// Where the text of the token begins, in bytes of UTF-8.
  uint32_t begin;
} sentencepiece_token;

/// Loads a model from the bytes of its file; NULL on failure, with a message in `message`.
///
/// The library trusts some parts of the bytes: check them before.
sentencepiece_model *sentencepiece_open(const uint8_t *bytes, size_t count, char *message,
                                        size_t message_capacity);

void sentencepiece_close(sentencepiece_model *model);

int32_t sentencepiece_piece_count(const sentencepiece_model *model);

/// The id of a piece; that of the unknown token if there is no such piece.
int32_t sentencepiece_id(const sentencepiece_model *model, const uint8_t *piece, size_t count);

/// Cuts a text into tokens; 0 on success, else something else with a message in `message`.
///
/// `*tokens` is to be given back with `sentencepiece_free_tokens`; it is NULL when there are none.
int sentencepiece_encode(const sentencepiece_model *model, const uint8_t *text, size_t count,
                         sentencepiece_token **tokens, size_t *token_count, char *message,
                         size_t message_capacity);

void sentencepiece_free_tokens(sentencepiece_token *tokens);

#ifdef __cplusplus
}
#endif
