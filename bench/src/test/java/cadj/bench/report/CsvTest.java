package cadj.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The file has a line for each contender, with quotes where a shape needs them.
class CsvTest {
  private final List<String> lines = Csv.lines(Outcomes.some());

  @Test
  void eachContenderHasALine() {
    assertEquals(1 + 3 + 2 + 1, lines.size());
    assertEquals(Csv.HEADER, lines.getFirst());
  }

  @Test
  void oursHasTheShare() {
    assertEquals(
        "gemm,nt,1×2×3"
            + " SMALL,cadj,3,0.00200000,0.00100000,1.00000,2.00000e-06,3.00000,0.00200000,0.500000",
        lines.get(1));
  }

  @Test
  void peersHaveTheRatio() {
    assertEquals(
        "gemm,nt,1×2×3 SMALL,EJML,3,0.0400000,0.0200000,20.0000,2.00000e-06,3.00000,0.00200000,",
        lines.get(3));
  }

  @Test
  void shapesAreQuotedWhereNeeded() {
    String line = lines.get(4);
    assertTrue(line.startsWith("gemm,nt,\"4×5×6 \"\"LARGE\"\", wide\",cadj,1,"), line);
  }
}
