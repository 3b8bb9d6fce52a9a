package cadj.cad.edit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A patch does to a model what the edit did, stacks, can be taken back, and survives its file; a
/// damaged one is refused in one line.
class PatchTest {
  @TempDir private Path folder;
  private Path file;
  private final SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();

  @BeforeEach
  void model() {
    file = folder.resolve("p.safetensors");
    parameters.put("w", Tensor.of(new float[] {1, -2, 3, -4, 5, -6}, 2, 3));
    parameters.put("v", Tensor.of(new float[] {0.1f, -0f, 1e-40f}, 3));
    parameters.put("untouched", Tensor.of(new float[] {7}, 1));
  }

  private Patch sample() {
    SequencedMap<String, int[]> zeroed = new LinkedHashMap<>();
    zeroed.put("w", new int[] {1, 4, 5});
    zeroed.put("v", new int[] {0, 1, 2});
    return Patch.zeroing(zeroed, parameters, Map.of(Patch.MODEL_HASH, "abc", "concept", "bag"));
  }

  private static void assertBits(float[] expected, Tensor actual) {
    assertArrayEquals(bits(expected), bits(actual.toFloats()));
  }

  private static int[] bits(float[] values) {
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Float.floatToRawIntBits(values[i]);
    }
    return out;
  }

  @Test
  void zeroedWeightsKeepTheirSign() {
    SequencedMap<String, Tensor> edited = sample().apply(parameters);
    assertBits(new float[] {1, -0f, 3, -4, 0, -0f}, edited.get("w"));
    assertBits(new float[] {0, -0f, 0}, edited.get("v"));
    assertEquals(6, sample().size());
  }

  @Test
  void theModelItselfStaysAsItWasAndWhatIsNotEditedIsShared() {
    SequencedMap<String, Tensor> edited = sample().apply(parameters);
    assertBits(new float[] {1, -2, 3, -4, 5, -6}, parameters.get("w"));
    assertSame(parameters.get("untouched"), edited.get("untouched"));
    assertEquals(List.copyOf(parameters.keySet()), List.copyOf(edited.keySet()));
  }

  @Test
  void revertingGivesBackTheOriginalBits() {
    SequencedMap<String, Tensor> back = sample().revert(sample().apply(parameters));
    parameters.forEach((name, w) -> assertBits(w.toFloats(), back.get(name)));
  }

  @Test
  void patchesStackAndAreTakenBackInReverse() {
    Patch first = sample();
    Patch second = Patch.zeroing(Map.of("w", new int[] {0, 1}), first.apply(parameters), Map.of());
    SequencedMap<String, Tensor> edited = second.apply(first.apply(parameters));
    assertBits(new float[] {0, -0f, 3, -4, 0, -0f}, edited.get("w"));
    SequencedMap<String, Tensor> back = first.revert(second.revert(edited));
    assertBits(new float[] {1, -2, 3, -4, 5, -6}, back.get("w"));
  }

  @Test
  void factorsMultiplyWhatThePatchBeforeLeft() {
    Patch half =
        new Patch(
            new LinkedHashMap<>(
                Map.of("w", new Change.Scaled(new int[] {2}, new float[] {0.5f}, new float[] {3}))),
            Map.of());
    assertBits(new float[] {1, -2, 0.75f, -4, 5, -6}, half.apply(half.apply(parameters)).get("w"));
  }

  private Patch replacing() {
    return Patch.replacing(
        Map.of("w", Tensor.of(new float[] {1, 7, -0f, -4, 5.5f, 0}, 2, 3)),
        parameters,
        Map.of("concept", "bag"));
  }

  @Test
  void newValuesReplaceOldOnesAndCanBeTakenBack() {
    SequencedMap<String, Tensor> edited = replacing().apply(parameters);
    assertBits(new float[] {1, 7, -0f, -4, 5.5f, 0}, edited.get("w"));
    assertEquals(4, replacing().size());
    parameters.forEach((name, w) -> assertBits(w.toFloats(), replacing().revert(edited).get(name)));
  }

  @Test
  void newValuesOverAnotherPatchAddTheirDifference() {
    Patch first = Patch.zeroing(Map.of("w", new int[] {0, 1}), parameters, Map.of());
    SequencedMap<String, Tensor> edited = replacing().apply(first.apply(parameters));
    assertBits(new float[] {0, -0f + 9, -0f, -4, 5.5f, 0}, edited.get("w"));
  }

  @Test
  void aParameterThatStaysIsLeftOutOfAReplacement() {
    assertEquals(
        Map.of(),
        Patch.replacing(Map.of("w", parameters.get("w")), parameters, Map.of()).changes());
    assertThrows(
        IllegalArgumentException.class,
        () -> Patch.replacing(Map.of("x", Tensor.of(new float[1], 1)), parameters, Map.of()));
    assertSays(
        assertThrows(
            IllegalArgumentException.class,
            () -> Patch.replacing(Map.of("w", Tensor.of(new float[6], 6)), parameters, Map.of())),
        "expected w [2,3], got [6]");
  }

  @Test
  void replacementsInFiles() {
    replacing().write(file);
    assertEquals("bag", Patch.read(file).metadata().get("concept"));
    SequencedMap<String, Tensor> edited = Patch.read(file).apply(parameters);
    assertBits(new float[] {1, 7, -0f, -4, 5.5f, 0}, edited.get("w"));
    assertBits(parameters.get("w").toFloats(), Patch.read(file).revert(edited).get("w"));
    assertSays(
        assertThrows(
            IllegalArgumentException.class,
            () -> Patch.read(file).apply(Map.of("w", Tensor.of(new float[5], 5)))),
        "expected 6 weights of w, got 5");
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata("kind", "patch");
    writer.add("value/w", Tensor.of(new float[3], 3));
    writer.add("weight/w", Tensor.of(new float[2], 2));
    writer.write(file);
    assertRefused("weight/w: expected F32 [3], found F32 [2]");
  }

  @Test
  void roundTrip() {
    sample().write(file);
    Patch read = Patch.read(file);
    assertEquals("bag", read.metadata().get("concept"));
    assertEquals("patch", read.metadata().get("kind"));
    assertEquals(sample().size(), read.size());
    SequencedMap<String, Tensor> edited = read.apply(parameters);
    sample().apply(parameters).forEach((name, w) -> assertBits(w.toFloats(), edited.get(name)));
    SequencedMap<String, Tensor> back = read.revert(edited);
    parameters.forEach((name, w) -> assertBits(w.toFloats(), back.get(name)));
  }

  @Test
  void aPatchOfNothingChangesNothing() {
    Patch.zeroing(Map.of(), parameters, Map.of()).write(file);
    assertEquals(0, Patch.read(file).size());
    assertEquals(parameters, Patch.read(file).apply(parameters));
  }

  @Test
  void itFitsItsOwnModelOnly() {
    sample().requireFits("abc");
    assertSays(
        assertThrows(IllegalArgumentException.class, () -> sample().requireFits("abd")),
        "expected model_sha256 abd, found abc");
    assertThrows(
        IllegalArgumentException.class,
        () -> new Patch(new LinkedHashMap<>(), Map.of()).requireFits("abc"));
  }

  @Test
  void anUnknownParameterAndAnIndexOutOfRangeAreToldWhenApplied() {
    assertSays(
        assertThrows(IllegalArgumentException.class, () -> sample().apply(Map.of())),
        "the model has no parameter w");
    assertSays(
        assertThrows(
            IllegalArgumentException.class,
            () -> sample().apply(Map.of("w", Tensor.of(new float[5], 5)))),
        "index 5 is outside w of 5 weights");
    assertThrows(
        IllegalArgumentException.class,
        () -> Patch.zeroing(Map.of("x", new int[] {0}), parameters, Map.of()));
  }

  @Test
  void eachIndexHasAFactorAndAWeight() {
    assertSays(
        assertThrows(
            IllegalArgumentException.class,
            () -> new Change.Scaled(new int[2], new float[3], new float[2])),
        "2 indices, 3 factors, 2 weights");
    assertSays(
        assertThrows(
            IllegalArgumentException.class,
            () -> new Change.Scaled(new int[2], new float[2], new float[1])),
        "2 indices, 2 factors, 1 weights");
  }

  @Test
  void truncatedFilesAreRefused() throws IOException {
    sample().write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 60, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused("expected");
    }
  }

  /// The sample's file, without one of its tensors, and changed.
  private void write(String without, Consumer<SafetensorsWriter> change) {
    sample().write(file);
    SafetensorsWriter writer = new SafetensorsWriter();
    try (SafetensorsFile saved = SafetensorsFile.open(file)) {
      saved.metadata().forEach(writer::metadata);
      for (String name : saved.names()) {
        if (!name.equals(without)) {
          DType stored = saved.dtype(name);
          writer.add(name, stored, saved.tensor(name));
        }
      }
    }
    change.accept(writer);
    writer.write(file);
  }

  private static Tensor longs(long... values) {
    return Tensor.of(values, values.length);
  }

  @Test
  void inconsistentFilesAreRefused() {
    write("", out -> out.metadata("kind", "attribution"));
    assertRefused("__metadata__.kind: expected patch, found attribution");
    write("factor/w", out -> {});
    assertRefused("factor/w: expected this tensor");
    write("index/w", out -> {});
    assertRefused(
        "expected index, factor and weight, or value and weight, of 1 parameters, found 5 tensors");
    write("index/w", out -> out.add("index/w", longs(1, 4, 5)));
    assertRefused("index/w: expected I32 of one dimension, found I64");
    write("index/w", out -> out.add("index/w", DType.I32, longs(1, 5, 4)));
    assertRefused("index/w: expected ascending indices, found 4");
    write("index/w", out -> out.add("index/w", DType.I32, longs(1, 4, 4)));
    assertRefused("index/w: expected ascending indices, found 4");
    write("index/w", out -> out.add("index/w", DType.I32, longs(-1, 4, 5)));
    assertRefused("index/w: expected ascending indices, found -1");
    write("index/w", out -> out.add("index/w", DType.I32, longs(1, 4)));
    assertRefused("factor/w: expected F32 [2], found F32 [3]");
    write("index/w", out -> out.add("index/w", DType.I32, longs()));
    assertRefused("factor/w: expected F32 [0], found F32 [3]");
    write("weight/w", out -> out.add("weight/w", DType.F16, Tensor.of(new float[3], 3)));
    assertRefused("weight/w: expected F32 [3], found F16");
    write("factor/w", out -> out.add("factor/w", Tensor.of(new float[] {0, 0, Float.NaN}, 3)));
    assertRefused("factor/w: expected finite numbers, found NaN");
  }

  private void assertRefused(String says) {
    FileFormatException error =
        assertThrows(FileFormatException.class, () -> Patch.read(file), says);
    assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
    assertSays(error, says);
  }

  private static void assertSays(RuntimeException error, String says) {
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains(says), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void aDoseIsWhatIsTakenAway() {
    Map<String, Tensor> parameters = Map.of("w", Tensor.of(new float[] {2, -4, 8}, 3));
    Map<String, int[]> two = Map.of("w", new int[] {0, 1});
    for (double dose : new double[] {0.25, 1, 2}) {
      Patch patch = Patch.dosed(two, dose, parameters, Map.of());
      float left = (float) (1 - dose);
      Map<String, Tensor> edited = patch.apply(parameters);
      assertArrayEquals(new float[] {2 * left, -4 * left, 8}, edited.get("w").toFloats());
      assertArrayEquals(parameters.get("w").toFloats(), patch.revert(edited).get("w").toFloats());
    }
    for (double dose : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertEquals(
          "dose: expected more than 0, got " + dose,
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Patch.dosed(two, dose, parameters, Map.of()))
              .getMessage());
    }
  }

  @Test
  void whatIsNotFiniteIsNotWritten(@TempDir Path folder) {
    Path file = folder.resolve("patch.safetensors");
    for (Change change :
        List.of(
            new Change.Scaled(new int[] {3}, new float[] {Float.NaN}, new float[] {1}),
            new Change.Replaced(new float[] {1, Float.POSITIVE_INFINITY}, new float[] {1, 1}))) {
      SequencedMap<String, Change> changes = new LinkedHashMap<>();
      changes.put("a.weight", change);
      Patch patch = new Patch(changes, Map.of());
      String message =
          String.valueOf(
              assertThrows(IllegalArgumentException.class, () -> patch.write(file)).getMessage());
      assertTrue(message.startsWith("a.weight: expected finite numbers, found "), message);
      assertFalse(Files.exists(file));
    }
  }
}
