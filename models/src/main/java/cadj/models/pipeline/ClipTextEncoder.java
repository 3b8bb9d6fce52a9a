package cadj.models.pipeline;

import static cadj.autograd.ops.Cat.cat;
import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.models.clip.ClipTextModel;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.prompt.Chunk;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.PromptWords;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The text encoders of Stable Diffusion 1, 2 and XL.
///
/// Stable Diffusion 1 and 2: the text encoder's last hidden state. XL: the last but one hidden
/// states of both encoders, side by side, and the second's projected pooled vector. Long prompts
/// and weights of words: [PromptStyle].
final class ClipTextEncoder extends TextEncoder {
  private static final String FIRST = "text_encoder";
  private static final String SECOND = "text_encoder_2";

  private final ClipTokenizer tokenizer;
  private final ClipTextModel encoder;
  private final @Nullable ClipTokenizer tokenizer2;
  private final @Nullable ClipTextModel encoder2;
  private final boolean zerosForAbsentNegative;
  private final PromptStyle style;

  ClipTextEncoder(ModelFiles folder) {
    style = folder.texts().style();
    tokenizer = folder.tokenizer("tokenizer");
    encoder = folder.textEncoder(FIRST);
    boolean isXl = folder.pipeline() == Pipeline.STABLE_DIFFUSION_XL;
    tokenizer2 = isXl ? folder.tokenizer("tokenizer_2") : null;
    encoder2 = isXl ? folder.textEncoder(SECOND) : null;
    zerosForAbsentNegative = isXl && folder.forceZerosForEmptyPrompt();
    requireFit(folder, FIRST, encoder.config(), tokenizer);
    if (tokenizer2 != null && encoder2 != null) {
      requireFit(folder, SECOND, encoder2.config(), tokenizer2);
    }
  }

  /// `other` with other encoders.
  private ClipTextEncoder(
      ClipTextEncoder other, ClipTextModel encoder, @Nullable ClipTextModel encoder2) {
    this.tokenizer = other.tokenizer;
    this.encoder = encoder;
    this.tokenizer2 = other.tokenizer2;
    this.encoder2 = encoder2;
    this.zerosForAbsentNegative = other.zerosForAbsentNegative;
    this.style = other.style;
  }

  @Override
  public ClipTextEncoder with(Map<String, Tensor> parameters) {
    return new ClipTextEncoder(
        this,
        encoder.with(of(FIRST, parameters)),
        encoder2 == null ? null : encoder2.with(of(SECOND, parameters)));
  }

  @Override
  int width() {
    return encoder.config().hiddenSize() + (encoder2 == null ? 0 : encoder2.config().hiddenSize());
  }

  @Override
  SequencedMap<String, Map<String, Tensor>> weights() {
    SequencedMap<String, Map<String, Tensor>> out = new LinkedHashMap<>();
    out.put(FIRST, encoder.parameters());
    if (encoder2 != null) {
      out.put(SECOND, encoder2.parameters());
    }
    return out;
  }

  @Override
  int pooledWidth() {
    return encoder2 == null ? 0 : encoder2.config().projectionDim();
  }

  @Override
  public Conditioning encodeEach(List<List<String>> texts, int height, int width) {
    List<String> prompts = of(texts, 0);
    List<String> prompts2 = of(texts, 1);
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

  @Override
  public String lost(String prompt) {
    return Chunk.split(tokenizer, style, prompt).lost();
  }

  /// An encoder is called for one chunk after the other, then XL's second one.
  @Override
  public List<Intervention> changingTokens(String prompt, TokenChange change) {
    int chunks = length(chunks(tokenizer, List.of(prompt)));
    int both =
        tokenizer2 == null ? chunks : Math.max(chunks, length(chunks(tokenizer2, List.of(prompt))));
    int[] calls = new int[1];
    return List.of(
        Activations.replace(
            CLIP_TOKENS, (key, own) -> change.of(own, calls[0]++ % both * own.dim(1))));
  }

  @Override
  public String limit() {
    return "the text encoder (--long-prompts keeps it)";
  }

  @Override
  public int lastToken(String prompt) {
    List<Chunk> chunks = Chunk.split(tokenizer, style, prompt).chunks();
    return (chunks.size() - 1) * tokenizer.maxLength() + chunks.getLast().tokens().size();
  }

  /// XL's second tokenizer has the first one's vocabulary, and so the same places.
  @Override
  public PromptWords words(String prompt) {
    return PromptWords.of(tokenizer, style, prompt);
  }

  @Override
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

  @Override
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
