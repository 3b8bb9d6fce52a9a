package cadj.models.tokenizer;

/// A prompt as ids.
///
/// @param ids start, tokens, end, padding: as many as the text encoder has positions
/// @param untruncatedLength how many ids the whole prompt would have taken, start and end included
/// @param lost the text of the tokens that were cut off, empty if none was
public record Encoding(long[] ids, int untruncatedLength, String lost) {
  /// Whether the prompt's end was cut off.
  public boolean isTruncated() {
    return untruncatedLength > ids.length;
  }
}
