package cadj.cad.profile.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.profile.SampleRun;
import cadj.kernels.record.KernelCounts;
import cadj.kernels.record.Kind;
import cadj.kernels.record.RunProfile;
import cadj.kernels.record.RunProfile.Dropped;
import cadj.kernels.record.Slice;
import cadj.kernels.roofline.Roofline;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The page of a run: what its tables say, against figures found by hand.
class RunPageTest {
  private static final Roofline ROOFLINE = new Roofline(100e9, 20e9, 10e9);

  @Test
  void operations() {
    List<String> rows = rows(page(SampleRun.onProcessor()), "Operations");
    assertEquals(
        List.of(
            // 8,192 FLOP in 2,000 ns of 10,500; a machine at its best needs 4,352 B/10 GB/s = 435
            // ns
            "linear backward|1|2.00 µs|19.0 %|4.10|2.18|22 %||[64,8] [8,8] → [64,8]",
            "conv2d backward|1|1.90 µs|18.1 %|19.4|2.22|22 %|Winograd F4|[1,4,8,8] [8,4,3,3] →"
                + " [1,8,8,8]",
            "conv2d|1|1.20 µs|11.4 %|30.7|3.52|35 %|Winograd F4|[1,4,8,8] [8,4,3,3] → [1,8,8,8]",
            "linear|1|1.00 µs|9.5 %|8.19|4.35|44 %||[64,8] [8,8] → [64,8]",
            "silu backward|1|500 ns|4.8 %|||||",
            "silu|1|300 ns|2.9 %|||||[64,8]",
            "outside operations||3.60 µs|34.3 %"),
        rows);
  }

  /// On a card the time is that between events: 8,192 FLOP and 4,352 bytes in 6 µs, of which a card
  /// at its best needs 435 ns.
  @Test
  void operationsOnACard() {
    String page = page(SampleRun.onDevice());
    assertEquals(
        "linear|1|6.00 µs|28.6 %|1.37|0.73|7 %||[64,8] [8,8] → [64,8]",
        rows(page, "Operations").getFirst());
    assertTrue(page.contains("<svg class=\"roofline\""), page);
    assertFalse(page.contains("of the emulator"), page);
  }

  @Test
  void modulesAreATree() {
    String page = page(SampleRun.onProcessor());
    assertEquals(
        List.of(
            // total 3,600 forward (1,300 + 2,300) and 4,400 backward
            "forward||8.00 µs||76.2 %|3.60 µs|4.40 µs||11.3|2.14||",
            "conv_in|1|3.20 µs|3.20 µs|30.5 %|1.30 µs|1.90 µs||23.0|2.64|Winograd F4|[1,4,8,8]"
                + " [8,4,3,3] → [1,8,8,8]",
            "mid \"</script>\"|1|4.80 µs|4.80 µs|45.7 %|2.30 µs|2.50 µs||3.41|1.81||[64,8] [8,8] →"
                + " [64,8]"),
        rows(page, "Modules"));
    assertTrue(page.contains("<tr data-depth=\"0\" class=\"open\"><td class=\"name\">"), page);
    assertTrue(page.contains("<tr data-depth=\"1\"><td class=\"name\">"), page);
  }

  @Test
  void phases() {
    assertEquals(
        List.of(
            "denoise at 501|1|10.0 µs|1.20 µs|95.2 %|9.01",
            "forward|1|3.90 µs|3.90 µs|37.1 %|11.6", "backward|1|4.90 µs|4.90 µs|46.7 %|9.20"),
        rows(page(SampleRun.onProcessor()), "Phases"));
  }

  @Test
  void whatIsHardlyToBeSeenIsAddedUp() {
    List<Slice> slices = new ArrayList<>();
    slices.add(new Slice(0, -1, Kind.PHASE, "all", -1, 0, 1_000_000, null));
    slices.add(new Slice(1, 0, Kind.PHASE, "draw", -1, 0, 900_000, null));
    slices.add(new Slice(2, 0, Kind.PHASE, "write a", -1, 900_000, 900_400, null));
    slices.add(new Slice(3, 0, Kind.PHASE, "write b", -1, 900_400, 900_700, null));
    slices.add(new Slice(4, 0, Kind.PHASE, "write c", -1, 900_700, 901_200, null));
    RunProfile run =
        new RunProfile(
            "cpu",
            1,
            1_000_000,
            slices,
            List.of(),
            List.of(),
            List.of(),
            0,
            List.of(),
            SampleRun.NOTHING_DROPPED);
    assertEquals(
        List.of(
            "all|1|1.00 ms|98.8 µs|100.0 %|",
            "draw|1|900 µs|900 µs|90.0 %|",
            "write c|1|500 ns|500 ns|0.1 %|",
            "2 shorter||700 ns||0.1 %"),
        rows(page(run), "Phases"));
  }

  @Test
  void memoryAtThePeak() {
    String page = page(SampleRun.onProcessor());
    assertEquals(
        List.of(
            "4.10 kB|50.1 %|forward|mid \"</script>\"|linear",
            "2.05 kB|25.1 %|forward|conv_in|conv2d",
            "1.02 kB|12.5 %|forward|mid \"</script>\"|silu"),
        rows(page, "At the peak"));
    assertEquals(
        List.of("2.30 kB|69.2 %|forward|mid \"</script>\"|", "1.02 kB|30.8 %|forward|conv_in|"),
        rows(page, "Kept for the backward pass, by module"));
    assertTrue(page.contains("at most 3.33 kB"), page);
    assertTrue(page.contains(">peak 8.17 kB at 2.71 µs</text>"), page);
  }

  @Test
  void kernelsOfADevice() {
    KernelCounts counts = new KernelCounts("gemm", 1, 9, 8_000_000, 4_096, 1_024, 77, 5, 6, 10, 3);
    RunProfile run = with(SampleRun.onDevice(), List.of(counts), SampleRun.NOTHING_DROPPED);
    assertEquals(
        List.of(
            "gemm|1|5.00 µs|100 ns|0.00800|4.10 kB|1.02 kB|77|6|10|3",
            "bias|1|1.00 µs|100 ns",
            "silu_forward|1|700 ns|100 ns",
            "copyOut|1||600 ns"),
        rows(page(run), "Kernels"));
    assertTrue(page(run).contains("Times are those of the emulator"), page(run));
    assertFalse(page(SampleRun.onProcessor()).contains("<h2>Kernels</h2>"));
    assertFalse(page(SampleRun.onProcessor()).contains("of the emulator"));
  }

  /// The page says from which length on slices are in its timeline.
  @Test
  void theTimelineSaysWhatItLeavesOut() {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i <= TimelineData.MOST_SLICES; i++) {
      long start = 3_000L * i;
      slices.add(
          new Slice(i, -1, Kind.OPERATION, "add", -1, start, start + (i == 7 ? 700 : 2_000), null));
    }
    RunProfile run =
        new RunProfile(
            "cpu",
            1,
            3_000L * slices.size(),
            slices,
            List.of(),
            List.of(),
            List.of(),
            0,
            List.of(),
            SampleRun.NOTHING_DROPPED);
    String section = TimelineSection.html(run);
    assertTrue(section.contains("What took less than 0.7 µs is left out here"));
    assertFalse(TimelineSection.html(SampleRun.onProcessor()).contains("left out here"));
  }

  /// More than the wall time, as a device's launches may have in a short run: a full bar.
  @Test
  void barsEndWithTheirCell() {
    String html = new HtmlTable("", "share").row().share(1.5).end().html();
    assertTrue(html.contains("--part:100.0%\">150.0 %"), html);
  }

  @Test
  void needsNothingFromElsewhereAndEscapesNames() {
    String page = page(SampleRun.onProcessor());
    assertTrue(page.startsWith("<!doctype html>") && page.endsWith("</html>\n"), page);
    assertTrue(page.contains("<h1>cadj generate &quot;a &lt;b&gt;&quot;</h1>"), page);
    assertTrue(page.contains("Made by cadj 1 &amp; 2."), page);
    assertFalse(Pattern.compile("https?:|src=|<link|@import|url\\(").matcher(page).find());
    assertEquals(
        3,
        page.split("</script>", -1).length - 1,
        "the timeline's data, its script, and that of the trees end where they must");
  }

  @Test
  void noRooflineWhereTheMachineWasNotMeasured() {
    String page = RunPage.html(SampleRun.onProcessor(), null, "c", "v");
    assertFalse(page.contains("<svg class=\"roofline\""));
    assertFalse(page.contains("machine's best"));
    String with = page(SampleRun.onProcessor());
    assertTrue(with.contains("<svg class=\"roofline\""));
    assertTrue(with.contains("<title>linear backward: 19.0 % of the time"), with);
    // silu, 300 and 500 ns of 10,500
    assertTrue(with.contains("have no place here; they took 7.6 % of the time"), with);
  }

  @Test
  void saysWhatIsMissing() {
    RunProfile run = with(SampleRun.onProcessor(), List.of(), new Dropped(1_200, 3, 4, 5_000_000));
    assertTrue(page(run).contains("full after 5.00 ms: from there on 1,200 operations"), page(run));
    assertFalse(page(SampleRun.onProcessor()).contains("recording was full"));
  }

  private static RunProfile with(RunProfile run, List<KernelCounts> kernels, Dropped dropped) {
    return new RunProfile(
        run.device(),
        run.threads(),
        run.nanos(),
        run.slices(),
        run.spans(),
        run.allocations(),
        run.kept(),
        run.liveBefore(),
        kernels,
        dropped);
  }

  private static String page(RunProfile run) {
    return RunPage.html(run, ROOFLINE, "generate \"a <b>\"", "1 & 2");
  }

  /// The texts of the cells of the first table below a title, joined by `|`.
  private static List<String> rows(String page, String title) {
    int start = page.indexOf(">" + title + "</h");
    assertTrue(start > 0, title);
    String table = page.substring(start, page.indexOf("</table>", start));
    List<String> rows = new ArrayList<>();
    for (String row : table.split("<tr", -1)) {
      List<String> cells =
          Pattern.compile("<td[^>]*>(.*?)</td>")
              .matcher(row)
              .results()
              .map(it -> it.group(1).replaceAll("<[^>]*>", ""))
              .map(it -> it.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\""))
              .toList();
      if (!cells.isEmpty()) {
        rows.add(String.join("|", cells));
      }
    }
    return rows;
  }
}
