package cadj.kernels.emulator.translate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every comparison of every type, over all pairs of some values.
class ComparisonInstructionsTest {
  static Stream<Case> integers() {
    StringBuilder lines = new StringBuilder();
    for (int bits : new int[] {16, 32, 64}) {
      long most = bits == 64 ? -1 : (1L << bits) - 1;
      long[] values = {0, 1, (most / 2) & Long.MAX_VALUE, 1L << (bits - 1), most};
      for (String type : List.of("s", "u", "b")) {
        boolean isSigned = type.equals("s");
        List<String> operators =
            switch (type) {
              case "s" -> List.of("eq", "ne", "lt", "le", "gt", "ge");
              case "u" -> List.of("eq", "ne", "lt", "le", "gt", "ge", "lo", "ls", "hi", "hs");
              default -> List.of("eq", "ne");
            };
        for (String operator : operators) {
          List<String> rows = new ArrayList<>();
          for (long a : values) {
            for (long b : values) {
              int unused = 64 - bits;
              int order =
                  isSigned ? Long.compare(a << unused, b << unused) : Long.compareUnsigned(a, b);
              rows.add("0x%x 0x%x = %d".formatted(a, b, holds(operator, order) ? 1 : 0));
            }
          }
          String name = type + bits;
          lines.append(line(operator, name, rows));
        }
      }
    }
    return Case.table(lines.toString());
  }

  private static boolean holds(String operator, int order) {
    return switch (operator) {
      case "eq" -> order == 0;
      case "ne" -> order != 0;
      case "lt", "lo" -> order < 0;
      case "le", "ls" -> order <= 0;
      case "gt", "hi" -> order > 0;
      default -> order >= 0;
    };
  }

  static Stream<Case> floats() {
    List<String> values = List.of("-inf", "-1.5", "-0.0", "0.0", "1.5", "inf", "nan");
    StringBuilder lines = new StringBuilder();
    for (String type : List.of("f16", "bf16", "f32", "f64")) {
      for (String operator :
          List.of(
              "eq", "ne", "lt", "le", "gt", "ge", "equ", "neu", "ltu", "leu", "gtu", "geu", "num",
              "nan")) {
        List<String> rows = new ArrayList<>();
        for (String a : values) {
          for (String b : values) {
            boolean holds = comparison(operator).test(number(a), number(b));
            rows.add("%s %s = %d".formatted(a, b, holds ? 1 : 0));
          }
        }
        lines.append(line(operator, type, rows));
      }
    }
    return Case.table(lines.toString());
  }

  private static double number(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> Double.parseDouble(text);
    };
  }

  private static BiPredicate<Double, Double> comparison(String operator) {
    BiPredicate<Double, Double> unordered = (a, b) -> a.isNaN() || b.isNaN();
    if (operator.equals("num")) {
      return unordered.negate();
    }
    if (operator.equals("nan")) {
      return unordered;
    }
    if (operator.length() == 3) {
      return unordered.or(comparison(operator.substring(0, 2)));
    }
    return unordered
        .negate()
        .and(
            (a, b) ->
                switch (operator) {
                  case "eq" -> a.doubleValue() == b;
                  case "ne" -> a.doubleValue() != b;
                  case "lt" -> a < b;
                  case "le" -> a <= b;
                  case "gt" -> a > b;
                  default -> a >= b;
                });
  }

  private static String line(String operator, String type, List<String> rows) {
    return "setp.%s.%s : %s %s -> pred : %s\n"
        .formatted(operator, type, type, type, String.join(", ", rows));
  }

  @ParameterizedTest
  @MethodSource({"integers", "floats"})
  void comparesAllPairs(Case it) {
    it.check();
  }
}
