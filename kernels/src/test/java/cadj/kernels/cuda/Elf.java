package cadj.kernels.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// Names in an object file of 64 bits.
public final class Elf {
  private static final int SECTIONS_AT = 0x28;
  private static final int SECTION_BYTES_AT = 0x3a;
  private static final int SECTION_COUNT_AT = 0x3c;
  private static final int DYNAMIC_SYMBOLS = 11;
  private static final int SYMBOLS = 2;
  private static final int SYMBOL_BYTES = 24;
  private static final int FUNCTION = 2;

  private Elf() {}

  /// Names of the functions that the library (a class-path resource) needs and does not have.
  static List<String> needed(String resource) throws IOException {
    try (InputStream in = Elf.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no resource " + resource);
      }
      return needed(ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private static List<String> needed(ByteBuffer file) {
    return symbols(file, DYNAMIC_SYMBOLS, symbol -> file.getShort(symbol + 6) == 0);
  }

  /// Names of the functions in machine code.
  public static List<String> functions(byte[] code) {
    ByteBuffer file = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    return symbols(file, SYMBOLS, symbol -> (file.get(symbol + 4) & 0xf) == FUNCTION);
  }

  /// @param wanted whether the symbol at a place is
  private static List<String> symbols(ByteBuffer file, int table, IntPredicate wanted) {
    List<String> names = new ArrayList<>();
    int sections = Math.toIntExact(file.getLong(SECTIONS_AT));
    int bytes = file.getShort(SECTION_BYTES_AT);
    for (int i = 0; i < file.getShort(SECTION_COUNT_AT); i++) {
      int section = sections + i * bytes;
      if (file.getInt(section + 4) == table) {
        int strings = contents(file, sections + file.getInt(section + 40) * bytes);
        int from = contents(file, section);
        int to = from + Math.toIntExact(file.getLong(section + 32));
        for (int symbol = from; symbol < to; symbol += SYMBOL_BYTES) {
          if (wanted.test(symbol) && file.getInt(symbol) != 0) {
            names.add(string(file, strings + file.getInt(symbol)));
          }
        }
      }
    }
    return names;
  }

  private static int contents(ByteBuffer file, int section) {
    return Math.toIntExact(file.getLong(section + 24));
  }

  private static String string(ByteBuffer file, int from) {
    StringBuilder string = new StringBuilder();
    for (int at = from; file.get(at) != 0; at++) {
      string.append((char) file.get(at));
    }
    return string.toString();
  }
}
