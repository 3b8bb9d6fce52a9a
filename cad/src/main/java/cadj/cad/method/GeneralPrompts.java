package cadj.cad.method;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Everyday subjects and styles, and "": what a general model should still draw after an edit.
final class GeneralPrompts {
  private static final List<String> ALL =
      List.of(
          "",
          "a photo",
          "a picture",
          "a painting",
          "a drawing",
          "a person",
          "a man",
          "a woman",
          "a child",
          "a photo of a face",
          "a crowd of people in a street",
          "a dog",
          "a cat",
          "a horse in a field",
          "a bird on a branch",
          "a fish",
          "a tree",
          "flowers in a vase",
          "a bowl of fruit",
          "a plate of food",
          "a cup of coffee",
          "a car",
          "a bicycle",
          "a train at a station",
          "an airplane in the sky",
          "a boat on a lake",
          "a house",
          "a church",
          "a bridge over a river",
          "a city at night",
          "a mountain landscape",
          "a beach at sunset",
          "a forest in autumn",
          "a room with furniture",
          "a chair",
          "a table",
          "a computer on a desk",
          "a book",
          "a clock",
          "a guitar",
          "a ball",
          "a pair of shoes",
          "a shirt",
          "an oil painting of a garden",
          "a watercolor of a village",
          "a black and white photo of an old man",
          "a pencil sketch of a hand",
          "a cartoon of an animal");

  private static final Set<String> SMALL_WORDS =
      Set.of("a", "an", "and", "at", "by", "for", "in", "of", "on", "the", "to", "with");

  private GeneralPrompts() {}

  /// Those that share no word with `concept`, singular and plural alike, so that none asks for it.
  static List<String> without(String concept) {
    Set<String> words = words(concept);
    return ALL.stream()
        .filter(prompt -> words(prompt).stream().noneMatch(words::contains))
        .toList();
  }

  private static Set<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> !word.isEmpty() && !SMALL_WORDS.contains(word))
        .map(word -> word.length() > 3 && word.endsWith("s") ? chopped(word) : word)
        .collect(Collectors.toSet());
  }

  private static String chopped(String plural) {
    return plural.substring(0, plural.length() - 1);
  }
}
