package cadj.models.prompt;

import cadj.models.tokenizer.Cleaning;
import java.util.List;

/// How a model's prompts become tokens.
///
/// @param cleaning what is done to a text first
/// @param embeddings words added to the vocabulary
/// @param style what a prompt says beside its words
public record TextSettings(
    Cleaning cleaning, List<TextualInversion> embeddings, PromptStyle style) {
  /// As today's diffusers and transformers do.
  public static final TextSettings DEFAULT =
      new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN);

  public TextSettings {
    embeddings = List.copyOf(embeddings);
  }
}
