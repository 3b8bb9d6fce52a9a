package cadj.cad.generate;

import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The text of a file in UTF-8, or in UTF-16 if it begins with that encoding's byte order mark.
final class PromptText {
  private static final long MOST_BYTES = 64L << 20;
  private static final char MARK = '\ufeff';

  private PromptText() {}

  /// Without a byte order mark.
  ///
  /// @throws FileFormatException if there is no such file, or it is too large or no text
  static String read(Path file) {
    byte[] bytes;
    try {
      if (!Files.isRegularFile(file)) {
        String found = Files.isDirectory(file) ? "a folder" : "none";
        throw new FileFormatException(file, "", "a file of prompts", found);
      }
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw new FileFormatException(
            file, "", "at most %,d bytes".formatted(MOST_BYTES), "%,d".formatted(size));
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileFormatException.unreadable(file, e);
    }
    String text = decode(file, bytes, charset(bytes));
    return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
  }

  private static Charset charset(byte[] bytes) {
    int start = bytes.length < 2 ? 0 : (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
    return switch (start) {
      case 0xfeff -> StandardCharsets.UTF_16BE;
      case 0xfffe -> StandardCharsets.UTF_16LE;
      default -> StandardCharsets.UTF_8;
    };
  }

  private static String decode(Path file, byte[] bytes, Charset charset) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    boolean bad =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(in, out, true)
            .isError();
    out.flip();
    if (bad) {
      long line = 1 + out.chars().filter(c -> c == '\n').count();
      throw new FileFormatException(
          file,
          "line " + line,
          "text in " + charset.name(),
          "the byte 0x%02x".formatted(bytes[in.position()]));
    }
    int zero = out.toString().indexOf(0);
    if (zero >= 0) {
      throw new FileFormatException(file, "", "text", "a zero byte");
    }
    return out.toString();
  }
}
