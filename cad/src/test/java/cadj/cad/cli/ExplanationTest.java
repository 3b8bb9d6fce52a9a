package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.DeviceOutOfMemoryException;
import java.nio.file.InvalidPathException;
import org.junit.jupiter.api.Test;

/// What is said of errors that come from below.
class ExplanationTest {
  /// A GPU is taken where there is one, however small it is.
  @Test
  void aFullDeviceIsNotTheOnlyOne() {
    assertEquals(
        "allocate 4096 bytes on a stub: full; --device cpu takes the host's memory",
        Main.explanation(new DeviceOutOfMemoryException("allocate 4096 bytes on a stub: full")));
  }

  /// Java's own message names neither the file nor the reason in words.
  @Test
  void namesThatNoFileCanHave() {
    assertEquals(
        "\"a😀.png\": no name that a file can have here, where names are %s (LC_ALL=C.UTF-8 allows"
                .formatted(System.getProperty("sun.jnu.encoding"))
            + " all of Unicode)",
        Main.explanation(
            new InvalidPathException(
                "a😀.png", "Malformed input or input contains unmappable characters")));
  }

  @Test
  void othersAreNamed() {
    assertEquals(
        "ArithmeticException: / by zero (CADJ_DEBUG=1 shows where)",
        Main.explanation(new ArithmeticException("/ by zero")));
  }
}
