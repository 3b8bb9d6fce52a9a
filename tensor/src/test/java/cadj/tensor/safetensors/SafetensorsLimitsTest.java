package cadj.tensor.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.file.FileFormatException;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the limits allow, and what is too much.
final class SafetensorsLimitsTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void path() {
    path = folder.resolve("x.safetensors");
  }

  /// Eight bytes are enough for the header's length, which then is what is wrong.
  @Test
  void fileOfEightBytes() throws IOException {
    Files.write(path, new byte[8]);
    assertRefused("header: expected '{' first, found nothing");
  }

  /// A sparse file of 2 GB.
  @Test
  void tensorOf2To31Minus1Elements() throws IOException {
    write("[2147483647]", Integer.MAX_VALUE);
    assertEquals(Shape.of(Integer.MAX_VALUE), shape());
    write("[65536,32768]", 1L << 31);
    assertEquals(
        path + ": a: expected at most 2^31-1 elements, found shape [65536, 32768]",
        assertThrows(FileFormatException.class, this::shape).getMessage());
  }

  @Test
  void tensorOf64Dimensions() throws IOException {
    write(ones(64), 1);
    assertEquals(64, shape().rank());
  }

  /// Longer shapes would fill the error.
  @Test
  void errorsShowShapesOfUpTo8Dimensions() throws IOException {
    write(ones(8), 2);
    assertRefused("a.data_offsets: expected 1 bytes for U8 [1,1,1,1,1,1,1,1], found 2 from [0,2]");
    write(ones(9), 2);
    assertRefused("a.data_offsets: expected 1 bytes for U8 9 dimensions, found 2 from [0,2]");
  }

  @Test
  void writerKeepsToTheLongestHeader() {
    SafetensorsWriter writer = new SafetensorsWriter().metadata("k", "x".repeat(100_000_000));
    String message =
        assertThrows(IllegalArgumentException.class, () -> writer.write(path)).getMessage();
    assertEquals("safetensors: header of 100000032 bytes, more than the format allows", message);
    assertTrue(Files.notExists(path));
  }

  private static String ones(int dimensions) {
    return Collections.nCopies(dimensions, 1).toString();
  }

  /// A file of one tensor, a, of zeros.
  private void write(String shape, long bytes) throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":%s,\"data_offsets\":[0,%d]}}".formatted(shape, bytes);
    Files.write(path, Mutants.file(header, new byte[0]));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(file.length() + bytes);
    }
  }

  private Shape shape() {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return file.shape("a");
    }
  }

  private void assertRefused(String message) {
    assertEquals(
        path + ": " + message,
        assertThrows(FileFormatException.class, () -> SafetensorsFile.open(path)).getMessage());
  }
}
