package cadj.kernels.emulator.check;

import static cadj.kernels.emulator.CheckedKernel.LENGTH;
import static cadj.kernels.emulator.CheckedKernel.fails;
import static cadj.kernels.emulator.CheckedKernel.kernel;
import static cadj.kernels.emulator.CheckedKernel.launch;
import static cadj.kernels.emulator.CheckedKernel.runs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import cadj.kernels.emulator.run.EmulatorException;
import org.junit.jupiter.api.Test;

/// Registers and memory that are read before anybody has written them.
class UninitialisedTest {
  /// Block 1 finds in shared memory what block 0 left there.
  @Test
  void whatAnEarlierBlockHasWritten() {
    String body =
        """
        mov.u32 %s, shared; mad.lo.u32 %u, %t, 4, %s; setp.eq.u32 %p, %block, 0;
        @%p st.shared.u32 [%u], %t;
        ld.shared.u32 %v, [%u];
        """;
    EmulatorException e =
        assertThrows(EmulatorException.class, () -> runs(Checks.ALL, 2, 32, body));
    assertTrue(e.getMessage().contains("that nobody has written"), e.getMessage());
  }

  @Test
  void registersNotWritten() {
    fails(
        32,
        "add.u32 %u, %v, 1;",
        """
        k.ptx:16, k: add.u32 %u, %v, 1;
          block (0,0,0), thread (0,0,0): reads %v, which it has not written\
        """);
    fails(
        32,
        "setp.lt.u32 %p, %t, 7; @%p mov.u32 %v, 1; add.u32 %u, %v, 1;",
        """
        k.ptx:16, k: setp.lt.u32 %p, %t, 7; @%p mov.u32 %v, 1; add.u32 %u, %v, 1;
          block (0,0,0), thread (7,0,0): reads %v, which it has not written\
        """);
    fails(
        32,
        "@%q mov.u32 %v, 1;",
        """
        k.ptx:16, k: @%q mov.u32 %v, 1;
          block (0,0,0), thread (0,0,0): reads %q, which it has not written\
        """);
    fails(
        32,
        "@%q bra END; END:",
        """
        k.ptx:16, k: @%q bra END; END:
          block (0,0,0), thread (0,0,0): reads %q, which it has not written\
        """);
    runs(Checks.ALL, 1, 32, "setp.lt.u32 %p, %t, 7; @%p mov.u32 %v, 1; @%p add.u32 %u, %v, 1;");
    runs(
        Checks.ALL,
        1,
        32,
        "setp.lt.u32 %p, %t, 7; @%p mov.u32 %v, 1; @!%p mov.u32 %v, 2; add.u32 %u, %v, 1;");
  }

  @Test
  void memoryNotWritten() {
    fails(
        32,
        "ld.shared.u32 %u, [shared+64];",
        """
        k.ptx:16, k: ld.shared.u32 %u, [shared+64];
          block (0,0,0), thread (0,0,0): reads 4 bytes at byte 64 of shared memory that nobody has written\
        """);
    fails(
        32,
        "ld.local.u32 %u, [own];",
        """
        k.ptx:16, k: ld.local.u32 %u, [own];
          block (0,0,0), thread (0,0,0): reads 4 bytes at local memory that nobody has written\
        """);
    runs(Checks.ALL, 1, 32, "st.local.u32 [own], %t; ld.local.u32 %u, [own];");
  }

  @Test
  void globalMemoryNotWritten() {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), Checks.ALL))) {
      GpuF32 y = gpu.allocate(LENGTH);
      EmulatorException e =
          assertThrows(
              EmulatorException.class,
              () -> launch(gpu, "ld.global.f32 %f, [%y];", y).block(32).run());
      assertEquals(
          """
          k.ptx:16, k: ld.global.f32 %f, [%y];
            block (0,0,0), thread (0,0,0): reads 4 bytes at 0x… of global memory that nobody has written\
          """,
          e.getMessage().replaceAll("0x[0-9a-f]+", "0x…"));
    }
  }

  /// Memory that comes back from the pool is as new.
  @Test
  void memoryOfAnEarlierTensor() {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), Checks.ALL))) {
      GpuF32 first = gpu.allocate(LENGTH);
      gpu.upload(first, F32.of(new float[LENGTH]));
      gpu.free(first);
      GpuF32 second = gpu.allocate(LENGTH);
      assertEquals(first.address(), second.address());
      EmulatorException e =
          assertThrows(
              EmulatorException.class, () -> gpu.download(F32.of(new float[LENGTH]), second));
      assertEquals(
          "copy to the host: 256 bytes at 0x…: nobody has written byte 0 of 256",
          e.getMessage().replaceAll("0x[0-9a-f]+", "0x…"));
    }
  }

  @Test
  void outputThatIsNotAllWritten() {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), Checks.ALL))) {
      Launch launch =
          gpu.launch(kernel("st.global.f32 [%y], 0f00000000;"), "k")
              .out(F32.of(new float[LENGTH]))
              .i32(LENGTH)
              .block(60);
      EmulatorException e = assertThrows(EmulatorException.class, launch::run);
      assertEquals(
          "copy to the host: 256 bytes at 0x…: nobody has written byte 240 of 256",
          e.getMessage().replaceAll("0x[0-9a-f]+", "0x…"));
    }
  }

  @Test
  void asyncCopiesThatNobodyWaitedFor() {
    String copy = "cp.async.ca.shared.global [shared], [%base], 16;\ncp.async.commit_group;\n";
    fails(
        1,
        copy + "ld.shared.f32 %f, [shared];",
        """
        k.ptx:18, k: ld.shared.f32 %f, [shared];
          block (0,0,0), thread (0,0,0): reads 4 bytes at byte 0 of shared memory that nobody has written\
        """);
    runs(Checks.ALL, 1, 1, copy + "cp.async.wait_group 0;\nld.shared.f32 %f, [shared];");
    fails(
        1,
        copy + "cp.async.wait_group 1;\nld.shared.f32 %f, [shared];",
        """
        k.ptx:19, k: ld.shared.f32 %f, [shared];
          block (0,0,0), thread (0,0,0): reads 4 bytes at byte 0 of shared memory that nobody has written\
        """);
    fails(
        2,
        "setp.eq.u32 %p, %t, 0;\n@%p cp.async.ca.shared.global [shared], [%base], 4;\n"
            + "cp.async.wait_all;\nld.shared.f32 %f, [shared];",
        """
        k.ptx:19, k: ld.shared.f32 %f, [shared];
          block (0,0,0), thread (1,0,0): reads bytes of shared memory that thread (0,0,0) has written at k.ptx:17, k: @%p cp.async.ca.shared.global [shared], [%base], 4;
          with no barrier in between\
        """);
  }
}
