package cadj.models.pipeline;

import cadj.autograd.graph.Intervention;
import cadj.models.clip.ClipTextConfig;
import cadj.models.clip.ClipTextModel;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.Sites;
import cadj.models.files.ModelFiles;
import cadj.models.files.Pipeline;
import cadj.models.prompt.PromptWords;
import cadj.models.t5.T5EncoderModel;
import cadj.models.tokenizer.ClipTokenizer;
import cadj.tensor.Tensor;
import cadj.tensor.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Encodes prompts to the denoiser's conditioning inputs.
public abstract class TextEncoder {
  /// Where token and position embeddings enter a CLIP text encoder.
  static final String CLIP_TOKENS = "text_model.embeddings";

  TextEncoder() {}

  /// The text encoders of a model, with their tokenizers.
  public static TextEncoder load(ModelFiles folder) {
    return switch (folder.pipeline()) {
      case STABLE_DIFFUSION, STABLE_DIFFUSION_XL -> new ClipTextEncoder(folder);
      case STABLE_DIFFUSION_3 -> new ClipT5TextEncoder(folder);
    };
  }

  /// Parameters of the encoders, each name behind that of its part: `text_encoder.text_model.…`,
  /// `text_encoder_2.text_model.…`, `text_encoder_3.encoder.…`.
  public final SequencedMap<String, Tensor> parameters() {
    SequencedMap<String, Tensor> out = new LinkedHashMap<>();
    weights()
        .forEach((part, all) -> all.forEach((name, tensor) -> out.put(part + "." + name, tensor)));
    return out;
  }

  /// The same with these parameters, which must have the names and shapes of [#parameters]; others
  /// are ignored.
  public abstract TextEncoder with(Map<String, Tensor> parameters);

  /// Those of one part, by their names there.
  static Map<String, Tensor> of(String part, Map<String, Tensor> parameters) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    parameters.forEach(
        (name, tensor) -> {
          if (name.startsWith(part + ".")) {
            out.put(name.substring(part.length() + 1), tensor);
          }
        });
    return out;
  }

  /// A CLIP text encoder must have a row for each id that its tokenizer gives, and for each
  /// position.
  static void requireFit(
      ModelFiles folder, String part, ClipTextConfig config, ClipTokenizer tokenizer) {
    JsonObject json = folder.config(part);
    requireRows(json, config.vocabSize(), tokenizer.vocabSize());
    if (config.maxPositions() < tokenizer.maxLength()) {
      throw json.error(
          "max_position_embeddings",
          "at least the tokenizer's model_max_length " + tokenizer.maxLength(),
          String.valueOf(config.maxPositions()));
    }
  }

  /// @param json configuration of an encoder
  static void requireRows(JsonObject json, int rows, int ids) {
    if (rows < ids) {
      throw json.error("vocab_size", "at least the tokenizer's " + ids, String.valueOf(rows));
    }
  }

  /// Whether a parameter of a pipeline is a text encoder's.
  public static boolean isParameter(String name) {
    return Pipeline.allTextEncoders().stream().anyMatch(part -> name.startsWith(part + "."));
  }

  /// Whether `sites` names the text encoders' parameter of that name and rank.
  public static boolean isSite(Sites sites, String name, int rank) {
    return name.startsWith(Pipeline.T5 + ".")
        ? T5EncoderModel.isParameterOf(sites, name, rank)
        : isParameter(name) && ClipTextModel.isParameterOf(sites, name, rank);
  }

  /// Width of the text embeddings.
  abstract int width();

  /// Width of the pooled vector, or 0 if there is none.
  abstract int pooledWidth();

  /// Weights of the encoders, by the model's parts.
  abstract SequencedMap<String, Map<String, Tensor>> weights();

  /// Conditioning for `prompts`, for pictures of `height` × `width`.
  public final Conditioning encode(List<String> prompts, int height, int width) {
    return encodeEach(List.of(prompts), height, width);
  }

  /// The same with texts of their own for further encoders.
  ///
  /// @param prompts the first encoder's, the second's, …, each as many; the first one's are also
  ///   those of encoders that none are given for
  public abstract Conditioning encodeEach(List<List<String>> prompts, int height, int width);

  /// Those of [#encodeEach]'s `prompts` that are an encoder's.
  ///
  /// @param encoder counted from 0
  static List<String> of(List<List<String>> prompts, int encoder) {
    return prompts.get(encoder < prompts.size() ? encoder : 0);
  }

  /// Conditioning for negative prompts.
  ///
  /// @param negative the prompts, or null for none: empty ones, or zeros where
  ///   `force_zeros_for_empty_prompt` is set (XL)
  /// @return at least as long as `positive`, which may itself have to be [#lengthened]
  public abstract Conditioning encodeNegative(
      @Nullable List<String> negative, Conditioning positive, int height, int width);

  /// Conditioning as long as `other`, with the embedding of an empty text behind it where it is
  /// shorter: what it would be in one batch with that.
  public abstract Conditioning lengthened(Conditioning shorter, Conditioning other);

  /// The text at the end of a prompt that [#encode] cuts off, empty if it takes all of it; as
  /// diffusers' pipelines tell it.
  public abstract String lost(String prompt);

  /// What becomes of the embeddings of tokens where they enter an encoder.
  @FunctionalInterface
  public interface TokenChange {
    /// @param embeddings [N,T,hidden] of N prompts
    /// @param first place of the first of these T tokens among the S embeddings that [#encode]
    ///   gives
    Tensor of(Tensor embeddings, int first);
  }

  /// Interventions under which [#encode] of such prompts changes the embeddings of their tokens in
  /// each encoder; good for one call.
  public abstract List<Intervention> changingTokens(String prompt, TokenChange change);

  /// What is too short for such a prompt, and what keeps its end, for messages.
  public abstract String limit();

  /// Where the last token of a prompt stands among the S embeddings that [#encode] gives, before
  /// the end token; for an empty prompt 0, the start token's place.
  public abstract int lastToken(String prompt);

  /// The words of a prompt, and where their tokens stand among the S embeddings that [#encode]
  /// gives.
  public abstract PromptWords words(String prompt);
}
