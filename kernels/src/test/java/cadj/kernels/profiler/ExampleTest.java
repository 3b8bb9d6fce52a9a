package cadj.kernels.profiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cadj.kernels.device.Precision;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Shapes as the command line gives them.
final class ExampleTest {
  private static final Example EXAMPLE =
      new Example(
          "example",
          List.of(new Example.Size("rows", 64), new Example.Size("width", 1280)),
          List.of(),
          Precision.FULL,
          (inputs, gpu, sizes) -> {});

  @ParameterizedTest
  @CsvSource({
    "'', 64, 1280",
    "3, 3, 1280",
    "'3,5', 3, 5",
    "' 3 , 5 ', 3, 5",
    "width=7, 64, 7",
    "'width=7,rows=2', 2, 7",
    "'3,width = 9', 3, 9",
    "16777216, 16777216, 1280",
  })
  void shapes(String text, int rows, int width) {
    assertArrayEquals(new int[] {rows, width}, EXAMPLE.sizes(text));
  }

  @ParameterizedTest
  @CsvSource({
    "'1,2,3', 'shape: expected at most 2 sizes, found 1,2,3'",
    "height=3, 'shape: expected one of rows=64, width=1280, found height'",
    "'3,', 'shape: expected a number from 1 to 16777216, found '",
    "0, 'shape: expected a number from 1 to 16777216, found 0'",
    "-4, 'shape: expected a number from 1 to 16777216, found -4'",
    "16777217, 'shape: expected a number from 1 to 16777216, found 16777217'",
    "x, 'shape: expected a number from 1 to 16777216, found x'",
    "rows=, 'shape: expected a number from 1 to 16777216, found '",
  })
  void wrongShapes(String text, String message) {
    assertEquals(
        message.strip(),
        assertThrows(IllegalArgumentException.class, () -> EXAMPLE.sizes(text))
            .getMessage()
            .strip());
  }
}
