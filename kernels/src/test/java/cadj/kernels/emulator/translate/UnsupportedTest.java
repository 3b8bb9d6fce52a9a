package cadj.kernels.emulator.translate;

import static cadj.kernels.emulator.CheckedKernel.runs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.emulator.EmulatedDriver.Checks;
import org.junit.jupiter.api.Test;

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
}
