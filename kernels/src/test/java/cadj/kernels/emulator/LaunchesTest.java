package cadj.kernels.emulator;

import static cadj.kernels.emulator.CheckedKernel.LENGTH;
import static cadj.kernels.emulator.CheckedKernel.fails;
import static cadj.kernels.emulator.CheckedKernel.launch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import cadj.kernels.emulator.run.EmulatorException;
import org.junit.jupiter.api.Test;

/// Launches that do not fit, and kernels that do not end well.
class LaunchesTest {
  @Test
  void endlessLoops() {
    fails(
        32,
        "AGAIN: add.u32 %t, %t, 1;\nbra AGAIN;",
        """
        k.ptx:16, k: AGAIN: add.u32 %t, %t, 1;
          block (0,0,0), thread (0,0,0): the block has run 100,000 instructions and not ended: an endless loop?\
        """);
  }

  @Test
  void traps() {
    fails(
        32,
        "setp.eq.u32 %p, %t, 5;\n@%p trap;",
        """
        k.ptx:17, k: @%p trap;
          block (0,0,0), thread (5,0,0): trap\
        """);
  }

  @Test
  void launchesThatDoNotFit() {
    fails(
        129,
        "",
        "k.ptx:5, k, grid (1,1,1), block (129,1,1), 0 bytes shared: a block has at most 128 threads"
            + " (.maxntid)");
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), Checks.BOUNDS))) {
      GpuF32 y = gpu.allocate(LENGTH);
      Launch tooMany = launch(gpu, "", y).i32(7);
      assertEquals(
          "k.ptx:5, k, grid (1,1,1), block (1,1,1), 0 bytes shared: the parameters take 12 bytes,"
              + " got 16",
          assertThrows(EmulatorException.class, tooMany::run).getMessage());
      Launch tooMuch = launch(gpu, "", y).shared(99 << 10);
      assertEquals(
          "k.ptx:5, k, grid (1,1,1), block (1,1,1), 101376 bytes shared: 101632 bytes shared in"
              + " all, there are 101376",
          assertThrows(EmulatorException.class, tooMuch::run).getMessage());
    }
  }
}
