package cadj.kernels.sum;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SumKernelTest {
  private final SumKernel reference = new SumReference();
  private final SumKernel fast = new SumVector(new Cpu(2));

  @Test
  void referenceSumsTheMiddle() {
    F64 y = F64.of(new double[4]);
    reference.sum(y, F64.of(1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60), 2, 3, 2);
    assertArrayEquals(new double[] {9, 12, 90, 120}, y.array());
  }

  /// Sums in double differ by their order, which single precision does not show.
  @ParameterizedTest
  @CsvSource({
    // along memory: short rows, rows about a block, long rows
    "1,0,1",
    "0,5,1",
    "3,1,1",
    "7,31,1",
    "7,32,1",
    "7,33,1",
    "9,257,1",
    "40000,3,1",
    "1,32768,1",
    "1,32769,1",
    "3,100003,1",
    // across: few and many columns, rows in one block and in several, strips
    "2,0,3",
    "1,5,0",
    "2,3,2",
    "3,4,7",
    "3,5,8",
    "2,9,17",
    "1,5000,3",
    "1,700,320",
    "2,300,300",
    "1,2,70001",
    "2,70,1025",
    "3,100,2500",
    "9000,4,5"
  })
  void agree(int outer, int n, int inner) {
    F32 x = Samples.normal(1, outer * n * inner);
    Twins.assertAgree(
        "sum",
        reference,
        SumVector::new,
        6e-8,
        (k, o) -> k.sum(o[0], x, outer, n, inner),
        outer * inner);
  }

  /// 10⁸ and its negative cancel, which leaves what single precision would have swallowed.
  @ParameterizedTest
  @CsvSource({"1", "3", "40"})
  void carriesDoublePrecision(int inner) {
    int n = 50_001;
    F32 x = F32.of(new float[n * inner]);
    for (int k = 0; k < n; k++) {
      for (int i = 0; i < inner; i++) {
        x.set(k * inner + i, k == 0 ? 1e8 : k == n - 1 ? -1e8 : 0.125);
      }
    }
    F32 y = F32.of(new float[inner]);
    fast.sum(y, x, 1, n, inner);
    for (int i = 0; i < inner; i++) {
      assertEquals((n - 2) / 8f, (float) y.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"5,40,1", "1,40000,1", "3,6,20", "1,2000,40"})
  void spreadsNotANumberToItsSumAlone(int outer, int n, int inner) {
    F32 x = Samples.normal(1, outer * n * inner);
    x.set(x.length() / 2, Float.NaN);
    x.set(0, Float.POSITIVE_INFINITY);
    Twins.assertAgree(
        "sum of NaN",
        reference,
        SumVector::new,
        6e-8,
        (k, o) -> k.sum(o[0], x, outer, n, inner),
        outer * inner);
  }

  @Test
  void refusesOtherTypesAndShortBuffers() {
    F32 six = F32.of(new float[6]);
    F32 two = F32.of(new float[2]);
    assertThrows(
        IllegalArgumentException.class, () -> fast.sum(two, F64.of(new double[6]), 2, 3, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.sum(two, six.slice(0, 5), 2, 3, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> fast.sum(two, six, 3, 2, 1));
  }
}
