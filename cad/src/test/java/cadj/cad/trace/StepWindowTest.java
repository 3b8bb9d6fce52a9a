package cadj.cad.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepWindowTest {
  @Test
  void allThenWindowsOfWhichTheLastMayBeShorter() {
    List<StepWindow> windows = StepWindow.of(10, 4);
    assertEquals(
        List.of(
            new StepWindow(0, 10),
            new StepWindow(0, 4),
            new StepWindow(4, 8),
            new StepWindow(8, 10)),
        windows);
    assertEquals(
        List.of("1-10", "1-4", "5-8", "9-10"), windows.stream().map(StepWindow::toString).toList());
  }

  @Test
  void oneWindowThatIsAllIsNotThereTwice() {
    assertEquals(List.of(new StepWindow(0, 3)), StepWindow.of(3, 3));
    assertEquals(List.of(new StepWindow(0, 3)), StepWindow.of(3, 9));
  }

  @Test
  void hasItsCallsAndNoOthers() {
    StepWindow window = new StepWindow(2, 4);
    assertEquals(List.of(2, 3), IntStream.range(0, 6).filter(window::has).boxed().toList());
    assertEquals("4", new StepWindow(3, 4).toString());
  }

  @Test
  void refusesNoSteps() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> StepWindow.of(3, 0)).getMessage();
    assertEquals("--step-window: expected at least 1, got 0", message);
  }
}
