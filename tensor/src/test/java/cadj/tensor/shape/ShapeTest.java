package cadj.tensor.shape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ShapeTest {
  @Test
  void dimensionsCountFromEitherEnd() {
    Shape shape = Shape.of(2, 3, 4);
    assertEquals(3, shape.rank());
    assertEquals(2, shape.dim(0));
    assertEquals(4, shape.dim(-1));
    assertEquals(24, shape.elements());
    assertEquals(12, shape.product(1, 3));
    assertEquals(1, shape.product(1, 1));
    assertEquals(1, Shape.SCALAR.elements());
    assertEquals(0, Shape.of(3, 0).elements());
  }

  @Test
  void equalByValue() {
    assertEquals(Shape.of(2, 3), Shape.of(2, 3));
    assertEquals(Shape.of(2, 3).hashCode(), Shape.of(2, 3).hashCode());
    assertNotEquals(Shape.of(2, 3), Shape.of(3, 2));
    assertNotEquals(Shape.of(2), Shape.of(2, 1));
  }

  @Test
  void sharesNoArray() {
    int[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;
    shape.toArray()[1] = 9;
    assertEquals("[2,3]", shape.toString());
  }

  @Test
  void stridesOfRowMajorOrder() {
    assertArrayEquals(new int[] {12, 4, 1}, Shape.of(2, 3, 4).contiguousStrides());
    assertArrayEquals(new int[] {4, 4, 1}, Shape.of(2, 0, 4).contiguousStrides());
    assertArrayEquals(new int[0], Shape.SCALAR.contiguousStrides());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2,3 | 2,3 | [2,3]
          2,3 | 3   | [2,3]
          2,1 | 1,3 | [2,3]
          ''  | 2,3 | [2,3]
          ''  | ''  | []
          1   | 0   | [0]
          2,1 | 0   | [2,0]
          4,1,3 | 2,1 | [4,2,3]
          """)
  void broadcastsBothWays(String a, String b, String expected) {
    assertEquals(expected, Shape.broadcast(shape(a), shape(b), "add").toString());
    assertEquals(expected, Shape.broadcast(shape(b), shape(a), "add").toString());
  }

  @Test
  void minusOneIsWhatIsLeft() {
    assertEquals(Shape.of(2, 6), Shape.of(3, 4).inferred(2, -1));
    assertEquals(Shape.of(12), Shape.of(3, 4).inferred(-1));
    assertEquals(Shape.of(3, 0), Shape.of(0, 2).inferred(3, -1));
    assertEquals(
        Shape.of(5), Shape.of(3, 4).inferred(5), "the caller compares numbers of elements");
  }

  @Test
  void errorsSayWhatWasExpected() {
    assertMessage("shape [2, -1]: a size is negative", () -> Shape.of(2, -1));
    assertMessage("shape [65536, 65536]: more than 2^31-1 elements", () -> Shape.of(65536, 65536));
    assertMessage("dimension 2 is out of range for shape [2,3]", () -> Shape.of(2, 3).dim(2));
    assertMessage("dimension -3 is out of range for shape [2,3]", () -> Shape.of(2, 3).dim(-3));
    assertMessage(
        "conv2d: x must have 4 dimensions, got [2,3]",
        () -> Shape.of(2, 3).requireRank(4, "conv2d: x"));
    assertMessage(
        "add: cannot broadcast [2,3] with [2]",
        () -> Shape.broadcast(Shape.of(2, 3), Shape.of(2), "add"));
    assertMessage("reshape: more than one -1 in [-1, -1]", () -> Shape.of(4).inferred(-1, -1));
    assertMessage(
        "reshape: [4] does not divide by 3 for the -1", () -> Shape.of(4).inferred(3, -1));
    assertMessage(
        "reshape: [0] does not divide by 0 for the -1", () -> Shape.of(0).inferred(0, -1));
  }

  private static void assertMessage(String expected, Runnable work) {
    assertEquals(expected, assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }

  private static Shape shape(String dims) {
    return dims.isEmpty()
        ? Shape.SCALAR
        : Shape.of(Arrays.stream(dims.split(",")).mapToInt(Integer::parseInt).toArray());
  }
}
