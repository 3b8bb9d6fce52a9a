package cadj.models.files;

import static cadj.autograd.ops.Affine.scale;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.golden.Golden;
import cadj.tensor.golden.GoldenTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every part of every kind of model, in every form: the weights are those of the plain folder.
@GoldenTest
final class PartFormsTest {
  @TempDir private Path temp;
  private final List<String> notes = new ArrayList<>();

  static Stream<Arguments> parts() {
    return Golden.modelFolders().stream()
        .flatMap(
            model ->
                PartForms.PARTS.stream()
                    .filter(part -> Files.isDirectory(model.resolve(part)))
                    .map(part -> Arguments.of(model, part)));
  }

  static Stream<Arguments> textEncoders() {
    return parts().filter(model -> ((String) model.get()[1]).startsWith("text"));
  }

  private Path copy(Path model) {
    Golden.count(1);
    return Folders.copy(model, temp.resolve("copy" + temp.toFile().list().length));
  }

  private ModelFiles open(Path folder, String variant) {
    return ModelFiles.open(folder.toString(), null, variant, notes::add);
  }

  private void assertSame(Path model, Path folder, String part, String variant) {
    assertEqual(
        PartForms.loaded(ModelFiles.open(model), part),
        PartForms.loaded(open(folder, variant), part));
  }

  private static void assertEqual(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    assertTrue(!expected.isEmpty());
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach(
        (key, weight) -> assertArrayEquals(weight.toFloats(), actual.get(key).toFloats(), key));
  }

  @ParameterizedTest
  @MethodSource("parts")
  void anOnlyVariant(Path model, String part) {
    for (String variant : List.of("fp16", "non_ema", "my-own.2")) {
      Path folder = copy(model);
      PartForms.rename(folder, part, "%s.%s.safetensors".formatted(PartForms.stem(part), variant));
      assertSame(model, folder, part, null);
      assertEquals(
          List.of(
              "%s: took the variant %s, as there are no plain weights"
                  .formatted(folder.resolve(part), variant)),
          notesOf(folder, part));
      notes.clear();
      assertSame(model, folder, part, variant);
      assertEquals(List.of(), notesOf(folder, part));
    }
  }

  /// What was told of a part: to know what room all weights take, the others are opened too.
  private List<String> notesOf(Path folder, String part) {
    return notes.stream().filter(note -> note.startsWith(folder.resolve(part) + ": ")).toList();
  }

  @ParameterizedTest
  @MethodSource("parts")
  void shards(Path model, String part) {
    String stem = PartForms.stem(part);
    Map<String, String> forms =
        Map.of(
            stem + ".safetensors.index.json", stem + "-%05d-of-00003.safetensors",
            stem + ".safetensors.index.fp16.json", stem + ".fp16-%05d-of-00003.safetensors",
            stem + ".safetensors.bf16.index.json", stem + "-%05d-of-00003.bf16.safetensors");
    forms.forEach(
        (index, shard) -> {
          Path folder = copy(model);
          PartForms.shard(folder, part, index, shard);
          assertSame(model, folder, part, null);
        });
  }

  /// Files that differ, so that the choice shows: each variant is scaled by a factor of its own.
  @ParameterizedTest
  @MethodSource("parts")
  void theVariantThatIsAskedFor(Path model, String part) {
    Path folder = copy(model);
    Map<String, Tensor> plain = Folders.tensors(PartForms.plain(folder, part));
    List<String> variants = List.of("fp16", "ema");
    for (int i = 0; i < variants.size(); i++) {
      PartForms.write(folder, part, scaled(plain, 2 + i));
      PartForms.rename(
          folder, part, "%s.%s.safetensors".formatted(PartForms.stem(part), variants.get(i)));
    }
    assertEquals(
        folder.resolve(part)
            + ": expected plain weights, or a choice with --variant NAME, found the variants ema,"
            + " fp16",
        refusal(folder, part, null));
    Map<String, Tensor> expected = PartForms.loaded(ModelFiles.open(model), part);
    assertEqual(scaled(expected, 2), PartForms.loaded(open(folder, "fp16"), part));
    assertEqual(scaled(expected, 3), PartForms.loaded(open(folder, "ema"), part));
    PartForms.write(folder, part, plain);
    assertSame(model, folder, part, null);
    assertEquals(List.of(), notesOf(folder, part));
    assertSame(model, folder, part, "bf16");
    assertEquals(
        List.of(folder.resolve(part) + ": took plain weights, as there is no variant bf16"),
        notesOf(folder, part));
  }

  /// diffusers reads the index, transformers the single file.
  @ParameterizedTest
  @MethodSource("parts")
  void aStrayFileBesideAnIndex(Path model, String part) {
    Path folder = copy(model);
    String stem = PartForms.stem(part);
    Map<String, Tensor> plain = Folders.tensors(PartForms.plain(folder, part));
    PartForms.shard(
        folder, part, stem + ".safetensors.index.json", stem + "-%05d-of-00003.safetensors");
    PartForms.write(folder, part, scaled(plain, 1.25f));
    boolean single = part.startsWith("text");
    Map<String, Tensor> expected = PartForms.loaded(ModelFiles.open(model), part);
    assertEqual(
        single ? scaled(expected, 1.25f) : expected, PartForms.loaded(open(folder, null), part));
    String index = stem + ".safetensors.index.json";
    assertEquals(
        List.of(
            "%s: took %s, not %s beside it"
                .formatted(
                    folder.resolve(part),
                    single ? stem + ".safetensors" : index,
                    single ? index : stem + ".safetensors")),
        notes);
  }

  private static Map<String, Tensor> scaled(Map<String, Tensor> tensors, float factor) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    tensors.forEach(
        (key, tensor) -> out.put(key, tensor.dtype().isFloat() ? scale(tensor, factor) : tensor));
    return out;
  }

  @ParameterizedTest
  @MethodSource("textEncoders")
  void keysWithoutTextModel(Path model, String part) {
    Path folder = copy(model);
    Map<String, Tensor> bare = new LinkedHashMap<>();
    Folders.tensors(PartForms.plain(folder, part))
        .forEach((key, tensor) -> bare.put(key.replaceFirst("^text_model\\.", ""), tensor));
    assertTrue(bare.keySet().stream().noneMatch(key -> key.startsWith("text_model")));
    PartForms.write(folder, part, bare);
    assertSame(model, folder, part, null);
    assertEquals(List.of(), notes);
    // strictness stays
    Tensor norm = bare.remove("final_layer_norm.weight");
    PartForms.write(folder, part, bare);
    assertEquals(
        "%s: text_model.final_layer_norm.weight: expected a tensor %s, found none"
            .formatted(PartForms.plain(folder, part), norm.shape()),
        refusal(folder, part, null));
    bare.put("final_layer_norm.weight", norm);
    bare.put("text_model.final_layer_norm.weight", norm);
    PartForms.write(folder, part, bare);
    assertEquals(
        "%s: text_model.final_layer_norm.weight: expected each tensor once, found it again, as"
                .formatted(PartForms.plain(folder, part))
            + " \"final_layer_norm.weight\"",
        refusal(folder, part, null));
    bare.remove("text_model.final_layer_norm.weight");
    bare.put("encoder.layers.99.mlp.fc1.bias", norm);
    PartForms.write(folder, part, bare);
    assertEquals(
        "%s: text_model.encoder.layers.99.mlp.fc1.bias: expected no such tensor in a model of this"
                .formatted(PartForms.plain(folder, part))
            + " configuration, found it",
        refusal(folder, part, null));
  }

  /// A whole CLIP model with its configuration, as openai publishes it, in the encoder's place.
  @ParameterizedTest
  @MethodSource("textEncoders")
  void wholeClipModels(Path model, String part) throws IOException {
    Path folder = copy(model);
    Map<String, Tensor> tensors = Folders.tensors(PartForms.plain(folder, part));
    Tensor one = Tensor.of(new float[] {1, 2}, 2);
    tensors.put("logit_scale", Tensor.scalar(2.6f));
    tensors.put("vision_model.post_layernorm.weight", one);
    tensors.put("vision_model.embeddings.position_ids", Tensor.of(new long[] {0, 1}, 1, 2));
    tensors.put("visual_projection.weight", one);
    boolean projection = tensors.containsKey("text_projection.weight");
    tensors.putIfAbsent("text_projection.weight", one);
    PartForms.write(folder, part, tensors);
    Path config = folder.resolve(part).resolve("config.json");
    Files.writeString(
        config,
        "{\"model_type\": \"clip\", \"hidden_size\": 7, \"projection_dim\": 3, \"text_config\": %s,"
                .formatted(Files.readString(config))
            + " \"vision_config\": {\"hidden_size\": 5}}");
    assertSame(model, folder, part, null);
    assertEquals(
        List.of(
            "%s: ignored %d tensors of other modules: logit_scale,%s vision_model,"
                    .formatted(
                        PartForms.plain(folder, part),
                        projection ? 4 : 5,
                        projection ? "" : " text_projection,")
                + " visual_projection"),
        notes);
    PartForms.loaded(open(folder, null), part); // another reading tells it again, and once
    assertEquals(2, notes.size());
  }

  /// Once for all that one command does with a model.
  @ParameterizedTest
  @MethodSource("textEncoders")
  void notesAreToldOnce(Path model, String part) {
    Path folder = copy(model);
    Map<String, Tensor> tensors = Folders.tensors(PartForms.plain(folder, part));
    tensors.put("logit_scale", Tensor.scalar(1));
    PartForms.write(folder, part, tensors);
    ModelFiles files = open(folder, null);
    String hash = files.partsHash();
    files.textEncoder(part);
    assertEquals(hash, files.partsHash());
    assertEquals(1, notes.size(), notes.toString());
  }

  /// Other modules' tensors are no excuse for the parts that have none.
  @ParameterizedTest
  @MethodSource("parts")
  void tensorsOfNoModule(Path model, String part) {
    Path folder = copy(model);
    Map<String, Tensor> tensors = Folders.tensors(PartForms.plain(folder, part));
    String key = part.startsWith("text") ? "audio_model.weight" : "vision_model.weight";
    tensors.put(key, Tensor.scalar(1));
    PartForms.write(folder, part, tensors);
    assertEquals(
        "%s: %s: expected no such tensor in a model of this configuration, found it"
            .formatted(PartForms.plain(folder, part), key),
        refusal(folder, part, null));
  }

  private String refusal(Path folder, String part, String variant) {
    return assertThrows(
            FileFormatException.class, () -> PartForms.loaded(open(folder, variant), part))
        .getMessage();
  }
}
