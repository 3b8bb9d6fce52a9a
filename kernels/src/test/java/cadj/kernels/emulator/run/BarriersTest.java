package cadj.kernels.emulator.run;

import static cadj.kernels.emulator.CheckedKernel.fails;
import static cadj.kernels.emulator.CheckedKernel.runs;

import cadj.kernels.emulator.EmulatedDriver.Checks;
import org.junit.jupiter.api.Test;

/// Barriers that not all the threads they are for come to.
class BarriersTest {
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

  @Test
  void reductions() {
    runs(
        Checks.ALL,
        1,
        96,
        """
        setp.lt.u32 %p, %t, 40;
        bar.red.popc.u32 %v, 0, %p; setp.ne.u32 %q, %v, 40; @%q trap;
        bar.red.popc.u32 %v, 0, !%p; setp.ne.u32 %q, %v, 56; @%q trap;
        bar.red.and.pred %q, 0, %p; @%q trap;
        bar.red.or.pred %q, 0, %p; @!%q trap;
        barrier.cta.red.or.aligned.pred %q, 3, 96, !%p; @!%q trap;
        """);
    fails(
        32,
        "bar.red.or.pred %q, 0, %p;",
        """
        k.ptx:16, k: bar.red.or.pred %q, 0, %p;
          block (0,0,0), thread (0,0,0): reads %p, which it has not written\
        """);
  }

  /// The second warp waits for the first, which does not wait.
  @Test
  void arrivals() {
    String body =
        """
        setp.lt.u32 %p, %t, 32;
        @%p bra FIRST;
        bar.sync 1, 64;
        ld.shared.u32 %v, [shared]; setp.ne.u32 %q, %v, 7; @%q trap;
        bra END;
        FIRST:
        mov.u32 %v, 7; setp.eq.u32 %q, %t, 0; @%q st.shared.u32 [shared], %v;
        bar.arrive 1, 64;
        END:
        """;
    runs(Checks.ALL, 1, 64, body);
    fails(
        64,
        body.replace("bar.arrive 1, 64;", "bar.arrive 2, 64;"),
        """
        k.ptx:18, k: bar.sync 1, 64;
          block (0,0,0), thread (32,0,0): the barrier is for 64 threads, 32 wait at it\
        """);
    fails(
        32,
        "setp.lt.u32 %p, %t, 9;\n@%p bar.arrive 1, 64;",
        """
        k.ptx:17, k: @%p bar.arrive 1, 64;
          block (0,0,0), thread (0,0,0): 9 threads of the warp arrive, not all\
        """);
  }

  /// `barrier` without `.aligned`: the threads of a warp may come one by one.
  @Test
  void threadsThatComeOneByOne() {
    runs(
        Checks.ALL,
        1,
        64,
        """
        setp.lt.u32 %p, %t, 40;
        @%p bra THEN;
        barrier.sync 0;
        bra END;
        THEN:
        barrier.sync 0;
        END:\
        """);
  }

  /// Threads wait for what those of a later warp will write.
  @Test
  void spinning() {
    runs(
        Checks.BOUNDS,
        1,
        96,
        """
        setp.ge.u32 %p, %t, 64; @%p bra LAST;
        A: ld.volatile.shared.u32 %v, [shared]; setp.ne.u32 %q, %v, 1; @%q bra A;
        bra END;
        LAST: mov.u32 %v, 1; setp.eq.u32 %q, %t, 64; @%q st.volatile.shared.u32 [shared], %v;
        END:
        """);
  }
}
