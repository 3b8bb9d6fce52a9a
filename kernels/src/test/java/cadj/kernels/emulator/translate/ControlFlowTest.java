package cadj.kernels.emulator.translate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.I64;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/// Branches by which the threads of a warp part and meet again.
class ControlFlowTest {
  private static final int THREADS = 70;

  private static void check(String text, IntUnaryOperator expected) {
    long[] results = new Snippet(text, List.of("b32"), "b32").run(new long[THREADS][1]);
    for (int t = 0; t < THREADS; t++) {
      assertEquals(Integer.toUnsignedLong(expected.applyAsInt(t)), results[t], "thread " + t);
    }
  }

  @Test
  void thenAndElse() {
    check(
        """
        and.b32 %word, %t, 1;
        setp.eq.u32 %p, %word, 0;
        @%p bra EVEN;
        mov.u32 %y, 100;
        bra JOIN;
        EVEN: mov.u32 %y, 200;
        JOIN: add.u32 %y, %y, %t;
        // All 32 are together again.
        activemask.b32 %word;
        and.b32 %word, %word, 1;
        add.u32 %y, %y, %word;
        """,
        t -> (t % 2 == 0 ? 200 : 100) + t + 1);
  }

  /// Collatz: each thread leaves the loop at its own time.
  @Test
  void loopsOfDifferentLength() {
    check(
        """
        .reg .b32 %x, %odd;
        add.u32 %x, %t, 1;
        mov.u32 %y, 0;
        LOOP:
        setp.eq.u32 %p, %x, 1;
        @%p bra DONE;
        add.u32 %y, %y, 1;
        and.b32 %odd, %x, 1;
        setp.ne.u32 %q, %odd, 0;
        @%q mad.lo.u32 %x, %x, 3, 1;
        @!%q shr.u32 %x, %x, 1;
        bra.uni LOOP;
        DONE:
        """,
        t -> {
          int steps = 0;
          for (int x = t + 1; x != 1; x = x % 2 == 0 ? x / 2 : 3 * x + 1) {
            steps++;
          }
          return steps;
        });
  }

  @Test
  void nestedBranches() {
    check(
        """
        mov.u32 %y, 0;
        setp.lt.u32 %p, %t, 20;
        @!%p bra OUT;
        add.u32 %y, %y, 1;
        setp.lt.u32 %q, %t, 10;
        @!%q bra INNER;
        add.u32 %y, %y, 10;
        INNER: add.u32 %y, %y, 100;
        OUT: add.u32 %y, %y, 1000;
        """,
        t -> 1000 + (t < 20 ? 101 + (t < 10 ? 10 : 0) : 0));
  }

  /// Threads that have ended do not write what comes after.
  @Test
  void someEndEarly() {
    PtxSource source =
        PtxSource.of(
            "early.ptx",
            """
            .version 6.0
            .target sm_70
            .address_size 64
            .visible .entry early(.param .u64 y)
            {
              .reg .b32 %t; .reg .b64 %y; .reg .pred %p;
              mov.u32 %t, %tid.x; ld.param.u64 %y, [y]; mad.wide.u32 %y, %t, 8, %y;
              setp.ge.u32 %p, %t, 3;
              @%p ret;
              st.global.u32 [%y], 7;
              setp.eq.u32 %p, %t, 1;
              @%p exit;
              st.global.u32 [%y+4], 9;
            }
            """);
    long[] y = new long[5];
    try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL))) {
      gpu.launch(source, "early").block(5).inOut(I64.of(y)).run();
    }
    long both = 7 | 9L << 32;
    assertArrayEquals(new long[] {both, 7, both, 0, 0}, y);
  }

  /// Grids and blocks of three dimensions.
  @Test
  void whoIsWho() {
    PtxSource source =
        PtxSource.of(
            "who.ptx",
            """
            .version 6.0
            .target sm_70
            .address_size 64
            .visible .entry who(.param .u64 y)
            {
              .reg .b32 %a, %b, %i, %bx, %by; .reg .b64 %y, %wide;
              mov.u32 %a, %ctaid.z; mov.u32 %b, %nctaid.y; mov.u32 %i, %ctaid.y;
              mad.lo.u32 %i, %a, %b, %i;
              mov.u32 %b, %nctaid.x; mov.u32 %a, %ctaid.x;
              mad.lo.u32 %i, %i, %b, %a;
              mov.u32 %b, %ntid.y; mov.u32 %a, %tid.y;
              mad.lo.u32 %i, %i, %b, %a;
              mov.u32 %b, %ntid.x; mov.u32 %a, %tid.x;
              mad.lo.u32 %i, %i, %b, %a;
              ld.param.u64 %y, [y]; mad.wide.u32 %y, %i, 8, %y;
              cvt.u64.u32 %wide, %i;
              st.global.u64 [%y], %wide;
              ret;
            }
            """);
    long[] y = new long[2 * 3 * 4 * 5 * 7];
    for (int threads : new int[] {1, 3}) {
      try (Gpu gpu = new Gpu(new EmulatedDriver(new Cpu(threads), EmulatedDriver.Checks.BOUNDS))) {
        gpu.launch(source, "who").grid(2, 3, 4).block(5, 7).out(I64.of(y)).run();
      }
      for (int i = 0; i < y.length; i++) {
        assertEquals(i, y[i]);
      }
    }
  }

  /// Barriers in a loop that all threads run alike: each round reads what another warp has written.
  @Test
  void barriersInLoops() {
    check(
        """
        .reg .b32 %own, %other, %i, %next, %last;
        mov.u32 %own, shared; mad.lo.u32 %own, %t, 4, %own;
        add.u32 %next, %t, 1; rem.u32 %next, %next, 70;
        mov.u32 %other, shared; mad.lo.u32 %other, %next, 4, %other;
        mov.u32 %y, %t; mov.u32 %i, 0;
        LOOP:
        st.shared.u32 [%own], %y;
        bar.sync 0;
        ld.shared.u32 %y, [%other];
        bar.sync 0;
        add.u32 %i, %i, 1;
        setp.lt.u32 %p, %i, 5;
        @%p bra LOOP;
        """,
        t -> (t + 5) % THREADS);
  }
}
