package cadj.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.roofline.Roofline;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The table has a column for each peer, ratios of rounds, and means of what there are several of.
class TableTest {
  private final Table table = new Table(List.of("OpenBLAS", "EJML"));

  private static List<String> words(String line) {
    return Stream.of(line.trim().split("\\s\\s+")).toList();
  }

  @Test
  void rowHasTimesRatiosAndShare() {
    assertEquals(
        List.of("gemm nt", "1×2×3 SMALL", "2.00 ms", "50 %", "4.00 ms", "2.00×", "40.0 ms", "20×"),
        words(table.row(Outcomes.some().getFirst())));
  }

  @Test
  void rowLeavesOpenWhatIsNotKnown() {
    assertEquals(
        List.of("vae decode", "8×8", "250 ms", "–", "–", "–"),
        words(table.row(Outcomes.some().getLast())));
  }

  @Test
  void columnsStandBelowEachOther() {
    String header = table.header();
    for (var outcome : Outcomes.some()) {
      assertEquals(header.length(), table.row(outcome).length());
    }
    assertTrue(header.endsWith("EJML"), header);
  }

  @Test
  void meansAreGeometricAndOfSeveralRows() {
    List<String> lines = table.means(Outcomes.some());
    assertEquals(1, lines.size(), lines.toString());
    assertEquals(List.of("gemm nt", "geometric mean", "1.00×", "20×"), words(lines.getFirst()));
  }

  @ParameterizedTest
  @CsvSource({"12.345,12.35 s", "0.123,123 ms", "0.0123,12.3 ms", "0.000123,0.12 ms"})
  void timesHaveThreeDigits(double seconds, String text) {
    assertEquals(text, Table.time(seconds));
  }

  @Test
  void machineIsToldInBillions() {
    assertEquals(
        "4 threads: 400 GFLOP/s, reading 50 GB/s, triad 40 GB/s",
        Table.machine("4 threads", new Roofline(4e11, 5e10, 4e10)));
  }
}
