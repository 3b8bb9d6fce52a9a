package cadj.models.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Denoiser;
import cadj.models.files.ModelFiles;
import cadj.models.original.LdmFile;
import cadj.models.original.SD3File;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.shape.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/// Stable Diffusion 3 in one file: what is written has the recorded keys, shapes and bits, and what
/// is read of it is the folder's, for both forms of the transformer.
@GoldenTest
class SD3FileGoldenTest {
  static final List<String> TRANSFORMERS = SD3File.TRANSFORMERS;

  private static final List<String> PARTS =
      List.of("transformer", "vae", "text_encoder", "text_encoder_2", "text_encoder_3");

  @TempDir private Path temp;

  private Path folder(String transformer) {
    try {
      return SD3File.folder(transformer, temp.resolve("folder"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path write(Path folder) {
    Path file = temp.resolve("m.safetensors");
    List<String> notes = conversion(ModelFiles.open(folder)).toFile(file);
    assertTrue(notes.getFirst().startsWith("no published model has these sizes"), notes.toString());
    return file;
  }

  private static Conversion conversion(ModelFiles model) {
    return new Conversion(model, StoredAs.AS_IS, Conversion.Progress.NONE);
  }

  @ParameterizedTest
  @FieldSource("TRANSFORMERS")
  void aFileHoldsWhatWasRecorded(String transformer) {
    try (SafetensorsFile file = SafetensorsFile.open(write(folder(transformer)))) {
      SD3File.assertRecorded(transformer, file);
    }
  }

  @ParameterizedTest
  @FieldSource("TRANSFORMERS")
  void everyTensorIsTheFoldersToTheBit(String transformer) {
    Path folder = folder(transformer);
    ModelFiles expected = ModelFiles.open(folder);
    ModelFiles actual = ModelFiles.open(write(folder), folder);
    for (String part : PARTS) {
      assertSameTensors(expected.parameters(part), actual.parameters(part));
    }
  }

  private static void assertSameTensors(Checkpoint expected, Checkpoint actual) {
    try (expected;
        actual) {
      assertEquals(expected.names(), actual.names());
      for (String name : expected.names()) {
        assertEquals(expected.shape(name), actual.shape(name), name);
        assertArrayEquals(expected.tensor(name).toFloats(), actual.tensor(name).toFloats(), name);
      }
      Golden.count(expected.names().size());
    }
  }

  @ParameterizedTest
  @FieldSource("TRANSFORMERS")
  void outputsAreTheFoldersToTheBit(String transformer) {
    Path folder = folder(transformer);
    Path file = write(folder);
    Tensor expected = velocity(transformer, ModelFiles.open(folder).denoiser());
    Tensor actual = velocity(transformer, ModelFiles.open(file, folder).denoiser());
    assertArrayEquals(expected.toFloats(), actual.toFloats());
    try (SafetensorsFile golden =
        Golden.open("sd3-tiny/expected/%s.safetensors".formatted(transformer))) {
      Golden.assertClose("out.0", golden.tensor("out.0"), actual, 1e-5);
    }
  }

  private static Tensor velocity(String transformer, Denoiser denoiser) {
    try (SafetensorsFile golden =
        Golden.open("sd3-tiny/expected/%s.safetensors".formatted(transformer))) {
      Tensor latents = golden.tensor("latents");
      float[] times = new float[latents.dim(0)];
      Arrays.fill(times, golden.tensor("timesteps").toFloats()[0]);
      Conditioning condition =
          new Conditioning(
              golden.tensor("encoder_hidden_states"), golden.tensor("pooled_projections"), null);
      return denoiser.forward(latents, times, condition);
    }
  }

  @ParameterizedTest
  @FieldSource("TRANSFORMERS")
  void folderToFileToFolderHasTheSameBytes(String transformer) throws IOException {
    Path once = temp.resolve("once");
    Path file = temp.resolve("m.safetensors");
    Path twice = temp.resolve("twice");
    conversion(ModelFiles.open(folder(transformer))).toFolder(once);
    conversion(ModelFiles.open(once)).toFile(file);
    conversion(ModelFiles.open(file, once)).toFolder(twice);
    assertEquals(contents(once), contents(twice));
  }

  /// By name, a hash of the bytes.
  private static Map<String, Integer> contents(Path root) throws IOException {
    Map<String, Integer> out = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        out.put(root.relativize(file).toString(), Arrays.hashCode(Files.readAllBytes(file)));
      }
    }
    assertTrue(out.containsKey("tokenizer_3/spiece.model"), out.toString());
    return out;
  }

  // ---- files that hold less

  private Path changed(Consumer<Map<String, Tensor>> change, Path file) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsFile open = SafetensorsFile.open(file)) {
      open.names().forEach(key -> tensors.put(key, open.tensor(key)));
    }
    change.accept(tensors);
    return LdmFile.write(temp.resolve("changed.safetensors"), tensors, DType.F32);
  }

  private Path without(String prefix, Path file) {
    return changed(tensors -> tensors.keySet().removeIf(key -> key.startsWith(prefix)), file);
  }

  @Test
  void textEncodersThatAFileLacksAreTheFolders() {
    Path folder = folder("transformer");
    Path file = without("text_encoders.", write(folder));
    ModelFiles expected = ModelFiles.open(folder);
    ModelFiles actual = ModelFiles.open(file, folder);
    assertTrue(actual.hasT5());
    for (String part : PARTS) {
      assertSameTensors(expected.parameters(part), actual.parameters(part));
    }
    assertEquals(
        file
            + ": text_encoders.clip_l.transformer.*: expected the text_encoder of Stable Diffusion"
            + " 3, in the file or in a folder given with --config DIR, found no such keys",
        assertThrows(FileFormatException.class, () -> ModelFiles.open(file)).getMessage());
  }

  @Test
  void t5IsLeftOutWhereNeitherHasIt() throws IOException {
    Path folder = folder("transformer");
    Path file = without("text_encoders.t5xxl.", write(folder));
    assertTrue(ModelFiles.open(file, folder).hasT5());
    delete(folder.resolve("text_encoder_3"));
    delete(folder.resolve("tokenizer_3"));
    List<String> notes = new ArrayList<>();
    assertFalse(ModelFiles.open(file.toString(), folder, null, notes::add).hasT5());
    assertEquals(
        List.of(
            file
                + ": read without T5, which it does not hold; a folder given with --config may have"
                + " it"),
        notes);
    Path converted = temp.resolve("converted");
    assertEquals(
        List.of("left out, since the model does not have it: text_encoder_3, tokenizer_3"),
        conversion(ModelFiles.open(file, folder)).toFolder(converted));
    assertFalse(ModelFiles.open(converted).hasT5());
  }

  /// Its tokenizer is not in the file.
  @Test
  void t5OfAFileTakesAFolderWithItsTokenizer() throws IOException {
    Path folder = folder("transformer");
    Path file = write(folder);
    delete(folder.resolve("text_encoder_3"));
    delete(folder.resolve("tokenizer_3"));
    List<String> notes = new ArrayList<>();
    ModelFiles read = ModelFiles.open(file.toString(), folder, null, notes::add);
    assertFalse(read.hasT5());
    assertEquals(
        List.of(
            file + ": read without T5, whose tokenizer comes with a folder given with --config"),
        notes);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /// As the published files have CLIP's first text encoder.
  @Test
  void aProjectionThatIsLeftOutIsTheIdentity() {
    Path folder = folder("transformer");
    Path file = without("text_encoders.clip_l.transformer.text_projection", write(folder));
    try (Checkpoint weights = ModelFiles.open(file, folder).parameters("text_encoder")) {
      float[] projection = weights.tensor("text_projection.weight").toFloats();
      for (int i = 0; i < projection.length; i++) {
        assertEquals(i / 24 == i % 24 ? 1 : 0, projection[i]);
      }
      assertEquals(24 * 24, projection.length);
    }
  }

  // ---- what goes wrong

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "joint_blocks.1.x_block.attn.qkv.weight | | transformer_blocks.1.attn.to_q.weight: expected"
            + " a tensor [28,28], found none",
        "joint_blocks.1.x_block.attn.qkv.weight | 83,28 | transformer_blocks.1.attn.to_q.weight:"
            + " expected shape [28,28], found [83,28]",
        "joint_blocks.1.context_block.attn.qkv.bias | 81 |"
            + " transformer_blocks.1.attn.add_k_proj.bias: expected shape [28], found [27]",
        "joint_blocks.2.context_block.adaLN_modulation.1.bias | 57 |"
            + " transformer_blocks.2.norm1_context.linear.bias: expected shape [56], found [57]",
        "final_layer.adaLN_modulation.1.weight | 28 | norm_out.linear.weight: expected shape"
            + " [56,28], found [28]",
        "pos_embed | 1,143,28 | pos_embed.pos_embed: expected shape [1,144,28], found [1,143,28]",
        "joint_blocks.2.context_block.mlp.fc1.bias | 112 |"
            + " joint_blocks.2.context_block.mlp.fc1.bias: expected only keys of a transformer of"
            + " these sizes, found this one",
        "joint_blocks.0.x_block.attn2.qkv.bias | 84 | transformer_blocks.0.attn2.to_k.bias:"
            + " expected no such tensor in a model of this configuration",
        "other.weight | 4 | model.diffusion_model.other.weight: expected only keys of a transformer"
            + " of these sizes, found this one"
      })
  void filesThatDoNotFitAreRefused(String key, String dims, String says) {
    Path folder = folder("transformer");
    Path file =
        changed(
            tensors -> {
              tensors.remove("model.diffusion_model." + key);
              if (dims != null) {
                int[] sizes = Arrays.stream(dims.split(",")).mapToInt(Integer::parseInt).toArray();
                tensors.put(
                    "model.diffusion_model." + key, Tensor.full(DType.F32, Shape.of(sizes), 1));
              }
            },
            write(folder));
    String message =
        assertThrows(
                FileFormatException.class,
                () -> ModelFiles.open(file, folder).parameters("transformer"))
            .getMessage();
    assertTrue(message.contains(says), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void aFolderOfAnotherModelDescribesNothing() {
    Path file = write(folder("transformer"));
    Path other = Golden.require("sd1-tiny/model_index.json").getParent();
    assertEquals(
        other.resolve("model_index.json")
            + ": _class_name: expected StableDiffusion3Pipeline, which "
            + file
            + " is, found StableDiffusionPipeline",
        assertThrows(FileFormatException.class, () -> ModelFiles.open(file, other)).getMessage());
  }
}
