package cadj.models.tokenizer.repair;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads bytes as UTF-8 of which some were changed on the way: no-break spaces (byte A0) to spaces,
/// bytes without meaning to the mark of a loss; or as the variants that encode surrogates or zero.
final class Utf8Repair {
  private static final byte[] REPLACEMENT = "\ufffd".getBytes(StandardCharsets.UTF_8);
  private static final int SPACE = 0x20;
  private static final int NO_BREAK_SPACE = 0xA0;

  private Utf8Repair() {}

  /// Null for what is no UTF-8.
  static @Nullable String decode(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /// Puts byte A0 back where a space stands in a character of UTF-8 that is likely with it: à, for
  /// which a space of its own is kept unless a Portuguese word goes on, Š, Π, Р, and three and four
  /// byte characters of the first planes.
  static byte[] withNoBreakSpaces(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      if (at(bytes, i) == 0xC3 && at(bytes, i + 1) == SPACE && !goesOn(bytes, i + 2)) {
        out.write(0xC3);
        out.write(NO_BREAK_SPACE);
        continue; // the space follows
      }
      int length = lengthWithSpace(bytes, i);
      if (length == 0) {
        out.write(bytes[i]);
        continue;
      }
      for (int k = i; k < i + length; k++) {
        out.write(at(bytes, k) == SPACE ? NO_BREAK_SPACE : bytes[k]);
      }
      i += length - 1;
    }
    return out.toByteArray();
  }

  /// Words that à begins in Portuguese, and a second space.
  private static boolean goesOn(byte[] bytes, int at) {
    String rest = new String(bytes, at, bytes.length - at, StandardCharsets.ISO_8859_1);
    return rest.startsWith(" ")
        || rest.startsWith("quele")
        || rest.startsWith("quela")
        || rest.startsWith("quilo")
        || rest.startsWith("s ");
  }

  private static int lengthWithSpace(byte[] bytes, int at) {
    int first = at(bytes, at);
    int second = at(bytes, at + 1);
    int third = at(bytes, at + 2);
    int fourth = at(bytes, at + 3);
    return switch (first) {
      case 0xC2, 0xC3, 0xC5, 0xCE, 0xD0, 0xD9 -> second == SPACE ? 2 : 0;
      case 0xE0, 0xE1, 0xE2, 0xE3 -> {
        boolean early = first >= 0xE2 && second == SPACE && isSure(third);
        yield early || (isSure(second) && third == SPACE) ? 3 : 0;
      }
      case 0xF0 -> {
        int spaces = spaces(second) + spaces(third) + spaces(fourth);
        boolean rest =
            (isContinuation(second) || second == SPACE)
                && (isContinuation(third) || third == SPACE)
                && (isContinuation(fourth) || fourth == SPACE);
        yield rest && spaces == 1 ? 4 : 0;
      }
      default -> 0;
    };
  }

  private static int spaces(int b) {
    return b == SPACE ? 1 : 0;
  }

  /// A byte that follows, but neither A0 nor 85, which are too often something else.
  private static boolean isSure(int b) {
    return isContinuation(b) && b != NO_BREAK_SPACE && b != 0x85;
  }

  /// Makes U+FFFD of characters of UTF-8 of which a byte is lost, and of lost bytes alone.
  static byte[] withLosses(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      int length = lossyLength(bytes, i);
      if (length == 0) {
        out.write(bytes[i]);
      } else {
        out.writeBytes(REPLACEMENT);
        i += length - 1;
      }
    }
    return out.toByteArray();
  }

  private static int lossyLength(byte[] bytes, int at) {
    int first = at(bytes, at);
    if (first == SingleByteEncoding.LOST) {
      return 1;
    }
    int length = first >= 0xF0 && first <= 0xF4 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
    if (length == 0 || first > 0xF4) {
      return 0;
    }
    int lost = 0;
    int marks = 0;
    for (int i = 1; i < length; i++) {
      int b = at(bytes, at + i);
      boolean mark = b == '?';
      if (!mark && b != SingleByteEncoding.LOST && !isContinuation(b)) {
        return 0;
      }
      marks += mark ? 1 : 0;
      lost += mark || b == SingleByteEncoding.LOST ? 1 : 0;
    }
    boolean question = marks == 0 || (marks == 1 && (length > 2 || first <= 0xC3));
    return lost > 0 && question ? length : 0;
  }

  /// Joins surrogates that were encoded one by one (CESU-8), and reads C0 80 as zero (Java).
  static byte[] withoutVariants(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < bytes.length; i++) {
      if (at(bytes, i) == 0xC0 && at(bytes, i + 1) == 0x80) {
        out.write(0);
        i++;
      } else if (isSurrogate(bytes, i, 0xA0) && isSurrogate(bytes, i + 3, 0xB0)) {
        int high = (at(bytes, i + 1) & 0xF) << 6 | (at(bytes, i + 2) & 0x3F);
        int low = (at(bytes, i + 4) & 0xF) << 6 | (at(bytes, i + 5) & 0x3F);
        int c = 0x10000 + (high << 10) + low;
        out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        i += 5;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }

  private static boolean isSurrogate(byte[] bytes, int at, int kind) {
    return at(bytes, at) == 0xED
        && (at(bytes, at + 1) & 0xF0) == kind
        && isContinuation(at(bytes, at + 2));
  }

  private static boolean isContinuation(int b) {
    return b >= 0x80 && b <= 0xBF;
  }

  /// The byte there, or −1 beyond the end.
  private static int at(byte[] bytes, int index) {
    return index < bytes.length ? bytes[index] & 0xFF : -1;
  }
}
