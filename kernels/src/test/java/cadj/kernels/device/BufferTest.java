package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Buffers are windows: what lies around them is out of reach.
final class BufferTest {
  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "I64"})
  void allocatesZeros(DType dtype) {
    Buffer buffer = Buffer.allocate(dtype, 3);
    assertEquals(dtype, buffer.dtype());
    assertEquals(3, buffer.length());
    for (int i = 0; i < 3; i++) {
      assertEquals(0.0, buffer.get(i));
    }
  }

  /// An array's elements begin 16 bytes behind its object.
  @Test
  void singlesBeginAtACacheLineWhereObjectsDo() {
    F32 buffer = F32.of(Buffer.allocate(DType.F32, 3));
    assertEquals(0, (16 + buffer.offset() * Float.BYTES) % 64);
    assertEquals(buffer.offset() + 3, buffer.array().length);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"F64", "F32", "I64"},
      mode = EnumSource.Mode.EXCLUDE)
  void storageTypesHaveNoBuffers(DType dtype) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Buffer.allocate(dtype, 3));
    assertEquals(dtype + " is a storage type; tensors hold F32, F64 or I64", e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(names = {"F64", "F32", "I64"})
  void slicesShareMemoryAndEndWhereTheyEnd(DType dtype) {
    Buffer whole = Buffer.allocate(dtype, 9);
    Buffer slice = whole.slice(2, 6).slice(1, 4);
    slice.set(0, 5);
    slice.set(3, 7);
    for (int i = 0; i < 9; i++) {
      assertEquals(i == 3 ? 5.0 : i == 6 ? 7.0 : 0.0, whole.get(i), "element " + i);
    }
    assertEquals(4, slice.length());
    assertThrows(IndexOutOfBoundsException.class, () -> slice.get(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.get(4));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.set(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.set(4, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.slice(1, 4));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.slice(-1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> slice.slice(4, -1));
    assertEquals(0, slice.slice(4, 0).length());
  }

  @Test
  void windowsLieInTheirArray() {
    assertThrows(IndexOutOfBoundsException.class, () -> new F32(new float[4], 2, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> new F64(new double[4], -1, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> new I64(new long[4], 5, 0));
  }

  @Test
  void valuesAreRoundedToTheType() {
    F32 single = F32.of(0, 0);
    single.set(0, 0.1);
    single.set(1, 1e39);
    assertArrayEquals(new float[] {0.1f, Float.POSITIVE_INFINITY}, single.array());
    F64 twice = F64.of(0);
    twice.set(0, 0.1);
    assertEquals(0.1, twice.array()[0]);
    I64 whole = I64.of(0);
    whole.set(0, -2.9);
    assertEquals(-2, whole.array()[0]);
  }

  @Test
  void takesBuffersOnlyForWhatTheyAre() {
    Buffer single = F32.of(1);
    Buffer twice = F64.of(1);
    Buffer whole = I64.of(1);
    assertEquals(single, F32.of(single));
    assertEquals(twice, F64.of(twice));
    assertEquals(whole, I64.of(whole));
    assertRefused("expected a F32 buffer, got F64", () -> F32.of(twice));
    assertRefused("expected a F64 buffer, got I64", () -> F64.of(whole));
    assertRefused("expected a I64 buffer, got F32", () -> I64.of(single));
    assertRefused(
        "expected a buffer on a GPU, got one of F32 on the host", () -> GpuF32.of(single));
  }

  @Test
  void singlesAreTheFirstOfSinglePrecision() {
    F32 three = F32.of(1, 2, 3);
    assertEquals(three.slice(0, 2), Buffer.singles(three, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> Buffer.singles(three, 4));
    assertRefused("expected a F32 buffer, got F64", () -> Buffer.singles(F64.of(1), 1));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call::run).getMessage());
  }
}
