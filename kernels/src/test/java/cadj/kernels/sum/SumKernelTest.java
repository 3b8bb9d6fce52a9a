package cadj.kernels.sum;

import static cadj.kernels.twins.Twins.askew;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Buffer;
import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import cadj.kernels.twins.Samples;
import cadj.kernels.twins.Twins;
import java.util.function.BiConsumer;
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
    "9000,4,5",
    // on a GPU: teams of lanes and of a block, parts of a row, parts of parts; four columns at once
    "3,1024,1",
    "2,1028,1",
    "2,24580,1",
    "1,300001,1",
    "1,2049,4",
    "5,3,128",
    "2,40,132",
    "1,9000,8",
    "1,40000,12"
  })
  void agree(int outer, int n, int inner) {
    agree("sum", Samples.normal(1, outer * n * inner), outer, n, inner);
  }

  @ParameterizedTest
  @CsvSource({"3,40,1", "1,20000,1", "2,50,8", "1,1500,8"})
  void agreeWhereInputsLieAskew(int outer, int n, int inner) {
    F32 x = Samples.normal(1, outer * n * inner);
    Twins.assertAgreeOnGpu(
        "sum of x askew",
        reference,
        SumCuda::new,
        6e-8,
        (k, o) -> k.sum(o[0], askew(o[1], x), outer, n, inner),
        outer * inner,
        x.length() + 1);
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
    agree("cancelling sum", x, 1, n, inner);
  }

  @ParameterizedTest
  @CsvSource({"5,40,1", "1,40000,1", "3,6,20", "1,2000,40"})
  void spreadsNotANumberToItsSumAlone(int outer, int n, int inner) {
    F32 x = Samples.normal(1, outer * n * inner);
    x.set(x.length() / 2, Float.NaN);
    x.set(0, Float.POSITIVE_INFINITY);
    agree("sum of NaN", x, outer, n, inner);
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

  private void agree(String name, F32 x, int outer, int n, int inner) {
    BiConsumer<SumKernel, Buffer[]> run = (k, o) -> k.sum(o[0], x, outer, n, inner);
    Twins.assertAgree(name, reference, SumVector::new, 6e-8, run::accept, outer * inner);
    Twins.assertAgreeOnGpu(name, reference, SumCuda::new, 6e-8, run, outer * inner);
  }
}
