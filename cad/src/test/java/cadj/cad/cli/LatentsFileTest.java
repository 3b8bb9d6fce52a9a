package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `FILE[:KEY]` finds a tensor, with colons in either part.
class LatentsFileTest {
  @TempDir private Path folder;

  private static Tensor numbers(float first) {
    return Tensor.of(new float[] {first, 0.5f}, 1, 2);
  }

  private static void assertStarts(float first, Tensor tensor) {
    assertEquals(DType.F32, tensor.dtype());
    assertArrayEquals(new float[] {first, 0.5f}, tensor.toFloats());
  }

  @Test
  void theOnlyTensorNeedsNoName() {
    Path file = folder.resolve("a");
    new SafetensorsWriter().add("x", DType.F16, numbers(3)).write(file);
    assertStarts(3, LatentsFile.read(file.toString()));
    assertStarts(3, LatentsFile.read(file + ":x"));
  }

  @Test
  void oneOfSeveralIsNamed() {
    Path file = folder.resolve("a");
    new SafetensorsWriter().add("x", numbers(3)).add("y z", numbers(4)).write(file);
    assertStarts(4, LatentsFile.read(file + ":y z"));
    assertRefused(file.toString(), "2 tensors");
    assertRefused(file + ":", "expected this tensor");
  }

  @Test
  void aFileNameMayHoldColons() {
    Path file = folder.resolve("a:b");
    new SafetensorsWriter().add("x", DType.F64, numbers(3)).write(file);
    assertStarts(3, LatentsFile.read(file.toString()));
    assertStarts(3, LatentsFile.read(file + ":x"));
  }

  @Test
  void whatHoldsNoNumbersIsRefused() {
    Path file = folder.resolve("a");
    new SafetensorsWriter()
        .add("id", Tensor.of(new long[] {1}, 1))
        .add("none", Tensor.of(new float[0], 0, 4))
        .write(file);
    assertRefused(file + ":id", "id: expected floating-point numbers, found I64");
    assertRefused(file + ":none", "none: expected some numbers, found [0,4]");
    assertRefused(folder.resolve("b") + ":x", "expected a file, found none");
  }

  private static void assertRefused(String argument, String says) {
    String message =
        assertThrows(FileFormatException.class, () -> LatentsFile.read(argument)).getMessage();
    assertTrue(message.contains(says), message);
  }
}
