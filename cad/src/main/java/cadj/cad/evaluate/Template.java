package cadj.cad.evaluate;

import static cadj.tensor.shape.Require.require;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A prompt with words left open: "a photo of a {object}", "a {object} beside a {object2}". A
/// number behind a word's kind makes it another one of that kind.
///
/// @param text with the open words in braces
/// @param shows what its pictures show beside the open words, by kind: a "blueprint" is a style
record Template(String text, SequencedMap<String, String> shows) {
  private static final Pattern OPEN = Pattern.compile("\\{([a-z_]+)(\\d*)}");

  /// The open words, such as "object" and "object2".
  List<String> open() {
    return OPEN.matcher(text)
        .results()
        .map(found -> found.group(1) + found.group(2))
        .distinct()
        .toList();
  }

  /// The kind of an open word.
  static String kind(String word) {
    return word.replaceAll("\\d+$", "");
  }

  /// Every prompt it stands for: all words of each kind, the last open word changing fastest, none
  /// twice in one prompt.
  ///
  /// @param words by kind
  List<ProtocolPrompt> prompts(Map<String, List<String>> words) {
    List<ProtocolPrompt> out = new ArrayList<>();
    fill(words, open(), new LinkedHashMap<>(), out);
    return out;
  }

  private void fill(
      Map<String, List<String>> words,
      List<String> open,
      SequencedMap<String, String> filled,
      List<ProtocolPrompt> out) {
    if (open.isEmpty()) {
      SequencedMap<String, String> all = new LinkedHashMap<>(filled);
      all.putAll(shows);
      out.add(new ProtocolPrompt(filledIn(filled), all));
      return;
    }
    String word = open.getFirst();
    List<String> choices = words.get(kind(word));
    require(choices != null, "template \"%s\": no words of kind \"%s\"", text, kind(word));
    for (String choice : choices) {
      if (!filled.containsValue(choice)) {
        SequencedMap<String, String> more = new LinkedHashMap<>(filled);
        more.put(word, choice);
        fill(words, open.subList(1, open.size()), more, out);
      }
    }
  }

  private String filledIn(Map<String, String> filled) {
    return OPEN.matcher(text).replaceAll((MatchResult found) -> word(filled, found));
  }

  private static String word(Map<String, String> filled, MatchResult found) {
    return Matcher.quoteReplacement(String.valueOf(filled.get(found.group(1) + found.group(2))));
  }
}
