package cadj.kernels.emulator.translate;

import static cadj.kernels.emulator.CheckedKernel.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.emulator.EmulatedDriver.Checks;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Addresses that say the space, too: conversions, loads and stores through them, and where they
/// lead nowhere.
class GenericAddressesTest {
  private static void each(String text, String expected) {
    long[] results =
        new Snippet(text, List.of("u32"), "u32").run(new long[][] {{3}, {4}, {5}, {6}});
    StringBuilder found = new StringBuilder();
    for (long result : results) {
      found.append(found.isEmpty() ? "" : " ").append(result);
    }
    assertEquals(expected, found.toString());
  }

  /// Lanes of one instruction in shared and in local memory.
  @Test
  void loadsAndStores() {
    each(
        """
        { .reg .b64 %s, %l, %g; .reg .pred %odd, %is; .reg .b32 %x, %z;
          mov.u64 %s, shared; mad.wide.u32 %s, %t, 4, %s; cvta.shared.u64 %s, %s;
          mov.u64 %l, own; cvta.local.u64 %l, %l;
          and.b32 %x, %t, 1; setp.eq.u32 %odd, %x, 1;
          selp.b64 %g, %s, %l, %odd;
          st.u32 [%g], %a; ld.u32 %y, [%g+0];
          isspacep.shared %is, %g; selp.u32 %z, 100, 0, %is; add.u32 %y, %y, %z;
          isspacep.local %is, %g; selp.u32 %z, 1000, 0, %is; add.u32 %y, %y, %z;
          isspacep.global %is, %g; selp.u32 %z, 10000, 0, %is; add.u32 %y, %y, %z; }
        """,
        "1003 104 1005 106");
  }

  @Test
  void backAndForth() {
    each(
        """
        { .reg .b64 %s; .reg .b32 %low;
          mov.u64 %s, shared+8; cvta.shared.u64 %s, %s; cvt.u32.u64 %low, %s;
          cvta.to.shared.u64 %s, %s; cvt.u32.u64 %y, %s;
          shl.b32 %low, %low, 8; or.b32 %y, %y, %low; }
        """,
        "2056 2056 2056 2056");
  }

  @Test
  void atomics() {
    each(
        """
        { .reg .b64 %s; .reg .b32 %old;
          mov.u64 %s, shared; cvta.shared.u64 %s, %s; st.shared.u32 [shared], 0;
          bar.warp.sync -1; atom.add.u32 %old, [%s], %a; bar.warp.sync -1; ld.u32 %y, [%s]; }
        """
            .replace(
                "st.shared.u32 [shared], 0;",
                "{ .reg .pred %p0; setp.eq.u32 %p0, %t, 0; @%p0 st.shared.u32 [shared], 0; }"),
        "18 18 18 18");
  }

  @Test
  void spacesThatAreOnlyRead() {
    fails(
        1,
        "mov.u64 %at, table; cvta.const.u64 %at, %at; st.u32 [%at], %t;",
        """
        k.ptx:16, k: mov.u64 %at, table; cvta.const.u64 %at, %at; st.u32 [%at], %t;
          block (0,0,0), thread (0,0,0): writes constant memory\
        """);
  }

  @Test
  void beyondTheSpace() {
    for (Checks checks : Checks.values()) {
      fails(
          checks,
          1,
          1,
          "mov.u64 %at, shared;\ncvta.shared.u64 %at, %at;\nld.u32 %v, [%at+256];",
          """
          k.ptx:18, k: ld.u32 %v, [%at+256];
            block (0,0,0), thread (0,0,0): reads 4 bytes at 0x100 of the block's shared memory: there are 256 bytes\
          """);
    }
  }
}
