package cadj.kernels.conv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.gemm.PackedProduct;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Any stretch of columns is given as runs that name each column's tap and channel once.
class ColumnsTest {
  private record Column(int tap, int channel) {}

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 700", "9, 3", "9, 40", "9, 100", "49, 3", "256, 3", "4, 81"})
  void runsNameEveryColumn(int taps, int channels) {
    Columns columns = Columns.of(taps, channels);
    List<Column> all = inOrder(columns);
    assertEquals(taps * channels, columns.count());
    assertTrue(columns.depth() <= PackedProduct.MAX_DEPTH, () -> "depth " + columns.depth());
    int[] counts = {1, 2, 7, columns.depth(), columns.count()};
    for (int from = 0; from < all.size(); from += 1 + all.size() / 50) {
      for (int count : counts) {
        int to = Math.min(all.size(), from + count);
        assertEquals(all.subList(from, to), named(columns, from, to - from), from + " to " + to);
      }
    }
  }

  private static List<Column> inOrder(Columns columns) {
    List<Column> all = new ArrayList<>();
    for (int first = 0; first < columns.channels(); first += columns.block()) {
      for (int tap = 0; tap < columns.taps(); tap++) {
        for (int c = first; c < Math.min(columns.channels(), first + columns.block()); c++) {
          all.add(new Column(tap, c));
        }
      }
    }
    return all;
  }

  private static List<Column> named(Columns columns, int from, int count) {
    List<Column> named = new ArrayList<>();
    for (Columns.Run run : columns.runs(from, count)) {
      assertEquals(named.size(), run.at());
      for (int c = 0; c < run.length(); c++) {
        named.add(new Column(run.tap(), run.channel() + c));
      }
    }
    return named;
  }
}
