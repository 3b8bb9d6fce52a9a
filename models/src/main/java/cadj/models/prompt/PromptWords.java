package cadj.models.prompt;

import static cadj.tensor.shape.Require.require;
import static java.util.stream.Collectors.joining;

import cadj.models.tokenizer.ClipTokenizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

  private PromptWords(ClipTokenizer tokenizer, List<Word> words) {
    this.tokenizer = tokenizer;
    this.words = words;
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
    return new PromptWords(tokenizer, words);
  }

  /// Every word that has letters or digits and is not cut off, once, in the prompt's order.
  public List<Phrase> all() {
    Set<List<Integer>> different = new LinkedHashSet<>();
    for (Word word : words) {
      if (!word.places.isEmpty()) {
        different.add(word.tokens);
      }
    }
    return different.stream()
        .map(tokens -> new Phrase(tokenizer.decode(tokens), places(List.of(tokens))))
        .filter(phrase -> phrase.text.codePoints().anyMatch(Character::isLetterOrDigit))
        .toList();
  }

  /// The word or words of `text`, at each occurrence.
  ///
  /// @throws IllegalArgumentException if the prompt does not have them, or only where it is cut off
  public Phrase find(String text) {
    List<List<Integer>> wanted = tokenizer.words(text);
    require(!wanted.isEmpty(), "--word: expected a word of the prompt, got \"%s\"", text);
    List<Integer> places = places(wanted);
    require(
        !places.isEmpty(),
        "--word: expected some of the prompt's %s, got \"%s\"%s",
        spelled(),
        text,
        occurrences(wanted).isEmpty()
            ? ""
            : ", which is cut off as too long for the text encoder (--long-prompts keeps it)");
    return new Phrase(text, places);
  }

  private List<Integer> places(List<List<Integer>> wanted) {
    return occurrences(wanted).stream()
        .flatMap(from -> words.subList(from, from + wanted.size()).stream())
        .flatMap(word -> word.places.stream())
        .distinct()
        .sorted()
        .toList();
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
