package cadj.models.tokenizer.unigram;

import java.util.Arrays;

/// A text made of another one, and for each of its chars which range of the other it stands for.
final class Aligned {
  private final StringBuilder text;
  private int[] from;
  private int[] to;

  /// @param length about how long it will be
  Aligned(int length) {
    int room = length + 1;
    text = new StringBuilder(room);
    from = new int[room];
    to = new int[room];
  }

  void append(CharSequence chars, int fromOther, int toOther) {
    for (int i = 0; i < chars.length(); i++) {
      append(chars.charAt(i), fromOther, toOther);
    }
  }

  void append(char c, int fromOther, int toOther) {
    int i = text.length();
    if (i == from.length) {
      from = Arrays.copyOf(from, 2 * i);
      to = Arrays.copyOf(to, 2 * i);
    }
    text.append(c);
    from[i] = fromOther;
    to[i] = toOther;
  }

  /// Char `i` of `other`, or `c` in its place.
  void append(char c, Aligned other, int i) {
    append(c, other.from[i], other.to[i]);
  }

  int length() {
    return text.length();
  }

  char charAt(int i) {
    return text.charAt(i);
  }

  String text() {
    return text.toString();
  }

  int from(int i) {
    return from[i];
  }

  int to(int i) {
    return to[i];
  }
}
