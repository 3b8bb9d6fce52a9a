package cadj.models.prompt;

import static cadj.tensor.shape.Require.require;

import cadj.models.tokenizer.Cleaning;
import java.util.List;

/// How a model's prompts become tokens.
///
/// @param cleaning what is done to a text first
/// @param embeddings words added to the vocabulary
/// @param style what a prompt says beside its words
/// @param t5 whether T5 reads prompts too, where a model has it
/// @param t5Length tokens that T5 takes of each prompt, `max_sequence_length` in diffusers; without
///   T5 there are as many zeros in their place
public record TextSettings(
    Cleaning cleaning,
    List<TextualInversion> embeddings,
    PromptStyle style,
    boolean t5,
    int t5Length) {
  /// What diffusers' pipeline takes, unless told otherwise.
  public static final int T5_LENGTH = 256;

  /// The most that it takes.
  public static final int LONGEST_T5 = 512;

  /// As today's diffusers and transformers do.
  public static final TextSettings DEFAULT =
      new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN);

  public TextSettings {
    embeddings = List.copyOf(embeddings);
    require(
        t5Length >= 1 && t5Length <= LONGEST_T5,
        "T5's tokens: expected 1 to %d, got %d",
        LONGEST_T5,
        t5Length);
  }

  /// With T5, where a model has it.
  public TextSettings(Cleaning cleaning, List<TextualInversion> embeddings, PromptStyle style) {
    this(cleaning, embeddings, style, true, T5_LENGTH);
  }
}
