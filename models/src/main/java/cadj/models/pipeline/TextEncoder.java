package cadj.models.pipeline;

import static cadj.autograd.ops.Cat.cat;
import static java.util.Objects.requireNonNull;

import cadj.models.clip.ClipTextConfig;
import cadj.models.clip.ClipTextModel;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.prompt.Chunk;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.PromptWords;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Encodes prompts to the denoiser's conditioning inputs.
///
/// Stable Diffusion 1 and 2: the text encoder's last hidden state. XL: the last but one hidden
/// states of both encoders, side by side, and the second's projected pooled vector. Long prompts
/// and weights of words: [PromptStyle].
public final class TextEncoder {
  private static final String FIRST = "text_encoder.";
  private static final String SECOND = "text_encoder_2.";

  private final ClipTokenizer tokenizer;
  private final ClipTextModel encoder;
  private final @Nullable ClipTokenizer tokenizer2;
  private final @Nullable ClipTextModel encoder2;
  private final boolean zerosForAbsentNegative;
  private final PromptStyle style;

  private TextEncoder(ModelFiles folder) {
    style = folder.texts().style();
    tokenizer = folder.tokenizer("tokenizer");
    encoder = folder.textEncoder("text_encoder");
    tokenizer2 = folder.isXl() ? folder.tokenizer("tokenizer_2") : null;
    encoder2 = folder.isXl() ? folder.textEncoder("text_encoder_2") : null;
    zerosForAbsentNegative = folder.isXl() && folder.forceZerosForEmptyPrompt();
    requireFit(folder, "text_encoder", encoder.config(), tokenizer);
    if (tokenizer2 != null && encoder2 != null) {
      requireFit(folder, "text_encoder_2", encoder2.config(), tokenizer2);
    }
  }

  /// `other` with other encoders.
  private TextEncoder(TextEncoder other, ClipTextModel encoder, @Nullable ClipTextModel encoder2) {
    this.tokenizer = other.tokenizer;
    this.encoder = encoder;
    this.tokenizer2 = other.tokenizer2;
    this.encoder2 = encoder2;
    this.zerosForAbsentNegative = other.zerosForAbsentNegative;
    this.style = other.style;
  }

  /// Parameters of the encoders, each name behind that of its part: `text_encoder.text_model.…`,
  /// `text_encoder_2.text_model.…`.
  public SequencedMap<String, Tensor> parameters() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    encoder.parameters().forEach((name, tensor) -> out.put(FIRST + name, tensor));
    if (encoder2 != null) {
      encoder2.parameters().forEach((name, tensor) -> out.put(SECOND + name, tensor));
    }
    return out;
  }

  /// The same with these parameters, which must have the names and shapes of [#parameters]; others
  /// are ignored.
  public TextEncoder with(Map<String, Tensor> parameters) {
    return new TextEncoder(
        this,
        encoder.with(of(FIRST, parameters)),
        encoder2 == null ? null : encoder2.with(of(SECOND, parameters)));
  }

  private static Map<String, Tensor> of(String prefix, Map<String, Tensor> parameters) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    parameters.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            out.put(name.substring(prefix.length()), tensor);
          }
        });
    return out;
  }

  /// Whether a parameter of a pipeline is a text encoder's.
  public static boolean isParameter(String name) {
    return name.startsWith(FIRST) || name.startsWith(SECOND);
  }

  /// Whether `sites` names the text encoders' parameter of that name and rank.
  public static boolean isSite(Sites sites, String name, int rank) {
    return isParameter(name) && ClipTextModel.isParameterOf(sites, name, rank);
  }

  /// An encoder must have a row for each id that the tokenizer gives, and for each position.
  private static void requireFit(
      ModelFiles folder, String part, ClipTextConfig config, ClipTokenizer tokenizer) {
    JsonObject json = folder.config(part);
    if (config.vocabSize() < tokenizer.vocabSize()) {
      throw json.error(
          "vocab_size",
          "at least the tokenizer's " + tokenizer.vocabSize(),
          String.valueOf(config.vocabSize()));
    }
    if (config.maxPositions() < tokenizer.maxLength()) {
      throw json.error(
          "max_position_embeddings",
          "at least the tokenizer's model_max_length " + tokenizer.maxLength(),
          String.valueOf(config.maxPositions()));
    }
  }

  /// Width of the text embeddings.
  int width() {
    return encoder.config().hiddenSize() + (encoder2 == null ? 0 : encoder2.config().hiddenSize());
  }

  public static TextEncoder load(ModelFiles folder) {
    return new TextEncoder(folder);
  }

  /// Weights of the encoders, by the model's parts.
  SequencedMap<String, Map<String, Tensor>> weights() {
    SequencedMap<String, Map<String, Tensor>> out = new LinkedHashMap<>();
    out.put("text_encoder", encoder.parameters());
    if (encoder2 != null) {
      out.put("text_encoder_2", encoder2.parameters());
    }
    return out;
  }

  /// Width of XL's pooled vector, else 0.
  int pooledWidth() {
    return encoder2 == null ? 0 : encoder2.config().projectionDim();
  }

  /// Conditioning for `prompts`, for pictures of `height` × `width`.
  public Conditioning encode(List<String> prompts, int height, int width) {
    return encode(prompts, prompts, height, width);
  }

  /// The same with other texts for XL's second encoder.
  public Conditioning encode(List<String> prompts, List<String> prompts2, int height, int width) {
    return Scope.keep(
        "encode prompts",
        () -> {
          List<List<Chunk>> chunks = chunks(tokenizer, prompts);
          if (tokenizer2 == null || encoder2 == null) {
            return Conditioning.of(
                new EncodedChunks(tokenizer, encoder, chunks, length(chunks)).last());
          }
          List<List<Chunk>> chunks2 = chunks(tokenizer2, prompts2);
          int length = Math.max(length(chunks), length(chunks2));
          EncodedChunks first = new EncodedChunks(tokenizer, encoder, chunks, length);
          EncodedChunks second = new EncodedChunks(tokenizer2, encoder2, chunks2, length);
          return new Conditioning(
              cat(2, first.lastButOne(), second.lastButOne()),
              second.pooled(),
              timeIds(prompts.size(), height, width));
        });
  }

  private List<List<Chunk>> chunks(ClipTokenizer tokenizer, List<String> prompts) {
    return prompts.stream().map(prompt -> Chunk.split(tokenizer, style, prompt).chunks()).toList();
  }

  /// Chunks of the longest.
  private static int length(List<List<Chunk>> prompts) {
    return prompts.stream().mapToInt(List::size).max().orElse(1);
  }

  /// The text at the end of a prompt that [#encode] cuts off, empty if it takes all of it; as
  /// diffusers' pipelines tell it.
  public String lost(String prompt) {
    return Chunk.split(tokenizer, style, prompt).lost();
  }

  /// Where the last token of a prompt stands among the S embeddings that [#encode] gives, before
  /// the end token; for an empty prompt 0, the start token's place.
  public int lastToken(String prompt) {
    List<Chunk> chunks = Chunk.split(tokenizer, style, prompt).chunks();
    return (chunks.size() - 1) * tokenizer.maxLength() + chunks.getLast().tokens().size();
  }

  /// The words of a prompt, and where their tokens stand among the S embeddings that [#encode]
  /// gives. XL's second tokenizer has the first one's vocabulary, and so the same places.
  public PromptWords words(String prompt) {
    return PromptWords.of(tokenizer, style, prompt);
  }

  /// Conditioning as long as `other`, with the embedding of an empty text behind it where it is
  /// shorter: what it would be in one batch with that.
  public Conditioning lengthened(Conditioning shorter, Conditioning other) {
    int missing = other.text().dim(1) - shorter.text().dim(1);
    if (missing <= 0) {
      return shorter;
    }
    return Scope.keep(
        "lengthen",
        () -> {
          Tensor empty = encode(Collections.nCopies(shorter.batch(), ""), 0, 0).text();
          List<Tensor> all = new ArrayList<>(List.of(shorter.text()));
          for (int i = 0; i < missing / empty.dim(1); i++) {
            all.add(empty);
          }
          return new Conditioning(
              cat(1, all.toArray(Tensor[]::new)), shorter.pooled(), shorter.timeIds());
        });
  }

  /// Conditioning for negative prompts.
  ///
  /// @param negative the prompts, or null for none: empty ones, or zeros where
  ///   `force_zeros_for_empty_prompt` is set (XL)
  /// @return at least as long as `positive`, which may itself have to be [#lengthened]
  public Conditioning encodeNegative(
      @Nullable List<String> negative, Conditioning positive, int height, int width) {
    if (negative == null && zerosForAbsentNegative) {
      Tensor text = positive.text();
      Tensor pooled = requireNonNull(positive.pooled());
      return new Conditioning(
          Tensor.zeros(text.dtype(), text.shape()),
          Tensor.zeros(pooled.dtype(), pooled.shape()),
          positive.timeIds());
    }
    List<String> texts = negative == null ? Collections.nCopies(positive.batch(), "") : negative;
    return lengthened(encode(texts, height, width), positive);
  }

  /// Original size, crop offset and target size: the picture's own, not cropped.
  private static Tensor timeIds(int count, int height, int width) {
    float[] ids = new float[6 * count];
    for (int n = 0; n < count; n++) {
      ids[6 * n] = height;
      ids[6 * n + 1] = width;
      ids[6 * n + 4] = height;
      ids[6 * n + 5] = width;
    }
    return Tensor.of(ids, count, 6);
  }
}
