package cadj.cad.profile.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.profile.SampleRun;
import cadj.kernels.record.Allocation;
import cadj.kernels.record.RunProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Memory over time, against memory at each nanosecond.
class MemoryCurveTest {
  @Test
  void theLargestOfEachPart() {
    MemoryCurve curve = MemoryCurve.live(SampleRun.onProcessor(), 7);
    assertArrayEquals(
        new long[] {3_048, 8_168, 8_168, 8_168, 8_168 - 4_096 + 4_096, 4_584, 4_584}, curve.most());
    assertEquals(8_168, curve.peak());
    assertEquals(2_710, curve.peakNanos());
  }

  @Test
  void keptMemoryBeginsWithNone() {
    MemoryCurve curve = MemoryCurve.kept(SampleRun.onProcessor(), 7);
    assertArrayEquals(new long[] {1_024, 3_328, 3_328, 3_328, 3_328, 1_280, 256}, curve.most());
    assertEquals(3_328, curve.peak());
    assertEquals(2_695, curve.peakNanos());
  }

  /// What is reached twice was reached first.
  @Test
  void thePeakIsTheFirstOfEqualOnes() {
    RunProfile run =
        new RunProfile(
            "cpu",
            1,
            100,
            List.of(),
            List.of(),
            List.of(
                new Allocation(-1, 1, 8, 10),
                new Allocation(-1, 1, -8, 20),
                new Allocation(-1, 2, 8, 30)),
            List.of(),
            0,
            List.of(),
            SampleRun.NOTHING_DROPPED);
    assertEquals(8, MemoryCurve.live(run, 5).peak());
    assertEquals(10, MemoryCurve.live(run, 5).peakNanos());
  }

  @Test
  void asAtEachNanosecond() {
    Random random = new Random(3);
    for (int trial = 0; trial < 20; trial++) {
      int nanos = 50 + random.nextInt(50);
      List<Allocation> allocations = new ArrayList<>();
      long at = 0;
      for (int i = 0; i < 30; i++) {
        at = Math.min(nanos, at + random.nextInt(4));
        allocations.add(new Allocation(-1, i, random.nextInt(-5, 10), at));
      }
      RunProfile run =
          new RunProfile(
              "cpu",
              1,
              nanos,
              List.of(),
              List.of(),
              allocations,
              List.of(),
              70,
              List.of(),
              SampleRun.NOTHING_DROPPED);
      int parts = 1 + random.nextInt(9);
      assertArrayEquals(plain(allocations, nanos, parts), MemoryCurve.live(run, parts).most());
    }
  }

  /// The value at the beginning of a nanosecond, and after each change in it.
  private static long[] plain(List<Allocation> allocations, int nanos, int parts) {
    long[] most = new long[parts];
    Arrays.fill(most, Long.MIN_VALUE);
    long live = 70;
    int next = 0;
    for (int at = 0; at <= nanos; at++) {
      int part = Math.min(parts - 1, (int) ((double) at / nanos * parts));
      most[part] = Math.max(most[part], live);
      while (next < allocations.size() && allocations.get(next).nanos() == at) {
        live += allocations.get(next++).bytes();
        most[part] = Math.max(most[part], live);
      }
    }
    return most;
  }
}
