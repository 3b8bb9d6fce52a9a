package cadj.kernels.ptxfile;

import java.util.Optional;

/// Where two runs' results for one array differ most.
///
/// @param index of the element
/// @param first bits of it in the first run
/// @param second in the second
/// @param size absolute difference of the two, infinite where only one is a number
/// @param count elements that differ at all
public record Difference(
    ElementType type, int index, long first, long second, double size, int count) {
  /// Empty if all elements are the same, bit for bit; two NaNs count as the same.
  public static Optional<Difference> between(Argument.Array first, Argument.Array second) {
    if (first.type() != second.type() || first.length() != second.length()) {
      throw new IllegalArgumentException(
          "%s and %s cannot be compared".formatted(first.words(), second.words()));
    }
    int worst = -1;
    double largest = -1;
    int count = 0;
    for (int i = 0; i < first.length(); i++) {
      double size = size(first.type(), first.bits(i), second.bits(i));
      if (size >= 0) {
        count++;
        if (size > largest) {
          largest = size;
          worst = i;
        }
      }
    }
    return worst < 0
        ? Optional.empty()
        : Optional.of(
            new Difference(
                first.type(), worst, first.bits(worst), second.bits(worst), largest, count));
  }

  /// −1 if the same.
  private static double size(ElementType type, long first, long second) {
    double a = type.value(first);
    double b = type.value(second);
    if (first == second || (Double.isNaN(a) && Double.isNaN(b))) {
      return -1;
    }
    double size = Math.abs(a - b);
    return Double.isNaN(size) ? Double.POSITIVE_INFINITY : size;
  }

  /// `5 of them differ, most at [3]: 1.0 and 1.5, by 0.5`
  public String words() {
    return "%d differ, most at [%d]: %s and %s, by %.3g"
        .formatted(count, index, type.text(first), type.text(second), size);
  }
}
