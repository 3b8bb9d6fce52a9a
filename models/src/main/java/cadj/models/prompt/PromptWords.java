package cadj.models.prompt;

import static cadj.tensor.shape.Require.require;
import static java.util.stream.Collectors.joining;

import cadj.models.tokenizer.ClipTokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// The words of a prompt, and where their tokens stand among the places of its text embeddings.
///
/// A place is a row of the embeddings [S,width] of all chunks one behind the other: chunk `c` has
/// the `length` places from c·length on, of which the first is the start token's. Tokens that are
/// cut off have none.
public final class PromptWords {
  /// @param places of its tokens, fewer than tokens where the prompt's end is cut off
  private record Word(List<Integer> tokens, List<Integer> places) {}

  /// Some words that follow each other, wherever the prompt has them.
  ///
  /// @param text as it was asked for, or as the tokenizer spells it
  /// @param places of all their tokens, ascending; at least one
  public record Phrase(String text, List<Integer> places) {}

  private final ClipTokenizer tokenizer;
  private final List<Word> words;
  private final Function<String, List<Integer>> further;

  private PromptWords(
      ClipTokenizer tokenizer, List<Word> words, Function<String, List<Integer>> further) {
    this.tokenizer = tokenizer;
    this.words = words;
    this.further = further;
  }

  public static PromptWords of(ClipTokenizer tokenizer, PromptStyle style, String prompt) {
    Chunk.Split split = Chunk.split(tokenizer, style, prompt);
    List<Integer> places = new ArrayList<>();
    for (int c = 0; c < split.chunks().size(); c++) {
      for (int i = 0; i < split.chunks().get(c).tokens().size(); i++) {
        places.add(c * tokenizer.maxLength() + 1 + i);
      }
    }
    List<Word> words = new ArrayList<>();
    int from = 0;
    for (List<Integer> tokens : split.words()) {
      int to = from + tokens.size();
      int last = places.size();
      words.add(new Word(tokens, places.subList(Math.min(from, last), Math.min(to, last))));
      from = to;
    }
    return new PromptWords(tokenizer, words, text -> List.of());
  }

  /// The same words, which have places at another text encoder's tokens too.
  ///
  /// @param places of a text, wherever the prompt has it; none if it has not
  public PromptWords and(Function<String, List<Integer>> places) {
    return new PromptWords(tokenizer, words, places);
  }

  /// Every word that has letters or digits and is not cut off, once, in the prompt's order.
  public List<Phrase> all() {
    Set<List<Integer>> different = new LinkedHashSet<>();
    words.forEach(word -> different.add(word.tokens));
    return different.stream()
        .map(tokens -> phrase(tokenizer.decode(tokens), List.of(tokens)))
        .filter(phrase -> !phrase.places.isEmpty())
        .filter(phrase -> phrase.text.codePoints().anyMatch(Character::isLetterOrDigit))
        .toList();
  }

  /// The word or words of `text`, at each occurrence.
  ///
  /// @throws IllegalArgumentException if the prompt does not have them, or only where it is cut off
  public Phrase find(String text) {
    List<List<Integer>> wanted = tokenizer.words(text);
    require(!wanted.isEmpty(), "--word: expected a word of the prompt, got \"%s\"", text);
    Phrase phrase = phrase(text, wanted);
    require(
        !phrase.places.isEmpty(),
        "--word: expected some of the prompt's %s, got \"%s\"%s",
        spelled(),
        text,
        occurrences(wanted).isEmpty()
            ? ""
            : ", which is cut off as too long for the text encoder (--long-prompts keeps it)");
    return phrase;
  }

  private Phrase phrase(String text, List<List<Integer>> wanted) {
    Stream<Integer> places =
        occurrences(wanted).stream()
            .flatMap(from -> words.subList(from, from + wanted.size()).stream())
            .flatMap(word -> word.places.stream());
    return new Phrase(
        text, Stream.concat(places, further.apply(text).stream()).distinct().sorted().toList());
  }

  /// Numbers of the words with which `wanted` begins.
  private List<Integer> occurrences(List<List<Integer>> wanted) {
    List<List<Integer>> tokens = words.stream().map(Word::tokens).toList();
    List<Integer> out = new ArrayList<>();
    for (int from = 0; from + wanted.size() <= words.size(); from++) {
      if (tokens.subList(from, from + wanted.size()).equals(wanted)) {
        out.add(from);
      }
    }
    return out;
  }

  /// The words there are, for people.
  private String spelled() {
    String found = all().stream().map(Phrase::text).collect(joining(", "));
    return found.isEmpty() ? "words (it has none)" : "words " + found;
  }
}
