package cadj.models.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// GPT-2's alphabet: every byte as one printable character, so that any text can be merged as
/// letters.
final class ByteAlphabet {
  private static final char[] LETTERS = letters();
  private static final int[] BYTES = bytes();

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

  private static int[] bytes() {
    int[] out = new int[512];
    Arrays.fill(out, -1);
    for (int b = 0; b < 256; b++) {
      out[LETTERS[b]] = b;
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

  /// The text whose bytes `letters` are; U+FFFD for what is no UTF-8, and a token that is not of
  /// this alphabet as it is.
  static String text(Iterable<String> tokens) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String token : tokens) {
      byte[] bytes = new byte[token.length()];
      for (int i = 0; i < bytes.length; i++) {
        char letter = token.charAt(i);
        int b = letter < BYTES.length ? BYTES[letter] : -1;
        if (b < 0) {
          bytes = token.getBytes(StandardCharsets.UTF_8);
          break;
        }
        bytes[i] = (byte) b;
      }
      out.writeBytes(bytes);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
