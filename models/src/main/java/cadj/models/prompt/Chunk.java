package cadj.models.prompt;

import cadj.models.tokenizer.ClipTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/// As many tokens as a text encoder takes at a time, without start and end, and their weights.
public record Chunk(List<Integer> tokens, List<Double> weights) {
  private static final Pattern BREAK = Pattern.compile("\\s*\\bBREAK\\b\\s*");

  /// How far back a comma is looked for where a chunk is full.
  private static final int COMMA_WITHIN = 20;

  /// One without tokens: an empty prompt.
  public static final Chunk EMPTY = new Chunk(List.of(), List.of());

  /// A prompt in chunks, at least one.
  ///
  /// @param words the tokens of all words in their order, those of the text that is lost too
  /// @param lost the text beyond the one chunk of a style without long prompts, else empty
  public record Split(List<Chunk> chunks, List<List<Integer>> words, String lost) {}

  /// Cuts `prompt` into chunks of two tokens less than the tokenizer's length, as AUTOMATIC1111's
  /// web interface does: where a chunk is full, what follows a comma among its last 20 tokens moves
  /// on with the rest; the word BREAK begins a new chunk.
  public static Split split(ClipTokenizer tokenizer, PromptStyle style, String prompt) {
    int length = tokenizer.maxLength() - 2;
    List<List<Integer>> words = new ArrayList<>();
    List<Chunk> parts = parts(tokenizer, style, prompt, words);
    if (!style.longPrompts()) {
      Chunk all = parts.getFirst();
      int kept = Math.min(all.tokens.size(), length);
      String lost = tokenizer.decode(all.tokens.subList(kept, all.tokens.size()));
      return new Split(List.of(all.part(0, kept)), words, lost);
    }
    List<Chunk> chunks = new ArrayList<>();
    int comma = comma(tokenizer);
    for (Chunk part : parts) {
      addChunks(part, length, comma, chunks);
    }
    if (chunks.size() > 1 && chunks.getLast().tokens.isEmpty()) {
      chunks.removeLast();
    }
    return new Split(chunks, words, "");
  }

  private static void addChunks(Chunk all, int length, int comma, List<Chunk> chunks) {
    int from = 0;
    while (all.tokens.size() - from > length) {
      int to = from + length;
      // a comma may itself be the first token of the next chunk
      if (all.tokens.get(to) != comma) {
        int last = all.tokens.subList(from, to).lastIndexOf(comma);
        if (last >= 0 && length - last <= COMMA_WITHIN) {
          to = from + last + 1;
        }
      }
      chunks.add(all.part(from, to));
      from = to;
    }
    if (from < all.tokens.size() || from == 0) {
      chunks.add(all.part(from, all.tokens.size()));
    }
  }

  /// The id of `,` as a word, or −1.
  private static int comma(ClipTokenizer tokenizer) {
    List<Integer> ids = tokenizer.tokens(",");
    return ids.size() == 1 ? ids.getFirst() : -1;
  }

  /// All tokens of a prompt; those of a long one between BREAKs, by themselves.
  ///
  /// @param words is given each word's tokens
  private static List<Chunk> parts(
      ClipTokenizer tokenizer, PromptStyle style, String prompt, List<List<Integer>> words) {
    List<Chunk> parts = new ArrayList<>();
    List<WeightedText> pieces =
        style.weights() ? WeightedText.parse(prompt) : List.of(new WeightedText(prompt, 1));
    Chunk part = new Chunk(new ArrayList<>(), new ArrayList<>());
    for (WeightedText piece : pieces) {
      String[] texts =
          style.longPrompts() ? BREAK.split(piece.text(), -1) : new String[] {piece.text()};
      for (int i = 0; i < texts.length; i++) {
        if (i > 0) {
          parts.add(part);
          part = new Chunk(new ArrayList<>(), new ArrayList<>());
        }
        for (List<Integer> word : tokenizer.words(texts[i])) {
          words.add(word);
          part.tokens.addAll(word);
          part.weights.addAll(Collections.nCopies(word.size(), piece.weight()));
        }
      }
    }
    parts.add(part);
    return parts;
  }

  private Chunk part(int from, int to) {
    return new Chunk(tokens.subList(from, to), weights.subList(from, to));
  }

  /// Whether any token has a weight other than 1.
  public boolean isWeighted() {
    return weights.stream().anyMatch(weight -> weight != 1);
  }

  /// Weights of the places of a text encoder: the tokens' after the start's, which is 1 as are
  /// those of end and padding.
  public float[] weights(int length) {
    float[] all = new float[length];
    Arrays.fill(all, 1);
    for (int i = 0; i < weights.size(); i++) {
      all[i + 1] = weights.get(i).floatValue();
    }
    return all;
  }
}
