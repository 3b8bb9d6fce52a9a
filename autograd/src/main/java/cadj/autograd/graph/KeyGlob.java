package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import java.util.regex.Pattern;

/// A pattern for the keys of activations.
///
/// `*` stands for any part of one name between dots, `**` (a name of its own) for any number of
/// names, none too:
///
/// ```
/// mid_block                       the output of one module
/// up_blocks.*.attentions.0        one of each up block
/// **.attn2                        the output of every cross-attention
/// down_blocks.**                  down_blocks … and everything in it
/// **.ff.net.2:input               the input of every second feed-forward layer
/// **.attn2:probabilities          the attention probabilities of every cross-attention
/// ```
///
/// Without a `:input` or `:probabilities` only outputs match, whatever stars there are.
public record KeyGlob(String text) {
  private static final String NAME = "(?:\\*\\*|\\*|(?:\\*?[\\w-])+\\*?)";
  private static final Pattern VALID =
      Pattern.compile("%s(?:\\.%s)*(?::input|:probabilities)?".formatted(NAME, NAME));

  /// @throws IllegalArgumentException if `text` is no such pattern
  public KeyGlob {
    require(
        VALID.matcher(text).matches(),
        "glob '%s': expected names, * or ** with dots between, then nothing, :input or"
            + " :probabilities",
        text);
  }

  /// As a test of keys; keys end with a dot here, so that `**` takes its dot with it.
  Pattern pattern() {
    String[] parts = text.split(":", 2);
    StringBuilder regex = new StringBuilder();
    for (String name : parts[0].split("\\.")) {
      regex.append(name.equals("**") ? "(?:[^.:]*\\.)*" : name.replace("*", "[^.:]*") + "\\.");
    }
    return Pattern.compile(regex + (parts.length > 1 ? ":" + parts[1] : ""));
  }

  /// How many of this pattern's plain names `key` has: a measure of nearness.
  int namesIn(String key) {
    int count = 0;
    for (String name : text.split("[.:]")) {
      for (String other : key.split("[.:]")) {
        count += name.equals(other) ? 1 : 0;
      }
    }
    return count;
  }

  @Override
  public String toString() {
    return text;
  }
}
