package cadj.cad.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.autograd.ops.Cat;
import cadj.cad.edit.Change;
import cadj.cad.edit.Patch;
import cadj.cad.judge.FashionJudge;
import cadj.cad.judge.Judge;
import cadj.cad.method.Cost;
import cadj.cad.method.DefaultPrompts;
import cadj.cad.method.EditMethod;
import cadj.cad.method.EditTask;
import cadj.cad.method.catalogue.MethodText;
import cadj.cad.metrics.ClassifierFeatures;
import cadj.cad.metrics.Fid;
import cadj.cad.picture.Pictures;
import cadj.kernels.random.TorchGenerator;
import cadj.models.files.ModelFiles;
import cadj.models.pipeline.TextToImage;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.Tensor;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.file.Sha256;
import cadj.tensor.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cells against a plain loop that draws each picture alone.
class EvaluationTest {
  private static final ModelFiles FILES = ModelFiles.open("fashion");
  private static final TextToImage PIPELINE = TextToImage.load(FILES);
  private static final Judge JUDGE = new FashionJudge(FILES.classifier());
  private static final Instruments INSTRUMENTS =
      new Instruments(
          JUDGE,
          null,
          new ClassifierFeatures(FILES.classifier()),
          null,
          null,
          new LinkedHashMap<>());

  private final List<String> told = new ArrayList<>();

  private final Evaluation.Listener listener =
      new Evaluation.Listener() {
        @Override
        public void cell(int number, int of, String name) {
          told.add(number + "/" + of + " " + name);
        }

        @Override
        public void at(String what, int done, int total) {}

        @Override
        public void failed(String name, String why) {
          told.add("failed " + name + ": " + why);
        }

        @Override
        public void skipped(int number, int of, String name) {
          told.add("skipped " + name);
        }
      };

  @TempDir private Path folder;

  private Ledger ledger() {
    return Ledger.open(folder.resolve("ledger.jsonl"));
  }

  private Protocol protocol() throws IOException {
    Path file = folder.resolve("p.json");
    Files.writeString(
        file,
        ProtocolsTest.TEXT
            .replace("[\"m\", \"n\"]", "[\"uce:eta=0.5\"]")
            .replace("\"of_others\": 1,", "\"of_others\": 1, \"measures\": [\"seen\", \"fid\"],"));
    return Protocols.read(file);
  }

  private Evaluation evaluation() throws IOException {
    return new Evaluation(FILES, PIPELINE, INSTRUMENTS, ledger(), folder).add(protocol());
  }

  @Test
  void aCellIsWhatAPlainLoopFinds() throws IOException {
    evaluation().run(3, 3, listener); // after two of the model as it is
    assertEquals(List.of("1/2 garments/unedited/3", "2/2 garments/uce:eta=0.5/bag/3"), told);
    JsonObject line = ledger().line("garments/uce:eta=0.5/bag/3");
    Patch patch = Patch.read(folder.resolve("patches/garments.uce_eta=0.5.bag.3.safetensors"));
    patch.requireFits(FILES);
    assertEquals("bag", patch.metadata().get("concept"));
    assertEquals("0.5", patch.metadata().get("eta"));
    assertEquals(patch.size(), line.longInteger("changed"));
    assertEdit(patch);
    TextToImage edited = patch.apply(PIPELINE);
    List<Tensor> before = new ArrayList<>();
    List<Tensor> after = new ArrayList<>();
    int target = 0;
    int targetBefore = 0;
    int others = 0;
    int othersBefore = 0;
    int styles = 0;
    for (String object : List.of("coat", "bag", "shirt")) {
      for (String[] prompt :
          new String[][] {
            {"a photo of a " + object, "photo"},
            {"a " + object + " in the style of photo", "photo"},
            {"a " + object + " in the style of blueprint", "blueprint"}
          }) {
        for (int k = 0; k < (object.equals("bag") ? 3 : 1); k++) {
          Tensor drawn = draw(edited, prompt[0], k);
          Tensor drawnBefore = draw(PIPELINE, prompt[0], k);
          int[] is = seen(drawn);
          int[] was = seen(drawnBefore);
          int wanted = JUDGE.kinds().get(0).indexOf(object);
          if (object.equals("bag")) {
            target += is[0] == wanted ? 1 : 0;
            targetBefore += was[0] == wanted ? 1 : 0;
          } else {
            before.add(rounded(drawnBefore));
            after.add(rounded(drawn));
            others += is[0] == wanted ? 1 : 0;
            othersBefore += was[0] == wanted ? 1 : 0;
            styles += is[1] == JUDGE.kinds().get(1).indexOf(prompt[1]) ? 1 : 0;
          }
        }
      }
    }
    JsonObject figures = line.object("figures").object("captions");
    assertFigure(figures.object("target"), target, 9, targetBefore);
    assertFigure(figures.object("others"), others, 6, othersBefore);
    assertEquals(styles, figures.object("others_style").integer("seen"));
    assertEquals(3, figures.object("by_word").object("coat").integer("of"));
    JsonObject together = line.object("figures").object("together");
    assertEquals(8, together.object("beside").integer("of"));
    assertFalse(together.has("others"));
    assertFalse(figures.has("beside"));
    assertTrue(Files.exists(folder.resolve(line.list("pictures").get(0).string())));
    // drawn together, some of 18,432 levels round to the next
    assertEquals(
        Fid.of(features(before), features(after)), figures.object("fid").number("value"), 5e-3);
    assertEquals(6, figures.object("fid").integer("pictures"));
    assertFalse(together.has("fid"));
  }

  /// The edit by the method alone, on the model as it is.
  private static void assertEdit(Patch found) {
    DefaultPrompts prompts = DefaultPrompts.of("bag", JUDGE);
    EditTask task =
        new EditTask(
            PIPELINE,
            "bag",
            EditTask.Goal.ERASE,
            prompts.targets(),
            prompts.preserve(),
            JUDGE,
            3,
            new Cost());
    Patch expected = MethodText.parse("uce:eta=0.5").edit(task, EditMethod.Progress.NONE);
    assertEquals(expected.changes().keySet(), found.changes().keySet());
    String name = expected.changes().firstEntry().getKey();
    assertArrayEquals(
        ((Change.Replaced) expected.changes().get(name)).values(),
        ((Change.Replaced) found.changes().get(name)).values());
  }

  private static double[][] features(List<Tensor> pictures) {
    return new ClassifierFeatures(FILES.classifier())
        .rows(Cat.cat(0, pictures.toArray(Tensor[]::new)));
  }

  /// As it is stored, in 8 bits.
  private static Tensor rounded(Tensor picture) {
    return Pictures.toTensor(List.of(Pictures.toImage(picture, 0)));
  }

  private static void assertFigure(JsonObject figure, int seen, int of, int before) {
    assertEquals(seen, figure.integer("seen"));
    assertEquals(of, figure.integer("of"));
    assertEquals(before, figure.integer("seen_before"));
    assertEquals(of, figure.integer("of_before"));
  }

  /// Picture `k` of a prompt with seed 3, drawn alone.
  private static Tensor draw(TextToImage pipeline, String prompt, int k) {
    String hash = new Sha256().add("picture " + k + " of \"" + prompt + "\" with seed 3").hex();
    long seed = Long.parseLong(hash.substring(0, 8), 16);
    return pipeline.draw(
        List.of(prompt),
        null,
        TextToImage.noise(pipeline.latentShape(1), new TorchGenerator(seed)),
        new TextToImage.Settings(2, 2.5, Scheduler.Kind.DDIM),
        Scheduler.Noise.NONE,
        TextToImage.Progress.NONE);
  }

  /// Object and style in a picture.
  private static int[] seen(Tensor picture) {
    int[][] seen = JUDGE.sees(picture);
    return new int[] {seen[0][0], seen[1][0]};
  }

  @Test
  void whatIsThereIsNotComputedAgainAndACutLineIs() throws IOException {
    evaluation().run(1, 4, listener);
    assertEquals(4, ledger().lines().size());
    String whole = Files.readString(folder.resolve("ledger.jsonl"));
    told.clear();
    evaluation().run(1, 4, listener);
    assertEquals(4, told.stream().filter(line -> line.startsWith("skipped ")).count());
    assertEquals(whole, Files.readString(folder.resolve("ledger.jsonl")));
    Files.writeString(folder.resolve("ledger.jsonl"), whole.substring(0, whole.length() - 30));
    told.clear();
    evaluation().run(1, 4, listener);
    assertEquals("4/4 garments/uce:eta=0.5/bag/4", told.getLast());
    assertEquals(
        withoutTimes(whole), withoutTimes(Files.readString(folder.resolve("ledger.jsonl"))));
  }

  private static String withoutTimes(String ledger) {
    return ledger.replaceAll("\"(edit_)?seconds\":[0-9.E-]+", "");
  }

  @Test
  void anotherModelOrProtocolIsTold() throws IOException {
    evaluation().run(1, 1, listener);
    String whole = Files.readString(folder.resolve("ledger.jsonl"));
    Files.writeString(
        folder.resolve("ledger.jsonl"), whole.replace(FILES.denoiserHash(), "another"));
    FileFormatException error =
        assertThrows(FileFormatException.class, () -> evaluation().run(1, 1, listener));
    assertTrue(
        String.valueOf(error.getMessage()).contains("garments/unedited/3: model_sha256"),
        error.getMessage());
    Files.writeString(folder.resolve("ledger.jsonl"), whole + whole);
    assertEquals(1, ledger().lines().size());
    Files.writeString(
        folder.resolve("ledger.jsonl"), whole + whole.replace(FILES.denoiserHash(), "another"));
    error = assertThrows(FileFormatException.class, this::ledger);
    assertTrue(String.valueOf(error.getMessage()).contains("line 2"), error.getMessage());
    Files.writeString(folder.resolve("ledger.jsonl"), "notes without an end of line");
    error = assertThrows(FileFormatException.class, this::ledger);
    assertTrue(String.valueOf(error.getMessage()).contains("\"notes without"), error.getMessage());
    assertEquals("notes without an end of line", Files.readString(folder.resolve("ledger.jsonl")));
    Files.writeString(folder.resolve("ledger.jsonl"), "{\"cell\": 3}\n");
    assertThrows(FileFormatException.class, this::ledger);
  }

  @Test
  void readingALedgerWritesNothing() throws IOException {
    evaluation().run(1, 1, listener);
    String cut = Files.readString(folder.resolve("ledger.jsonl")) + "{\"cell\": \"gar";
    Files.writeString(folder.resolve("ledger.jsonl"), cut.replace("{\"cell\": ", "{\"cell\":"));
    String before = Files.readString(folder.resolve("ledger.jsonl"));
    assertEquals(1, Ledger.read(folder.resolve("ledger.jsonl")).lines().size());
    assertEquals(before, Files.readString(folder.resolve("ledger.jsonl")));
    assertThrows(FileFormatException.class, () -> Ledger.read(folder.resolve("none")));
  }

  @Test
  void aCellThatCannotBeComputedIsToldAndTheOthersAre() throws IOException {
    Path file = folder.resolve("p.json");
    Files.writeString(
        file,
        ProtocolsTest.TEXT
            .replace(
                "[\"m\", \"n\"]",
                "[\"esd-x:lr=1e30,iterations=3,sampling_steps=2\", \"random:ratio=0.01\"]")
            .replace("[3, 4]", "[3]"));
    Evaluation evaluation =
        new Evaluation(FILES, PIPELINE, INSTRUMENTS, ledger(), folder).add(Protocols.read(file));
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> evaluation.run(1, 3, listener));
    assertEquals("1 of 3 cells could not be computed", error.getMessage());
    assertTrue(
        told.get(2).matches("failed garments/esd-x:.*/bag/3: (NaN|infinity) in .*"), told.get(2));
    assertEquals("garments/random:ratio=0.01/bag/3", ledger().lines().getLast().string("cell"));
  }

  @Test
  void oneRunAtATime() {
    try (LedgerLock _ = LedgerLock.of(folder)) {
      assertThrows(IllegalArgumentException.class, () -> LedgerLock.of(folder));
    }
    LedgerLock.of(folder).close();
  }

  @Test
  void aRangeOutsideIsTold() throws IOException {
    Evaluation evaluation = evaluation();
    assertThrows(IllegalArgumentException.class, () -> evaluation.run(5, 6, listener));
  }
}
