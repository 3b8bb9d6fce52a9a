package cadj.models.prompt;

import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Reshape.reshape;

import cadj.autograd.nn.Weights;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.checkpoint.Checkpoint;
import cadj.tensor.file.FileFormatException;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import cadj.tensor.weights.WeightFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A word learned from pictures, Gal et al. 2022 (arXiv:2208.01618): a name, and the vectors that
/// the text encoder's table of tokens is widened by.
///
/// | form | tensors | name |
/// |---|---|---|
/// | diffusers | one, called as the word | its own |
/// | AUTOMATIC1111 | `string_to_param.*`, or `emb_params` | `name` in the file, else the file's |
/// | SDXL | `clip_l`, `clip_g` for the two encoders | the file's |
///
/// @param token the word as prompts write it
/// @param vectors [n, width] by part of the model, `text_encoder` or `text_encoder_2`
public record TextualInversion(Path file, String token, Map<String, Tensor> vectors) {
  private static final String FIRST = "text_encoder";
  private static final String SECOND = "text_encoder_2";

  /// More vectors than any prompt has places for.
  private static final int MOST_VECTORS = 1000;

  private static final Set<String> OF_XL = Set.of("clip_l", "clip_g");
  private static final String PARAMETER = "string_to_param.*";

  /// Reads a file of any of the forms above.
  public static TextualInversion read(Path file) {
    try (Checkpoint checkpoint = WeightFiles.open(file)) {
      Set<String> names = checkpoint.names();
      if (names.equals(OF_XL)) {
        return new TextualInversion(
            file,
            stem(file),
            Map.of(FIRST, vectors(checkpoint, "clip_l"), SECOND, vectors(checkpoint, "clip_g")));
      }
      if (names.contains(PARAMETER)) {
        String name = checkpoint.metadata().getOrDefault("name", stem(file));
        return new TextualInversion(file, name, Map.of(FIRST, vectors(checkpoint, PARAMETER)));
      }
      if (names.size() != 1) {
        throw new FileFormatException(
            file,
            "",
            "a textual inversion: one tensor called as its word, emb_params, string_to_param, or"
                + " clip_l and clip_g",
            names.size() + " tensors, " + String.join(", ", names.stream().limit(5).toList()));
      }
      String only = names.iterator().next();
      String token = only.equals("emb_params") ? stem(file) : only;
      return new TextualInversion(file, token, Map.of(FIRST, vectors(checkpoint, only)));
    }
  }

  private static String stem(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
  }

  /// One vector or a row each: [n, width].
  private static Tensor vectors(Checkpoint checkpoint, String name) {
    Shape shape = checkpoint.shape(name);
    boolean fits =
        shape.elements() > 0
            && (shape.rank() == 1 || (shape.rank() == 2 && shape.dim(0) <= MOST_VECTORS))
            && checkpoint.dtype(name).isFloat();
    if (!fits) {
      throw new FileFormatException(
          checkpoint.path(),
          name,
          "up to %d vectors of floats, [n, width]".formatted(MOST_VECTORS),
          checkpoint.dtype(name) + " " + shape);
    }
    Tensor tensor = checkpoint.tensor(name);
    return shape.rank() == 1 ? reshape(tensor, 1, shape.dim(0)) : tensor;
  }

  /// How many tokens the word stands for, in a part's tokenizer.
  private int count(String part) {
    return of(part).dim(0);
  }

  private Tensor of(String part) {
    Tensor found = vectors.get(part);
    if (found == null) {
      throw new FileFormatException(
          file,
          "",
          "vectors for " + part + ": clip_l and clip_g, as those for SDXL have",
          "vectors for one encoder");
    }
    return found;
  }

  /// `tokenizer` that knows the words of `all`.
  ///
  /// @param part the text encoder that it belongs to
  public static ClipTokenizer learned(
      ClipTokenizer tokenizer, List<TextualInversion> all, String part) {
    ClipTokenizer learned = tokenizer;
    for (TextualInversion one : all) {
      if (one.token.isBlank() || learned.knows(one.token) || learned.knows(one.token + "_1")) {
        throw new FileFormatException(
            one.file,
            "",
            "a word of its own (a tensor's or file's name)",
            FileFormatException.quote(one.token) + ", which the tokenizer has already");
      }
      learned = learned.withEmbedding(one.token, one.count(part));
    }
    return learned;
  }

  /// A text encoder's weights, its table of tokens cut to `vocabulary` rows and followed by the
  /// vectors of `all`.
  ///
  /// @param vocabulary how many tokens the tokenizer has without them
  /// @param stored how many rows the table has
  public static Weights widened(
      Weights weights, List<TextualInversion> all, String part, int vocabulary, int stored) {
    return Weights.of(
        (key, shape) -> {
          if (!key.endsWith("embeddings.token_embedding.weight")) {
            return weights.get(key, shape.toArray());
          }
          int width = shape.dim(1);
          Tensor[] rows = new Tensor[all.size() + 1];
          rows[0] = weights.get(key, stored, width).slice(0, 0, vocabulary);
          for (int i = 0; i < all.size(); i++) {
            rows[i + 1] = all.get(i).ofWidth(part, width);
          }
          return Scope.outside(() -> cat(0, rows));
        });
  }

  /// Rows that [#widened] adds.
  public static int rows(List<TextualInversion> all, String part) {
    return all.stream().mapToInt(one -> one.count(part)).sum();
  }

  private Tensor ofWidth(String part, int width) {
    Tensor found = of(part);
    if (found.dim(1) != width) {
      throw new FileFormatException(
          file,
          "",
          "vectors of width %d, as %s has".formatted(width, part),
          "width %d: it was learned for another model".formatted(found.dim(1)));
    }
    return found;
  }
}
