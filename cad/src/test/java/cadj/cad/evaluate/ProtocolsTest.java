package cadj.cad.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.Estimator;
import cadj.cad.method.EditTask;
import cadj.cad.prediction.Granularity;
import cadj.cad.prediction.PredictionSettings;
import cadj.cad.prediction.PredictionSettings.Group;
import cadj.cad.prediction.Truth;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.Scheduler;
import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProtocolsTest {
  static final String TEXT =
      """
      {"name": "garments", "about": "Is it gone?", "goal": "erase", "kind": "object",
       "words": {"object": ["coat", "bag", "shirt"], "style": ["photo", "blueprint"]},
       "concepts": ["bag"], "methods": ["m", "n"], "seeds": [3, 4],
       "sampling": {"scheduler": "ddim", "steps": 2, "guidance": 2.5},
       "groups": [
         {"name": "captions", "of_target": 3, "of_others": 1, "prompts": [
           {"prompt": "a photo of a {object}", "shows": {"style": "photo"}},
           "a {object} in the style of {style}"]},
         {"name": "together", "of_target": 2, "of_others": 0, "prompts": [
           "a {object} beside a {object2}"]}]}
      """;

  @TempDir private Path folder;

  private Protocol read(String text) throws IOException {
    Path file = folder.resolve("p.json");
    Files.writeString(file, text);
    return Protocols.read(file);
  }

  @Test
  void everythingIsRead() throws IOException {
    EditProtocol protocol = (EditProtocol) read(TEXT);
    assertEquals("garments", protocol.name());
    assertEquals(EditTask.Goal.ERASE, protocol.goal());
    assertEquals("object", protocol.kind());
    assertEquals(List.of("bag"), protocol.concepts());
    assertEquals(List.of("m", "n"), protocol.methods());
    assertEquals(List.of(3L, 4L), protocol.seeds());
    assertEquals(Scheduler.Kind.DDIM, protocol.sampling().scheduler());
    assertEquals(2, protocol.sampling().steps());
    assertEquals(2.5, protocol.sampling().guidance());
    assertEquals(
        List.of(
            "a photo of a coat",
            "a photo of a bag",
            "a photo of a shirt",
            "a coat in the style of photo",
            "a coat in the style of blueprint",
            "a bag in the style of photo",
            "a bag in the style of blueprint",
            "a shirt in the style of photo",
            "a shirt in the style of blueprint"),
        protocol.groups().getFirst().prompts().stream().map(ProtocolPrompt::text).toList());
    ProtocolPrompt first = protocol.groups().getFirst().prompts().getFirst();
    assertEquals(Map.of("object", "coat", "style", "photo"), first.shows());
    PromptGroup together = protocol.groups().getLast();
    assertEquals(
        List.of(
            "a coat beside a bag",
            "a coat beside a shirt",
            "a bag beside a coat",
            "a bag beside a shirt",
            "a shirt beside a coat",
            "a shirt beside a bag"),
        together.prompts().stream().map(ProtocolPrompt::text).toList());
    assertEquals(
        List.of(2, 0, 2, 2, 0, 2),
        together.prompts().stream().map(prompt -> together.pictures(prompt, "bag")).toList());
  }

  @Test
  void aListOfPromptsHasItsOwnSeedsAndGuidance() throws IOException {
    Path list = folder.resolve("list.csv");
    Files.writeString(list, "prompt,evaluation_seed,evaluation_guidance\none,5,7.5\ntwo,,\n");
    String listed =
        TEXT.replace(
            "\"prompts\": [\n     \"a {object} beside a {object2}\"]",
            "\"file\": \"list.csv\", \"shows\": {\"object\": \"bag\"}, \"measures\": [\"fid\"]");
    PromptGroup group = ((EditProtocol) read(listed)).groups().getLast();
    assertEquals(List.of(MeasureKind.FID), group.measures());
    assertEquals(
        List.of(
            new ProtocolPrompt("one", group.prompts().getFirst().shows(), 5L, 7.5),
            new ProtocolPrompt("two", group.prompts().getFirst().shows(), null, null)),
        group.prompts());
    assertTrue(group.prompts().getLast().asksFor("bag"));
    String hash = read(listed).hash();
    Files.writeString(list, "prompt\nthree\n");
    assertNotEquals(hash, read(listed).hash());
  }

  @Test
  void theHashFollowsContentNotLayout() throws IOException {
    String hash = read(TEXT).hash();
    assertEquals(hash, read(TEXT.replace("\n", " ")).hash());
    assertNotEquals(hash, read(TEXT.replace("\"of_target\": 3", "\"of_target\": 4")).hash());
  }

  static Stream<String> shipped() {
    return Stream.concat(Protocols.FASHION.stream(), Protocols.STABLE_DIFFUSION.stream());
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void theShippedOnesAreReadAndTheirMethodsAreThere(String name) {
    Protocol protocol = Protocols.open(name);
    assertEquals(name, protocol.name());
    assertFalse(Cell.of(protocol).isEmpty());
  }

  @Test
  void mistakesAreTold() throws IOException {
    refused(
        "\"goal\": \"erase\"", "\"goal\": \"remove\"", "goal: expected erase, amplify or predict");
    refused("\"kind\": \"object\"", "\"kind\": \"thing\"", "kind: expected one of words: object");
    refused("[\"bag\"]", "[\"hat\"]", "concepts: expected words of kind object, found \"hat\"");
    refused("[3, 4]", "[3, 3]", "seeds: expected at least one, none twice");
    refused("[\"m\", \"n\"]", "[]", "methods: expected at least one");
    refused("\"ddim\"", "\"quick\"", "sampling.scheduler: expected one of [ddim");
    refused("\"steps\": 2", "\"steps\": 0", "sampling.steps: expected 1 to 1000, found 0");
    refused("{object2}", "{thing}", "no words of kind \"thing\"");
    refused("\"of_target\": 3", "\"of_target\": -1", "of_target: expected 0 to 10000, found -1");
    refused("\"garments\"", "\"../garments\"", "name: expected up to 64 letters");
    refused("\"about\"", "\"abuot\"", "abuot");
    refused("{\"style\": \"photo\"}", "{\"style\": \"phota\"}", "expected one of the words [");
    refused("{\"style\": \"photo\"}", "{\"stile\": \"photo\"}", "stile: expected a kind of words");
    refused("\"of_target\": 3", "\"of_target\": 3, \"measures\": [\"x\"]", "some of [seen, clip");
    refused("\"of_target\": 3", "\"of_target\": 3, \"file\": \"x\"", "file: expected no prompts");
  }

  private void refused(String what, String by, String says) throws IOException {
    assertTrue(TEXT.contains(what), what);
    FileFormatException error =
        assertThrows(FileFormatException.class, () -> read(TEXT.replace(what, by)), says);
    assertTrue(String.valueOf(error.getMessage()).contains(says), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  private static final String PREDICT =
      """
      {"name": "p", "goal": "predict", "concepts": ["bag"], "estimators": ["first-order"],
       "seeds": [3]}
      """;

  private PredictionPlan plan(String more) throws IOException {
    return (PredictionPlan) read(PREDICT.replace("[3]", "[3]" + more));
  }

  @Test
  void whatIsPredictedIsRead() throws IOException {
    PredictionSettings standard = plan("").settings(9);
    assertEquals(List.of(Truth.FIXED), standard.truths());
    assertEquals(List.of(Sites.FF), standard.sites());
    assertEquals(5, standard.groups().size());
    assertEquals(9, standard.seed());
    assertEquals(
        List.of("first-order"), standard.estimators().stream().map(Estimator::name).toList());
    PredictionSettings own =
        plan(", \"truths\": [\"fixed\", \"fresh\", \"logit\", \"moving-base\"],"
                + " \"sites\": [\"attention\", \"ff\"], \"sets\": [{\"kind\": \"random\", \"of\":"
                + " \"head\", \"ratio\": 0.25, \"count\": 5}, {\"kind\": \"top\", \"of\":"
                + " \"neuron\", \"ratios\": [0.1, 0.2, 0.3]}, {\"kind\": \"random\", \"of\":"
                + " \"layer\"}]")
            .settings(9);
    assertEquals(List.of(Truth.FIXED, Truth.FRESH, Truth.LOGIT, Truth.MOVING_BASE), own.truths());
    assertEquals(List.of(Sites.ATTENTION, Sites.FF), own.sites());
    assertEquals(
        List.of(
            Group.random(Granularity.HEAD, 0.25, 5),
            Group.top(Granularity.NEURON, List.of(0.1, 0.2, 0.3)),
            Group.layers()),
        own.groups());
    assertEquals(standard.steps(), own.steps());
    assertNotEquals(plan("").hash(), plan(", \"truths\": [\"fixed\"]").hash());
  }

  @Test
  void mistakesInWhatIsPredictedAreTold() throws IOException {
    refusedPlan("\"truths\": [\"fresch\"]", "truths: expected some of [fixed, moving-base, fresh");
    refusedPlan("\"truths\": []", "truths: expected at least one, none twice");
    refusedPlan("\"sites\": [\"text\"]", "sites: expected some of [ff, attention");
    refusedPlan("\"sites\": [\"text-ff\"]", "sites: expected parameters of the denoiser");
    refusedPlan("\"sets\": []", "sets: expected at least one");
    refusedPlan(
        "\"sets\": [{\"kind\": \"best\", \"of\": \"head\"}]", "sets[0].kind: expected some");
    refusedPlan(
        "\"sets\": [{\"kind\": \"random\", \"of\": \"head\", \"ratio\": 2, \"count\": 5}]",
        "expected a ratio between 0 and 1");
    refusedPlan(
        "\"sets\": [{\"kind\": \"top\", \"of\": \"layer\", \"ratios\": [0.1, 0.2, 0.3]}]",
        "top sets: not of whole layers");
    refusedPlan("\"sets\": [{\"kind\": \"top\", \"of\": \"head\", \"ratio\": 0.1}]", "ratio");
  }

  private void refusedPlan(String more, String says) {
    FileFormatException error =
        assertThrows(FileFormatException.class, () -> plan(", " + more), says);
    assertTrue(String.valueOf(error.getMessage()).contains(says), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }
}
