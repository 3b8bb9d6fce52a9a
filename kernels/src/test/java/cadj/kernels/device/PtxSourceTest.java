package cadj.kernels.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/// Names, settings and places of sources.
final class PtxSourceTest {
  private static final PtxSource TEMPLATE =
      PtxSource.template(
          "x.ptx",
          "// first\n.default $a = 1\n.default $b = f32\n.repeat $i = 0, 2\n$i$a$b;\n.end");

  @Test
  void namesTellSettingsApart() {
    assertEquals("x.ptx", TEMPLATE.name());
    assertEquals("x.ptx[a=2,b=f16]", TEMPLATE.set("b", "f16").set("a", "2").name());
    assertEquals("01f32;\n11f32;\n", TEMPLATE.text());
    assertEquals("02f32;\n12f32;\n", TEMPLATE.set("a", "2").text());
    assertSame(TEMPLATE.set("a", "2"), TEMPLATE.set("a", "2"));
  }

  @Test
  void linesLeadBack() {
    assertEquals("x.ptx:5", TEMPLATE.place(1));
    assertEquals("x.ptx:5", TEMPLATE.place(2));
    assertEquals(5, TEMPLATE.writtenLine(2));
    PtxSource two = PtxSource.template("y.ptx", ".address_size 64\n\na;").with(TEMPLATE);
    assertEquals(".address_size 64\n01f32;\n11f32;\na;\n", two.text());
    assertEquals("y.ptx:3", two.writtenPlace(3));
    assertEquals("x.ptx:5", two.writtenPlace(8));
    assertEquals("x.ptx:5", two.place(2));
    assertEquals("y.ptx:3", two.place(4));
  }

  @Test
  void settingsOfALibrary() {
    PtxSource other = PtxSource.template("y.ptx", ".default $c = 1\n$a $c;");
    assertEquals("y.ptx[a=3]", other.with(TEMPLATE.set("a", "3")).name());
    assertEquals(
        "a is 2 in y.ptx[a=2], and 3 in x.ptx[a=3]",
        assertThrows(
                IllegalArgumentException.class,
                () -> other.set("a", "2").with(TEMPLATE.set("a", "3")))
            .getMessage());
  }

  @Test
  void plainPtxIsLeftAlone() {
    String text = ".func f { ret; } // $a\n.let $b = 1\n";
    PtxSource plain = PtxSource.of("x.ptx", text);
    assertEquals(text, plain.text());
    assertEquals("x.ptx:2", plain.place(2));
    assertThrows(IllegalStateException.class, () -> plain.set("b", "2"));
  }
}
