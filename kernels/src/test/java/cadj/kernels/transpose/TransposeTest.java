package cadj.kernels.transpose;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every element arrives, and nothing beside them is touched.
class TransposeTest {
  private static final int AT = 5;
  private static final int TO = 3;

  /// Sizes about one and two squares and the groups of four rows.
  static IntStream sizes() {
    int tile = Transpose.TILE;
    return IntStream.of(
        0, 1, 3, 4, 5, tile - 1, tile, tile + 1, tile + 5, 2 * tile - 1, 2 * tile, 3 * tile + 2);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void transposes(int rows) {
    sizes().forEach(columns -> check(rows, columns, columns, rows));
    sizes().forEach(columns -> check(rows, columns, columns + 7, rows + 2));
  }

  private static void check(int rows, int columns, int pitch, int toPitch) {
    float[] from = new float[AT + rows * pitch];
    for (int i = 0; i < from.length; i++) {
      from[i] = i + 1;
    }
    float[] found = new float[TO + columns * toPitch + 9];
    Arrays.fill(found, -1);
    float[] expected = found.clone();
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        expected[TO + c * toPitch + r] = from[AT + r * pitch + c];
      }
    }
    Transpose.run(from, AT, pitch, rows, columns, found, TO, toPitch);
    assertArrayEquals(expected, found, () -> rows + "×" + columns);
  }
}
