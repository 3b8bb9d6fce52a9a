package cadj.autograd.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import cadj.kernels.device.F32;
import cadj.tensor.Tensor;
import cadj.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/// Which operands the matrix product reads where they lie.
final class MatricesTest {
  private final Tensor rows = Tensor.of(new float[60], 3, 4, 5);

  @Test
  void rowsAreReadInPlace() {
    assertInPlace(rows, Shape.of(3), false, 5, 20);
  }

  @Test
  void aTransposeIsReadInPlace() {
    assertInPlace(rows.permute(0, 2, 1), Shape.of(3), true, 5, 20);
  }

  @Test
  void aSliceOfRowsIsReadInPlace() {
    assertInPlace(rows.slice(2, 1, 4), Shape.of(3), false, 5, 20);
  }

  @Test
  void matricesMayInterleave() {
    assertInPlace(rows.permute(1, 0, 2), Shape.of(4), false, 20, 5);
  }

  @Test
  void oneMatrixServesAll() {
    assertInPlace(rows.slice(0, 1, 2), Shape.of(7), false, 5, 0);
  }

  @Test
  void aColumnIsReadInPlace() {
    assertInPlace(rows.slice(0, 0, 1).slice(2, 2, 3), Shape.of(1), false, 5, 0);
  }

  @Test
  void gapsWithinRowsAreCopied() {
    Matrices read = Matrices.of(rows.permute(2, 0, 1), Shape.of(5));
    assertNotSame(F32.of(rows.memory()).array(), F32.of(read.buffer()).array());
    assertEquals(12, read.step());
  }

  @Test
  void unevenBatchesAreCopied() {
    Matrices read = Matrices.of(rows, Shape.of(2, 3));
    assertEquals(20, read.step());
    assertNotSame(F32.of(rows.memory()).array(), F32.of(read.buffer()).array());
  }

  private void assertInPlace(Tensor x, Shape batch, boolean transposed, int pitch, int step) {
    Matrices read = Matrices.of(x, batch);
    assertSame(F32.of(rows.memory()).array(), F32.of(read.buffer()).array());
    assertEquals(transposed, read.transposed());
    assertEquals(pitch, read.pitch());
    assertEquals(step, read.step());
  }
}
