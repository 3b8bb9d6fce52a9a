package cadj.models.tokenizer.repair;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// What ftfy 6.3.1 makes of texts: `ftfy.fix_text`.
final class TextRepairTest {
  /// Text and repaired text in turn.
  private static final String[] RECORDED = {
    "\u00e2\u0153\u201d No problems",
    "\u2714 No problems",
    "Broken text&hellip; it&#x2019;s \ufb02ubberi\ufb01c!",
    "Broken text\u2026 it's flubberific!",
    "\uff2c\uff2f\uff35\uff24\u3000\uff2e\uff2f\uff29\uff33\uff25\uff33",
    "LOUD NOISES",
    "U\uff80\uff70\uff9d",
    "U\u30bf\u30fc\u30f3",
    "voil\u00c3 le travail",
    "voil\u00e0 le travail",
    "\u00c3 la mode",
    "\u00e0 la mode",
    "\u00e0s \u00c3 s vezes",
    "\u00e0s \u00e0 s vezes",
    "s\u00c3\u00b3",
    "s\u00f3",
    "P&EACUTE;REZ &NTILDE; &nTILDE;",
    "P\u00c9REZ \u00d1 &nTILDE;",
    "BUNDESSTRA&SZLIG;E",
    "BUNDESSTRASSE",
    "a &amp; b <b>&amp;</b>",
    "a &amp; b <b>&amp;</b>",
    "<b>\n&amp;",
    "<b>\n&amp;",
    "&lt;\n&amp;",
    "<\n&",
    "\u001b[36;44mblue\u001b[0m",
    "blue",
    "\u201chere\u2019s a test\u201d",
    "\"here's a test\"",
    "one\r\ntwo\rthree\u2028four\u0085five",
    "one\ntwo\nthree\nfour\u2026five",
    "a\u0000b\ufeffc\ufffcd\u200ce",
    "abcd\u200ce",
    "\u00f0\u0178\u02dc\u20ac cat",
    "\ud83d\ude00 cat",
    "\u00d0\u00bf\u00d1\u20ac\u00d0\u00b8\u00d0\u00b2\u00d0\u00b5\u00d1\u201a",
    "\u043f\u0440\u0438\u0432\u0435\u0442",
    "\u0420\u0457\u0421\u0402\u0420\u0451\u0420\u0406\u0420\u00b5\u0421\u201a,"
        + " \u0420\u0458\u0420\u0451\u0421\u0402",
    "\u043f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440",
    "\u00ce\u00b5",
    "\u03b5",
    "\u00e2\u20ac\u0153Hi\u00e2\u20ac\u009d",
    "\"Hi\"",
    "\u00e2\u20ac\u0153lossy \u00e2\u20ac\ufffd",
    "\"lossy \ufffd",
    "\u00c3\u0192\u00c2\u00a9 twice",
    "\u00e9 twice",
    "\u221a\u00a9 on a Mac",
    "\u00e9 on a Mac",
    "\u251c\u2310 in DOS",
    "\u00e9 in DOS",
    "5\u00c2\u02dd inches",
    "5\u00bd inches",
    "a\u0080b",
    "a\u20acb",
    "caf\u00e9 \u2122",
    "caf\u00e9 \u2122",
    "na\u00efve \u201ctext\u201d",
    "na\u00efve \"text\"",
    "\u00d8\u00b4\u00d8\u00ac\u00d8\u00b1",
    "\u0634\u062c\u0631",
    "caf\u00c3\u00a9 and \u0153uvre \u4e2d\u56fd",
    "caf\u00e9 and \u0153uvre \u4e2d\u56fd",
    "\u0136\u00b0C",
    "\u0370C",
    "CAF\u00c9\u2122 \u00ae",
    "CAF\u00c9\u2122 \u00ae",
    "pi\u00f1ata \u00bd",
    "pi\u00f1ata \u00bd",
    "&notanentity; &#0; &#xD800;",
    "&notanentity; \ufffd \ufffd",
    "\u0149 \u01c6 \u0132",
    "'n d\u017e IJ",
    "e\u0301",
    "\u00e9",
    "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080",
    "\ud83d\ude00",
    "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080 pair",
    "\ud83d\ude00 pair",
    "\u00c0\u0080zero \u00c3\u00a9",
    "zero \u00e9",
    "\u00c2\u00a92020",
    "\u00a92020",
    "d\u00e9j\u00e0 vu \u00a75",
    "d\u00e9j\u00e0 vu \u00a75",
    "x\u00c2\u00b7y \u00c3\u20143",
    "x\u00b7y \u00d73"
  };

  @Test
  void textsBecomeWhatFtfyMakesOfThem() {
    for (int i = 0; i < RECORDED.length; i += 2) {
      assertEquals(RECORDED[i + 1], TextRepair.of(RECORDED[i]), RECORDED[i]);
    }
  }

  /// Python's `html.unescape`.
  @Test
  void referencesAreReadAsBrowsersDo() {
    assertEquals("\u00acit; & \u00a9 x", HtmlEntities.unescape("&notit; &amp &copy x"));
    assertEquals("\u20ac\ufffd\ufffd", HtmlEntities.unescape("&#128;&#0;&#99999999999;"));
    assertEquals("&xyz; a&b", HtmlEntities.unescape("&xyz; a&b"));
    assertEquals("\ud83d\ude00&;", HtmlEntities.unescape("&#x1f600&;"));
  }
}
