package cadj.kernels.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Driver;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.PtxSource;
import cadj.kernels.twins.TestGpu;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [Driver] promises, on the tests' GPU: emulated, behind the stub libraries, or real.
final class DriverTest {
  private static final int HALF = Staging.HALF / Float.BYTES;

  /// y[i] = scale·x[i] for i < n, with parameters of all sizes, by blocks of 32.
  static final PtxSource SCALE =
      PtxSource.of(
          "scale.ptx",
          """
          .version 6.0
          .target sm_70
          .address_size 64
          .extern .shared .align 16 .b8 dynamic[];
          .visible .entry scale(.param .u64 y, .param .f32 factor, .param .u64 x, .param .u32 n)
          .maxntid 32, 1, 1
          {
            .reg .pred %past;
            .reg .u32 %i, %block, %t, %n;
            .reg .u64 %p_x, %p_y, %at;
            .reg .f32 %v, %factor;
            mov.u32 %block, %ctaid.x;
            mov.u32 %t, %tid.x;
            mad.lo.u32 %i, %block, 32, %t;
            ld.param.u32 %n, [n];
            setp.ge.u32 %past, %i, %n;
            @%past bra DONE;
            ld.param.u64 %p_x, [x];
            ld.param.u64 %p_y, [y];
            ld.param.f32 %factor, [factor];
            mul.wide.u32 %at, %i, 4;
            add.u64 %p_x, %p_x, %at;
            add.u64 %p_y, %p_y, %at;
            ld.global.f32 %v, [%p_x];
            mul.f32 %v, %v, %factor;
            st.global.f32 [%p_y], %v;
          DONE:
            ret;
          }
          """);

  private final Gpu gpu = TestGpu.plain();
  private final Driver driver = gpu.driver();

  /// Sizes around those of the pinned halves: one piece, two, and halves used again.
  @ParameterizedTest
  @ValueSource(ints = {1, 15, HALF - 1, HALF, HALF + 1, 2 * HALF, 2 * HALF + 5, 5 * HALF + 3})
  void copiesThereAndBack(int length) {
    GpuF32 there = gpu.allocate(length);
    float[] values = numbers(length, 0);
    gpu.upload(there, F32.of(values));
    values[0] = Float.NaN; // may be changed as soon as the call returns
    values[length - 1] = Float.NaN;
    float[] back = new float[length + 2];
    gpu.download(new F32(back, 1, length), there);
    float[] expected = new float[length + 2];
    System.arraycopy(numbers(length, 0), 0, expected, 1, length);
    assertArrayEquals(expected, back);
  }

  private static float[] numbers(int length, int from) {
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = from + i;
    }
    return numbers;
  }

  /// More than both pinned halves hold, before anything waits for the device.
  @Test
  void manySmallCopiesDoNotOverwriteEachOther() {
    int pieces = 3 * HALF / 1000;
    GpuF32 all = gpu.allocate(pieces * 1000);
    float[] reused = new float[999];
    for (int i = 0; i < pieces; i++) {
      System.arraycopy(numbers(999, i), 0, reused, 0, 999);
      gpu.upload(all.slice(i * 1000, 999), F32.of(reused));
    }
    for (int i = 0; i < pieces; i++) {
      float[] back = new float[999];
      gpu.download(F32.of(back), all.slice(i * 1000, 999));
      assertArrayEquals(numbers(999, i), back, "piece " + i);
    }
  }

  @Test
  void copiesAndFillsWithinTheDevice() {
    GpuF32 a = gpu.allocate(100);
    GpuF32 b = gpu.allocate(100);
    driver.fill(a.address(), Float.floatToIntBits(7), 100);
    driver.fill(a.slice(10, 20).address(), Float.floatToIntBits(-1), 20);
    driver.copy(b.address(), a.address(), 400);
    float[] back = new float[100];
    gpu.download(F32.of(back), b);
    for (int i = 0; i < 100; i++) {
      assertEquals(i >= 10 && i < 30 ? -1 : 7, back[i], "at " + i);
    }
  }

  @Test
  void launchesWithArgumentsOfAllSizes() {
    GpuF32 x = gpu.allocate(100);
    gpu.upload(x, F32.of(numbers(100, 0)));
    GpuF32 y = gpu.allocate(100);
    driver.fill(y.address(), 0, 100);
    // Two launches before anything waits: each must have its own arguments.
    gpu.launch(SCALE, "scale").grid(2).block(32).out(y).f32(3).in(x).i32(40).run();
    GpuF32 rest = y.slice(50, 50);
    gpu.launch(SCALE, "scale").grid(2).block(32).out(rest).f32(-2).in(x).i32(50).run();
    float[] back = new float[100];
    gpu.download(F32.of(back), y);
    for (int i = 0; i < 100; i++) {
      assertEquals(i < 40 ? 3f * i : i < 50 ? 0 : -2f * (i - 50), back[i], "at " + i);
    }
  }

  /// CUDA's context belongs to a thread, and a virtual thread has none of its own. Each call comes
  /// from a thread that has never seen the device.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void otherThreadsMayCall(boolean virtual) {
    GpuF32 x = gpu.allocate(3);
    GpuF32 y = gpu.allocate(3);
    long[] numbers = new long[4];
    List<Runnable> calls =
        List.of(
            () -> assertTrue(driver.freeBytes() > 0),
            () -> numbers[0] = driver.allocate(512),
            () -> driver.free(numbers[0]),
            () -> driver.fill(y.address(), 0, 3),
            () -> gpu.upload(x, F32.of(1, 2, 3)),
            () -> numbers[1] = driver.mark(),
            () -> driver.copy(y.address(), x.address(), 4),
            () -> gpu.launch(SCALE, "scale").block(32).out(y).f32(2).in(x).i32(2).run(),
            () -> numbers[2] = driver.mark(),
            driver::synchronize,
            () -> assertTrue(driver.milliseconds(numbers[1], numbers[2]) >= 0),
            () -> driver.forget(numbers[1]),
            () -> driver.forget(numbers[2]),
            () -> numbers[3] = driver.load(SCALE),
            () -> driver.function(numbers[3], "scale"),
            () -> assertEquals(4, y.get(1)));
    calls.forEach(call -> inAnotherThread(virtual, call));
    float[] back = new float[3];
    gpu.download(F32.of(back), y);
    assertArrayEquals(new float[] {2, 4, 0}, back);
  }

  static void inAnotherThread(boolean virtual, Runnable call) {
    FutureTask<Object> task = new FutureTask<>(call, call);
    (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(task);
    assertDoesNotThrow(() -> task.get());
  }

  @Test
  void timeGoesOn() {
    GpuF32 there = gpu.allocate(1000);
    long from = driver.mark();
    driver.fill(there.address(), 0, 1000);
    long to = driver.mark();
    double time = driver.milliseconds(from, to);
    assertTrue(time >= 0 && time < 10_000, () -> "" + time);
    driver.forget(from);
    driver.forget(to);
    gpu.free(there);
  }

  @Test
  void wrongPtxIsToldByFileAndLine() {
    PtxSource wrong =
        PtxSource.of("wrong.ptx", SCALE.text().replace("ld.param.u32 %n", "ld.param.u32 %m"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> driver.load(wrong));
    assertTrue(e.getMessage().contains("wrong.ptx:15"), e.getMessage());
  }

  @Test
  void wrongTemplatesAreToldByTheLineThatWasWritten() {
    String text =
        SCALE
            .text()
            .replace("ld.param.u32 %n", "\n.repeat $i = 0, 1\n // one\n ld.param.u32 %m")
            .replace("[n];", "[n];\n.end\n");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> driver.load(PtxSource.template("wrong.ptx", text)));
    assertTrue(e.getMessage().contains("wrong.ptx:18"), e.getMessage() + text);
  }
}
