package cadj.kernels.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.DType;
import cadj.kernels.device.F32;
import cadj.kernels.device.F64;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Both twins on every pattern of 16 bits, and on floats around every rounding boundary.
final class ConvertKernelTest {
  private static final int PATTERNS = 1 << 16;
  private final ConvertKernel fast = new ConvertVector(new Cpu(2));
  private final ConvertKernel reference = new ConvertReference();

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void twinsAgreeOnEveryPatternAndWidthIsUndone(DType half) {
    MemorySegment all = allPatterns();
    float[] wide = new float[PATTERNS];
    float[] expected = new float[PATTERNS];
    fast.widen(F32.of(wide), all, half);
    reference.widen(F32.of(expected), all, half);
    MemorySegment back = MemorySegment.ofArray(new byte[2 * PATTERNS]);
    fast.narrow(back, half, F32.of(wide));
    MemorySegment backInDouble = MemorySegment.ofArray(new byte[2 * PATTERNS]);
    reference.narrow(backInDouble, half, F32.of(expected));
    for (int bits = 0; bits < PATTERNS; bits++) {
      String what = "pattern %04x".formatted(bits);
      assertEquals(Float.floatToIntBits(expected[bits]), Float.floatToIntBits(wide[bits]), what);
      if (!Float.isNaN(wide[bits])) {
        assertEquals((short) bits, back.get(ConvertReference.HALF, 2L * bits), what);
        assertEquals((short) bits, backInDouble.get(ConvertReference.HALF, 2L * bits), what);
      } else {
        assertNan(back.get(ConvertReference.HALF, 2L * bits), half, bits >> 15);
      }
    }
  }

  @Test
  void f16IsThePlatforms() {
    float[] wide = new float[PATTERNS];
    reference.widen(F32.of(wide), allPatterns(), DType.F16);
    for (int bits = 0; bits < PATTERNS; bits++) {
      assertEquals(Float.float16ToFloat((short) bits), wide[bits], "pattern " + bits);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void twinsRoundAlike(DType half) {
    float[] x = boundaries(half);
    MemorySegment got = MemorySegment.ofArray(new byte[2 * x.length]);
    MemorySegment expected = MemorySegment.ofArray(new byte[2 * x.length]);
    fast.narrow(got, half, F32.of(x));
    reference.narrow(expected, half, F32.of(x));
    for (int i = 0; i < x.length; i++) {
      assertEquals(
          expected.get(ConvertReference.HALF, 2L * i),
          got.get(ConvertReference.HALF, 2L * i),
          half + " of " + x[i]);
    }
  }

  /// Doubles round once: 1 + 2⁻¹¹ is a tie in F16, and a trace above it is not, though it would be
  /// again after a first rounding to float.
  @Test
  void doublesRoundOnce() {
    MemorySegment got = MemorySegment.ofArray(new byte[4]);
    reference.narrow(got, DType.F16, F64.of(1 + 0x1p-11, 1 + 0x1p-11 + 0x1p-40));
    assertEquals(0x3c00, got.get(ConvertReference.HALF, 0));
    assertEquals(0x3c01, got.get(ConvertReference.HALF, 2));
  }

  @Test
  void writesNothingOutsideTheWindow() {
    float[] y = new float[40];
    Arrays.fill(y, 7);
    byte[] bytes = new byte[2 * 33];
    fast.widen(new F32(y, 3, 33), MemorySegment.ofArray(bytes), DType.F16);
    for (int i = 0; i < y.length; i++) {
      assertEquals(i < 3 || i >= 36 ? 7f : 0f, y[i], "index " + i);
    }
    byte[] guarded = new byte[2 * 33 + 8];
    Arrays.fill(guarded, (byte) 9);
    fast.narrow(MemorySegment.ofArray(guarded).asSlice(4, 66), DType.BF16, new F32(y, 3, 33));
    for (int i = 0; i < guarded.length; i++) {
      assertEquals(i < 4 || i >= 70 ? 9 : 0, guarded[i], "byte " + i);
    }
  }

  @Test
  void refusesOtherTypesAndSizes() {
    MemorySegment four = MemorySegment.ofArray(new byte[4]);
    assertEquals(
        "convert: expected F16 or BF16, got I16",
        assertThrows(
                IllegalArgumentException.class,
                () -> fast.widen(F32.of(new float[2]), four, DType.I16))
            .getMessage());
    assertEquals(
        "convert: 3 elements need 6 bytes, got 4",
        assertThrows(
                IllegalArgumentException.class,
                () -> fast.narrow(four, DType.F16, F32.of(new float[3])))
            .getMessage());
  }

  private static MemorySegment allPatterns() {
    MemorySegment all = MemorySegment.ofArray(new byte[2 * PATTERNS]);
    for (int bits = 0; bits < PATTERNS; bits++) {
      all.set(ConvertReference.HALF, 2L * bits, (short) bits);
    }
    return all;
  }

  private static void assertNan(short bits, DType half, int sign) {
    int infinity = half == DType.F16 ? 0x7c00 : 0x7f80;
    assertEquals(true, (bits & 0x7fff) > infinity, "a NaN became %04x".formatted(bits));
    assertEquals(sign, bits >> 15 & 1, "sign of a NaN");
  }

  /// Every half's value, the midpoint to its neighbour, and the floats next to both.
  private float[] boundaries(DType half) {
    float[] values = new float[PATTERNS];
    reference.widen(F32.of(values), allPatterns(), half);
    int step = half == DType.F16 ? 1 << 12 : 1 << 15;
    float[] x = new float[PATTERNS * 6 + 10_000];
    int n = 0;
    for (float v : values) {
      if (Float.isNaN(v)) {
        continue;
      }
      float middle = Float.intBitsToFloat(Float.floatToIntBits(v) + step);
      for (float centre : new float[] {v, Float.isNaN(middle) ? v : middle}) {
        x[n++] = centre;
        x[n++] = Math.nextUp(centre);
        x[n++] = Math.nextDown(centre);
      }
    }
    Random random = new Random(3);
    while (n < x.length) {
      float any = Float.intBitsToFloat(random.nextInt());
      x[n++] = Float.isNaN(any) ? 0 : any;
    }
    return x;
  }
}
