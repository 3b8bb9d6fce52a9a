package cadj.kernels.vectormath;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cadj.kernels.device.F32;
import cadj.kernels.twins.Samples;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows of whole vectors, and of less and more than one.
final class RowsTest {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int ROWS = 5;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 32, 77})
  void wholeVectorsAndRestsMakeUpTheRows(int width) {
    F32 x = Samples.normal(1, ROWS * width + 5).slice(5, ROWS * width);
    Rows rows = new Rows(x, width).seek(0, 2).seek(1, 4);
    assertEquals(3, rows.count());
    assertEquals(width, rows.width());
    assertEquals(width / LANES * LANES, rows.whole());
    assertEquals(width % LANES > 0, rows.hasRest());
    for (int r = 0; r < 3; r++) {
      assertArrayEquals(expected(x, r + 1, width, 0), read(rows, r, rows.rest(r)));
      assertArrayEquals(expected(x, r + 1, width, 7), read(rows, r, rows.rest(r, 7)));
      for (int i = 0; i < width; i += LANES) {
        float[] vector = Arrays.copyOfRange(expected(x, r + 1, width, 0), i, i + LANES);
        assertArrayEquals(vector, rows.any(r, i).toArray());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 32, 77})
  void whatIsPutStaysWithinItsRow(int width) {
    F32 x = Samples.normal(1, ROWS * width);
    float[] before = Samples.normal(2, ROWS * width + 3).array();
    float[] inParts = before.clone();
    float[] padded = before.clone();
    Rows source = new Rows(x, width).seek(2, 3);
    Rows parts = new Rows(F32.of(inParts).slice(3, ROWS * width), width).seek(1, 4);
    Rows whole = new Rows(F32.of(padded).slice(3, ROWS * width), width).seek(1, 4);
    for (int i = 0; i < source.whole(); i += LANES) {
      parts.put(source.vector(0, i), 1, i);
    }
    parts.putRest(source.rest(0, 7), 1);
    for (int i = 0; i < width; i += LANES) {
      whole.putAny(source.any(0, i), 1, i);
    }
    System.arraycopy(x.array(), x.offset() + 2 * width, before, 3 + 2 * width, width);
    assertArrayEquals(before, inParts);
    assertArrayEquals(before, padded);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17})
  void oneIsPaddedInAnArrayOfItsOwn(int width) {
    F32 x = Samples.normal(1, width + 2).slice(2, width);
    assertArrayEquals(expected(x, 0, width, 0), Rows.paddedCopy(x, width));
  }

  private static float[] expected(F32 x, int row, int width, float padding) {
    float[] elements = new float[Math.ceilDiv(width, LANES) * LANES];
    Arrays.fill(elements, padding);
    System.arraycopy(x.array(), x.offset() + row * width, elements, 0, width);
    return elements;
  }

  private static float[] read(Rows rows, int row, FloatVector rest) {
    float[] elements = new float[rows.whole() + (rows.hasRest() ? LANES : 0)];
    for (int i = 0; i < rows.whole(); i += LANES) {
      rows.vector(row, i).intoArray(elements, i);
    }
    if (rows.hasRest()) {
      rest.intoArray(elements, rows.whole());
    }
    return elements;
  }
}
