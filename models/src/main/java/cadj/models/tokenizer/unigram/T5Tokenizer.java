package cadj.models.tokenizer.unigram;

import static cadj.tensor.shape.Require.require;

import cadj.models.tokenizer.AddedToken;
import cadj.models.tokenizer.AddedTokens;
import cadj.models.tokenizer.Encoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// T5's tokenizer, equal to `T5TokenizerFast` of transformers 4.57.
///
/// Added tokens, `</s>` or `<extra_id_0>` spelled out, are cut out first ([AddedTokens]); what is
/// between them is normalized ([UnigramNormalizer]), marked where words begin ([Metaspace]), and
/// each word cut into pieces ([Unigram]).
///
/// Transformers 5 separates words at any white space instead: U+0085 is one there, and an unknown
/// token here.
public final class T5Tokenizer {
  private final UnigramFile file;
  private final int padId;
  private final AddedTokens added;
  private final Unigram unigram;

  private T5Tokenizer(UnigramFile file, int padId) {
    this.file = file;
    this.padId = padId;
    added = new AddedTokens(file.added().tokens(), token -> file.normalizer().of(token, 0).text());
    unigram = new Unigram(file.pieces(), file.unknownId());
  }

  /// Reads `tokenizer.json`, else `spiece.model`; and, where it is, `tokenizer_config.json`.
  ///
  /// Transformers takes a `tokenizer.json` where there is one, unless the configuration has the key
  /// `add_prefix_space`: then it converts the `spiece.model` anew. So it is here.
  public static T5Tokenizer load(Path folder) {
    TokenizerConfig config = TokenizerConfig.read(folder);
    Path json = folder.resolve("tokenizer.json");
    Path spiece = folder.resolve("spiece.model");
    boolean anew = config.convertsAnew() && Files.exists(spiece);
    UnigramFile file =
        Files.exists(json) && !anew ? UnigramJson.read(json) : SpieceModel.read(spiece, config);
    config.addTo(file.added());
    return new T5Tokenizer(file, config.padId(file.added()));
  }

  /// Ids of `prompt`: tokens, end, padding; what exceeds `length` is cut off before the end.
  public Encoding encode(String prompt, int length) {
    require(length > 0, "encode: expected a length of 1 or more, got %d", length);
    List<Token> tokens = tokens(prompt);
    int kept = Math.min(tokens.size(), length - 1);
    long[] ids = new long[length];
    Arrays.fill(ids, padId);
    for (int i = 0; i < kept; i++) {
      ids[i] = tokens.get(i).id();
    }
    ids[kept] = endId();
    String lost = kept == tokens.size() ? "" : prompt.substring(tokens.get(kept).from()).strip();
    return new Encoding(ids, tokens.size() + 1, lost);
  }

  /// All tokens of a prompt, without the end.
  public List<Token> tokens(String prompt) {
    List<Token> out = new ArrayList<>();
    for (AddedTokens.Piece piece : added.splitRaw(unicode(prompt))) {
      int to = piece.from() + piece.text().length();
      AddedToken token = piece.token();
      if (token != null) {
        out.add(new Token(id(token), piece.text(), piece.from(), to));
      } else {
        addText(piece.text(), piece.from(), out);
      }
    }
    return out;
  }

  /// The text of halves of surrogate pairs, which no UTF-8 can say, is U+FFFD each.
  private static String unicode(String prompt) {
    StringBuilder out = new StringBuilder(prompt.length());
    prompt
        .codePoints()
        .forEach(
            c -> out.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 0xFFFD : c));
    return out.toString();
  }

  private void addText(String text, int start, List<Token> out) {
    Aligned normal = file.normalizer().of(text, start);
    for (AddedTokens.Piece piece : added.splitNormalized(normal.text())) {
      int from = piece.from();
      int to = from + piece.text().length();
      AddedToken token = piece.token();
      if (token != null) {
        out.add(new Token(id(token), piece.text(), normal.from(from), normal.to(to - 1)));
      } else {
        boolean first = start + from == 0 || normal.from(from) == 0;
        addWords(file.metaspace().mark(normal, from, to, first), out);
      }
    }
  }

  private void addWords(Aligned marked, List<Token> out) {
    String text = marked.text();
    int from = 0;
    while (from < text.length()) {
      int next = text.indexOf(Metaspace.MARK, from + 1);
      int to = next < 0 ? text.length() : next;
      unigram.split(
          text,
          from,
          to,
          (id, begin, end) ->
              out.add(
                  new Token(
                      id, text.substring(begin, end), marked.from(begin), marked.to(end - 1))));
      from = to;
    }
  }

  private int id(AddedToken token) {
    return file.added().id(token.content());
  }

  /// What the token `id` is called: `▁cat`, `</s>`.
  public String name(int id) {
    return file.added().name(id);
  }

  /// Id of `</s>`, which ends every prompt.
  public int endId() {
    return file.endId();
  }

  /// Id of `<pad>`, which fills up what is behind the end.
  public int padId() {
    return padId;
  }

  /// Id of `<unk>`, which stands for what no piece covers.
  public int unknownId() {
    return file.unknownId();
  }

  /// Pieces of the vocabulary and tokens added to it: ids are below.
  public int vocabSize() {
    return file.added().size();
  }
}
