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
import org.junit.jupiter.api.Test;

/// What each check says, and that what is right passes.
class ChecksTest {
  private static final int LENGTH = 64;

  /// A kernel `k(y, n)` whose `%t` is the thread, `%y` points to y[t], `%base` to y.
  private static PtxSource kernel(String body) {
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
  private static void runs(Checks checks, int grid, int block, String body) {
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), checks, 100_000))) {
      GpuF32 y = gpu.allocate(LENGTH);
      gpu.upload(y, F32.of(new float[LENGTH]));
      launch(gpu, body, y).grid(grid).block(block).run();
    }
  }

  private static Launch launch(Gpu gpu, String body, GpuF32 y) {
    return gpu.launch(kernel(body), "k").inOut(y).i32(LENGTH);
  }

  /// Runs it and compares the message, addresses in it aside.
  private static void fails(Checks checks, int grid, int block, String body, String expected) {
    EmulatorException e =
        assertThrows(EmulatorException.class, () -> runs(checks, grid, block, body));
    assertEquals(expected.strip(), e.getMessage().replaceAll("at 0x[0-9a-f]{5,}", "at 0x…"));
  }

  private static void fails(int block, String body, String expected) {
    fails(Checks.ALL, 1, block, body, expected);
  }

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

  @Test
  void readOnlyMemory() {
    for (String space : new String[] {"const", "param"}) {
      String body = "st.%s.u32 [%s], %%t;".formatted(space, space.equals("const") ? "table" : "n");
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> runs(Checks.BOUNDS, 1, 1, body));
      assertEquals(
          "k.ptx:16: st.%s.u32: memory that is only read".formatted(space), e.getMessage());
    }
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

  /// Each thread writes word t of shared memory, then reads that of its neighbour in `to`.
  private static String exchange(String to, String between) {
    return ("mov.u32 %s, shared; mad.lo.u32 %u, %t, 4, %s; st.shared.u32 [%u], %t;\n"
            + "BETWEEN xor.b32 %v, %t, TO; mad.lo.u32 %v, %v, 4, %s; ld.shared.u32 %u, [%v];")
        .replace("BETWEEN", between)
        .replace("TO", to);
  }

  @Test
  void missingBarrier() {
    fails(
        64,
        exchange("32", ""),
        """
        k.ptx:17, k: xor.b32 %v, %t, 32; mad.lo.u32 %v, %v, 4, %s; ld.shared.u32 %u, [%v];
          block (0,0,0), thread (0,0,0): reads 4 bytes at byte 128 of shared memory that nobody has written\
        """);
    fails(
        64,
        exchange("32", "bar.warp.sync -1;"),
        """
        k.ptx:17, k: bar.warp.sync -1; xor.b32 %v, %t, 32; mad.lo.u32 %v, %v, 4, %s; ld.shared.u32 %u, [%v];
          block (0,0,0), thread (0,0,0): reads 4 bytes at byte 128 of shared memory that nobody has written\
        """);
    runs(Checks.ALL, 1, 64, exchange("32", "bar.sync 0;"));
    runs(Checks.ALL, 1, 64, exchange("1", "bar.warp.sync -1;"));
    fails(
        64,
        exchange("1", ""),
        """
        k.ptx:17, k: xor.b32 %v, %t, 1; mad.lo.u32 %v, %v, 4, %s; ld.shared.u32 %u, [%v];
          block (0,0,0), thread (0,0,0): reads bytes of shared memory that thread (1,0,0) has written at k.ptx:16, k: mov.u32 %s, shared; mad.lo.u32 %u, %t, 4, %s; st.shared.u32 [%u], %t;
          with no barrier in between\
        """);
  }

  @Test
  void writtenWhileOthersRead() {
    // The first warp has come to its end before the second reads.
    fails(
        64,
        exchange("32", "bar.sync 0;") + "\nmad.lo.u32 %u, %t, 4, %s; st.shared.u32 [%u], %t;",
        """
        k.ptx:17, k: bar.sync 0; xor.b32 %v, %t, 32; mad.lo.u32 %v, %v, 4, %s; ld.shared.u32 %u, [%v];
          block (0,0,0), thread (32,0,0): reads bytes of shared memory that thread (0,0,0) has written at k.ptx:18, k: mad.lo.u32 %u, %t, 4, %s; st.shared.u32 [%u], %t;
          with no barrier in between\
        """);
    fails(
        32,
        "ld.global.u32 %u, [%base]; setp.eq.u32 %p, %t, 3; @%p st.global.u32 [%base], %t;",
        """
        k.ptx:16, k: ld.global.u32 %u, [%base]; setp.eq.u32 %p, %t, 3; @%p st.global.u32 [%base], %t;
          block (0,0,0), thread (3,0,0): writes bytes of global memory that thread (31,0,0) has read at k.ptx:16, k: ld.global.u32 %u, [%base]; setp.eq.u32 %p, %t, 3; @%p st.global.u32 [%base], %t;
          with no barrier in between\
        """);
    runs(
        Checks.ALL,
        1,
        64,
        exchange("32", "bar.sync 0;")
            + "bar.sync 0; mad.lo.u32 %u, %t, 4, %s; st.shared.u32 [%u], %t;");
  }

  @Test
  void twoWriteTheSame() {
    fails(
        32,
        "st.shared.u32 [shared], %t;",
        """
        k.ptx:16, k: st.shared.u32 [shared], %t;
          block (0,0,0), thread (1,0,0): writes bytes of shared memory that thread (0,0,0) has written at k.ptx:16, k: st.shared.u32 [shared], %t;
          with no barrier in between\
        """);
    fails(
        Checks.ALL,
        2,
        32,
        "st.global.u32 [%y], %t;",
        """
        k.ptx:16, k: st.global.u32 [%y], %t;
          block (1,0,0), thread (0,0,0): writes bytes of global memory that thread (0,0,0) of block (0,0,0) has written at k.ptx:16, k: st.global.u32 [%y], %t;
          and blocks have no order\
        """);
  }

  @Test
  void neighboursOfTwoBytesAreNoRace() {
    runs(
        Checks.ALL,
        1,
        64,
        "mov.u32 %s, shared; mad.lo.u32 %s, %t, 2, %s; cvt.u16.u32 %h, %t; st.shared.u16 [%s],"
            + " %h;");
    runs(
        Checks.ALL,
        1,
        64,
        "mad.wide.u32 %at, %t, 2, %base; cvt.u16.u32 %h, %t; st.global.u16 [%at], %h;");
  }

  @Test
  void blocksThatReadWhatAnotherWrites() {
    fails(
        Checks.ALL,
        2,
        1,
        "setp.eq.u32 %p, %block, 0; @%p st.global.u32 [%base], %t; @!%p ld.global.u32 %u, [%base];",
        """
        k.ptx:16, k: setp.eq.u32 %p, %block, 0; @%p st.global.u32 [%base], %t; @!%p ld.global.u32 %u, [%base];
          block (1,0,0), thread (0,0,0): reads bytes of global memory that thread (0,0,0) of block (0,0,0) has written at k.ptx:16, k: setp.eq.u32 %p, %block, 0; @%p st.global.u32 [%base], %t; @!%p ld.global.u32 %u, [%base];
          and blocks have no order\
        """);
    fails(
        Checks.ALL,
        3,
        1,
        "setp.eq.u32 %p, %block, 2; @%p st.global.u32 [%base], %t; @!%p ld.global.u32 %u, [%base];",
        """
        k.ptx:16, k: setp.eq.u32 %p, %block, 2; @%p st.global.u32 [%base], %t; @!%p ld.global.u32 %u, [%base];
          block (2,0,0), thread (0,0,0): writes bytes of global memory that thread (0,0,0) of block (1,0,0) has read at k.ptx:16, k: setp.eq.u32 %p, %block, 2; @%p st.global.u32 [%base], %t; @!%p ld.global.u32 %u, [%base];
          and blocks have no order\
        """);
    runs(Checks.ALL, 3, 64, "red.global.add.u32 [%base], 1;");
  }

  @Test
  void whatIsConstantIsWritten() {
    fails(
        1,
        "ld.global.nc.f32 %f, [%y];\nst.global.f32 [%y], %f;",
        """
        k.ptx:17, k: st.global.f32 [%y], %f;
          block (0,0,0), thread (0,0,0): writes bytes that thread (0,0,0) has read by .nc in the same launch at k.ptx:16, k: ld.global.nc.f32 %f, [%y];\
        """);
    fails(
        1,
        "st.global.f32 [%y], 0f00000000;\nld.global.nc.f32 %f, [%y];",
        """
        k.ptx:17, k: ld.global.nc.f32 %f, [%y];
          block (0,0,0), thread (0,0,0): reads bytes that thread (0,0,0) has written in the same launch at k.ptx:16, k: st.global.f32 [%y], 0f00000000;\
        """);
    runs(Checks.ALL, 1, 32, "ld.global.f32 %f, [%y]; st.global.f32 [%y], %f;");
  }

  @Test
  void instructionsThatAreNotKnown() {
    for (String text : new String[] {"bar.arrive 0, 32;", "ex2.approx.f16 %h, %h;"}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> runs(Checks.BOUNDS, 1, 32, text));
      assertEquals(
          "k.ptx:16: the emulator does not know '%s'"
              .formatted(text.substring(0, text.indexOf(' '))),
          e.getMessage());
    }
  }

  /// The block that comes last, as a counter tells it, may read what all have written.
  @Test
  void theLastBlockReadsWhatAllWrote() {
    runs(
        Checks.ALL,
        4,
        1,
        """
        mad.wide.u32 %at, %block, 4, %base;
        st.global.u32 [%at+64], %block;
        membar.gl;
        atom.global.add.u32 %u, [%base], 1;
        setp.ne.u32 %p, %u, 3;
        @%p bra END;
        ld.global.v4.u32 {%u, %v, %s, %n}, [%base+64];
        END:\
        """);
  }

  @Test
  void barrierThatSomeHaveLeft() {
    for (Checks checks : Checks.values()) {
      fails(
          checks,
          1,
          64,
          "setp.lt.u32 %p, %t, 40;\n@!%p bra END;\nbar.sync 0;\nEND:",
          """
          k.ptx:18, k: bar.sync 0;
            block (0,0,0), thread (32,0,0): 8 threads of the warp wait at this barrier, 24 have ended, the first thread (40,0,0)\
          """);
      fails(
          checks,
          1,
          64,
          "setp.lt.u32 %p, %t, 32;\n@!%p bra END;\nbar.sync 0;\nEND:",
          """
          k.ptx:18, k: bar.sync 0;
            block (0,0,0), thread (0,0,0): 32 of the block's 64 threads wait at this barrier, thread (32,0,0) has ended\
          """);
    }
  }

  @Test
  void barriersThatAreNotTheSame() {
    fails(
        64,
        "setp.lt.u32 %p, %t, 40;\n@%p bra THEN;\nbar.sync 0;\nbra END;\nTHEN:\nbar.sync 0;\nEND:",
        """
        k.ptx:18, k: bar.sync 0;
          block (0,0,0), thread (40,0,0): 24 threads of the warp wait at this barrier, thread (32,0,0) waits at k.ptx:21, k: bar.sync 0;\
        """);
    fails(
        64,
        "setp.lt.u32 %p, %t, 32;\n@%p bra THEN;\nbar.sync 0;\nbra END;\nTHEN:\nbar.sync 0;\nEND:",
        """
        k.ptx:21, k: bar.sync 0;
          block (0,0,0), thread (0,0,0): 32 of the block's 64 threads wait at this barrier, thread (32,0,0) waits at k.ptx:18, k: bar.sync 0;\
        """);
  }

  @Test
  void barriersOfSomeOfTheThreads() {
    runs(Checks.ALL, 1, 96, "setp.lt.u32 %p, %t, 64;\n@!%p bra END;\nbar.sync 1, 64;\nEND:");
    fails(
        64,
        "bar.sync 1, 96;",
        """
        k.ptx:16, k: bar.sync 1, 96;
          block (0,0,0), thread (0,0,0): the barrier is for 96 threads, 64 wait at it\
        """);
    fails(
        64,
        "bar.sync 1, 40;",
        """
        k.ptx:16, k: bar.sync 1, 40;
          block (0,0,0), thread (0,0,0): 40 threads: expected a multiple of 32\
        """);
    fails(
        64,
        "bar.sync 16;",
        """
        k.ptx:16, k: bar.sync 16;
          block (0,0,0), thread (0,0,0): barrier 16: expected 0 to 15\
        """);
  }

  /// The compiler takes `.uni` at its word: threads that part there need not meet again.
  @Test
  void uniformBranchesThatPart() {
    for (Checks checks : Checks.values()) {
      fails(
          checks,
          1,
          64,
          "setp.lt.u32 %p, %t, 40;\n@!%p bra.uni END;\nmov.u32 %v, 1;\nEND:",
          """
          k.ptx:17, k: @!%p bra.uni END;
            block (0,0,0), thread (40,0,0): goes, and thread (32,0,0) stays: .uni promises that a warp does not part\
          """);
    }
    runs(Checks.ALL, 1, 64, "setp.lt.u32 %p, %t, 32;\n@!%p bra.uni END;\nmov.u32 %v, 1;\nEND:");
  }

  @Test
  void shufflesWithThoseWhoAreNotThere() {
    fails(
        32,
        "setp.lt.u32 %p, %t, 16;\n@%p bra END;\nshfl.sync.idx.b32 %u, %t, 20, 31, 0xff0000;\nEND:",
        """
        k.ptx:18, k: shfl.sync.idx.b32 %u, %t, 20, 31, 0xff0000;
          block (0,0,0), thread (24,0,0): is not in its own member mask 0x00ff0000\
        """);
    fails(
        32,
        """
        setp.lt.u32 %p, %t, 16;
        @%p bra END;
        shfl.sync.idx.b32 %u, %t, 3, 31, -1;
        END: mov.u32 %v, 1;\
        """,
        """
        k.ptx:18, k: shfl.sync.idx.b32 %u, %t, 3, 31, -1;
          block (0,0,0), thread (16,0,0): the member mask 0xffffffff names thread (0,0,0), which is elsewhere\
        """);
    fails(
        30,
        "shfl.sync.down.b32 %u, %t, 1, 31, -1;",
        """
        k.ptx:16, k: shfl.sync.down.b32 %u, %t, 1, 31, -1;
          block (0,0,0), thread (29,0,0): takes its value from lane 30, which is not here\
        """);
  }

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
