package cadj.cad.method.closedform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.cad.method.EditMethod;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Strengths are numbers of epochs; all else stays as it was set.
class ReceLadderTest {
  private static Rece after(int epochs) {
    return new Rece(Surrogate.STANDARD, 0.2, "art", epochs, 0.3, 0.4, 0.5);
  }

  @Test
  void fromNoneToTwoMore() {
    assertEquals(List.<EditMethod>of(after(0), after(1), after(2), after(3)), after(1).ladder());
  }
}
