package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.models.denoiser.Denoiser;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
  private static final String FIRST_MATRIX =
      DENOISER.parameters(List.of(Sites.FF)).firstEntry().getKey();

  @TempDir private Path folder;

  private static Patch everyThirdOfTheFirstMatrix() {
    String name = FIRST_MATRIX;
    int[] zeroed =
        IntStream.range(0, PARAMETERS.get(name).elements()).filter(i -> i % 3 == 0).toArray();
    return Patch.zeroing(Map.of(name, zeroed), PARAMETERS, Map.of());
  }

  @Test
  void loadsAndEqualsModelAndPatch() {
    Path target = folder.resolve("new/edited");
    EditedModel.write(MODEL, everyThirdOfTheFirstMatrix(), target);
    Map<String, Tensor> expected = everyThirdOfTheFirstMatrix().apply(PARAMETERS);
    Map<String, Tensor> found = ModelFiles.open(target).denoiser().parameters();
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach(
        (name, w) ->
            assertTrue(Arrays.equals(w.toFloats(), found.get(name).toFloats()), name)); // −0 ≠ 0
  }

  @Test
  void everyOtherFileIsCopiedAndWeightsKeepTheirType() throws IOException {
    Path target = folder.resolve("edited");
    EditedModel.write(MODEL, everyThirdOfTheFirstMatrix(), target);
    List<String> names = files(MODEL.path());
    assertEquals(names, files(target));
    for (String name : names) {
      byte[] before = Files.readAllBytes(MODEL.path().resolve(name));
      byte[] after = Files.readAllBytes(target.resolve(name));
      if (name.startsWith("unet/diffusion")) {
        assertFalse(Arrays.equals(before, after), name);
      } else {
        assertArrayEquals(before, after, name);
      }
    }
    try (Checkpoint before = MODEL.denoiserCheckpoint();
        Checkpoint after = ModelFiles.open(target).denoiserCheckpoint()) {
      assertEquals(before.names().size(), after.names().size());
      before.names().forEach(key -> assertEquals(before.dtype(key), after.dtype(key), key));
    }
    // as diffusers writes it
    try (SafetensorsFile weights =
        SafetensorsFile.open(target.resolve("unet/diffusion_pytorch_model.safetensors"))) {
      assertEquals(Map.of("format", "pt"), weights.metadata());
    }
  }

  @Test
  void aPartThatIsALinkIsCopiedToo() throws IOException {
    Path real = folder.resolve("real");
    EditedModel.write(MODEL, everyThirdOfTheFirstMatrix(), real);
    Path linked = Files.createDirectories(folder.resolve("linked"));
    try (Stream<Path> parts = Files.list(real)) {
      for (Path part : parts.toList()) {
        Files.createSymbolicLink(linked.resolve(part.getFileName()), part);
      }
    }
    Path target = folder.resolve("edited");
    EditedModel.write(
        ModelFiles.open(linked), Patch.zeroing(Map.of(), PARAMETERS, Map.of()), target);
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
                  () -> EditedModel.write(MODEL, everyThirdOfTheFirstMatrix(), taken))
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
          () ->
              EditedModel.write(MODEL, everyThirdOfTheFirstMatrix(), folder.resolve("new/edited")));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of(), files(folder));
  }

  @Test
  void whatAKilledWriterLeftIsClearedAway() throws IOException {
    Path left = folder.resolve(".edited." + UUID.randomUUID() + ".tmp");
    Files.writeString(Files.createDirectories(left.resolve("unet")).resolve("half"), "x");
    EditedModel.write(MODEL, everyThirdOfTheFirstMatrix(), folder.resolve("edited"));
    assertFalse(Files.exists(left));
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    Patch unfit =
        Patch.zeroing(
            Map.of("x", new int[] {0}), Map.of("x", Tensor.of(new float[1], 1)), Map.of());
    assertThrows(
        IllegalArgumentException.class,
        () -> EditedModel.write(MODEL, unfit, folder.resolve("edited")));
    assertEquals(List.of(), files(folder));
  }
}
