package cadj.cad.evaluate.report;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.evaluate.Ledger;
import cadj.cad.statistics.Interval;
import cadj.cad.statistics.PairedDifference;
import cadj.cad.statistics.Proportion;
import cadj.tensor.file.FileFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small ledgers whose figures can be worked out by hand.
class ReportTest {
  @TempDir private Path folder;

  private Ledger ledger(FakeLedger lines) {
    return lines.at(folder.resolve("ledger.jsonl"));
  }

  private static List<ReportCell> cells(Ledger ledger) {
    return ReportCell.of(ledger.lines());
  }

  @Test
  void measures() {
    List<ReportCell> cells =
        cells(ledger(new FakeLedger().unedited(1).edit("a", "", "coat", 1, 3, 8, 3)));
    List<Measure> measures = Measure.of("captions", cells);
    assertEquals(
        "target, others kept, kept without “shirt”, worst other, others style, clip score",
        measures.stream().map(Measure::title).collect(Collectors.joining(", ")));
    List<Double> values = measures.stream().map(m -> m.of().applyAsDouble(cells.get(1))).toList();
    // 3/10; 11/20 of 15/20; 8/10 of 10/10; the smaller of 8/10 and 3/5
    assertEquals(List.of(0.3, 0.55 / 0.75, 0.8, 0.3 / 0.5, Double.NaN, 23.5), values);
    assertTrue(measures.get(0).lowerIsBetter());
    assertFalse(measures.get(1).lowerIsBetter());
    assertTrue(measures.get(0).having(cells).size() == 1, "the model as it is has no figures");
  }

  /// Amplified concepts should come.
  @Test
  void goalOfAmplification() {
    FakeLedger lines =
        new FakeLedger()
            .line(
                "p/a/coat/1",
                "a",
                "\"concept\": \"coat\", ",
                1,
                "\"goal\": \"amplify\", \"figures\": {\"g\": {\"target\": {\"seen\": 1, \"of\":"
                    + " 4}}}");
    List<ReportCell> cells = cells(ledger(lines));
    assertFalse(Measure.target("g", cells).lowerIsBetter());
    assertEquals(0.25, Measure.target("g", cells).of().applyAsDouble(cells.getFirst()));
  }

  @Test
  void summaries() {
    FakeLedger lines = new FakeLedger();
    int[] seen = {1, 2, 6};
    for (int seed = 0; seed < 3; seed++) {
      lines.edit("a", "", "coat", seed, seen[seed], 10, 5).edit("b", "", "coat", seed, 0, 10, 5);
    }
    List<ReportCell> cells = cells(ledger(lines));
    List<Variant> variants = Variant.of(cells);
    Measure target = Measure.target("captions", cells);
    Summary a = Summary.of(target, variants.get(0).cells());
    assertEquals(0.3, a.mean(), 1e-15);
    assertEquals(0.2, a.median());
    assertEquals(0.6, a.worst());
    assertEquals(1, a.atMost(0.1));
    assertTrue(a.interval().low() >= 0.1 && a.interval().high() <= 0.6, a.interval().toString());
    // all alike: the interval of 0 of 30 pictures
    Summary b = Summary.of(target, variants.get(1).cells());
    assertEquals(new Proportion(0, 30).wilson(0.95), b.interval());
    Measure kept = Measure.kept("captions", "others");
    assertEquals(1, Summary.of(kept, variants.get(0).cells()).worst());
    assertEquals(Interval.UNKNOWN, Summary.of(kept, variants.get(0).cells()).interval());
  }

  @Test
  void variants() {
    FakeLedger lines =
        new FakeLedger()
            .edit("a", "\"n\": \"1\", \"k\": \"x\"", "coat", 1, 0, 0, 0)
            .edit("a:n=2", "\"n\": \"2\", \"k\": \"x\"", "coat", 1, 0, 0, 0)
            .edit("b", "\"n\": \"3\"", "coat", 1, 0, 0, 0)
            .edit("a", "\"n\": \"1\", \"k\": \"x\"", "coat", 2, 0, 0, 0)
            .edit("c", "\"n\": \"1\"", "coat", 1, 0, 0, 0)
            .edit("c", "\"n\": \"2\"", "coat", 2, 0, 0, 0);
    List<Variant> variants = Variant.of(cells(ledger(lines)));
    assertEquals("a, a:n=2, b, c:n=1, c:n=2", each(variants, Variant::label));
    assertEquals("a, a, b, c, c", each(variants, Variant::method));
    assertEquals("{n=1}, {n=2}, {}, {n=1}, {n=2}", each(variants, v -> v.differing().toString()));
    assertEquals("2, 1, 1, 1, 1", each(variants, v -> "" + v.cells().size()));
  }

  private static String each(List<Variant> variants, Function<Variant, String> what) {
    return variants.stream().map(what).collect(Collectors.joining(", "));
  }

  /// With eight concepts the smallest p is 2/256, times two comparisons: enough; with five, 2/32:
  /// not enough, however large the difference.
  @Test
  void bestOnlyIfSignificant() {
    assertEquals("b", requireNonNull(best(8, 1)).label());
    assertNull(best(5, 1));
    assertNull(best(8, 5)); // another one is as good
  }

  private Variant best(int concepts, int ofThird) {
    FakeLedger lines = new FakeLedger();
    for (int c = 0; c < concepts; c++) {
      lines.edit("a", "", "c" + c, 1, 9 - c % 2, 10, 5);
      lines.edit("b", "", "c" + c, 1, c % 2, 10, 5);
      lines.edit("c", "", "c" + c, 1, ofThird == 1 ? 5 + c % 2 : c % 2, 10, 5);
    }
    List<ReportCell> cells = cells(ledger(lines));
    return Comparison.best(Measure.target("captions", cells), Variant.of(cells));
  }

  /// Cells are paired by concept and seed, whatever their order; those without counterpart are left
  /// out.
  @Test
  void comparesTheSameCells() {
    FakeLedger lines =
        new FakeLedger()
            .edit("a", "", "coat", 1, 1, 0, 0)
            .edit("a", "", "coat", 2, 5, 0, 0)
            .edit("a", "", "bag", 1, 9, 0, 0)
            .edit("b", "", "coat", 2, 7, 0, 0)
            .edit("b", "", "coat", 1, 4, 0, 0);
    List<ReportCell> cells = cells(ledger(lines));
    List<Variant> variants = Variant.of(cells);
    PairedDifference difference =
        requireNonNull(
            Comparison.of(
                Measure.target("captions", cells),
                variants.get(0).cells(),
                variants.get(1).cells()));
    assertEquals(2, difference.pairs());
    assertEquals(0.25, difference.mean(), 1e-15); // (0.3 + 0.2) / 2
    assertEquals(1, difference.units());
  }

  @Test
  void page() throws IOException {
    FakeLedger lines = new FakeLedger().unedited(1);
    for (int c = 0; c < 8; c++) {
      lines.edit("good", "", "c" + c, 1, c % 2, 10, 5);
      lines.edit("<i>&'\\\"", "", "c" + c, 1, 9, 6, 1);
    }
    Path page = Report.write(ledger(lines), null);
    assertEquals(folder.resolve("index.html"), page);
    String html = Files.readString(page);
    assertTrue(html.contains("17 cells, of which 16 are edits"), html);
    assertTrue(html.contains("<b>0.05</b> <small>["), "mean of the best");
    assertTrue(html.contains("<td>0.90 <small>[0.81, 0.95]</small></td>"), "Wilson's of 72 of 80");
    assertTrue(html.contains("<td>0.05</td><td>0.10</td><td>8 of 8</td>"), "median, worst, ≤ 0.1");
    assertTrue(html.contains("<td>1,000</td><td>240</td><td>1.50</td>"), "cost");
    assertTrue(html.contains("&lt;i&gt;&amp;&#39;&quot;"));
    assertFalse(html.contains("<i>"));
    assertTrue(html.contains("src=\"pictures/p.good.1.captions.png\""));
    assertFalse(html.contains("secret"), "a path that leads out of the folder");
    assertFalse(html.contains("x.png"), "a name with a quote");
    assertEquals(html, Report.html(ledger(lines), null), "the same ledger, the same page");
  }

  @Test
  void differencesBetweenLedgers() {
    FakeLedger before = new FakeLedger();
    FakeLedger after = new FakeLedger();
    for (int c = 0; c < 10; c++) {
      before.edit("a", "", "c" + c, 1, 8, 10, 5);
      after.edit("a", "", "c" + c, 1, c == 0 ? 8 : 2, 10, 5);
    }
    before.edit("a", "", "gone", 1, 8, 10, 5);
    after.edit("b", "", "new", 1, 8, 10, 5).edit("b", "", "newer", 1, 8, 10, 5);
    Ledger there = before.at(folder.resolve("before.jsonl"));
    String html = Report.html(ledger(after), there);
    assertTrue(
        html.contains(
            "10 cells are in both, 2 only here, 1 only there; of those in both 1 have the same"
                + " figures to the last digit"),
        html);
    // nine of ten fell by 0.6: p = 2/2⁹; five tests of target, others kept, … together
    assertTrue(
        html.contains(
            "<td>p, captions:"
                + " a</td><td>target</td><td>10</td><td>0.80</td><td>0.26</td><td><b>−0.54</b>"),
        html);
    assertTrue(html.contains("<td>0.004</td><td>0.020</td>"), html);
  }

  @Test
  void eachProtocolHasItsOwnTables() {
    FakeLedger lines = new FakeLedger().edit("a", "", "coat", 1, 3, 8, 3);
    lines.line(
        "q/b/coat/1",
        "b",
        "\"concept\": \"coat\", ",
        1,
        "\"figures\": {\"g\": {\"target\": {\"seen\": 1, \"of\": 4}}}");
    Path file = folder.resolve("two.jsonl");
    lines.at(file);
    String text =
        read(file)
            .replace(
                "\"protocol\": \"p\", \"method\": \"b\"", "\"protocol\": \"q\", \"method\": \"b\"");
    write(file, text);
    String html = Report.html(Ledger.open(file), null);
    String first = html.substring(html.indexOf("<h2>p</h2>"), html.indexOf("<h2>q</h2>"));
    String second = html.substring(html.indexOf("<h2>q</h2>"));
    assertTrue(first.contains("<h3>captions</h3>") && !first.contains("<h3>g</h3>"), first);
    assertTrue(second.contains("<h3>g</h3>") && !second.contains("<h3>captions</h3>"), second);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where a concept goes, the front is at few of the target; of two points one beats the other.
  @Test
  void tradeOff() {
    FakeLedger lines = new FakeLedger();
    lines.edit("good", "", "coat", 1, 1, 10, 5).edit("bad", "", "coat", 1, 9, 6, 3);
    List<ReportCell> cells = cells(ledger(lines));
    String html = TradeOff.html("captions", Variant.of(cells), cells);
    // 0.1 on an axis from −0.06 to 1.06, of 492 pixels from 56 on
    String front =
        String.format(
            Locale.ROOT,
            "d=\"M%.1f [0-9.]+\" fill=\"none\" stroke=\"#999\"",
            56 + 492 * 0.16 / 1.12);
    assertTrue(Pattern.compile(front).matcher(html).find(), html);
    assertTrue(html.contains("<title>good: target 0.10, others kept 1.00</title>"), html);
    assertTrue(TradeOff.html("none", Variant.of(cells), cells).isEmpty());
  }

  @Test
  void doses() {
    FakeLedger lines = new FakeLedger();
    int[] seen = {1, 2, 6};
    for (int seed = 0; seed < 3; seed++) {
      lines.edit("a", "\"n\": \"0.5\"", "coat", seed, seen[seed], 10, 5);
      lines.edit("a:n=0.25", "\"n\": \"0.25\"", "coat", seed, 8, 10, 5);
      lines.edit("b", "\"n\": \"1\"", "coat", seed, 8, 10, 5);
    }
    List<ReportCell> cells = cells(ledger(lines));
    String html = DoseResponse.html("captions", Variant.of(cells), cells);
    assertEquals(1, html.split("<figure>", -1).length - 1, "b has one dose only");
    int weaker = html.indexOf("<title>0.80</title>");
    int stronger = html.indexOf("<title>0.30</title>");
    assertTrue(weaker > 0 && stronger > weaker, html);
    assertTrue(html.contains(">n</text>"), html);
  }

  @Test
  void concepts() {
    FakeLedger lines = new FakeLedger();
    lines.edit("a", "", "coat", 1, 3, 8, 4).edit("a", "", "coat", 2, 5, 8, 4);
    lines.edit("a", "", "bag", 1, 9, 10, 5);
    List<ReportCell> cells = cells(ledger(lines));
    String html = new ConceptTable("captions", Variant.of(cells), cells).html();
    assertTrue(html.contains("<td>0.40 / 0.80</td><td>0.90 / 1.00</td>"), html);
  }

  @Test
  void emptyLedger() {
    assertTrue(Report.html(ledger(new FakeLedger()), null).contains("0 cells"));
  }

  @Test
  void predictions() {
    FakeLedger lines = new FakeLedger();
    double[] r = {0.9, 0.5, 0.7};
    for (int c = 0; c < 3; c++) {
      lines.line(
          "p/prediction/" + c,
          "prediction",
          "\"concept\": \"c%d\", ".formatted(c),
          1,
          """
          "prediction": {"rows": [
            {"estimator": "mean-point", "group": "random weight 0.01", "truth": "fixed",
             "noise": "held-out", "cost": 1.9, "pearson": {"value": %s}, "spearman": {"value": 0.5},
             "slope": {"value": 2}, "mean_ratio": {"value": "unknown"}, "signs_right": 1,
             "points": [[1, 2], [2, 4], [3, 6.5]]}]}
          """
              .formatted(r[c]));
    }
    String html = Report.html(ledger(lines), null);
    assertTrue(html.contains("<h4>random weight 0.01; fixed, held-out noise</h4>"), html);
    assertTrue(
        html.contains(
            "<td>mean-point</td><td>3</td><td>1.90</td><td>0.70 <small>0.50 to 0.90</small></td>"),
        html);
    assertTrue(html.contains("<td>–</td>"), "an unknown figure");
    assertEquals(9, html.split("<circle ", -1).length - 1);
  }

  @Test
  void hostileLines() {
    assertRefused(
        "\"figures\": {\"g\": {\"target\": {\"seen\": 5, \"of\": 4}}}", "between 0 and of, 4");
    assertRefused("\"figures\": {\"g\": 3}", "figures");
    assertRefused(
        "\"prediction\": {\"rows\": [{\"estimator\": \"e\", \"group\": \"g\", \"points\": [[1]]}]}",
        "pairs of numbers");
    assertRefused("\"pictures\": [3]", "pictures");
  }

  private void assertRefused(String rest, String expected) {
    Ledger ledger = ledger(new FakeLedger().line("p/a/c/1", "a", "", 1, rest));
    String message =
        String.valueOf(
            assertThrows(FileFormatException.class, () -> Report.html(ledger, null)).getMessage());
    assertTrue(message.contains(expected) && message.contains("line 1"), message);
    assertFalse(message.contains("\n"));
  }

  /// Where more is better the best is the highest: what is kept, and the target where it is to
  /// come.
  @Test
  void bestIsTheHighestWhereMoreIsBetter() {
    FakeLedger lines = new FakeLedger();
    for (int c = 0; c < 8; c++) {
      lines.edit("a", "", "c" + c, 1, 5, 9 - c % 2, 4);
      lines.edit("b", "", "c" + c, 1, 5, 4 + c % 2, 2);
    }
    List<ReportCell> cells = cells(ledger(lines));
    List<Variant> variants = Variant.of(cells);
    assertEquals(
        "a", requireNonNull(Comparison.best(Measure.others("captions"), variants)).label());
    assertNull(Comparison.best(Measure.target("captions", cells), variants), "all alike");
  }

  /// The model as it is, once for each concept and seed: its own share, not what is kept of it.
  @Test
  void theModelAsItIsIsTheFirstRow() {
    FakeLedger lines = new FakeLedger();
    lines.line(
        "p/unedited/1",
        "unedited",
        "",
        1,
        "\"figures\": {\"captions\": {\"nudity_0.6\": {\"seen\": 3, \"of\": 4}}}");
    lines.edit("a", "", "coat", 1, 3, 8, 3).edit("b", "", "coat", 1, 4, 6, 1);
    lines.line(
        "p/a/bag/1",
        "a",
        "\"concept\": \"bag\", ",
        1,
        "\"figures\": {\"captions\": {\"target\": {\"seen\": 1, \"of\": 4, \"seen_before\": 2,"
            + " \"of_before\": 4}, \"nudity_0.6\": {\"seen\": 1, \"of\": 4}}}");
    List<ReportCell> cells = cells(ledger(lines));
    List<Measure> measures = Measure.of("captions", cells);
    UneditedRow row = new UneditedRow(Variant.of(cells), cells);
    List<Double> values = measures.stream().map(row::of).toList();
    assertEquals(
        "target, others kept, kept without “shirt”, worst other, others style, clip score, nudity"
            + " 0.6",
        measures.stream().map(Measure::title).collect(Collectors.joining(", ")));
    // coat 10/10 by both methods and bag 2/4; 15/20; bag's 10/10; shirt's 5/10
    assertEquals(List.of(0.75, 0.75, 1.0, 0.5, Double.NaN, 28.0, 0.75), values);
    String html = new FigureTable(Variant.of(cells), measures, cells).html();
    assertTrue(
        html.contains(
            "<td>the model as it is</td><td></td><td><em>0.75</em></td><td></td><td></td><td></td>"
                + "<td><em>0.75</em></td><td><em>1.00</em></td>"),
        html);
    int columns = html.substring(0, html.indexOf("</tr>")).split("<th>", -1).length;
    for (String line : html.split("</tr>", -1)) {
      int its = line.split("<t[hd][^>]*>", -1).length;
      assertTrue(its == columns || line.contains("</table>"), line);
    }
  }

  /// Where a concept is to come, a prompt's picture that fits it better is better.
  @Test
  void clipScoreOfTheTargetFollowsTheGoal() {
    for (String goal : List.of("erase", "amplify")) {
      FakeLedger lines =
          new FakeLedger()
              .line(
                  "p/a/coat/1",
                  "a",
                  "\"concept\": \"coat\", ",
                  1,
                  "\"goal\": \"%s\", \"figures\": {\"g\": {\"clip_score_target\": {\"value\": 1}}}"
                      .formatted(goal));
      List<Measure> measures = Measure.of("g", cells(ledger(lines)));
      assertEquals(goal.equals("erase"), measures.getFirst().lowerIsBetter());
    }
  }

  /// Of each concept the first seed that its own edits have, and the model as it is on that seed.
  @Test
  void picturesOfEachConceptAreOfOneSeed() {
    FakeLedger lines = new FakeLedger();
    picture(lines, "unedited", "", 1);
    picture(lines, "unedited", "", 2);
    picture(lines, "a", "coat", 2);
    picture(lines, "a", "coat", 1);
    picture(lines, "a", "bag", 1);
    picture(lines, "b", "bag", 1);
    List<ReportCell> cells = cells(ledger(lines));
    String[] parts = PictureGrid.html(Variant.of(cells), cells).split("</details>", -1);
    assertEquals(3, parts.length);
    assertEquals("coat, seed 2: unedited--2 a-coat-2", shown(parts[0]));
    assertEquals("bag, seed 1: unedited--1 a-bag-1 b-bag-1", shown(parts[1]));
    assertTrue(parts[0].contains("<figcaption>the model as it is: g</figcaption>"), parts[0]);
    assertTrue(parts[1].contains("<figcaption>b: g</figcaption>"), parts[1]);
  }

  private static void picture(FakeLedger lines, String method, String concept, int seed) {
    lines.line(
        "p/%s/%s/%d".formatted(method, concept, seed),
        method,
        concept.isEmpty() ? "" : "\"concept\": \"%s\", ".formatted(concept),
        seed,
        "\"pictures\": [\"pictures/%s-%s-%d.g.png\"]".formatted(method, concept, seed));
  }

  /// `coat, seed 2: unedited--2 a-coat-2`
  private static String shown(String part) {
    String summary = part.replaceAll("(?s).*Pictures: (.*)</summary>.*", "$1");
    return Pattern.compile("src=\"pictures/(.*?)\\.g\\.png\"")
        .matcher(part)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.joining(" ", summary + ": ", ""));
  }
}
