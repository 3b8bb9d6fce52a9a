package cadj.models.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.models.files.Folders;
import cadj.models.files.ModelFiles;
import cadj.models.original.KeyRow;
import cadj.models.original.LdmFile;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.json.JsonFile;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is written, against files that the recorded key map makes, and against the folders that
/// everything comes from.
@GoldenTest
@Execution(ExecutionMode.CONCURRENT)
class ConversionGoldenTest {
  @TempDir private Path temp;

  static List<String> models() {
    return KeyRow.models();
  }

  private static Path folder(String model) {
    return Golden.require(model + "/model_index.json").getParent();
  }

  private static Conversion conversion(ModelFiles model, StoredAs dtype) {
    return new Conversion(model, dtype, Conversion.Progress.NONE);
  }

  // ---- to a file

  @ParameterizedTest
  @MethodSource("models")
  void aFileIsWhatTheKeyMapMakes(String model) {
    Path file = temp.resolve("m.safetensors");
    assertEquals(
        List.of(
            "no published model has these sizes: to read %s, give a folder that describes it with"
                    .formatted(file)
                + " --config"),
        conversion(ModelFiles.open(folder(model)), StoredAs.AS_IS).toFile(file));
    Map<String, Tensor> expected = LdmFile.tensors(folder(model));
    try (SafetensorsFile actual = SafetensorsFile.open(file)) {
      assertEquals(expected.keySet(), actual.names());
      assertEquals(Map.of("format", "pt"), actual.metadata());
      expected.forEach(
          (key, tensor) -> {
            assertEquals(tensor.shape(), actual.shape(key), key);
            assertEquals(DType.F32, actual.dtype(key), key);
            assertArrayEquals(tensor.toFloats(), actual.tensor(key).toFloats(), key);
          });
    }
    Golden.count(expected.size());
  }

  // ---- to a folder

  @ParameterizedTest
  @MethodSource("models")
  void aFolderOfAFileIsTheFolder(String model) {
    Path file = LdmFile.write(temp.resolve("m.safetensors"), folder(model), DType.F32);
    Path written = temp.resolve("written");
    conversion(ModelFiles.open(file, folder(model)), StoredAs.AS_IS).toFolder(written);
    assertSameWeights(model, written, StoredAs.AS_IS);
    for (String name :
        List.of(
            "model_index.json",
            "unet/config.json",
            "vae/config.json",
            "scheduler/scheduler_config.json",
            "text_encoder/config.json")) {
      assertEquals(
          JsonFile.read(folder(model).resolve(name)).values(),
          JsonFile.read(written.resolve(name)).values(),
          name);
    }
    assertArrayEquals(
        ClipTokenizer.load(folder(model).resolve("tokenizer")).encode("a red hat!").ids(),
        ClipTokenizer.load(written.resolve("tokenizer")).encode("a red hat!").ids());
  }

  @ParameterizedTest
  @EnumSource(StoredAs.class)
  void inAnotherType(StoredAs dtype) {
    String model = "sdxl-tiny";
    Path file = temp.resolve("m.safetensors");
    conversion(ModelFiles.open(folder(model)), dtype).toFile(file);
    Path written = temp.resolve("written");
    conversion(ModelFiles.open(file, folder(model)), StoredAs.AS_IS).toFolder(written);
    assertSameWeights(model, written, dtype);
    Path direct = temp.resolve("direct");
    conversion(ModelFiles.open(folder(model)), dtype).toFolder(direct);
    assertSameWeights(model, direct, dtype);
    String torch = JsonFile.read(direct.resolve("text_encoder/config.json")).string("torch_dtype");
    assertEquals(
        switch (dtype) {
          case AS_IS, F32 -> "float32";
          case F16 -> "float16";
          case BF16 -> "bfloat16";
        },
        torch);
  }

  private static void assertSameWeights(String model, Path written, StoredAs dtype) {
    List<KeyRow> rows = KeyRow.of(model);
    for (String part : new HashSet<>(rows.stream().map(KeyRow::part).toList())) {
      try (SafetensorsFile expected = SafetensorsFile.open(LdmFile.weights(folder(model), part));
          SafetensorsFile actual = SafetensorsFile.open(LdmFile.weights(written, part))) {
        List<String> keys = new ArrayList<>();
        for (KeyRow row : rows) {
          if (row.part().equals(part)) {
            keys.add(row.key());
            float[] values = expected.tensor(row.key()).toFloats();
            for (int i = 0; i < values.length; i++) {
              values[i] = rounded(values[i], dtype);
            }
            assertEquals(expected.shape(row.key()), actual.shape(row.key()));
            assertEquals(
                dtype == StoredAs.AS_IS ? DType.F32 : DType.valueOf(dtype.name()),
                actual.dtype(row.key()));
            assertArrayEquals(values, actual.tensor(row.key()).toFloats(), row.key());
          }
        }
        assertEquals(new HashSet<>(keys), actual.names());
        Golden.count(keys.size());
      }
    }
  }

  private static float rounded(float x, StoredAs dtype) {
    return switch (dtype) {
      case AS_IS, F32 -> x;
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(x));
      case BF16 -> {
        int bits = Float.floatToRawIntBits(x);
        int even = (bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000;
        yield Float.intBitsToFloat(even);
      }
    };
  }

  // ---- there and back

  @ParameterizedTest
  @MethodSource("models")
  void folderToFileToFolderHasTheSameBytes(String model) throws IOException {
    Path once = temp.resolve("once");
    Path file = temp.resolve("m.safetensors");
    Path twice = temp.resolve("twice");
    conversion(ModelFiles.open(folder(model)), StoredAs.F16).toFolder(once);
    conversion(ModelFiles.open(once), StoredAs.AS_IS).toFile(file);
    conversion(ModelFiles.open(file, once), StoredAs.AS_IS).toFolder(twice);
    assertEquals(contents(once), contents(twice));
  }

  /// By name, the bytes of text and a hash of others.
  private static Map<String, Integer> contents(Path root) throws IOException {
    Map<String, Integer> out = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        out.put(root.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    assertTrue(out.size() > 8, out.toString());
    return out;
  }

  // ---- what goes wrong

  @Test
  void aNumberBeyondTheTypeIsAnErrorThatNamesIt() throws IOException {
    String key = "model.diffusion_model.input_blocks.1.0.in_layers.2.bias";
    Map<String, Tensor> tensors = LdmFile.tensors(folder("sd1-tiny"));
    float[] values = tensors.get(key).toFloats();
    values[3] = -65520;
    tensors.put(key, Tensor.of(values, values.length));
    Path file = LdmFile.write(temp.resolve("large.safetensors"), tensors, DType.F32);
    ModelFiles model = ModelFiles.open(file, folder("sd1-tiny"));
    Path out = temp.resolve("out");
    String message =
        assertThrows(FileFormatException.class, () -> conversion(model, StoredAs.F16).toFolder(out))
            .getMessage();
    assertEquals(
        file
            + ": down_blocks.0.resnets.0.conv1.bias: expected numbers that F16 can hold (take"
            + " --dtype bf16 or f32), found -65520.0",
        message);
    assertTrue(Files.notExists(out));
    try (Stream<Path> left = Files.list(temp)) {
      assertEquals(List.of(file), left.toList());
    }
    values[3] = 65519;
    tensors.put(key, Tensor.of(values, values.length));
    LdmFile.write(file, tensors, DType.F32);
    assertEquals(List.of(), conversion(model, StoredAs.F16).toFolder(out));
  }

  @Test
  void numbersThatAreNotFiniteAreTold() {
    Map<String, Tensor> tensors = LdmFile.tensors(folder("sd1-tiny"));
    String key = "first_stage_model.decoder.conv_out.bias";
    tensors.put(key, Tensor.of(new float[] {0, Float.NaN, Float.POSITIVE_INFINITY}, 3));
    Path file = LdmFile.write(temp.resolve("nan.safetensors"), tensors, DType.F32);
    ModelFiles model = ModelFiles.open(file, folder("sd1-tiny"));
    assertEquals(
        List.of("1 tensors hold numbers that are not finite, such as decoder.conv_out.bias"),
        conversion(model, StoredAs.F16).toFolder(temp.resolve("out")));
  }

  /// Other tensors than the model's are not written, and missing ones are not passed over.
  @Test
  void weightsAreCheckedAsForUse() throws IOException {
    Path copy = Folders.copy(folder("sd1-tiny"), temp.resolve("copy"));
    Path weights = LdmFile.weights(copy, "vae");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      file.names().forEach(name -> tensors.put(name, file.tensor(name)));
    }
    tensors.remove("quant_conv.bias");
    SafetensorsWriter.write(weights, tensors, Map.of());
    String message =
        assertThrows(
                FileFormatException.class,
                () ->
                    conversion(ModelFiles.open(copy), StoredAs.AS_IS)
                        .toFile(temp.resolve("m.safetensors")))
            .getMessage();
    assertTrue(message.contains("quant_conv.bias: expected a tensor [8], found none"), message);
  }

  @Test
  void progressReachesTheEnd() {
    List<Long> steps = new ArrayList<>();
    new Conversion(
            ModelFiles.open(folder("sd2-tiny")),
            StoredAs.BF16,
            (done, total) -> {
              assertTrue(done <= total);
              steps.add(total - done);
            })
        .toFile(temp.resolve("m.safetensors"));
    assertEquals(0, steps.getLast());
    assertTrue(steps.size() > 500);
  }
}
