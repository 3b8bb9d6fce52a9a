package cadj.cad.ptx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.kernels.ptxfile.Argument;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values of arguments, and which are refused.
class ArgumentTextTest {
  @TempDir private Path folder;

  private static Argument.Array array(String text) {
    return (Argument.Array) ArgumentText.parse(text);
  }

  private static double[] values(Argument.Array array) {
    return IntStream.range(0, array.length())
        .mapToDouble(i -> array.type().value(array.bits(i)))
        .sorted()
        .toArray();
  }

  /// Floats from −1 to 1, integers from 0 to 99, else what is asked for.
  @Test
  void randomValuesFillTheirRange() {
    for (String type : new String[] {"f32", "f64"}) {
      double[] floats = values(array(type + "[5000]=random:7"));
      assertTrue(floats[0] >= -1 && floats[0] < -0.99, "least: " + floats[0]);
      assertTrue(floats[4999] > 0.99 && floats[4999] <= 1, "most: " + floats[4999]);
    }
    double[] integers = values(array("i32[5000]=random:7"));
    assertEquals(0, integers[0]);
    assertEquals(99, integers[4999]);
    double[] bounded = values(array("i32[5000]=random:7:-3:2"));
    assertEquals(-3, bounded[0]);
    assertEquals(1, bounded[4999]);
  }

  @Test
  void arraysOfMoreThanAGibibyteAreRefused() {
    assertEquals(134_217_728, array("f64[134217728]=empty").length());
    assertTrue(refusal("f64[134217729]=empty").contains("expected a length from 1 to 134217728"));
    assertTrue(refusal("u8[0]=empty").contains("expected a length from 1 to 1073741824"));
  }

  private static String refusal(String text) {
    return assertThrows(IllegalArgumentException.class, () -> ArgumentText.parse(text))
        .getMessage();
  }

  /// The key comes after the last colon: a path may have some.
  @Test
  void storedArrays() throws IOException {
    Path dir = File.separatorChar == '/' ? folder.resolve("c:d") : folder;
    Files.createDirectories(dir);
    Path file = dir.resolve("x.safetensors");
    Scope.run(
        "write",
        () -> new SafetensorsWriter().add("x", Tensor.of(new float[] {3, -1}, 2)).write(file));
    Argument.Array found = array("f32[2]=" + file + ":x");
    assertEquals(3, found.type().value(found.bits(0)));
    assertEquals(-1, found.type().value(found.bits(1)));
    for (String other : new String[] {"f32[3]", "f32[1]", "i32[2]", "f64[2]"}) {
      String message = refusal(other + "=" + file + ":x");
      assertTrue(
          message.endsWith("expected %s, found F32 with 2 elements in %s".formatted(other, file)),
          message);
    }
  }

  @Test
  void doublesAreWrittenAsSuch() {
    Path file = folder.resolve("d.safetensors");
    Scope.run(
        "write",
        () -> {
          SafetensorsWriter writer = new SafetensorsWriter();
          StoredArray.add(writer, "d", array("f64[2]=0.1,1e300"));
          writer.write(file);
        });
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      assertEquals(DType.F64, stored.dtype("d"));
      Scope.run(
          "read",
          () -> {
            double[] values = stored.tensor("d").toDoubles();
            assertEquals(0.1, values[0]);
            assertEquals(1e300, values[1]);
          });
    }
  }
}
