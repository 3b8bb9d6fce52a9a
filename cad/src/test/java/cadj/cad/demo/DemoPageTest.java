package cadj.cad.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cadj.cad.attribution.ObjectiveKind;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demonstration's page has its pictures beside it and shows names as text.
class DemoPageTest {
  @TempDir private Path folder;

  private String page(String concept, String version) throws IOException {
    Demo.Findings findings =
        new Demo.Findings(
            new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB),
            0.97,
            1,
            List.of(
                Studies.of(concept, ObjectiveKind.ERASE),
                Studies.of("shirt", ObjectiveKind.AMPLIFY)));
    Path page = DemoPage.write(folder.resolve("demo"), findings, version);
    assertEquals(folder.resolve("demo/index.html"), page);
    return Files.readString(page);
  }

  @Test
  void namesAreEscapedAndStayInTheFolder() throws IOException {
    String html = page("../<script>alert(\"x\")</script>", "1 & <2>");
    assertFalse(html.contains("<script") || html.contains("<i>w") || html.contains("<2>"), html);
    assertTrue(
        html.contains("&lt;script&gt;alert(&quot;x&quot;)") && html.contains("1 &amp; &lt;2&gt;"));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(folder.resolve("demo")), files.toList());
    }
  }

  @Test
  void everyPictureIsThere() throws IOException {
    String html = page("pair of trousers", "1");
    List<String> pictures =
        Pattern.compile("src=\"([^\"]+)\"")
            .matcher(html)
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    assertEquals(7, pictures.size());
    pictures.forEach(name -> assertTrue(Files.exists(folder.resolve("demo").resolve(name)), name));
    assertFalse(html.contains("http://") || html.contains("https://"), html);
  }

  @Test
  void spansAreShownWhereSeedsDiffer() throws IOException {
    String html = page("bag", "1");
    assertTrue(html.contains("<b>25–75 %</b>") && html.contains("<b>100 %</b>"), html);
    assertTrue(
        html.contains(
            "instead: text-&lt;doses&gt;</td><td>4,242 changed</td><td>100 %</td><td><b>4 %"),
        html);
    assertTrue(html.contains("Erasing the object “bag”"), html);
    assertTrue(html.contains("Amplifying the object “shirt”"), html);
  }
}
