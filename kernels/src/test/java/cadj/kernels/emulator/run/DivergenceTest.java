package cadj.kernels.emulator.run;

import static cadj.kernels.emulator.CheckedKernel.fails;
import static cadj.kernels.emulator.CheckedKernel.runs;

import cadj.kernels.emulator.EmulatedDriver.Checks;
import org.junit.jupiter.api.Test;

/// Lanes that diverge where they must not, or are expected where they are not.
class DivergenceTest {
  /// The compiler takes `.uni` at its word: threads that diverge there need not reconverge.
  @Test
  void uniformBranchesThatDiverge() {
    for (Checks checks : Checks.values()) {
      fails(
          checks,
          1,
          64,
          "setp.lt.u32 %p, %t, 40;\n@!%p bra.uni END;\nmov.u32 %v, 1;\nEND:",
          """
          k.ptx:17, k: @!%p bra.uni END;
            block (0,0,0), thread (40,0,0): branches, and thread (32,0,0) does not: .uni promises that the threads of a warp do not diverge\
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
          block (0,0,0), thread (16,0,0): the member mask 0xffffffff names thread (0,0,0), which has diverged\
        """);
    fails(
        30,
        "shfl.sync.down.b32 %u, %t, 1, 31, -1;",
        """
        k.ptx:16, k: shfl.sync.down.b32 %u, %t, 1, 31, -1;
          block (0,0,0), thread (29,0,0): takes its value from lane 30, which is not active\
        """);
  }
}
