package cadj.autograd.graph;

import static cadj.tensor.shape.Require.require;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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
public final class KeyGlob {
  private static final String NAME = "(?:\\*\\*|\\*|(?:\\*?[\\w-])+\\*?)";
  private static final Pattern VALID =
      Pattern.compile("%s(?:\\.%s)*(?::input|:probabilities)?".formatted(NAME, NAME));

  private final String text;
  private final Pattern pattern;

  /// @throws IllegalArgumentException if `text` is no such pattern
  public KeyGlob(String text) {
    require(
        VALID.matcher(text).matches(),
        "glob '%s': expected names, * or ** with dots between, then nothing, :input or"
            + " :probabilities",
        text);
    this.text = text;
    // Each name with the dot after it, which a `**` for no names leaves out.
    StringBuilder regex = new StringBuilder();
    for (String name : names(text).split("\\.", -1)) {
      regex.append(name.equals("**") ? "(?:[^.]*\\.)*" : name.replace("*", "[^.]*") + "\\.");
    }
    this.pattern = Pattern.compile(regex.toString());
  }

  public boolean matches(String key) {
    return port(key).equals(port(text)) && pattern.matcher(names(key) + ".").matches();
  }

  private static String names(String key) {
    return key.substring(0, key.length() - port(key).length());
  }

  private static String port(String key) {
    int colon = key.indexOf(':');
    return colon < 0 ? "" : key.substring(colon);
  }

  /// How many plain names of this pattern `key` has too: a measure of nearness.
  int namesIn(String key) {
    List<String> others = List.of(key.split("[.:]", -1));
    return (int) Stream.of(text.split("[.:]", -1)).filter(others::contains).count();
  }

  @Override
  public String toString() {
    return text;
  }
}
