package cadj.kernels.emulator.translate;

import static cadj.kernels.emulator.CheckedKernel.runs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.emulator.EmulatedDriver.Checks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Instructions that cannot be translated.
class UnsupportedTest {
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

  /// What is left out is told as what it is.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "ex2.approx.f16 %h, %h; => the emulator does not know 'ex2.approx.f16'",
        "tex.2d.v4.f32.f32 {%f, %f, %f, %f}, [%y, {%f, %f}]; => textures are not emulated:"
            + " 'tex.2d.v4.f32.f32'",
        "suld.b.2d.b32.trap {%t}, [%y, {%t, %t}]; => surfaces are not emulated:"
            + " 'suld.b.2d.b32.trap'",
        "barrier.cluster.wait; => clusters are not emulated: 'barrier.cluster.wait'",
        "cp.async.bulk.commit_group; => bulk copies are not emulated: 'cp.async.bulk.commit_group'",
        "mov.u32 %t, %envreg7; => mov.u32: %envreg7 is not emulated",
        "add.u32 %t, %t, %clock; => add.u32: %clock is read by mov only",
        "bar.arrive 0; => bar.arrive: expected 2 operands, found 1",
        "bar.red.popc.u32 %t, 0; => bar.red.popc.u32: expected 3 to 4 operands, found 2",
        "bar.red.xor.pred %p, 0, %q; => the emulator does not know 'bar.red.xor.pred'",
        "mbarrier.arrive.shared::cluster.b64 _, [%t]; => clusters are not emulated:"
            + " 'mbarrier.arrive.shared::cluster.b64'"
      })
  void instructionsThatAreNotKnown(String text, String expected) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> runs(Checks.BOUNDS, 1, 32, text));
    assertEquals("k.ptx:16: " + expected, e.getMessage());
  }
}
