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
}
