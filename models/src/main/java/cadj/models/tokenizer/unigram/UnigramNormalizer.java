package cadj.models.tokenizer.unigram;

import cadj.models.tokenizer.WhiteSpace;
import org.jspecify.annotations.Nullable;

/// What is done to a text before it is cut into words: characters are replaced, and spaces joined.
///
/// @param charsmap what characters become, or null if they stay
/// @param joinsSpaces whether spaces at the end go and two or more others become one `▁`
record UnigramNormalizer(@Nullable Charsmap charsmap, boolean joinsSpaces) {
  /// @param start where `text` begins in the prompt, which the result's ranges are about
  Aligned of(String text, int start) {
    Aligned mapped = new Aligned(text.length());
    if (charsmap == null) {
      for (int i = 0; i < text.length(); i++) {
        mapped.append(text.charAt(i), start + i, start + i + 1);
      }
    } else {
      charsmap.map(text, start, mapped);
    }
    return joinsSpaces ? joined(mapped) : mapped;
  }

  private static Aligned joined(Aligned in) {
    int end = in.length();
    while (end > 0 && WhiteSpace.is(in.charAt(end - 1))) {
      end--; // all are one char long
    }
    Aligned out = new Aligned(end);
    for (int i = 0; i < end; ) {
      int next = i;
      while (next < end && in.charAt(next) == ' ') {
        next++;
      }
      if (next - i >= 2) {
        out.append(Metaspace.MARK, in.from(i), in.to(next - 1));
        i = next;
      } else {
        out.append(in.charAt(i), in, i);
        i++;
      }
    }
    return out;
  }
}
