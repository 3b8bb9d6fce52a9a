package cadj.kernels.emulator.check;

import static cadj.kernels.emulator.CheckedKernel.fails;
import static cadj.kernels.emulator.CheckedKernel.runs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.F32;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.GpuF32;
import cadj.kernels.device.Launch;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import cadj.kernels.emulator.EmulatedDriver.Checks;
import cadj.kernels.emulator.run.EmulatorException;
import org.junit.jupiter.api.Test;

/// Races: what two threads do to the same bytes with nothing that puts them in order.
class RacesTest {
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

  /// Several threads, or blocks, have read before one writes or updates, which may be the last of
  /// them.
  @Test
  void everyReaderCounts() {
    String read = "ld.global.u32 %u, [%base]; ";
    String constant = "ld.global.nc.u32 %u, [%base]; ";
    String update = "red.global.add.u32 [%base], 1;";
    String one = "@%p st.global.u32 [%base], %t;";
    races(1, 32, read + "setp.eq.u32 %p, %t, 31; " + one, "another thread has read");
    races(2, 1, read + "setp.eq.u32 %p, %block, 1; " + one, "another block has read");
    races(1, 32, read + update, "has read");
    races(1, 1, constant + update, "has read by .nc");
    races(1, 1, constant + read + "st.global.u32 [%base], %t;", "has read by .nc");
  }

  private static void races(int grid, int block, String body, String words) {
    EmulatorException e =
        assertThrows(EmulatorException.class, () -> runs(Checks.ALL, grid, block, body));
    assertTrue(e.getMessage().contains(words), e.getMessage());
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

  /// What was done to one allocation is still known after another was used, in the same launch.
  @Test
  void betweenTwoAllocations() {
    PtxSource source =
        PtxSource.of(
            "two.ptx",
            """
            .version 7.0
            .target sm_80
            .address_size 64
            .visible .entry two(.param .u64 y, .param .u64 z)
            {
              .reg .b64 %y, %z;
              .reg .b32 %u;
              ld.param.u64 %y, [y];
              ld.param.u64 %z, [z];
              ld.global.u32 %u, [%z];
              st.global.u32 [%y], %u;
              ld.global.u32 %u, [%z];
              ret;
            }
            """);
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), Checks.ALL))) {
      GpuF32 y = gpu.allocate(1);
      GpuF32 z = gpu.allocate(1);
      gpu.upload(z, F32.of(new float[1]));
      gpu.launch(source, "two").inOut(y).in(z).grid(1).block(1).run();
      // Launches are in order.
      gpu.launch(source, "two").inOut(y).in(z).grid(1).block(1).run();
      Launch race = gpu.launch(source, "two").inOut(y).in(z).grid(2).block(1);
      assertEquals(
          """
          two.ptx:11, two: st.global.u32 [%y], %u;
            block (1,0,0), thread (0,0,0): writes bytes of global memory that thread (0,0,0) of block (0,0,0) has written at two.ptx:11, two: st.global.u32 [%y], %u;
            and blocks have no order\
          """,
          assertThrows(EmulatorException.class, race::run).getMessage());
    }
  }
}
