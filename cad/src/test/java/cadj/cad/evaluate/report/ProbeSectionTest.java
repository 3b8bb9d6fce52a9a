package cadj.cad.evaluate.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeSectionTest {
  @TempDir private Path folder;

  /// Concepts are added up, whatever prompts are called and losses came out.
  @Test
  void aVariantIsOneRow() {
    FakeLedger ledger = new FakeLedger();
    String[] concepts = {"bag", "coat"};
    for (int i = 0; i < concepts.length; i++) {
      String concept = concepts[i];
      ledger.line(
          "p/uce/" + concept + "/1",
          "uce",
          "\"concept\": \"%s\", ".formatted(concept),
          1,
          """
          "probes": {"%s": [
            {"probe": "noised-pictures", "variant": {"strength": "0.6", "prompt": "%s"}, "seen": %d, "of": 8},
            {"probe": "noised-pictures", "variant": {"strength": "0.6", "prompt": ""}, "seen": 8, "of": 8},
            {"probe": "soft-prompt", "variant": {"steps": "9", "loss": "0.%d", "learned_loss": "0.0%d"}, "seen": 4, "of": 8}]}
          """
              .formatted(concept, concept, 2 + i, i + 1, i + 1));
    }
    String html = ProbeSection.html(ReportCell.of(ledger.at(folder.resolve("l")).lines()));
    assertEquals(1 + 3, html.split("<tr>", -1).length - 1);
    assertTrue(html.contains("strength “0.6”, prompt its name</td><td>0.31 <small>"), html);
    assertTrue(html.contains("strength “0.6”, prompt “”</td><td>1.00"), html);
    assertTrue(
        html.contains("soft-prompt, steps “9”</td><td>0.50 <small>0.28 to 0.72 of 16"), html);
  }
}
