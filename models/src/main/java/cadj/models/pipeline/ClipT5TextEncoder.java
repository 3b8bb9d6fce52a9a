package cadj.models.pipeline;

import static cadj.autograd.ops.Cat.cat;
import static cadj.tensor.shape.Require.require;
import static java.util.Objects.requireNonNull;

import cadj.autograd.graph.Activations;
import cadj.autograd.graph.Intervention;
import cadj.kernels.device.DType;
import cadj.models.clip.ClipTextModel;
import cadj.models.clip.ClipTextOutput;
import cadj.models.denoiser.Conditioning;
import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.prompt.PromptStyle;
import cadj.models.prompt.PromptWords;
import cadj.models.prompt.TextSettings;
import cadj.models.t5.T5EncoderModel;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.models.tokenizer.unigram.T5Tokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The text encoders of Stable Diffusion 3: two of CLIP, and T5.
///
/// ```
/// text    [N,77+L,width]:  CLIP's last but one hidden states side by side, zeros up to T5's width;
///                          behind them T5's last hidden states, or zeros without T5
/// pooled  [N,P1+P2]:       CLIP's projected vectors side by side
/// ```
///
/// The zeros are not without effect: the denoiser's projection has a bias, and attends to them.
final class ClipT5TextEncoder extends TextEncoder {
  private static final String FIRST = "text_encoder";
  private static final String SECOND = "text_encoder_2";

  private final Clip first;
  private final Clip second;
  private final @Nullable T5 t5;
  private final int width;
  private final int t5Length;

  private record Clip(ClipTokenizer tokenizer, ClipTextModel encoder) {
    ClipTextOutput forward(List<String> prompts) {
      return encoder.forward(ids(prompts, prompt -> tokenizer.encode(prompt).ids()));
    }

    Clip with(Map<String, Tensor> parameters) {
      return new Clip(tokenizer, encoder.with(parameters));
    }
  }

  private record T5(T5Tokenizer tokenizer, T5EncoderModel encoder) {
    Tensor forward(List<String> prompts, int length) {
      return encoder.forward(ids(prompts, prompt -> tokenizer.encode(prompt, length).ids()));
    }
  }

  ClipT5TextEncoder(ModelFiles folder) {
    TextSettings settings = folder.texts();
    refuseWhatIsNotThere(settings);
    first = clip(folder, FIRST, "tokenizer");
    second = clip(folder, SECOND, "tokenizer_2");
    require(
        first.tokenizer.maxLength() == second.tokenizer.maxLength(),
        "tokenizer_2: expected a model_max_length of %d, as tokenizer has, got %d",
        first.tokenizer.maxLength(),
        second.tokenizer.maxLength());
    t5 = folder.hasT5() ? t5(folder) : null;
    width = t5 == null ? folder.textWidth() : t5.encoder.config().dModel();
    t5Length = settings.t5Length();
    if (width < clipWidth()) {
      String needed = "at least %d, as CLIP's text encoders have together".formatted(clipWidth());
      throw t5 == null
          ? folder
              .config(folder.pipeline().denoiser())
              .error("joint_attention_dim", needed, String.valueOf(width))
          : folder.config(Pipeline.T5).error("d_model", needed, String.valueOf(width));
    }
  }

  /// `other` with other encoders.
  private ClipT5TextEncoder(ClipT5TextEncoder other, Clip first, Clip second, @Nullable T5 t5) {
    this.first = first;
    this.second = second;
    this.t5 = t5;
    this.width = other.width;
    this.t5Length = other.t5Length;
  }

  private static void refuseWhatIsNotThere(TextSettings settings) {
    PromptStyle style = settings.style();
    require(
        !style.longPrompts(),
        "--long-prompts: not there for Stable Diffusion 3, whose denoiser was trained on one piece"
            + " of CLIP's length; T5 reads further (--t5-length)");
    require(!style.weights(), "--prompt-weights: not there for Stable Diffusion 3");
    require(settings.embeddings().isEmpty(), "--embedding: not there for Stable Diffusion 3");
  }

  private static Clip clip(ModelFiles folder, String part, String tokenizer) {
    Clip clip = new Clip(folder.tokenizer(tokenizer), folder.textEncoder(part));
    requireFit(folder, part, clip.encoder.config(), clip.tokenizer);
    return clip;
  }

  private static T5 t5(ModelFiles folder) {
    T5 t5 = new T5(folder.t5Tokenizer(), folder.t5Encoder());
    requireRows(
        folder.config(Pipeline.T5), t5.encoder.config().vocabSize(), t5.tokenizer.vocabSize());
    return t5;
  }

  @Override
  public ClipT5TextEncoder with(Map<String, Tensor> parameters) {
    return new ClipT5TextEncoder(
        this,
        first.with(of(FIRST, parameters)),
        second.with(of(SECOND, parameters)),
        t5 == null ? null : new T5(t5.tokenizer, t5.encoder.with(of(Pipeline.T5, parameters))));
  }

  private int clipWidth() {
    return first.encoder.config().hiddenSize() + second.encoder.config().hiddenSize();
  }

  @Override
  int width() {
    return width;
  }

  @Override
  int pooledWidth() {
    return first.encoder.config().projectionDim() + second.encoder.config().projectionDim();
  }

  @Override
  SequencedMap<String, Map<String, Tensor>> weights() {
    SequencedMap<String, Map<String, Tensor>> out = new LinkedHashMap<>();
    out.put(FIRST, first.encoder.parameters());
    out.put(SECOND, second.encoder.parameters());
    if (t5 != null) {
      out.put(Pipeline.T5, t5.encoder.parameters());
    }
    return out;
  }

  @Override
  public Conditioning encodeEach(List<List<String>> texts, int height, int width) {
    return encode(texts, 0);
  }

  /// The same with CLIP's states of some layers before.
  ///
  /// @param clipSkip how many layers, `clip_skip` in diffusers
  Conditioning encode(List<List<String>> texts, int clipSkip) {
    return Scope.keep(
        "encode prompts",
        () -> {
          ClipTextOutput one = first.forward(of(texts, 0));
          ClipTextOutput two = second.forward(of(texts, 1));
          Tensor clip = padded(cat(2, state(one, clipSkip), state(two, clipSkip)));
          return new Conditioning(
              cat(1, clip, t5(of(texts, 2))),
              cat(1, requireNonNull(one.textEmbeds()), requireNonNull(two.textEmbeds())),
              null);
        });
  }

  private static Tensor state(ClipTextOutput output, int skip) {
    List<Tensor> states = output.hiddenStates();
    return states.get(states.size() - 2 - skip);
  }

  /// [N,T,clipWidth] → [N,T,width]
  private Tensor padded(Tensor clip) {
    return clip.dim(2) == width
        ? clip
        : cat(2, clip, zeros(clip.dim(0), clip.dim(1), width - clip.dim(2)));
  }

  private Tensor t5(List<String> prompts) {
    return t5 == null ? zeros(prompts.size(), t5Length, width) : t5.forward(prompts, t5Length);
  }

  private static Tensor zeros(int... dims) {
    return Tensor.zeros(DType.F32, Shape.of(dims));
  }

  /// [N,T]
  private static Tensor ids(List<String> prompts, Function<String, long[]> encode) {
    long[][] rows = prompts.stream().map(encode).toArray(long[][]::new);
    long[] all = Stream.of(rows).flatMapToLong(LongStream::of).toArray();
    return Tensor.of(all, rows.length, all.length / rows.length);
  }

  @Override
  public Conditioning encodeNegative(
      @Nullable List<String> negative, Conditioning positive, int height, int width) {
    return encode(
        negative == null ? Collections.nCopies(positive.batch(), "") : negative, height, width);
  }

  /// All are of one length.
  @Override
  public Conditioning lengthened(Conditioning shorter, Conditioning other) {
    return shorter;
  }

  /// Of CLIP, whatever T5 takes: the pooled vector is CLIP's.
  @Override
  public String lost(String prompt) {
    return first.tokenizer.encode(prompt).lost();
  }

  @Override
  public List<Intervention> changingTokens(String prompt, TokenChange change) {
    Intervention ofClip = Activations.replace(CLIP_TOKENS, (key, own) -> change.of(own, 0));
    int clipLength = first.tokenizer.maxLength();
    return t5 == null
        ? List.of(ofClip)
        : List.of(
            ofClip,
            Activations.replace(T5EncoderModel.TOKENS, (key, own) -> change.of(own, clipLength)));
  }

  @Override
  public String limit() {
    return t5 == null ? "CLIP" : "CLIP, but T5 reads " + t5Length + " tokens";
  }

  /// Of CLIP.
  @Override
  public int lastToken(String prompt) {
    int most = first.tokenizer.maxLength() - 2;
    return Math.min(first.tokenizer.tokens(prompt).size(), most);
  }

  /// At CLIP's tokens, whose two tokenizers have one vocabulary, and at T5's.
  @Override
  public PromptWords words(String prompt) {
    PromptWords words = PromptWords.of(first.tokenizer, PromptStyle.PLAIN, prompt);
    if (t5 == null) {
      return words;
    }
    T5Places places = T5Places.of(t5.tokenizer, prompt, t5Length, first.tokenizer.maxLength());
    return words.and(places::of);
  }
}
