package cadj.kernels.emulator.run;

import static cadj.kernels.emulator.CheckedKernel.LENGTH;
import static cadj.kernels.emulator.CheckedKernel.fails;
import static cadj.kernels.emulator.CheckedKernel.launch;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import org.junit.jupiter.api.Test;

/// Addresses that are out of bounds or not aligned.
class AddressesTest {
  @Test
  void beyondTheEnd() {
    for (Checks checks : Checks.values()) {
      fails(
          checks,
          1,
          65,
          "ld.global.f32 %f, [%y];",
          """
          k.ptx:16, k: ld.global.f32 %f, [%y];
            block (0,0,0), thread (64,0,0): reads 4 bytes at 0x… of global memory: 0 bytes past the end of 256 allocated at 0x…\
          """);
    }
    fails(
        Checks.BOUNDS,
        1,
        32,
        "st.global.f32 [%base+-4], 0f00000000;",
        """
        k.ptx:16, k: st.global.f32 [%base+-4], 0f00000000;
          block (0,0,0), thread (0,0,0): writes 4 bytes at 0x… of global memory: 4 bytes before 256 allocated at 0x…\
        """);
  }

  /// The pool's blocks are larger than the tensors in them.
  @Test
  void beyondTheTensorNotTheBlock() {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), Checks.BOUNDS))) {
      GpuF32 y = gpu.allocate(3);
      EmulatorException e =
          assertThrows(
              EmulatorException.class,
              () -> launch(gpu, "st.global.u32 [%y], %t;", y).block(4).run());
      assertEquals(
          """
          k.ptx:16, k: st.global.u32 [%y], %t;
            block (0,0,0), thread (3,0,0): writes 4 bytes at 0x… of global memory: 0 bytes past the end of 12 allocated at 0x…\
          """,
          e.getMessage().replaceAll("0x[0-9a-f]+", "0x…"));
    }
  }

  @Test
  void afterItWasFreed() {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), Checks.BOUNDS))) {
      GpuF32 y = gpu.allocate(LENGTH);
      gpu.free(y);
      EmulatorException e =
          assertThrows(
              EmulatorException.class,
              () -> launch(gpu, "st.global.u32 [%y+8], %t;", y).block(4).run());
      assertEquals(
          """
          k.ptx:16, k: st.global.u32 [%y+8], %t;
            block (0,0,0), thread (0,0,0): writes 4 bytes at 0x… of global memory: byte 8 of what was allocated at 0x… and is freed\
          """,
          e.getMessage().replaceAll("0x[0-9a-f]+", "0x…"));
    }
  }

  @Test
  void nowhere() {
    fails(
        Checks.BOUNDS,
        1,
        1,
        "mov.u64 %at, 0; ld.global.f32 %f, [%at];",
        """
        k.ptx:16, k: mov.u64 %at, 0; ld.global.f32 %f, [%at];
          block (0,0,0), thread (0,0,0): reads 4 bytes at 0x0 of global memory: a null pointer\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "mov.u64 %at, 4096; ld.global.f32 %f, [%at];",
        """
        k.ptx:16, k: mov.u64 %at, 4096; ld.global.f32 %f, [%at];
          block (0,0,0), thread (0,0,0): reads 4 bytes at 0x1000 of global memory: not device memory\
        """);
  }

  @Test
  void misaligned() {
    fails(
        Checks.BOUNDS,
        1,
        32,
        "ld.global.v2.f32 {%f, %g}, [%y];",
        """
        k.ptx:16, k: ld.global.v2.f32 {%f, %g}, [%y];
          block (0,0,0), thread (1,0,0): reads 8 bytes at 0x…, which is no multiple of 8\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "st.shared.u32 [shared+2], %t;",
        """
        k.ptx:16, k: st.shared.u32 [shared+2], %t;
          block (0,0,0), thread (0,0,0): writes 4 bytes at 0x2, which is no multiple of 4\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "st.local.u32 [own+6], %t;",
        """
        k.ptx:16, k: st.local.u32 [own+6], %t;
          block (0,0,0), thread (0,0,0): writes 4 bytes at 0x6, which is no multiple of 4\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "ld.const.u32 %u, [table+1];",
        """
        k.ptx:16, k: ld.const.u32 %u, [table+1];
          block (0,0,0), thread (0,0,0): reads 4 bytes at 0x1, which is no multiple of 4\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "ld.param.u32 %u, [y+2];",
        """
        k.ptx:16, k: ld.param.u32 %u, [y+2];
          block (0,0,0), thread (0,0,0): reads 4 bytes at 0x2, which is no multiple of 4\
        """);
  }

  @Test
  void beyondOtherMemory() {
    fails(
        Checks.BOUNDS,
        1,
        65,
        "mov.u32 %s, shared; mad.lo.u32 %s, %t, 4, %s; st.shared.u32 [%s], %t;",
        """
        k.ptx:16, k: mov.u32 %s, shared; mad.lo.u32 %s, %t, 4, %s; st.shared.u32 [%s], %t;
          block (0,0,0), thread (64,0,0): writes 4 bytes at 0x100 of the block's shared memory: there are 256 bytes\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "st.local.u32 [own+32], %t;",
        """
        k.ptx:16, k: st.local.u32 [own+32], %t;
          block (0,0,0), thread (0,0,0): writes 4 bytes at 0x20 of the thread's local memory: there are 32 bytes\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "ld.const.u32 %u, [table+16];",
        """
        k.ptx:16, k: ld.const.u32 %u, [table+16];
          block (0,0,0), thread (0,0,0): reads 4 bytes at 0x10 of constant memory: there are 16 bytes\
        """);
    fails(
        Checks.BOUNDS,
        1,
        1,
        "ld.param.u32 %u, [n+4];",
        """
        k.ptx:16, k: ld.param.u32 %u, [n+4];
          block (0,0,0), thread (0,0,0): reads 4 bytes at 0xc of the kernel's parameters: there are 12 bytes\
        """);
  }
}
