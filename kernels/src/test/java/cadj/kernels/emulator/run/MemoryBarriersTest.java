package cadj.kernels.emulator.run;

import static cadj.kernels.emulator.CheckedKernel.fails;
import static cadj.kernels.emulator.CheckedKernel.runs;

import cadj.kernels.emulator.EmulatedDriver.Checks;
import org.junit.jupiter.api.Test;

/// `mbarrier`: phases, counts, and what is wrong with them. A `trap` stands where nobody must come.
class MemoryBarriersTest {
  private static final String INIT =
      """
      setp.eq.u32 %p, %t, 0; @%p mbarrier.init.shared.b64 [shared], COUNT; bar.sync 0;
      .reg .b64 %state; .reg .pred %done;
      """;

  private static String with(int count, String body) {
    return INIT.replace("COUNT", "" + count) + body;
  }

  /// 64 threads of two warps wait for each other, twice.
  @Test
  void phases() {
    runs(
        Checks.ALL,
        1,
        64,
        with(
            64,
            """
            .shared .align 4 .b8 values[256];
            .reg .b64 %mine;
            mov.u64 %mine, values; mad.wide.u32 %mine, %t, 4, %mine; st.shared.u32 [%mine], %t;
            mbarrier.arrive.shared.b64 %state, [shared];
            A: mbarrier.test_wait.shared.b64 %done, [shared], %state;
            @!%done bra A;
            xor.b32 %u, %t, 63; mov.u64 %at, values; mad.wide.u32 %at, %u, 4, %at;
            ld.shared.u32 %v, [%at]; setp.ne.u32 %q, %v, %u; @%q trap;
            mbarrier.arrive.shared.b64 _, [shared];
            B: mbarrier.try_wait.parity.shared.b64 %done, [shared], 1, 100;
            @!%done bra B;
            st.shared.u32 [%at], %t;
            """));
  }

  /// The race is found where the wait is missing.
  @Test
  void arrivingIsNotWaiting() {
    fails(
        64,
        with(
            64,
            """
            .shared .align 4 .b8 values[256];
            mov.u64 %at, values; mad.wide.u32 %at, %t, 4, %at; st.shared.u32 [%at], %t;
            mbarrier.arrive.shared.b64 %state, [shared];
            xor.b32 %u, %t, 1; mov.u64 %at, values; mad.wide.u32 %at, %u, 4, %at;
            ld.shared.u32 %v, [%at];
            """),
        """
        k.ptx:22, k: ld.shared.u32 %v, [%at];
          block (0,0,0), thread (0,0,0): reads bytes of shared memory that thread (1,0,0) has written at k.ptx:19, k: mov.u64 %at, values; mad.wide.u32 %at, %t, 4, %at; st.shared.u32 [%at], %t;
          with no barrier in between\
        """);
  }

  @Test
  void countsAndDrops() {
    runs(
        Checks.ALL,
        1,
        1,
        with(
            4,
            """
            mbarrier.arrive.noComplete.shared.b64 %state, [shared], 3;
            mbarrier.pending_count.b64 %v, %state;
            setp.ne.u32 %q, %v, 4; @%q trap;
            mbarrier.test_wait.shared.b64 %done, [shared], %state; @%done trap;
            mbarrier.arrive_drop.shared.b64 %state, [shared];
            mbarrier.pending_count.b64 %v, %state;
            setp.ne.u32 %q, %v, 1; @%q trap;
            mbarrier.test_wait.shared.b64 %done, [shared], %state; @!%done trap;
            mbarrier.arrive.shared.b64 %state, [shared], 3;
            mbarrier.test_wait.parity.shared.b64 %done, [shared], 1; @!%done trap;
            mbarrier.inval.shared.b64 [shared];
            """));
  }

  /// A phase ends when the bytes that were announced are there, too.
  @Test
  void bytesThatAreOwed() {
    runs(
        Checks.ALL,
        1,
        1,
        with(
            1,
            """
            mbarrier.arrive.expect_tx.shared.b64 %state, [shared], 64;
            mbarrier.test_wait.shared.b64 %done, [shared], %state; @%done trap;
            mbarrier.complete_tx.shared.b64 [shared], 64;
            mbarrier.test_wait.shared.b64 %done, [shared], %state; @!%done trap;
            """));
  }

  @Test
  void whatIsWrong() {
    fails(
        1,
        with(2, "mbarrier.arrive.shared.b64 %state, [shared], 3;"),
        """
        k.ptx:18, k: mbarrier.arrive.shared.b64 %state, [shared], 3;
          block (0,0,0), thread (0,0,0): 3 arrivals where 2 of 2 are pending\
        """);
    fails(
        1,
        "st.shared.u64 [shared], %base;\nmbarrier.inval.shared.b64 [shared];",
        """
        k.ptx:17, k: mbarrier.inval.shared.b64 [shared];
          block (0,0,0), thread (0,0,0): no mbarrier: nobody has initialised it\
        """);
    fails(
        1,
        "mbarrier.init.shared.b64 [shared], 0;",
        """
        k.ptx:16, k: mbarrier.init.shared.b64 [shared], 0;
          block (0,0,0), thread (0,0,0): 0 arrivals: expected 1 to 1048575\
        """);
  }
}
