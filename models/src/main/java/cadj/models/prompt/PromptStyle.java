package cadj.models.prompt;

/// How prompts are read, in the two ways in which web interfaces go beyond diffusers' pipelines.
///
/// @param longPrompts whether a prompt of more tokens than the text encoder has places is encoded
///   in chunks, instead of cut off
/// @param weights whether `(word:1.3)` and brackets are weights ([WeightedText]), instead of text
public record PromptStyle(boolean longPrompts, boolean weights) {
  /// As diffusers' pipelines read them.
  public static final PromptStyle PLAIN = new PromptStyle(false, false);
}
