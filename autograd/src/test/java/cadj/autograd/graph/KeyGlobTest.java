package cadj.autograd.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeyGlobTest {
  @ParameterizedTest
  @CsvSource({
    "conv_in, conv_in",
    "up_blocks.*.attn2, up_blocks.1.attn2",
    "up_blocks.*, up_blocks.10",
    "*, conv_in",
    "conv_*, conv_in",
    "*_in, conv_in",
    "c*v*n, conv_in",
    "conv_in*, conv_in",
    "**, conv_in",
    "**, a.b.c",
    "**.attn2, a.b.attn2",
    "**.attn2, attn2",
    "a.**, a.b.c",
    "a.**, a",
    "a.**.c, a.c",
    "a.**.c, a.b.b.c",
    "**.b.**, a.b.c",
    "**.*_proj, a.k_proj",
    "a.b:input, a.b:input",
    "**:input, a.b:input",
    "**:input, a:input",
    "**.attn2:probabilities, a.attn2:probabilities",
  })
  void matches(String glob, String key) {
    assertTrue(new KeyGlob(glob).matches(key));
  }

  @ParameterizedTest
  @CsvSource({
    "conv_in, conv_out",
    "conv_in, a.conv_in",
    "conv_in, conv_in.a",
    "up_blocks.*, up_blocks.1.attn2",
    "up_blocks.*, up_blocks",
    "*, a.b",
    "conv_*, convin",
    "conv.in, convXin",
    "**.attn2, a.xattn2",
    "**.attn2, a.attn2.to_k",
    "**.attn2, a.attn22",
    "a.**.c, a.bc",
    "a.**.c, xa.c",
    "a.**, ab",
    "**, a.b:input",
    "**.b, a.b:input",
    "*, a:input",
    "**:input, a.b",
    "**:input, a.b:probabilities",
    "a.b:input, a.b",
  })
  void differs(String glob, String key) {
    assertFalse(new KeyGlob(glob).matches(key));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a.",
        ".a",
        "a..b",
        "a**",
        "**a",
        "a.***",
        "a b",
        "a?",
        "[ab]",
        "a/b",
        "a:output",
        "a:",
        ":input",
        "a:input:input",
        "a:in*"
      })
  void refused(String glob) {
    var error = assertThrows(IllegalArgumentException.class, () -> new KeyGlob(glob));
    assertEquals(
        "glob '"
            + glob
            + "': expected names, * or ** with dots between, then nothing, :input or"
            + " :probabilities",
        error.getMessage());
  }
}
