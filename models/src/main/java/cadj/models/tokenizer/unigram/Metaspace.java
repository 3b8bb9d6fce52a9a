package cadj.models.tokenizer.unigram;

import cadj.models.tokenizer.WhiteSpace;

/// Marks where words begin: a `▁` in the place of each space, and before a text that has none
/// there.
///
/// @param atWhiteSpace whether any white space, however long, separates words and is dropped; else
///   each space becomes a `▁`
record Metaspace(Prefix prefix, boolean atWhiteSpace) {
  static final char MARK = '▁';

  /// Before which texts a `▁` is put, where a prompt is more than one since added tokens were cut
  /// out.
  enum Prefix {
    ALWAYS,
    /// Only where the prompt begins.
    FIRST,
    NEVER
  }

  /// The part of `in` from `from` to `to`, marked.
  ///
  /// @param first whether the prompt begins with it
  Aligned mark(Aligned in, int from, int to, boolean first) {
    boolean prefixed = prefix == Prefix.ALWAYS || (prefix == Prefix.FIRST && first);
    Aligned out = new Aligned(to - from + 1);
    boolean begins = true;
    for (int i = from; i < to; i++) {
      char c = in.charAt(i);
      if (atWhiteSpace && WhiteSpace.is(c)) {
        begins = true;
        continue;
      }
      char marked = c == ' ' ? MARK : c;
      if (begins && prefixed && marked != MARK) {
        out.append(MARK, in.from(i), in.from(i));
      }
      out.append(marked, in, i);
      begins = false;
    }
    return out;
  }
}
