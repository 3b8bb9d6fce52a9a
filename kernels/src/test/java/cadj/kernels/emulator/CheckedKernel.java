package cadj.kernels.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import cadj.kernels.emulator.run.EmulatorException;

/// A few lines of PTX as a kernel, run with checks, and what they say.
public final class CheckedKernel {
  /// Elements of y.
  public static final int LENGTH = 64;

  private CheckedKernel() {}

  /// A kernel `k(y, n)` whose `%t` is the thread, `%y` points to y[t], `%base` to y.
  public static PtxSource kernel(String body) {
    return PtxSource.of(
        "k.ptx",
        """
        .version 7.0
        .target sm_80
        .address_size 64
        .const .align 4 .b8 table[16];
        .visible .entry k(.param .u64 y, .param .u32 n) .maxntid 128, 1, 1
        {
          .shared .align 16 .b8 shared[256];
          .local .align 16 .b8 own[32];
          .reg .b32 %t, %u, %v, %s, %block, %n;
          .reg .b16 %h;
          .reg .b64 %y, %base, %at;
          .reg .f32 %f, %g;
          .reg .pred %p, %q;
          mov.u32 %t, %tid.x; mov.u32 %block, %ctaid.x; ld.param.u32 %n, [n];
          ld.param.u64 %base, [y]; mad.wide.u32 %y, %t, 4, %base;
        BODY
          ret;
        }
        """
            .replace("BODY", body.strip()));
  }

  /// Line 16 is the body's first.
  public static void runs(Checks checks, int grid, int block, String body) {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), checks, 100_000))) {
      GpuF32 y = gpu.allocate(LENGTH);
      gpu.upload(y, F32.of(new float[LENGTH]));
      launch(gpu, body, y).grid(grid).block(block).run();
    }
  }

  public static Launch launch(Gpu gpu, String body, GpuF32 y) {
    return gpu.launch(kernel(body), "k").inOut(y).i32(LENGTH);
  }

  /// Runs it and compares the message, addresses in it aside.
  public static void fails(Checks checks, int grid, int block, String body, String expected) {
    EmulatorException e =
        assertThrows(EmulatorException.class, () -> runs(checks, grid, block, body));
    assertEquals(expected.strip(), e.getMessage().replaceAll("at 0x[0-9a-f]{5,}", "at 0x…"));
  }

  public static void fails(int block, String body, String expected) {
    fails(Checks.ALL, 1, block, body, expected);
  }
}
