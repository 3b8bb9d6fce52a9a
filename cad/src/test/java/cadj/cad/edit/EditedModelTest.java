package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.convert.Conversion;
import cadj.models.convert.StoredAs;
import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole edited model is the model with its patch, and never takes the place of something else.
class EditedModelTest {
  private static final ModelFiles MODEL = ModelFiles.open("fashion");
  private static final Denoiser DENOISER = MODEL.denoiser();
  private static final Map<String, Tensor> PARAMETERS = DENOISER.parameters();
  private static final String WEIGHTS = "unet/diffusion_pytorch_model.safetensors";
  private static final String FIRST_MATRIX =
      DENOISER.parameters(List.of(Sites.FF)).firstEntry().getKey();

  @TempDir private Path folder;

  private static Patch everyThirdOfTheFirstMatrix() {
    String name = FIRST_MATRIX;
    int[] zeroed =
        IntStream.range(0, PARAMETERS.get(name).elements()).filter(i -> i % 3 == 0).toArray();
    return Patch.zeroing(Map.of(name, zeroed), PARAMETERS, Map.of());
  }

  private static EditedModel.Written write(ModelFiles model, Patch patch, Path target) {
    return EditedModel.write(model, List.of(patch), "a card", target);
  }

  @Test
  void loadsAndEqualsModelAndPatch() {
    Path target = folder.resolve("new/edited");
    write(MODEL, everyThirdOfTheFirstMatrix(), target);
    Map<String, Tensor> expected = everyThirdOfTheFirstMatrix().apply(PARAMETERS);
    Map<String, Tensor> found = ModelFiles.open(target).denoiser().parameters();
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach(
        (name, w) ->
            assertTrue(Arrays.equals(w.toFloats(), found.get(name).toFloats()), name)); // −0 ≠ 0
  }

  @Test
  void whatThePipelineNeedsIsThereAsItWas() throws IOException {
    Path target = folder.resolve("edited");
    EditedModel.Written written = write(MODEL, everyThirdOfTheFirstMatrix(), target);
    List<String> names = new ArrayList<>(files(MODEL.path()));
    List<String> others = names.stream().filter(name -> name.matches("cl(ip|ass).*")).toList();
    assertEquals(others, written.leftOut().stream().sorted().toList()); // not in the index
    names.removeAll(others);
    names.addFirst("README.md");
    assertEquals(names, files(target));
    assertEquals(List.of(WEIGHTS), written.edited());
    for (String name : names.subList(1, names.size())) {
      byte[] before = Files.readAllBytes(MODEL.path().resolve(name));
      byte[] after = Files.readAllBytes(target.resolve(name));
      if (name.equals(WEIGHTS)) {
        assertEquals(before.length, after.length);
        assertFalse(Arrays.equals(before, after), name);
      } else {
        assertArrayEquals(before, after, name);
      }
    }
    assertEquals("a card", Files.readString(target.resolve("README.md")));
  }

  /// The model as a folder outside the program, to change.
  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    write(MODEL, nothing(), copy);
    return copy;
  }

  private static Patch nothing() {
    return Patch.zeroing(Map.of(), PARAMETERS, Map.of());
  }

  @Test
  void takenBackTheFilesHaveTheOriginalsBytes() throws IOException {
    int[] some = IntStream.range(0, 50).map(i -> 7 * i).toArray();
    String second = PARAMETERS.keySet().stream().skip(9).findFirst().orElseThrow();
    List<Patch> patches =
        List.of(
            everyThirdOfTheFirstMatrix(),
            Patch.zeroing(Map.of(FIRST_MATRIX, some), PARAMETERS, Map.of()),
            new Patch(
                new LinkedHashMap<>(Map.of(second, times(second, new int[] {1, 3}, 0.3f))),
                Map.of()));
    Path edited = folder.resolve("edited");
    EditedModel.write(MODEL, patches, "", edited);
    Map<String, Tensor> after = ModelFiles.open(edited).denoiser().parameters();
    float third = PARAMETERS.get(second).toFloats()[3];
    assertEquals(halfPrecision(0.3f * third), after.get(second).toFloats()[3]);
    assertEquals(0f, Math.abs(after.get(FIRST_MATRIX).toFloats()[14]));
    Path back = folder.resolve("back");
    EditedModel.revert(ModelFiles.open(edited), patches, "", back);
    assertArrayEquals(
        Files.readAllBytes(MODEL.path().resolve(WEIGHTS)),
        Files.readAllBytes(back.resolve(WEIGHTS)));
    assertEquals(MODEL.denoiserHash(), ModelFiles.open(back).denoiserHash());
  }

  private static Change times(String name, int[] indices, float factor) {
    float[] values = PARAMETERS.get(name).toFloats();
    float[] factors = new float[indices.length];
    float[] weights = new float[indices.length];
    for (int i = 0; i < indices.length; i++) {
      factors[i] = factor;
      weights[i] = values[indices[i]];
    }
    return new Change.Scaled(indices, factors, weights);
  }

  private static float halfPrecision(float value) {
    return Float.float16ToFloat(Float.floatToFloat16(value));
  }

  @Test
  void onlyWhatWasAppliedIsTakenBack() {
    Path edited = folder.resolve("edited");
    write(MODEL, everyThirdOfTheFirstMatrix(), edited);
    Patch another = Patch.zeroing(Map.of(FIRST_MATRIX, new int[] {0, 1}), PARAMETERS, Map.of());
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    EditedModel.revert(
                        ModelFiles.open(edited), List.of(another), "", folder.resolve("back")))
            .getMessage();
    assertTrue(
        message.contains("were not applied to this model: " + FIRST_MATRIX + "[1]"), message);
    assertFalse(Files.exists(folder.resolve("back")));
  }

  @Test
  void otherCheckpointsInTheFolderAreLeftOut() throws IOException {
    Path copy = copy();
    List<String> left =
        List.of(
            "model.safetensors",
            "unet/diffusion_pytorch_model.non_ema.safetensors",
            "vae/diffusion_pytorch_model.bin",
            "text_encoder/model.safetensors.index.fp16.json",
            "images/sample.png");
    for (String name : left) {
      Files.createDirectories(copy.resolve(name).getParent());
      Files.writeString(copy.resolve(name), "unedited");
    }
    EditedModel.Written written =
        write(ModelFiles.open(copy), everyThirdOfTheFirstMatrix(), folder.resolve("edited"));
    List<String> expected = new ArrayList<>(left);
    expected.add("README.md"); // the copy's own
    assertEquals(expected.stream().sorted().toList(), written.leftOut().stream().sorted().toList());
    for (String name : left) {
      assertFalse(Files.exists(folder.resolve("edited").resolve(name)), name);
    }
  }

  @Test
  void partsThatAreNotBuiltHereAreTakenWholeIfTheIndexNamesThem() throws IOException {
    Path copy = copy();
    Path index = copy.resolve("model_index.json");
    Files.writeString(
        index,
        Files.readString(index)
            .replaceFirst(
                "\\{",
                "{\"safety_checker\": [\"stable_diffusion\", \"StableDiffusionSafetyChecker\"],"));
    Path checker = Files.createDirectory(copy.resolve("safety_checker"));
    Files.writeString(checker.resolve("pytorch_model.bin"), "weights");
    Path edited = folder.resolve("edited");
    write(ModelFiles.open(copy), everyThirdOfTheFirstMatrix(), edited);
    assertEquals("weights", Files.readString(edited.resolve("safety_checker/pytorch_model.bin")));
  }

  @Test
  void uneditedWeightsAreLinksAndEditedOnesAreNot() throws IOException {
    Path copy = copy();
    byte[] before = Files.readAllBytes(copy.resolve(WEIGHTS));
    Path edited = folder.resolve("edited");
    write(ModelFiles.open(copy), everyThirdOfTheFirstMatrix(), edited);
    String vae = "vae/diffusion_pytorch_model.safetensors";
    assertTrue(Files.getFileStore(folder).supportsFileAttributeView("unix"));
    assertEquals(inode(copy.resolve(vae)), inode(edited.resolve(vae)));
    assertNotEquals(inode(copy.resolve(WEIGHTS)), inode(edited.resolve(WEIGHTS)));
    assertArrayEquals(before, Files.readAllBytes(copy.resolve(WEIGHTS)));
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  @Test
  void shardsAreEditedEachInItsPlace() throws IOException {
    Path copy = copy();
    Map<String, String> weightMap = shard(copy);
    Path edited = folder.resolve("edited");
    EditedModel.Written written =
        write(ModelFiles.open(copy), everyThirdOfTheFirstMatrix(), edited);
    assertEquals(List.of("unet/" + weightMap.get(FIRST_MATRIX)), written.edited());
    Map<String, Tensor> expected = everyThirdOfTheFirstMatrix().apply(PARAMETERS);
    Map<String, Tensor> found = ModelFiles.open(edited).denoiser().parameters();
    expected.forEach(
        (name, w) -> assertTrue(Arrays.equals(w.toFloats(), found.get(name).toFloats()), name));
  }

  @Test
  void aSingleFileBecomesAnEditedFolder() throws IOException {
    Path file = folder.resolve("model.safetensors");
    new Conversion(MODEL, StoredAs.AS_IS, Conversion.Progress.NONE).toFile(file);
    ModelFiles single = ModelFiles.open(file, MODEL.path());
    Path edited = folder.resolve("edited");
    EditedModel.Written written = write(single, everyThirdOfTheFirstMatrix(), edited);
    assertEquals(List.of("unet"), written.edited());
    assertEquals("a card", Files.readString(edited.resolve("README.md")));
    Map<String, Tensor> expected = everyThirdOfTheFirstMatrix().apply(PARAMETERS);
    Map<String, Tensor> found = ModelFiles.open(edited).denoiser().parameters();
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach(
        (name, w) -> assertTrue(Arrays.equals(w.toFloats(), found.get(name).toFloats()), name));
    Patch unfit =
        Patch.zeroing(
            Map.of("x", new int[] {0}), Map.of("x", Tensor.of(new float[1], 1)), Map.of());
    assertThrows(
        IllegalArgumentException.class, () -> write(single, unfit, folder.resolve("never")));
    assertFalse(Files.exists(folder.resolve("never")));
  }

  /// Puts a folder's denoiser into two files and an index: file by key.
  private static Map<String, String> shard(Path model) throws IOException {
    Map<String, String> weightMap = new LinkedHashMap<>();
    SafetensorsWriter[] writers = {new SafetensorsWriter(), new SafetensorsWriter()};
    try (SafetensorsFile file = SafetensorsFile.open(model.resolve(WEIGHTS))) {
      int i = 0;
      for (String name : file.names()) {
        weightMap.put(
            name, "diffusion_pytorch_model-0000%d-of-00002.safetensors".formatted(i % 2 + 1));
        writers[i++ % 2].add(name, file.dtype(name), file.tensor(name));
      }
    }
    for (int i = 0; i < 2; i++) {
      writers[i].write(
          model.resolve(
              "unet/diffusion_pytorch_model-0000%d-of-00002.safetensors".formatted(i + 1)));
    }
    Files.delete(model.resolve(WEIGHTS));
    Files.writeString(
        model.resolve("unet/diffusion_pytorch_model.safetensors.index.json"),
        new ObjectMapper().writeValueAsString(Map.of("weight_map", weightMap)));
    return weightMap;
  }

  @Test
  void aPartThatIsALinkIsCopiedToo() throws IOException {
    Path real = folder.resolve("real");
    write(MODEL, everyThirdOfTheFirstMatrix(), real);
    Path linked = Files.createDirectories(folder.resolve("linked"));
    try (Stream<Path> parts = Files.list(real)) {
      for (Path part : parts.toList()) {
        Files.createSymbolicLink(linked.resolve(part.getFileName()), part);
      }
    }
    Path target = folder.resolve("edited");
    write(ModelFiles.open(linked), nothing(), target);
    assertEquals(files(real), files(target));
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void whatExistsIsLeftAlone() throws IOException {
    Path target = Files.createDirectory(folder.resolve("precious"));
    Files.writeString(target.resolve("thesis.txt"), "chapter 1");
    Path file = Files.writeString(folder.resolve("file"), "x");
    for (Path taken : List.of(target, file)) {
      String message =
          assertThrows(
                  UncheckedIOException.class,
                  () -> write(MODEL, everyThirdOfTheFirstMatrix(), taken))
              .getMessage();
      assertTrue(message.contains(taken + " exists already"), message);
    }
    assertEquals(List.of("file", "precious/thesis.txt"), files(folder));
  }

  @Test
  void anInterruptionLeavesNothingBehind() throws IOException {
    Thread.currentThread().interrupt();
    try {
      assertThrows(
          UncheckedIOException.class,
          () -> write(MODEL, everyThirdOfTheFirstMatrix(), folder.resolve("new/edited")));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of(), files(folder));
  }

  @Test
  void whatAKilledWriterLeftIsClearedAway() throws IOException {
    Path left = folder.resolve(".edited." + UUID.randomUUID() + ".tmp");
    Files.writeString(Files.createDirectories(left.resolve("unet")).resolve("half"), "x");
    write(MODEL, everyThirdOfTheFirstMatrix(), folder.resolve("edited"));
    assertFalse(Files.exists(left));
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    Patch unfit =
        Patch.zeroing(
            Map.of("x", new int[] {0}), Map.of("x", Tensor.of(new float[1], 1)), Map.of());
    assertThrows(
        IllegalArgumentException.class, () -> write(MODEL, unfit, folder.resolve("edited")));
    assertEquals(List.of(), files(folder));
  }
}
