package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.choice.HostBlas;
import cadj.kernels.choice.HostDnn;
import cadj.kernels.emulator.EmulatedDriver;
import org.junit.jupiter.api.Test;

/// Memory of a GPU, what it is called, and what a launch refuses.
class GpuTest {
  private static final Cpu CPU = new Cpu(1);
  private static final PtxSource NOTHING =
      PtxSource.of(
          "nothing.ptx",
          """
          .version 6.0
          .target sm_70
          .address_size 64
          .visible .entry nothing(.param .u64 x) { ret; }
          """);

  private final Gpu gpu = new Gpu(driver());

  private static EmulatedDriver driver() {
    return new EmulatedDriver(CPU, EmulatedDriver.Checks.ALL);
  }

  @Test
  void isCalledByWhatItsBitsDependOn() {
    assertEquals(
        "emulated, own products, own convolutions, matmul highest, convolutions fp32", gpu.name());
    assertEquals(
        "emulated, matmul highest, convolutions fp32",
        new Gpu(driver(), new HostBlas(CPU), new HostDnn(CPU), Precision.FULL).name());
    assertEquals(
        "emulated, own convolutions, matmul high, convolutions TF32",
        new Gpu(driver(), new HostBlas(CPU), null, new Precision(MatmulPrecision.HIGH, true))
            .name());
  }

  @Test
  void freedMemoryIsHandedOutAgainBySize() {
    GpuF32 first = gpu.allocate(1000);
    GpuF32 second = gpu.allocate(1000);
    assertNotEquals(first.address(), second.address());
    assertEquals(2 * GpuPool.blockSize(4000), gpu.pool().liveBytes());
    gpu.free(first);
    assertEquals(GpuPool.blockSize(4000), gpu.pool().liveBytes());
    GpuF32 other = gpu.allocate(100_000);
    assertNotEquals(first.address(), other.address());
    assertEquals(first.address(), gpu.allocate(999).address());
    assertEquals(2 * GpuPool.blockSize(4000) + GpuPool.blockSize(400_000), gpu.pool().peakBytes());
  }

  @Test
  void blocksGrowByEighths() {
    assertEquals(512, GpuPool.blockSize(0));
    assertEquals(512, GpuPool.blockSize(512));
    assertEquals(1024, GpuPool.blockSize(513));
    assertEquals(9 << 20, GpuPool.blockSize((8 << 20) + 1));
    assertEquals(3L << 40, GpuPool.blockSize(3L << 40));
  }

  @Test
  void memoryIsFreedOnce() {
    GpuF32 buffer = gpu.allocate(5);
    gpu.free(buffer);
    assertThrows(IllegalStateException.class, () -> gpu.free(buffer));
  }

  @Test
  void windowsSeeTheSameMemory() {
    GpuF32 buffer = gpu.allocate(5);
    gpu.upload(buffer, F32.of(1, 2, 3, 4, 5));
    GpuF32 window = buffer.slice(1, 3);
    window.set(2, 7);
    F32 out = F32.of(new float[5]);
    gpu.download(out, buffer);
    assertEquals(7, out.get(3));
    assertEquals(2, window.get(0));
    assertThrows(IndexOutOfBoundsException.class, () -> window.get(3));
    assertThrows(IndexOutOfBoundsException.class, () -> buffer.slice(3, 3));
    gpu.free(buffer);
  }

  @Test
  void aLaunchTakesNoBufferOfAnotherMachine() {
    GpuF32 elsewhere = new Gpu(driver()).allocate(1);
    Launch launch = gpu.launch(NOTHING, "nothing").block(1);
    assertEquals(
        "nothing.ptx, nothing: a buffer of another device",
        assertThrows(IllegalArgumentException.class, () -> launch.in(elsewhere)).getMessage());
    GpuF32 here = gpu.allocate(1);
    new Gpu(gpu.driver()).launch(NOTHING, "nothing").block(1).in(here).run();
  }

  @Test
  void aGridWithoutBlocksDoesNothing() {
    gpu.launch(NOTHING, "nothing").grid(0).block(1).in(gpu.allocate(1)).run();
    Launch tooLarge = gpu.launch(NOTHING, "nothing").block(1025).in(gpu.allocate(1));
    assertThrows(IllegalArgumentException.class, tooLarge::run);
  }
}
