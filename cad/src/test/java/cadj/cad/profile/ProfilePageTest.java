package cadj.cad.profile;

import static cadj.cad.profile.SampleProfile.RESOURCES;
import static cadj.cad.profile.SampleProfile.SHAPE;
import static cadj.cad.profile.SampleProfile.SOURCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// A profile as a web page.
class ProfilePageTest {
  @Test
  void everyLineWithItsCounts() {
    String html = ProfilePage.html(SampleProfile.of(SHAPE), RESOURCES, SourceListing.NONE, "1 & 2");
    assertTrue(html.startsWith("<!doctype html>") && html.endsWith("</html>\n"), html);
    assertTrue(html.contains("x&lt;y.ptx") && !html.contains("x<y"), "escaped names");
    assertTrue(html.contains("<span class=\"comment\">// a &amp; b &lt; c</span>"), "comments");
    assertTrue(html.contains("Made by cadj 1 &amp; 2."), html);
    assertFalse(html.contains("http:") || html.contains("https:"), "needs nothing from elsewhere");
    // The hottest lines have the whole heat, those run half as often half of it, others none.
    assertTrue(
        html.contains("<tr style=\"background:rgba(var(--heat),0.450)\"><td>16</td><td>8</td>"),
        html);
    assertTrue(
        html.contains(
            "<tr style=\"background:rgba(var(--heat),0.225)\"><td>19</td><td>4</td><td>5.6 %</td>"
                + "<td>32.0</td><td></td><td class=\"bad\">4</td><td></td>"
                + "<td>  st.shared.f32 [%s], %a;</td></tr>"),
        html);
    assertTrue(
        html.contains(
            "<td>21</td><td>4</td><td>5.6 %</td><td>32.0</td><td></td><td></td>"
                + "<td class=\"bad\">2</td><td>  @%p bra end;</td></tr>"),
        html);
    assertTrue(html.contains("<tr class=\"never\"><td>24</td><td>0</td>"), "not run");
    assertTrue(html.contains("<tr class=\"never\"><td>25</td><td></td>"), "nothing to run");
    assertEquals(2, html.split("<tr class=\"file\">", -1).length - 1, "two files");
    assertEquals(
        SOURCE.text().lines().count(), html.split("<tr (class=\"never\"|style)", -1).length - 1);
  }
}
