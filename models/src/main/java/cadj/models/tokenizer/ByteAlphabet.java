package cadj.models.tokenizer;

import java.nio.charset.StandardCharsets;

/// GPT-2's alphabet: every byte as one printable character, so that any text can be merged as
/// letters.
final class ByteAlphabet {
  private static final char[] LETTERS = letters();

  private ByteAlphabet() {}

  /// Printable Latin-1 stands for itself; the other bytes, in order, for the characters from 256
  /// on.
  private static char[] letters() {
    char[] out = new char[256];
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      out[b] = (char) (printable ? b : next++);
    }
    return out;
  }

  /// UTF-8 bytes of `text`, a character each.
  static String letters(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.append(LETTERS[b & 0xFF]);
    }
    return out.toString();
  }
}
