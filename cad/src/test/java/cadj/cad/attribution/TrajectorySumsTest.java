package cadj.cad.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.models.pipeline.NonFiniteException;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sums over points: as if added in double precision, positive and negative scores by step.
class TrajectorySumsTest {
  private final Tensor a = Tensor.of(new float[] {1, -2, 3}, 3);
  private final Tensor b = Tensor.of(new float[] {5}, 1);
  private final SequencedMap<String, Tensor> watched = new LinkedHashMap<>();

  TrajectorySumsTest() {
    watched.put("a", a);
    watched.put("b", b);
  }

  private TrajectorySums sums(int steps) {
    return new TrajectorySums(List.of("grad"), watched, steps);
  }

  /// There may be no room for a copy.
  @Test
  void aSumIsHandedOver() {
    RunningSum sum = RunningSum.zero(a);
    sum.restore(new float[] {1, 2, 3}, new float[3]);
    float[] array = F32.of(sum.sum().memory()).array();
    assertSame(array, sum.take().read());
    assertArrayEquals(new float[] {1, 2, 3}, array);
  }

  /// A point at which J depends on `parameter` alone.
  private void add(TrajectorySums sums, int step, double j, String parameter, float... gradient) {
    sums.begin(step);
    add(sums, "grad", parameter, gradient);
    sums.end(j);
  }

  private void add(TrajectorySums sums, String sum, String parameter, float... addend) {
    sums.add(sum, parameter, Tensor.of(addend, addend.length), watched.get(parameter));
  }

  @Test
  void gradientsAddUp() {
    TrajectorySums sums = sums(2);
    add(sums, 0, 1, "a", 1, 2, 3);
    add(sums, 1, 2, "a", 10, 20, -30);
    Trajectory found = sums.finish();
    assertArrayEquals(new float[] {11, 22, -27}, found.sums().get("grad").get("a").read());
    assertArrayEquals(new float[] {0}, found.sums().get("grad").get("b").read());
  }

  @Test
  void scoresAreSplitBySignAndStep() {
    TrajectorySums sums = sums(2);
    add(sums, 0, 1, "a", 1, 2, 3); // scores 1, −4, 9
    add(sums, 1, 2, "b", -2); // score −10
    add(sums, 1, 3, "b", 4); // score 20
    StepTables found = sums.finish().tables();
    assertArrayEquals(new double[][] {{10, 0}, {0, 20}}, found.positive(1));
    assertArrayEquals(new double[][] {{-4, 0}, {0, -10}}, found.negative(1));
    assertArrayEquals(new double[][] {{5, 0}, {0, 10}}, found.positive(2));
    assertArrayEquals(new double[][] {{-2, 0}, {0, -5}}, found.negative(2));
    assertArrayEquals(new double[] {1, 5}, found.objectives(1));
    assertArrayEquals(new double[] {0.5, 2.5}, found.objectives(2));
  }

  @Test
  void aDerivativeThatIsNoNumberIsToldByNameAndStep() {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      TrajectorySums sums = sums(2);
      NonFiniteException told =
          assertThrows(NonFiniteException.class, () -> add(sums, 1, 1, "a", 1, wrong, 3));
      String message = told.getMessage();
      assertTrue(message.endsWith("in the derivative by a at scored step 2 of 2"), message);
    }
  }

  /// Each sum apart, in the tables together; several times at one point too.
  @Test
  void anEstimatorWithSeveralSumsMayAddToThemAgainAndAgain() {
    TrajectorySums sums = new TrajectorySums(List.of("x", "y"), watched, 1);
    sums.begin(0);
    add(sums, "y", "b", 1);
    add(sums, "y", "b", 4);
    add(sums, "x", "b", 2);
    add(sums, "y", "a", -1, 0, 0);
    sums.end(0);
    Trajectory found = sums.finish();
    assertArrayEquals(new float[] {2}, found.sums().get("x").get("b").read());
    assertArrayEquals(new float[] {5}, found.sums().get("y").get("b").read());
    assertArrayEquals(new float[] {-1, 0, 0}, found.sums().get("y").get("a").read());
    assertArrayEquals(new double[][] {{0}, {35}}, found.tables().positive(1));
    assertArrayEquals(new double[][] {{-1}, {0}}, found.tables().negative(1));
  }

  @Test
  void finishedSumsAreEmptyAgain() {
    TrajectorySums sums = sums(1);
    add(sums, 0, 1, "b", 3);
    sums.finish();
    add(sums, 0, 2, "b", 4);
    Trajectory found = sums.finish();
    assertArrayEquals(new float[] {4}, found.sums().get("grad").get("b").read());
    assertArrayEquals(new double[][] {{0}, {20}}, found.tables().positive(1));
    assertArrayEquals(new double[] {2}, found.tables().objectives(1));
  }

  @Test
  void manySmallGradientsBesideALargeOneAreNotLost() {
    TrajectorySums sums = sums(1);
    add(sums, 0, 0, "b", 1e8f);
    for (int i = 0; i < 1000; i++) {
      add(sums, 0, 0, "b", 1);
    }
    assertArrayEquals(new float[] {1e8f + 1000}, sums.finish().sums().get("grad").get("b").read());
  }

  @Test
  void aSavedStateGoesOnWithTheSameBits(@TempDir Path folder) {
    TrajectorySums whole = sums(1);
    TrajectorySums first = sums(1);
    for (TrajectorySums sums : List.of(whole, first)) {
      add(sums, 0, 0.1, "a", 0.1f, 1e7f, 3);
      add(sums, 0, 0.2, "a", 0.2f, 0.3f, 3);
    }
    Path file = folder.resolve("state");
    SafetensorsWriter writer = new SafetensorsWriter();
    first.write(writer);
    writer.write(file);
    TrajectorySums second = sums(1);
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      second.read(saved);
    }
    for (TrajectorySums sums : List.of(whole, second)) {
      add(sums, 0, 0.3, "a", 0.7f, 0.4f, 3);
    }
    Trajectory expected = whole.finish();
    Trajectory found = second.finish();
    assertArrayEquals(
        expected.sums().get("grad").get("a").read(), found.sums().get("grad").get("a").read());
    assertArrayEquals(expected.tables().positive(1), found.tables().positive(1));
    assertArrayEquals(expected.tables().negative(1), found.tables().negative(1));
    assertArrayEquals(expected.tables().objectives(1), found.tables().objectives(1));
  }

  @Test
  void aStateOfOtherStepsIsRefused(@TempDir Path folder) {
    Path file = folder.resolve("state");
    SafetensorsWriter writer = new SafetensorsWriter();
    sums(1).write(writer);
    writer.write(file);
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      String message =
          assertThrows(FileFormatException.class, () -> sums(2).read(saved)).getMessage();
      assertEquals(file + ": positive: expected F64 [2,2], found F64 [2,1]", message);
    }
  }

  /// What is told before is what a file then takes, but for the tables.
  @Test
  void bytesAreThoseOfItsSumsInAFile(@TempDir Path folder) {
    TrajectorySums sums = new TrajectorySums(List.of("x", "y"), watched, 1);
    Path file = folder.resolve("state");
    SafetensorsWriter writer = new SafetensorsWriter();
    sums.write(writer);
    writer.write(file);
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      long floats =
          saved.names().stream()
              .filter(name -> saved.dtype(name) == DType.F32)
              .mapToLong(name -> saved.shape(name).elements())
              .sum();
      assertEquals(4 * floats, sums.bytes());
    }
  }
}
