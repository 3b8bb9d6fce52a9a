package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.FirstOrder;
import cadj.cad.cli.MemoryPlan.Needs;
import cadj.cad.sd3.SD3Tiny.Form;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextEncoder;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.TextSettings;
import cadj.models.tokenizer.Cleaning;
import cadj.tensor.golden.Golden;
import cadj.tensor.memory.HeapLimit;
import cadj.tensor.shape.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands within a heap that is too small for all they need.
class MemoryPlanTest {
  private static final long MB = 1 << 20;
  private static final long PROGRAM = 160 * MB;

  @TempDir private Path folder;

  /// 1000 MB of weights, 400 of work (500 with waste), 300 of sums: 1960 MB in all.
  private final Needs needs = new Needs(1000 * MB, 50 * MB, 400 * MB, 300 * MB, 10 * MB, 300 * MB);

  private MemoryPlan plan(long heap) {
    return HeapLimit.within(heap, () -> MemoryPlan.of(needs, folder, "fewer --sites"));
  }

  @Test
  void allFits() {
    MemoryPlan plan = plan(1960 * MB);
    assertFalse(plan.weights().isMapped());
    assertFalse(plan.spills());
  }

  @Test
  void thenWeightsStayInTheirFiles() {
    for (long heap : new long[] {1960 * MB - 1, 1210 * MB}) {
      MemoryPlan plan = plan(heap);
      assertTrue(plan.weights().isMapped());
      assertFalse(plan.spills());
    }
  }

  @Test
  void thenSumsGoToAFile() {
    for (long heap : new long[] {1210 * MB - 1, PROGRAM + 610 * MB}) {
      MemoryPlan plan = plan(heap);
      assertTrue(plan.weights().isMapped());
      assertTrue(plan.spills());
    }
  }

  /// T5 reads the prompt before the denoiser begins, its weights left in the file: what is largest
  /// counts.
  @Test
  void whatT5TakesIsWorkToo() {
    ModelFiles with = ModelFiles.open(Form.SD3.model(folder.resolve("sd3")));
    with =
        with.with(new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN, true, 16));
    ModelFiles without =
        with.with(new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN, false, 16));
    Shape latents = Shape.of(1, 16, 2, 2);
    long work = MemoryPlan.generation(with, latents).needs().work();
    assertEquals(with.t5Work(1), work);
    assertEquals(0, without.t5Work(1));
    assertTrue(MemoryPlan.generation(without, latents).needs().work() < work);
    assertEquals(with.weightBytes(), without.weightBytes());
    Shape large = Shape.of(1, 16, 24, 24);
    assertEquals(
        MemoryPlan.generation(without, large).needs().work(),
        MemoryPlan.generation(with, large).needs().work());
  }

  @Test
  void thenItIsRefused() {
    var error = assertThrows(CommandFailure.class, () -> plan(PROGRAM + 610 * MB - 1));
    assertEquals(
        "memory: this needs 808 MB, and there are 807 MB: allow more with --memory 1g, or ask for"
            + " fewer --sites",
        error.getMessage());
  }

  /// With T5 and without: sums of the text encoders' weights that are scored, and of no others.
  @Test
  void sumsOfTextEncoders() {
    Path tiny = Golden.require("sd3-tiny/model_index.json").getParent();
    for (boolean t5 : new boolean[] {true, false}) {
      ModelFiles model =
          ModelFiles.open(tiny)
              .with(new TextSettings(Cleaning.TRANSFORMERS, List.of(), PromptStyle.PLAIN, t5, 16));
      long scored =
          TextEncoder.load(model).parameters().entrySet().stream()
              .filter(w -> TextEncoder.isSite(Sites.TEXT_FF, w.getKey(), w.getValue().rank()))
              .mapToLong(w -> w.getValue().elements())
              .sum();
      Shape latents = model.latentForm().shape(1);
      MemoryPlan plan =
          MemoryPlan.attribution(
              model, List.of(Sites.TEXT_FF), latents, false, new FirstOrder(), 0, folder);
      assertEquals(2 * Float.BYTES * scored, plan.needs().sums(), "T5 " + t5);
    }
  }

  /// What is not there to be put in a file is no reason to refuse.
  @Test
  void withoutSumsThereIsNoFile() {
    Needs plain = new Needs(1000 * MB, 50 * MB, 400 * MB, 0, 0, 0);
    MemoryPlan plan =
        HeapLimit.within(760 * MB, () -> MemoryPlan.of(plain, null, "smaller pictures"));
    assertTrue(plan.weights().isMapped());
    assertFalse(plan.spills());
    assertThrows(
        CommandFailure.class,
        () -> HeapLimit.within(760 * MB - 1, () -> MemoryPlan.of(plain, null, "smaller pictures")));
  }

  /// The same bytes, whatever is held: resident, weights in files, sums in a file too.
  @Test
  void attributionsAreTheSameBytes() throws IOException {
    JsonNode all = attribute("all", Long.MAX_VALUE);
    assertEquals("resident", all.at("/memory/weights").asText());
    assertEquals("memory", all.at("/memory/sums").asText());
    JsonNode needed = all.at("/memory");
    long beside = PROGRAM + (long) (1.25 * needed.at("/expected_work_bytes").asLong());
    long sums = needed.at("/sum_bytes").asLong();
    long weights = needed.at("/weight_bytes").asLong();
    JsonNode mapped = attribute("mapped", beside + sums + weights - 1);
    assertEquals("mapped", mapped.at("/memory/weights").asText());
    assertEquals("memory", mapped.at("/memory/sums").asText());
    JsonNode spilled = attribute("spilled", beside + sums + weights / 4 - 1000);
    assertEquals("mapped", spilled.at("/memory/weights").asText());
    assertEquals("file", spilled.at("/memory/sums").asText());
    byte[] expected = Files.readAllBytes(folder.resolve("all"));
    assertArrayEquals(expected, Files.readAllBytes(folder.resolve("mapped")));
    assertArrayEquals(expected, Files.readAllBytes(folder.resolve("spilled")));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(3, files.count());
    }
  }

  private JsonNode attribute(String name, long heap) {
    return HeapLimit.within(
        heap,
        () ->
            Cli.run(
                    "attribute",
                    "-c",
                    "bag",
                    "--device",
                    "cpu",
                    "--schedule-steps",
                    "2",
                    "--json",
                    "--samples",
                    "2",
                    "-o",
                    folder.resolve(name).toString())
                .json());
  }

  @Test
  void picturesAreTheSameBytes() throws IOException {
    JsonNode all = generate("all.png", Long.MAX_VALUE).json();
    long work = all.at("/memory/expected_work_bytes").asLong();
    assertTrue(all.at("/memory/peak_bytes").asLong() > all.at("/memory/weight_bytes").asLong());
    JsonNode mapped = generate("mapped.png", PROGRAM + 3 * MB + 5 * work / 4).json();
    assertEquals("mapped", mapped.at("/memory/weights").asText());
    assertArrayEquals(
        Files.readAllBytes(folder.resolve("all.png")),
        Files.readAllBytes(folder.resolve("mapped.png")));
    generate("none.png", PROGRAM + work).fails(1, "ask for smaller pictures");
    assertFalse(Files.exists(folder.resolve("none.png")));
  }

  private Cli generate(String name, long heap) {
    return HeapLimit.within(
        heap,
        () ->
            Cli.run(
                "generate",
                "-p",
                "a bag",
                "--steps",
                "2",
                "--device",
                "cpu",
                "--json",
                "-o",
                folder.resolve(name).toString()));
  }

  @Test
  void verbosePrintsWhatIsPlannedAndTaken() {
    String out =
        Cli.run(
                "generate",
                "-v",
                "-p",
                "a bag",
                "--steps",
                "1",
                "--device",
                "cpu",
                "-o",
                folder.resolve("v.png").toString())
            .succeeds()
            .out();
    List<String> lines = out.lines().filter(line -> line.startsWith("memory: ")).toList();
    assertEquals(2, lines.size(), out);
    assertTrue(lines.getFirst().contains("held in single precision"), out);
    assertTrue(lines.getLast().contains("for the process"), out);
  }
}
