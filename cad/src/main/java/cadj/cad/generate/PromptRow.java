package cadj.cad.generate;

import org.jspecify.annotations.Nullable;

/// One prompt of a list, with what the list says about it; null where it says nothing.
///
/// @param number counted from 1
/// @param name of its pictures (`case_number`)
public record PromptRow(
    int number,
    String prompt,
    @Nullable String negative,
    @Nullable Long seed,
    @Nullable Double guidance,
    @Nullable Integer steps,
    @Nullable Integer width,
    @Nullable Integer height,
    @Nullable String name) {
  /// A prompt that only options say more about.
  public static PromptRow of(int number, String prompt) {
    return new PromptRow(number, prompt, null, null, null, null, null, null, null);
  }
}
