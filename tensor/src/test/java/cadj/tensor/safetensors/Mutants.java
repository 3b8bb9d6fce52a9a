package cadj.tensor.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import cadj.tensor.json.Mutator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Damages safetensors files: bits, bytes, ends, and the header's numbers and tokens.
public final class Mutants {
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "true",
          "\"\"",
          "\"dtype\"",
          "\"shape\"",
          "\"data_offsets\"",
          "\"__metadata__\"",
          "\"F32\"",
          "\"F8\"",
          "\"\\ud800\"",
          "[[[[",
          "{\"a\":",
          "[0,0]",
          " ",
          "\u0000",
          "\u00ff");

  private Mutants() {}

  /// One damage more.
  public static byte[] of(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return new byte[] {1};
    }
    Mutator mutator = new Mutator(random, PIECES);
    return switch (random.nextInt(8)) {
      case 0 -> mutator.flip(bytes, bytes.length);
      case 1 -> mutator.flip(bytes, Math.min(8, bytes.length));
      case 2 -> mutator.truncate(bytes);
      case 3 -> mutator.lengthen(bytes);
      default -> withHeader(bytes, mutator.edit(header(bytes)), random);
    };
  }

  private static String header(byte[] bytes) {
    if (bytes.length < 8) {
      return "";
    }
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int end = (int) Math.max(0, Math.min(bytes.length - 8, length));
    return new String(bytes, 8, end, ISO_8859_1);
  }

  /// The file with another header; its length is mostly put right, else the edit would not be seen.
  private static byte[] withHeader(byte[] bytes, String header, Random random) {
    int oldEnd = 8 + header(bytes).length();
    byte[] data = Arrays.copyOfRange(bytes, Math.min(oldEnd, bytes.length), bytes.length);
    byte[] out = file(header, data);
    if (random.nextInt(8) == 0) {
      System.arraycopy(bytes, 0, out, 0, Math.min(8, bytes.length));
    }
    return out;
  }

  /// A file of this header and data, its length put right.
  public static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(ISO_8859_1);
    return ByteBuffer.allocate(8 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(data)
        .array();
  }
}
