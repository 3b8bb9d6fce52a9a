package cadj.tensor.weights;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// What a library calls the files that hold a model's weights, and which of them it prefers.
///
/// | | in one file | in shards |
/// |---|---|---|
/// | plain | `stem.safetensors` | `stem.safetensors.index.json` |
/// | variant `fp16` | `stem.fp16.safetensors` | `stem.safetensors.index.fp16.json`, by older diffusers `stem.safetensors.fp16.index.json` |
/// | written by `torch.save` | `stem.bin` | `stem.bin.index.json` |
///
/// What the shards are called is for the index to say.
public enum WeightNames {
  /// diffusers reads an index rather than a single file beside it.
  DIFFUSERS("diffusion_pytorch_model", "diffusion_pytorch_model", true),
  /// transformers reads a single file rather than an index beside it.
  TRANSFORMERS("model", "pytorch_model", false);

  private static final String SHARD = ".*-\\d+-of-\\d+";
  private static final String INDEX = "index";
  private static final String SAFETENSORS = "safetensors";
  private static final String TORCH = "bin";

  private final String safetensors;
  private final String torch;
  private final boolean indexFirst;

  WeightNames(String safetensors, String torch, boolean indexFirst) {
    this.safetensors = safetensors;
    this.torch = torch;
    this.indexFirst = indexFirst;
  }

  /// What a file's name says of it.
  ///
  /// @param variant empty for plain weights
  /// @param torch whether `torch.save` wrote it, or the files of this index
  record Form(String file, String variant, boolean torch, boolean index) {}

  /// The name of a plain safetensors file, without extension.
  public String stem() {
    return safetensors;
  }

  /// The names that are looked for, for messages.
  String expected() {
    return "%s.safetensors, its .index.json, %s.bin, or a variant such as %s.fp16.safetensors"
        .formatted(safetensors, torch, safetensors);
  }

  /// Safetensors before torch files, and of an index and a single file the one that the library
  /// reads.
  Comparator<Form> preference() {
    return Comparator.comparing(Form::torch).thenComparing(form -> form.index != indexFirst);
  }

  /// What the name `file` says, or null if it is none of these.
  @Nullable Form form(String file) {
    Form found = form(file, safetensors, SAFETENSORS);
    return found == null ? form(file, torch, TORCH) : found;
  }

  private static @Nullable Form form(String file, String stem, String extension) {
    boolean torch = extension.equals(TORCH);
    String index = between(file, stem + "." + extension + ".", ".json");
    if (index != null) {
      String variant =
          index.equals(INDEX)
              ? ""
              : index.startsWith(INDEX + ".")
                  ? index.substring(INDEX.length() + 1)
                  : between(index, "", "." + INDEX);
      return variant == null ? null : new Form(file, variant, torch, true);
    }
    if (file.equals(stem + "." + extension)) {
      return new Form(file, "", torch, false);
    }
    String variant = between(file, stem + ".", "." + extension);
    return variant == null || variant.matches(SHARD) ? null : new Form(file, variant, torch, false);
  }

  /// What stands between `start` and `end`, or null if that is not at least one character.
  private static @Nullable String between(String text, String start, String end) {
    boolean fits =
        text.length() > start.length() + end.length()
            && text.startsWith(start)
            && text.endsWith(end);
    return fits ? text.substring(start.length(), text.length() - end.length()) : null;
  }
}
