package cadj.tensor.safetensors;

import static cadj.tensor.golden.Golden.assertExact;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.kernels.device.Gpu;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.MappedFiles;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.gpu.Emulated;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writing, and reading back.
final class SafetensorsFileTest {
  @TempDir private Path folder;
  private Path path;

  @BeforeEach
  void path() {
    path = folder.resolve("x.safetensors");
  }

  @AfterEach
  void nothingStaysMapped() throws IOException {
    MappedFiles.assertNoneIn(folder);
  }

  @Test
  void roundTripsNamesShapesTypesAndMetadata() {
    Map<String, Tensor> tensors =
        Map.of(
            "f32", Tensor.of(new float[] {1, -0f, Float.NaN, Float.MIN_VALUE, 5, 6}, 2, 3),
            "f64", Tensor.of(new double[] {Math.PI, Double.NEGATIVE_INFINITY}, 2),
            "i64", Tensor.of(new long[] {Long.MIN_VALUE, Long.MAX_VALUE}, 1, 2),
            "scalar", Tensor.scalar(3),
            "empty", Tensor.of(new float[0], 0, 4),
            "name with.dots/and space é中😀\"\\\n", Tensor.of(new float[] {7}, 1, 1, 1));
    Map<String, String> metadata = Map.of("prompt", "ein \"Würfel\"\n中😀", "", "");
    SafetensorsWriter.write(path, tensors, metadata);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(tensors.keySet(), file.names());
      assertEquals(metadata, file.metadata());
      tensors.forEach(
          (name, tensor) -> {
            assertEquals(tensor.shape(), file.shape(name));
            assertEquals(tensor.dtype(), file.tensor(name).dtype());
            assertExact(name, tensor, file.tensor(name));
          });
      assertEquals(-0f, file.tensor("f32").toFloats()[1]);
    }
  }

  /// Written from a GPU and read to one, halves widened there.
  @Test
  void tensorsOnAGpu() {
    float[] values = {1, -2.5f, 1e-8f, 65519, 0.1f, 1 + 0x1p-11f};
    DType[] types = {DType.F32, DType.F16, DType.BF16};
    Path host = folder.resolve("host.safetensors");
    SafetensorsWriter onHost = new SafetensorsWriter();
    for (DType type : types) {
      onHost.add(type.name(), type, Tensor.of(values, 2, 3));
    }
    onHost.write(host);
    Emulated.run(
        () -> {
          SafetensorsWriter onGpu = new SafetensorsWriter();
          for (DType type : types) {
            onGpu.add(type.name(), type, Tensor.of(values, 2, 3).onCurrentDevice());
          }
          onGpu.write(path);
          return null;
        });
    try (SafetensorsFile expected = SafetensorsFile.open(host);
        SafetensorsFile file = SafetensorsFile.open(path)) {
      for (DType type : types) {
        Tensor onGpu = Emulated.run(() -> file.tensor(type.name()));
        assertTrue(onGpu.device() instanceof Gpu, "on " + onGpu.device());
        assertExact(type.name(), expected.tensor(type.name()), onGpu.cpu());
      }
    }
  }

  @Test
  void storesNarrowTypesAndWidensThem() {
    Tensor x = Tensor.of(new float[] {1, -2.5f, 1e-8f, 65519, 65520, 1 + 0x1p-11f}, 6);
    Tensor n = Tensor.of(new long[] {0, 1, 127, 1}, 4);
    new SafetensorsWriter()
        .add("f16", DType.F16, x)
        .add("bf16", DType.BF16, x)
        .add("f64", DType.F64, x)
        .add("f32 of f64", DType.F32, x.to(DType.F64))
        .add("i32", DType.I32, n)
        .add("i16", DType.I16, n)
        .add("i8", DType.I8, n)
        .add("u8", DType.U8, Tensor.of(new long[] {255, 128}, 2))
        .add("bool", DType.BOOL, Tensor.of(new long[] {1, 0}, 2))
        .write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(DType.F16, file.dtype("f16"));
      float[] expected = {1, -2.5f, 0, 65504, Float.POSITIVE_INFINITY, 1};
      assertArrayEquals(expected, file.tensor("f16").toFloats());
      assertEquals(DType.F32, file.tensor("bf16").dtype());
      assertEquals(1.0, file.tensor("bf16").get(5));
      assertEquals(DType.F64, file.tensor("f64").dtype());
      assertExact("f32 of f64", x, file.tensor("f32 of f64"));
      for (String name : List.of("i32", "i16", "i8")) {
        assertEquals(DType.valueOf(name.toUpperCase(Locale.ROOT)), file.dtype(name));
        assertExact(name, n, file.tensor(name));
      }
      assertArrayEquals(new long[] {255, 128}, file.tensor("u8").toLongs());
      assertArrayEquals(new long[] {1, 0}, file.tensor("bool").toLongs());
    }
  }

  @Test
  void writesViewsRowMajor() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
    new SafetensorsWriter().add("t", x.permute(1, 0)).add("s", x.slice(1, 1, 3)).write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, file.tensor("t").toFloats());
      assertArrayEquals(new float[] {2, 3, 5, 6}, file.tensor("s").toFloats());
    }
  }

  @Test
  void layoutIsSortedAlignedAndIndependentOfOrder() throws IOException {
    Tensor two = Tensor.of(new float[] {1, 2}, 2);
    Tensor odd = Tensor.of(new long[] {1}, 1);
    new SafetensorsWriter()
        .add("c", DType.U8, odd)
        .add("b", two)
        .metadata("z", "1")
        .add("d", DType.F64, two)
        .add("a", two)
        .metadata("y", "2")
        .write(path);
    byte[] bytes = Files.readAllBytes(path);
    long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertEquals(0, length % 8);
    String header = new String(bytes, 8, (int) length, StandardCharsets.UTF_8);
    assertEquals(
        "{\"__metadata__\":{\"y\":\"2\",\"z\":\"1\"},"
            + "\"d\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[24,32]},"
            + "\"c\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[32,33]}}",
        header.strip());
    Path again = folder.resolve("again.safetensors");
    new SafetensorsWriter()
        .metadata("y", "2")
        .metadata("z", "1")
        .add("a", two)
        .add("b", two)
        .add("c", DType.U8, odd)
        .add("d", DType.F64, two)
        .write(again);
    assertArrayEquals(bytes, Files.readAllBytes(again));
  }

  /// More elements than fit the writer's buffer, made when needed.
  @Test
  void writesInChunks() {
    int n = (1 << 19) + 77;
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i % 2048;
    }
    new SafetensorsWriter()
        .add("f32", DType.F32, Shape.of(n), () -> Tensor.of(values, n))
        .add("f16", DType.F16, Shape.of(n), () -> Tensor.of(values, n))
        .write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertArrayEquals(values, file.tensor("f32").toFloats());
      assertArrayEquals(values, file.tensor("f16").toFloats());
    }
  }

  @Test
  void failedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    SafetensorsWriter.write(path, Map.of("old", Tensor.scalar(1)), Map.of());
    SafetensorsWriter failing =
        new SafetensorsWriter()
            .add("a", Tensor.scalar(2))
            .add("b", DType.U8, Tensor.of(new long[] {256}, 1));
    assertEquals(
        "safetensors: b: 256 does not fit U8",
        assertThrows(IllegalArgumentException.class, () -> failing.write(path)).getMessage());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertTrue(file.contains("old"));
      assertFalse(file.contains("a"));
    }
    try (var files = Files.list(folder)) {
      assertEquals(List.of(path), files.toList());
    }
    assertThrows(UncheckedIOException.class, () -> failing.write(path.resolve("inside")));
  }

  @Test
  void replacesAFileThatIsOpen() {
    SafetensorsWriter.write(path, Map.of("x", Tensor.scalar(1)), Map.of());
    try (SafetensorsFile old = SafetensorsFile.open(path)) {
      SafetensorsWriter.write(path, Map.of("x", Tensor.scalar(2)), Map.of());
      assertEquals(1, old.tensor("x").item());
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(2, file.tensor("x").item());
    }
  }

  @Test
  void writerRefusesWhatAFileCannotSay() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", Tensor.scalar(1));
    assertRefused("safetensors: tensor a added twice", () -> writer.add("a", Tensor.scalar(1)));
    assertRefused(
        "safetensors: no tensor can be named __metadata__",
        () -> writer.add("__metadata__", Tensor.scalar(1)));
    assertRefused(
        "safetensors: b: F32 cannot be stored as I64",
        () -> writer.add("b", DType.I64, Tensor.scalar(1)));
    String unpaired = "safetensors: unpaired surrogate in a text";
    assertRefused(unpaired, () -> writer.metadata("k", "\ud800"));
    assertRefused(unpaired, () -> writer.metadata("\ud800", "v"));
    assertRefused(unpaired, () -> writer.add("\ud800", Tensor.scalar(1)));
    assertRefused(
        "safetensors: c: I64 cannot be stored as F32",
        () ->
            new SafetensorsWriter()
                .add("c", DType.F32, Shape.of(1), () -> Tensor.of(new long[] {1}, 1))
                .write(path));
    assertRefused(
        "safetensors: b was announced as [2], got []",
        () -> writer.add("b", DType.F32, Shape.of(2), () -> Tensor.scalar(1)).write(path));
  }

  @Test
  void namesWhatIsMissing() {
    SafetensorsWriter.write(path, Map.of("a", Tensor.scalar(1)), Map.of("seed", "17"));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals("17", file.metadata("seed"));
      assertFormat(
          path + ": b: expected this tensor, found none of that name", () -> file.tensor("b"));
      assertFormat(
          path + ": __metadata__.k: expected this key, found no such key",
          () -> file.metadata("k"));
    }
    Path none = folder.resolve("none.safetensors");
    assertFormat(none + ": expected a file, found none", () -> SafetensorsFile.open(none));
    assertThrows(FileFormatException.class, () -> SafetensorsFile.open(folder));
  }

  @Test
  void rawBytesEndWithTheFileAndTensorsDoNot() {
    SafetensorsWriter.write(path, Map.of("a", Tensor.scalar(1)), Map.of());
    SafetensorsFile file = SafetensorsFile.open(path);
    var raw = file.raw("a");
    Tensor tensor = file.tensor("a");
    assertTrue(raw.isReadOnly());
    assertEquals(4, raw.byteSize());
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> raw.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(1, tensor.item());
  }

  @Test
  void tensorsBelongToNoScope() {
    SafetensorsWriter.write(path, Map.of("a", Tensor.scalar(1)), Map.of());
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Tensor[] tensor = new Tensor[1];
      Scope.run("reading", () -> tensor[0] = file.tensor("a"));
      assertEquals(1, tensor[0].item());
    }
  }

  @Test
  void unmapsAFileThatItRefuses() throws IOException {
    SafetensorsWriter.write(path, Map.of("a", Tensor.scalar(1)), Map.of());
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(file.length() + 1);
    }
    assertThrows(FileFormatException.class, () -> SafetensorsFile.open(path));
  }

  /// A sparse file of 5 GB: one mapping, offsets beyond 32 bits, shapes beyond a tensor's.
  @Test
  void reads5Gigabytes() throws IOException {
    long big = 5L << 30;
    String header =
        ("{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%1$d]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%1$d,%d]}}")
            .formatted(big, big + 4);
    ByteBuffer start = ByteBuffer.allocate(8 + header.length()).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(start.array());
      file.setLength(start.capacity() + big);
      file.seek(file.length());
      file.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(2.5f).array());
    }
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(2.5, file.tensor("last").item());
      assertEquals(big, file.raw("big").byteSize());
      assertFormat(
          path + ": big: expected at most 2^31-1 elements, found shape [5368709120]",
          () -> file.tensor("big"));
    }
  }

  @Test
  void refusesMoreDimensionsThanATensorHas() throws IOException {
    writeBytes("[%s1]".formatted("1,".repeat(63)), 1);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(64, file.tensor("a").rank());
    }
    writeBytes("[%s1]".formatted("1,".repeat(64)), 1);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertEquals(65, file.entry("a").dims().size());
      assertFormat(path + ": a: expected at most 64 dimensions, found 65", () -> file.tensor("a"));
    }
  }

  /// None of its elements is stored, as another size is 0.
  @Test
  void refusesASizeThatATensorCannotHave() throws IOException {
    writeBytes("[0,2147483648]", 0);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertFormat(
          path + ": a: expected at most 2^31-1 elements, found shape [0, 2147483648]",
          () -> file.tensor("a"));
    }
  }

  /// One tensor `a` of `count` bytes.
  private void writeBytes(String shape, int count) throws IOException {
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":%s,\"data_offsets\":[0,%d]}}".formatted(shape, count);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length() + count).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
    Files.write(path, bytes.array());
  }

  private static void assertRefused(String message, Runnable work) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, work::run).getMessage());
  }

  private static void assertFormat(String message, Runnable work) {
    assertEquals(message, assertThrows(FileFormatException.class, work::run).getMessage());
  }
}
