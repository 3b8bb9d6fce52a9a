package cadj.cad.gpucheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// However a part ends, what it said is kept.
final class PartProcessTest {
  /// Says its argument and ends as it asks.
  static final class Part {
    public static void main(String... arguments) throws InterruptedException {
      System.out.println("said " + arguments[0]);
      System.err.println("and this");
      switch (arguments[0]) {
        case "fail" -> System.exit(3);
        case "hang" -> Thread.sleep(600_000);
        case "abort" -> Runtime.getRuntime().halt(134);
        default -> {}
      }
    }
  }

  private static PartProcess.Outcome run(String how, Duration most) {
    PartProcess.Outcome outcome = PartProcess.run(Part.class, List.of(how), most);
    assertEquals("said %s%nand this%n".formatted(how), outcome.text());
    return outcome;
  }

  @Test
  void endsAsItEnds() {
    Duration enough = Duration.ofMinutes(2);
    assertEquals("", run("well", enough).ended());
    assertEquals("ended with code 3", run("fail", enough).ended());
    assertEquals("ended with code 134", run("abort", enough).ended());
  }

  @Test
  void whatHangsIsStopped() {
    PartProcess.Outcome outcome = run("hang", Duration.ofSeconds(10));
    assertEquals("was stopped after 10 s", outcome.ended());
    assertTrue(outcome.time().toSeconds() < 60);
  }
}
