package cadj.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.device.F32;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The measurements cover every room they name, no row twice, and kernels that compute something.
class MeasurementsTest {
  private static final List<String> STEPS = List.of("unet", "erase", "sd3", "vae", "fashion");

  private final Measurements measurements = new Measurements(null);

  private List<Entry> entries(List<String> only, boolean quick) {
    return measurements.heats(only, quick, false).stream().flatMap(List::stream).toList();
  }

  @Test
  void roomsAreThoseItNames() {
    Set<String> rooms = new HashSet<>();
    entries(List.of(), false).forEach(entry -> rooms.add(entry.room()));
    assertEquals(Set.of(Measurements.ROOMS_TEXT.split(", ")), rooms);
  }

  @Test
  void noRowIsThereTwice() {
    List<String> names = entries(List.of(), false).stream().map(Entry::toString).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
    assertTrue(names.size() > 100, () -> names.size() + " rows");
  }

  @Test
  void quickHasEachOperationOnce() {
    Set<String> all = new HashSet<>();
    entries(List.of(), false).forEach(entry -> all.add(entry.name()));
    List<String> quick = entries(List.of(), true).stream().map(Entry::name).toList();
    assertEquals(all, new HashSet<>(quick));
    assertEquals(all.size(), quick.size());
  }

  @Test
  void denoisersOfOneSizeAreOneHeat() {
    List<List<Entry>> heats = measurements.heats(List.of("unet", "erase", "sd3"), false, true);
    assertEquals(List.of(3, 3, 2), heats.stream().map(List::size).toList());
  }

  @Test
  void operationsAreChosenByName() {
    assertTrue(measurements.isKnown("conv.input-gradient"));
    assertFalse(measurements.isKnown("conv.nt"));
    Set<String> operations = new HashSet<>();
    entries(List.of("gemm.nt"), false).forEach(entry -> operations.add(entry.name()));
    assertEquals(Set.of("gemm nt"), operations);
  }

  @TestFactory
  List<DynamicTest> kernelsComputeAndLeaveTheirInputs() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Entry entry : entries(List.of(), true)) {
      if (!STEPS.contains(entry.room())) {
        tests.add(DynamicTest.dynamicTest(entry.toString(), () -> checkTwice(entry)));
      }
    }
    return tests;
  }

  private static void checkTwice(Entry entry) {
    Workload workload = entry.workload().get();
    workload.run();
    List<float[]> first = copies(workload);
    workload.run();
    List<float[]> second = copies(workload);
    for (int i = 0; i < first.size(); i++) {
      float[] values = first.get(i);
      assertArrayEquals(values, second.get(i));
      double sum = 0;
      for (float value : values) {
        sum += Math.abs(value);
      }
      double total = sum;
      assertTrue(total > 0 && total < Double.POSITIVE_INFINITY, () -> "sum of sizes " + total);
    }
    assertTrue(workload.flop() + workload.bytes() > 0);
  }

  private static List<float[]> copies(Workload workload) {
    return workload.results().stream().map(MeasurementsTest::copy).toList();
  }

  private static float[] copy(F32 buffer) {
    float[] values = new float[buffer.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) buffer.get(i);
    }
    return values;
  }
}
