package cadj.tensor.golden;

import static cadj.tensor.golden.Golden.assertExact;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `formats/`: every stored type, what the halves mean, and how floats round to them.
@GoldenTest
final class FormatsGoldenTest {
  private static final String AS_F32 = "_as_f32";

  @TempDir private Path folder;

  static Stream<Path> files() {
    return Golden.glob("formats/*.safetensors").stream();
  }

  /// A tensor called after a type, alone or after a last `_`, is of that type.
  @Test
  void typesAreThoseOfTheNames() {
    try (SafetensorsFile file = Golden.open("formats/dtypes.safetensors")) {
      int named = 0;
      for (String name : file.names()) {
        String last = name.substring(name.lastIndexOf('_') + 1).toUpperCase(Locale.ROOT);
        for (DType dtype : DType.values()) {
          if (dtype.name().equals(last)) {
            assertEquals(dtype, file.dtype(name), name);
            named++;
          }
        }
        assertEquals(file.shape(name), file.tensor(name).shape());
      }
      assertTrue(named > 0);
      Golden.count(named);
    }
  }

  /// `x_as_f32` in one file is what the tensor `x` of the other means.
  @Test
  void halvesMeanWhatPyTorchSays() {
    try (SafetensorsFile halves = Golden.open("formats/dtypes.safetensors");
        SafetensorsFile floats = Golden.open("formats/dtypes_as_f32.safetensors")) {
      for (String name : floats.names()) {
        assertTrue(name.endsWith(AS_F32), name);
        String half = name.substring(0, name.length() - AS_F32.length());
        assertSameBits(name, floats.tensor(name), halves.tensor(half));
      }
      Golden.count(floats.names().size());
    }
  }

  /// The table's index is the pattern, and NaN is stored as 0.
  @Test
  void everyPatternOfF16() {
    try (SafetensorsFile file = Golden.open("formats/f16_table.safetensors")) {
      for (String name : file.names()) {
        float[] table = file.tensor(name).toFloats();
        short[] patterns = new short[table.length];
        for (int i = 0; i < patterns.length; i++) {
          patterns[i] = (short) i;
        }
        float[] read = readHalves(DType.F16, patterns);
        for (int i = 0; i < read.length; i++) {
          read[i] = Float.isNaN(read[i]) ? 0 : read[i];
        }
        assertSameBits(name, Tensor.of(table, table.length), Tensor.of(read, read.length));
        Golden.count(table.length);
      }
    }
  }

  /// `x_f16_bits` and `x_bf16_bits` are what `x` rounds to.
  @Test
  void floatsRoundAsInPyTorch() {
    try (SafetensorsFile file = Golden.open("formats/rounding.safetensors")) {
      int compared = 0;
      for (String name : file.names()) {
        for (DType half : List.of(DType.F16, DType.BF16)) {
          String suffix = "_%s_bits".formatted(half.name().toLowerCase(Locale.ROOT));
          if (name.endsWith(suffix)) {
            Tensor x = file.tensor(name.substring(0, name.length() - suffix.length()));
            assertExact(name, file.tensor(name), bitsOf(half, x));
            compared += x.elements();
          }
        }
      }
      assertTrue(compared > 0);
      Golden.count(compared);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void roundTrips(Path path) {
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile file = Golden.open(path)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      file.metadata().forEach(writer::metadata);
      file.names().forEach(name -> writer.add(name, file.dtype(name), file.tensor(name)));
      writer.write(copy);
      try (SafetensorsFile again = SafetensorsFile.open(copy)) {
        assertEquals(file.names(), again.names());
        assertEquals(file.metadata(), again.metadata());
        for (String name : file.names()) {
          assertEquals(file.entry(name).dims(), again.entry(name).dims(), name);
          assertEquals(file.dtype(name), again.dtype(name), name);
          assertArrayEquals(bytes(file, name), bytes(again, name), name);
        }
      }
    }
  }

  private static byte[] bytes(SafetensorsFile file, String name) {
    return file.raw(name).toArray(ValueLayout.JAVA_BYTE);
  }

  /// Through a file, as weights come.
  private float[] readHalves(DType half, short[] patterns) {
    Path path = folder.resolve("patterns.safetensors");
    long[] wide = new long[patterns.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = patterns[i];
    }
    new SafetensorsWriter().add("x", DType.I16, Tensor.of(wide, wide.length)).write(path);
    retype(path, half);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return file.tensor("x").toFloats();
    }
  }

  private static void retype(Path path, DType half) {
    try {
      byte[] bytes = Files.readAllBytes(path);
      String text = new String(bytes, ISO_8859_1);
      byte[] retyped = text.replace("\"I16\"", "\"%s\"".formatted(half)).getBytes(ISO_8859_1);
      Files.write(path, retyped);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Tensor bitsOf(DType half, Tensor x) {
    Path path = folder.resolve("rounded.safetensors");
    new SafetensorsWriter().add("x", half, x).write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      ByteBuffer raw = file.raw("x").asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      long[] bits = new long[x.elements()];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = raw.getShort(2 * i);
      }
      return Tensor.of(bits, bits.length);
    }
  }

  private static void assertSameBits(String name, Tensor expected, Tensor actual) {
    float[] e = expected.toFloats();
    float[] a = actual.toFloats();
    assertEquals(e.length, a.length, name);
    for (int i = 0; i < e.length; i++) {
      assertEquals(Float.floatToIntBits(e[i]), Float.floatToIntBits(a[i]), name + "[" + i + "]");
    }
  }
}
