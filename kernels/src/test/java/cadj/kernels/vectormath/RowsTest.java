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
  void someAreReadPaddedAndWritten(int width) {
    F32 x = Samples.normal(1, ROWS * width + 5).slice(5, ROWS * width);
    float[] before = new float[ROWS * width + 3];
    Arrays.fill(before, -1);
    F32 y = F32.of(before.clone()).slice(3, ROWS * width);
    Rows source = new Rows(x, width, 3, 7).read(0, 2).read(1, 4);
    Rows target = new Rows(y, width, 3, 0).seek(1, 4);
    assertEquals(3, source.count());
    assertEquals(Math.ceilDiv(width, LANES) * LANES, source.length());
    for (int r = 0; r < 3; r++) {
      assertArrayEquals(expected(x, r + 1, width, 7), elements(source, r));
      source.pad(r, 9);
      float[] padded = expected(x, r + 1, width, 9);
      assertArrayEquals(padded, elements(source, r));
      System.arraycopy(padded, 0, target.array(), target.at(r), padded.length);
    }
    target.write();
    System.arraycopy(x.array(), x.offset() + width, before, 3 + width, 3 * width);
    assertArrayEquals(before, y.array());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17})
  void oneIsPaddedInAnArrayOfItsOwn(int width) {
    F32 x = Samples.normal(1, width + 2).slice(2, width);
    assertArrayEquals(expected(x, 0, width, 0), Rows.padded(x, width));
  }

  private static float[] expected(F32 x, int row, int width, float padding) {
    float[] elements = new float[Math.ceilDiv(width, LANES) * LANES];
    Arrays.fill(elements, padding);
    System.arraycopy(x.array(), x.offset() + row * width, elements, 0, width);
    return elements;
  }

  private static float[] elements(Rows rows, int row) {
    return Arrays.copyOfRange(rows.array(), rows.at(row), rows.at(row) + rows.length());
  }
}
