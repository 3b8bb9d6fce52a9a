package cadj.models.tokenizer.unigram;

/// A token of a prompt.
///
/// @param text its part of the normalized text, where `▁` is a space; some may be unknown
/// @param from where the prompt's characters begin that it stands for
/// @param to where they end; `from` where it stands for none, as a `▁` put before the first word
public record Token(int id, String text, int from, int to) {}
