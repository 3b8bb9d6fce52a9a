package cadj.cad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cadj evaluate` with a protocol of a user's own.
class EvaluateCommandTest {
  private static final String PROTOCOL =
      """
      {"name": "own", "goal": "erase", "kind": "object",
       "words": {"object": ["coat", "bag", "shirt"]},
       "concepts": ["bag", "coat"], "methods": ["uce", "random"], "seeds": [3, 4],
       "sampling": {"scheduler": "ddim", "steps": 2, "guidance": 3},
       "groups": [{"name": "captions", "of_target": 2, "of_others": 1,
                   "prompts": ["a photo of a {object}"]}]}
      """;

  @TempDir private Path folder;
  private Path protocol;

  @BeforeEach
  void write() throws IOException {
    protocol = folder.resolve("own.json");
    Files.writeString(protocol, PROTOCOL);
  }

  private Cli run(String more) {
    return told("--quiet " + more);
  }

  private Cli told(String more) {
    String all =
        "evaluate --protocol %s --out %s %s".formatted(protocol, folder.resolve("ev"), more);
    return Cli.run(all.strip().split(" +"));
  }

  private List<String> cells() throws IOException {
    return Files.readAllLines(folder.resolve("ev/ledger.jsonl")).stream()
        .map(line -> line.replaceAll("^\\{\"cell\":\"([^\"]*)\".*", "$1"))
        .toList();
  }

  @Test
  void optionsChooseCells() throws IOException {
    JsonNode found = run("--concept coat --seed 7 --method magnitude --json").json();
    assertEquals(List.of("own/unedited/7", "own/magnitude/coat/7"), cells());
    assertEquals(2, found.get("cells").asInt());
    Path page = Path.of(found.get("page").asText());
    assertTrue(Files.readString(page).contains("magnitude"));
    run("--quick --method uce:eta=1").succeeds();
    assertEquals("own/uce:eta=1/bag/3", cells().getLast());
    String again = told("--quick --method uce:eta=1").succeeds().out();
    assertTrue(again.contains("2 of 2 cells are in " + folder.resolve("ev/ledger.jsonl")), again);
    assertTrue(again.contains("\nLook at " + folder.resolve("ev/index.html")), again);
    run("--cells 6-6").succeeds(); // two unedited; then seed 3: bag by two, coat by two
    assertEquals("own/random/coat/3", cells().getLast());
  }

  @Test
  void thePageCanBeMadeAgainAndComparedWithAnotherLedger() throws IOException {
    run("--quick --method random").succeeds();
    Path other = folder.resolve("other.jsonl");
    Files.copy(folder.resolve("ev/ledger.jsonl"), other);
    Files.delete(folder.resolve("ev/index.html"));
    String before = Files.readString(folder.resolve("ev/ledger.jsonl"));
    run("--report --compare " + other).succeeds();
    assertTrue(Files.readString(folder.resolve("ev/index.html")).contains("other.jsonl"));
    assertEquals(before, Files.readString(folder.resolve("ev/ledger.jsonl")));
  }

  @Test
  void mistakesAreToldBeforeAnythingIsComputed() throws IOException {
    run("--concept hat").fails(1, "--concept: expected some of [bag, coat], got hat");
    run("--method best").fails(1, "method: expected one of");
    run("--method uce:best=1").fails(1, "uce: has no setting best");
    run("--cells 20-30").fails(1, "--cells: expected some of the cells 1-10, got cell 20 and on");
    run("--cells x").fails(2, "--cells");
    run("--compare none.jsonl").fails(1, "none.jsonl: expected a ledger");
    Cli.run("evaluate", "--protocol", "fashion-objekts")
        .fails(1, "fashion-objects, fashion-styles");
    run("--report").fails(1, "ledger.jsonl: expected a ledger of cadj evaluate, found no file");
    run("--judge " + protocol).fails(1, "own.json");
    run("--lpips one").fails(1, "--lpips: expected two files");
    run("--labels one").fails(1, "--labels: only with --judge");
    Files.writeString(
        protocol, PROTOCOL.replace("\"of_target\"", "\"measures\": [\"nudity\"], \"of_target\""));
    run("").fails(1, "own: measure nudity: expected NudeNet's file: --nudenet");
    Files.writeString(protocol, PROTOCOL.replace("\"shirt\"", "\"hat\""));
    run("").fails(1, "own: the judge knows no \"hat\"");
    Files.writeString(protocol, PROTOCOL.replace("\"captions\"", "\"../x\""));
    run("").fails(1, "groups[0].name: expected up to 64 letters");
    Files.writeString(protocol, PROTOCOL.substring(0, 50));
    run("").fails(1, "own.json");
    assertFalse(Files.exists(folder.resolve("ev/ledger.jsonl")));
  }

  /// What cannot be computed is told before anything is drawn.
  @Test
  void whatDoesNotFitTogetherIsToldFirst() throws IOException {
    Files.writeString(protocol, PROTOCOL.replace("\"erase\"", "\"amplify\""));
    run("").fails(1, "own: uce: expected a concept to erase, got one to amplify");
    Files.writeString(
        protocol,
        PROTOCOL
            .replace("\"ddim\"", "\"dpmpp_2m\"")
            .replace("\"seeds\"", "\"probes\": [\"noised-pictures\"], \"seeds\""));
    run("")
        .fails(
            1,
            "own: probe noised-pictures by sampler dpmpp_2m: strength: DpmSolverMultistepScheduler"
                + " cannot begin at a later step");
    Files.writeString(
        protocol,
        "{\"name\": \"own\", \"goal\": \"predict\", \"concepts\": [\"hat\"], \"estimators\":"
            + " [\"first-order\"], \"seeds\": [3], \"truths\": [\"logit\"]}");
    run("").fails(1, "own: truth logit: the classifier knows no \"hat\"");
    assertFalse(Files.exists(folder.resolve("ev/ledger.jsonl")));
  }

  /// The truths that a protocol asks for are measured and shown.
  @Test
  void truthsAreMeasuredAndShown() throws IOException {
    Files.writeString(
        protocol,
        "{\"name\": \"own\", \"goal\": \"predict\", \"concepts\": [\"bag\"], \"estimators\":"
            + " [\"first-order\"], \"seeds\": [3], \"truths\": [\"fixed\", \"logit\"], \"sites\":"
            + " [\"norm\"], \"sets\": [{\"kind\": \"random\", \"of\": \"weight\", \"ratio\": 0.5,"
            + " \"count\": 3}]}");
    JsonNode found = run("--json").json();
    String page = Files.readString(Path.of(found.get("page").asText()));
    assertTrue(page.contains("<h4>random weight 0.5; fixed, held-out noise</h4>"), page);
    assertTrue(page.contains("<h4>random weight 0.5; logit, scored noise</h4>"), page);
    String ledger = Files.readString(folder.resolve("ev/ledger.jsonl"));
    assertTrue(ledger.contains("\"sites\":[\"norm\"]"), ledger);
  }
}
