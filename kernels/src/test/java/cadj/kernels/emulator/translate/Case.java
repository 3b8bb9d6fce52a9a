package cadj.kernels.emulator.translate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.emulator.run.Warp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A line of a table of instructions: `text : types of %a, %b … -> type of %y : operands = result,
/// operands = result`.
///
/// A text without operands gets `%y, %a, %b …`. Values are whole numbers, decimals, `0x` with the
/// bits, `inf`, `nan`.
record Case(String text, List<String> sources, String destination, String values) {
  static Stream<Case> table(String lines) {
    return lines.lines().filter(line -> !line.isBlank()).map(Case::of);
  }

  private static Case of(String line) {
    String[] parts = line.split(" : ", -1);
    String[] types = parts[1].split("->", -1);
    String[] sources = types[0].trim().split(" ", -1);
    String text = parts[0].trim();
    if (!text.contains("%")) {
      StringBuilder operands = new StringBuilder(" %y");
      for (int i = 0; i < sources.length; i++) {
        operands.append(", %").append((char) ('a' + i));
      }
      text += operands;
    }
    return new Case(text + ";", List.of(sources), types[1].trim(), parts[2]);
  }

  /// Runs all rows in one full warp and part of another, so that both forms of the loops are tried.
  void check() {
    String[] rows = values.split(",", -1);
    List<long[]> inputs = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (String row : rows) {
      String[] sides = row.split("=", -1);
      String[] in = sides[0].trim().split(" +", -1);
      assertEquals(sources.size(), in.length, row);
      long[] bits = new long[in.length];
      for (int i = 0; i < in.length; i++) {
        bits[i] = bits(in[i], sources.get(i));
      }
      inputs.add(bits);
      expected.add(sides[1].trim());
    }
    int threads = Warp.LANES + rows.length;
    long[][] all = new long[threads][];
    for (int t = 0; t < threads; t++) {
      all[t] = inputs.get(t % rows.length);
    }
    long[] results = new Snippet(text, sources, destination).run(all);
    for (int t = 0; t < threads; t++) {
      String row = rows[t % rows.length].trim();
      String what = text + " " + row + ", thread " + t;
      if (expected.get(t % rows.length).equals("nan")) {
        assertEquals("nan", isNan(results[t]) ? "nan" : hex(results[t]), what);
      } else {
        assertEquals(hex(bits(expected.get(t % rows.length), destination)), hex(results[t]), what);
      }
    }
  }

  private boolean isNan(long bits) {
    return switch (destination) {
      case "f32" -> Float.isNaN(Float.intBitsToFloat((int) bits));
      case "f64" -> Double.isNaN(Double.longBitsToDouble(bits));
      case "f16" -> Float.isNaN(Float.float16ToFloat((short) bits));
      case "bf16" -> Float.isNaN(Float.intBitsToFloat((int) bits << 16));
      default -> false;
    };
  }

  private static String hex(long bits) {
    return "0x" + Long.toHexString(bits);
  }

  private static long bits(String value, String type) {
    int bits = Snippet.bits(type);
    long mask = bits == 64 ? -1 : (1L << bits) - 1;
    if (value.startsWith("0x")) {
      return Long.parseUnsignedLong(value.substring(2), 16);
    }
    double number =
        switch (value) {
          case "nan" -> Double.NaN;
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          default -> value.matches("-?[0-9]+") ? 0 : Double.parseDouble(value);
        };
    return mask
        & switch (type) {
          case "f32" -> Float.floatToRawIntBits(single(value, number));
          case "f64" -> Double.doubleToRawLongBits(whole(value) ? Long.parseLong(value) : number);
          case "f16" -> Float.floatToFloat16(single(value, number));
          case "bf16" -> Float.floatToRawIntBits(single(value, number)) >>> 16;
          default -> value.startsWith("-") ? Long.parseLong(value) : Long.parseUnsignedLong(value);
        };
  }

  private static boolean whole(String value) {
    return value.matches("-?[0-9]+");
  }

  private static float single(String value, double number) {
    return whole(value)
        ? Float.parseFloat(value)
        : value.matches("-?[a-z]+") ? (float) number : Float.parseFloat(value);
  }

  @Override
  public String toString() {
    return text;
  }
}
