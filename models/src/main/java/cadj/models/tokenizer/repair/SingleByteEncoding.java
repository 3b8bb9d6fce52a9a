package cadj.models.tokenizer.repair;

import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An encoding of one byte per character, in which UTF-8 may have been read by mistake.
///
/// Bytes to which it gives no meaning are the characters of the same number, as browsers read them.
final class SingleByteEncoding {
  /// In the order in which they are tried.
  static final List<SingleByteEncoding> ALL =
      List.of(
          new SingleByteEncoding("ISO-8859-1", false),
          new SingleByteEncoding("windows-1252", true),
          new SingleByteEncoding("windows-1251", true),
          new SingleByteEncoding("windows-1250", true),
          new SingleByteEncoding("windows-1253", true),
          new SingleByteEncoding("windows-1254", true),
          new SingleByteEncoding("windows-1257", true),
          new SingleByteEncoding("ISO-8859-2", false),
          new SingleByteEncoding("x-MacRoman", false),
          new SingleByteEncoding("IBM437", false));

  /// The byte that stands for U+FFFD, a character that was lost, where a loss is allowed for.
  static final byte LOST = 0x1A;

  private final String name;
  private final boolean lossy;
  private final char[] characters = new char[256];
  private final Map<Character, Byte> bytes = new HashMap<>();

  private SingleByteEncoding(String name, boolean lossy) {
    this.name = name;
    this.lossy = lossy;
    Charset charset = Charset.forName(name);
    for (int b = 0; b < 256; b++) {
      char c = b < 0x80 ? (char) b : new String(new byte[] {(byte) b}, charset).charAt(0);
      characters[b] = c == '\ufffd' ? (char) b : c;
    }
    if (lossy) {
      characters[LOST] = '\ufffd';
    }
    for (int b = 255; b >= 0; b--) {
      bytes.put(characters[b], (byte) b);
    }
  }

  /// Whether U+FFFD may stand for a byte.
  boolean isLossy() {
    return lossy;
  }

  boolean isMacRoman() {
    return name.equals("x-MacRoman");
  }

  boolean isLatin1() {
    return name.equals("ISO-8859-1");
  }

  /// The character that a byte, 0 to 255, is read as.
  char character(int b) {
    return characters[b];
  }

  /// The bytes that are read as `text`, or null if it has a character that none is read as.
  byte @Nullable [] encode(String text) {
    byte[] out = new byte[text.length()];
    for (int i = 0; i < out.length; i++) {
      Byte b = bytes.get(text.charAt(i));
      if (b == null) {
        return null;
      }
      out[i] = b;
    }
    return out;
  }
}
